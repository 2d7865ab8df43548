"""The petition desk at work: a call by keyboard, a petition from the counter to its end, an accusation kept secret."""

import time
from urllib.parse import quote

import frappe
import pytest
from frappe.utils import today

from socaid_app import figures
from socaid_app.policy import petitions as law
from tests import builders
from tests.browser.people import VILLAGE
from tests.builders import petitions as petition_cases

MINUTE = 60
# As fast as a practised clerk types, in milliseconds a character.
TYPING = 60
OTHER_STEPS = "其他办理"


@pytest.fixture
def caller(staff):
	"""Somebody who has petitioned before, with a number nobody else has."""
	text = builders.digits(8)
	with builders.acting_as(staff.petition_handler):
		earlier = petition_cases.make(
			subject="低保金停发",
			content="九月起没有收到低保金",
			phone=f"139{int(text, 16) % 10**8:08d}",
			petitioner_name="林来电",
			division=VILLAGE,
		)
	frappe.db.commit()
	return earlier


def test_a_call_is_recorded_by_keyboard_within_a_minute(desk_as, staff, caller):
	desk = desk_as(staff.petition_handler, "desks-")
	keys, began = desk.page.keyboard, time.monotonic()
	keys.press("Control+Alt+p")
	dialog = desk.dialog("来电登记")
	keys.type(caller.phone, delay=TYPING)
	keys.press("Enter")
	dialog.get_by_text("低保金停发").wait_for()
	desk.page.wait_for_function("document.activeElement.name === 'matter'")
	desk.shoot("来电人的以往信访")
	keys.press("2")
	desk.page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
	words = "九月起没有收到低保金，上次反映后仍未补发，请尽快查明。" + builders.digits(6)
	keys.type(words, delay=TYPING)
	keys.press("Control+Enter")
	desk.page.locator(".desk-alert").get_by_text("已登记").first.wait_for()
	assert time.monotonic() - began < MINUTE
	desk.shoot("来电已登记")

	frappe.db.rollback()
	made = frappe.get_doc("Petition", {"content": words})
	assert (made.channel, made.category, made.matter) == ("By Telephone", law.APPEAL, "Payment")
	assert made.phone == caller.phone and made.repeat_of == caller.name
	assert desk.page.errors == []


# --- from the counter to the end ------------------------------------------------------------------------------
def test_a_petition_goes_from_the_counter_to_its_end_and_only_open_steps_are_offered(desk_as, staff):
	desk = desk_as(staff.petition_handler, "desks-")
	desk.new("Petition").fill(
		subject="反映低保金停发",
		category="申诉求决",
		matter="资金发放",
		petitioner_name="林求决",
		phone="13900007001",
		content="九月起没有收到低保金，村里说不清楚原因。",
		demand="孩子上大学，学费怎么算，请查明停发原因。",
	)
	desk.save().shoot("登记")
	name = desk.name()
	assert primary(desk) == "受理"
	assert steps(desk) == {
		"当场答复", "不予受理此件", "交承办人", "转送交办", "并入其他件", "变更类别、途径", "交付查询码", "即时报告"
	}  # fmt: skip

	desk.press("受理").press("受理", desk.dialog("受理"))
	state(desk, law.UNDER_WAY)
	desk.shoot("已受理")
	assert primary(desk) == "作出答复"
	assert {"登记告知送达", "申请延期", "登记听证", "登记调解"} <= steps(desk)
	assert not {"受理", "不予受理此件", "当场答复", "同意延期", "登记复查复核申请"} & steps(desk)
	hand_over(desk, "登记告知送达", "受理告知书")
	assert desk.value("notified_on") == today() and "登记告知送达" not in steps(desk)

	desk.press("作出答复")
	dialog = desk.dialog("作出答复")
	desk.fill(dialog, decision="支持", findings="经查，因账号变更漏发。")
	insert_guide(desk, dialog)
	desk.shoot("答复")
	desk.press("作出答复", dialog)
	state(desk, law.ANSWERED)
	assert desk.value("answer") and desk.value("legal_basis") in desk.value("answer")
	look_at_opinion(desk, name)

	desk.open("Form", "Petition", name)
	assert primary(desk) == "登记送达" and not {"办结", "登记复查复核申请"} & steps(desk)
	desk.press("登记送达").press("登记送达", desk.dialog("处理意见书"))
	desk.page.wait_for_function("cur_frm?.doc?.delivered_on && cur_frm.is_dirty?.() === false")
	desk.settle()
	assert primary(desk) == "办结" and "登记复查复核申请" in steps(desk)
	desk.press("办结").press("是", desk.dialog("确认"))
	state(desk, law.CONCLUDED)
	assert steps(desk) == {"登记复查复核申请", "登记满意度", "交付查询码"}
	desk.tab("过程与文书").shoot("已办结")
	taken = desk.page.evaluate("cur_frm.doc.actions.map((row) => row.action)")
	assert taken == ["登记", "受理", "送达", "答复", "送达", "办结"]
	assert desk.page.errors == []


def primary(desk) -> str:
	return desk.form.locator(".page-actions .primary-action:visible").inner_text().strip()


def steps(desk) -> set[str]:
	"""What the menu of steps offers."""
	menu = desk.form.locator(f'.inner-group-button[data-label="{quote(OTHER_STEPS)}"] .dropdown-item')
	return {label.strip() for label in menu.all_text_contents()}


def state(desk, status: str) -> None:
	desk.page.wait_for_function(
		"status => cur_frm?.doc?.status === status && cur_frm.is_dirty?.() === false", arg=status
	)
	desk.settle()


def hand_over(desk, step: str, paper: str) -> None:
	desk.menu(OTHER_STEPS, step)
	desk.press(step, desk.dialog(paper))
	desk.page.wait_for_function("cur_frm?.doc?.notified_on && cur_frm.is_dirty?.() === false")
	desk.settle()


def insert_guide(desk, dialog) -> None:
	desk.press("插入政策问答", dialog)
	picker = desk.dialog("插入政策问答")
	picker.locator(".socaid-guide.active").wait_for()
	desk.shoot("选政策问答")
	desk.press("连同依据插入", picker)
	desk.page.wait_for_function("document.querySelectorAll('.modal.show').length === 1")
	desk.settle()


def look_at_opinion(desk, name: str) -> None:
	"""The printer button brings the opinion, with the answer and its basis."""
	desk.page.locator('.page-container:visible [data-original-title="打印"]').click()
	letter = desk.page.frame_locator("iframe.print-format-container")
	letter.get_by_text("信访处理意见书").first.wait_for()
	text = letter.locator("body").inner_text()
	assert "支持" in text and "经查，因账号变更漏发。" in text and "139****7001" in text
	desk.shoot("处理意见书")


# --- an accusation ----------------------------------------------------------------------------------------------
def test_an_officer_finds_no_trace_of_an_accusation(desk_as, staff):
	secret = "举报" + builders.digits(8)
	accusation = petition_cases.make(
		category=law.ACCUSATION,
		matter="Favouritism",
		subject=secret,
		content=secret,
		petitioner_name=secret,
		division=VILLAGE,
	)
	with builders.acting_as(staff.officer):
		known = frappe.get_list("Petition", limit=0, pluck="name", order_by="name")
	frappe.db.commit()
	desk = desk_as(staff.officer, "desks-")

	desk.open("Workspaces", "Petition Desk")
	card = desk.body.locator(".number-widget-box", has_text="办理中的信访").locator(".number")
	desk.page.wait_for_function("box => box.innerText.trim()", arg=card.element_handle())
	mine = figures.conditions("petitions_open") | {"name": ["in", known or [""]]}
	assert card.inner_text().strip() == str(len(frappe.get_all("Petition", mine)))

	desk.open("List", "Petition", "List").refresh_list()
	assert desk.page.evaluate("cur_list.data.length") == min(len(known), 20)
	unseen(desk, accusation, secret)
	desk.open("query-report", "Petition Ledger")
	assert desk.page.evaluate("frappe.query_report.data.length") == len(known)
	unseen(desk, accusation, secret)
	desk.open("query-report", "Petition Statistics")
	unseen(desk, accusation, secret)

	desk.page.locator("#navbar-search").fill(secret)
	desk.settle()
	unseen(desk, accusation, secret, typed=True)
	desk.page.locator("#navbar-search").fill("")
	desk.page.keyboard.press("Escape")
	desk.page.keyboard.press("Control+Shift+f")
	dialog = desk.dialog("查找")
	dialog.locator("input").first.fill(secret)
	desk.settle()
	assert dialog.locator(".socaid-result").count() == 0
	desk.close_dialogs()

	desk.new("Petition Hearing")
	desk.control("petition").locator("input").fill(secret)
	desk.settle()
	unseen(desk, accusation, secret, typed=True)
	assert desk.page.errors == []


def unseen(desk, accusation, secret: str, typed: bool = False) -> None:
	"""Neither name nor words anywhere on the page; what the officer typed stands in inputs, not in texts."""
	shown = desk.page.locator("body").inner_text()
	assert accusation.name not in shown
	# the search repeats the words it looked for
	assert shown.count(secret) <= (1 if typed else 0)
