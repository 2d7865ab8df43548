"""Families and teams for the tests of home visits."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import frappe
from frappe.utils import add_days, today

from socaid_app.policy import means, snapshot
from socaid_app.socaid_app import rules
from tests import builders

# One white pixel.
PIXEL = base64.b64decode(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def make_officer(
	user: str | None = None, name: str = "走访员", division: str = builders.TOWNSHIP_A, **values
):
	"""Somebody trained and background-checked, on duty."""
	return frappe.get_doc(
		{
			"doctype": "Visit Officer",
			"officer_name": name,
			"user": user,
			"employer": "Contractor",
			"division": division,
			"trained_on": add_days(today(), -30),
			"background_checked_on": add_days(today(), -30),
			**values,
		}
	).insert(ignore_permissions=True)


def make_visit_team(division: str = builders.TOWNSHIP_A) -> SimpleNamespace:
	"""Two investigators with their users, and the supervisor who approves and reviews."""
	users = [builders.make_user("Field Investigator", division) for _ in range(2)]
	officers = [make_officer(user, f"走访员{n}", division).name for n, user in enumerate(users, 1)]
	return SimpleNamespace(
		first=users[0],
		second=users[1],
		officers=officers,
		supervisor=builders.make_user("Township Approver", division),
	)


def make_family(
	division: str = builders.VILLAGE_A, annual: float = 3600, members: int = 2, start: str | None = None
):
	"""A couple (or one person) in 农村低保 whose benefit rests on a real calculation; (household, entitlement)."""
	household = builders.make_household(division, members)
	people = [row.recipient for row in household.members]
	case = {
		"category": "农村低保",
		"scheme": "Dibao",
		"area": "Rural",
		"division": division,
		"applied_on": today(),
		"accepted_on": today(),
		"members": [
			{
				"id": person,
				"name": row.member_name,
				"birth_date": str(frappe.db.get_value("Recipient", person, "birth_date")),
				"kinship": row.kinship,
				"residence": "Living Together",
				"health": "Healthy",
				"labour_capacity": "None",
				"in_need": True,
				"benefits": [],
			}
			for person, row in zip(people, household.members, strict=True)
		],
		"income": [
			{"member": people[0], "kind": "Business", "item": "Farming", "annual": annual, "deduction": 0}
		],
		"property": [],
		"expenses": [],
	}
	result = means.assess(case, rules.parameters(), rules.standards())
	frozen = snapshot.freeze(case, rules.parameters(), rules.standards(), result)
	from socaid_app.socaid_app import entitlements

	granted = entitlements.grant(
		category="农村低保",
		household=household.name,
		recipient=household.head,
		division=household.division,
		area="Rural",
		amount=float(result.amount),
		start_month=start or today(),
		shares=[{"recipient": person, "share": float(result.shares[person])} for person in people],
		application=None,
		decided_on=today(),
		snapshot=frozen,
		member_count=len(people),
	)
	return household, granted


CALM = dict.fromkeys(
	("risk_person", "risk_animal", "risk_environment", "risk_health", "risk_conflict"), "No Sign"
)


def make_visit(household, team: SimpleNamespace, user: str | None = None, **values):
	"""A planned visit, its risk graded as calm, entered by ``user`` (the first visitor)."""
	with builders.acting_as(user or team.first):
		return frappe.get_doc(
			{
				"doctype": "Home Visit",
				"household": household.name,
				"planned_on": today(),
				"visitors": [{"officer": officer} for officer in team.officers],
				**CALM,
				**values,
			}
		).insert()


def fill_in(visit: str, user: str, **values):
	"""The form as two careful visitors leave it; returns the visit as stored."""
	with builders.acting_as(user):
		doc = frappe.get_doc("Home Visit", visit)
		doc.update(
			{
				"reception": "At Home",
				"member_present": doc.members[0].recipient,
				"conclusion": "Unchanged",
				"member_signed": 1,
				"photos": [{"photo": make_photo(), "caption": "房屋"}],
			}
		)
		for row in doc.visitors:
			row.signed = 1
		doc.update(values)
		doc.save()
	return doc


def make_photo(content: bytes = PIXEL) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{frappe.generate_hash(length=8)}.png",
				"content": content,
				"is_private": 1,
			}
		)
		.insert(ignore_permissions=True)
		.file_url
	)
