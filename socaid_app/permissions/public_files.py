"""Which stored files everybody may read who has their address: pictures of the site itself, and nothing else.

What hangs on a case, lies beside one or belongs to nothing yet is private, whatever the upload says (个人信息保护法
Art. 51). Publications need no public file: `public_disclosure/board.py` hands out what was published and stops when
it is taken down.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

PUBLIC = "/files/"
# What the pages and letters of the site show: logos, letter heads, pictures of pages an administrator wrote.
HOMES = (
	"About Us Settings",
	"Letter Head",
	"Navbar Settings",
	"Web Page",
	"Website Settings",
	"Website Slideshow",
)
KEEPERS = {"System Manager", "Website Manager"}
# Of the letters alone.
LETTER_HEAD, KEEPS_HEADS = "Letter Head", "Socaid Administrator"


class FileIsPrivate(frappe.ValidationError):
	pass


def may_be_public(file: Document, user: str) -> bool:
	"""Whether ``user`` may have this File read by everybody."""
	if file.attached_to_doctype == LETTER_HEAD and KEEPS_HEADS in frappe.get_roles(user):
		return True
	return file.attached_to_doctype in HOMES and _keeps_site(user)


def _keeps_site(user: str) -> bool:
	return user == "Administrator" or not KEEPERS.isdisjoint(frappe.get_roles(user))


def refuse_public_address(doc: Document, address: str) -> None:
	"""A record that is no part of the site names no public file: what it names is taken for a paper of its own."""
	if address.startswith(PUBLIC) and doc.doctype not in HOMES and doc.get("parenttype") not in HOMES:
		frappe.throw(
			_("{0} is a public file. Upload the paper itself; it is kept as a private file.").format(address),
			FileIsPrivate,
		)
