"""What nobody writes by hand, and what nobody changes once the assessment is frozen.

The table below is held by casework/records.py on every channel; here is what depends on who works on a stage.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document

from socaid_app.assistance_intake import departures
from socaid_app.casework import records
from socaid_app.casework.records import ALL, Guard, all_but
from socaid_app.policy import terms

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
	"relief_stages",
	"support_form",
	"protected_case",
	*(f"selfcare_{item}" for item in terms.SELFCARE_ITEMS),
	"members",
	"supporters",
	"no_income",
	"incomes",
	"no_property",
	"properties",
	"no_expenses",
	"expenses",
)
# The case may be put right in these; afterwards it must be sent back first.
EDITABLE_STATES = (terms.DRAFT, terms.SUPPLEMENT, terms.ACCEPTED, terms.INVESTIGATION, terms.DELIBERATION)
# What those who handle a stage write about it: no content that somebody else approves.
HANDLING = (
	"workflow_state",
	"opinion",
	"supplement_due",
	"supplement_note",
	"deliberation_record",
	"extended",
	"extension_reason",
	"complaint_received",
	"green_channel",
	"green_channel_reason",
	"decision_reason",
	"decision_basis",
	"remedy_text",
	"urgency_over_on",
	"relief_settlement",
	"from_reserve",
)


class ApplicationFrozen(frappe.ValidationError):
	pass


class EditNotAllowed(frappe.PermissionError):
	pass


FIELDS = Guard(
	state="workflow_state",
	writable={
		**dict.fromkeys((terms.DRAFT, terms.SUPPLEMENT, terms.ACCEPTED), all_but(*departures.ENTERED)),
		**dict.fromkeys((terms.INVESTIGATION, terms.DELIBERATION), ALL),
		terms.PUBLICITY: HANDLING,
		**dict.fromkeys((terms.REVIEW, terms.CONFIRMATION), (*HANDLING, *departures.ENTERED)),
	},
	by=dict.fromkeys(departures.ENTERED, departures.DECIDE),
	entered=("workflow_state",),
	approved=True,
	notes=HANDLING,
	refusal=ApplicationFrozen,
	way_out=_lt(
		"The preliminary opinion rests on it (57号 Arts 18-19). Return the case to the investigation first."
	),
)


def keep_entry(application: Document) -> None:
	"""Who entered a case, and that a complaint came in, stays."""
	before = application.get_doc_before_save()
	if not before:
		application.entered_by = frappe.session.user
		application.amended_from = None
	elif before.complaint_received:
		# Once received, a complaint cannot be made to have never been (57号 Art. 20).
		application.complaint_received = 1


def check_edit(application: Document) -> None:
	"""Refuse changes of decisive values by somebody who does not work on this stage."""
	before = application.get_doc_before_save()
	if not before or may_edit(before.workflow_state):
		return
	changed = [field for field in records.changes(application, before) if field in DECISIVE]
	if changed:
		frappe.throw(
			_("{0}: at the stage {1} only the staff who handle that stage may change this.").format(
				records.labels(application, changed), _(before.workflow_state)
			),
			EditNotAllowed,
		)


def may_edit(state: str) -> bool:
	if frappe.session.user == "Administrator":
		return True
	workflow = frappe.get_cached_doc("Workflow", frappe.get_meta("Assistance Application").get_workflow())
	return bool({row.allow_edit for row in workflow.states if row.state == state} & set(frappe.get_roles()))
