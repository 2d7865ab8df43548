"""What happens to a family becomes one warning, goes one of four ways, and is settled with the record that proves it."""

import frappe
import pytest
from frappe.utils import today

from socaid_app.casework import events
from socaid_app.dynamic_management import monitoring_warnings as warnings
from socaid_app.policy import monitoring as law
from socaid_app.socaid_app import life_events
from tests import builders

WARNING = warnings.DOCTYPE


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


@pytest.fixture
def household(team):
	return builders.make_household(builders.VILLAGE_A, 2)


def of(household):
	return frappe.get_all(
		WARNING, {"household": household.name}, ["name", "kind", "sightings", "status"], order_by="creation"
	)


def found(household, kind=law.OTHER, fact="") -> str:
	return warnings.warn(household.name, kind, "发现的情况", household.head, "Data Comparison", None, fact)


def test_the_registry_warns_when_somebody_falls_ill_is_disabled_or_loses_work(household, team, as_user):
	with as_user(team.clerk):
		person = frappe.get_doc("Recipient", household.head)
		person.update({"employment": "Employed", "health": "Healthy"})
		person.save()
		assert not of(household)
		person.update({"health": "Serious Illness", "employment": "Not Working"})
		person.save()
	assert [row.kind for row in of(household)] == ["New Severe Illness", "Job Lost"]
	assert all(row.status == "Warning to Triage" for row in of(household))


def test_a_persons_first_entry_is_no_change(team):
	ill = builders.make_person("监测病人", builders.VILLAGE_A, health="Serious Illness")
	assert not frappe.db.exists(WARNING, {"recipient": ill.name})


def test_an_earners_death_warns_the_family_that_is_left(household):
	earner = household.members[1].recipient
	frappe.db.set_value("Recipient", earner, "employment", "Employed")
	life_events.record(earner, "Death", today())
	assert [row.kind for row in of(household)] == ["Earner Died"]


def test_the_same_fact_is_the_same_warning_whoever_finds_it(household, team, as_user):
	name = found(household)
	assert name and found(household) is None
	events.tell("socaid_warnings", household.name, law.OTHER, "又一次", household.head)
	assert [row.sightings for row in of(household)] == [3]
	assert found(household, fact="another") != name
	with as_user(team.clerk):
		warnings.dismiss(name, "情况属实，不影响")
	assert found(household) is None
	assert frappe.db.get_value(WARNING, name, "status") == "No Risk Found"


def test_expenses_beyond_what_the_income_bears_warn_once_a_year(household):
	visit = frappe.get_doc(
		{"doctype": "Home Visit", "household": household.name, "status": "Reviewed", "annual_income": 10000}
	)
	visit.check_out_at = f"{today()} 10:00:00"
	visit.append("expenses", {"kind": "Medical", "annual": 20000, "reimbursed": 14000})
	warnings.watch_visit(visit)
	assert not of(household)
	visit.append("expenses", {"kind": "Education", "annual": 1000})
	warnings.watch_visit(visit)
	warnings.watch_visit(visit)
	assert [(row.kind, row.sightings) for row in of(household)] == [("High Necessary Expenses", 2)]


@pytest.mark.parametrize("route", law.ROUTES)
def test_each_route_is_settled_with_its_own_proof(household, team, as_user, route):
	name = found(household)
	with as_user(team.clerk):
		warnings.triage(name, route, "按情况分流")
		with pytest.raises(warnings.WarningRefused):
			warnings.settle(name, "Carried Through", "已办理")
		proof = warnings.PROOF[route]
		warnings.settle(name, "Carried Through", "已办理", **{proof: proved(household, proof)})
	doc = frappe.get_doc(WARNING, name)
	assert doc.status == "Warning Settled" and doc.get(proof) and doc.settle_due_on


def proved(household, proof: str):
	if proof == "decided_on":
		return today()
	if proof == "application":
		case = builders.make_application(division=builders.VILLAGE_A)
		frappe.db.set_value("Assistance Application", case.name, "household", household.name)
		return case.name
	values = {
		"referral": {"doctype": "Service Referral", "need": "Medical", "detail": "医疗", "sent_to": "医保局"},
		"change": {
			"doctype": "Circumstance Change",
			"kind": "Income Change",
			"happened_on": today(),
			"state_after": "收入变化",
		},
	}[proof]
	return frappe.get_doc({"household": household.name, **values}).insert().name


def test_a_record_of_another_family_proves_nothing(household, team, as_user):
	name, other = found(household), builders.make_household(builders.VILLAGE_A, 1)
	change = proved(other, "change")
	with as_user(team.clerk):
		warnings.triage(name, law.VERIFY, "可能不再符合条件")
		with pytest.raises(warnings.WarningRefused):
			warnings.settle(name, "Carried Through", "已办理", change=change)
		warnings.settle(name, "Not Confirmed", "核实不属实")


def test_a_warning_neither_stops_nor_changes_anything(household, team):
	benefit = builders.grant_benefit(household)
	found(household, law.INCOME)
	assert frappe.get_doc("Entitlement", benefit.name).as_dict() == benefit.reload().as_dict()
	assert not frappe.db.exists("Benefit Adjustment", {"household": household.name})
