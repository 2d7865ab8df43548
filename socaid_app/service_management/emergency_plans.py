"""Emergency plans (第四章): written, approved by somebody else, in force until the next version, revised every year."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_months, cint, today

from socaid_app.casework import steps
from socaid_app.casework.steps import AUTHOR, Steps, done
from socaid_app.socaid_app import safety

DOCTYPE = "Emergency Plan"
DRAFT, TO_APPROVE, IN_FORCE, REPLACED = "Plan Draft", "Plan to Approve", "Plan in Force", "Plan Replaced"
APPROVE = "Approve Emergency Plans"
LEVELS = ("I", "II", "III", "IV")
# What the next version begins with.
TEXT = ("plan_name", "event_type", "covers", "principles", "supplies", "mutual_aid")
TABLES = ("measures", "contacts", "reports")


class PlanIncomplete(frappe.ValidationError):
	pass


class RevisionUnderWay(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, incomplete=PlanIncomplete)


def of_event(event_type: str) -> str | None:
	"""The plan in force for a kind of event; of several, the one approved last."""
	return frappe.db.get_value(
		DOCTYPE, {"event_type": event_type, "status": IN_FORCE}, order_by="approved_on desc, name desc"
	)


def applies(row: Document, level: str) -> bool:
	"""Whether what a plan says from a level on is done at this one; I is the gravest."""
	return LEVELS.index(level) <= LEVELS.index(row.level)


def what_is_missing(plan: Document) -> list[str]:
	lacks = []
	if not plan.measures:
		lacks.append(_("Enter the measures of the response."))
	if len(plan.contacts) < 2:
		lacks.append(
			_("Name at least two people to be called: when one does not answer, the next is called.")
		)
	if cint(plan.version) > 1 and not (plan.revision_note or "").strip():
		lacks.append(_("Say what changed in this version."))
	return lacks


@step(
	_lt("Submit the Plan"),
	at=DRAFT,
	to=TO_APPROVE,
	duty=safety.COMMAND,
	missing=what_is_missing,
	primary=True,
)
def submit_plan(plan: Document) -> None:
	"""To be approved by somebody else."""


@step(
	_lt("Approve the Plan"),
	at=TO_APPROVE,
	duty=APPROVE,
	not_by=("owner", AUTHOR),
	stamps=("approved_by", "approved_on"),
	primary=True,
)
def approve_plan(plan: Document) -> None:
	"""It is in force, instead of the version before, until its full revision a year from now."""
	if plan.replaces:
		earlier = frappe.get_doc(DOCTYPE, plan.replaces, for_update=True)
		earlier.update({"status": REPLACED, "review_due_on": None})
		with steps.records.step(earlier):
			earlier.save()
	plan.review_due_on = add_months(today(), safety.parameter("emergency_plan_review_months"))
	done(plan, status=IN_FORCE)


@step(_lt("Send Back the Plan"), at=TO_APPROVE, to=DRAFT, duty=APPROVE, asks=("sent_back_note",))
def send_back_plan(plan: Document, sent_back_note: str) -> None:
	"""With what has to be changed."""


@step(_lt("Revise the Plan"), at=IN_FORCE, duty=safety.COMMAND)
def revise_plan(plan: Document) -> str:
	"""The next version begins as this one is; returns its name. Raises RevisionUnderWay."""
	known = frappe.db.get_value(DOCTYPE, {"replaces": plan.name, "status": ["in", [DRAFT, TO_APPROVE]]})
	if known:
		frappe.throw(_("The next version is being written already: {0}.").format(known), RevisionUnderWay)
	rows = {
		table: [{df.fieldname: row.get(df.fieldname) for df in row.meta.fields} for row in plan.get(table)]
		for table in TABLES
	}
	revised = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			**{name: plan.get(name) for name in TEXT},
			**rows,
			"version": plan.version + 1,
			"replaces": plan.name,
		}
	)
	with steps.records.step(revised):
		revised.insert()
	steps.nothing_to_save(plan)
	return revised.name
