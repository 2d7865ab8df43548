"""What becomes of a payment that did not arrive, and the receipt of help that is paid in cash."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework.steps import Ask, Steps
from socaid_app.means_testing.payments.payment_records import (
	CASH,
	DROPPED,
	FROZEN,
	HELD,
	LINE,
	LIST,
	PAID,
	PREPARE,
	RELEASE,
	RETURNED,
	TO_PAY,
	TO_PAY_AGAIN,
	refresh_results,
)
from socaid_app.policy import payments


class PaymentLineInvalid(frappe.ValidationError):
	pass


step = Steps(LINE, refusal=PaymentLineInvalid, every={"permission": "read"})


def _is_released(doc: Document) -> bool:
	return frappe.db.get_value(LIST, doc.payment_list, "status") in FROZEN


@step(
	_lt("Pay Again"),
	at=(HELD, RETURNED),
	to=TO_PAY_AGAIN,
	duty=PREPARE,
	when=_is_released,
	confirm=_lt(
		"Has the account or the payee been corrected? The payment goes on the next list of this scheme."
	),
	primary=True,
)
def pay_again(doc: Document) -> None:
	"""It goes on the next list that is drafted for the place, with the payee and account of then."""


@step(
	_lt("Do Not Pay"),
	at=(HELD, RETURNED, TO_PAY_AGAIN),
	to=DROPPED,
	duty=RELEASE,
	when=_is_released,
	asks=("resolution",),
)
def drop(doc: Document, resolution: str) -> None:
	"""Nothing is paid for these months, with the reason: the person had died before, the support had ended."""
	if frappe.db.exists(LINE, {"reissue_of": doc.name, "status": ["!=", "Withdrawn"]}):
		frappe.throw(
			_(
				"A list that pays this again is being drafted. Withdraw it or draft it without this line first."
			),
			PaymentLineInvalid,
		)
	doc.resolve_due = None


@step(
	_lt("Record Receipt"),
	at=TO_PAY,
	to=PAID,
	duty=PREPARE,
	when=lambda doc: doc.method == CASH and _is_released(doc),
	asks=("receiver_name", Ask("receipt_on", default=lambda doc: today())),
	primary=True,
)
def record_receipt(doc: Document, receiver_name: str, receipt_on: str) -> None:
	"""The person, or who acts for them, has signed for the money (发放签收单)."""
	if getdate(receipt_on) > getdate(today()):
		frappe.throw(_("The day of the receipt lies in the future."), PaymentLineInvalid)
	doc.update({"result": payments.PAID, "result_on": receipt_on})


def refresh_list(doc: Document) -> None:
	"""From ``on_update`` of a line: the sums of its list follow."""
	if doc.has_value_changed("result"):
		frappe.db.set_value(LIST, doc.payment_list, refresh_results(doc.payment_list))
