"""Updates as tasks: there by themselves, counted from the records, late when they are late."""

import frappe
import pytest
from frappe.utils import add_days, add_months, get_first_day, getdate, now_datetime, today

from socaid_app.dynamic_management import standings, update_tasks
from socaid_app.dynamic_management.report.households_not_updated import households_not_updated
from tests import builders

TASK, HOUSEHOLD = update_tasks.DOCTYPE, update_tasks.HOUSEHOLD
# When a test runs.
NOW, DAY = "now", "today"
MONTHLY, QUARTERLY = update_tasks.MONTHLY, update_tasks.QUARTERLY


@pytest.fixture
def officer(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


@pytest.fixture
def household(site):
	made = builders.make_household()
	builders.grant_benefit(made)
	frappe.db.set_value(HOUSEHOLD, made.name, "standing", standings.RECEIVING)
	frappe.db.delete("Household Event", {"household": made.name})
	return made


def task(kind: str) -> frappe._dict:
	update_tasks.nightly()
	return frappe.get_last_doc(TASK, {"kind": kind, "township": builders.TOWNSHIP_A})


def waits_for(kind: str) -> set[str]:
	return {row.name for row in households_not_updated.rows(task(kind))}


def record(doctype: str, **values) -> None:
	meant = {NOW: now_datetime(), DAY: today()}
	doc = frappe.get_doc(
		{"doctype": doctype, **{field: meant.get(str(value), value) for field, value in values.items()}}
	)
	doc.name = f"TEST-{frappe.generate_hash(length=8)}"
	doc.db_insert()


def test_each_township_has_its_tasks_once_with_somebody_responsible(household, officer):
	monthly = task(MONTHLY)
	assert monthly.responsible and "Township Officer" in frappe.get_roles(monthly.responsible)
	first = get_first_day(getdate(today()))
	assert (monthly.period_start, monthly.due_on) == (first, getdate(add_days(add_months(first, 1), -1)))
	quarterly = task(QUARTERLY)
	assert quarterly.period_start.month in (1, 4, 7, 10) and quarterly.due_on >= monthly.due_on
	assert update_tasks.nightly() == 0
	assert (
		frappe.db.count("ToDo", {"reference_type": TASK, "reference_name": monthly.name, "status": "Open"})
		== 1
	)


@pytest.mark.parametrize(
	("kind", "doctype", "values"),
	[
		(MONTHLY, "Service Callback", {"status": "Done", "called_at": NOW}),
		(MONTHLY, "Home Visit", {"status": "Finished", "check_out_at": NOW}),
		(MONTHLY, "Service Record", {"served_on": NOW}),
		(MONTHLY, "Circumstance Change", {"status": "To Review", "creation": NOW}),
		(QUARTERLY, "Home Visit", {"status": "Reviewed", "check_out_at": NOW}),
		(QUARTERLY, "Household Reassessment", {"status": "Proposed", "assessed_on": DAY}),
		(QUARTERLY, "Circumstance Change", {"status": "In Effect", "reviewed_on": DAY}),
		(QUARTERLY, "Review Classification", {"status": "Class Confirmed", "confirmed_on": DAY}),
	],
)
def test_a_record_says_that_a_household_was_updated(household, kind, doctype, values):
	assert household.name in waits_for(kind)
	before = task(kind).updated
	record(doctype, household=household.name, **values)
	assert household.name not in waits_for(kind)
	assert task(kind).updated == before + 1


@pytest.mark.parametrize(
	("kind", "doctype", "values"),
	[
		(MONTHLY, "Service Callback", {"status": "Not Reached", "called_at": NOW}),
		(MONTHLY, "Home Visit", {"status": "Cancelled", "check_out_at": NOW}),
		(QUARTERLY, "Circumstance Change", {"status": "To Review", "reviewed_on": DAY}),
		(QUARTERLY, "Service Callback", {"status": "Done", "called_at": NOW}),
	],
)
def test_what_did_not_come_about_is_no_update(household, kind, doctype, values):
	record(doctype, household=household.name, **values)
	assert household.name in waits_for(kind)


def test_whoever_changes_a_member_has_updated_the_household_and_a_job_has_not(household, officer):
	row = {"ref_doctype": "Recipient", "docname": household.head, "creation": now_datetime()}
	record("Version", owner="Administrator", **row)
	assert household.name in waits_for(MONTHLY)
	record("Version", owner=officer, **row)
	assert household.name not in waits_for(MONTHLY)


def test_nobody_says_by_hand_that_it_is_done(household, officer):
	doc = task(MONTHLY)
	with builders.acting_as(officer):
		doc.update({"status": "Update Complete", "updated": 9999, "percent": 100, "note": "道路不通"})
		doc.save()
		doc.reload()
	assert (doc.status, doc.note) == ("Update Under Way", "道路不通") and doc.updated < 9999


def test_a_task_is_complete_when_the_last_household_is(household):
	for name in waits_for(MONTHLY):
		record("Service Record", household=name, served_on=now_datetime())
	done = task(MONTHLY)
	assert (done.status, done.completed_on, done.percent) == ("Update Complete", getdate(today()), 100)


def test_what_nobody_catches_up_with_is_late_and_then_missed(household):
	doc = task(QUARTERLY)
	for due, status in ((-1, "Update Under Way"), (-2, "Update Under Way"), (-4, "Update Missed")):
		frappe.db.set_value(TASK, doc.name, {"due_on": add_months(today(), due), "task_key": "late"})
		update_tasks.nightly()
		assert frappe.db.get_value(TASK, doc.name, "status") == status


def test_it_is_handed_to_somebody_of_the_township(household, officer):
	doc = task(MONTHLY)
	approver = builders.make_user("Township Approver", builders.TOWNSHIP_A)
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with builders.acting_as(approver):
		with pytest.raises(update_tasks.UpdateRefused):
			update_tasks.hand_over(doc.name, stranger)
		update_tasks.hand_over(doc.name, officer)
	assert frappe.db.get_value(TASK, doc.name, "responsible") == officer


def test_another_township_sees_neither_task_nor_households(household):
	doc = task(MONTHLY)
	with builders.acting_as(builders.make_user("Township Officer", builders.TOWNSHIP_B)):
		assert doc.name not in frappe.get_list(TASK, pluck="name")
		with pytest.raises(frappe.PermissionError):
			households_not_updated.execute({"task": doc.name})


def test_as_many_statements_for_many_households_as_for_few(household, count_queries):
	def statements() -> int:
		with count_queries() as sent:
			update_tasks.counts(MONTHLY, get_first_day(getdate(today())))
		return len(sent)

	few = statements()
	builders.grant_benefit(builders.make_household())
	assert statements() == few == 1
