"""Publicity of preliminary opinions (初审公示, 57号 Art. 19; 43号 Art. 15).

What is published is built here from a whitelist and from nothing else; a second person reviews it for
privacy before it is posted. From then on its content is frozen and its hash kept.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, today

from socaid_app.assistance_intake import messages
from socaid_app.assistance_intake.staff import Directory
from socaid_app.policy import clock, terms
from socaid_app.socaid_app import rules

APPLICATION = "Assistance Application"
DRAFT, RUNNING, OBJECTION, COMPLETED, WITHDRAWN = (
	"Draft",
	"In Publicity",
	"Objection Raised",
	"Completed",
	"Withdrawn",
)
# 57号 Art. 24: nothing else may be made public. Order matters: it is the order that is hashed.
PUBLISHED_FIELDS = (
	"applicant_name",
	"member_count",
	"category_name",
	"village_name",
	"proposed_amount",
	"complaint_phone",
	"place",
	"posted_on",
	"ends_on",
)


class PublicityRefused(frappe.ValidationError):
	pass


def check_publishable(application: Document) -> None:
	"""Protected cases never, others only while they stand at the publicity."""
	if application.protected_case:
		frappe.throw(_("This case is protected and must not be published anywhere."), PublicityRefused)
	if application.workflow_state != terms.PUBLICITY:
		frappe.throw(
			_("A notice is prepared when the preliminary opinion has been given (57号 Art. 19)."),
			PublicityRefused,
		)


def prepare(application: Document) -> str:
	"""Draft the preliminary notice of a case whose 初审 opinion was just given; '' where none is published."""
	if application.protected_case or application.route == terms.QUICK_RELIEF:
		return ""
	notice = frappe.get_doc(
		{
			"doctype": "Publicity Notice",
			"kind": "Preliminary",
			"application": application.name,
			"division": application.division,
		}
	).insert(ignore_permissions=True)
	return notice.name


def content_of(application: Document) -> dict[str, object]:
	"""The published values of a case, from the whitelist only."""
	return {
		"applicant_name": application.applicant_name,
		"member_count": cint(application.member_count),
		"category_name": application.category,
		"village_name": frappe.db.get_value("Administrative Division", application.division, "division_name"),
		"proposed_amount": flt(application.proposed_amount, 2),
	}


def content_hash(notice: Document) -> str:
	"""SHA-256 over the published values: proves later what was on the board."""
	values = {field: str(notice.get(field) or "") for field in PUBLISHED_FIELDS}
	values["proposed_amount"] = f"{flt(notice.proposed_amount):.2f}"
	text = json.dumps(values, ensure_ascii=False, sort_keys=True)
	return hashlib.sha256(text.encode()).hexdigest()


def last_day(posted_on: date) -> tuple[date, bool]:
	"""Last day of the publicity, and whether it is provisional."""
	deadline = clock.publicity_deadline(posted_on, rules.parameters(), rules.calendar())
	return deadline.due, deadline.provisional


def has_open_objection(application: str) -> bool:
	"""Whether an objection to any notice of the case is not yet settled."""
	objection, notice = frappe.qb.DocType("Publicity Objection"), frappe.qb.DocType("Publicity Notice")
	return bool(
		frappe.qb.from_(objection)
		.join(notice)
		.on((notice.name == objection.parent) & (objection.parenttype == "Publicity Notice"))
		.select(objection.name)
		.where(notice.application == application)
		.where(objection.resolved == 0)
		.limit(1)
		.run()
	)


@frappe.whitelist()
def publish(name: str) -> str:
	"""Privacy review and posting, by another person than the one who prepared the notice."""
	return _move(name, {"status": RUNNING})


@frappe.whitelist()
def withdraw(name: str, reason: str) -> str:
	"""Take a notice off the board, with a reason; the case needs a new one."""
	return _move(name, {"status": WITHDRAWN, "withdrawal_reason": reason})


@frappe.whitelist()
def record_objection(
	name: str, content: str, objector: str | None = None, received_on: str | None = None
) -> str:
	"""Record an objection; the case goes back to investigation and needs a new 初审 (57号 Art. 19)."""
	notice = _open(name)
	notice.append(
		"objections", {"content": content, "objector": objector, "received_on": received_on or today()}
	)
	notice.save()
	return notice.status


@frappe.whitelist()
def resolve_objection(name: str, row: str, resolution: str) -> None:
	"""Record how an objection was settled."""
	notice = _open(name)
	for objection in notice.objections:
		if objection.name == row:
			objection.update({"resolved": 1, "resolution": resolution})
	notice.save()


def send_back(notice: Document) -> None:
	"""Through the application's own transition, so that its gates and its log see it."""
	application = frappe.get_doc(APPLICATION, notice.application)
	if application.workflow_state != terms.PUBLICITY or application.publicity != notice.name:
		return
	application.workflow_state = terms.INVESTIGATION
	application.opinion = _("Objection to notice {0}: {1}").format(notice.name, notice.objections[-1].content)
	application.save(ignore_permissions=True)


def take_down(application: str, reason: str) -> None:
	"""Withdraw what is posted or drafted for a case that leaves the publicity."""
	for name in frappe.get_all(
		"Publicity Notice",
		filters={"application": application, "kind": "Preliminary", "status": ["in", [DRAFT, RUNNING]]},
		pluck="name",
		order_by="creation",
	):
		notice = frappe.get_doc("Publicity Notice", name)
		notice.update({"status": WITHDRAWN, "withdrawal_reason": reason})
		notice.save(ignore_permissions=True)


@frappe.whitelist()
def prepare_again(application: str) -> str:
	"""Draft a new notice for a case in publicity whose notice was withdrawn; returns its name."""
	case = frappe.get_doc(APPLICATION, application)
	case.check_permission("write")
	frappe.has_permission("Publicity Notice", "create", throw=True)
	if case.workflow_state != terms.PUBLICITY:
		frappe.throw(_("The case does not stand at the preliminary publicity."), PublicityRefused)
	if frappe.db.exists(
		"Publicity Notice",
		{"application": application, "kind": "Preliminary", "status": ["in", [DRAFT, RUNNING]]},
	):
		frappe.throw(_("There is already a notice for this publicity."), PublicityRefused)
	return prepare(case)


def complete_expired() -> int:
	"""Daily: complete the notices whose last day has passed without objection (idempotent)."""
	names = frappe.get_all(
		"Publicity Notice",
		filters={"status": RUNNING, "ends_on": ["<", getdate(today())]},
		pluck="name",
		order_by="ends_on",
	)
	for name in names:
		notice = frappe.get_doc("Publicity Notice", name)
		notice.status = COMPLETED
		notice.save(ignore_permissions=True)
		_tell_completed(notice)
	return len(names)


def _tell_completed(notice: Document) -> None:
	subject = _("The publicity of {0} ended without objection: submit the case for review").format(
		notice.applicant_name
	)
	users = Directory().users(["Township Officer"], notice.division)
	messages.tell_staff(users, subject, APPLICATION, notice.application)


def _move(name: str, values: dict[str, str]) -> str:
	notice = _open(name)
	notice.update(values)
	notice.save()
	return notice.status


def _open(name: str) -> Document:
	notice = frappe.get_doc("Publicity Notice", name)
	notice.check_permission("write")
	return notice
