"""A family that earns more now: found, heard, decided by others, told – and the next month's list pays the new amount."""

import frappe
from frappe.utils import add_months, flt, getdate, today

from socaid_app.means_testing.batches import batch_jobs
from socaid_app.means_testing.payments.payment_records import LINE, LIST
from socaid_app.socaid_app.report.monthly_roll.monthly_roll import detail
from tests import builders
from tests.browser.people import TOWNSHIP, VILLAGE
from tests.builders import adjustments as make
from tests.builders import payments as build
from tests.builders import visits as families

ADJUSTMENT, HEARING = make.ADJUSTMENT, make.HEARING


def family():
	household, benefit = families.make_family(VILLAGE)
	frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(make.THIS, -3))
	return household, benefit.reload()


def roll(household, month) -> list[float]:
	frappe.db.rollback()
	rows = detail(getdate(month), frappe._dict(township=TOWNSHIP))
	mine = frappe.get_all("Entitlement", filters={"household": household.name}, pluck="name", order_by="name")
	return [flt(row[6]) for row in rows if row[0] in mine]


def take(desk, label: str, sure: bool = False, **values) -> None:
	"""A step of the record in front, with what its dialog asks, or with a yes where it only asks that."""
	before = desk.value("status")
	desk.press(label)
	if sure:
		desk.press("是", desk.dialog("确认"))
	if values:
		dialog = desk.dialog(label)
		desk.fill(dialog, **values)
		desk.shoot(label)
		desk.press(label, dialog)
	desk.page.wait_for_function("before => cur_frm.doc.status !== before && !cur_frm.is_dirty()", arg=before)
	desk.settle()


def pays(desk_as, household, amount: float) -> None:
	"""The list of next month, drafted by the job, has the family with the amount."""
	bank = build.payment_team()
	made = build.new_list(bank, month=make.NEXT, division=TOWNSHIP)
	build.draft(bank, made)
	frappe.db.commit()
	preparer = desk_as(bank.preparer, "adjust-")
	preparer.open("Form", LIST, made.name).shoot("下月发放清册")
	(line,) = build.lines(made, household=household.name)
	assert line.net == amount
	preparer.open("Form", LINE, line.name).shoot("发放明细")
	assert flt(preparer.value("net")) == amount and preparer.page.errors == []


def test_a_reduction_becomes_the_next_months_payment(desk_as, staff):
	household, benefit = family()
	proposal = make.found(household, benefit, 8400)
	frappe.db.commit()

	clerk = desk_as(staff.clerk, "adjust-")
	clerk.open("Form", "Household Reassessment", proposal.name).shoot("复核")
	clerk.press("办理待遇调整").arrive("Form", ADJUSTMENT)
	clerk.fill(ground="收入财产变化", reason="户主外出务工，月收入增加")
	clerk.save().shoot("拟减发")
	adjustment = clerk.name()
	assert flt(clerk.value("amount_after")) == flt(proposal.amount_after)

	officer = desk_as(staff.officer, "adjust-")
	officer.open("Form", ADJUSTMENT, adjustment)
	officer.press("听取意见").arrive("Form", HEARING)
	officer.fill(heard_name="测试户主", statement="收入属实，没有意见", agrees="同意", refused_to_sign=1)
	officer.fill(witness_name="村委见证")
	officer.save().shoot("听取意见")
	take(officer, "记录陈述", sure=True)
	take(officer, "记录意见处理", accepted="不采纳", handling="收入属实，按规定减发")
	officer.shoot("意见已处理")

	clerk.open("Form", ADJUSTMENT, adjustment)
	clerk.reload()
	take(clerk, "提请审批")
	assert clerk.value("status") == "Adjustment Proposed"
	assert roll(household, make.NEXT) == [flt(benefit.amount)]

	approver = desk_as(staff.approver, "adjust-")
	approver.open("Form", ADJUSTMENT, adjustment)
	take(approver, "审批调整", opinion="同意")
	approver.reload().shoot("已生效")
	assert approver.value("status") == "Adjustment in Effect"
	assert roll(household, make.THIS) == [flt(benefit.amount)]
	assert roll(household, make.NEXT) == [flt(proposal.amount_after)]
	pays(desk_as, household, flt(proposal.amount_after))

	officer.open("Form", "Document Delivery", approver.value("notice")).shoot("告知书")
	officer.fill(method="直接送达", delivered_on=today(), received_by="测试户主")
	officer.save().shoot("已送达")
	frappe.db.rollback()
	assert frappe.db.get_value(ADJUSTMENT, adjustment, "status") == "Notice Delivered"
	assert [desk.page.errors for desk in (clerk, officer, approver)] == [[], [], []]


def test_many_are_raised_by_one_decision_on_desk(desk_as, staff):
	"""Entered and previewed by one, approved by another; the jobs run beside the browser."""
	household, benefit = family()
	frappe.db.commit()
	clerk = desk_as(staff.clerk, "batch-")
	clerk.new("Adjustment Batch", division=TOWNSHIP, effective_month=str(make.NEXT))
	clerk.fill(title="冬季取暖补贴", category="农村低保", change="加发补贴", amount="30")
	clerk.fill(reason="县政府文件：冬季取暖补贴")
	clerk.save().shoot("批量拟稿")
	name = clerk.name()
	take(clerk, "预览")
	work(name)
	clerk.reload().shoot("批量预览")
	assert clerk.value("status") == "Batch Previewed" and clerk.value("raises") >= 1
	clerk.open("List", ADJUSTMENT).shoot("批量各户")

	approver = desk_as(staff.approver, "batch-")
	approver.open("Form", "Adjustment Batch", name)
	take(approver, "批准批量调整", opinion="同意")
	work(name)
	approver.reload().shoot("批量已执行")
	assert approver.value("in_effect") == clerk.value("raises")
	assert roll(household, make.NEXT) == [flt(benefit.amount) + 60]
	assert clerk.page.errors == [] and approver.page.errors == []
	phone = desk_as(staff.approver, "batch-phone-", viewport={"width": 375, "height": 812}, is_mobile=True)
	phone.open("Form", "Adjustment Batch", name).shoot("批量")
	width = phone.page.evaluate("document.documentElement.scrollWidth")
	assert width <= 375


def work(batch: str) -> None:
	"""The job of the batch, or what the worker beside the browser has left of it."""
	frappe.db.commit()
	batch_jobs.run(batch)
	frappe.db.commit()


def test_a_stop_without_a_hearing_is_refused_in_words(desk_as, staff):
	household, benefit = family()
	with builders.acting_as(staff.clerk):
		adjustment = make.draft(benefit, "Stop", staff.clerk)
	frappe.db.commit()
	clerk = desk_as(staff.clerk, "adjust-")
	clerk.open("Form", ADJUSTMENT, adjustment.name)
	clerk.press("提请审批")
	said = clerk.message()
	clerk.shoot("没有听取意见")
	assert "没有听取当事人意见" in said and "第48条" in said
	assert roll(household, make.NEXT) == [flt(benefit.amount)]
