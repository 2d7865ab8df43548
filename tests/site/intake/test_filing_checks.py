"""The county draws its sample of what townships confirmed: by chance, once, and follows it to a result."""

import json

import frappe
import pytest
from frappe.client import insert as client_insert
from frappe.client import set_value as client_set_value
from frappe.utils import add_days, add_months, get_first_day, getdate, today

from socaid_app.casework import clocks as reminders
from socaid_app.field_visits import filings, revisits, spotchecks
from socaid_app.field_visits.filings import NotTheCounty
from socaid_app.field_visits.revisits import VisitedBefore
from socaid_app.field_visits.spotchecks import SampleFrozen
from socaid_app.permissions.divisions import township_of
from socaid_app.socaid_app import rules
from tests import builders
from tests.builders import fieldwork
from tests.builders.parallel import at_once

APPLICATION, CHECK, ITEM = "Assistance Application", spotchecks.DOCTYPE, spotchecks.ITEM


def last_month():
	return add_days(get_first_day(today()), -3)


@pytest.fixture(autouse=True)
def nothing_filed(site):
	"""What other tests left filed is out of sight in this transaction."""
	for doctype in (CHECK, ITEM):
		frappe.db.delete(doctype)
	frappe.db.sql("update `tabAssistance Application` set county_filing = null, filing_check = null")


def confirmed(division: str = builders.VILLAGE_A, scheme: str = "Dibao", on=None, **values) -> str:
	"""A case that a township has confirmed, as it stands afterwards."""
	return fieldwork.store(
		APPLICATION,
		docstatus=1,
		workflow_state="Confirmed",
		scheme=scheme,
		category=builders.case_category(scheme),
		applicant_name="测试户主",
		household=fieldwork.store_household(division=division),
		division=division,
		township=township_of(division),
		confirming_authority="Township",
		county_filing="Filed",
		decided_on=on or last_month(),
		**values,
	)


def filing(name: str) -> tuple:
	return frappe.db.get_value(APPLICATION, name, ["county_filing", "filing_check", "filing_result"])


def drawn_cases(check: str) -> set[str]:
	return set(frappe.get_all(ITEM, filters={"spot_check": check}, pluck="application", order_by="name"))


# --- the draw ----------------------------------------------------------------------------------------------
def test_three_in_ten_of_every_township_are_drawn_once_the_month_is_over(site):
	big = [confirmed() for _number in range(11)]
	small = [confirmed(builders.VILLAGE_B) for _number in range(2)]
	running = confirmed(on=today())
	(name,) = filings.draw_due()
	check = frappe.get_doc(CHECK, name)
	assert (check.subject, check.status, check.population, check.drawn) == ("Confirmed Cases", "Drawn", 13, 5)
	assert check.ratio == 30 and check.seed > 0 and len(check.sample_hash) == 64
	drawn = drawn_cases(name)
	assert len(drawn & set(big)) == 4 and len(drawn & set(small)) == 1
	for case in (*big, *small):
		assert filing(case) == ("Sampled" if case in drawn else "Filed", name, None)
	assert filing(running) == ("Filed", None, None)


def test_each_scheme_is_drawn_by_its_own_share(site):
	frappe.db.set_value("Policy Parameter", {"parameter_key": "tekun_spot_check_ratio"}, "value", "0.5")
	rules.forget()
	for _number in range(10):
		confirmed()
		confirmed(scheme="Tekun")
	drawn = {
		frappe.db.get_value(CHECK, name, "scheme"): frappe.db.get_value(CHECK, name, "drawn")
		for name in filings.draw_due()
	}
	rules.forget()
	assert drawn == {"Dibao": 3, "Tekun": 5}


def test_nobody_draws_a_second_time(site):
	cases = [confirmed() for _number in range(10)]
	(name,) = filings.draw_due()
	first = drawn_cases(name)
	assert filings.draw_due() == []
	with pytest.raises(SampleFrozen):
		spotchecks.draw(name)
	with pytest.raises(SampleFrozen):
		spotchecks.resample(name)
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(CHECK, name).delete()
	assert drawn_cases(name) == first and spotchecks.verify(name)
	late = confirmed()
	(second,) = filings.draw_due()
	assert drawn_cases(second) == {late}
	assert {filing(case)[1] for case in cases} == {name}


def test_earlier_months_that_were_missed_are_caught_up_each_by_itself(site):
	confirmed(on=add_months(last_month(), -2))
	confirmed()
	months = [frappe.db.get_value(CHECK, name, "period_from") for name in filings.draw_due()]
	assert months == [get_first_day(add_months(last_month(), -2)), get_first_day(last_month())]


def test_no_hand_makes_such_a_draw_or_changes_what_it_says(site, as_user):
	with as_user(builders.make_user("County Reviewer")):
		made = client_insert(
			{
				"doctype": CHECK,
				"title": "挑选",
				"subject": "Confirmed Cases",
				"division": "220422000000",
				"period_from": last_month(),
				"period_to": last_month(),
				"ratio": 1,
				"strata": "Township",
			}
		)
		assert made.subject == "Visits"
		case = confirmed()
		(name,) = filings.draw_due()
		client_set_value(CHECK, name, "subject", "Visits")
		assert frappe.db.get_value(CHECK, name, "subject") == "Confirmed Cases"
		with pytest.raises(frappe.ValidationError):
			client_set_value(APPLICATION, case, "county_filing", "Filed")


def test_of_two_draws_at_once_one_finds_nothing_left(site):
	for _number in range(4):
		confirmed()
	outcomes = at_once(filings.draw_due, filings.draw_due)
	made = [name for outcome in outcomes if isinstance(outcome, list) for name in outcome]
	try:
		assert len(made) == 1, outcomes
		assert frappe.db.count(ITEM, {"spot_check": made[0]}) == 2
	finally:
		frappe.db.delete(ITEM)
		frappe.db.delete(CHECK)
		frappe.db.commit()


# --- the second look -----------------------------------------------------------------------------------------
def revisit(item: str, officer: str) -> None:
	doc = frappe.get_doc(ITEM, item)
	visit = fieldwork.store_visit(doc.household, (officer,), 0, purpose="Spot Check", division=doc.division)
	doc.revisit = visit
	doc.save()


def test_the_county_visits_again_and_the_record_says_what_it_found(site, as_user):
	team = builders.make_team()
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	assert case.county_filing == "Filed"
	frappe.db.set_value(APPLICATION, case.name, "decided_on", last_month())
	(name,) = filings.draw_due()
	item = frappe.db.get_value(ITEM, {"spot_check": name})
	reviewer = builders.make_user("County Reviewer")
	with as_user(team.approver), pytest.raises((NotTheCounty, frappe.PermissionError)):
		revisits.schedule(item, today(), [fieldwork.make_officer()])
	manager = builders.make_user("Service Manager")
	with as_user(manager), pytest.raises(NotTheCounty):
		revisits.schedule(item, today(), [fieldwork.make_officer()])
	with as_user(reviewer):
		for officer in (
			fieldwork.make_officer("调查员 甲"),
			fieldwork.make_officer("审批人", user=team.approver),
		):
			with pytest.raises(VisitedBefore):
				revisits.schedule(item, today(), [officer])
		planned = revisits.schedule(
			item, today(), [fieldwork.make_officer("县里人"), fieldwork.make_officer("县里人二")]
		)
	assert frappe.db.get_value("Home Visit", planned, "purpose") == "Spot Check"
	frappe.db.set_value("Home Visit", planned, "status", "Reviewed")
	with as_user(reviewer):
		doc = frappe.get_doc(ITEM, item)
		doc.update({"result": "Mistake", "deviation": "有机动车未申报"})
		doc.save()
	assert filing(case.name) == ("Sampled", name, "Mistake")
	issue = frappe.get_doc("Data Quality Issue", doc.rectification)
	assert issue.responsible == team.approver
	row = spotchecks.rates({"subject": "Confirmed Cases"})[0]
	assert (row.population, row.drawn, row.visited, row.mistakes) == (1, 1, 1, 1)
	with as_user(reviewer):
		spotchecks.complete(name)
	assert frappe.db.get_value(CHECK, name, "status") == "Completed"


def test_a_sample_not_visited_is_brought_before_the_county(site):
	reviewer = builders.make_user("County Reviewer")
	confirmed()
	(name,) = filings.draw_due()
	due = frappe.db.get_value(ITEM, {"spot_check": name}, "due_on")
	assert due == getdate(add_days(today(), 30))
	found = [item for item in reminders.open_items(due) if item.name == name]
	assert len(found) == 1 and reviewer in found[0].users
	frappe.db.set_value(ITEM, {"spot_check": name}, "status", "Done")
	assert not [item for item in reminders.open_items(due) if item.name == name]


def test_a_frame_that_was_tampered_with_is_found(site):
	for _number in range(10):
		confirmed()
	(name,) = filings.draw_due()
	frame = json.loads(frappe.db.get_value(CHECK, name, "frame"))
	frappe.db.set_value(CHECK, name, "frame", json.dumps(dict(list(frame.items())[1:])))
	assert not spotchecks.verify(name)
