"""What the shown townships did of late for families whose situation changes: leads followed, a change reported,
warnings triaged, carers agreed with and checked, a class proposed."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, today

from socaid_app.dynamic_management import (
	care_agreements,
	carer_checks,
	change_reports,
	leads,
	monitoring_warnings,
)
from socaid_app.policy import care, monitoring
from socaid_app.socaid_app import household_actions
from socaid_app.socaid_app.doctype.circumstance_change import circumstance_change
from socaid_demo import completion, online
from socaid_demo.county_villages import JIASHAN, JINZHOU
from socaid_demo.daybook import Daybook

# How many days ago, who told it, whom it is about, what is needed, what was seen, how far it is.
LEADS = (
	(0, "Assistance Hotline", "赵广田", "Sudden Hardship", "家中失火，老人没有地方住。", "reported"),
	(3, "Village or Community", "孙德厚", "Medical", "做了透析，花费大，家里只有老伴。", "assigned"),
	(9, "Neighbour or Relative", "周福林", "Care", "一个人住，腿摔伤了，没人做饭。", "contacted"),
	(20, "Other Body", "吴春和", "Education", "孩子要上高中，家里拿不出学费。", "answered"),
)
ANSWER = "已经上门了解，需要的帮助正在办理，谢谢您的关心。"
CHANGES = "Circumstance Change"
CHANGE = "长子上个月起在镇上打零工，每月大约一千二百元。"
WARNINGS = (
	(monitoring.ILLNESS, "比对发现大病保险报销记录，可能新患重病"),
	(monitoring.INCOME, "比对发现近三个月有工资收入，高于登记"),
	(monitoring.NOT_CARRIED_OUT, "持证残疾人未享受残疾人两项补贴"),
)


def load(book: Daybook) -> dict[str, int]:
	"""A little of everything in the townships the demo shows; returns what was added."""
	added = dict.fromkeys(("Assistance Lead", "Change Report", "Monitoring Warning", "Care Agreement"), 0)
	added["Online Application"] = 0
	for township in (JIASHAN, JINZHOU):
		added["Online Application"] += online.load(book, township)
		added["Assistance Lead"] += _leads(book, township)
		homes = _homes(township, "Dibao", len(WARNINGS) + 4)
		if len(homes) > len(WARNINGS) + 2:
			_facts(book, township, homes.pop())
			_action(book, township, homes.pop())
		if len(homes) > len(WARNINGS):
			added["Change Report"] += _change(book, township, homes.pop())
			_class(book, township, homes.pop())
			added["Monitoring Warning"] += _warnings(book, township, homes)
		added["Care Agreement"] += _care(book, township)
	return added


def _homes(township: str, scheme: str, count: int) -> list[frappe._dict]:
	"""The first families of a township with a benefit of the scheme: household, recipient and division."""
	rows = frappe.get_all(
		"Entitlement",
		filters={
			"township": township,
			"scheme": scheme,
			"docstatus": 1,
			"status": "Active",
			"start_month": ["<=", today()],
			"household": ["is", "set"],
		},
		fields=["household", "recipient", "recipient_name", "division"],
		order_by="start_month, name",
		limit=10 * count,
	)
	return list({row.household: row for row in rows}.values())[:count]


def _phone(number: int) -> str:
	return f"1550437{number:04d}"


def _leads(book: Daybook, township: str) -> int:
	homes = _homes(township, "Dibao", len(LEADS))
	follower = book.township(township, "officer2")
	for number, ((ago, source, name, need, situation, state), home) in enumerate(
		zip(LEADS, homes, strict=False)
	):
		with book.acting(book.township(township, "officer1"), book.day(ago)):
			lead = frappe.get_doc(
				{
					"doctype": leads.DOCTYPE,
					"reported_on": today(),
					"source": source,
					"reported_by": "村民小组长",
					"reporter_phone": _phone(number + 1),
					"person_name": name,
					"division": home.division,
					"need": need,
					"situation": situation,
					"urgency": leads.URGENT if need == "Sudden Hardship" else "Ordinary Lead",
					"consent": "Agrees to Contact",
				}
			).insert()
			if state == "reported":
				continue
			leads.assign(lead.name, follower)
		if state == "assigned":
			continue
		with book.acting(follower, book.day(max(ago - 2, 0))):
			leads.note_contact(lead.name, today(), "Visited at Home", f"情况属实。{situation}")
			if state == "answered":
				leads.settle(lead.name, "Need Referred", "已商请教育部门资助。", referred_to="县教育局")
				leads.answer(lead.name, "By Phone Call", ANSWER)
	return min(len(LEADS), len(homes))


def _change(book: Daybook, township: str, home: frappe._dict) -> int:
	with book.acting(book.township(township, "officer1"), book.day(2)):
		report = frappe.get_doc(
			{
				"doctype": change_reports.DOCTYPE,
				"channel": "Phone Report",
				"received_on": today(),
				"reported_by": home.recipient_name,
				"phone": _phone(90),
				"division": home.division,
				"household": home.household,
				"kind": "Income Change",
				"content": CHANGE,
			}
		).insert()
		if township == JINZHOU:
			change_reports.enter_change(report.name, "Income Change", today(), CHANGE)
	return 1


def _facts(book: Daybook, township: str, home: frappe._dict) -> None:
	"""What a village found out, fact by fact; one township has confirmed it."""
	now = frappe.db.get_value("Recipient", home.recipient, "labour_capacity")
	becomes = "Partial" if now != "Partial" else "None"
	with book.acting(book.township(township, "officer1"), book.day(6)):
		change = frappe.get_doc(
			{
				"doctype": CHANGES,
				"household": home.household,
				"recipient": home.recipient,
				"kind": "Health Change",
				"found_by": "Reported by Household",
				"happened_on": today(),
				"facts": [{"recipient": home.recipient, "fact": "Labour Capacity", "value_after": becomes}],
			}
		).insert()
	if township == JINZHOU:
		with book.acting(book.township(township, "approver1"), book.day(4)):
			circumstance_change.accept(change.name, "医院证明已核对")


def _action(book: Daybook, township: str, home: frappe._dict) -> None:
	"""A family that is to move waits for the other township, an entry that was wrong for a second person."""
	with book.acting(book.township(township, "officer1"), book.day(3)):
		if township == JIASHAN:
			away = _homes(JINZHOU, "Dibao", 1)
			if away:
				household_actions.transfer(home.household, away[0].division, "投靠子女，已在那边长期居住")
			return
		since = frappe.db.get_value(
			"Household Member",
			{"parent": home.household, "recipient": home.recipient, "left_on": ["is", "not set"]},
			"joined_on",
		)
		fact = {"recipient": home.recipient, "fact": "Joined On", "value_after": str(add_days(since, -1))}
		household_actions.correct_entry(home.household, [fact], "登记日期写错了一天，以户口簿为准")


def _class(book: Daybook, township: str, home: frappe._dict) -> None:
	now = frappe.db.get_value("Recipient Household", home.household, "review_class")
	with book.acting(book.township(township, "officer1"), book.day(4)):
		frappe.get_doc(
			{
				"doctype": "Review Classification",
				"household": home.household,
				"class_after": "General" if now == "Key" else "Key",
				"reason": "走访了解的家庭情况与原分类不同。",
			}
		).insert()


def _warnings(book: Daybook, township: str, homes: list[frappe._dict]) -> int:
	made = []
	for (kind, words), home in zip(WARNINGS, homes, strict=False):
		with book.acting(book.county("data"), book.day(6)):
			made.append(monitoring_warnings.warn(home.household, kind, words, home.recipient))
	with book.acting(book.township(township, "officer1"), book.day(3)):
		monitoring_warnings.triage(made[-1], monitoring.CARRY_OUT, "须商请残联核实落实。")
	return len(made)


def _care(book: Daybook, township: str) -> int:
	"""Two agreements, one of them checked, with something to be put right."""
	homes = _homes(township, "Tekun", 2)
	officer = book.township(township, "officer1")
	for number, home in enumerate(homes):
		with book.acting(officer, book.day(75)):
			agreement = frappe.get_doc(
				{
					"doctype": care_agreements.DOCTYPE,
					"recipient": home.recipient,
					"carer_kind": "Neighbour" if number else "Village Carer",
					"caregiver": ("郑秀英", "何桂兰")[number],
					"phone": _phone(80 + number),
					"monthly_fee": 200,
					"signed_on": today(),
					"signed_paper": completion.store_scan(),
				}
			).insert()
			care_agreements.conclude(agreement.name)
		if number:
			continue
		with book.acting(book.township(township, "officer2"), book.day(20)):
			marks = dict.fromkeys(care.DUTIES, care.WELL)
			check = frappe.get_doc(
				{
					"doctype": carer_checks.DOCTYPE,
					"agreement": agreement.name,
					"checked_on": today(),
					"check_way": "Visit to the Home",
					**marks,
					"dwelling": care.NOT_DONE,
					"medicine": care.PARTLY,
					"person_says": "平时常来，屋里有些冷。",
					"problems": "炉子没有修好，室内温度低。",
					"rectify_by": add_days(today(), 25),
					"responsible": officer,
				}
			).insert()
			carer_checks.record(check.name)
	return len(homes)
