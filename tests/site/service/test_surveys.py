"""Families say how they were served: after a service, on the public page with a code, and nobody knows which family."""

import re

import frappe
import pytest
from frappe.utils import add_days, get_datetime, now_datetime, today

from socaid_app.casework import rectification
from socaid_app.service_management import surveys
from socaid_app.service_management.report.service_check_statistics import service_check_statistics
from tests import builders
from tests.builders import notices as public_builders

VISITS = "满意度调查：入户走访"
MARKS = {1: "9", 2: "10", 3: "8", 4: "9", 5: "10"}


@pytest.fixture
def asker(site):
	return builders.make_user("Service Manager")


@pytest.fixture
def sheet(asker):
	family = builders.make_household(builders.VILLAGE_A)
	return surveys._sheet(
		VISITS, frappe._dict(name=family.name, division=family.division), "After a Service", asker, 15
	).insert()


def code_of(sheet) -> str:
	return surveys.survey_code(sheet)["code"]


def marks(**changed) -> dict:
	return {f"q{idx}": mark for idx, mark in MARKS.items()} | {"answered": "1"} | changed


@pytest.fixture
def post(client, sheet):
	"""A citizen's telephone: posts to the page, returns status and text."""
	http = client("Guest")
	headers = {"X-Forwarded-For": public_builders.address()}

	def send(code, **data):
		answer = http.request(
			"POST",
			"/survey",
			data={"code": code, **data},
			content_type="multipart/form-data",
			headers=headers,
		)
		return answer.status_code, answer.get_data(as_text=True)

	yield send
	frappe.db.rollback()
	frappe.db.delete("Service Check Answer", {"parent": sheet.name})
	frappe.db.delete("Service Check", sheet.name)
	frappe.db.commit()


def handed_in(sheet) -> list:
	return frappe.get_all(
		"Service Check",
		{"responsible": sheet.responsible, "channel": "Public Page"},
		["name", "status", "score", "household", "division", "checked_at", "owner", "content_changed_by"],
	)


def test_a_family_answers_once_on_the_page_and_nobody_knows_which(post, sheet):
	family, code = sheet.household, code_of(sheet)
	status, words = post(code)
	assert status == 200 and "走访人员的态度" in words and "匿名" in words
	assert family not in words and sheet.name not in words
	status, words = post(code, **marks(q3=""))
	assert status == 422 and "第3题" in words
	assert 'value="10" checked' in words
	assert post(code.lower().replace("-", " "), **marks(q6="都好"))[0] == 200
	assert post(code, **marks())[0] == 404
	frappe.db.rollback()
	(answered,) = handed_in(sheet)
	assert answered.status == "Check Done" and answered.score == 92 and answered.household is None
	assert answered.division == builders.TOWNSHIP_A
	assert answered.checked_at == get_datetime(today()) and answered.owner == "Guest"
	before = sheet.modified
	sheet.reload()
	assert (sheet.status, sheet.household, sheet.tracking_hash) == ("Check Cancelled", None, None)
	assert str(sheet.modified) == str(before) and not any(row.answer for row in sheet.answers)
	assert surveys.survey_code(sheet) == {}
	# nothing stored leads from the answers to the invitation
	stored = frappe.get_doc("Service Check", answered.name).as_json()
	assert sheet.name not in stored and family not in stored
	frappe.db.delete("Service Check Answer", {"parent": answered.name})
	frappe.db.delete("Service Check", answered.name)
	frappe.db.commit()


def test_a_wrong_code_finds_nothing_and_guessing_is_slowed_down(post):
	answers = [post(f"AAAA-BBBB-CCCC-DDD{number}")[0] for number in range(6)]
	assert answers[:5] == [404] * 5 and answers[5] == 429


def test_low_marks_are_followed_up_by_whoever_asked(sheet):
	answered = surveys.answer_on_page(sheet.name, MARKS | {3: "2", 6: "讲得太快"})
	(issue,) = frappe.get_all(rectification.DOCTYPE, {"name": answered.answers[2].issue}, ["*"])
	assert issue.responsible == sheet.responsible and not issue.household
	assert "政策讲得是否清楚" in issue.subject and "讲得太快" in issue.subject


def test_all_middling_is_followed_up_too(sheet):
	"""No single mark is too low; together they are."""
	answered = surveys.answer_on_page(sheet.name, dict.fromkeys(MARKS, "6") | {6: "来得太少"})
	assert answered.result == "Not Passed" and not answered.problem_count
	assert "来得太少" in frappe.db.get_value(rectification.DOCTYPE, answered.issue, "subject")


def test_a_sheet_asks_what_its_invitation_asked(sheet):
	template = frappe.get_doc("Service Check Template", VISITS)
	template.questions[0].question = "换了一个问题"
	template.save()
	answered = surveys.answer_on_page(sheet.name, MARKS)
	assert [row.question for row in answered.answers] == [row.question for row in sheet.answers]


@pytest.fixture
def sampled(asker):
	"""Every family whose visit ended is asked."""
	template = frappe.get_doc("Service Check Template", VISITS)
	template.update({"after_service": "Home Visit", "sample_percent": 100, "asker": asker}).save()
	return template


def visited(days: int = 1, **values) -> str:
	household = builders.make_household(builders.VILLAGE_A)
	visit = frappe.get_doc(
		{
			"doctype": "Home Visit",
			"household": household.name,
			"planned_on": today(),
			"purpose": "Regular Visit",
		}
	)
	visit.insert()
	moment = add_days(now_datetime(), -days)
	visit.db_set({"status": "Finished", "check_out_at": moment, **values})
	return household.name


def asked(asker) -> list[str]:
	return frappe.get_all(
		"Service Check", {"responsible": asker, "status": "Check Planned"}, pluck="household"
	)


def test_after_a_service_families_are_drawn_once(sampled, asker):
	family, today_s, open_visit = visited(), visited(0), visited(1, status="Under Way")
	surveys.nightly()
	assert family in asked(asker) and today_s not in asked(asker) and open_visit not in asked(asker)
	before = len(asked(asker))
	surveys.nightly()
	assert len(asked(asker)) == before
	# a night that did not run is made up for; whoever still has a sheet gets no second one
	frappe.db.set_value("Service Check Template", VISITS, "drawn_until", add_days(today(), -3))
	late = visited(2)
	surveys.nightly()
	assert late in asked(asker) and asked(asker).count(family) == 1


@pytest.mark.parametrize("service", list(surveys.ENDS))
def test_every_service_that_may_be_named_is_looked_at(service, site):
	assert isinstance(surveys._served(service, add_days(today(), -400), today()), list)
	assert service in frappe.get_meta("Service Check Template").get_field("after_service").options.split("\n")


def test_none_of_a_hundred_draws_nobody_and_says_so(sampled):
	with pytest.raises(frappe.ValidationError):
		sampled.update({"sample_percent": 0}).save()


def test_the_invitation_bears_the_code(sheet):
	frappe.local.lang = "zh"
	paper = builders.printed("Service Check", sheet.name, "Survey Invitation")
	assert code_of(sheet) in paper and "匿名" in paper and re.search(r"data:image/png", paper)


def test_results_stand_by_township_and_service(sheet, asker):
	surveys.answer_on_page(sheet.name, MARKS)
	with builders.acting_as(asker):
		_columns, rows = service_check_statistics.execute({"by": "Township and Kind", "area": "Satisfaction"})
	row = next(row for row in rows if (row.subject, row.second) == (builders.TOWNSHIP_A, VISITS))
	assert (
		row.done
		and row.score
		and {row.second for row in rows}
		<= set(frappe.get_all("Service Check Template", {"group": "Satisfaction"}, pluck="name"))
	)


def test_nobody_of_the_staff_answers_on_the_page_for_a_family(sheet, asker):
	with builders.acting_as(asker), pytest.raises(surveys.SampleInvalid):
		sheet.update({"channel": "Public Page"}).save()
