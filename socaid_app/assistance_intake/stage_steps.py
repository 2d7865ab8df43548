"""A further stage of temporary aid: the situation is looked at, then another person pays it or stops the rest.

Nothing is paid that nobody looked at, and nothing stopped before the family was heard (Social Assistance Law Art. 48).
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, flt, get_first_day, getdate, today

from socaid_app.assistance_intake import decision, departures, persons, relief_stages
from socaid_app.assistance_intake.relief_stages import STAGE
from socaid_app.casework import deliveries, records, relatives, steps
from socaid_app.casework.steps import Ask, Steps
from socaid_app.policy import stages as law
from socaid_app.socaid_app import entitlements

RELEASE = "Release Stages"
STOP_NOTICE = "Stage Stop Notice"


class StageRefused(frappe.ValidationError):
	pass


step = Steps(STAGE, refusal=StageRefused)


def case_of(stage: Document) -> Document:
	return frappe.get_doc("Assistance Application", stage.application)


def is_relative(stage: Document) -> str:
	"""Why the session's user has to stand aside; '' where nothing stands against it."""
	case = case_of(stage)
	people = [case.applicant, *(row.recipient for row in case.members)]
	return relatives.why_not(people, getdate(today()))


def _turn_comes(stage: Document) -> list[str]:
	if relief_stages.earlier_open(stage):
		return [_("The stage before this one is still open.")]
	return []


@step(
	lambda doc: _("Check Again") if doc.status == law.CHECKED else _("Enter the Check"),
	at=(law.AWAITED, law.CHECKED),
	to=law.CHECKED,
	not_by=(is_relative,),
	missing=_turn_comes,
	asks=(
		Ask("checked_on", default=lambda doc: today()),
		Ask("finding", default=""),
		Ask("check_note"),
		Ask(
			"family_said",
			reqd=False,
			mandatory_depends_on=f"eval:doc.finding=='{law.ENDED}'",
		),
		Ask("check_paper", reqd=False),
	),
	stamps=("checked_by",),
	primary=lambda doc: doc.status == law.AWAITED,
)
def check(
	doc: Document,
	checked_on: str,
	finding: str,
	check_note: str,
	family_said: str = "",
	check_paper: str = "",
) -> None:
	"""Whether the need goes on; where it has ended, the family has its say before anything is stopped."""
	decided = frappe.db.get_value("Assistance Application", doc.application, "decided_on")
	if not getdate(decided) <= getdate(checked_on) <= getdate(today()):
		frappe.throw(_("The check lies between the decision and today."), StageRefused)
	if finding not in (law.IN_NEED, law.ENDED):
		frappe.throw(_("Choose what was found."), StageRefused)
	if finding == law.ENDED and not family_said:
		frappe.throw(
			_("Hear the family before the rest is stopped, and write down what it says (Law Art. 48)."),
			StageRefused,
		)


def _dead(stage: Document) -> list[str]:
	case = case_of(stage)
	counted = [row.recipient for row in case.members if cint(row.counted)]
	died = persons.deaths([case.applicant, *counted])
	names = [row.member_name for row in case.members if row.recipient in died]
	return [_("{0} has died. Check again how the family lives.").format("、".join(names))] if died else []


@step(
	_lt("Pay This Stage"),
	at=law.CHECKED,
	to=law.RELEASED,
	when=lambda doc: doc.finding == law.IN_NEED,
	duty=RELEASE,
	not_by=("checked_by", is_relative),
	another=_lt("Another person pays the stage than who checked it."),
	missing=_dead,
	stamps=("decided_by", "decided_on"),
	primary=True,
)
def release(doc: Document) -> str:
	"""By the payment list of the month, like any one-off aid; returns the Entitlement."""
	case = case_of(doc)
	month = get_first_day(getdate(today()))
	granted = entitlements.grant(
		category=case.category,
		household=case.household,
		recipient=case.applicant,
		division=case.division,
		area=case.area,
		amount=flt(doc.amount),
		start_month=month,
		end_month=month,
		shares=decision.shares(case, flt(doc.amount)),
		application=case.name,
		decided_on=today(),
		snapshot=departures.basis(case),
		member_count=cint(case.member_count),
	)
	steps.done(doc, entitlement=granted.name)
	return granted.name


@step(
	_lt("Stop the Rest"),
	at=law.CHECKED,
	to=law.STOPPED,
	when=lambda doc: doc.finding == law.ENDED,
	duty=RELEASE,
	not_by=("checked_by", is_relative),
	another=_lt("Another person stops the rest than who checked it."),
	asks=("stop_reason",),
	stamps=("decided_by", "decided_on"),
	confirm=_lt("This stage and all after it are not paid; the family gets a letter."),
	primary=True,
)
def stop(doc: Document, stop_reason: str) -> None:
	"""With a letter that says why; what was paid stays paid."""
	steps.done(doc)
	for name in relief_stages.later(doc):
		after = frappe.get_doc(STAGE, name, for_update=True)
		after.update(
			{
				"status": law.STOPPED,
				"stop_reason": stop_reason,
				"decided_by": frappe.session.user,
				"decided_on": today(),
			}
		)
		with records.step(after):
			after.save(ignore_permissions=True)
	deliveries.make_out(doc, STOP_NOTICE, recipient=case_of(doc).applicant, content=stop_reason).insert(
		ignore_permissions=True
	)
