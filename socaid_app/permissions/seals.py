"""By what a number is known again without being told: whoever reads a seal and tries all numbers learns nothing without
the site's key."""

from __future__ import annotations

import hashlib
import hmac

import frappe
from frappe.utils.password import get_encryption_key


def seal(purpose: str, number: str) -> str:
	"""The same for the same number and purpose, for ever: a key of its own once the site's was changed (rotation.py)."""
	key = frappe.conf.get("socaid_seal_key") or get_encryption_key()
	return hmac.new(key.encode(), f"{purpose}:{number}".encode(), hashlib.sha256).hexdigest()
