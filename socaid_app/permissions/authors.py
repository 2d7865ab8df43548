"""Who wrote something is who was logged in.

Frappe's comments, messages and tasks say themselves by whom they are, and take it from the request; its logs can be
written through its lists by whoever has the right on them. In a request the author is always the session's user,
what somebody wrote is changed by nobody else, and logs are written by what they log.
"""

from __future__ import annotations

from email.utils import formataddr, parseaddr

import frappe
from frappe import _
from frappe.desk import like
from frappe.model.document import Document
from frappe.utils import cstr, get_fullname

# What names who did something, and to what it refers.
AUTHORS = {
	"Comment": ("comment_email", "reference_doctype", "reference_name"),
	"Communication": ("sender", "reference_doctype", "reference_name"),
	"ToDo": ("assigned_by", "reference_type", "reference_name"),
}
FULL_NAME = {"Comment": "comment_by", "ToDo": "assigned_by_full_name"}
# What of it is somebody's words, and stays theirs.
WORDS = {
	"Comment": (
		"content",
		"comment_type",
		"comment_email",
		"comment_by",
		"reference_doctype",
		"reference_name",
		"subject",
	),
	"Communication": (
		"content",
		"subject",
		"sender",
		"sender_full_name",
		"user",
		"communication_type",
		"sent_or_received",
		"communication_date",
	),
	# Frappe fetches the full name anew with each save
	"ToDo": ("assigned_by",),
}


class NotTheAuthor(frappe.PermissionError):
	pass


class WrittenByTheSystem(frappe.PermissionError):
	pass


def name_author(doc: Document, method: str | None = None) -> None:
	"""Hook ``before_validate`` of Comment, Communication and ToDo.

	Mail that is fetched and rules that assign name whom they have it from.
	"""
	if not frappe.request or frappe.session.user == "Guest" or _is_fetched(doc):
		return
	author, kind, name = AUTHORS[doc.doctype]
	if not doc.is_new():
		_keep_words(doc)
	elif doc.doctype == "Communication":
		_sign(doc)
	else:
		doc.set(author, frappe.session.user)
		doc.set(FULL_NAME[doc.doctype], get_fullname())
	if doc.flags.ignore_permissions:
		return
	# sent as a record, not made by a function that has asked already
	if doc.get(kind) and doc.get(name):
		frappe.has_permission(doc.get(kind), "read", doc=doc.get(name), throw=True)
	if doc.doctype == "Comment" and doc.is_new() and doc.comment_type != "Comment":
		frappe.throw(
			_("What the system notes on a record is written by the system alone."), WrittenByTheSystem
		)


def _is_fetched(doc: Document) -> bool:
	"""A message that came by mail has its number in the mailbox; no function takes one from a request."""
	return doc.doctype == "Communication" and bool(doc.flags.ignore_permissions and doc.uid)


def _sign(doc: Document) -> None:
	"""A message bears the session's user, or one of the addresses that were set up for them."""
	own = {
		frappe.session.user,
		*frappe.get_all("User Email", {"parent": frappe.session.user}, pluck="email_id"),
	}
	address = parseaddr(doc.sender or "")[1]
	doc.sender = formataddr((get_fullname(), address if address in own else frappe.session.user))
	doc.sender_full_name = get_fullname()
	doc.user = frappe.session.user
	doc.sent_or_received = "Sent"


def _keep_words(doc: Document) -> None:
	stored = frappe.db.get_value(doc.doctype, doc.name, ["owner", *WORDS[doc.doctype]], as_dict=True)
	changed = [field for field in WORDS[doc.doctype] if cstr(doc.get(field)) != cstr(stored[field])]
	if doc.doctype == "Comment" and changed == ["content"] and stored.owner == frappe.session.user:
		return
	if changed:
		frappe.throw(
			_("What somebody wrote is changed by whoever wrote it. Add a comment of your own."), NotTheAuthor
		)


def refuse_forged_log(doc: Document, method: str | None = None) -> None:
	"""Hook ``before_validate`` of Frappe's logs: its own functions write them without asking for a right."""
	if frappe.request and not doc.flags.ignore_permissions:
		frappe.throw(
			_("What the system notes on a record is written by the system alone."), WrittenByTheSystem
		)


@frappe.whitelist(methods=["POST"])
def toggle_like(doctype: str, name: str, add: str | bool = False):
	"""Frappe's heart on a record; on one that the user may read."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	return like.toggle_like(doctype, name, add)
