"""A spot check's sample is drawn once, by chance alone, and looked at by other people than the first time."""

import json

import frappe
import pytest
from frappe.client import insert as client_insert
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.utils import add_days, getdate, today

from socaid_app.field_visits import revisits, spotchecks
from socaid_app.field_visits.report.spot_check_error_rates.spot_check_error_rates import execute as report
from socaid_app.field_visits.revisits import RevisitInvalid, VisitedBefore
from socaid_app.field_visits.spotchecks import NotCheckedYet, NothingToDraw, SampleFrozen
from socaid_app.permissions.scope import DivisionOutOfScope, NeverDeleted, scope_of
from tests import builders
from tests.builders import fieldwork

COUNTY = "220422000000"
CHECK, ITEM = spotchecks.DOCTYPE, spotchecks.ITEM


@pytest.fixture(autouse=True)
def no_other_visits(site):
	frappe.db.delete("Home Visit")
	for doctype in ("Home Visit Visitor", ITEM, CHECK):
		frappe.db.delete(doctype)


def make_check(**values):
	return frappe.get_doc(
		{
			"doctype": CHECK,
			"title": "十一月抽查",
			"division": COUNTY,
			"period_from": add_days(today(), -30),
			"period_to": today(),
			"ratio": 10,
			"strata": "Township",
			"at_least": 1,
			**values,
		}
	).insert()


def drawn_check(visits: int = 6, officers: tuple[str, ...] = (), **values):
	"""A spot check of everything: ``visits`` visits in each of two townships."""
	for division in (builders.VILLAGE_A, builders.VILLAGE_B):
		for _number in range(visits):
			fieldwork.store_visit(division=division, officers=officers)
	check = make_check(ratio=100, **values)
	spotchecks.draw(check.name)
	check.reload()
	return check


def items_of(check, township: str | None = None) -> list:
	filters = {"spot_check": check.name} | ({"township": township} if township else {})
	names = frappe.get_all(ITEM, filters=filters, pluck="name", order_by="name")
	return [frappe.get_doc(ITEM, name) for name in names]


def enter(item, result: str, deviation: str = "收入少报", **values):
	"""Have other officers make the revisit, and enter what they found."""
	revisit = fieldwork.store_visit(
		item.household, (fieldwork.make_officer("复访员"),), 0, purpose="Spot Check", division=item.division
	)
	item.reload()
	item.update({"revisit": revisit, "result": result, **values})
	if result != "Consistent":
		item.deviation = deviation
	item.save()
	return item


# --- drawing ----------------------------------------------------------------------------------------------
def test_every_township_gives_its_share_and_at_least_one_visit(site):
	big = [fieldwork.store_visit() for _number in range(25)]
	small = [fieldwork.store_visit(division=builders.VILLAGE_B) for _number in range(2)]
	check = make_check()
	assert spotchecks.draw(check.name) == 4
	check.reload()
	assert (check.status, check.population, check.drawn) == ("Drawn", 27, 4)
	assert check.seed > 0 and len(check.sample_hash) == 64
	drawn = {item.first_visit for item in items_of(check)}
	assert len(drawn & set(big)) == 3 and len(drawn & set(small)) == 1
	item = items_of(check, builders.TOWNSHIP_B)[0]
	assert (item.status, item.division) == ("To Do", builders.VILLAGE_B)
	assert item.stratum == frappe.db.get_value(
		"Administrative Division", builders.TOWNSHIP_B, "division_name"
	)


def test_with_categories_each_category_of_a_township_is_a_stratum(site):
	for category in ("农村低保", "城市低保"):
		for _number in range(3):
			fieldwork.store_visit(category=category)
	check = make_check(strata="Township and Category")
	assert spotchecks.draw(check.name) == 2
	assert {item.category for item in items_of(check)} == {"农村低保", "城市低保"}


@pytest.mark.parametrize(
	"outside",
	[
		{"status": "Planned"},
		{"status": "Under Way"},
		{"status": "Cancelled"},
		{"purpose": "Spot Check"},
		{"days_ago": 31},
		{"days_ago": -1},
		{"division": "220281001000"},
	],
)
def test_only_finished_visits_of_period_and_area_are_in_scope(site, outside):
	inside = fieldwork.store_visit(status="Finished")
	fieldwork.store_visit(**outside)
	check = make_check(ratio=100)
	spotchecks.draw(check.name)
	assert [item.first_visit for item in items_of(check)] == [inside]


def test_first_and_last_day_of_the_period_count(site):
	fieldwork.store_visit(days_ago=30)
	fieldwork.store_visit(days_ago=0)
	assert spotchecks.draw(make_check(ratio=100).name) == 2


def test_a_cycle_limits_the_scope_to_its_visits(site):
	cycle = fieldwork.store("Screening Cycle", title="十一月排查")
	wanted = fieldwork.store_visit(cycle=cycle)
	fieldwork.store_visit()
	check = make_check(ratio=100, cycle=cycle)
	spotchecks.draw(check.name)
	assert [item.first_visit for item in items_of(check)] == [wanted]


def test_households_checked_since_a_date_are_left_out(site):
	first = drawn_check(visits=1)
	checked = {item.household for item in items_of(first)}
	newcomer = fieldwork.store_visit()
	again = make_check(ratio=100, exclude_checked_since=add_days(today(), -1))
	spotchecks.draw(again.name)
	assert [item.first_visit for item in items_of(again)] == [newcomer]
	assert not checked & {item.household for item in items_of(again)}


def test_nothing_in_scope_is_said(site):
	with pytest.raises(NothingToDraw):
		spotchecks.draw(make_check().name)


def test_the_same_seed_draws_the_same_visits_again(site):
	for _number in range(30):
		fieldwork.store_visit()
	samples = []
	for _number in range(2):
		check = make_check(seed=4711)
		spotchecks.draw(check.name)
		samples.append([item.first_visit for item in items_of(check)])
		assert frappe.db.get_value(CHECK, check.name, "seed") == 4711
	assert samples[0] == samples[1]


def test_whether_a_sample_was_tampered_with_can_be_proved(site):
	check = drawn_check(visits=3, at_least=1)
	assert spotchecks.verify(check.name)
	item = items_of(check)[0]
	frappe.db.delete(ITEM, {"name": item.name})
	assert not spotchecks.verify(check.name)


def test_drawing_takes_the_same_number_of_statements_for_many_visits(site, count_queries):
	def statements(visits):
		frappe.db.delete("Home Visit")
		for _number in range(visits):
			fieldwork.store_visit()
		check = make_check(ratio=50)
		with count_queries() as queries:
			spotchecks.draw(check.name)
		return len(queries)

	statements(2)  # what the first time is looked up and remembered
	assert statements(40) <= statements(2)


@pytest.mark.parametrize(
	"wrong", [{"ratio": 0}, {"ratio": 101}, {"at_least": -1}, {"period_to": "2020-01-01"}]
)
def test_impossible_settings_are_refused(site, wrong):
	with pytest.raises(frappe.ValidationError):
		make_check(**wrong)


# --- frozen -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("field", "value"),
	[
		("ratio", 50),
		("seed", 1),
		("division", builders.TOWNSHIP_A),
		("period_from", "2020-01-01"),
		("period_to", "2099-01-01"),
		("strata", "Township and Category"),
		("at_least", 5),
		("exclude_checked_since", "2020-01-01"),
		("exclude_note", "改口"),
	],
)
def test_what_decides_the_sample_cannot_change_after_drawing(site, field, value):
	check = drawn_check(visits=1)
	with pytest.raises(SampleFrozen):
		client_save(frappe.get_doc(CHECK, check.name).as_dict(convert_dates_to_str=True) | {field: value})
	with pytest.raises(SampleFrozen):
		client_set_value(CHECK, check.name, field, value)


def test_bulk_update_does_not_change_it_either(site, monkeypatch):
	check = drawn_check(visits=1)
	# the bulk action rolls back what failed, and with it the whole transaction of this test
	monkeypatch.setattr(frappe.db, "rollback", lambda *args, **kwargs: None)
	failed = submit_cancel_or_update_docs(
		CHECK, json.dumps([check.name]), "update", json.dumps({"ratio": 50})
	)
	assert failed == [check.name]
	assert frappe.db.get_value(CHECK, check.name, "ratio") == 100


def test_the_title_may_still_change(site):
	check = drawn_check(visits=1)
	client_set_value(CHECK, check.name, "title", "更名")
	assert frappe.db.get_value(CHECK, check.name, "title") == "更名"


def test_a_sample_is_drawn_once(site):
	check = drawn_check(visits=1)
	with pytest.raises(SampleFrozen):
		spotchecks.draw(check.name)


@pytest.mark.parametrize(
	"insert", [client_insert, lambda doc: frappe.get_doc(doc).insert(ignore_permissions=True)]
)
def test_no_visit_is_added_by_hand(site, insert):
	check = drawn_check(visits=1)
	other = fieldwork.store_visit()
	household = frappe.db.get_value("Home Visit", other, "household")
	with pytest.raises(SampleFrozen):
		insert({"doctype": ITEM, "spot_check": check.name, "first_visit": other, "household": household})


def test_no_visit_is_taken_out_and_no_drawn_check_deleted(site):
	check = drawn_check(visits=1)
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(ITEM, items_of(check)[0].name)
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(CHECK, check.name, force=True)


def test_figures_and_the_drawn_visit_are_not_taken_from_a_client(site):
	check = drawn_check(visits=2)
	client_save(
		frappe.get_doc(CHECK, check.name).as_dict(convert_dates_to_str=True)
		| {"errors": 9, "status": "Completed", "sample_hash": "x", "population": 1, "frame": "{}"}
	)
	after = frappe.get_doc(CHECK, check.name)
	assert (after.errors, after.status, after.population) == (0, "Drawn", 4)
	assert after.sample_hash == check.sample_hash and after.frame == check.frame
	item = items_of(check)[0]
	other = fieldwork.store_visit()
	client_save(
		item.as_dict(convert_dates_to_str=True) | {"first_visit": other, "stratum": "别处", "status": "Done"}
	)
	after = frappe.get_doc(ITEM, item.name)
	assert (after.first_visit, after.stratum, after.status) == (item.first_visit, item.stratum, "To Do")


def test_a_new_check_cannot_pretend_to_be_drawn(site):
	check = make_check(status="Completed", drawn=5, sample_hash="x", resample_of=make_check().name)
	assert (check.status, check.drawn or 0, check.sample_hash, check.resample_of) == ("Draft", 0, None, None)


# --- other persons ----------------------------------------------------------------------------------------
def test_the_revisit_is_not_by_one_of_the_first_visitors(site):
	first, other = fieldwork.make_officer("张三"), fieldwork.make_officer("李四")
	item = items_of(drawn_check(visits=1, officers=(first, other)))[0]
	item.officer = first
	with pytest.raises(VisitedBefore, match="张三"):
		item.save()
	with pytest.raises(VisitedBefore, match="李四"):
		revisits.schedule(item.name, today(), [fieldwork.make_officer("王五"), other])


def test_the_same_user_under_another_officer_record_is_the_same_person(site):
	user = builders.make_user("Field Investigator", builders.TOWNSHIP_A)
	first = fieldwork.make_officer("张三", user)
	item = items_of(drawn_check(visits=1, officers=(first,)))[0]
	# One user has one officer record; the visit still knows whose visitor's row it was.
	frappe.db.set_value("Visit Officer", first, "user", None)
	item.officer = fieldwork.make_officer("张三（新）", user)
	with pytest.raises(VisitedBefore):
		item.save()


def test_a_revisit_by_the_same_people_cannot_be_linked(site):
	first = fieldwork.make_officer("张三")
	item = items_of(drawn_check(visits=1, officers=(first,)))[0]
	item.revisit = fieldwork.store_visit(
		item.household, (first,), 0, purpose="Spot Check", division=item.division
	)
	with pytest.raises(VisitedBefore):
		item.save()


def test_visitors_changed_later_do_not_slip_through(site):
	first = fieldwork.make_officer("张三")
	item = items_of(drawn_check(visits=1, officers=(first,)))[0]
	revisit = fieldwork.store_visit(
		item.household, (fieldwork.make_officer("李四"),), 0, purpose="Spot Check", division=item.division
	)
	item.revisit = revisit
	item.save()
	fieldwork.add_visitor(revisit, first)
	item.result = "Consistent"
	with pytest.raises(VisitedBefore, match="张三"):
		item.save()


@pytest.mark.parametrize("wrong", [{"purpose": "Regular Visit"}, {"household": None}])
def test_only_a_spot_check_visit_of_the_household_is_its_revisit(site, wrong):
	item = items_of(drawn_check(visits=1))[0]
	household = wrong.pop("household", item.household)
	item.revisit = fieldwork.store_visit(
		household, (), 0, division=item.division, **{"purpose": "Spot Check", **wrong}
	)
	with pytest.raises(RevisitInvalid):
		item.save()


def test_planning_a_revisit_makes_the_visit(site):
	first = fieldwork.make_officer("张三")
	household = builders.make_household(name="复访户")
	fieldwork.store_visit(household.name, (first,))
	check = make_check(ratio=100)
	spotchecks.draw(check.name)
	item = items_of(check)[0]
	others = [fieldwork.make_officer("李四"), fieldwork.make_officer("王五")]
	revisit = frappe.get_doc("Home Visit", revisits.schedule(item.name, today(), json.dumps(others)))
	assert (revisit.purpose, revisit.household) == ("Spot Check", item.household)
	assert [row.officer for row in revisit.visitors] == others
	item.reload()
	assert (item.status, item.revisit) == ("Scheduled", revisit.name)
	with pytest.raises(RevisitInvalid):
		revisits.schedule(item.name, today(), others)
	# on the visit's own form the gate is the same
	revisit.append("visitors", {"officer": first})
	with pytest.raises(VisitedBefore):
		revisits.check_visitors(revisit)


# --- results ----------------------------------------------------------------------------------------------
def test_a_result_needs_a_finished_revisit(site):
	item = items_of(drawn_check(visits=1))[0]
	item.result = "Consistent"
	with pytest.raises(RevisitInvalid):
		item.save()
	item.reload()
	item.revisit = fieldwork.store_visit(
		item.household, (), 0, purpose="Spot Check", status="Planned", division=item.division
	)
	item.result = "Consistent"
	with pytest.raises(RevisitInvalid):
		client_save(item.as_dict(convert_dates_to_str=True))


def test_a_deviation_is_described(site):
	with pytest.raises(frappe.ValidationError):
		enter(items_of(drawn_check(visits=1))[0], "Deviates", deviation=" ")


def test_whoever_made_the_first_visit_does_not_enter_the_result(site, as_user):
	user = builders.make_user("County Reviewer")
	officer = fieldwork.make_officer("张三", user)
	item = items_of(drawn_check(visits=1, officers=(officer,)))[0]
	with as_user(user), pytest.raises(VisitedBefore):
		enter(item, "Consistent")


def test_a_mistake_opens_a_rectification_with_responsible_and_due_date(site):
	user = builders.make_user("Field Investigator", builders.TOWNSHIP_A)
	leader = fieldwork.make_officer("组长", user)
	check = drawn_check(visits=1, officers=(leader,))
	item = enter(items_of(check, builders.TOWNSHIP_A)[0], "Mistake", "把退休金漏了")
	issue = frappe.get_doc("Data Quality Issue", item.rectification)
	assert (issue.responsible, issue.severity, issue.status) == (user, "Major", "Open")
	assert issue.due_on == getdate(add_days(today(), 15)) and "把退休金漏了" in issue.subject
	assert (issue.reference_name, issue.household, issue.division) == (
		item.name,
		item.household,
		item.division,
	)
	# once
	item.amount_effect = -120
	item.save()
	assert frappe.db.count("Data Quality Issue", {"reference_name": item.name}) == 1
	check.reload()
	assert (check.checked, check.errors) == (1, 1)


def test_nobody_known_the_townships_approver_is_responsible(site):
	builders.make_user("Township Approver", builders.TOWNSHIP_B)
	item = enter(items_of(drawn_check(visits=1), builders.TOWNSHIP_B)[0], "Deviates")
	responsible = frappe.db.get_value("Data Quality Issue", item.rectification, "responsible")
	assert "Township Approver" in frappe.get_roles(responsible)
	assert scope_of(responsible).covers(builders.VILLAGE_B)


def test_a_completed_check_keeps_its_results(site):
	check = drawn_check(visits=1)
	first, second = items_of(check)
	enter(first, "Consistent")
	with pytest.raises(NotCheckedYet):
		spotchecks.complete(check.name)
	enter(second, "Consistent")
	spotchecks.complete(check.name)
	first.reload()
	first.result, first.deviation = "Mistake", "后来想起"
	with pytest.raises(SampleFrozen):
		first.save()


# --- rates ------------------------------------------------------------------------------------------------
def test_rates_per_township_come_with_their_interval(site):
	check = drawn_check(visits=5)
	for number, item in enumerate(items_of(check, builders.TOWNSHIP_A)):
		enter(item, ("Mistake", "Deviates", "Consistent", "Consistent", "Consistent")[number])
	a, b = spotchecks.results(check.name)
	assert (a.township, a.drawn, a.checked, a.deviations, a.mistakes) == (builders.TOWNSHIP_A, 5, 5, 1, 1)
	# 1 of 5: Wilson 3.62 % to 62.45 %
	assert (a.error_rate, a.error_low, a.error_high) == (20, 3.62, 62.45)
	assert a.over_limit and a.township_name
	assert (b.checked, b.error_rate, b.over_limit) == (0, None, False)
	columns, rows, *_rest = report({"spot_check": check.name})
	assert [row["mistakes"] for row in rows] == [1, 0]
	assert {"checked", "deviations", "mistakes", "error_rate", "error_low", "error_high"} <= {
		column["fieldname"] for column in columns
	}


def test_a_township_reads_its_own_rates_only(site, as_user):
	check = drawn_check(visits=1)
	with as_user(builders.make_user("Township Approver", builders.TOWNSHIP_A)):
		assert [row.township for row in spotchecks.rates()] == [builders.TOWNSHIP_A]
		assert [row.township for row in spotchecks.results(check.name)] == [builders.TOWNSHIP_A]
		assert {row["township"] for row in report({})[1]} == {builders.TOWNSHIP_A}


def test_poor_townships_are_sampled_again_once(site):
	check = drawn_check(visits=3)
	with pytest.raises(NotCheckedYet):
		spotchecks.resample(check.name)
	for item in items_of(check):
		enter(item, "Mistake" if item.township == builders.TOWNSHIP_A else "Consistent")
	spotchecks.complete(check.name)
	(again,) = spotchecks.resample(check.name)
	assert spotchecks.resample(check.name) == []
	again = frappe.get_doc(CHECK, again)
	assert (again.division, again.resample_of, again.status) == (builders.TOWNSHIP_A, check.name, "Draft")
	newcomer = fieldwork.store_visit()
	spotchecks.draw(again.name)
	assert [item.first_visit for item in items_of(again)] == [newcomer]


# --- permissions ------------------------------------------------------------------------------------------
def test_a_township_checks_its_own_area_only(site, as_user):
	fieldwork.store_visit()
	with as_user(builders.make_user("Township Approver", builders.TOWNSHIP_A)):
		own = make_check(division=builders.TOWNSHIP_A, ratio=100)
		assert spotchecks.draw(own.name) == 1
		for division in (COUNTY, builders.TOWNSHIP_B):
			with pytest.raises(DivisionOutOfScope):
				make_check(division=division)
		draft = make_check(division=builders.TOWNSHIP_A)
		with pytest.raises(DivisionOutOfScope):
			client_set_value(CHECK, draft.name, "division", builders.TOWNSHIP_B)
	countys = make_check()
	with as_user(builders.make_user("Township Approver", builders.TOWNSHIP_A)):
		with pytest.raises(DivisionOutOfScope):
			client_set_value(CHECK, countys.name, "title", "改名")
		with pytest.raises(DivisionOutOfScope):
			client_set_value(CHECK, countys.name, "division", builders.TOWNSHIP_A)
		with pytest.raises(DivisionOutOfScope):
			spotchecks.draw(countys.name)


def test_who_only_reads_neither_draws_nor_enters(site, as_user):
	check = drawn_check(visits=1)
	item = items_of(check, builders.TOWNSHIP_A)[0]
	draft = make_check()
	for role in ("Township Officer", "Village Assistant", "Field Investigator"):
		with as_user(builders.make_user(role, builders.TOWNSHIP_A)):
			for call in (
				lambda: spotchecks.draw(draft.name),
				lambda: spotchecks.complete(check.name),
				lambda: spotchecks.resample(check.name),
				lambda: revisits.schedule(item.name, today(), []),
				lambda: client_set_value(ITEM, item.name, "result", "Consistent"),
			):
				with pytest.raises(frappe.PermissionError):
					call()


def test_a_township_lists_its_own_sampled_visits_only(site, as_user):
	drawn_check(visits=1)
	with as_user(builders.make_user("Township Approver", builders.TOWNSHIP_A)):
		assert set(frappe.get_list(ITEM, pluck="township")) == {builders.TOWNSHIP_A}
