"""One word per household, derived from the ledger; its class with reasons, and the review that follows from it."""

from datetime import date

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, today

from socaid_app.dynamic_management import review_classes, standings
from socaid_app.patches.v1_0 import standing_of_households
from socaid_app.policy import clock
from socaid_app.socaid_app import entitlements, registry
from tests import builders
from tests.builders import adjustments as make
from tests.builders import visits as families

HOUSEHOLD, ENTITLEMENT, ADJUSTMENT = "Recipient Household", "Entitlement", "Benefit Adjustment"
THIS, NEXT = make.THIS, make.NEXT
RUNNING = ("Accepted", "Under Investigation", "Democratic Review", "Preliminary Publicity", "Under Review")


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


def standing(household) -> str:
	return frappe.db.get_value(HOUSEHOLD, household.name, "standing")


def since(benefit, months: int):
	frappe.db.set_value(ENTITLEMENT, benefit.name, "start_month", add_months(THIS, -months))
	return benefit.reload()


def derived(household: str, month: date) -> str:
	"""The same word, told from the records one by one."""
	rows = frappe.get_all(
		ENTITLEMENT,
		filters={"household": household, "docstatus": 1, "payment": ["!=", "One-off"]},
		fields=["name", "start_month", "end_month"],
	)
	decided = frappe.get_all(
		ADJUSTMENT,
		filters={"household": household, "status": ["in", ["Adjustment in Effect", "Notice Delivered"]]},
		fields=[
			"kind",
			"entitlement",
			"result_entitlement",
			"grace_months",
			"effective_month",
			"grace_ends_on",
		],
	)
	paid = [r for r in rows if r.start_month <= month and (not r.end_month or r.end_month >= month)]
	running_out = [
		row
		for row in paid
		for one in decided
		if one.kind == "Stop"
		and one.grace_months
		and one.effective_month <= month <= one.grace_ends_on
		and row.name in (one.entitlement, one.result_entitlement)
	]
	if paid:
		return "In Benefit" if len(paid) > len(running_out) else "Grace Period"
	if any(row.start_month > month for row in rows):
		return "Granted, Not Begun"
	followed = set(frappe.get_all(ENTITLEMENT, {"docstatus": 1}, pluck="previous_entitlement"))
	suspended = {one.entitlement for one in decided if one.kind == "Suspend"} - followed
	if any(row.name in suspended for row in rows):
		return "Benefit Suspended"
	states = frappe.get_all("Assistance Application", {"household": household}, pluck="workflow_state")
	if any(state in (*RUNNING, "Awaiting Confirmation") for state in states):
		return "Under Application"
	return "Benefit Stopped" if rows else "Never in Benefit"


def test_a_household_says_how_it_stands_as_soon_as_its_ledger_changes(team):
	household = builders.make_household(builders.VILLAGE_A, 2)
	assert standing(household) == "Never in Benefit"
	builders.grant_benefit(household, start=str(THIS))
	assert standing(household) == "In Benefit"


def test_one_off_aid_makes_no_standing_and_a_benefit_to_come_says_so(team):
	helped = builders.make_household(builders.VILLAGE_A, 1)
	builders.grant_benefit(helped, category="临时-支出型", start=str(THIS))
	assert standing(helped) == "Never in Benefit"
	granted = builders.make_household(builders.VILLAGE_A, 1)
	builders.grant_benefit(granted, start=str(NEXT))
	assert standing(granted) == "Granted, Not Begun"


def test_an_application_under_way_shows(team):
	case = builders.make_application(team, division=builders.VILLAGE_A)
	members = [{"recipient": row.recipient, "kinship": row.kinship} for row in case.members]
	home = registry.enter_household(
		{"head": case.applicant, "division": builders.VILLAGE_A, "area": "Rural", "members": members}
	)
	frappe.db.set_value("Assistance Application", case.name, "household", home.name)
	builders.advance_to(case.reload(), "Accepted", team)
	assert standing(home) == "Under Application"


def test_every_household_stands_as_its_records_say(team):
	"""The one statement, over all that can happen, against the records read one by one."""
	homes = {}
	for key in ("never", "paid", "grace", "suspended", "stopped", "resumed"):
		homes[key], benefit = families.make_family()
		if key == "never":
			frappe.db.set_value(ENTITLEMENT, benefit.name, {"docstatus": 2, "status": "Cancelled"})
			continue
		since(benefit, 6)
		if key == "grace":
			make.adjusted(benefit, "Stop", team, ground="Employment Income", grace_months=3, grace_percent=50)
		if key in ("suspended", "resumed"):
			decision = make.adjusted(benefit, "Suspend", team, ground="Other Ground")
			frappe.db.set_value(ENTITLEMENT, benefit.name, "end_month", add_months(THIS, -2))
			frappe.db.set_value(ADJUSTMENT, decision.name, "effective_month", add_months(THIS, -1))
		if key == "stopped":
			frappe.db.set_value(ENTITLEMENT, benefit.name, "end_month", add_months(THIS, -2))
		if key == "resumed":
			make.adjusted(benefit.reload(), "Resume", team, ground="Other Ground")
	standings.refresh()
	rows = frappe.get_all(HOUSEHOLD, fields=["name", "standing"], limit=400)
	assert {row.name: row.standing for row in rows} == {
		row.name: derived(row.name, getdate(THIS)) for row in rows
	}
	found = {key: standing(home) for key, home in homes.items()}
	assert found["paid"] == "In Benefit" and found["stopped"] == "Benefit Stopped"
	assert found["suspended"] == "Benefit Suspended"
	assert found["resumed"] in ("Granted, Not Begun", "In Benefit")
	# the decision of today takes effect with the next month; then the grace period has begun
	frappe.db.set_value(ADJUSTMENT, {"household": homes["grace"].name}, "effective_month", THIS)
	frappe.db.sql(
		"update `tabEntitlement` set start_month = %s where household = %s and previous_entitlement is not null",
		(THIS, homes["grace"].name),
	)
	frappe.db.sql(
		"update `tabEntitlement` set end_month = %s where household = %s and previous_entitlement is null",
		(add_months(THIS, -1), homes["grace"].name),
	)
	standings.refresh([homes["grace"].name])
	assert standing(homes["grace"]) == "Grace Period" == derived(homes["grace"].name, getdate(THIS))


def test_the_patch_gives_households_of_before_their_word_and_may_run_again(team):
	household, benefit = families.make_family()
	since(benefit, 6)
	frappe.db.set_value(HOUSEHOLD, household.name, "standing", None)
	for _again in range(2):
		standing_of_households.execute()
		assert standing(household) == "In Benefit"


def test_nobody_writes_how_a_household_stands(team, as_user):
	household = builders.make_household(builders.VILLAGE_A, 1)
	with as_user(team.clerk):
		doc = frappe.get_doc(HOUSEHOLD, household.name)
		doc.update({"standing": "In Benefit", "review_class": "Key", "next_review_on": today()})
		doc.save()
	assert standing(household) == "Never in Benefit"
	assert not doc.reload().review_class


# --- the class ----------------------------------------------------------------------------------------------------
def propose(household, user, **values):
	with builders.acting_as(user):
		return frappe.get_doc(
			{"doctype": "Review Classification", "household": household.name, **values}
		).insert()


def test_a_class_is_proposed_from_the_registry_and_moves_the_next_review(team, as_user):
	household, benefit = families.make_family()
	frappe.db.set_value("Recipient", household.head, {"health": "Serious Illness"})
	due = frappe.db.get_value(HOUSEHOLD, household.name, "next_review_on")
	proposal = propose(household, team.clerk)
	assert proposal.class_after == "Key" and "重病" in proposal.grounds and proposal.reason
	assert (proposal.months_before, proposal.months_after) == (6, 12)
	with as_user(team.clerk), pytest.raises(frappe.PermissionError):
		review_classes.confirm(proposal.name)
	with as_user(team.approver):
		review_classes.confirm(proposal.name)
	home = frappe.db.get_value(HOUSEHOLD, household.name, ["review_class", "next_review_on"], as_dict=True)
	assert home.review_class == "Key"
	assert home.next_review_on == clock.add_months(due, 6)
	# the history stays, and the same class again is nothing to decide
	with pytest.raises(review_classes.ClassRefused):
		propose(household, team.clerk, class_after="Key", reason="再次")


def test_whoever_proposed_a_class_does_not_confirm_it(team, as_user):
	household, _benefit = families.make_family()
	proposal = propose(household, team.approver, class_after="Key", reason="独居，需要经常看望")
	with as_user(team.approver), pytest.raises(frappe.PermissionError):
		review_classes.confirm(proposal.name)


def test_a_household_without_benefit_has_no_class(team):
	household = builders.make_household(builders.VILLAGE_A, 1)
	with pytest.raises(review_classes.ClassRefused):
		propose(household, team.clerk, class_after="Key", reason="独居")


def test_a_review_that_was_moved_meanwhile_is_looked_at_again(team, as_user):
	household, _benefit = families.make_family()
	proposal = propose(household, team.clerk, class_after="Key", reason="独居，需要经常看望")
	frappe.db.set_value(HOUSEHOLD, household.name, "next_review_on", add_days(today(), 3))
	with as_user(team.approver), pytest.raises(review_classes.ClassRefused):
		review_classes.confirm(proposal.name)


def test_a_ledger_that_is_written_many_rows_at_once_is_followed_too(team):
	household, benefit = families.make_family()
	since(benefit, 6)
	frappe.db.set_value(ENTITLEMENT, benefit.name, {"end_month": add_months(THIS, -1), "status": "Ended"})
	assert standing(household) == "In Benefit"
	entitlements.refresh_households([household.name])
	assert standing(household) == "Benefit Stopped"
