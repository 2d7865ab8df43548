"""Payment lists, from their draft to the bank's answer, by the people whose duty each step is."""

import base64
from types import SimpleNamespace

import frappe
from frappe.utils import add_months

from socaid_app.means_testing.payments import (
	line_steps,
	list_drafting,
	list_steps,
	payment_layouts,
)
from socaid_app.means_testing.payments.payment_records import DRAFTING, LINE, LIST
from socaid_app.socaid_app import entitlements
from tests.builders import TODAY, TOWNSHIP_A, acting_as, grant_benefit, make_household, make_user

STAFF = {"preparer": "Data Officer", "checker": "Service Manager", "releaser": "County Approver"}
MONTH = TODAY.replace(day=1)
ACCOUNTS = iter(range(1, 10**6))


def payment_team() -> SimpleNamespace:
	"""One user per duty; made once and committed."""
	names, created = {}, False
	for key, role in STAFF.items():
		email = f"payment.{key}@example.invalid"
		if not frappe.db.exists("User", email):
			make_user(role, email=email)
			created = True
		names[key] = email
	if created:
		frappe.db.commit()
	return SimpleNamespace(**names)


def account(number: int | None = None) -> str:
	return f"62122600{number or next(ACCOUNTS):011d}"


def paid_household(amount: float = 500, start: str | None = None, category: str = "农村低保", **values):
	"""A household in benefit whose head has an account."""
	household = make_household(**values)
	head = frappe.get_doc("Recipient", household.head)
	head.bank_name, head.bank_account = "东辽农商银行", account()
	head.save()
	return grant_benefit(household, category, amount, start or str(MONTH))


def make_layout(**values):
	name = f"测试布局{frappe.generate_hash(length=6)}"
	out = ["Serial Number", "Account Number", "Payee Name", "Amount"]
	return frappe.get_doc(
		{
			"doctype": "Payment Layout",
			"layout_name": name,
			"shape": "Delimited",
			"delimiter": "Vertical Bar",
			"encoding": "GB18030",
			"first_line": "{list}|{count}|{sum}",
			"columns": [{"content": content} for content in out],
			"answer_columns": [{"content": content} for content in (*out, "Result Code", "Result Text")],
			"answer_last_line": "合计|{count}|{sum}",
			"results": [
				{"code": "0", "result": "Paid"},
				{"code": "1", "result": "Wrong Account"},
				{"code": "2", "result": "Account Closed"},
				{"code": "3", "result": "Name Differs"},
			],
			**values,
		}
	).insert(ignore_permissions=True)


def new_list(team, month=None, division: str = TOWNSHIP_A, group: str = "Dibao", layout: str | None = None):
	with acting_as(team.preparer):
		return frappe.get_doc(
			{
				"doctype": LIST,
				"month": month or MONTH,
				"scheme_group": group,
				"division": division,
				"layout": layout or make_layout().name,
			}
		).insert()


def draft(team, payment_list) -> str:
	"""What the button and the job do, in one go."""
	with acting_as(team.preparer):
		list_steps.draft(payment_list.name)
		assert status(payment_list) == DRAFTING
		while list_drafting.draft_chunk(payment_list.name):
			pass
	return status(payment_list)


def status(payment_list) -> str:
	return frappe.db.get_value(LIST, payment_list.name, "status")


def check(team, payment_list) -> None:
	with acting_as(team.checker):
		list_steps.check(payment_list.name)


def release(team, payment_list) -> str:
	with acting_as(team.releaser):
		return list_steps.release(payment_list.name)


def released(team, **values):
	payment_list = new_list(team, **values)
	draft(team, payment_list)
	check(team, payment_list)
	release(team, payment_list)
	return frappe.get_doc(LIST, payment_list.name)


def bank_file(team, payment_list) -> bytes:
	with acting_as(team.releaser):
		return base64.b64decode(payment_layouts.make_bank_file(payment_list.name, "送代发银行")["content"])


def sent(team, **values):
	payment_list = released(team, **values)
	bank_file(team, payment_list)
	with acting_as(team.releaser):
		list_steps.mark_sent(payment_list.name)
	return frappe.get_doc(LIST, payment_list.name)


def answer_of(content: bytes, codes: dict[int, str] | None = None) -> bytes:
	"""The bank's answer to a file of :func:`make_layout`: everything paid but what ``codes`` says."""
	lines = content.decode("gb18030").split("\r\n")[1:-1]
	answered = []
	for line in lines:
		code = (codes or {}).get(int(line.split("|")[0]), "0")
		answered.append(f"{line}|{code}|")
	total = sum(round(float(line.split("|")[3]) * 100) for line in lines) / 100
	return "".join(f"{line}\r\n" for line in [*answered, f"合计|{len(lines)}|{total:.2f}"]).encode("gb18030")


def read_return(team, payment_list, content: bytes) -> dict:
	with acting_as(team.preparer):
		return list_steps.read_return(payment_list.name, "回盘.txt", base64.b64encode(content).decode())


def lines(payment_list, **filters) -> list:
	return [
		frappe.get_doc(LINE, name)
		for name in frappe.get_all(
			LINE, filters={"payment_list": payment_list.name, **filters}, pluck="name", order_by="serial"
		)
	]


def line_of(payment_list, entitlement):
	(line,) = lines(payment_list, entitlement=entitlement.name)
	return line


def pay_again(team, line) -> None:
	with acting_as(team.preparer):
		line_steps.pay_again(line.name)


def month(offset: int) -> str:
	return str(add_months(MONTH, offset))


def stop(entitlement, last_month: str) -> None:
	"""End it in the ledger, past the gates of other modules."""
	doc = frappe.get_doc(entitlements.DOCTYPE, entitlement.name)
	frappe.db.set_value(entitlements.DOCTYPE, doc.name, {"end_month": last_month, "end_reason": "测试"})
