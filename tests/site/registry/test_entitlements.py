"""The ledger: whole months, one basic living benefit a person, nothing overwritten."""

import frappe
import pytest
from frappe.utils import add_months, get_first_day, getdate, today

from socaid_app.socaid_app import entitlements
from socaid_app.socaid_app.doctype.entitlement.entitlement import LedgerIsClosed
from tests import builders
from tests.builders import adjustments

ENTITLEMENT = "Entitlement"


@pytest.fixture
def household(site):
	return builders.make_household()


def test_a_benefit_starts_on_the_first_of_the_month(household):
	granted = builders.grant_benefit(household, start="2026-10-17")
	assert str(granted.start_month) == "2026-10-01" and granted.docstatus == 1
	assert (granted.scheme, granted.payment, granted.township) == ("Dibao", "Monthly", builders.TOWNSHIP_A)


def test_the_household_shows_what_it_receives_and_when_it_is_reviewed(household):
	builders.grant_benefit(household, amount=512.5, start="2026-10-01")
	household.reload()
	assert (household.current_benefit, household.current_amount) == ("农村低保", 512.5)
	assert str(household.next_review_on) == "2027-04-01"


@pytest.mark.parametrize("second", ["农村低保", "特困-分散"])
def test_nobody_has_two_basic_living_benefits(household, second):
	builders.grant_benefit(household)
	with pytest.raises(entitlements.DuplicateBenefit, match="43号"):
		builders.grant_benefit(household, category=second)


def test_nobody_is_granted_a_second_one_before_the_first_has_begun(household):
	builders.grant_benefit(household, start=add_months(today(), 1))
	with pytest.raises(entitlements.DuplicateBenefit):
		builders.grant_benefit(household)


def test_a_benefit_that_has_ended_makes_room_for_another(household):
	old = builders.grant_benefit(household, start="2026-01-01")
	adjustments.heard_and_decided(old)
	entitlements.end(old.name, "2026-09-30", "条件变化")
	new = builders.grant_benefit(household, category="特困-分散", start="2026-10-01")
	assert [row.entitlement for row in entitlements.active(household.head, "2026-11-01")] == [new.name]


def test_temporary_relief_goes_beside_a_standing_benefit(household):
	builders.grant_benefit(household)
	relief = builders.grant_benefit(household, category="临时-急难（小额快救）", end_month=today())
	assert relief.payment == "One-off"
	assert [row.scheme for row in entitlements.active(household.head, today())] == ["Dibao"]


def test_an_expired_recognition_is_marked_ended_once(household):
	builders.grant_benefit(
		household,
		category="低保边缘",
		amount=0,
		start="2025-01-01",
		end_month=add_months(get_first_day(today()), -1),
	)
	assert entitlements.end_expired() == 1
	assert entitlements.end_expired() == 0
	assert frappe.db.get_value(ENTITLEMENT, {"household": household.name}, "status") == "Ended"
	household.reload()
	assert household.current_benefit is None


def test_a_benefit_in_its_last_month_is_still_active(household):
	granted = builders.grant_benefit(household, start="2026-01-01", end_month=today())
	entitlements.end_expired()
	assert frappe.db.get_value(ENTITLEMENT, granted.name, "status") == "Active"
	assert entitlements.active(household.head, today())


@pytest.mark.parametrize("field, value", [("amount", 900), ("end_month", "2026-12-01"), ("status", "Ended")])
def test_a_granted_benefit_is_not_edited(household, field, value):
	granted = builders.grant_benefit(household)
	granted.set(field, value)
	with pytest.raises(frappe.ValidationError):
		granted.save()


def test_a_granted_benefit_is_not_cancelled(household):
	granted = builders.grant_benefit(household)
	with pytest.raises(LedgerIsClosed):
		granted.cancel()


@pytest.mark.parametrize("role", ["Township Officer", "County Approver", "Socaid Administrator"])
def test_no_role_enters_a_benefit_by_hand(household, as_user, role):
	division = builders.TOWNSHIP_A if role == "Township Officer" else None
	with as_user(builders.make_user(role, division)):
		for ptype in ("create", "write", "submit", "cancel", "delete"):
			assert not frappe.has_permission(ENTITLEMENT, ptype)


def test_the_roll_of_a_past_month_stays_as_it_was(household):
	old = builders.grant_benefit(household, amount=300, start="2026-01-01")
	builders.grant_benefit(household, amount=350, start="2026-07-01", previous_entitlement=old.name)
	entitlements.end(old.name, "2026-06-01", "标准提高")

	def roll(month: str) -> list[float]:
		from socaid_app.socaid_app.report.monthly_roll.monthly_roll import detail

		rows = detail(getdate(month), frappe._dict(township=builders.TOWNSHIP_A))
		mine = frappe.get_all(
			ENTITLEMENT, filters={"household": household.name}, pluck="name", order_by="name"
		)
		return [row[6] for row in rows if row[0] in mine]

	assert (roll("2026-03-01"), roll("2026-06-01"), roll("2026-07-01")) == ([300], [300], [350])


def test_a_month_cannot_end_before_it_begins(household):
	with pytest.raises(frappe.ValidationError):
		builders.grant_benefit(household, start="2026-10-01", end_month="2026-09-01")
