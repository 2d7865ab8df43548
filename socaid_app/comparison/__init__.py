"""Replies of other agencies compared with the roster: read, understood, matched, judged by rules, explained.

Imports no frappe and is usable on files alone (``socaid compare``). A finding never decides anything: it says what
somebody has to verify.
"""
