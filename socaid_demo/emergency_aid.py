"""Emergency aid of the demo county: the townships' reserves with last month's statement, and help that came first from one."""

from __future__ import annotations

import frappe
from frappe.utils import flt, getdate

from socaid_app.assistance_intake import relief_payment, reserve_bookings, reserve_steps
from socaid_app.policy import terms
from socaid_demo.county_villages import JIASHAN, townships
from socaid_demo.daybook import Daybook

APPLICATION = "Assistance Application"
CEILING, FIRST = 20_000, 12_000
SET_UP, ALLOTTED = 70, 66


def load(book: Daybook) -> dict[str, int]:
	"""Every township has its reserve; one has paid from it, one asks for money."""
	for code in townships():
		_set_up(book, code)
	_pay_first(book)
	_ask_for_more(book)
	reserve_steps.nightly()
	return {
		reserve_bookings.RESERVE: frappe.db.count(reserve_bookings.RESERVE),
		reserve_bookings.ENTRY: frappe.db.count(reserve_bookings.ENTRY),
		reserve_steps.STATEMENT: frappe.db.count(reserve_steps.STATEMENT),
	}


def _set_up(book: Daybook, code: str) -> None:
	if frappe.db.exists(reserve_bookings.RESERVE, {"division": code}):
		return
	with book.acting(book.county("approver1"), book.day(SET_UP)):
		reserve = frappe.get_doc(
			{
				"doctype": reserve_bookings.RESERVE,
				"division": code,
				"ceiling": CEILING,
				"refill_below": CEILING / 4,
			}
		).insert()
	request = _ask(book, code, reserve.name, FIRST, "年初备用金", book.day(SET_UP))
	with book.acting(book.county("approver1"), book.day(ALLOTTED)):
		reserve_steps.grant(request, f"东辽民拨〔{book.today.year}〕{int(code[6:9])}号")


def _ask(book: Daybook, code: str, reserve: str, amount: float, reason: str, day) -> str:
	with book.acting(book.township(code, "officer1"), day):
		return (
			frappe.get_doc(
				{
					"doctype": reserve_steps.REQUEST,
					"reserve": reserve,
					"kind": reserve_steps.ALLOTMENT,
					"amount": amount,
					"reason": reason,
				}
			)
			.insert()
			.name
		)


def _ask_for_more(book: Daybook) -> None:
	reserve = reserve_bookings.of_township(JIASHAN)
	if not reserve:
		return
	short = CEILING - flt(frappe.db.get_value(reserve_bookings.RESERVE, reserve, "balance"))
	_ask(book, JIASHAN, reserve, short, "入冬后急难情形增多，请补足定额。", book.day(1))


def _pay_first(book: Daybook) -> None:
	"""A small emergency that was just accepted does not wait for its papers."""
	name = frappe.db.get_value(
		APPLICATION,
		{"route": terms.QUICK_RELIEF, "workflow_state": terms.ACCEPTED, "eligible": "Eligible"},
		"name",
		order_by="name",
	)
	if not name:
		return
	case = frappe.get_doc(APPLICATION, name)
	if not reserve_bookings.holds(case.division, flt(case.proposed_amount)):
		return
	day = getdate(book.today)
	with book.acting(case.second_checked_by, day):
		case.update(
			{"relief_first": 1, "green_channel": 1, "green_channel_reason": "突发急病住院，家中无钱预交费用"}
		)
		case.save()
	with book.acting(book.township(case.township, "approver2"), day):
		relief_payment.pay(name, flt(case.proposed_amount), from_reserve=1)
