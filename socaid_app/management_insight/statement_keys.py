"""By which the prefecture knows that a statement is the county's and as it was signed (Ed25519).

The county's key lies in the configuration of its site (``socaid_statement_key``) and leaves it never; its public half is
entered at the prefecture by hand, having come another way than the statements.
"""

import base64

import frappe
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from frappe.installer import update_site_config

from socaid_app.policy.figures_statement import NotAStatement

CONFIGURED = "socaid_statement_key"


def sign(text: str) -> str:
	return base64.b64encode(_own().sign(text.encode())).decode()


def public() -> str:
	return base64.b64encode(_own().public_key().public_bytes_raw()).decode()


def check(text: str, signature: str, public_key: str) -> None:
	"""Raises NotAStatement."""
	try:
		key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
		key.verify(base64.b64decode(signature, validate=True), text.encode())
	except (InvalidSignature, ValueError) as error:
		raise NotAStatement("签名与这个县登记的公钥不符：文件被改动过，或者不是这个县做的") from error


def _own() -> Ed25519PrivateKey:
	"""The county's, made when it is first needed."""
	if not (kept := frappe.conf.get(CONFIGURED)):
		kept = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
		update_site_config(CONFIGURED, kept)
		frappe.conf[CONFIGURED] = kept
	return Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept))
