"""Followers of a record are mailed what is written on it and what changes in it: only those who may read it.

Frappe asks neither who follows nor, when it mails, whether they may still read what they follow. Here one follows for
oneself, asking for permission; and each mail asks again, for the record and for the fields that it names.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.desk.form import document_follow
from frappe.model.document import Document

from socaid_app.frappe_versions import NO_OBJECTION

# As many records as one mail tells of, whatever else somebody follows.
MAILED = 20


class NotYours(frappe.PermissionError):
	pass


def may_follow(doctype: str, name: str, user: str) -> bool:
	exists = frappe.db.exists(doctype, name)
	return bool(exists and frappe.has_permission(doctype, "read", doc=name, user=user))


def check_follower(doc: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Document Follow. What the server does by itself makes followers as Frappe does; of what they
	are mailed, they are told what they may read."""
	if frappe.flags.socaid_fence:
		require_follower(doc.ref_doctype, doc.ref_docname, doc.user)


def require_follower(doctype: str, name: str, user: str) -> None:
	if user != frappe.session.user:
		frappe.throw(_("You follow records for yourself only."), NotYours)
	if not may_follow(doctype, name, user):
		frappe.throw(_("You follow only records that you may read."), NotYours)


def list_own(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions`` of Document Follow."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	return f"`tabDocument Follow`.`user` = {frappe.db.escape(user, percent=False)}"


def is_own(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool | None:
	"""Hook ``has_permission`` of Document Follow: no, or no objection."""
	user = user or frappe.session.user
	stored = frappe.db.get_value("Document Follow", doc.name, "user") if doc.name else None
	if {stored or user, doc.user or user} != {user}:
		return False
	return NO_OBJECTION


@frappe.whitelist(methods=["POST"])
def follow_document(doctype: str, doc_name: str, user: str):
	"""Frappe's button; for oneself, of a record that one may read."""
	require_follower(doctype, doc_name, user)
	return document_follow.follow_document(doctype, doc_name, user)


@frappe.whitelist(methods=["POST"])
def update_follow(doctype: str, doc_name: str, following: bool):
	"""The same as a switch."""
	if following:
		return follow_document(doctype, doc_name, frappe.session.user)
	return document_follow.unfollow_document(doctype, doc_name, frappe.session.user)


@frappe.whitelist()
def get_follow_users(doctype: str, doc_name: str):
	"""Frappe's list of followers; of a record that the user may read."""
	frappe.has_permission(doctype, "read", doc=doc_name, throw=True)
	return document_follow.get_follow_users(doctype, doc_name)


def install() -> None:
	"""Once a process (:func:`socaid_app.overrides.install`): the scheduler mails by Frappe's own names."""
	their_records, their_message, their_question = (
		document_follow.get_document_followed_by_user,
		document_follow.get_message,
		document_follow.is_document_followed,
	)

	def followed_already(doctype: str, doc_name: str, user: str):
		"""Asked before Frappe makes a follower of whoever is assigned, shares or comments: refusing would stop
		that, so it is told that there is nothing to do."""
		if frappe.flags.socaid_fence:
			own = user == frappe.session.user and may_follow(doctype, doc_name, user)
			return not own or their_question(doctype, doc_name, user)
		return their_question(doctype, doc_name, user)

	def records(user: str):
		if not frappe.flags.socaid_fence:
			return their_records(user)
		followed = frappe.get_all(
			"Document Follow", {"user": user}, ["ref_doctype", "ref_docname"], order_by="modified"
		)
		readable = (row for row in followed if may_follow(row.ref_doctype, row.ref_docname, user))
		return [row for row, _number in zip(readable, range(MAILED), strict=False)]

	def message(doc_name: str, doctype: str, frequency: str, user: str):
		items = their_message(doc_name, doctype, frequency, user)
		return [item for item in items if _may_see(item, user)] if frappe.flags.socaid_fence else items

	document_follow.is_document_followed = followed_already
	document_follow.get_document_followed_by_user = records
	document_follow.get_message = message


def _may_see(item: dict, user: str) -> bool:
	"""Of a change: whether its field is one that the user may read."""
	meta, said = frappe.get_meta(item["doctype"]), item["data"]
	if item["type"] == "field changed":
		return said["field"] in meta.get_permitted_fieldnames(user=user)
	if item["type"] == "row changed":
		table = meta.get_field(said["table_field"])
		return bool(table) and said["field"] in frappe.get_meta(table.options).get_permitted_fieldnames(
			parenttype=item["doctype"], user=user
		)
	return True
