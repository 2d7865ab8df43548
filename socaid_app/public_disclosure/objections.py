"""What people say about a notice while it hangs, on the web or to the petition desk: an objection, or not?

57号 Art. 19 and 43号 Art. 15, 26 stop a case for an objection, whoever raises it. Anybody can write anything on the
web, however: were each such petition an objection at once, one visitor could hold up the benefit of every family.
A petition about a notice that hangs is therefore looked at by the county first, and the notice does not end before
that (``Petition.objection_state``). What counts goes through the same use case as an objection told to the
township.

The petition stays the only record of who objects and in which words. The notice is given a summary without names;
of an accusation not even that, and only who may read the accusation decides about it (信访工作条例 Art. 30).
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count, Min
from frappe.utils import cint, getdate

from socaid_app.casework import duties
from socaid_app.permissions.scope import scope_of
from socaid_app.petition_desk import conflicts, secrecy
from socaid_app.petition_desk.secrecy import PETITION
from socaid_app.policy import numbers
from socaid_app.public_disclosure import notice_objections, notice_steps, taking_down
from socaid_app.public_disclosure.content import NOTICE, PublicityRefused
from socaid_app.public_disclosure.statements import WAITING

COUNTS, NONE = "Counts as Objection", "No Objection"
# The county decides: the township and the village prepared the notice.
DECIDE = "Look at Statements About Notices"
KEPT_BY_COUNTY = "县民政局收到的异议，内容由县级专人保管；需要核实的事项由县民政局另行告知。"


# --- coming in (hooks.doc_events) -------------------------------------------------------------------------
def note_petition(petition: Document, method: str | None = None) -> None:
	"""A petition about a notice that hung when it came waits to be looked at, whoever recorded it."""
	before = petition.get_doc_before_save()
	if not petition.flags.objection_step:
		petition.objection_state = before.objection_state if before else ""
		petition.objection_reason = before.objection_reason if before else None
	if petition.objection_state:
		# taken off the notice, it would hold nothing up any more
		petition.publicity_notice = before.publicity_notice
	elif petition.publicity_notice and hung_on(petition.publicity_notice, getdate(petition.received_on)):
		petition.objection_state = WAITING


def hung_on(notice: str, day: date) -> bool:
	"""Whether a notice that is not taken down yet hung on a day."""
	found = frappe.db.get_value(
		NOTICE, notice, ["status", "posted_on", "ends_on", "taken_down_on"], as_dict=True
	)
	return bool(
		found
		and found.status in notice_steps.POSTED
		and not found.taken_down_on
		and getdate(found.posted_on) <= day
		and (not found.ends_on or day <= getdate(found.ends_on))
	)


# --- what waits -------------------------------------------------------------------------------------------
def notices_waiting(restricted: bool) -> list[frappe._dict]:
	"""Notices on the board about which petitions wait, accusations (``restricted``) or others: name, title,
	division, ends_on, received_on (the first of them), found (how many)."""
	petition, notice = frappe.qb.DocType(PETITION), frappe.qb.DocType(NOTICE)
	return (
		frappe.qb.from_(petition)
		.join(notice)
		.on(notice.name == petition.publicity_notice)
		.select(notice.name, notice.title, notice.division, notice.ends_on)
		.select(Min(petition.received_on).as_("received_on"), Count("*").as_("found"))
		.where((petition.objection_state == WAITING) & (petition.restricted == int(restricted)))
		.where(notice.status.isin(notice_steps.POSTED) & notice.taken_down_on.isnull())
		.groupby(notice.name, notice.title, notice.division, notice.ends_on)
		.orderby(notice.name)
		.run(as_dict=True)
	)


@frappe.whitelist()
def waiting(name: str) -> list[dict]:
	"""The petitions about a notice that the session's user may decide about: name, received_on, content,
	restricted."""
	rows = frappe.get_all(
		PETITION,
		filters={"publicity_notice": name, "objection_state": WAITING},
		fields=["name", "received_on", "content", "restricted", "division"],
		order_by="received_on, name",
	)
	return [row for row in rows if may_decide(row)]


def may_decide(petition: Document | frappe._dict) -> bool:
	"""The county's disclosure and petition desks; about an accusation only who may know of it."""
	if frappe.session.user == "Administrator":
		return True
	if cint(petition.restricted):
		return frappe.session.user in secrecy.handlers_of(petition.name)
	return scope_of().everything and duties.holds(DECIDE)


# --- deciding ---------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def count(petition: str, content: str | None = None) -> str:
	"""It is an objection: record it on the notice in the words of ``content``, which name nobody.

	Of an accusation nothing but its being there is recorded. Returns the status of the notice.
	"""
	doc = _open(petition)
	if cint(doc.restricted):
		content = KEPT_BY_COUNTY
	_refuse_names(doc, content)
	_close(doc, COUNTS, None)
	with _as_the_county():
		notice = frappe.get_doc(NOTICE, doc.publicity_notice, for_update=True)
		notice_objections.add_objection(
			notice, content=content, received_on=doc.received_on, channel=doc.channel, ignore_permissions=True
		)
	return notice.status


@frappe.whitelist(methods=["POST"])
def dismiss(petition: str, reason: str) -> None:
	"""It is no objection to the notice (another matter, nothing that can be looked into), with the reason.

	The petition itself is dealt with and answered all the same.
	"""
	doc = _open(petition)
	if not (reason or "").strip():
		frappe.throw(_("State why this is no objection to the notice."), PublicityRefused)
	_close(doc, NONE, reason.strip())
	with _as_the_county():
		taking_down.complete_if_expired(doc.publicity_notice)


@contextmanager
def _as_the_county():
	"""Notice and case do not say who decided: the name of a handler of accusations would tell of an accusation."""
	session = frappe.session
	user, sid = session.user, session.sid
	frappe.set_user("Administrator")
	try:
		yield
	finally:
		frappe.set_user(user)
		session.sid = sid


def _open(petition: str) -> Document:
	doc = frappe.get_doc(PETITION, petition, for_update=True)
	if not may_decide(doc):
		# the same words whether there is such an accusation or not
		frappe.throw(
			_("Whether this is an objection is decided by the county's disclosure or petition desk."),
			frappe.PermissionError,
		)
	conflicts.require_impartial(doc)
	if doc.objection_state != WAITING:
		frappe.throw(_("This has been looked at already."), PublicityRefused)
	return doc


def _close(doc: Document, state: str, reason: str | None) -> None:
	doc.objection_state, doc.objection_reason = state, reason
	doc.flags.objection_step = True
	doc.log("列为公示异议" if state == COUNTS else "不列为公示异议", reason)
	doc.save_by_step(ignore_permissions=True)


def _refuse_names(petition: Document, content: str | None) -> None:
	if not (content or "").strip():
		frappe.throw(_("Say what is objected to, without naming who objects."), PublicityRefused)
	number = numbers.normalise_phone(petition.phone)
	if secrecy.is_named(content, [petition.petitioner_name]) or (
		number and number in numbers.squeeze(content)
	):
		frappe.throw(
			_("The summary names who objects, and the township will read it. Take the name and number out."),
			PublicityRefused,
		)
