"""The demo county's service looks after itself: places with labels, plans since a month, checks with their problems."""

from __future__ import annotations

from datetime import timedelta

import frappe

from socaid_app.casework import rectification
from socaid_app.service_management import check_planning, service_checks
from socaid_demo import completion
from socaid_demo.county_villages import JIASHAN
from socaid_demo.daybook import Daybook

SIGNATURE = f"data:image/png;base64,{completion.SCAN}"
# Name, kind, where, and the checks that are planned there.
PLACES = (
	("甲山乡社会救助服务站", "Premises", "乡政府一楼", ("办公场所卫生检查", "月度监督评价")),
	("甲山乡社会救助接待室", "Room", "乡政府一楼东侧", ("接待场所卫生检查", "日常保洁消毒记录")),
	("服务站南侧安全出口", "Exit", "一楼南侧", ("安全出口与标识检查",)),
	("走访用电动车01号", "Vehicle", "乡政府车棚", ("车辆安全检查",)),
	("高拍仪01号", "Device", "接待窗口", ("设备安全检查",)),
)
# What was wrong where: question → (answer, word).
WRONG = {
	"通风良好": ("No", "北侧窗户卡死，不能开启"),
	"候谈区座椅干净、数量充足": ("No", "两把座椅损坏"),
	"疏散示意图张贴在醒目处": ("No", "示意图被宣传栏遮挡"),
	"车内整洁": ("No", "后备箱有杂物"),
}


def load(book: Daybook) -> dict[str, int]:
	"""Of what was due until yesterday all is done but the last two; one problem was put right and rechecked."""
	officer, manager = book.township(JIASHAN, "officer1"), book.county("manager")
	with book.acting(manager, book.day(32)):
		for name, kind, location, templates in PLACES:
			place = frappe.get_doc(
				{
					"doctype": service_checks.OBJECT,
					"object_name": name,
					"kind": kind,
					"location": location,
					"responsible": officer,
					"division": JIASHAN,
					"valid_until": book.today + timedelta(days=200)
					if kind in ("Vehicle", "Device")
					else None,
				}
			).insert()
			for template in templates:
				daily = frappe.db.get_value(service_checks.TEMPLATE, template, "unit") == "Days"
				frappe.get_doc(
					{
						"doctype": service_checks.PLAN,
						"template": template,
						"service_object": place.name,
						"responsible": officer,
						"first_on": book.day(6 if daily else 30),
					}
				).insert()
	check_planning.nightly()
	_do(book, officer, manager)
	_put_right(book, officer, manager)
	return {doctype: frappe.db.count(doctype) for doctype in (service_checks.OBJECT, service_checks.DOCTYPE)}


def _do(book: Daybook, officer: str, manager: str) -> None:
	due = frappe.get_all(
		service_checks.DOCTYPE,
		filters={"status": service_checks.PLANNED, "due_on": ["<", book.today]},
		fields=["name", "template", "due_on"],
		order_by="due_on, template, name",
	)
	for number, row in enumerate(due[:-2]):
		doing = manager if row.template == "月度监督评价" else officer
		with book.acting(doing, row.due_on):
			check = frappe.get_doc(service_checks.DOCTYPE, row.name)
			for line in check.answers:
				wrong = WRONG.get(line.question) if number % 2 else None
				line.answer, line.remark = wrong or (_answer(line), None)
			check.signature = SIGNATURE
			check.save()
			service_checks.submit_check(check.name)
		if frappe.db.get_value(service_checks.DOCTYPE, row.name, "status") == service_checks.TO_REVIEW:
			with book.acting(manager, row.due_on):
				service_checks.confirm_check(row.name)


def _answer(line) -> str:
	match line.answer_kind:
		case "Yes or No":
			return "Yes"
		case "Score":
			return "9"
		case "Number":
			return f"{line.lowest or 0:g}"
		case "Choice":
			return line.choices.splitlines()[0]
	return (
		"接待窗口及候谈区"
		if "区域" in line.question
		else "08:10"
		if "时间" in line.question
		else "继续加强日常管理。"
	)


def _put_right(book: Daybook, officer: str, manager: str) -> None:
	issue = frappe.get_all(
		rectification.DOCTYPE,
		filters={"source_doctype": service_checks.DOCTYPE, "status": rectification.OPEN},
		pluck="name",
		order_by="found_on, name",
		limit=1,
	)
	for name in issue:
		with book.acting(officer, book.day(1)):
			rectification.rectify(name, "已报修并更换。", "恢复正常。")
		with book.acting(manager, book.day(0)):
			rectification.recheck(name, "现场查看，已改好。")
