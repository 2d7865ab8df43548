"""Notices are drafted from the records, one at a time about one thing; none of their words is typed."""

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import get_first_day, getdate, today

from socaid_app.casework import records, steps
from socaid_app.policy import publicity as rules_of
from socaid_app.policy import terms
from socaid_app.printing import settings
from socaid_app.public_disclosure import content
from socaid_app.public_disclosure.content import NOTICE
from socaid_app.public_disclosure.notice_steps import (
	APPLICATION,
	DRAFT,
	OBJECTION,
	OPEN,
	WITHDRAWN,
	refuse,
	step,
)

# Which record a notice of each kind is made from.
SOURCE = {
	rules_of.PRELIMINARY: "application",
	rules_of.CONFIRMED: "application",
	rules_of.TERMINATION: "entitlement",
	rules_of.ROLL: "roll_month",
	rules_of.RAISE: "standard_raise",
	rules_of.CORRECTION: "correction",
}
ENTRY = ("person_name", "member_count", "category_name", "village_name", "amount", "previous_amount")
ENTRY += ("effective_month", "ground", "source_doctype", "source_name")


def draft(kind: str, replaces: str | None = None, prepared_by: str | None = None, **source) -> str:
	"""Draft a notice of ``kind`` about ``source`` (application=…, entitlement=…, …); returns its name.

	Raises PublicityRefused where the case may not be published or such a notice is already under way.
	"""
	notice = frappe.get_doc({"doctype": NOTICE, "kind": kind, "replaces": replaces, **source})
	notice.flags.prepared_by = prepared_by
	with records.step(notice):
		return notice.insert(ignore_permissions=True).name


def prepare(application: Document) -> str:
	"""Draft the preliminary notice of a case whose 初审 opinion was just given; '' where none is published."""
	if application.protected_case or application.route == terms.QUICK_RELIEF:
		return ""
	return draft(rules_of.PRELIMINARY, application=application.name, division=application.division)


@frappe.whitelist(methods=["POST"])
def prepare_again(application: str) -> str:
	"""Draft a new notice for a case in publicity whose notice was withdrawn; returns its name."""
	case = frappe.get_doc(APPLICATION, application)
	case.check_permission("write")
	frappe.has_permission(NOTICE, "create", throw=True)
	if case.workflow_state != terms.PUBLICITY:
		refuse(_("The case does not stand at the preliminary publicity."))
	return prepare(case)


@frappe.whitelist(methods=["POST"])
def prepare_termination(entitlement: str, ground: str) -> str:
	"""Draft the publicity that precedes the end of support for the destitute (43号 Art. 26)."""
	frappe.get_doc("Entitlement", entitlement).check_permission("read")
	frappe.has_permission(NOTICE, "create", throw=True)
	return draft(rules_of.TERMINATION, entitlement=entitlement, ground=ground)


@step(
	_lt("Draft Again"),
	at=(OBJECTION, WITHDRAWN),
	when=lambda notice: notice.kind != rules_of.PRELIMINARY,
)
def redraft(notice: Document) -> str:
	"""A new draft in the place of a notice that was withdrawn or met an objection; returns its name."""
	frappe.has_permission(NOTICE, "create", throw=True)
	steps.nothing_to_save(notice)
	return replacement(notice)


def replacement(old: Document) -> str:
	"""Draft the same notice from the records as they are now."""
	fields = (*SOURCE.values(), "division", "ground", "place", "complaint_phone")
	return draft(old.kind, replaces=old.name, **{field: old.get(field) for field in fields if old.get(field)})


# --- the rules of a draft ---------------------------------------------------------------------------------
def follow_kind(notice: Document) -> None:
	"""A new notice links what its kind is made from; another kind's source would lend it that one's links."""
	for field in set(SOURCE.values()) - {SOURCE.get(notice.kind)}:
		notice.set(field, None)
	if notice.kind == rules_of.ROLL and notice.roll_month:
		notice.roll_month = get_first_day(getdate(notice.roll_month))


def refuse_second(notice: Document) -> None:
	"""One notice at a time about one thing."""
	if notice.get_doc_before_save():
		return
	source = SOURCE[notice.kind]
	same = {"kind": notice.kind, source: notice.get(source), "status": ["in", OPEN]}
	if notice.kind == rules_of.ROLL:
		same["division"] = notice.division
	if notice.get(source) and frappe.db.exists(NOTICE, same):
		refuse(_("There is already a notice for this publicity."))


def fill(notice: Document) -> None:
	"""Copied afresh from the records as long as nothing hangs on the board."""
	if notice.stored_status() != DRAFT or notice.status == WITHDRAWN:
		return
	gathered = content.gather(notice, getdate(today()))
	notice.flags.rows = gathered.rows
	notice.left_out_count = gathered.left_out
	notice.title = content.title(notice)
	notice.village_name = content.place_name(notice.division)
	# a correction has three texts and no person: its row carries only where it comes from
	notice.set("entries", [{name: row[name] for name in ENTRY if name in row} for row in gathered.rows])
	if notice.kind in rules_of.SINGLE:
		row = gathered.rows[0]
		notice.applicant_name, notice.member_count = row["person_name"], row["member_count"]
		notice.category_name, notice.proposed_amount = row["category_name"], row["amount"]
		notice.ground = notice.ground if notice.kind == rules_of.TERMINATION else None
	if not notice.complaint_phone:
		notice.complaint_phone = settings().bureau_phone
	# Found while drafting, not first when somebody wants to post it.
	content.published(notice, gathered.rows)
