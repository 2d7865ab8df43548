"""Lists of other bodies, as they write them, and their reconciliation with the ledger."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import frappe
import xlsxwriter

from socaid_app.moving_in import difference_steps, list_comparing, reconciliation_steps
from socaid_app.moving_in.reconciliation_records import (
	DIFFERENCE,
	NOTHING,
	RECONCILIATION,
	RECORDS,
	of_reconciliation,
)
from socaid_app.permissions import sensitive
from tests import builders
from tests.builders import comparisons

# Townships that no other test writes to: what is compared there is what the test has put there.
TOWNSHIP, COMMITTED = "220422108000", "220422107000"
HEADINGS = {
	"name": "姓名",
	"number": "身份证号",
	"category": "救助类型",
	"amount": "月保障金",
	"account": "账号",
	"village": "村",
	"members": "家庭人口",
	"state": "状态",
}
MONTH = builders.TODAY.replace(day=1)
BANK, SENT_BY_TOWNSHIP = "银行发放明细", "乡镇救助名单"


def village(township: str = TOWNSHIP, number: int = 1) -> str:
	code = f"{township[:9]}{200 + number}"
	if not frappe.db.exists("Administrative Division", code):
		frappe.get_doc(
			{
				"doctype": "Administrative Division",
				"code": code,
				"division_name": f"{'东西南北中'[number - 1]}河村",
				"level": "Village",
				"area": "Rural",
				"parent_administrative_division": township,
			}
		).insert()
	return code


def family(name: str, amount: float = 500, division: str | None = None, **values):
	"""A couple in benefit since this month; the entitlement."""
	household = builders.make_household(division or village(), 2, name)
	if account := values.pop("account", None):
		head = frappe.get_doc("Recipient", household.head)
		head.bank_name, head.bank_account = "东辽农商银行", account
		head.save()
	return builders.grant_benefit(household, values.pop("category", "农村低保"), amount, str(MONTH), **values)


def listed(entitlement, **changes) -> dict:
	"""A line that says what the ledger says, but for ``changes``."""
	return {
		"name": entitlement.recipient_name,
		"number": sensitive.full_value(entitlement.recipient, "id_number"),
		"category": entitlement.category,
		"amount": f"{entitlement.amount:.2f}",
		"village": frappe.db.get_value("Administrative Division", entitlement.division, "division_name"),
		"members": entitlement.member_count,
	} | changes


def stranger(name: str = "外来人", born: str = "1980-01-01", **values) -> dict:
	"""Somebody the register does not know."""
	return {
		"name": name,
		"number": builders.case_id_number(born),
		"category": "农村低保",
		"amount": "300",
	} | values


def text(*rows: dict, columns=tuple(HEADINGS), encoding: str = "utf-8") -> bytes:
	file = StringIO()
	writer = csv.writer(file, lineterminator="\n")
	writer.writerow([HEADINGS[column] for column in columns])
	for row in rows:
		writer.writerow([row.get(column, "") for column in columns])
	return file.getvalue().encode(encoding)


def workbook(*rows: dict, columns=tuple(HEADINGS)) -> bytes:
	file = BytesIO()
	with xlsxwriter.Workbook(file) as book:
		sheet = book.add_worksheet("名单")
		sheet.write(0, 0, "救助对象名单")
		sheet.write_row(1, 0, [HEADINGS[column] for column in columns])
		for at, row in enumerate(rows, 2):
			sheet.write_row(at, 0, [str(row.get(column, "")) for column in columns])
	return file.getvalue()


def begin(user: str, layout: str = SENT_BY_TOWNSHIP, division: str = TOWNSHIP, **values):
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": RECONCILIATION,
				"layout": layout,
				"month": MONTH,
				"division": division,
				"scheme_group": "Dibao",
				**values,
			}
		).insert()


def hand_in(reconciliation, user: str, content: bytes, ending: str = "csv") -> None:
	with builders.acting_as(user):
		file = comparisons.stored(content, ending)
		reconciliation_steps.read_list(reconciliation.name, file.file_url)


def read(reconciliation, user: str, content: bytes, ending: str = "csv"):
	"""By its step and its job."""
	hand_in(reconciliation, user, content, ending)
	list_comparing.read(reconciliation.name)
	return reconciliation.reload()


def compare(user: str, *rows: dict, encoding: str = "utf-8", **values):
	return read(begin(user, **values), user, text(*rows, encoding=encoding))


def differences(reconciliation) -> list:
	return [frappe.get_doc(DIFFERENCE, name) for name in of_reconciliation(reconciliation.name)]


def told(reconciliation) -> set[tuple[str, str, str]]:
	return {(one.kind, one.person_name, one.differing or "") for one in differences(reconciliation)}


def settle(difference, user: str, other: str, measure: str = NOTHING, **values) -> None:
	"""To its end, as the two clerks do it."""
	with builders.acting_as(user):
		difference_steps.check(difference.name, RECORDS, "查了救助记录和档案")
		difference_steps.take_measure(difference.name, measure, "已经处理", comparisons.proof(), **values)
	with builders.acting_as(other):
		difference_steps.close(difference.name)
	difference.reload()
