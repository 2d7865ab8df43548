"""What one person writes and another lets into the world: an answer, a publication, a change."""

import frappe
import pytest
from frappe.utils import today

from socaid_app.assistance_archives import appraisals
from socaid_app.public_disclosure import catalogue
from tests import builders
from tests.browser.latin import Reader
from tests.browser.people import VILLAGE
from tests.builders.archives import keepers, store_expired

TEXT = "<p>向户籍所在地乡镇人民政府提出申请。</p>"


def stored(doctype: str, name: str, field: str):
	frappe.db.rollback()
	return frappe.db.get_value(doctype, name, field)


@pytest.fixture
def written(staff):
	"""A text and an answer by the disclosure officer, a change by the township's officer."""
	with builders.acting_as(staff.disclosure_officer):
		text = frappe.get_doc(
			{
				"doctype": catalogue.PUBLICATION,
				"title": f"低保办事指南{builders.digits()}",
				"catalogue_item": "DB-02",
				"body": TEXT,
			}
		).insert()
		answer = frappe.get_doc(
			{
				"doctype": "Policy Guide",
				"question": f"怎样申请低保{builders.digits()}",
				"topic": "Applying",
				"answer": TEXT,
				"sources": [{"document": "社会救助暂行办法", "article": "第十一条"}],
				"effective_from": today(),
			}
		).insert()
	with builders.acting_as(staff.officer):
		change = frappe.get_doc(
			{
				"doctype": "Circumstance Change",
				"household": builders.make_household(VILLAGE).name,
				"kind": "Income Change",
				"found_by": "Home Visit",
				"happened_on": today(),
				"state_after": "开始务工",
			}
		).insert()
	frappe.db.commit()
	return frappe._dict(text=text.name, answer=answer.name, change=change.name)


def test_a_text_is_taken_down_with_its_reason_in_one_request(desk_as, staff, written):
	desk = desk_as(staff.county_reviewer, "publication-down-")
	desk.open("Form", catalogue.PUBLICATION, written.text).menu("操作", "撤下")
	dialog = desk.dialog("撤下")
	desk.fill(dialog, withdrawal_reason="已经失效").shoot("撤下")
	desk.press("记录", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Taken Down'")
	assert stored(catalogue.PUBLICATION, written.text, "withdrawal_reason") == "已经失效"
	assert desk.page.errors == []


def test_an_answer_is_approved_rewritten_and_withdrawn(desk_as, staff, written):
	reader = Reader()
	desk = desk_as(staff.county_reviewer, "guide-")
	desk.open("Form", "Policy Guide", written.answer)
	desk.shoot("待审核")
	reader.read(desk, "waits for approval")
	desk.press("审核发布")
	desk.page.locator(".modal.show .btn-modal-primary").last.click()
	desk.page.wait_for_function("cur_frm?.doc?.status === 'In Force'")
	desk.settle().shoot("已发布")
	reader.read(desk, "in force")
	desk.press("停用此问答")
	dialog = desk.dialog("停用此问答")
	desk.fill(dialog, reason="依据已废止")
	desk.press("停用此问答", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Withdrawn'")
	assert desk.page.errors == []
	reader.assert_chinese()


def test_a_change_is_accepted_by_another(desk_as, staff, written):
	reader = Reader()
	desk = desk_as(staff.approver, "change-")
	desk.open("Form", "Circumstance Change", written.change).shoot("待审核变更")
	reader.read(desk, "change to review")
	desk.press("同意变更")
	dialog = desk.dialog("同意变更")
	desk.fill(dialog, note="属实")
	desk.press("同意变更", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'In Effect'")
	desk.settle().shoot("已生效")
	assert stored("Circumstance Change", written.change, "review_note") == "属实"
	assert desk.page.errors == []
	reader.assert_chinese()


def test_whoever_signed_first_sees_who_signs_next(desk_as, staff):
	team = keepers()
	store_expired()
	with builders.acting_as(team.preparer):
		doc = frappe.get_doc(
			{"doctype": appraisals.DOCTYPE, "title": "鉴定", "as_of": today(), "report": "已逐卷鉴定。"}
		).insert()
		appraisals.collect(doc.name)
		rows = [row.name for row in doc.reload().items]
		appraisals.decide(doc.name, rows, appraisals.EXTEND, "仍有查考价值", 2)
		appraisals.propose(doc.name)
	with builders.acting_as(staff.manager):
		appraisals.sign(doc.name)
	frappe.db.commit()
	desk = desk_as(staff.manager, "handed-")
	desk.open("Form", appraisals.DOCTYPE, doc.name)
	desk.body.get_by_text("已录完，交").wait_for()
	desk.shoot("已交复核")
	desk.page.set_viewport_size({"width": 390, "height": 800})
	desk.shoot("已交复核手机")
	assert desk.page.errors == []
