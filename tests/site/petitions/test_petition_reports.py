"""The ledger has the 23 official columns; nobody counts or reads what they may not know of."""

import frappe
import pytest
from frappe.desk import query_report
from frappe.utils import add_days, getdate, today

from socaid_app.petition_desk.report.petition_ledger import petition_ledger
from socaid_app.petition_desk.report.petition_satisfaction import petition_satisfaction
from socaid_app.petition_desk.report.petition_statistics import petition_statistics
from tests import builders
from tests.builders.petition_records import make_paper, make_petition

# policy.md, Task 3 E-25
OFFICIAL = [
	"序号",
	"信访编号",
	"登记日期",
	"来源",
	"信访人",
	"联系方式",
	"住址",
	"人数/是否集体",
	"是否重复",
	"信访类别",
	"救助类型",
	"主要诉求",
	"承办单位/人",
	"告知期限（15日）",
	"受理/转送日期",
	"办结期限（60日）",
	"延期至",
	"处理意见类型",
	"答复日期",
	"送达方式",
	"满意度",
	"复查/复核",
	"归档号",
]


@pytest.fixture(autouse=True)
def no_petitions(site, request):
	if "client" in request.fixturenames:
		# what such a test does is committed
		return
	for doctype in ("Petition", "Petition Review", "Petition Transfer"):
		frappe.db.delete(doctype)


@pytest.fixture
def chinese():
	before, frappe.local.lang = frappe.local.lang, "zh"
	yield
	frappe.local.lang = before


def ledger(**filters) -> list[dict]:
	return petition_ledger.execute(filters)[1]


def county_user(*roles: str) -> str:
	return builders.make_user(roles or ("Petition Handler",))


# --- columns ----------------------------------------------------------------------------------------------
def test_the_ledger_has_the_23_official_columns_in_their_order(site, chinese):
	assert [column["label"] for column in petition_ledger.execute({})[0]] == OFFICIAL


def test_a_row_says_what_was_recorded_and_done(site, chinese):
	doc = make_petition(
		assistance_category=None,
		demand="补发救助金",
		people_count=6,
		handling_unit="社会救助股",
		accepted_on="2026-11-02",
		answered_on="2026-11-20",
		decision="Explained",
		delivery_method="Handed Over",
		satisfaction="Satisfied",
		archive_number="XF-1",
		received_on="2026-11-01",
	)
	make_paper(
		"Petition Review",
		doc,
		stage="Review",
		requested_on="2026-11-21",
		conclusion="Upheld",
		status="Answer Given",
	)
	(row,) = ledger()
	assert row.number == 1 and row.petition == doc.name
	assert (row.channel, row.category, row.decision) == ("来访", "申诉求决", "解释说明")
	assert (row.people, row.repeat, row.place) == ("6 (集体)", "否", "甲山乡义方村")
	assert (row.contact, row.petitioner) == ("139****1234", "测试信访人1")
	assert (row.satisfaction, row.delivery_method) == ("满意", "直接送达")
	assert row.reviews == "复查：维持" and row.archive_number == "XF-1"
	assert row.taken_up == getdate("2026-11-02") and row.demand == "补发救助金"


def test_what_was_not_taken_up_shows_the_day_it_was_passed_on(site):
	doc = make_petition()
	for day in ("2026-11-09", "2026-11-05"):
		make_paper("Petition Transfer", doc, kind="Passed On to Competent Unit", to_unit="甲", sent_on=day)
	assert ledger()[0].taken_up == getdate("2026-11-05")


@pytest.mark.parametrize("values", [{"real_name": 0}, {"anonymous_wish": 1}])
def test_who_is_anonymous_is_never_named(site, values):
	make_petition(**values)
	(row,) = ledger()
	assert "测试信访人1" not in str(row) and "1234" not in str(row)


def test_addresses_end_at_the_village_and_numbers_are_masked(site):
	make_petition(address="甲山乡义方村三组12号")
	text = str(ledger()[0])
	assert "12号" not in text and "13900001234" not in text


# --- filters ----------------------------------------------------------------------------------------------
def test_filters_of_period_township_category_and_status(site):
	first = make_petition(received_on="2026-10-01")
	second = make_petition(received_on="2026-11-01", division=builders.VILLAGE_B, category="Suggestion")
	third = make_petition(received_on="2026-11-02", status="Answered")

	def names(**filters):
		return [row.petition for row in ledger(**filters)]

	assert names() == [first.name, second.name, third.name]
	assert names(from_date="2026-11-01") == [second.name, third.name]
	assert names(to_date="2026-10-31") == [first.name]
	assert names(township=builders.TOWNSHIP_B) == [second.name]
	assert names(category="Suggestion") == [second.name]
	assert names(status="Answered") == [third.name]


def test_overdue_rows_are_marked_and_can_be_asked_for_alone(site):
	late = make_petition(current_due=add_days(today(), -1), due_status="Due Today")
	make_petition(current_due=today(), due_status="Due Today")
	make_petition(current_due=None, due_status="Done")
	assert [row.petition for row in ledger() if row.overdue] == [late.name]
	assert [row.petition for row in ledger(overdue=1)] == [late.name]


def test_three_statements_however_many_petitions(site, count_queries):
	def statements():
		with count_queries() as queries:
			ledger()
		return len([query for query in queries if "tabPetition" in query])

	make_petition()
	few = statements()
	for _number in range(5):
		make_petition()
	assert statements() == few == 3


# --- who may know -----------------------------------------------------------------------------------------
REPORTS = (
	(petition_statistics, {}),
	(petition_statistics, {"by": "Township Division"}),
	(petition_statistics, {"by": "Cause"}),
	(petition_statistics, {"by": "Channel"}),
	(petition_satisfaction, {}),
	(petition_satisfaction, {"by": "Handling Unit"}),
)


def total(report, filters) -> int:
	return sum(row.total for row in report.execute(filters)[1])


@pytest.mark.parametrize("role", ["Petition Handler", "Service Manager", "County Approver", "Socaid Auditor"])
def test_accusations_are_neither_listed_nor_counted_for_others(site, as_user, role):
	open_one = make_petition()
	make_petition(category="Accusation", matter="Favouritism", accused=[{"accused_name": "被反映人1"}])
	with as_user(county_user(role)):
		assert [row.petition for row in ledger()] == [open_one.name]
		assert [total(report, filters) for report, filters in REPORTS] == [1] * len(REPORTS)
		assert ledger(category="Accusation") == []


def test_accusation_handlers_see_those_that_do_not_concern_them(site, as_user):
	handler = county_user("Accusation Handler")
	make_petition(category="Accusation", matter="Favouritism", accused=[{"accused_name": "被反映人1"}])
	make_petition(category="Accusation", matter="Favouritism", accused=[{"user": handler}])
	with as_user(handler):
		assert len(ledger()) == 1
		assert [total(report, filters) for report, filters in REPORTS] == [1] * len(REPORTS)


def test_a_township_sees_and_counts_its_own(site, as_user):
	own = make_petition()
	make_petition(division=builders.VILLAGE_B)
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		assert [row.petition for row in ledger()] == [own.name]
		assert ledger(township=builders.TOWNSHIP_B) == []
		assert [total(report, filters) for report, filters in REPORTS] == [1] * len(REPORTS)


def test_reviews_and_transfers_of_hidden_petitions_are_not_read_either(site, as_user):
	hidden = make_petition(
		category="Accusation", matter="Favouritism", accused=[{"accused_name": "被反映人1"}]
	)
	make_paper(
		"Petition Transfer", hidden, kind="Passed On to Competent Unit", to_unit="纪委", sent_on=today()
	)
	with as_user(county_user()):
		assert ledger() == []


@pytest.mark.parametrize("report", ["Petition Ledger", "Petition Statistics", "Petition Satisfaction"])
def test_reports_run_through_desk_for_staff_and_for_nobody_else(site, as_user, report):
	make_petition()
	with as_user(county_user()):
		assert query_report.run(report, filters={})["result"]
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		assert query_report.run(report, filters={})["result"]
	with as_user(county_user("Archivist")), pytest.raises(frappe.PermissionError):
		query_report.run(report, filters={})


def test_the_export_is_masked_logged_and_without_accusations(site, client):
	user = county_user()
	make_petition(subject="导出事由1", content="导出内容1")
	make_petition(subject="导出举报1", category="Accusation", matter="Favouritism")
	before = frappe.db.count("Sensitive Access Log", {"reference_doctype": "Petition"})
	form = {"report_name": "Petition Ledger", "file_format_type": "CSV", "filters": "{}", "visible_idx": "[]"}
	answer = client(user).request("POST", "/api/method/frappe.desk.query_report.export_query", data=form)
	text = answer.get_data(as_text=True)
	assert answer.status_code == 200 and "导出事由1" in text
	assert "13900001234" not in text and "导出举报1" not in text
	assert frappe.db.count("Sensitive Access Log", {"reference_doctype": "Petition"}) == before + 1
	officer = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	answer = client(officer).request("POST", "/api/method/frappe.desk.query_report.export_query", data=form)
	assert answer.status_code == 403


# --- statistics -------------------------------------------------------------------------------------------
def figures(report, **filters) -> dict[str, dict]:
	return {row.group: row for row in report.execute(filters)[1]}


def test_by_cause_with_answers_open_ones_and_average_days(site, chinese):
	make_petition(
		received_on="2026-11-01", answered_on="2026-11-11", status="Answered", notified_on="2026-11-02"
	)
	make_petition(
		received_on="2026-11-01", answered_on="2026-11-21", status="Answered", notified_on="2026-11-02"
	)
	make_petition(matter="Policy Question")
	rows = figures(petition_statistics, by="Cause")
	assert (rows["资金发放"].total, rows["资金发放"].answered, rows["资金发放"].days) == (2, 2, 15)
	assert (rows["政策咨询"].total, rows["政策咨询"].open) == (1, 1)


@pytest.mark.parametrize(
	("values", "late"),
	[
		({"notice_due": "2026-11-16", "notified_on": "2026-11-16"}, 0),
		({"notice_due": "2026-11-16", "notified_on": "2026-11-17"}, 1),
		# answered on the spot: no notice was needed
		({"notice_due": "2026-11-16", "answered_on": "2026-11-03"}, 0),
		# still waiting, the day is over
		({"notice_due": "2026-11-16"}, 1),
		({"notice_due": "2099-11-16"}, 0),
		({"notice_due": None, "decide_due": "2026-11-30", "answered_on": "2026-11-30"}, 0),
		({"notice_due": None, "decide_due": "2026-11-30", "answered_on": "2026-12-01"}, 1),
		(
			{
				"notice_due": None,
				"decide_due": "2026-11-30",
				"extended_until": "2026-12-30",
				"answered_on": "2026-12-01",
			},
			0,
		),
		({"notice_due": None, "decide_due": "2020-11-30"}, 1),
		# suggestions run on no clock
		({"notice_due": None, "decide_due": None}, 0),
	],
)
def test_a_petition_is_late_when_one_of_its_clocks_was_missed(site, monkeypatch, values, late):
	make_petition(received_on="2026-11-01", **values)
	(row,) = petition_statistics.execute({})[1]
	due = values.get("notice_due") == "2026-11-16" and not {"notified_on", "answered_on"} & set(values)
	if due and getdate(today()) <= getdate("2026-11-16"):
		pytest.skip("the clock of this machine stands before the example")
	assert (row.late, row.on_time) == (late, 0 if late else 100)


def test_satisfaction_counts_ratings_and_the_share_answered(site):
	values = {"status": "Answered", "answered_on": today(), "handling_unit": "社会救助股"}
	make_petition(satisfaction="Very Satisfied", **values)
	make_petition(satisfaction="Dissatisfied", **values)
	make_petition(**values)
	make_petition(handling_unit="社会救助股")
	row = figures(petition_satisfaction, by="Handling Unit")["社会救助股"]
	assert (row.total, row.answered, row.answered_rate) == (4, 3, 75)
	assert (row.rated, row.rated_rate, row.satisfied, row.dissatisfied) == (2, 66.7, 1, 1)
	assert row.satisfied_rate == 50


def test_nothing_to_divide_by_gives_no_rate(site):
	make_petition()
	(row,) = petition_satisfaction.execute({})[1]
	assert row.satisfied_rate is None and row.rated_rate is None


def test_without_petitions_reports_are_empty(site):
	assert ledger() == []
	assert petition_statistics.execute({})[1] == []
	assert petition_satisfaction.execute({})[1] == []
