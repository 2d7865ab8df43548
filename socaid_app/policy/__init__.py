"""The law as pure functions.

Nothing here imports frappe, reads a database or knows who is logged in: facts come in as plain
values, findings go out as plain values. The Frappe app, the command line (``socaid explain``) and
the tests all call the same functions. Sentences in here are Chinese because they quote Chinese law
and end up in Chinese letters, whatever language the reader's Desk is in.
"""
