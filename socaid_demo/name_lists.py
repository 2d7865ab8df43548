"""A township's list held against the ledger: most lines agree, a few do not, and what came of some of them."""

from __future__ import annotations

import csv
from io import StringIO

import frappe
from frappe.utils import getdate

from socaid_app.casework import records
from socaid_app.moving_in import difference_steps, list_comparing, registry_side
from socaid_app.moving_in.reconciliation_records import (
	DIFFERENCE,
	READING,
	RECONCILIATION,
	RECORDS,
	SENDER_TOLD,
	of_reconciliation,
)
from socaid_app.permissions import sensitive
from socaid_app.policy.identity import make_check_digit
from socaid_demo.county_villages import JIASHAN
from socaid_demo.daybook import Daybook
from socaid_demo.invented_numbers import PREFIX

LAYOUT, DAYS_AGO = "乡镇救助名单", 4
STRANGER = f"{PREFIX}19790312777"
HEADINGS = ("姓名", "身份证号", "救助类型", "月保障金", "村")


def load(book: Daybook) -> dict[str, int]:
	"""One list of a shown township; returns what was added."""
	day = book.day(DAYS_AGO)
	month = getdate(day).replace(day=1)
	ledger = registry_side.ledger_of(JIASHAN, month, "Dibao", per_person=False, by_account=False)
	lines = [one for one in ledger.said if one.expected]
	if len(lines) < 4:
		return {RECONCILIATION: 0, DIFFERENCE: 0}
	officer, approver = book.township(JIASHAN, "officer1"), book.township(JIASHAN, "approver1")
	with book.acting(officer, day):
		doc = frappe.get_doc(
			{
				"doctype": RECONCILIATION,
				"layout": LAYOUT,
				"month": month,
				"division": JIASHAN,
				"scheme_group": "Dibao",
				"sent_by": "甲山乡民政办",
			}
		).insert()
		doc.update({"list_file": _file(doc, _text(lines)), "status": READING, "read_by": officer})
		with records.step(doc):
			doc.save()
		list_comparing.read(doc.name)
	_settle(book, doc, officer, approver)
	return {RECONCILIATION: 1, DIFFERENCE: len(of_reconciliation(doc.name))}


def _text(lines: list) -> bytes:
	"""One left out, one with another amount, one misspelt, one whom nobody knows."""
	numbers, _former = sensitive.full_numbers([one.key for one in lines])
	file = StringIO()
	writer = csv.writer(file)
	writer.writerow(HEADINGS)
	for at, one in enumerate(lines[1:]):
		amount, name = one.amount, one.name
		if at == 0:
			amount += 30
		if at == 1:
			name = name[:-1] + "林"
		writer.writerow([name, numbers.get(one.key), one.category, amount, one.division])
	writer.writerow(
		["钱多福", STRANGER + make_check_digit(STRANGER), lines[0].category, "260.00", lines[0].division]
	)
	return file.getvalue().encode("gb18030")


def _file(doc, content: bytes) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "甲山乡救助名单.csv",
				"content": content,
				"is_private": 1,
				"attached_to_doctype": doc.doctype,
				"attached_to_name": doc.name,
			}
		)
		.insert(ignore_permissions=True)
		.file_url
	)


def _settle(book: Daybook, doc, officer: str, approver: str) -> None:
	"""The misspelt one to its end, another one checked; the rest is still to do."""
	found = [frappe.get_doc(DIFFERENCE, name) for name in of_reconciliation(doc.name)]
	misspelt = [one for one in found if one.differing == "姓名"]
	others = [one for one in found if one.differing == "金额"]
	for one in misspelt[:1]:
		with book.acting(officer, book.day(DAYS_AGO - 1)):
			difference_steps.check(one.name, RECORDS, "户口簿和申请书上的姓名与台账一致。")
			paper = _file(one, "名单更正通知：姓名以户口簿为准。".encode())
			difference_steps.take_measure(one.name, SENDER_TOLD, "已通知乡民政办更正名单。", paper)
		with book.acting(approver, book.day(DAYS_AGO - 2)):
			difference_steps.close(one.name)
	for one in others[:1]:
		with book.acting(officer, book.day(DAYS_AGO - 1)):
			difference_steps.check(one.name, RECORDS, "查救助档案，本月起已按新标准调整，名单用的是旧金额。")
