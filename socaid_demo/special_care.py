"""What people of special groups of the demo county need and get: an assessment being asked, one to confirm, plans under way,
one that was evaluated. And a family whose case has ended applies again.
"""

from __future__ import annotations

import frappe
from frappe.client import set_value
from frappe.utils import add_months, getdate

from socaid_app.assistance_intake import reapplication
from socaid_app.field_visits import needs, plan_measures, special_groups
from socaid_app.field_visits.needs_questions import ASSESSMENT, TEMPLATE
from socaid_app.policy import terms
from socaid_demo.county_villages import JIASHAN, JINZHOU
from socaid_demo.daybook import Daybook

APPLICATION, PERSON, HOUSEHOLD = "Assistance Application", "Recipient", "Recipient Household"
ASKED, CONFIRMED, APPROVED, SERVED = 40, 36, 30, 12
# How far each person's story has come, in the order in which people are found.
BEGUN, HANDED_IN, ASSESSED, UNDER_WAY, EVALUATED = range(5)
STORIES = (UNDER_WAY, HANDED_IN, EVALUATED, BEGUN, UNDER_WAY, ASSESSED)
GOALS = {
	special_groups.DISABLED: "住得方便，得到康复服务，减轻家人照料负担。",
	special_groups.ELDERLY: "三餐、就医有人照应，在家安全生活。",
	special_groups.CHILD: "稳定就学，身边有人关心。",
	special_groups.SERIOUS_ILLNESS: "按时治疗，家庭不因看病断了生活来源。",
}


def load(book: Daybook) -> dict[str, int]:
	found = [
		(township, person)
		for township in (JIASHAN, JINZHOU)
		for person in _people(township, len(STORIES) // 2)
	]
	for story, (township, person) in zip(STORIES, found, strict=False):
		_tell(book, township, person, story)
	_apply_again(book)
	return {
		ASSESSMENT: frappe.db.count(ASSESSMENT),
		plan_measures.PLAN: frappe.db.count(plan_measures.PLAN),
	}


def _people(township: str, most: int) -> list[str]:
	"""Of each special group one who receives support, of different families."""
	person, home = frappe.qb.DocType(PERSON), frappe.qb.DocType(HOUSEHOLD)
	member = frappe.qb.DocType("Household Member")
	found: dict[str, str] = {}
	for group in special_groups.GROUPS:
		rows = (
			frappe.qb.from_(person)
			.join(member)
			.on((member.recipient == person.name) & member.left_on.isnull())
			.join(home)
			.on((home.name == member.parent) & (home.status == "Active") & home.current_benefit.isnotnull())
			.select(person.name, home.name)
			.where((home.township == township) & (person.status == "Active") & (person.protected_person == 0))
			.where(special_groups.condition(group, person))
			.orderby(person.name)
			.limit(most)
			.run()
		)
		for name, household in rows:
			if household not in found:
				found[household] = name
				break
	return list(found.values())[:most]


def _tell(book: Daybook, township: str, person: str, story: int) -> None:
	clerk, approver = book.township(township, "officer1"), book.township(township, "approver1")
	with book.acting(clerk, book.day(ASKED)):
		doc = frappe.get_doc({"doctype": ASSESSMENT, "recipient": person}).insert()
	if story == BEGUN:
		return
	with book.acting(clerk, book.day(ASKED)):
		_answer(doc)
		needs.hand_in(doc.name)
	if story == HANDED_IN:
		return
	with book.acting(approver, book.day(CONFIRMED)):
		needs.confirm(doc.name)
	if story == ASSESSED:
		return
	with book.acting(clerk, book.day(CONFIRMED - 1)):
		plan = needs.make_plan(doc.name, GOALS[doc.group], add_months(getdate(book.today), 5))
	with book.acting(approver, book.day(APPROVED)):
		set_value(plan_measures.PLAN, plan, "status", plan_measures.UNDER_WAY)
	_serve(book, clerk, plan, ended=story == EVALUATED)
	if story == EVALUATED:
		with book.acting(clerk, book.day(2)):
			doc = frappe.get_doc(plan_measures.PLAN, plan)
			doc.update({"effect": "Goal Reached", "evaluation": "措施已落实，家庭表示满意，生活比以前方便。"})
			doc.save()
			set_value(plan_measures.PLAN, plan, "status", plan_measures.EVALUATED)


def _answer(doc) -> None:
	"""The second answer that shows a need where there is one to a third of the questions, the harmless one to the others."""
	lines = frappe.get_doc(TEMPLATE, doc.template).answers
	for number, row in enumerate(doc.answers):
		if row.answer:
			continue
		offered = [line for line in lines if line.question == row.question]
		needy = [line.answer for line in offered if line.need]
		harmless = next(line.answer for line in offered if not line.need)
		row.answer = needy[0] if needy and number % 3 == 0 else harmless
	doc.save()


def _serve(book: Daybook, clerk: str, plan: str, ended: bool) -> None:
	rows = plan_measures.open_measures(frappe.get_doc(plan_measures.PLAN, plan))
	for number, row in enumerate(rows):
		if not ended and number:
			return
		with book.acting(clerk, book.day(SERVED - number)):
			plan_measures.record_service(
				plan, row.name, str(book.day(SERVED - number)), "已上门服务一次，本人和家人在场。"
			)
			if ended:
				plan_measures.end_measure(
					plan, row.name, plan_measures.DONE, "服务已落实，困难减轻。", "Satisfied"
				)


def _apply_again(book: Daybook) -> None:
	"""What the last application said is taken over; the counter has it signed and asks what is old."""
	ended = frappe.get_all(
		APPLICATION,
		filters={"township": JIASHAN, "workflow_state": terms.REJECTED, "scheme": terms.DIBAO},
		pluck="name",
		order_by="name",
		limit=1,
	)
	for name in ended:
		with book.acting(book.township(JIASHAN, "officer1"), book.day(1)):
			reapplication.begin(name)
