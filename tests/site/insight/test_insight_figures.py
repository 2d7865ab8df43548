"""Every figure of the director's reports against a count of planted records, one by one."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.management_insight import monthly_mails
from socaid_app.management_insight.report.processing_times import processing_times
from socaid_app.means_testing.report.monthly_changes import monthly_changes
from socaid_app.permissions import reports as mailing
from socaid_app.policy.clock import add_months
from socaid_app.socaid_app.doctype.administrative_division.administrative_division import (
	PopulationWithoutSource,
)
from tests import builders
from tests.builders import insight
from tests.builders.petition_records import make_petition

THIS = builders.TODAY.replace(day=1)
LAST, YEAR = add_months(THIS, -1), add_months(THIS, -12)
TOWNS = {builders.TOWNSHIP_A: "甲山乡", builders.TOWNSHIP_B: "金州乡"}


def grant(village: str, members: int, amount: float, start, end=None, **values):
	household = values.pop("household", None) or builders.make_household(village, members)
	benefit = builders.grant_benefit(household, amount=amount, start=start, **values)
	if end:
		frappe.db.set_value("Entitlement", benefit.name, "end_month", end)
	return benefit


@pytest.fixture
def ledger(site):
	"""Old, new, ended, one-off and double benefits in two townships."""
	for doctype in ("Entitlement", "Entitlement Share", "Benefit Adjustment"):
		frappe.db.delete(doctype)
	grant(builders.VILLAGE_A, 2, 500.5, add_months(THIS, -14))
	grant(builders.VILLAGE_A, 3, 300, THIS)
	grant(builders.VILLAGE_A, 1, 250, YEAR, LAST)
	grant(builders.VILLAGE_B, 1, 800, LAST, category="特困-分散")
	both = builders.make_household(builders.VILLAGE_B, 2)
	grant(builders.VILLAGE_B, 2, 420, LAST, household=both)
	grant(builders.VILLAGE_B, 2, 1000, THIS, THIS, household=both, category="临时-急难（一般）")
	grant(builders.VILLAGE_B, 2, 0, THIS, category="低保边缘")
	return frappe.get_all("Entitlement", {"docstatus": 1}, ["*"], order_by="name")


def paid(rows, month, **equal):
	"""The rows paid in a month, by looking at each."""
	return [
		row
		for row in rows
		if row.payment != "Recognition"
		and row.start_month <= month
		and (not row.end_month or row.end_month >= month)
		and all(row[field] == value for field, value in equal.items())
	]


# --- households and cost --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("by", "field"), [("Township", "township"), ("Category", "category")])
def test_households_persons_and_cost_are_those_of_the_ledger(ledger, by, field):
	shown = insight.rows("Households and Cost", by=by)
	for row in (row for row in shown if not row.get("bold")):
		for key, month in (("now", THIS), ("last", LAST), ("year", YEAR)):
			found = paid(ledger, month, **{field: row[field]})
			assert row[f"households_{key}"] == len({one.household for one in found})
			assert row[f"persons_{key}"] == sum(one.member_count for one in found)
			assert row[f"cost_{key}"] == sum(one.amount for one in found)
		assert row["cost_than_last"] == row["cost_now"] - row["cost_last"]
	assert {row[field] for row in shown if not row.get("bold")} == {
		row[field] for month in (THIS, LAST, YEAR) for row in paid(ledger, month)
	}


def test_the_sum_counts_a_family_with_two_benefits_once(ledger):
	total = insight.rows("Households and Cost", by="Category")[-1]
	found = paid(ledger, THIS)
	assert total["bold"] and total["households_now"] == len({row.household for row in found}) == 4
	assert total["cost_now"] == sum(row.amount for row in found)
	assert sum(row["households_now"] for row in insight.rows("Households and Cost", by="Category")[:-1]) == 5


# --- changes ----------------------------------------------------------------------------------------------------
def test_changes_are_those_that_the_ledger_of_changes_lists(ledger):
	earlier = next(row for row in ledger if row.start_month == add_months(THIS, -14))
	frappe.db.set_value("Entitlement", earlier.name, "end_month", LAST)
	household = frappe.get_doc("Recipient Household", earlier.household)
	grant(builders.VILLAGE_A, 2, 600, THIS, household=household, previous_entitlement=earlier.name)
	listed = monthly_changes.changes(THIS, frappe._dict())
	expected: dict[str, list] = {}
	for row in listed:
		expected.setdefault(row.change, []).append(row.difference)
	found: dict[str, list] = {}
	for row in insight.rows("Changes of the Month", by="Township"):
		if not row.get("bold"):
			found.setdefault(row["change_kind"], []).append((row["households"], row["difference"]))
	assert {"Joined", "Raised", "Left"} <= set(expected)
	for kind, differences in expected.items():
		assert sum(number for number, _money in found[kind]) == len(differences)
		assert sum(money for _number, money in found[kind]) == pytest.approx(sum(differences))
	assert set(found) == set(expected)


# --- forecast ---------------------------------------------------------------------------------------------------
def test_the_forecast_runs_the_ledger_on_to_its_known_ends(ledger):
	ending = next(row for row in ledger if row.start_month == THIS and row.payment == "Monthly")
	frappe.db.set_value("Entitlement", ending.name, "end_month", THIS)
	rows_of = frappe.get_all("Entitlement", {"docstatus": 1}, ["*"], order_by="name")
	shown = {getdate(row["month"]): row for row in insight.rows("Cost Forecast")}
	assert min(shown) == add_months(THIS, -11) and max(shown) == THIS.replace(month=12)
	for month, row in shown.items():
		found = paid(rows_of, month)
		assert row["households"] == len({one.household for one in found}), month
		assert row["persons"] == sum(one.member_count for one in found)
		assert row["monthly"] == sum(one.amount for one in found if one.payment == "Monthly")
		if month > THIS:
			assert row["one_off"] == pytest.approx(round(1000 / 12, 2))
		else:
			assert row["one_off"] == sum(one.amount for one in found if one.payment == "One-off")
		assert row["cost"] == pytest.approx(row["monthly"] + row["one_off"])


# --- population -------------------------------------------------------------------------------------------------
def test_coverage_is_reckoned_only_from_a_population_that_was_entered(ledger):
	place = frappe.get_doc("Administrative Division", builders.TOWNSHIP_B)
	place.population = 20000
	with pytest.raises(PopulationWithoutSource):
		place.save()
	place.reload()
	place.update({"population": 20000, "population_year": 2025, "population_source": "公安户籍人口"})
	place.save()
	rows = {row["township_name"]: row for row in insight.rows("Coverage of the Population")}
	known, unknown = rows[place.division_name], rows["甲山乡"]
	persons = sum(
		row.member_count
		for row in paid(ledger, THIS, township=builders.TOWNSHIP_B)
		if row.payment == "Monthly" and row.scheme in ("Dibao", "Tekun")
	)
	assert (known["basic"], known["population"]) == (persons, 20000)
	assert known["share"] == pytest.approx(persons / 200, abs=0.006)
	assert unknown["share"] is None and unknown["missing"] == 1
	total = insight.rows("Coverage of the Population")[-1]
	assert total["share"] is None and total["missing"] == len(rows) - 2


# --- visits -----------------------------------------------------------------------------------------------------
def task(due, status="To Do", done=None, village=builders.VILLAGE_A):
	row = frappe.get_doc(
		{
			"doctype": "Screening Task",
			"household": builders.make_household(village, 1).name,
			"status": status,
			"due_on": due,
			"done_on": done,
			"division": village,
			"township": f"{village[:9]}000",
		}
	)
	row.name = frappe.generate_hash(length=10)
	row.flags.name_set = True
	row.db_insert()
	return row


def test_visits_due_done_and_in_time_are_those_of_the_tasks(site):
	frappe.db.delete("Screening Task")
	first = LAST
	task(first, "Done", first)
	task(first, "Done", add_days(first, 1))
	task(first, "To Do")
	task(first, "Cannot Visit")
	task(first, "Done", add_days(first, -3), builders.VILLAGE_B)
	task(THIS, "Done", THIS, builders.VILLAGE_B)
	rows = {
		row["township"]: row for row in insight.rows("Visits in Time", month=first) if not row.get("bold")
	}
	here = rows[builders.TOWNSHIP_A]
	assert [here[key] for key in ("due", "done", "in_time", "late", "overdue")] == [3, 2, 1, 1, 1]
	assert here["punctuality"] == pytest.approx(33.3)
	there = rows[builders.TOWNSHIP_B]
	assert [there[key] for key in ("due", "done", "in_time", "late", "overdue")] == [1, 1, 1, 0, 0]


# --- refusals, petitions, quality -----------------------------------------------------------------------------------
def refused(reason, state="Rejected", decided=None, division=builders.VILLAGE_A):
	row = frappe.get_doc(
		{
			"doctype": "Assistance Application",
			"category": "农村低保",
			"applicant_name": "测试申请人",
			"workflow_state": state,
			"decided_on": decided or today(),
			"decision_reason": reason,
			"division": division,
			"township": f"{division[:9]}000",
		}
	)
	row.name = frappe.generate_hash(length=10)
	row.flags.name_set = True
	row.db_insert()


def test_reasons_of_refusal_are_counted_as_they_were_told(site):
	frappe.db.delete("Assistance Application")
	for _n in range(3):
		refused("收入高于标准")
	refused("收入高于标准", "Terminated")
	refused("财产超过限额", division=builders.VILLAGE_B)
	refused("", "Not Accepted")
	refused("收入高于标准", decided=add_days(today(), -800))
	refused("", "Confirmed")
	answer = insight.run("Reasons of Refusal", from_date=add_days(today(), -30), to_date=today())
	rows = [row for row in answer["result"] if not row.get("bold")]
	assert rows[0]["found"] == 3
	assert {(row["group"], row["workflow_state"], row["found"]) for row in rows} == {
		("收入高于标准", "Rejected", 3),
		("收入高于标准", "Terminated", 1),
		("财产超过限额", "Rejected", 1),
		(frappe._("Not Stated"), "Not Accepted", 1),
	}
	cards = {card["label"]: card["value"] for card in answer["report_summary"]}
	assert sorted(cards.values()) == sorted([6, 7, 85.7])


@pytest.fixture
def petitions(site):
	for doctype in ("Petition", "Petition Review", "Petition Transfer"):
		frappe.db.delete(doctype)
	for number in range(6):
		make_petition(
			status="Concluded",
			answered_on=today(),
			satisfaction="Satisfied" if number < 5 else "Dissatisfied",
		)
	make_petition(division=builders.VILLAGE_B, notice_due=add_days(today(), -1), status="Recorded")
	make_petition(category="Accusation", matter="Favouritism", division=builders.VILLAGE_B)


def test_petitions_are_counted_without_accusations_for_who_may_not_know_of_them(petitions, as_user):
	with as_user(builders.make_user("County Approver")):
		rows = {row["group"]: row for row in insight.rows("Petitions and Satisfaction")}
	here, there = (
		rows["甲山乡"],
		rows[frappe.db.get_value("Administrative Division", builders.TOWNSHIP_B, "division_name")],
	)
	assert (here["total"], here["rated"], here["satisfied"], here["satisfied_rate"]) == (6, 6, 5, 83.3)
	assert (there["total"], there["late"], there["open"]) == (1, 1, 1)
	with as_user(builders.make_user(("County Approver", "Accusation Handler"))):
		rows = {row["group"]: row for row in insight.rows("Petitions and Satisfaction")}
	assert rows[there["group"]]["total"] == 2


def test_small_numbers_of_petitions_do_not_leave_the_house(petitions, as_user):
	with as_user(builders.make_user("County Approver")):
		answer = insight.run("Petitions and Satisfaction", hide_small=1)
	rows = {row["group"]: row for row in answer["result"]}
	assert (rows["甲山乡"]["total"], rows["甲山乡"]["dissatisfied"]) == (6, None)
	other = next(row for name, row in rows.items() if name != "甲山乡" and not row.get("bold"))
	assert other["total"] is None and other["in_time"] is None
	assert not any(row.get("opens") for row in rows.values()) and not answer["report_summary"]


def test_faults_of_data_are_counted_for_who_has_to_put_them_right(site):
	frappe.db.delete("Data Quality Issue")
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	for due, status, reopened in (
		(add_days(today(), -2), "Open", 0),
		(add_days(today(), 5), "Open", 1),
		(add_days(today(), -2), "Rectified", 0),
		(add_days(today(), -9), "Closed", 2),
	):
		row = frappe.get_doc(
			{
				"doctype": "Data Quality Issue",
				"subject": "测试问题1",
				"responsible": clerk,
				"due_on": due,
				"status": status,
				"times_reopened": reopened,
				"found_on": add_days(today(), -20),
				"township": builders.TOWNSHIP_A,
				"division": builders.VILLAGE_A,
			}
		)
		row.name = frappe.generate_hash(length=10)
		row.flags.name_set = True
		row.db_insert()
	(row,) = insight.rows("Data Quality by Clerk")
	found = [row[key] for key in ("found", "open", "overdue", "rectified", "put_right", "reopened")]
	assert found == [4, 2, 1, 1, 1, 2] and row["rate"] == 25


# --- processing times ---------------------------------------------------------------------------------------------
def test_percentiles_are_those_of_every_case_written_out():
	counted = [(3, 5), (1, 2), (10, 1), (4, 2)]
	days = sorted(day for day, number in counted for _n in range(number))
	assert processing_times.percentile(counted, 0.5) == days[len(days) // 2 - 1] == 3
	assert processing_times.percentile(counted, 0.9) == days[8] == 4
	assert processing_times.percentile([], 0.5) == 0


def test_stages_are_measured_against_both_clocks(site):
	frappe.db.delete("Assistance Application")
	frappe.db.delete("Application Deadline")
	start = getdate(add_days(today(), -40))
	for number, days in enumerate((5, 10, 25)):
		refused("")
		case = frappe.get_all("Assistance Application", pluck="name", order_by="creation desc", limit=1)[0]
		for kind, key, limit in (("Statutory", "total", 20), ("Service", "service_total", 9)):
			frappe.get_doc(
				{
					"doctype": "Application Deadline",
					"parent": case,
					"parenttype": "Assistance Application",
					"parentfield": "deadlines",
					"idx": number,
					"deadline_key": key,
					"label": key,
					"kind": kind,
					"start": start,
					"due": start + timedelta(days=limit),
					"done_on": start + timedelta(days=days),
				}
			).db_insert()
	rows = {row["kind"]: row for row in insight.rows("Processing Times", from_date=start, to_date=today())}
	law, promised = rows["Statutory"], rows["Service"]
	assert (law["done"], law["median"], law["ninth"], law["term"]) == (3, 10, 25, 20)
	assert (law["in_time"], law["late"], promised["in_time"], promised["late"]) == (2, 1, 1, 2)


# --- overdue ------------------------------------------------------------------------------------------------------
def test_what_is_overdue_names_whose_it_is_and_for_how_long(site, as_user):
	frappe.db.delete("Data Quality Issue")
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	frappe.db.set_value("User", clerk, "full_name", "林经办")
	row = frappe.get_doc(
		{
			"doctype": "Data Quality Issue",
			"subject": "测试问题1",
			"responsible": clerk,
			"due_on": add_days(today(), -7),
			"status": "Open",
			"township": builders.TOWNSHIP_A,
			"division": builders.VILLAGE_A,
		}
	)
	row.name = frappe.generate_hash(length=10)
	row.flags.name_set = True
	row.db_insert()
	(found,) = insight.rows("Overdue and Whose", rule="data_quality_issue")
	assert (found["responsible"], found["township_name"]) == ("林经办", "甲山乡")
	assert (found["found"], found["days"]) == (1, 7)
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_B)):
		assert insight.rows("Overdue and Whose", rule="data_quality_issue") == []


@pytest.mark.parametrize("role", ["Township Approver", "Service Manager", "County Approver"])
def test_overdue_petitions_are_those_of_the_readers_list(site, as_user, role):
	"""With somebody in charge and without, in two townships, one of them an accusation."""
	frappe.db.delete("Petition")
	handler = builders.make_user("Petition Handler")
	for village in (builders.VILLAGE_A, builders.VILLAGE_B):
		for values in ({"handler": handler}, {}, {"category": "Accusation", "matter": "Favouritism"}):
			petition = make_petition(division=village, status="Accepted", **values)
			frappe.db.set_value(
				"Petition",
				petition.name,
				{
					"current_due": add_days(today(), -3),
					"handler": values.get("handler"),
					"due_status": "Overdue",
				},
			)
	reader = builders.make_user(role, builders.TOWNSHIP_A if role.startswith("Township") else None)
	with as_user(reader):
		rows = insight.rows("Overdue and Whose", rule="petition")
		assert sum(row["found"] for row in rows) == (2 if role.startswith("Township") else 4)
		for row, _field, number, target in insight.numbers("Overdue and Whose", rule="petition"):
			assert number == len(insight.opened("Overdue and Whose", {}, target)), row


# --- statistics ---------------------------------------------------------------------------------------------------
def test_the_statistics_count_the_families_and_persons_of_the_ledger(ledger):
	lines = {row["key"]: row for row in insight.rows("Statutory Statistics")}
	dibao = paid(ledger, THIS, scheme="Dibao")
	assert lines["households"]["dibao_rural"] == len({row.household for row in dibao})
	assert lines["persons"]["dibao_rural"] == sum(row.member_count for row in dibao)
	shares = frappe.get_all(
		"Entitlement Share", {"parent": ["in", [row.name for row in dibao]]}, pluck="recipient"
	)
	people = frappe.get_all("Recipient", {"name": ["in", shares]}, ["sex", "birth_date"])
	assert lines["female"]["dibao_rural"] == sum(one.sex == "Female" for one in people)
	old = add_months(THIS, 1) - timedelta(days=1)
	assert lines["elderly"]["dibao_rural"] == sum(
		(old.year - one.birth_date.year - ((old.month, old.day) < (one.birth_date.month, one.birth_date.day)))
		>= 60
		for one in people
	)
	then = {row.household for row in paid(ledger, LAST, scheme="Dibao")}
	now = {row.household for row in dibao}
	assert (lines["new"]["dibao_rural"], lines["left"]["dibao_rural"]) == (len(now - then), len(then - now))
	year = 0
	for number in range(THIS.month):
		year += sum(row.amount for row in paid(ledger, THIS.replace(month=number + 1), scheme="Dibao"))
	assert lines["year_cost"]["dibao_rural"] == pytest.approx(year)
	assert lines["cost"]["sum"] == sum(row.amount for row in paid(ledger, THIS))
	assert lines["households"]["edge"] == 1 and lines["cost"]["edge"] == 0


def test_what_does_not_add_up_is_shown_with_the_records_behind_it(ledger):
	assert not [row for row in insight.rows("Statutory Statistics", list="checks") if row["difference"]]
	new = next(row for row in ledger if row.start_month == THIS and row.scheme == "Dibao")
	frappe.db.set_value("Entitlement", new.name, "member_count", 5)
	person = frappe.get_all("Entitlement Share", {"parent": new.name}, pluck="recipient", limit=1)[0]
	frappe.db.set_value("Recipient", person, {"sex": "", "birth_date": None})
	failed = {
		row["key"]: row for row in insight.rows("Statutory Statistics", list="checks") if row["difference"]
	}
	assert set(failed) == {"shares", "no_sex", "no_age"}
	asked = {key: row["opens"]["difference"]["filters"] for key, row in failed.items()}
	assert [row["entitlement"] for row in insight.rows("Statutory Statistics", **asked["shares"])] == [
		new.name
	]
	for key in ("no_sex", "no_age"):
		assert [row["recipient"] for row in insight.rows("Statutory Statistics", **asked[key])] == [person]
	(card,) = insight.run("Statutory Statistics")["report_summary"]
	assert (card["value"], card["indicator"]) == (3, "Red")


# --- nothing there ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("report", insight.TITLES)
def test_an_empty_county_is_told_so_in_words(site, report):
	for doctype in {
		*builders.REGISTER,
		"Data Quality Issue",
		"Service Callback",
		"Service Record",
		"Visit Problem",
	}:
		frappe.db.delete(doctype)
	answer = (
		insight.run(report, rule="screening_task") if report == "Overdue and Whose" else insight.run(report)
	)
	if report in ("Service Figures", "Coverage of the Population"):
		assert all(not row.get("found") and not row.get("basic") for row in answer["result"])
		return
	assert answer["result"] == [] and "socaid-empty" in answer["message"]


# --- mails --------------------------------------------------------------------------------------------------------
def test_the_monthly_mails_wait_for_addresses_and_a_person(site):
	for report in monthly_mails.TEMPLATES:
		name = frappe.db.get_value(monthly_mails.MAIL, {"report": report})
		doc = frappe.get_doc(monthly_mails.MAIL, name)
		assert not doc.enabled and not doc.email_to and doc.frequency == "Monthly"
	doc.update({"enabled": 1, "email_to": "a@example.invalid"})
	with pytest.raises(monthly_mails.MailedByAdministrator):
		doc.save()
	doc.reload()
	doc.update({"enabled": 1, "email_to": "a@example.invalid"})
	doc.user = builders.make_user("Service Manager")
	doc.save()


def test_a_county_that_had_no_monthly_mails_gets_them_with_the_upgrade(transaction):
	frappe.db.delete(monthly_mails.MAIL, {"report": ["in", list(monthly_mails.TEMPLATES)]})
	frappe.db.set_default(monthly_mails.SEEDED, "[]")
	monthly_mails.seed()
	there = frappe.get_all(monthly_mails.MAIL, pluck="report")
	assert set(monthly_mails.TEMPLATES) <= set(there)


def test_a_mail_names_no_recipient_whatever_its_filters_say(ledger):
	doc = frappe.get_doc(
		{
			"doctype": monthly_mails.MAIL,
			"report": "Households and Cost",
			"report_type": "Script Report",
			"user": builders.make_user("County Approver"),
			"enabled": 1,
			"email_to": "a@example.invalid",
			"format": "CSV",
			"frequency": "Monthly",
			"filters": '{"list": "households_now"}',
		}
	).insert()
	content = doc.get_report_content()
	assert "甲山乡" in content and "测试户" not in content
	assert not frappe.flags.socaid_mailed
	assert isinstance(doc, mailing.MailedReport)
