"""一事一议: a meeting at the county decides on a hardship that the usual limits do not meet (民发〔2018〕23号 二(三); 57号
for rigid expenditure: 民发〔2024〕57号 Art. 9).

Enough members, near relatives and whoever worked on the case stand aside, more than half of those who vote agree, and the
minutes are signed. What it grants is then the limit of the case, whose steps go on as usual.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, today

from socaid_app.assistance_intake import relative_cases
from socaid_app.assistance_intake.guard import EDITABLE_STATES
from socaid_app.casework import deliberating, records, relatives, steps
from socaid_app.casework.steps import Ask, Steps
from socaid_app.policy import terms
from socaid_app.policy import violations as law
from socaid_app.socaid_app import rules

DOCTYPE, APPLICATION = "Case Deliberation", "Assistance Application"
CALLED, CONCLUDED, VOID = "Meeting Called", "Meeting Concluded", "Meeting Void"
LEAD = "Lead Case Deliberations"


class MeetingRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=MeetingRefused)


def fill(doc: Document) -> None:
	"""From ``validate`` while the meeting is called."""
	case = frappe.get_doc(APPLICATION, doc.application)
	if not cint(case.special_deliberation):
		frappe.throw(_("This case is not marked for case-by-case deliberation."), MeetingRefused)
	_require_open(case)
	known = {"application": case.name, "status": ["in", (CALLED, CONCLUDED)], "name": ["!=", doc.name or ""]}
	if other := frappe.db.get_value(DOCTYPE, known, "name"):
		frappe.throw(_("This case has a meeting already ({0}).").format(other), MeetingRefused)
	if case.scheme == terms.TEMPORARY and flt(doc.proposed_amount) <= 0:
		frappe.throw(_("Enter the amount that is proposed to the meeting."), MeetingRefused)
	doc.update(
		{
			"applicant_name": case.applicant_name,
			"household": case.household,
			"requested_amount": case.requested_amount,
		}
	)
	deliberating.check_members(doc, MeetingRefused)
	related = relatives.related_to(relative_cases.persons_of(case), getdate(today()))
	deliberating.name_recusals(doc, related, involved(case))


def _require_open(case: Document) -> None:
	if case.workflow_state not in EDITABLE_STATES:
		frappe.throw(
			_(
				"The case stands at “{0}”. Return it to the investigation, then let the meeting decide."
			).format(_(case.workflow_state)),
			MeetingRefused,
		)


def involved(case: Document) -> set[str]:
	"""Who entered, checked or investigated the case."""
	investigators = frappe.get_all(
		"Investigation Participant",
		filters={"parent": ["in", [case.investigation or "", case.county_visit or ""]]},
		pluck="user",
		order_by="idx",
	)
	return {case.entered_by, case.second_checked_by, case.first_reviewer, *investigators} - {None, ""}


def stands_aside(doc: Document) -> str:
	"""Why the session's user does not lead the meeting; '' where nothing stands against it."""
	case = frappe.get_doc(APPLICATION, doc.application)
	if frappe.session.user in involved(case):
		return _("You worked on the case: somebody else leads its deliberation.")
	return relatives.why_not(relative_cases.persons_of(case), getdate(today()))


@step(
	_lt("Enter the Result of the Meeting"),
	at=CALLED,
	to=CONCLUDED,
	duty=LEAD,
	not_by=(stands_aside,),
	missing=lambda doc: deliberating.attendance_lacks(doc, rules.parameters()),
	asks=(
		Ask("agree", default=0),
		Ask("disagree", default=0),
		Ask("abstain", default=0),
		Ask("minutes"),
		Ask("minutes_paper", on_form=True),
	),
	stamps=("concluded_by", "concluded_on"),
	primary=True,
)
def conclude(doc: Document, agree: int | str, disagree: int | str, abstain: int | str, minutes: str) -> None:
	"""As many votes as voters; carried, its amount is the limit of the case."""
	votes, there = [cint(agree), cint(disagree), cint(abstain)], len(deliberating.voters(doc))
	if min(votes) < 0:
		frappe.throw(_("A number of votes cannot be negative."), MeetingRefused)
	if found := law.count_breaches(sum(votes), there, getdate(doc.held_on)):
		frappe.throw(str(found[0]), MeetingRefused)
	carried = law.carried(votes[0], there)
	steps.done(doc, result=deliberating.CARRIED if carried else deliberating.NOT_CARRIED)
	if carried:
		_write(doc, doc.name, flt(doc.proposed_amount), doc.minutes_paper)


@step(
	_lt("Declare Void"),
	at=(CALLED, CONCLUDED),
	to=VOID,
	duty=LEAD,
	asks=("void_reason",),
)
def declare_void(doc: Document, void_reason: str) -> None:
	"""What it granted is granted no more; another meeting may be called."""
	carried = doc.result == deliberating.CARRIED
	steps.done(doc)
	if carried:
		_write(doc, None, 0, None)


def _write(doc: Document, meeting: str | None, amount: float, paper: str | None) -> None:
	case = frappe.get_doc(APPLICATION, doc.application, for_update=True)
	_require_open(case)
	case.update({"deliberation": meeting, "deliberated_amount": amount, "deliberation_record": paper})
	with records.step(case):
		case.save(ignore_permissions=True)
