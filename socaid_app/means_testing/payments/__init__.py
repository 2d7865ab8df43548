"""Payment: the list of a month from the ledger, the bank's file and answer, and what came of every line."""
