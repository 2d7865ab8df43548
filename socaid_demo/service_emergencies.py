"""The demo county is prepared: plans in force, an incident from report to improvement, a near miss, one under way."""

from __future__ import annotations

import frappe
from frappe.utils import add_to_date

from socaid_app.casework import alarm_calls, rectification
from socaid_app.service_management import emergency_plans, incidents
from socaid_demo.county_villages import JIASHAN
from socaid_demo.daybook import Daybook

# Kind, name, what it covers, measures (level, task, minutes), reports (level, authority, hours).
PLANS = (
	(
		"Public Health Incident",
		"社会救助服务突发公共卫生事件应急预案",
		"入户走访、来访接待、集中发放中出现的传染病和聚集性发热",
		(
			("IV", "登记接触人员，暂停该处服务", 30),
			("IV", "开窗通风并消毒", 60),
			("II", "暂停全部入户走访，改为电话联系", 120),
		),
		(("IV", "县卫生健康局", 2), ("II", "县疾病预防控制中心", 0)),
	),
	(
		"Accident",
		"社会救助服务场所火灾和走访交通事故应急预案",
		"服务站火灾，走访途中的交通事故和人员受伤",
		(("IV", "救护受伤人员，保护现场", 5), ("IV", "清点在场人员", 10), ("III", "安排人员替补走访", 240)),
		(("III", "县应急管理局", 1),),
	),
)


def load(book: Daybook) -> dict[str, int]:
	officer, leader = book.township(JIASHAN, "officer1"), book.township(JIASHAN, "approver1")
	manager, reviewer, approver = book.county("manager"), book.county("reviewer1"), book.county("approver")
	plans = {}
	for kind, name, covers, measures, reports in PLANS:
		with book.acting(manager, book.day(200)):
			plan = frappe.get_doc(
				{
					"doctype": emergency_plans.DOCTYPE,
					"plan_name": name,
					"event_type": kind,
					"covers": covers,
					"principles": "以人为本，先救人、后处理；统一指挥，分级负责；及时报告，如实记录。",
					"supplies": "口罩、手套、消毒液、急救包，存放在乡政府一楼物资柜。",
					"mutual_aid": "甲山乡卫生院、甲山派出所。",
					"measures": [
						{"level": level, "task": task, "responsible": leader, "minutes": minutes}
						for level, task, minutes in measures
					],
					"contacts": [
						{"user": leader, "part": "现场负责人", "answer_minutes": 5},
						{"user": manager, "part": "总指挥", "answer_minutes": 5},
						{"user": reviewer, "part": "后备负责人", "answer_minutes": 10},
					],
					"reports": [
						{"level": level, "authority": authority, "hours": hours}
						for level, authority, hours in reports
					],
				}
			).insert()
			emergency_plans.submit_plan(plan.name)
		with book.acting(approver, book.day(199)):
			emergency_plans.approve_plan(plan.name)
		plans[kind] = plan.name
	_finished(book, officer, leader, manager, reviewer, plans["Accident"])
	_near_miss(book, officer, manager)
	_under_way(book, officer, leader, manager, plans["Public Health Incident"])
	return {doctype: frappe.db.count(doctype) for doctype in (emergency_plans.DOCTYPE, incidents.DOCTYPE)}


def _report(kind: str, where: str, what: str, **values) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": incidents.DOCTYPE,
				"event_type": kind,
				"occurred_at": add_to_date(alarm_calls.moment(), minutes=-20),
				"place": where,
				"what_happened": what,
				"division": JIASHAN,
				**values,
			}
		)
		.insert()
		.name
	)


def _finish_all(name: str) -> None:
	for row in frappe.get_doc(incidents.DOCTYPE, name).tasks:
		incidents.finish_task(name, row.task, "已完成。")


def _finished(book: Daybook, officer: str, leader: str, manager: str, reviewer: str, plan: str) -> None:
	with book.acting(officer, book.day(60)):
		name = _report(
			"Accident", "甲山村路口", "走访途中电动车侧滑，一名走访人员膝部擦伤。", harm="一人轻伤"
		)
	with book.acting(manager, book.day(60)):
		incidents.grade(name, "IV", plan)
	with book.acting(leader, book.day(60)):
		incidents.answer_alarm(name)
		incidents.note_progress(name, "伤者送乡卫生院包扎，无大碍；走访改期。")
		_finish_all(name)
	with book.acting(manager, book.day(59)):
		incidents.end_response(name)
	with book.acting(reviewer, book.day(55)):
		incidents.review(
			name,
			"路面结冰，车速过快。",
			"冰雪天气出车前要看路况。",
			"为走访车辆更换防滑轮胎",
			responsible=leader,
			due_on=str(book.day(40)),
		)
	issue = frappe.db.get_value(incidents.DOCTYPE, name, "issue")
	with book.acting(leader, book.day(45)):
		rectification.rectify(issue, "已更换防滑轮胎。", "试车正常。")
	with book.acting(reviewer, book.day(44)):
		rectification.recheck(issue, "现场查看，已更换。")
	with book.acting(manager, book.day(44)):
		incidents.close(name)


def _near_miss(book: Daybook, officer: str, manager: str) -> None:
	with book.acting(officer, book.day(20)):
		name = _report("Accident", "服务站门口", "台阶湿滑，一位老人险些跌倒，被扶住。", near_miss=1)
	with book.acting(manager, book.day(19)):
		incidents.review(
			name, "雨后台阶积水。", "雨雪天要在门口值守。", "门口铺设防滑垫", officer, str(book.today)
		)


def _under_way(book: Daybook, officer: str, leader: str, manager: str, plan: str) -> None:
	"""Since yesterday: the chain is on the board, one task waits."""
	with book.acting(officer, book.day(1)):
		name = _report("Public Health Incident", "服务站接待室", "来访的三人先后发热，已请到隔离间等候。")
	with book.acting(manager, book.day(1)):
		incidents.grade(name, "IV", plan)
		incidents.report_outside(name, "县卫生健康局", "电话报告值班室。")
	with book.acting(leader, book.day(1)):
		incidents.answer_alarm(name)
		incidents.finish_task(name, "登记接触人员，暂停该处服务", "登记9人，接待改到二楼。")
