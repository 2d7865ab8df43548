"""The measures of an individual plan: suggested by the list of services, approved by a second person, given, and each
followed to its end – done, refused by the family, beyond what the body can do, or stopped (服务方案 1.1.1-32, -33).
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import duties, records
from socaid_app.casework.steps import Ask, Steps, Turn
from socaid_app.field_visits import needs
from socaid_app.field_visits.needs_questions import ASSESSMENT
from socaid_app.field_visits.transitions import TransitionRefused
from socaid_app.policy import clock

PLAN, MEASURE, ITEM = "Individual Plan", "Individual Plan Measure", "Service Catalogue Item"
DRAFT, UNDER_WAY, EVALUATED, ENDED = "Draft", "Under Way", "Evaluated", "Ended"
PLANNED, DONE, REFUSED, BODY_CANNOT, BROKEN_OFF = (
	"Planned",
	"Done",
	"Refused by the Family",
	"Body Cannot Do It",
	"Broken Off",
)
OPEN_MEASURES = (PLANNED, UNDER_WAY)
ENDS = (DONE, REFUSED, BODY_CANNOT, BROKEN_OFF)
# What of a measure the second person approved.
APPROVED = ("kind", "service", "need", "detail", "partner", "frequency")
MONTHS = 3
# Recipient.status → what is noted with everything that ends by it.
GONE = {"Deceased": _lt("The person has died."), "Moved Away": _lt("The person has moved away.")}
APPROVE = "Approve Individual Plans"


class MeasureInvalid(frappe.ValidationError):
	pass


step = Steps(PLAN, refusal=TransitionRefused)


# --- a draft ------------------------------------------------------------------------------------------------------
def fill_from_assessment(plan: Document) -> None:
	"""A new plan begins with what was assessed, and with a measure for each service that answers one of the needs."""
	assessment = frappe.get_doc(ASSESSMENT, plan.assessment)
	if plan.recipient != assessment.recipient or assessment.status not in (needs.ASSESSED, needs.REPLACED):
		frappe.throw(_("The plan rests on an assessment of this person that was confirmed."), MeasureInvalid)
	plan.group = plan.group or assessment.group
	plan.situation = plan.situation or situation(assessment)
	if not plan.measures:
		plan.extend("measures", suggested(assessment))


def situation(assessment: Document) -> str:
	found = [
		f"{_(row.need, context=row.doctype)}（{_(row.urgency, context=row.doctype)}）：{row.reasons}"
		for row in assessment.needs
	]
	return "\n".join([*found, *filter(None, [assessment.conclusion])])


def suggested(assessment: Document) -> list[dict]:
	"""The services for the needs, each once, in the order of urgency."""
	found: dict[str, dict] = {}
	for need in assessment.needs:
		for item in services_for(need.need, assessment.group):
			found.setdefault(
				item.name,
				{
					"service": item.name,
					"need": need.need,
					"kind": item.kind,
					"detail": need.reasons,
					"partner": item.partner,
					"frequency": item.frequency,
					"due_on": clock.add_months(getdate(today()), item.months or MONTHS),
					"status": PLANNED,
				},
			)
	return list(found.values())


def services_for(need: str, group: str) -> list[frappe._dict]:
	item, line = frappe.qb.DocType(ITEM), frappe.qb.DocType("Service Catalogue Need")
	return (
		frappe.qb.from_(item)
		.join(line)
		.on((line.parent == item.name) & (line.parenttype == ITEM))
		.select(item.name, item.kind, item.partner, item.frequency, item.months)
		.distinct()
		.where((item.disabled == 0) & (line.need == need))
		.where(line.group.isnull() | line.group.isin(("", group)))
		.orderby(item.name)
		.run(as_dict=True)
	)


# --- what was approved ------------------------------------------------------------------------------------------------
def require_approval(plan: Document) -> None:
	"""A plan starts when another person has approved it; what was approved stays until it is taken back to a draft."""
	before = plan.get_doc_before_save()
	if not before or plan.flags.by_step:
		return
	if before.status == DRAFT and plan.status == UNDER_WAY:
		if not duties.holds(APPROVE):
			frappe.throw(duties.refusal(APPROVE), duties.NotYourDuty)
		records.require_second_person(
			plan, _("Another person than whoever wrote the plan approves it and lets it start.")
		)
		plan.approved_by, plan.approved_on = frappe.session.user, today()
	elif before.status in (UNDER_WAY, EVALUATED):
		keep_measures(plan, before)


def keep_measures(plan: Document, before: Document) -> None:
	then = {row.name: row for row in before.measures}
	now = {row.name: row for row in plan.measures}
	same = then.keys() == now.keys() and not any(
		records.differs(now[name], then[name], field) for name in then for field in APPROVED
	)
	if not same:
		frappe.throw(
			_("The measures were approved as they are. Take the plan back to a draft to change them."),
			MeasureInvalid,
		)


def check_ends(plan: Document) -> None:
	"""A measure that came to nothing says why, and each end has its day."""
	for row in plan.measures:
		if row.status in (REFUSED, BODY_CANNOT, BROKEN_OFF) and not (row.effect or "").strip():
			frappe.throw(
				_("Row {0}: say why the measure was not carried out.").format(row.idx), MeasureInvalid
			)
		row.ended_on = (row.ended_on or today()) if row.status in ENDS else None


# --- its steps ------------------------------------------------------------------------------------------------------
def named(row: Document) -> str:
	return row.service or _(row.kind, context=MEASURE)


def open_measures(plan: Document) -> list[Document]:
	return [row for row in plan.measures if row.status in OPEN_MEASURES]


def _choices(plan: Document) -> list[dict]:
	return [{"value": row.name, "label": f"{row.idx}. {named(row)}"} for row in open_measures(plan)]


def _which(plan: Document) -> Ask:
	choices = _choices(plan)
	return Ask(
		"measure",
		label=_("Measure", context=MEASURE),
		fieldtype="Select",
		options=choices,
		default=choices[0]["value"] if len(choices) == 1 else None,
	)


def _measure(plan: Document, name: str) -> Document:
	for row in open_measures(plan):
		if row.name == name:
			return row
	frappe.throw(_("This measure has come to its end already. Load the plan again."), MeasureInvalid)


@step(
	_lt("Record Service"),
	at=UNDER_WAY,
	when=open_measures,
	asks=lambda plan: (
		_which(plan),
		Ask(
			"served_on",
			label=_("Date", context="Individual Plan Service"),
			fieldtype="Date",
			default=today(),
		),
		Ask("given", of="Individual Plan Service", fieldtype="Small Text"),
	),
	primary=True,
)
def record_service(plan: Document, measure: str, served_on: str, given: str) -> None:
	"""What was done for the family on a day; the measure is under way from then on."""
	row = _measure(plan, measure)
	if getdate(served_on) > getdate(today()):
		frappe.throw(_("A service that lies in the future cannot be recorded yet."), MeasureInvalid)
	row.status = UNDER_WAY
	plan.append(
		"services",
		{
			"served_on": served_on,
			"service": named(row),
			"measure": row.name,
			"given": given,
			"recorded_by": frappe.session.user,
		},
	)


@step(
	_lt("End Measure"),
	at=UNDER_WAY,
	when=open_measures,
	asks=lambda plan: (
		_which(plan),
		Ask("end", label=_("How It Ended"), fieldtype="Select", options=list(ENDS), context=MEASURE),
		Ask("effect", label=_("Effect, or Why Not"), fieldtype="Small Text"),
		Ask(
			"satisfaction",
			of=MEASURE,
			reqd=False,
			depends_on=f"eval:doc.end=='{DONE}'",
			mandatory_depends_on=f"eval:doc.end=='{DONE}'",
		),
	),
)
def end_measure(plan: Document, measure: str, end: str, effect: str, satisfaction: str = "") -> None:
	"""With its effect and what the family thinks of it, or with the reason why it came to nothing."""
	if end not in ENDS:
		frappe.throw(_("Choose how the measure ended."), MeasureInvalid)
	if end == DONE and not satisfaction:
		frappe.throw(_("Ask the family how satisfied they are, and enter it."), MeasureInvalid)
	_measure(plan, measure).update({"status": end, "effect": effect, "satisfaction": satisfaction})


@step(_lt("Take Back to a Draft"), at=(UNDER_WAY, EVALUATED), to=DRAFT, asks=("end_note",))
def revise(plan: Document, end_note: str) -> None:
	"""To change what was approved; another person approves it again."""
	plan.approved_by = plan.approved_on = None
	plan.content_changed_by = frappe.session.user


def referrals_to_begin(plan: Document) -> list[Turn]:
	return [
		Turn(
			label=f"{row.idx}. {named(row)}",
			values={
				"household": plan.household,
				"recipient": plan.recipient,
				"plan": plan.name,
				"measure": row.name,
				"need": row.need,
				"detail": named(row),
				"due_on": row.due_on,
			},
		)
		for row in open_measures(plan)
	]


step.opens(
	"refer",
	_lt("Hand Over to a Partner"),
	"Service Referral",
	at=UNDER_WAY,
	each=referrals_to_begin,
	group=_lt("Hand Over to a Partner"),
)


# --- what ends a plan without a clerk -----------------------------------------------------------------------------------
def follow_person(person: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Recipient: whoever has died or moved away is served here no longer."""
	if person.has_value_changed("status") and person.status in GONE:
		end_of(person.name, str(GONE[person.status]))


def end_of(recipient: str, reason: str) -> None:
	needs.end_of(recipient, reason)
	filters = {"recipient": recipient, "status": ["!=", ENDED]}
	for name in frappe.get_all(PLAN, filters=filters, pluck="name", order_by="name"):
		plan = frappe.get_doc(PLAN, name, for_update=True)
		for row in open_measures(plan):
			row.update({"status": BROKEN_OFF, "effect": reason})
		plan.update({"status": ENDED, "end_note": reason, "evaluation": plan.evaluation or reason})
		with records.step(plan):
			plan.save(ignore_permissions=True)
