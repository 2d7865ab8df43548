"""A planned route is handed to the officers: notified, and printed as one sheet per team."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from socaid_app.casework import messages
from socaid_app.casework.records import step
from socaid_app.field_visits.route_stops import PLAN, PLANNED, RELEASED, VISIT, by_name, open_plan
from socaid_app.field_visits.times_of_day import minute


class NotYetPlanned(frappe.ValidationError):
	pass


@frappe.whitelist(methods=["POST"])
def release(route_plan: str) -> dict:
	"""Hand the plan to the officers: each with a user is notified.

	Returns {"told": [names], "untold": [names]}; the untold get the printed sheet only.
	"""
	doc = open_plan(route_plan)
	if doc.status != PLANNED:
		frappe.throw(
			_("Only a planned route is released. Order the visits, or compute the times again, first."),
			NotYetPlanned,
		)
	if not any(row.team for row in doc.stops):
		frappe.throw(_("No stop of this plan has a team; there is nothing to release."), NotYetPlanned)
	doc.status = RELEASED
	with step(doc):
		doc.save()
	return _tell_officers(doc)


def _tell_officers(doc: Document) -> dict:
	busy = {row.team for row in doc.stops if row.team}
	names = [
		name for team in doc.teams if team.team_name in busy for name in (team.officer_1, team.officer_2)
	]
	officers = by_name("Visit Officer", names, ["officer_name", "user"])
	subject = _("Route sheet for {0}: {1}").format(getdate(doc.planned_on).isoformat(), doc.title)
	told, untold = [], []
	for name in names:
		officer = officers[name]
		failed = (
			not officer.user or messages.tell_staff([officer.user], subject, PLAN, doc.name)[officer.user]
		)
		(untold if failed else told).append(officer.officer_name)
	return {"told": told, "untold": untold}


def route_sheets(doc: Document) -> list[dict]:
	"""For the print format, one per team with stops: {team, officers, stops, hours}.

	``officers`` are records of Visit Officer, ``stops`` the rows in order with the ``phone`` of the head of
	household (masked, as in the registry) and the ``area`` it lies in; ``hours`` is the whole round.
	"""
	heads = _heads([row.visit for row in doc.stops])
	officers = by_name(
		"Visit Officer",
		[name for team in doc.teams for name in (team.officer_1, team.officer_2)],
		["officer_name", "phone"],
	)
	sheets = []
	for team in doc.teams:
		rows = sorted((row for row in doc.stops if row.team == team.team_name), key=lambda row: row.sequence)
		if rows:
			stops = [{**row.as_dict(), **heads.get(row.visit, {})} for row in rows]
			minutes = (minute(team.back_at) or 0) - (minute(team.starts_at) or 0)
			sheets.append(
				{
					"team": team,
					"officers": [officers.get(team.officer_1), officers.get(team.officer_2)],
					"stops": stops,
					"hours": round(minutes / 60, 1),
				}
			)
	return sheets


def _heads(names: list[str]) -> dict[str, dict]:
	"""visit → {phone, area} of the family it goes to."""
	if not names:
		return {}
	visit, home, person, area = (
		frappe.qb.DocType(doctype)
		for doctype in (VISIT, "Recipient Household", "Recipient", "Administrative Division")
	)
	rows = (
		frappe.qb.from_(visit)
		.join(home)
		.on(home.name == visit.household)
		.left_join(person)
		.on(person.name == home.head)
		.left_join(area)
		.on(area.name == visit.division)
		.select(visit.name, person.phone, area.division_name)
		.where(visit.name.isin(names))
	).run()
	return {name: {"phone": phone, "area": place} for name, phone, place in rows}
