"""What has to come back (追回): demanded, paid in instalments, received, deducted, waived, balanced to the cent."""
