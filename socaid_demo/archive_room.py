"""The archives of the demo county: files that filed themselves, a room with boxes, loans, a handover, an appraisal."""

from __future__ import annotations

import logging
from datetime import timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from frappe.utils.nestedset import rebuild_tree

from socaid_app.assistance_archives import (
	appraisals,
	archive_files,
	binding,
	completeness,
	file_catalogue,
	filing,
	handovers,
	loans,
	numbering,
	retention,
	rooms,
	storage,
)
from socaid_app.casework import clocks, copies
from socaid_app.permissions.divisions import township_of
from socaid_app.policy import archives as law
from socaid_app.policy.retention_periods import DAILY
from socaid_app.printing import township_office
from socaid_demo import bulk, completion
from socaid_demo.county_villages import COUNTY_SEAT, JIASHAN, JINZHOU
from socaid_demo.daybook import Daybook

FILE, DOCUMENT, LOCATION = archive_files.FILE, file_catalogue.DOCUMENT, storage.LOCATION
COUNTY = "220422000000"
# A box takes so many files; the boxes of the shown townships are filled one by one as the archivist does.
CAPACITY = 40
BOUND = 2
# Daily-management papers of this year were boxed before the system came, and their period is over.
YEARS_BACK = 6
SIGNATURE = f"data:image/png;base64,{completion.SCAN}"
PAPERS = ("走访记录表", "回访记录表", "家庭情况变化报告表", "月度名单公示单", "动态管理台账")


def load(book: Daybook) -> dict[str, int]:
	"""File everything, shelve it, and let custody begin its work; returns what was added."""
	filing.catch_up()
	_old_daily_files(book)
	completeness.check()
	retention.refresh()
	room = _places(book)
	_shelve(book)
	_bind(book)
	_lend(book)
	_check_room(book, room)
	_hand_over(book)
	_hold_and_appraise(book)
	clocks.mark_due(loans.DOCTYPE)
	return {doctype: frappe.db.count(doctype) for doctype in (FILE, DOCUMENT, LOCATION)}


# --- older papers ---------------------------------------------------------------------------------------------
def _old_daily_files(book: Daybook) -> None:
	"""Bound on paper when their year was over; the catalogue was entered later."""
	year = book.today.year - YEARS_BACK
	villages = frappe.get_all(
		"Administrative Division",
		filters={"parent_administrative_division": ["in", (JIASHAN, JINZHOU)]},
		pluck="name",
		order_by="name",
	)
	keys = {f"{law.DAILY}|{village}|{year}|1": village for village in villages}
	opened = archive_files.open_files(
		{key: {"division": village, "year": year, "volume": 1} for key, village in keys.items()}
	)
	_papers({opened[key]: village for key, village in keys.items()}, year)
	file_catalogue.renumber(sorted(opened.values()))
	for name in sorted(opened.values()):
		file = frappe.get_doc(FILE, name)
		numbering.give(file)
		file.update({"bound_on": f"{year + 1}-01-20", "status": archive_files.BOUND})
		file.db_update()


def _papers(villages: dict[str, str], year: int) -> None:
	moment = now_datetime()
	names = iter(numbering.names(DOCUMENT, len(villages) * len(PAPERS)))
	bulk.Inserts().write(
		DOCUMENT,
		[
			{
				"name": next(names),
				"owner": "Administrator",
				"modified_by": "Administrator",
				"creation": moment,
				"modified": moment,
				"docstatus": 0,
				"archive_file": file,
				"title": f"{year}年{kind}",
				"section": law.DAILY_SECTION,
				"document_kind": kind,
				"responsible": township_office(village),
				"document_date": f"{year}-{2 + 2 * at:02d}-15",
				"pages": 2 + at * 3,
				"secrecy": "Personal Data",
				"fixity": copies.PAPER,
				"filed_on": moment.date(),
				"division": village,
				"township": township_of(village),
			}
			for file, village in villages.items()
			for at, kind in enumerate(PAPERS)
		],
	)


# --- places ---------------------------------------------------------------------------------------------------
def _places(book: Daybook) -> str:
	"""One room, a cabinet and a shelf for every township, a box for every village that has files."""
	keeper = book.county("archivist")
	villages = frappe.get_all(
		FILE, filters={"division": ["is", "set"]}, pluck="division", distinct=True, order_by="division"
	)
	villages = [village for village in villages if township_of(village) not in (None, village)]
	townships = sorted({township_of(village) for village in villages})
	named = dict(
		frappe.get_all(
			"Administrative Division",
			filters={"name": ["in", [*townships, *villages]]},
			fields=["name", "division_name"],
			order_by="name",
			as_list=True,
		)
	)
	wanted = [("", storage.ROOM, "县民政局一号库房", "", COUNTY)]
	for code in townships:
		wanted.append((code, storage.CABINET, f"{named[code]}柜", "", code))
		wanted.append((f"{code}/", storage.SHELF, f"{named[code]}第一层", code, code))
	wanted += [(code, storage.BOX, f"{named[code]}盒", f"{township_of(code)}/", code) for code in villages]
	names = dict(zip((key for key, *_rest in wanted), numbering.names(LOCATION, len(wanted)), strict=True))
	moment = now_datetime()
	bulk.Inserts().write(
		LOCATION,
		[
			{
				"name": names[key],
				"owner": keeper,
				"modified_by": keeper,
				"creation": moment,
				"modified": moment,
				"docstatus": 0,
				"location_name": title,
				"kind": kind,
				"parent_archive_location": names[parent] if kind != storage.ROOM else None,
				"is_group": int(kind != storage.BOX),
				"capacity": CAPACITY if kind == storage.BOX else 0,
				"division": division,
				"township": township_of(division),
				"custodian": keeper,
			}
			for key, kind, title, parent, division in wanted
		],
	)
	rebuild_tree(LOCATION)
	return names[""]


def _shelve(book: Daybook) -> None:
	"""What has been filed lies in the box of its village; papers of the last weeks are still on the desk."""
	boxes = frappe.get_all(
		LOCATION,
		filters={"kind": storage.BOX, "township": ["in", (JIASHAN, JINZHOU, COUNTY_SEAT)]},
		fields=["name", "division"],
		order_by="lft",
	)
	recent = book.today - timedelta(days=20)
	for box in boxes:
		names = frappe.get_all(
			FILE,
			filters={"division": box.division, "ended_on": ["<", recent]},
			pluck="name",
			order_by="name",
			limit=CAPACITY,
		)
		if names:
			with book.acting(book.county("archivist"), book.day(16)):
				storage.shelve(names, box.name, "按村入盒")


# --- custody --------------------------------------------------------------------------------------------------
def _bind(book: Daybook) -> None:
	"""A few complete files are bound and inspected by another person."""
	# what the CSS parser of the PDF maker thinks of modern style sheets is not for the console
	logging.getLogger("CSSUTILS").setLevel(logging.CRITICAL)
	for name in _approval_files(completeness="Complete File", document_count=["<=", binding.AT_ONCE])[:BOUND]:
		closed = not binding.open_cases(file_catalogue.documents(name))
		if not closed:
			continue
		with book.acting(book.county("archivist"), book.day(5)):
			binding.bind(name)
		with book.acting(book.county("reviewer1"), book.day(4)):
			binding.inspect(name)


def _approval_files(**filters) -> list[str]:
	return frappe.get_all(
		FILE,
		filters={
			"archive_class": law.APPROVAL,
			"township": ["in", (JIASHAN, JINZHOU)],
			"location": ["is", "set"],
			"bound_on": ["is", "not set"],
			**filters,
		},
		pluck="name",
		order_by="name",
	)


def _lend(book: Daybook) -> None:
	"""One loan is overdue, one is out in time, one came back, one waits to be granted."""
	lendable = _approval_files()[:4]
	borrowers = ("officer1", "approver1", "officer2", "officer1")
	for number, (file, key) in enumerate(zip(lendable, borrowers, strict=False)):
		township = frappe.db.get_value(FILE, file, "township")
		asked, days = ((40, 15), (6, 20), (30, 10), (1, 10))[number]
		with book.acting(book.township(township, key), book.day(asked)):
			loan = frappe.get_doc(
				{
					"doctype": loans.DOCTYPE,
					"archive_file": file,
					"borrower_unit": township_office(township),
					"purpose": "动态复核时核对历年收入材料",
					"loan_kind": loans.TAKE_OUT,
					"due_on": book.day(asked) + timedelta(days=days),
				}
			).insert()
		if number == 3:
			continue
		with book.acting(book.county("archivist"), book.day(asked)):
			loans.grant(loan.name)
			loans.hand_out(loan.name)
		if number == 2:
			pages = frappe.db.get_value(loans.DOCTYPE, loan.name, "pages_lent")
			with book.acting(book.county("archivist"), book.day(asked - 8)):
				loans.give_back(loan.name, pages, loans.GOOD)


def _check_room(book: Daybook, room: str) -> None:
	"""A check within limits, one that found the air too damp, and a visitor."""
	keeper = book.county("archivist")
	for ago, humidity, measure in ((9, 52, ""), (2, 66, "已开除湿机，二十四小时后复测。")):
		with book.acting(keeper, book.day(ago)):
			frappe.get_doc(
				{
					"doctype": rooms.CHECK,
					"room": room,
					"checked_on": frappe.utils.now(),
					"temperature": 19,
					"humidity": humidity,
					"measure": measure,
					**dict.fromkeys(rooms.ASPECTS, "In Order"),
				}
			).insert()
	with book.acting(keeper, book.day(3)):
		entered = frappe.utils.now()
		frappe.get_doc(
			{
				"doctype": rooms.ACCESS,
				"room": room,
				"visitor": "县档案馆业务指导人员",
				"visitor_unit": "东辽县档案馆",
				"purpose": "档案工作年度检查",
				"entered_at": entered,
				"left_at": entered,
				"accompanied_by": keeper,
				"confidentiality": 1,
			}
		).insert()


def _hand_over(book: Daybook) -> None:
	"""The cabinet of one township went to the second archivist; that of the other is being reconciled."""
	giver, taker = book.county("archivist"), book.county("archivist2")
	for township, ago in ((JINZHOU, 3), (JIASHAN, 1)):
		cabinet = frappe.db.get_value(LOCATION, {"kind": storage.CABINET, "division": township})
		if not cabinet or not storage.files_in(cabinet, ("name",)):
			continue
		with book.acting(giver, book.day(ago)):
			handover = frappe.get_doc(
				{
					"doctype": handovers.DOCTYPE,
					"from_custodian": giver,
					"to_custodian": taker,
					"supervisor": book.county("manager"),
					"location": cabinet,
					"reason": "岗位分工调整",
					"appointed_on": book.day(ago),
				}
			).insert()
			handovers.list_files(handover.name)
			handover.reload()
			unchecked = [row for row in handover.items if row.found == handovers.UNCHECKED]
			for row in unchecked if township == JINZHOU else unchecked[: len(unchecked) // 2]:
				row.found = handovers.PRESENT
			handover.save()
		if township == JINZHOU:
			_sign(book, handover, ago)


def _sign(book: Daybook, handover: Document, ago: int) -> None:
	"""Giver and receiver sign, each in a session of their own."""
	for field, person in handovers.SIGNATURES.items():
		with book.acting(handover.get(person), book.day(ago)):
			handover.reload()
			handover.set(field, SIGNATURE)
			handover.save()
	with book.acting(handover.to_custodian, book.day(ago)):
		handovers.sign(handover.name)


def _hold_and_appraise(book: Daybook) -> None:
	"""Expired daily papers: some are kept longer, one is held for a lawsuit, the list waits for its second signature."""
	expired = frappe.get_all(
		FILE,
		filters={"status": retention.TO_APPRAISE, "archive_class": DAILY},
		pluck="name",
		order_by="name",
	)
	if not expired:
		return
	keeper = book.county("archivist")
	with book.acting(keeper, book.day(8)):
		frappe.get_doc(
			{
				"doctype": retention.HOLD,
				"archive_file": expired[0],
				"kind": "Litigation",
				"reference": "行政诉讼（演示）",
				"reason": "该村低保名单在诉讼中作为证据，结案前不得销毁。",
			}
		).insert()
		appraisal = frappe.get_doc(
			{
				"doctype": appraisals.DOCTYPE,
				"title": f"{book.today.year}年到期日常管理档案鉴定",
				"as_of": book.day(8),
				"report": "到期的日常管理类档案经鉴定：仍有查考价值的延长保管，其余拟销毁。",
			}
		).insert()
		appraisals.collect(appraisal.name)
		rest = [name for name in expired if name not in expired[: len(expired) // 2]]
		appraisals.decide(appraisal.name, expired, appraisals.EXTEND, "仍有查考价值", 3)
		if rest:
			appraisals.decide(appraisal.name, rest, appraisals.DESTROY, "内容已在年度台账中汇总，无查考价值")
		appraisals.propose(appraisal.name)
	with book.acting(book.county("reviewer1"), book.day(6)):
		appraisals.sign(appraisal.name)
