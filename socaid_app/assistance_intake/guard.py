"""What nobody writes by hand, and what nobody changes once the assessment is frozen.

Frappe's read-only fields bind the form alone; REST, imports and bulk edits write them. Here every save, by
whichever channel, begins from the stored values of the fields that only this code may set.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document
from frappe.utils import cstr, flt, getdate

from socaid_app.policy import terms

# Set by the steps of the case and by its computations.
PROTECTED = (
	"scheme",
	"payment",
	"route",
	"confirming_authority",
	"accepted_on",
	"entered_by",
	"second_checked_by",
	"investigation",
	"check_report",
	"publicity",
	"county_visit",
	"first_reviewer",
	"second_reviewer",
	"final_approver",
	"relative_case",
	"propose_rejection",
	"statutory_due",
	"service_due",
	"due_status",
	"due_provisional",
	"eligible",
	"member_count",
	"annual_income",
	"monthly_per_capita",
	"standard_amount",
	"calculation_mode",
	"proposed_amount",
	"assessment",
	"snapshot",
	"care_grade",
	"decided_on",
	"effective_month",
	"confirmed_amount",
	"entitlement",
	"county_filing",
)
PROTECTED_TABLES = ("opinions", "deadlines")

# What the opinion, the publicity and the decision rest on.
DECISIVE = (
	"category",
	"applicant",
	"household",
	"division",
	"applied_on",
	"area",
	"special_deliberation",
	"single_application",
	"requested_amount",
	"support_form",
	"protected_case",
	*(f"selfcare_{item}" for item in terms.SELFCARE_ITEMS),
)
DECISIVE_TABLES = ("members", "supporters", "incomes", "properties", "expenses")
# Columns of those tables that this code computes.
COMPUTED_COLUMNS = {"members": {"counted", "counted_reason", "consent", "share", "member_name", "id_number"}}
# The case may be put right in these; afterwards it must be sent back first.
EDITABLE_STATES = (terms.DRAFT, terms.SUPPLEMENT, terms.ACCEPTED, terms.INVESTIGATION, terms.DELIBERATION)


class ApplicationFrozen(frappe.ValidationError):
	pass


class EditNotAllowed(frappe.PermissionError):
	pass


def restore_protected(application: Document) -> None:
	"""Put the stored values (or, for a new case, nothing) back into the fields in :data:`PROTECTED`."""
	before = application.get_doc_before_save()
	for field in PROTECTED:
		application.set(field, before.get(field) if before else None)
	for field in PROTECTED_TABLES:
		rows = [row.as_dict() for row in before.get(field)] if before else []
		application.set(field, rows)
	if not before:
		application.entered_by = frappe.session.user
		application.amended_from = None
	elif before.complaint_received:
		# Once received, a complaint cannot be made to have never been (57号 Art. 20).
		application.complaint_received = 1


def check_edit(application: Document) -> None:
	"""Refuse changes of decisive values in a frozen state, or by somebody who does not work on this step."""
	before = application.get_doc_before_save()
	if not before:
		return
	changed = changed_decisive(application, before)
	if not changed:
		return
	labels = "、".join(_(application.meta.get_label(field)) for field in changed)
	if before.workflow_state not in EDITABLE_STATES:
		frappe.throw(
			_(
				"{0}: no longer changeable, because the preliminary opinion rests on it (57号 Arts 18-19)."
				" Return the case to the investigation first."
			).format(labels),
			ApplicationFrozen,
		)
	if not may_edit(before.workflow_state):
		frappe.throw(
			_("{0}: at the stage {1} only the staff who handle that stage may change this.").format(
				labels, _(before.workflow_state)
			),
			EditNotAllowed,
		)


def may_edit(state: str) -> bool:
	if frappe.session.user == "Administrator":
		return True
	workflow = frappe.get_cached_doc("Workflow", frappe.get_meta("Assistance Application").get_workflow())
	return bool({row.allow_edit for row in workflow.states if row.state == state} & set(frappe.get_roles()))


def changed_decisive(application: Document, before: Document) -> list[str]:
	changed = [field for field in DECISIVE if _text(application, field) != _text(before, field)]
	return changed + [field for field in DECISIVE_TABLES if _rows(application, field) != _rows(before, field)]


def _rows(document: Document, table: str) -> list[tuple]:
	computed = COMPUTED_COLUMNS.get(table, set())
	rows = []
	for row in document.get(table):
		fields = [
			df.fieldname
			for df in row.meta.fields
			if df.fieldtype not in no_value_fields + table_fields
			and df.fieldname not in computed
			and not df.fetch_from
		]
		rows.append(tuple(_text(row, field) for field in fields))
	return rows


def _text(document: Document, field: str) -> str:
	"""Comparable whatever way the value came: 0, '0' and None, dates and their text, 10 and '10.00'."""
	df = document.meta.get_field(field)
	value = document.get(field)
	if df.fieldtype in ("Check", "Int", "Float", "Currency"):
		return f"{flt(value):.6f}"
	if df.fieldtype == "Date":
		return str(getdate(value)) if value else ""
	return cstr(value).strip()
