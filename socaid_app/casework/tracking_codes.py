"""Tracking codes: how somebody without an account finds out what became of what they handed in.

The code is shown once. Stored is a keyed hash of code and telephone tail together, so a wrong code and a wrong
tail are the same miss of the same index, in answer and in time.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

import frappe
from frappe.utils.password import get_encryption_key

from socaid_app.policy import numbers

# No characters that are mistaken for one another when read aloud or copied by hand: 0 O, 1 I L, 2 Z, 5 S, U V.
ALPHABET = "346789ABCDEFGHJKMNPQRTWXY"
# 25^12 is about 2^55; without a telephone the code has to do without the tail and is longer.
LENGTH, LENGTH_ALONE = 12, 16


def normalise(code: str) -> str:
	"""As typed on a telephone: small letters, spaces, dashes and full-width characters are all the same."""
	text = unicodedata.normalize("NFKC", code or "").upper()
	return "".join(char for char in text if char.isalnum())[:64]


def tail_of(phone: str | None) -> str:
	"""The last four digits of a telephone number, not of its extension; '' where there are fewer."""
	digits = numbers.normalise_phone(phone).partition("-")[0]
	return digits[-4:] if len(digits) >= 4 else ""


def make_code(seed: str, alone: bool = False) -> str:
	"""The code that belongs to a secret ``seed``: the same form sent twice gets the same code."""
	number = int.from_bytes(_mac(f"code:{seed}"), "big")
	code = ""
	for _place in range(LENGTH_ALONE if alone else LENGTH):
		number, digit = divmod(number, len(ALPHABET))
		code += ALPHABET[digit]
	return code


def spaced(code: str) -> str:
	"""``ABCD-EFGH-JKMN``: in fours, as people read it out."""
	return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def fingerprint(code: str, tail: str) -> str:
	"""What is stored as ``tracking_hash``: of petitions, reports of changes, applications."""
	return _mac(f"petition:{normalise(code)}:{tail_of(tail)}").hex()


def _mac(text: str) -> bytes:
	# of its own once the site's key was changed (rotation.py): codes in the hands of citizens go on working
	key = frappe.conf.get("socaid_tracking_key") or get_encryption_key()
	return hmac.new(key.encode(), f"socaid:{text}".encode(), hashlib.sha256).digest()
