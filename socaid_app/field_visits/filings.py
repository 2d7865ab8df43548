"""The county looks at what townships decide: of the cases confirmed in a month it draws its sample and visits again.

吉民发〔2024〕5号 lets townships confirm and leaves the county the filing (备案) and the check; at least 30 % at random
(43号 Art. 16; the parameters of policy/sampling.py). A month is drawn once, when it is over, by the night's job and by
nobody's hand: every case is in exactly one draw, so there is no second one that could turn out nicer. Seed, population
and fingerprint stay with the draw, and anybody can draw it again and compare (spotchecks.verify).
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, get_first_day, get_last_day, getdate, today

from socaid_app.casework import duties
from socaid_app.casework.records import step
from socaid_app.field_visits import spotchecks
from socaid_app.policy import sampling
from socaid_app.socaid_app import rules

APPLICATION = "Assistance Application"
FILED, SAMPLED = "Filed", "Sampled"
COUNTY_VISITS = "Visit for the County"
# Who acted on a case.
ACTED = ("final_approver", "second_reviewer", "first_reviewer", "second_checked_by", "entered_by")


class NotTheCounty(frappe.PermissionError):
	pass


def draw_due() -> list[str]:
	"""Nightly: draw every month that is over, scheme by scheme; what was drawn is not drawn again."""
	case = frappe.qb.DocType(APPLICATION)
	months = (
		_waiting(case, None, get_first_day(today()))
		.select(case.scheme, case.decided_on)
		.distinct()
		.orderby(case.decided_on, case.scheme)
		.run()
	)
	drawn = [
		draw_month(month, scheme)
		for month, scheme in dict.fromkeys((get_first_day(day), scheme) for scheme, day in months)
	]
	return [name for name in drawn if name]


def draw_month(month: date, scheme: str) -> str | None:
	"""Draw from the cases of one scheme that townships confirmed in one month; returns the Spot Check."""
	# Locked: of two draws at once the second waits, and finds no case that the first has not taken.
	case = frappe.qb.DocType(APPLICATION)
	rows = (
		_waiting(case, month, add_days(get_last_day(month), 1))
		.select(
			case.name,
			case.household,
			case.applicant_name.as_("head_name"),
			case.category,
			case.division,
			case.township,
		)
		.where(case.scheme == scheme)
		.orderby(case.name)
		.for_update()
		.run(as_dict=True)
	)
	if not rows:
		return None
	check = _prepare(month, scheme)
	days = cint(rules.parameters().get("filing_check_days", getdate(today())))
	spotchecks.take_sample(check, rows, due_on=add_days(today(), days))
	check.status = spotchecks.DRAWN
	check.save_by_use_case()
	_note_on_cases(check.name, [row.name for row in rows])
	return check.name


def _waiting(case, since: date | None, before: date):
	"""Confirmed by a township in the period, filed with the county, in no draw yet."""
	query = (
		frappe.qb.from_(case)
		.where((case.county_filing == FILED) & case.filing_check.isnull())
		.where((case.docstatus == 1) & (case.decided_on < before))
	)
	return query.where(case.decided_on >= since) if since else query


def _prepare(month: date, scheme: str) -> Document:
	"""A spot check of cases; nobody enters one by hand, for its subject is set by the system alone."""
	last = get_last_day(month)
	check = frappe.get_doc(
		{
			"doctype": spotchecks.DOCTYPE,
			"title": _("Filing check of {0}: {1}").format(f"{month:%Y-%m}", _(scheme)),
			"subject": spotchecks.CASES,
			"scheme": scheme,
			"division": frappe.db.get_single_value("Socaid Settings", "county_division"),
			"period_from": month,
			"period_to": last,
			"ratio": float(sampling.county_percent(scheme, last, rules.parameters())),
			"strata": "Township",
			"at_least": 1,
		}
	)
	check.flags.ignore_permissions = True
	with step(check):
		check.insert()
	return check


def _note_on_cases(check: str, names: list[str]) -> None:
	"""Every case of the population names the draw; those drawn say so."""
	case, item = frappe.qb.DocType(APPLICATION), frappe.qb.DocType(spotchecks.ITEM)
	frappe.qb.update(case).set(case.filing_check, check).where(case.name.isin(names)).run()
	drawn = frappe.qb.from_(item).select(item.application).where(item.spot_check == check)
	frappe.qb.update(case).set(case.county_filing, SAMPLED).where(case.name.isin(drawn)).run()


# --- the second look ----------------------------------------------------------------------------------------
def require_county(item: Document) -> None:
	"""Sampled cases are visited and judged by the county; who works for a township or a contractor is not it."""
	if item.application:
		duties.require(COUNTY_VISITS, NotTheCounty)


def handlers(application: str) -> list[frappe._dict]:
	"""Who decided and who investigated a case, as visitors' rows; the last decision first."""
	acted = frappe.db.get_value(APPLICATION, application, ACTED)
	rows = frappe.get_all(
		"Investigation Participant",
		filters={"parent": ["in", _investigations(application)], "parenttype": "Household Investigation"},
		fields=["user", "participant_name as officer_name"],
		order_by="parent, idx",
	)
	people = [frappe._dict(user=user, officer_name=None) for user in acted if user]
	return [row.update({"officer": None}) for row in (*people, *rows)]


def _investigations(application: str) -> list[str]:
	return frappe.get_all(
		"Household Investigation",
		filters={"application": application, "docstatus": 1},
		pluck="name",
		order_by="name",
	) or [""]


def tell_case(item: Document) -> None:
	"""The record of the case says what the county found."""
	if item.application:
		frappe.db.set_value(
			APPLICATION, item.application, "filing_result", item.result or None, update_modified=False
		)
