"""Many benefits changed by one decision: previewed, approved by another person, carried out, taken back while unpaid."""
