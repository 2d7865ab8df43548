"""A register is a record: asked, approved by another, carried out, signed, followed up; a thing is with one person."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.casework import clocks, rectification
from socaid_app.casework.duties import NotYourDuty
from socaid_app.casework.records import RecordClosed
from socaid_app.casework.waiting import ChangedMeanwhile
from socaid_app.service_management import registers
from socaid_app.service_management.doctype.service_register.service_register import RegisterInvalid
from socaid_app.service_management.registers import EntryIncomplete, RegisterNotInUse, ThingInUse
from socaid_app.service_management.report.register_ledger import register_ledger
from socaid_app.service_management.stock_keeping import MovementInvalid
from tests import builders
from tests.builders.parallel import at_once

SEAL = {"印章": "单位公章", "用印文件": "低保证明", "份数": "2", "用印事由": "为住户出具证明"}
TRIP = {
	"用车事由": "入户走访",
	"目的地": "甲山村",
	"乘车人数": "2",
	"驾驶人": "王师傅",
	"计划出发时间": "2026-11-27 09:00",
}
VISITOR = {
	"访客姓名": "周某某",
	"人数": "1",
	"被访人": "李主任",
	"证件已查验": "Yes",
	"到访时间": "2026-11-27 09:00",
}


@pytest.fixture
def staff(site):
	return frappe._dict(
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		other=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		stranger=builders.make_user("Township Officer", builders.TOWNSHIP_B),
		guard=builders.make_user("Safety Officer"),
		manager=builders.make_user("Service Manager"),
		auditor=builders.make_user("Socaid Auditor"),
	)


def enter(register, subject="事项", values=None, **more):
	"""By the session's user."""
	entry = frappe.get_doc(
		{
			"doctype": "Register Entry",
			"register": register,
			"subject": subject,
			"particulars": [{"item": item, "value": value} for item, value in (values or {}).items()],
			**more,
		}
	)
	return entry.insert()


def fill(name, **values):
	entry = frappe.get_doc("Register Entry", name)
	for row in entry.particulars:
		row.value = values.get(row.item, row.value)
	return entry.save()


def make_car(staff, **values):
	return frappe.get_doc(
		{
			"doctype": "Service Object",
			"object_name": "走访车",
			"kind": "Vehicle",
			"responsible": staff.clerk,
			"division": builders.TOWNSHIP_A,
			**values,
		}
	).insert()


def test_a_seal_is_asked_for_approved_by_another_and_used(staff):
	with builders.acting_as(staff.clerk):
		entry = enter("用印申请", "低保证明用印", {**SEAL, "份数": "两"})
		assert entry.entry_number.startswith(f"用印〔{getdate(today()).year}〕")
		with pytest.raises(EntryIncomplete):
			registers.submit_entry(entry.name)
		fill(entry.name, 份数="2")
		registers.submit_entry(entry.name)
		with pytest.raises(NotYourDuty):
			registers.approve_entry(entry.name)
	with builders.acting_as(staff.manager):
		registers.approve_entry(entry.name, "同意")
	with builders.acting_as(staff.clerk):
		with pytest.raises(RecordClosed):
			fill(entry.name, 份数="20")
		with pytest.raises(EntryIncomplete):
			registers.finish_entry(entry.name)
		fill(entry.name, 实际用印份数="2")
		registers.finish_entry(entry.name)
	entry.reload()
	assert (entry.status, entry.approved_by, entry.finished_by) == ("Done", staff.manager, staff.clerk)
	paper = builders.printed("Register Entry", entry.name, "Register Entry Sheet")
	assert "用印申请单" in paper and "低保证明" in paper and "同意" in paper


def test_whoever_asks_never_approves_even_with_the_role(staff):
	with builders.acting_as(staff.manager):
		entry = enter("用印申请", values=SEAL)
		registers.submit_entry(entry.name)
		with pytest.raises(frappe.PermissionError):
			registers.approve_entry(entry.name)
	with builders.acting_as(builders.make_user("Service Manager")):
		registers.refuse_entry(entry.name, "事由不清")
	assert frappe.db.get_value("Register Entry", entry.name, "status") == "Refused"


def trip(staff, car, **values):
	with builders.acting_as(staff.clerk):
		entry = enter("派车", "去甲山村", TRIP, service_object=car.name, **values)
		registers.submit_entry(entry.name)
	with builders.acting_as(staff.manager):
		registers.approve_entry(entry.name)
	with builders.acting_as(staff.clerk):
		fill(entry.name, 出车里程表读数="12000")
	return entry


def test_a_car_is_with_one_trip_at_a_time_and_comes_home_with_more_miles(staff):
	car = make_car(staff)
	first, second = trip(staff, car), trip(staff, car)
	with builders.acting_as(staff.clerk):
		registers.start_entry(first.name)
		with pytest.raises(ThingInUse):
			registers.start_entry(second.name)
		fill(first.name, 收车里程表读数="11990", 车况="良好")
		with pytest.raises(EntryIncomplete):
			registers.finish_entry(first.name)
		with pytest.raises(RecordClosed):
			fill(first.name, 出车里程表读数="11000")
		fill(first.name, 收车里程表读数="12086", **{"加油（升）": "30"})
		registers.finish_entry(first.name)
		assert car.reload().meter_reading == 12086
		# another trip was entered with an older reading: a meter never runs backwards
		with pytest.raises(EntryIncomplete, match="12086"):
			registers.start_entry(second.name)
		fill(second.name, 出车里程表读数="12086")
		registers.start_entry(second.name)
		columns, rows = register_ledger.execute({"register": "派车"})
	row = next(row for row in rows if row.name == first.name)
	shown = {column["label"]: row.get(column["fieldname"]) for column in columns}
	assert shown["收车里程表读数"] == 12086 and shown["加油（升）"] == 30 and shown["设备车辆"] == "走访车"


def test_a_new_meter_is_said_on_the_car(staff):
	car = make_car(staff, meter_reading=90000)
	entry = trip(staff, car)
	with builders.acting_as(staff.clerk):
		with pytest.raises(EntryIncomplete, match=car.name):
			registers.start_entry(entry.name)
	with builders.acting_as(staff.guard):
		car.reload().update({"meter_reading": 12}).save()
	with builders.acting_as(staff.clerk):
		registers.start_entry(entry.name)
	assert car.reload().meter_reading == 12000


def test_maintenance_says_when_the_next_is_due(staff):
	device = make_car(staff, object_name="消毒机", kind="Device")
	day = add_days(today(), 90)
	with builders.acting_as(staff.clerk):
		entry = enter(
			"设备维修保养",
			"消毒机保养",
			{"保养类别": "消毒设备维护", "故障或保养内容": "换滤芯", "维修保养单位": "售后服务站"},
			service_object=device.name,
		)
		registers.start_entry(entry.name)
		fill(entry.name, 处理结果="正常", 下次保养日期=day)
		registers.finish_entry(entry.name)
	assert str(device.reload().next_service_on) == day


def purchase(staff, supplies):
	with builders.acting_as(staff.clerk):
		entry = enter(
			"采购申请",
			"采购口罩",
			{"采购物品": "医用口罩", "数量及规格": "200只", "预算（元）": "100", "采购理由": "库存不足"},
			supplies=supplies,
		)
		registers.submit_entry(entry.name)
	with builders.acting_as(staff.manager):
		registers.approve_entry(entry.name)
	with builders.acting_as(staff.clerk):
		fill(entry.name, **{"供应单位": "县医药公司", "成交价格（元）": "96"})
		registers.start_entry(entry.name)
		fill(entry.name, 验收数量及质量="200只，合格", 验收人="王保管")
	return entry.reload()


def make_supply(staff):
	room = make_car(staff, object_name="物资柜", kind="Room")
	return frappe.get_doc(
		{
			"doctype": "Stock Item",
			"item_name": "医用口罩",
			"category": "Protective Equipment",
			"unit": "只",
			"service_object": room.name,
			"responsible": staff.clerk,
		}
	).insert()


def test_what_was_bought_and_accepted_is_in_stock_without_being_entered_again(staff):
	supply = make_supply(staff)
	entry = purchase(staff, [{"stock_item": supply.name, "quantity": 150, "movement": "捏造"}])
	with builders.acting_as(staff.clerk):
		# what came is what counts, not what was asked for
		entry.supplies[0].update({"quantity": 120, "batch": "甲", "expires_on": add_days(today(), 300)})
		entry.append("supplies", {"stock_item": supply.name, "quantity": 80, "batch": "乙"})
		entry.save()
		registers.finish_entry(entry.name)
		with pytest.raises(registers.step.refusal):
			registers.finish_entry(entry.name)
	assert supply.reload().on_hand == 200
	entry.reload()
	movements = [frappe.get_doc("Stock Movement", row.movement) for row in entry.supplies]
	assert [(one.kind, one.quantity, one.batch, one.owner) for one in movements] == [
		("Receipt", 120, "甲", staff.clerk),
		("Receipt", 80, "乙", staff.clerk),
	]
	assert all(entry.entry_number in one.purpose for one in movements)
	paper = builders.printed("Register Entry", entry.name, "Register Entry Sheet")
	assert "医用口罩" in paper and movements[0].name in paper


def test_what_cannot_be_received_leaves_the_purchase_open(staff):
	supply = make_supply(staff)
	entry = purchase(staff, [{"stock_item": supply.name, "quantity": 0}])
	with builders.acting_as(staff.clerk), pytest.raises(MovementInvalid):
		registers.finish_entry(entry.name)
	frappe.clear_messages()
	assert frappe.db.get_value("Register Entry", entry.name, "status") == "Under Way"


def test_no_car_leaves_with_its_insurance_over(staff):
	entry = trip(staff, make_car(staff, insured_until=add_days(today(), -1)))
	with builders.acting_as(staff.clerk), pytest.raises(ThingInUse):
		registers.start_entry(entry.name)


def test_a_meeting_is_signed_by_those_present_and_its_resolutions_are_followed_up(staff):
	with builders.acting_as(staff.manager):
		entry = enter(
			"工作例会",
			"第48周例会",
			{"会议时间": "2026-11-27 14:00", "会议地点": "二楼", "主持人": "赵主任", "议题": "走访进度"},
			people=[{"user": staff.clerk}, {"person_name": "钱 小明", "unit": "县救助中心"}],
		)
		registers.start_entry(entry.name)
	with builders.acting_as(staff.other), pytest.raises(frappe.PermissionError):
		registers.sign_entry(entry.name)
	with builders.acting_as(staff.clerk):
		registers.sign_entry(entry.name)
	with builders.acting_as(staff.manager):
		minutes = fill(entry.name, 工作进展="完成八成", 会议纪要="下周补齐")
		minutes.append(
			"tasks", {"task": "补走甲山村五户", "responsible": staff.clerk, "due_on": add_days(today(), 5)}
		)
		minutes.save()
		registers.finish_entry(entry.name)
	entry.reload()
	assert [bool(row.signed_at) for row in entry.people] == [True, False]
	issue = frappe.get_doc(rectification.DOCTYPE, entry.tasks[0].issue)
	assert (issue.responsible, issue.source_kind) == (staff.clerk, "Resolution")
	assert "补走甲山村五户" in issue.subject
	following = frappe.get_last_doc("Register Entry", {"register": "工作例会", "status": "Entered"})
	assert getdate(following.due_on) == getdate(add_days(entry.due_on, 7))
	assert [row.user or row.person_name for row in following.people] == [staff.clerk, "钱小明"]
	paper = builders.printed("Register Entry", entry.name, "Register Entry Sheet")
	assert "工作例会纪要" in paper and "补走甲山村五户" in paper and "县救助中心" in paper


def test_a_notice_reaches_everybody_and_each_version_is_read_anew(staff):
	with builders.acting_as(staff.manager):
		entry = enter("通知阅知", "走访须知", {"通知内容": "入户先敲门。"}, division=None)
		registers.add_people(entry.name, "Township Officer")
		entry.reload()
		assert {staff.clerk, staff.stranger} <= {row.user for row in entry.people}
		# hundreds are left by other tests, and each would be reminded
		entry.people = [row for row in entry.people if row.user in (staff.clerk, staff.stranger)]
		entry.save()
		registers.start_entry(entry.name)
	entry.reload()
	# the notice is the county's: who is to read it sees it all the same, and may not write it
	with builders.acting_as(staff.stranger):
		assert frappe.get_list("Register Entry", {"name": entry.name})
		assert not entry.has_permission("write")
		registers.sign_entry(entry.name)
	outsider = builders.make_user("Village Assistant", builders.TOWNSHIP_B)
	with builders.acting_as(outsider):
		assert not frappe.get_list("Register Entry", {"name": entry.name})
		assert not frappe.get_doc("Register Entry", entry.name).has_permission("read")
	with builders.acting_as(staff.manager):
		row = next(r for r in register_ledger.execute({"register": "通知阅知"})[1] if r.name == entry.name)
		assert row.signed == 1
		following = registers.begin_version(entry.name)
		fill(following, 通知内容="入户先敲门，出示工作证。")
		registers.start_entry(following)
	assert frappe.db.get_value("Register Entry", entry.name, "status") == "Done"
	revised = frappe.get_doc("Register Entry", following)
	assert revised.version == 2 and not any(row.signed_at for row in revised.people)
	clocks.remind(getdate(revised.due_on), "Register Entry")
	told = frappe.get_all("Case Reminder", {"reference_name": following}, pluck="recipient_user")
	assert {staff.clerk, staff.stranger} <= set(told)


def test_a_visitor_is_seen_by_those_concerned_and_forgotten_in_time(staff):
	with builders.acting_as(staff.clerk):
		entry = enter("访客登记", "来访咨询", VISITOR)
	for user, sees in (
		(staff.other, False),
		(staff.guard, True),
		(staff.auditor, True),
		(staff.stranger, False),
	):
		with builders.acting_as(user):
			assert bool(frappe.get_list("Register Entry", {"name": entry.name})) == sees
			assert frappe.get_doc("Register Entry", entry.name).has_permission("read") == sees
			rows = frappe.get_list(
				"Register Value", {"parent": entry.name}, pluck="value", parent_doctype="Register Entry"
			)
			assert ("周某某" in rows) == sees
	with builders.acting_as(staff.clerk):
		fill(entry.name, 离开时间="2026-11-27 10:00")
		registers.finish_entry(entry.name)
	registers.erase_personal()
	assert value(entry, "访客姓名") == "周某某"
	frappe.db.set_value("Register Entry", entry.name, "finished_at", add_days(today(), -181))
	registers.erase_personal()
	assert value(entry, "访客姓名") == registers.ERASED and value(entry, "被访人") == "李主任"


def value(entry, item):
	return frappe.db.get_value("Register Value", {"parent": entry.name, "item": item}, "value")


def test_a_footage_request_is_approved_by_another_and_logged(staff):
	with builders.acting_as(staff.clerk):
		entry = enter(
			"监控调阅",
			"查找遗失物品",
			{
				"调阅人": "孙某",
				"调阅单位": "派出所",
				"调阅目的": "查找遗失物品",
				"监控点位": "接待室",
				"录像起": "2026-11-26 08:00",
				"录像止": "2026-11-26 09:00",
			},
		)
		registers.submit_entry(entry.name)
		with pytest.raises(registers.step.refusal):
			registers.finish_entry(entry.name)
	with builders.acting_as(staff.manager):
		registers.approve_entry(entry.name)
	with builders.acting_as(staff.clerk):
		fill(entry.name, 实际查看时间="2026-11-27 10:00", 在场人员="保安一人", 是否复制="未复制")
		registers.finish_entry(entry.name)
	assert frappe.db.get_value("Register Entry", entry.name, "status") == "Done"


def test_what_was_asked_stays_and_no_row_gets_lost(staff):
	with builders.acting_as(staff.clerk):
		entry = enter("收文登记", "关于走访的通知", {"来文单位": "县民政局", "捏造": "不问"})
		assert "捏造" not in [row.item for row in entry.particulars]
		entry.set("particulars", entry.particulars[1:])
		entry.save()
		assert value(entry, "来文单位") == "县民政局"
		entry.reload()
		entry.register = "发文登记"
		assert entry.save().register == "收文登记"


def test_a_register_says_what_cannot_be(staff):
	with builders.acting_as(staff.manager):
		made = frappe.get_doc(
			{
				"doctype": "Service Register",
				"register_name": "钥匙领用",
				"finish_label": "交还",
				"particulars": [],
			}
		)
		made.append("particulars", {"item": "门", "asked_at": "At Start"})
		made.append("particulars", {"item": "读数", "answer_kind": "Number", "kept_as": "Meter Reading"})
		with pytest.raises(RegisterInvalid):
			made.insert()
		made.start_label = "领取"
		# no thing that could keep it
		with pytest.raises(RegisterInvalid):
			made.insert()
		made.particulars.pop()
		made.insert()
		made.disabled = 1
		made.save()
		with pytest.raises(RegisterNotInUse):
			enter("钥匙领用")


def test_every_shipped_register_prints_in_chinese(staff):
	frappe.local.lang = "zh"
	for name in frappe.get_all("Service Register", pluck="name", order_by="name"):
		register = frappe.get_doc("Service Register", name)
		with builders.acting_as(staff.manager):
			entry = enter(name, f"{name}样张", division=builders.TOWNSHIP_A)
			paper = builders.printed("Register Entry", entry.name, "Register Entry Sheet")
			assert (register.print_title or name) in paper
			columns, rows = register_ledger.execute({"register": name})
			assert entry.name in [row.name for row in rows]
	counted = {row.register for row in register_ledger.execute({})[1]}
	assert {"收文登记", "访客登记"} <= counted


def test_two_take_the_same_car_at_once(staff):
	car = make_car(staff)
	entries = [trip(staff, car), trip(staff, car)]
	outcomes = at_once(*(lambda entry=entry: registers.start_entry(entry.name) for entry in entries))
	assert [type(one) for one in outcomes if one] == [ChangedMeanwhile]
	running = frappe.get_all("Register Entry", {"service_object": car.name, "status": "Under Way"})
	assert len(running) == 1
	for entry in entries:
		frappe.db.delete("Register Value", {"parent": entry.name})
		frappe.db.delete("Register Entry", entry.name)
	frappe.db.delete("Service Object", car.name)
	frappe.db.commit()
