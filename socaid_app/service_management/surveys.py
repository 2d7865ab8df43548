"""Surveys (服务方案5.2): families drawn at random, or after a service; one sheet each.

A sheet waits for its family until its last day: it may be answered on the public page with the code of its invitation,
or somebody rings up. Whom an anonymous sheet asked is forgotten when it is handed in. What is answered on the page goes
on a sheet of its own, without the family, the village or the hour: numbers of invitations are known to the staff.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import SystemRandom

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, flt, get_datetime, get_url, getdate, now_datetime, today

from socaid_app.casework import records, steps, tracking_codes
from socaid_app.casework.steps import Ask, Steps
from socaid_app.policy import check_answers as policy
from socaid_app.service_management import service_checks
from socaid_app.service_management.service_checks import (
	CANCELLED,
	DOCTYPE,
	DONE,
	PLANNED,
	SURVEY,
	TEMPLATE,
	TO_REVIEW,
	require_in_use,
)

HOUSEHOLD = "Recipient Household"
BY_PHONE, AFTER, PAGE = "By Phone", "After a Service", "Public Page"
MOST, ANSWER_DAYS = 200, 15
# How far back a night draws that did not run for some time.
LOOKED_BACK = 7
ANSWERED_ON_PAGE = "已在网上作答"
# Services that end: the condition of an ended one, and the column that says on which day.
ENDS = {
	"Home Visit": ("status in ('Finished', 'Reviewed')", "check_out_at"),
	"Service Callback": ("status = 'Done'", "called_at"),
	"Assistance Application": ("docstatus = 1", "decided_on"),
}


class SampleInvalid(frappe.ValidationError):
	pass


class AnswersMissing(frappe.ValidationError):
	"""``args[0]``: the numbers of the questions without a fitting answer."""


step = Steps(TEMPLATE)


# --- who is asked -------------------------------------------------------------------------------------------------
@step(
	_lt("Draw a Sample"),
	when=lambda template: template.concerns == SURVEY,
	asks=(
		Ask("households", label=_lt("How Many Families"), fieldtype="Int", default=20),
		Ask("responsible", label=_lt("Who Asks Them"), fieldtype="Link", options="User"),
		Ask("days", label=_lt("Days for It"), fieldtype="Int", default=ANSWER_DAYS),
	),
	primary=True,
)
def draw_sample(template: Document, households: int, responsible: str, days: int) -> int:
	"""Among families in benefit that the session's user may see; those whom a sheet of this kind waits for are left
	out. Returns how many sheets were made. Raises SampleInvalid."""
	if not 1 <= cint(households) <= MOST or cint(days) < 1:
		frappe.throw(_("Draw between 1 and {0} families, for at least one day.").format(MOST), SampleInvalid)
	require_in_use(template, today())
	families = frappe.get_list(
		HOUSEHOLD,
		filters={
			"status": "Active",
			"current_benefit": ["is", "set"],
			"name": ["not in", _waiting(template.name) or [""]],
		},
		fields=["name", "division"],
		order_by="name",
		limit_page_length=0,
	)
	drawn = SystemRandom().sample(families, min(cint(households), len(families)))
	for family in drawn:
		_sheet(template.name, family, BY_PHONE, responsible, cint(days)).insert()
	steps.nothing_to_save(template)
	return len(drawn)


def _waiting(template: str | None = None) -> list[str]:
	"""Families whom a sheet waits for."""
	filters = {"concerns": SURVEY, "status": PLANNED, "household": ["is", "set"]}
	return frappe.get_all(
		DOCTYPE, filters=filters | ({"template": template} if template else {}), pluck="household"
	)


def _sheet(template: str, family: frappe._dict, channel: str, responsible: str, days: int) -> Document:
	return frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"template": template,
			"household": family.name,
			"division": family.division,
			"channel": channel,
			"responsible": responsible,
			"due_on": add_days(today(), days),
		}
	)


def nightly() -> int:
	"""After services that ended since the last night, of each kind as many in a hundred as its template says; returns
	how many sheets were made. Nobody gets a second sheet while one waits."""
	made = 0
	for name in frappe.get_all(
		TEMPLATE,
		filters={"concerns": SURVEY, "after_service": ["is", "set"], "sample_percent": [">", 0]},
		pluck="name",
		order_by="name",
	):
		made += _draw_after_services(frappe.get_doc(TEMPLATE, name, for_update=True))
	return made


def _draw_after_services(template: Document) -> int:
	last = getdate(add_days(today(), -1))
	since = max(
		getdate(add_days(template.drawn_until or last, 1 if template.drawn_until else 0)), _earliest()
	)
	if since > last:
		return 0
	# nobody looks a second time at these days, whatever becomes of tonight's sheets
	frappe.db.set_value(TEMPLATE, template.name, "drawn_until", last, update_modified=False)
	if getdate(template.active_from) > last or (
		template.active_to and getdate(template.active_to) < getdate(today())
	):
		return 0
	asked = set(_waiting())
	families = [row for row in _served(template.after_service, since, last) if row.name not in asked]
	chance = SystemRandom()
	drawn = [row for row in families if chance.random() * 100 < flt(template.sample_percent)]
	for family in drawn:
		_sheet(template.name, family, AFTER, template.asker, ANSWER_DAYS).insert(ignore_permissions=True)
	return len(drawn)


def _earliest() -> date:
	return getdate(add_days(today(), -LOOKED_BACK))


def _served(service: str, since: date, until: date) -> list[frappe._dict]:
	"""Families on the register for whom a service ended in these days, each once."""
	ended, day = ENDS[service]
	return frappe.db.sql(
		f"""select household.name, household.division from (select distinct household from `tab{service}`
		where {ended} and `{day}` >= %(since)s and `{day}` < date_add(%(until)s, interval 1 day)) served
		join `tab{HOUSEHOLD}` household on household.name = served.household
		where household.status = 'Active' order by household.name""",
		{"since": since, "until": until},
		as_dict=True,
	)


# --- the public page ----------------------------------------------------------------------------------------------
def keep_channel(sheet: Document) -> None:
	"""From ``validate``: nobody of the staff answers in the place of a family."""
	if sheet.channel == PAGE and not sheet.flags.by_step and sheet.has_value_changed("channel"):
		frappe.throw(
			_("On the public page the families answer themselves. Choose how you asked."), SampleInvalid
		)


def give_code(sheet: Document) -> None:
	"""From ``validate`` of a new sheet that waits for a family."""
	if sheet.household:
		sheet.tracking_hash = tracking_codes.fingerprint(_code(sheet.name), "")


def survey_code(sheet: Document) -> dict:
	"""For the invitation: ``code`` and ``address`` of the page; {} when nobody can answer with it any more. It is made
	of the sheet's number with the site's key and stored nowhere."""
	if not sheet.tracking_hash or sheet.status != PLANNED:
		return {}
	code = tracking_codes.spaced(_code(sheet.name))
	return {"code": code, "address": get_url(f"/survey?code={code}")}


def _code(name: str) -> str:
	return tracking_codes.make_code(f"survey:{name}", alone=True)


def waiting_for(code: str) -> str | None:
	"""The sheet that waits for an answer with this code."""
	return frappe.db.get_value(
		DOCTYPE, {"tracking_hash": tracking_codes.fingerprint(code, ""), "status": PLANNED}
	)


def answer_on_page(name: str, answers: dict[int, str]) -> Document:
	"""What a family answers itself (number of the question → answer); returns the sheet that bears it. An open question
	may stay blank. Raises AnswersMissing, StepNotOpen."""
	invitation = frappe.get_doc(DOCTYPE, name, for_update=True)
	if invitation.status != PLANNED:
		raise steps.StepNotOpen
	given = _judgeable(invitation.answers, answers)
	template = frappe.get_cached_doc(TEMPLATE, invitation.template)
	sheet = _own_sheet(invitation) if template.anonymous else invitation
	for row in sheet.answers:
		row.answer = given.get(row.idx)
	service_checks.judge(sheet)
	sheet.update(
		{
			"channel": PAGE,
			"status": TO_REVIEW if template.reviewing_role else DONE,
			"tracking_hash": None,
			"checked_at": now_datetime(),
		}
	)
	with records.step(sheet):
		sheet.save(ignore_permissions=True)
	if template.anonymous:
		_forget(sheet, invitation)
	return sheet


def _judgeable(rows: Iterable[Document], answers: dict[int, str]) -> dict[int, str]:
	"""Raises AnswersMissing."""
	given, missing = {}, []
	for row in rows:
		answer = (answers.get(row.idx) or "").strip()
		if row.answer_kind == policy.TEXT:
			answer = answer or "无"
		elif row.answer_kind == policy.PHOTO:
			continue
		try:
			policy.judge(service_checks.question_of(row), answer)
		except policy.AnswerError:
			missing.append(row.idx)
		given[row.idx] = answer
	if missing:
		raise AnswersMissing(missing)
	return given


def _own_sheet(invitation: Document) -> Document:
	sheet = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			**{name: invitation.get(name) for name in ("template", "responsible", "due_on")},
			"division": invitation.township or invitation.division,
		}
	)
	# as the invitation asks, whatever its template asks by now
	sheet.flags.asks_as = invitation.answers
	return sheet.insert(ignore_permissions=True)


def _forget(sheet: Document, invitation: Document) -> None:
	"""Nothing leads from the answers to the invitation: not the family, nor the moment at which both changed."""
	day = get_datetime(today())
	frappe.db.set_value(
		DOCTYPE, sheet.name, {"creation": day, "modified": day, "checked_at": day}, update_modified=False
	)
	frappe.db.set_value(
		DOCTYPE,
		invitation.name,
		{"status": CANCELLED, "cancel_reason": ANSWERED_ON_PAGE, "household": None, "tracking_hash": None},
		update_modified=False,
	)


def shown(name: str) -> dict:
	"""A sheet for the page: title, anonymous, questions [{idx, section, question, kind, full, offered}]."""
	sheet = frappe.get_doc(DOCTYPE, name)
	template = frappe.get_cached_doc(TEMPLATE, sheet.template)
	return {
		"title": template.print_title or template.name,
		"anonymous": bool(template.anonymous),
		"until": sheet.due_on,
		"questions": list(_questions(sheet.answers)),
	}


def _questions(rows: Iterable[Document]) -> Iterable[dict]:
	for row in rows:
		if row.answer_kind != policy.PHOTO:
			yield {
				"idx": row.idx,
				"section": row.section,
				"question": row.question,
				"kind": row.answer_kind,
				"full": cint(row.highest) or 10,
				"offered": list(_offered(row)),
			}


def _offered(row: Document) -> Iterable[tuple[str, str]]:
	"""Stored value and words of each choice, the best first."""
	match row.answer_kind:
		case policy.SCORE:
			for mark in range(cint(row.highest) or 10, -1, -1):
				yield str(mark), str(mark)
		case policy.YES_NO:
			yield from ((policy.YES, "是"), (policy.NO, "否"), (policy.NOT_APPLICABLE, "没有遇到"))
		case policy.CHOICE:
			for option in policy.options(row.choices):
				yield option, option
