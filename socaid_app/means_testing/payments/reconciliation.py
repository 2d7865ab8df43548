"""List, bank file, answer and ledger against each other, to the cent."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum

from socaid_app.means_testing.payments.payment_records import (
	LINE,
	TO_PAY,
	figures,
	lines_hash,
)
from socaid_app.policy.income import money, yuan


def what_does_not_agree(doc: Document) -> Iterable[str]:
	"""What stands against the reconciliation of a list, in sentences."""
	said = []
	if lines_hash(doc) != doc.lines_hash:
		said.append(_("The lines are not those that were released: their SHA-256 differs."))
	open_lines = frappe.db.count(LINE, {"payment_list": doc.name, "status": TO_PAY})
	if open_lines:
		said.append(_("{0} payments have no answer of the bank and no receipt yet.").format(open_lines))
	total, settled = money(figures(doc.name)["total"]), _settled(doc.name)
	if total != money(doc.total):
		said.append(
			_("The lines come to {0}, the list says {1}.").format(yuan(total), yuan(money(doc.total)))
		)
	if not open_lines and total != settled:
		said.append(_("Paid and returned come to {0}, the list to {1}.").format(yuan(settled), yuan(total)))
	return said


def _settled(payment_list: str):
	line = frappe.qb.DocType(LINE)
	row = (
		frappe.qb.from_(line)
		.select(Sum(line.net))
		.where((line.payment_list == payment_list) & (line.result != "") & line.result.isnotnull())
		.run()
	)
	return money(row[0][0])
