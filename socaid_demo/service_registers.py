"""The demo county's office, things and premises: its registers with what is open in them, surveys, and an acceptance."""

from __future__ import annotations

from datetime import date, timedelta

import frappe
from frappe.utils import add_months, get_first_day, get_last_day

from socaid_app.service_management import registers, service_checks, stock_keeping
from socaid_demo import completion
from socaid_demo.county_villages import JIASHAN
from socaid_demo.daybook import Daybook

SIGNATURE = f"data:image/png;base64,{completion.SCAN}"
# Register, subject, how many days ago, what is entered, how far it has come ("" open, "start", "end"), the thing.
ENTRIES = (
	(
		"收文登记",
		"关于做好冬季走访关爱的通知",
		12,
		{
			"来文单位": "县民政局",
			"来文字号": "辽民发〔2026〕41号",
			"收文日期": "%d",
			"紧急程度": "平件",
			"份数": "1",
			"拟办意见": "请走访组阅办，月底前报情况。",
			"办理结果": "已布置并完成走访，情况已报。",
			"归档位置": "办公室2026年收文盒1",
		},
		"end",
		"",
	),
	(
		"收文登记",
		"关于报送防寒物资发放情况的函",
		2,
		{"来文单位": "县慈善总会", "收文日期": "%d", "紧急程度": "急件"},
		"",
		"",
	),
	(
		"发文登记",
		"甲山乡冬季走访情况报告",
		5,
		{
			"主送单位": "县民政局",
			"文种": "报告",
			"份数": "2",
			"正文要点": "走访进度、发现的困难和下步安排。",
			"发出方式": "专人送达",
			"发出日期": "%d",
			"归档位置": "办公室2026年发文盒1",
		},
		"end",
		"",
	),
	(
		"工作例会",
		"甲山乡走访工作周例会",
		8,
		{
			"会议时间": "%d 14:00",
			"会议地点": "乡政府二楼会议室",
			"主持人": "乡民政办主任",
			"议题": "走访进度；冬季取暖困难家庭",
			"工作进展": "本周计划30户，完成27户。",
			"进度偏差及原因": "3户外出务工，改期。",
			"会议纪要": "外出家庭电话联系后下周补走；取暖困难家庭逐户登记。",
		},
		"end",
		"",
	),
	(
		"专题会议",
		"信访接待规范专题会",
		20,
		{
			"会议时间": "%d 09:00",
			"会议地点": "接待室",
			"主持人": "服务主管",
			"议题": "首问负责和一次性告知",
			"会议纪要": "统一答复口径，疑难事项当天报告。",
		},
		"end",
		"",
	),
	(
		"用印申请",
		"低保家庭证明用印",
		6,
		{
			"印章": "业务专用章",
			"用印文件": "低保家庭证明",
			"份数": "2",
			"用印事由": "家庭申请助学金使用",
			"实际用印份数": "2",
		},
		"end",
		"",
	),
	(
		"用印申请",
		"合作协议用印",
		1,
		{"印章": "合同专用章", "用印文件": "与县医院转介协议", "份数": "3", "用印事由": "协议签订"},
		"",
		"",
	),
	(
		"通知阅知",
		"入户走访“八不准”",
		3,
		{"通知内容": "入户前出示工作证；不收礼品；不泄露家庭信息；双人同行。"},
		"start",
		"",
	),
	(
		"制度文件",
		"入户走访安全制度",
		60,
		{"制度类别": "安全", "制度正文": "入户前评估风险，双人同行，全程保持联络，遇险先撤离后报告。"},
		"start",
		"",
	),
	(
		"采购申请",
		"采购取暖护具",
		15,
		{
			"采购物品": "防滑鞋套、保暖手套",
			"数量及规格": "各20副",
			"预算（元）": "1200",
			"采购理由": "冬季入户",
			"供应单位": "县供销超市",
			"成交价格（元）": "1100",
			"验收数量及质量": "数量相符，质量合格",
			"验收人": "王保管",
		},
		"end",
		"",
	),
	(
		"设备领用",
		"走访组借用高拍仪",
		4,
		{"用途": "入户采集材料", "领用时状况": "完好"},
		"start",
		"高拍仪01号",
	),
	(
		"设备维修保养",
		"电动车季度保养",
		30,
		{
			"保养类别": "定期保养",
			"故障或保养内容": "刹车、轮胎、电池检查",
			"维修保养单位": "县车辆服务站",
			"处理结果": "更换刹车片，其余正常",
			"费用（元）": "180",
			"下次保养日期": "2027-02-20",
		},
		"end",
		"走访用电动车01号",
	),
	(
		"通信设备领用",
		"左家村走访领用对讲机",
		7,
		{"设备类别": "对讲机", "电量和通话测试": "正常", "交回时状况": "完好", "走访途中有无失联": "无"},
		"end",
		"对讲机01号",
	),
	(
		"派车",
		"赴左家村走访",
		7,
		{
			"用车事由": "入户走访",
			"目的地": "左家村",
			"乘车人数": "2",
			"驾驶人": "李师傅",
			"计划出发时间": "%d 08:30",
			"出车里程表读数": "3210",
			"收车里程表读数": "3246",
			"车况": "良好",
		},
		"end",
		"走访用电动车01号",
	),
	(
		"访客登记",
		"咨询低保政策",
		2,
		{
			"访客姓名": "郑某某",
			"人数": "1",
			"被访人": "窗口人员",
			"证件已查验": "Yes",
			"到访时间": "%d 09:10",
			"离开时间": "%d 09:40",
		},
		"end",
		"",
	),
	(
		"监控调阅",
		"查找来访群众遗失的材料",
		9,
		{
			"调阅人": "周某",
			"调阅单位": "本单位",
			"调阅目的": "查找群众遗失的材料袋",
			"监控点位": "接待室门口",
			"录像起": "%d 09:00",
			"录像止": "%d 10:00",
			"实际查看时间": "%d 15:00",
			"在场人员": "安全员一人",
			"是否复制": "未复制",
		},
		"end",
		"",
	),
	(
		"卫生责任书",
		"接待室卫生责任书",
		60,
		{
			"责任区域": "接待室、候谈区",
			"责任内容": "每日清扫消毒，记录完整。",
			"责任期起": "2026-01-01",
			"责任期止": "2026-12-31",
		},
		"start",
		"",
	),
	(
		"卫生部门联动",
		"流感高发期防护指导",
		18,
		{
			"联动单位": "乡卫生院",
			"联系人及电话": "院办",
			"事项类别": "业务指导",
			"事项内容": "请指导接待室通风和消毒。",
			"处置经过及结果": "卫生院到场指导，已按建议调整。",
		},
		"end",
		"",
	),
	(
		"安全组织成员",
		"服务站安全小组",
		90,
		{
			"组织名称": "服务站安全小组",
			"职责分工": "组长负责全面；成员负责巡查、培训。",
			"任期起": "2026-01-01",
			"任期止": "2026-12-31",
		},
		"start",
		"",
	),
	(
		"互助单位",
		"与乡卫生院应急互助",
		100,
		{
			"互助单位": "乡卫生院",
			"互助内容": "急救、隔离、物资",
			"协议起": "2026-01-01",
			"协议止": "2027-12-31",
			"应急联系电话": "院办值班电话",
		},
		"start",
		"",
	),
	(
		"服务数据上报",
		"上月服务数据",
		10,
		{"报送期间": "上月", "报送单位": "县民政局", "报出日期": "%d", "接收人": "社会救助科"},
		"end",
		"",
	),
	(
		"后勤保障",
		"走访人员午餐安排",
		8,
		{"保障事项": "用餐", "需求说明": "下村走访4人", "办理结果": "村委会食堂就餐，已结算。"},
		"end",
		"",
	),
)
OF_VISITS = "满意度调查：入户走访"
MARKS = ((9, 10, 9, 8, 9), (10, 10, 10, 9, 10), (8, 9, 5, 7, 8), (9, 9, 9, 9, 9))


def load(book: Daybook) -> dict[str, int]:
	officer, manager = book.township(JIASHAN, "officer1"), book.county("manager")
	with book.acting(manager, book.day(95)):
		frappe.get_doc(
			{
				"doctype": registers.OBJECT,
				"object_name": "对讲机01号",
				"kind": "Device",
				"location": "服务站值班室",
				"responsible": officer,
				"division": JIASHAN,
				"next_service_on": book.today + timedelta(days=20),
			}
		).insert()
	with book.acting(officer, book.day(16)):
		frappe.get_doc(
			{
				"doctype": "Outreach Activity",
				"kind": "Community Event",
				"subject": "冬春季传染病防护宣传",
				"held_on": book.day(16),
				"division": JIASHAN,
				"responsible": officer,
				"quantity": 40,
				"evaluation": "到场群众了解了通风、洗手和流感疫苗预约。",
			}
		).insert()
	for register, subject, ago, values, until, thing in ENTRIES:
		_enter(book, officer, manager, register, subject, book.day(ago), values, until, thing)
	_drill(book, officer)
	_ask(book, officer)
	_accept(book, manager)
	return {registers.DOCTYPE: frappe.db.count(registers.DOCTYPE)}


def _enter(book, officer, manager, register, subject, day: date, values, until, thing) -> None:
	kind = frappe.get_cached_doc(registers.REGISTER, register)
	mine = {row.item for row in kind.particulars if row.asked_at == registers.AT_ENTRY}
	values = {item: text.replace("%d", str(day)) for item, text in values.items()}
	with book.acting(officer, day):
		entry = frappe.get_doc(
			{
				"doctype": registers.DOCTYPE,
				"register": register,
				"subject": subject,
				"entered_on": day,
				"division": JIASHAN,
				"service_object": thing and frappe.db.get_value(registers.OBJECT, {"object_name": thing}),
				"people": [{"user": officer}, {"user": manager}] if kind.people_label else [],
				"particulars": [{"item": item, "value": values[item]} for item in mine & values.keys()],
			}
		).insert()
		if kind.approving_role:
			registers.submit_entry(entry.name)
	if kind.approving_role and (until or ago_is_over(day, book)):
		with book.acting(_holder(kind.approving_role, manager), day):
			registers.approve_entry(entry.name)
	if not until:
		return
	with book.acting(officer, day):
		if kind.start_label:
			_fill(entry.name, values, registers.AT_START)
			registers.start_entry(entry.name)
			if kind.people_label:
				registers.sign_entry(entry.name)
		if until == "end":
			_fill(entry.name, values, registers.AT_END)
			if kind.tasks_label:
				_resolve(entry.name, officer, book)
			if kind.supplies_label:
				_receive(entry.name, officer)
			registers.finish_entry(entry.name)


def ago_is_over(day: date, book: Daybook) -> bool:
	"""Whether somebody had the time to decide."""
	return (book.today - day).days > 2


def _holder(role: str, manager: str) -> str:
	"""Who approves: the service manager, or whoever holds the role."""
	if role in frappe.get_roles(manager):
		return manager
	return frappe.get_all(
		"Has Role", {"role": role, "parenttype": "User"}, pluck="parent", order_by="parent"
	)[0]


def _fill(name: str, values: dict, stage: str) -> None:
	entry = frappe.get_doc(registers.DOCTYPE, name)
	for row in entry.particulars:
		if row.asked_at == stage:
			row.value = values.get(row.item)
	entry.save()


def _resolve(name: str, officer: str, book: Daybook) -> None:
	entry = frappe.get_doc(registers.DOCTYPE, name)
	due_on = book.today + timedelta(days=6)
	entry.append("tasks", {"task": "落实会议决议并报告结果", "responsible": officer, "due_on": due_on})
	entry.save()


def _receive(name: str, officer: str) -> None:
	"""What was bought is a supply of the township from now on."""
	item = frappe.get_doc(
		{
			"doctype": stock_keeping.ITEM,
			"item_name": "保暖手套",
			"category": "Protective Equipment",
			"unit": "副",
			"service_object": frappe.db.get_value(registers.OBJECT, {"object_name": "甲山乡物资柜"}),
			"responsible": officer,
			"minimum": 5,
		}
	).insert()
	entry = frappe.get_doc(registers.DOCTYPE, name)
	entry.append("supplies", {"stock_item": item.name, "quantity": 20})
	entry.save()


def _drill(book: Daybook, officer: str) -> None:
	"""A fire drill, with who took part; one thing came out of it."""
	with book.acting(officer, book.day(50)):
		check = frappe.get_doc(
			{
				"doctype": service_checks.DOCTYPE,
				"template": "应急演练评估",
				"service_object": frappe.db.get_value(
					registers.OBJECT, {"object_name": "甲山乡社会救助服务站"}
				),
				"responsible": officer,
				"due_on": book.day(50),
				"signature": SIGNATURE,
				"participants": [
					{"capacity": "Contractor", "participant_name": "王 保管"},
					{"capacity": "Contractor", "participant_name": "李 师傅"},
					{"capacity": "Outside Expert", "participant_name": "赵 消防", "opinion": "疏散有序。"},
				],
			}
		).insert()
		given = ("火灾", "3", "Yes", "6", "Yes", "Yes", "8", "南侧出口开门慢，更换门锁。")
		for row, text in zip(check.answers, given, strict=True):
			row.answer = text
			row.remark = "超过5分钟" if row.question.startswith("疏散用时") else None
		check.save()
		service_checks.submit_check(check.name)


def _ask(book: Daybook, officer: str) -> None:
	"""Surveys by phone, anonymous: this quarter and the one before; some families are asked after a visit, and one
	invitation waits for its answer."""
	frappe.get_doc(service_checks.TEMPLATE, OF_VISITS).update(
		{"after_service": "Home Visit", "sample_percent": 10, "asker": officer}
	).save()
	family = frappe.db.get_value(
		"Recipient Household", {"township": JIASHAN, "current_benefit": ["is", "set"]}, ["name", "division"]
	)
	with book.acting(officer, book.day(1)):
		frappe.get_doc(
			{
				"doctype": service_checks.DOCTYPE,
				"template": OF_VISITS,
				"channel": "After a Service",
				"responsible": officer,
				"household": family[0],
				"division": family[1],
				"due_on": book.today + timedelta(days=14),
			}
		).insert()
	templates = frappe.get_all(
		service_checks.TEMPLATE, {"group": "Satisfaction"}, pluck="name", order_by="name"
	)
	for template in templates:
		for number, marks in enumerate(MARKS):
			with book.acting(officer, book.day(10 + 35 * number)):
				check = frappe.get_doc(
					{
						"doctype": service_checks.DOCTYPE,
						"template": template,
						"channel": "By Phone",
						"responsible": officer,
						"due_on": book.day(10 + 35 * number),
						"division": JIASHAN,
					}
				).insert()
				for row, mark in zip(check.answers, [*marks, "希望多来走访"], strict=True):
					row.answer = str(mark)
					row.remark = "没有讲清为什么" if row.answer_kind == "Score" and mark < 6 else None
				check.save()
				service_checks.submit_check(check.name)


def _accept(book: Daybook, manager: str) -> None:
	"""The quarter before this one, handed in by the contractor; the bureau has yet to confirm it."""
	start = get_first_day(add_months(book.today, -3 - (book.today.month - 1) % 3))
	with book.acting(manager, book.day(4)):
		check = frappe.get_doc(
			{
				"doctype": service_checks.DOCTYPE,
				"template": "服务合同验收",
				"responsible": manager,
				"period_from": start,
				"period_to": get_last_day(add_months(start, 2)),
				"signature": SIGNATURE,
				"participants": [
					{"capacity": "Person Served", "opinion": "走访人员常来，政策讲得清楚。"},
					{"capacity": "Villagers' Representative", "opinion": "公示及时，群众知道找谁。"},
					{"capacity": "Bureau", "opinion": "同意验收，整改事项按期完成。"},
				],
			}
		).insert()
		service_checks.read_figures(check.name)
		check.reload()
		for row in check.answers:
			if row.answer_kind == "Yes or No":
				row.answer = "Yes"
			row.answer = row.answer or f"{row.lowest:g}"
			if row.question.startswith("应急演练"):
				row.answer, row.remark = "No", "演练推迟到下月"
			elif row.answer_kind == "Number" and float(row.answer) < row.lowest:
				row.remark = "未达目标，已列整改"
		check.save()
		service_checks.submit_check(check.name)
