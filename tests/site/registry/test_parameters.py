"""Numbers of the law: effective-dated, confirmed by a named officer, never changed under a past decision."""

from datetime import date
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.policy.parameters import load_parameters
from socaid_app.policy.standards import load_standards
from socaid_app.policy.workdays import OfficialDay, standing_holidays
from socaid_app.setup import seeds
from socaid_app.socaid_app import rules
from socaid_app.socaid_app.doctype.assistance_standard.assistance_standard import StandardInForce
from socaid_app.socaid_app.doctype.policy_parameter.policy_parameter import (
	InForceAlready,
	OverlappingParameter,
	ServiceLimitLooserThanLaw,
	confirm,
)
from tests import builders

PARAMETER, STANDARD = "Policy Parameter", "Assistance Standard"


def parameter(key: str) -> "frappe.model.document.Document":
	"""The open record of a key."""
	return frappe.get_last_doc(PARAMETER, {"parameter_key": key, "effective_to": ["is", "not set"]})


def successor(key: str, value, starts: str, **values):
	copy = frappe.copy_doc(parameter(key))
	copy.update({"value": str(value), "effective_from": starts, **values})
	return copy


def test_the_site_knows_every_shipped_number_with_its_dates(site):
	shipped, stored = load_parameters(), rules.parameters()
	for on in (date(2022, 1, 10), date(2025, 6, 1), date(2026, 11, 23)):
		for record in shipped:
			if record.in_force(on):
				here = stored.record(record.key, on, record.category, record.area)
				assert (here.value, here.unit, here.article) == (record.value, record.unit, record.article), (
					record.key
				)


def test_the_site_knows_every_shipped_standard(site):
	on, place = date(2026, 11, 23), builders.VILLAGE_A
	for kind, area in (
		("Dibao", "Rural"),
		("Dibao", "Urban"),
		("Tekun Basic", "Rural"),
		("Minimum Wage", "Rural"),
	):
		assert (
			rules.standards().find(kind, on, area, place).amount
			== load_standards().find(kind, on, area, place).amount
		)


def test_seeding_again_changes_nothing_the_county_entered(site):
	successor("dibao_total_days", 25, add_days(today(), 5)).insert()
	before = frappe.db.count(PARAMETER), frappe.db.count(STANDARD), frappe.db.count("Administrative Division")
	seeds.seed_all()
	assert before == (
		frappe.db.count(PARAMETER),
		frappe.db.count(STANDARD),
		frappe.db.count("Administrative Division"),
	)


def test_a_new_value_ends_the_old_one_the_day_before_and_leaves_the_past_alone(site):
	old = parameter("dibao_total_days")
	starts = getdate(add_days(today(), 10))
	successor("dibao_total_days", 25, starts).insert()
	old.reload()
	assert getdate(old.effective_to) == getdate(add_days(starts, -1))
	numbers = rules.parameters()
	assert numbers.get("dibao_total_days", getdate(today())) == 30
	assert numbers.get("dibao_total_days", starts) == 25


def test_overlapping_periods_are_refused(site):
	first = add_days(today(), 10)
	successor("dibao_total_days", 25, first).insert()
	with pytest.raises(OverlappingParameter):
		successor("dibao_total_days", 24, first).insert()


def test_the_same_key_may_differ_by_area(site):
	successor("property_financial_months", 24, today(), area="Urban").insert()
	numbers, day = rules.parameters(), getdate(today())
	assert numbers.get("property_financial_months", day, "Dibao", "Urban") == 24
	assert numbers.get("property_financial_months", day, "Dibao", "Rural") == 18


@pytest.mark.parametrize(
	"field, value", [("value", "40"), ("effective_from", "2020-01-01"), ("scheme", "Dibao")]
)
def test_a_value_in_force_is_not_changed_backwards(site, field, value):
	record = parameter("dibao_total_days")
	record.set(field, value)
	with pytest.raises(InForceAlready):
		record.save()


def test_a_value_in_force_cannot_be_ended_in_the_past_nor_deleted(site):
	record = parameter("dibao_total_days")
	record.effective_to = "2026-01-31"
	with pytest.raises(InForceAlready):
		record.save()
	with pytest.raises(InForceAlready):
		frappe.delete_doc(PARAMETER, record.name)


@pytest.mark.parametrize("value", ["zehn", "1.5", ""])
def test_a_value_must_fit_its_type(site, value):
	with pytest.raises(frappe.ValidationError):
		successor("dibao_total_days", value, add_days(today(), 10)).insert()


def test_a_service_limit_looser_than_the_law_is_refused_from_either_side(site):
	with pytest.raises(ServiceLimitLooserThanLaw):
		successor("service_case_days", 21, add_days(today(), 10)).insert()
	with pytest.raises(ServiceLimitLooserThanLaw):
		successor("dibao_total_days_delegated", 10, add_days(today(), 10)).insert()
	assert successor("service_case_days", 12, add_days(today(), 10)).insert().name


def test_a_figure_from_a_weak_source_carries_the_badge_until_an_officer_confirms_it(site, as_user):
	record = parameter("rigid_expense_ratio")
	assert record.to_be_confirmed and record.confidence == "Secondary"
	assert not parameter("dibao_total_days").to_be_confirmed
	with as_user(builders.make_user("County Approver")):
		approver = frappe.session.user
		confirm(PARAMETER, record.name)
	record.reload()
	assert (record.to_be_confirmed, record.confirmed_by, str(record.confirmed_on)) == (0, approver, today())
	assert not rules.parameters().record("rigid_expense_ratio", getdate(today())).to_be_confirmed


@pytest.mark.parametrize("role", ["Township Officer", "County Reviewer", "Socaid Auditor"])
def test_others_cannot_confirm_a_figure(site, as_user, role):
	with as_user(builders.make_user(role)), pytest.raises(frappe.PermissionError):
		confirm(PARAMETER, parameter("rigid_expense_ratio").name)


def test_a_confirmation_cannot_be_sent_with_the_form(site):
	record = parameter("rigid_expense_ratio")
	record.update({"confirmed_by": "Administrator", "to_be_confirmed": 0})
	record.save()
	assert record.to_be_confirmed and not record.confirmed_by


def test_a_change_is_known_at_once(site):
	assert rules.parameters().get("quick_relief_days", getdate(today())) == 3
	successor("quick_relief_days", 2, today()).insert()
	assert rules.parameters().get("quick_relief_days", getdate(today())) == 2


# --- standards -------------------------------------------------------------------------------------------
def test_a_new_standard_ends_its_predecessor_and_past_days_keep_theirs(site):
	starts = getdate(add_days(today(), 40))
	new = frappe.get_doc(
		{
			"doctype": STANDARD,
			"kind": "Dibao",
			"area": "Rural",
			"division": seeds.COUNTY,
			"amount": 500,
			"effective_from": starts,
			"document": "测试文号",
		}
	).insert()
	new.submit()
	amounts = [
		rules.standards().find("Dibao", day, "Rural", builders.VILLAGE_A).amount
		for day in (getdate(today()), starts)
	]
	assert amounts == [Decimal(470), Decimal(500)]
	with pytest.raises(StandardInForce):
		new.cancel()


def test_care_allowances_rise_with_the_care_needed(site):
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(
			{
				"doctype": STANDARD,
				"kind": "Care",
				"care_full": 100,
				"care_half": 200,
				"care_self": 50,
				"effective_from": today(),
				"document": "测试文号",
			}
		).insert()


# --- the calendar ----------------------------------------------------------------------------------------
def test_the_announced_years_are_there_with_their_make_up_days(site):
	calendar = rules.calendar()
	assert calendar.announced(2025) and calendar.announced(2026)
	assert not calendar.is_workday(date(2025, 10, 8)) and calendar.is_workday(date(2025, 10, 11))


def test_loading_a_year_settles_its_dates_and_has_open_cases_recomputed(site, monkeypatch):
	queued = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: queued.append(method))
	assert rules.calendar().add_workdays(date(2027, 3, 1), 1) == (date(2027, 3, 2), True)
	calendar = frappe.get_doc("Holiday Calendar", "2027")
	calendar.append("days", {"day": "2027-03-02", "kind": "Holiday", "day_name": "测试"})
	calendar.save()
	assert rules.calendar().add_workdays(date(2027, 3, 1), 1) == (date(2027, 3, 3), False)
	assert queued == ["socaid_app.casework.holidays.recompute"]


def test_the_holidays_of_the_standing_rule_are_there_before_the_year_is_announced(site):
	calendar = frappe.get_doc("Holiday Calendar", "2027")
	assert not calendar.announced and len(calendar.days) == 13
	working = rules.calendar()
	assert [working.is_workday(date(2027, *day)) for day in ((1, 1), (2, 5), (2, 9), (4, 5), (6, 9))] == [
		False,
		False,
		True,
		False,
		False,
	]
	assert working.add_workdays(date(2027, 2, 4), 1) == (date(2027, 2, 9), True)


def test_a_year_that_the_standing_rule_began_is_completed_when_it_is_announced(site, monkeypatch):
	announced = [*standing_holidays(2027), OfficialDay(date(2027, 2, 9), "Holiday", "春节")]
	monkeypatch.setattr(seeds, "announced_years", lambda: frozenset({2027}))
	monkeypatch.setattr(seeds, "official_days", lambda year: announced)
	seeds.seed_calendars()
	assert frappe.db.get_value("Holiday Calendar", "2027", "announced")
	assert rules.calendar().add_workdays(date(2027, 2, 4), 1) == (date(2027, 2, 10), False)


def test_a_year_without_days_is_not_announced(site):
	empty = frappe.get_doc({"doctype": "Holiday Calendar", "year": 2028}).insert()
	assert not empty.announced and not rules.calendar().announced(2028)


def test_a_day_of_another_year_is_refused(site):
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(
			{"doctype": "Holiday Calendar", "year": 2029, "days": [{"day": "2028-01-03", "kind": "Holiday"}]}
		).insert()


# --- divisions -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"code, level, parent",
	[
		("22042220129", "Village", builders.TOWNSHIP_A),
		("220422201290", "Township", "220422000000"),
		("220422203290", "Village", builders.TOWNSHIP_A),
		("22042220129A", "Village", builders.TOWNSHIP_A),
	],
)
def test_a_division_code_fits_its_level_and_its_parent(site, code, level, parent):
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(
			{
				"doctype": "Administrative Division",
				"division_name": "测试村",
				"code": code,
				"level": level,
				"parent_administrative_division": parent,
			}
		).insert()


def test_the_county_and_its_thirteen_townships_are_seeded(site):
	# test_screening.py adds townships of its own, which begin so
	filters = {
		"parent_administrative_division": seeds.COUNTY,
		"level": "Township",
		"name": ["not like", "22042229%"],
	}
	assert frappe.db.count("Administrative Division", filters) == 13
	assert frappe.db.get_value("Administrative Division", builders.VILLAGE_A, "division_name") == "义方村"
