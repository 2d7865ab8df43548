"""A family reports a change on any way, gets its answer, and learns it on the public page from nobody else."""

import re
import time

import frappe
import pytest
from frappe.utils import today

from socaid_app.dynamic_management import change_page, change_reports
from socaid_app.petition_desk import public_intake
from socaid_app.socaid_app.doctype.circumstance_change import circumstance_change
from tests import builders
from tests.builders import notices as public_builders

REPORT = change_reports.DOCTYPE
CODE = re.compile(r'id="code">([A-Z0-9-]+)<')


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


def reported(user, **values):
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": REPORT,
				"channel": "Phone Report",
				"reported_by": "测试报告人",
				"phone": "13900001234",
				"division": builders.VILLAGE_A,
				"kind": "Income Change",
				"content": "长子外出务工，每月两千元",
				**values,
			}
		).insert()


def test_a_report_becomes_a_reviewed_change_and_then_an_answer(team, as_user):
	household = builders.make_household(builders.VILLAGE_A, 2)
	report = reported(team.clerk)
	assert report.due_on
	with as_user(team.clerk):
		with pytest.raises(change_reports.ReportRefused):
			change_reports.enter_change(report.name, "Income Change", today(), "每月两千元")
		doc = frappe.get_doc(REPORT, report.name)
		doc.household = household.name
		doc.save()
		change_reports.enter_change(report.name, "Income Change", today(), "每月两千元")
		report.reload()
		change = frappe.get_doc("Circumstance Change", report.change)
		assert (change.household, change.found_by) == (household.name, "Reported by Household")
		with pytest.raises(change_reports.ReportRefused):
			change_reports.answer(report.name, "By Phone Call", "已记入")
	with as_user(team.officer):
		circumstance_change.accept(change.name)
	with as_user(team.clerk):
		change_reports.answer(report.name, "By Phone Call", "已核实记入，待遇另行核算。")
	assert report.reload().status == "Report Answered"


def test_a_report_from_which_nothing_follows_is_answered_at_once(team, as_user):
	report = reported(team.clerk)
	with as_user(team.clerk):
		with pytest.raises(change_reports.ReportRefused):
			change_reports.answer(report.name, "On the Public Page", "不影响待遇")
		change_reports.answer(report.name, "In Person at the Office", "不影响待遇")
	assert report.reload().answered_on


def test_a_clerk_does_not_write_a_report_of_the_public_page(team):
	with pytest.raises(change_reports.ReportRefused):
		reported(team.clerk, channel="Public Page", tracking_hash="x", form_key="x")


# --- the page -----------------------------------------------------------------------------------------------------
class Visitor:
	def __init__(self, client):
		self.client, self.count = client, 0
		self.headers = {
			"X-Forwarded-For": public_builders.address(),
			"Cookie": f"{public_intake.COOKIE}={public_builders.COOKIE}",
		}

	def post(self, path, **data):
		return self.client.request(
			"POST", path, data=data, content_type="multipart/form-data", headers=self.headers
		)

	def report(self, **values):
		return self.post("/petition/change", **(form() | values))

	def look_up(self, code, tail):
		return self.post("/petition/change/status", code=code, tail=tail)


def form(**values):
	return {
		"ticket": public_intake.make_ticket(public_builders.COOKIE, time.time() - 60),
		"kind": "Income Change",
		"village": builders.VILLAGE_A,
		"family_words": "测试户主",
		"content": "长子十月起在镇上打工，每月两千元左右。",
		"happened_on": today(),
		"reported_by": "测试报告人",
		"phone": "13900005678",
		"consent": "1",
		**values,
	}


@pytest.fixture
def visitor(client, team):
	return Visitor(client("Guest"))


def test_a_family_reports_on_the_page_and_learns_the_answer_with_its_code(visitor, team, as_user):
	sent = form()
	page = visitor.report(**sent)
	assert page.status_code == 200, page.text
	code = CODE.search(page.text).group(1)
	# pressed twice: the same code, one report
	assert CODE.search(visitor.report(**sent).text).group(1) == code
	name = frappe.db.get_value(REPORT, {"tracking_hash": change_page.fingerprint(code, "5678")})
	assert frappe.db.count(REPORT, {"form_key": frappe.db.get_value(REPORT, name, "form_key")}) == 1
	assert "已收到" in visitor.look_up(code, "5678").text
	wrong = visitor.look_up(code, "0000")
	assert wrong.status_code == 404 and "没有查到" in wrong.text
	with as_user(team.clerk):
		doc = frappe.get_doc(REPORT, name)
		assert doc.township == builders.TOWNSHIP_A
		doc.content = "改写"
		with pytest.raises(change_reports.ReportRefused):
			doc.save()
		change_reports.answer(name, "On the Public Page", "已经记入，不影响待遇。")
	page = visitor.look_up(code.lower().replace("-", " "), "5678")
	assert "已经记入，不影响待遇。" in page.text
	# nobody is named, and nothing says whether the family is on the register
	assert "测试户主" not in page.text and "测试报告人" not in page.text


@pytest.mark.parametrize(
	("field", "value"),
	[
		("kind", "Nonsense"),
		("village", "220422999999"),
		("content", "短"),
		("phone", ""),
		("phone", "12"),
		("happened_on", "2199-01-01"),
		("happened_on", "昨天"),
		("consent", ""),
		("family_words", ""),
		("homepage", "http://x"),
		("ticket", "1.2.3"),
	],
)
def test_what_is_incomplete_or_no_form_of_ours_is_not_stored(visitor, field, value):
	before = frappe.db.count(REPORT)
	page = visitor.report(**{field: value})
	assert page.status_code == 422
	assert frappe.db.count(REPORT) == before
	# what was typed is still there, escaped
	assert "长子十月起" in page.text or field == "content"


def test_after_some_forms_a_picture_has_to_be_read_and_then_it_is_enough(visitor, monkeypatch):
	for number in range(public_intake.FREE_OF_CAPTCHA):
		assert visitor.report(content=f"家中收入变化，第{number}次报告").status_code == 200
	assert "图中的数字不对" in visitor.report(content="家中收入变化，再次报告").text
	monkeypatch.setattr(public_intake, "DAILY", 1)
	assert visitor.report(content="家中收入变化，又一次报告").status_code == 429
