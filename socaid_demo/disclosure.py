"""What hangs on the boards of the demo county and stands on its public pages."""

from __future__ import annotations

from datetime import date, timedelta

import frappe
from frappe.utils import getdate

from socaid_app.policy import publicity as rules_of
from socaid_app.policy import terms
from socaid_app.public_disclosure import (
	catalogue,
	content,
	corrections,
	hanging,
	inspections,
	notice_drafts,
	notice_objections,
	notice_steps,
	posting,
	results,
	rolls,
	taking_down,
)
from socaid_app.public_disclosure.content import NOTICE
from socaid_demo import bulk, completion, publications
from socaid_demo.county_villages import JIASHAN, JINZHOU, townships
from socaid_demo.daybook import Daybook

# These townships have not posted their rolls of this month yet; the public sees who is late.
LATE_WITH_ROLLS = ("220422107000", "220422108000")
ROLL_AFTER_DAYS = 4
# So many of the decisions of the last weeks are announced; the others wait for the review of a second person.
ANNOUNCED, ANNOUNCED_WITHIN = 12, 45
INSPECTION_SEED = 20260701
POSTING = ("Privacy Reviewed", "Notice Posted")


def load(book: Daybook) -> dict[str, int]:
	"""Notices of every kind, rolls, publications, corrections and an inspection; returns what was added."""
	before = frappe.db.count(NOTICE)
	announced = _announce_decisions(book)
	_announce_ends(book)
	_announce_raise(book)
	_take_down_in_time(book)
	_post_rolls(book)
	_correct(book, announced)
	published = publications.publish(book)
	_inspect(book)
	results.catch_up()
	return {NOTICE: frappe.db.count(NOTICE) - before, catalogue.PUBLICATION: published}


# --- single cases -------------------------------------------------------------------------------------------
def _post(book: Daybook, name: str, day: date, photo: bool = False) -> str:
	"""Posted by the second approver of the township, as others have prepared it."""
	township = frappe.db.get_value(NOTICE, name, "township")
	with book.acting(book.township(township, "approver2"), day):
		posting.publish(name)
		if photo:
			hanging.keep_photo(name, completion.store_scan())
	return name


def _announce_decisions(book: Daybook) -> list[str]:
	"""确认公布: drafted when the decision was made, posted the next working day; the latest come first."""
	cases = frappe.get_all(
		content.APPLICATION,
		filters={
			"workflow_state": terms.CONFIRMED,
			"protected_case": 0,
			"route": ["!=", terms.QUICK_RELIEF],
			"decided_on": [">=", book.today - timedelta(days=ANNOUNCED_WITHIN)],
		},
		fields=["name", "township", "decided_on"],
		order_by="decided_on desc, name",
		limit=ANNOUNCED,
	)
	posted = []
	for number, case in enumerate(cases):
		day = getdate(case.decided_on)
		with book.acting(book.township(case.township, "approver1"), day):
			name = notice_drafts.draft(rules_of.CONFIRMED, application=case.name)
		day = min(book.rules.workdays_after(day, 1), book.today)
		posted.append(_post(book, name, day, photo=number % 3 == 0))
	return posted


def _announce_ends(book: Daybook) -> None:
	"""终止公示 of support for the destitute: one that hangs, one that met an objection, one that has run."""
	grounds = {4: rules_of.LEFT, 6: rules_of.SUPPORTERS, 24: rules_of.MEANS}
	benefits = frappe.get_all(
		"Entitlement",
		filters={
			"scheme": terms.TEKUN,
			"docstatus": 1,
			"status": "Active",
			"township": ["in", (JIASHAN, JINZHOU)],
			"application": ["is", "not set"],
		},
		fields=["name", "township"],
		order_by="name",
		limit=len(grounds),
	)
	for benefit, (ago, ground) in zip(benefits, grounds.items(), strict=False):
		with book.acting(book.township(benefit.township, "officer1"), book.day(ago + 1)):
			name = notice_drafts.prepare_termination(benefit.name, ground)
		_post(book, name, book.day(ago), photo=True)
		if ground == rules_of.SUPPORTERS:
			with book.acting(book.township(benefit.township, "officer1"), book.day(2)):
				notice_objections.record_objection(name, "邻居反映其侄女长期照料，请再核实赡养情况。", "村民")


def _announce_raise(book: Daybook) -> None:
	"""提标: asked for, verified and approved; its notice was interrupted by rain for two days."""
	benefit = frappe.get_all(
		"Entitlement",
		filters={
			"scheme": terms.DIBAO,
			"docstatus": 1,
			"status": "Active",
			"township": JIASHAN,
			"application": ["is", "not set"],
		},
		fields=["household", "name", "category", "amount"],
		order_by="name desc",
		limit=1,
	)
	if not benefit:
		return
	benefit = benefit[0]
	head = frappe.db.get_value("Recipient Household", benefit.household, "head_name")
	officer, approver = book.township(JIASHAN, "officer1"), book.township(JIASHAN, "approver1")
	with book.acting(officer, book.day(14)):
		raised = frappe.get_doc(
			{
				"doctype": content.RAISE_REQUEST,
				"household": benefit.household,
				"head_name": head,
				"category": benefit.category,
				"entitlement": benefit.name,
				"raise_kind": "Income Fell",
				"found_by": "By Application",
				"received_on": book.day(14),
				"status": "Accepted",
			}
		).insert()
		raised.update({"status": "Verified", "findings": "核实后家庭收入减少，按规定重新核算。"})
		raised.proposed_amount = benefit.amount + 60
		raised.save()
	with book.acting(approver, book.day(8)):
		raised.update({"status": "Approved", "result_note": "同意按核算结果提高保障金额。"})
		raised.save()
	name = frappe.db.get_value(NOTICE, {"standard_raise": raised.name})
	if not name:
		return
	_post(book, name, book.day(6), photo=True)
	with book.acting(officer, book.day(3)):
		hanging.interrupt(name, "大雨淋湿公示单，撤下重新打印。", str(book.day(5)))
		hanging.resume(name, str(book.day(3)))


def _take_down_in_time(book: Daybook) -> None:
	"""The nightly job of every day on which something had hung its days."""
	for last in sorted(
		set(
			frappe.get_all(
				NOTICE,
				filters=[
					["status", "in", notice_steps.POSTED],
					["ends_on", "is", "set"],
					["ends_on", "<", book.today],
					["taken_down_on", "is", "not set"],
				],
				pluck="ends_on",
				order_by="ends_on",
			)
		)
	):
		with book.acting("Administrator", getdate(last) + timedelta(days=1)):
			taking_down.complete_expired()


# --- rolls ----------------------------------------------------------------------------------------------------
def _post_rolls(book: Daybook) -> None:
	"""Last month's in the townships that are shown, taken down since; this month's nearly everywhere."""
	this = book.today.replace(day=1)
	last = (this - timedelta(days=1)).replace(day=1)
	day = min(this + timedelta(days=ROLL_AFTER_DAYS), book.today)
	for township in (JIASHAN, JINZHOU):
		_hang_rolls(book, township, last, last + timedelta(days=ROLL_AFTER_DAYS), down_on=day)
	for township in townships():
		_hang_rolls(book, township, this, None if township in LATE_WITH_ROLLS else day)


def _hang_rolls(
	book: Daybook, township: str, month: date, day: date | None, down_on: date | None = None
) -> None:
	"""Drafted by the job for one officer of the township; posted and taken down as rows, a county's at once.

	What is written is what the controller would have: its own steps take a fifth of a second for each village.
	"""
	drafter, reviewer = book.township(township, "officer1"), book.township(township, "approver2")
	with book.acting(drafter, max(month, min(day or book.today, book.today))):
		rolls.generate(month, [township])
	if not day:
		return
	notices = frappe.get_all(
		NOTICE,
		filters={
			"kind": rules_of.ROLL,
			"roll_month": month,
			"township": township,
			"status": notice_steps.DRAFT,
		},
		fields=["name", "kind", "division", "place", "complaint_phone", "roll_month"],
		order_by="name",
	)
	entries = _entries([notice.name for notice in notices])
	log: list[dict] = []
	for notice in notices:
		text = content.dump(content.published({**notice, "posted_on": day}, entries[notice.name]))
		values = {
			"status": notice_steps.RUNNING,
			"posted_on": day,
			"privacy_reviewed_by": reviewer,
			"published_content": text,
			"content_hash": content.digest(text),
		}
		steps = [(action, day) for action in POSTING]
		if down_on:
			values |= {"status": notice_steps.COMPLETED, "completed_on": down_on, "taken_down_on": down_on}
			steps.append(("Notice Taken Down", down_on))
		frappe.db.set_value(NOTICE, notice.name, values, update_modified=False)
		# the first line was written by the draft
		log += [
			_line(notice.name, at, action, reviewer, on, values["content_hash"])
			for at, (action, on) in enumerate(steps, 2)
		]
	bulk.Inserts().write("Publicity Log", log)


def _entries(notices: list[str]) -> dict[str, list[dict]]:
	found: dict[str, list[dict]] = {name: [] for name in notices}
	for row in frappe.get_all(
		"Publicity Entry",
		filters={"parent": ["in", notices or [""]], "parenttype": NOTICE},
		fields=["parent", "person_name", "member_count", "category_name", "village_name", "amount", "ground"],
		order_by="parent, idx",
	):
		found[row.parent].append(row)
	return found


def _line(notice: str, idx: int, action: str, user: str, day: date, digest: str) -> dict:
	moment = f"{day} 10:00:00"
	return {
		"name": frappe.generate_hash(length=10),
		"owner": user,
		"modified_by": user,
		"creation": moment,
		"modified": moment,
		"docstatus": 0,
		"idx": idx,
		"parent": notice,
		"parenttype": NOTICE,
		"parentfield": "log",
		"logged_on": moment,
		"action": action,
		"user": user,
		"content_hash": digest,
	}


# --- corrections and inspection ---------------------------------------------------------------------------------
def _correct(book: Daybook, notices: list[str]) -> None:
	"""One put right in public, one that was unfounded, one that waits to be looked into."""
	running = frappe.get_all(
		NOTICE,
		filters={"name": ["in", notices or [""]], "status": notice_steps.RUNNING},
		pluck="name",
		order_by="name",
	)
	wrong = (running or notices)[:1]
	if not wrong:
		return
	officer, reviewer = book.county("disclosure"), book.county("reviewer1")
	with book.acting(officer, book.day(4)):
		found = _report("公示的家庭人数比实际多一人", "By Telephone", notice=wrong[0], reported_by="村民")
	with book.acting(reviewer, book.day(2)):
		corrections.look_into(found, "经核对户籍和入户记录，公示人数应当按共同生活人口填写。")
	with book.acting(officer, book.day(1)):
		made = corrections.put_right(
			found, "撤下原公示，按共同生活人口重新公示。", "公示单所列家庭成员数量有误"
		)
	for name in filter(None, made.values()):
		with book.acting(reviewer, book.day(1)):
			posting.publish(name)
	others = frappe.get_all(
		NOTICE,
		filters={"posted_on": ["is", "set"], "kind": rules_of.PRELIMINARY},
		pluck="name",
		order_by="posted_on desc, name",
		limit=2,
	)
	for other in others:
		with book.acting(officer, book.day(9)):
			report = _report("公示金额与通知书不一样", "Through the Web", notice=other)
		if other == others[0]:
			with book.acting(reviewer, book.day(7)):
				corrections.look_into(report, "公示金额与审核确认表一致，通知书为首月补发合计金额。")
				corrections.unfounded(report, "公示无误，已向反映人说明。")


def _report(problem: str, channel: str, **values) -> str:
	doc = {"doctype": corrections.CORRECTION, "problem": problem, "channel": channel, **values}
	return frappe.get_doc({**doc, "reported_on": frappe.utils.today()}).insert().name


def _inspect(book: Daybook) -> None:
	"""Last week's inspection of a township, with what it found passed on to be put right."""
	with book.acting(book.county("reviewer2"), book.day(1)):
		inspection = frappe.get_doc(
			{
				"doctype": inspections.DOCTYPE,
				"inspected_on": book.day(1),
				"period_from": book.day(31),
				"period_to": book.day(2),
				"division": JIASHAN,
				"summary": "抽查甲山乡公示栏和网上公开信息，多数及时准确，个别公示单没有留存照片。",
			}
		).insert()
		inspections.draw(inspection.name, INSPECTION_SEED)
		inspections.finish(inspection.name)
