"""The layouts of bank files, edited in Desk, and the file of a list: the one place where full accounts are written.

It is made for the duty alone and for a stated purpose, is logged as a sensitive export, and is stored nowhere.
"""

from __future__ import annotations

import base64
import hashlib

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now

from socaid_app.casework import duties, records, steps
from socaid_app.means_testing.payments.payment_records import (
	FROZEN,
	LAYOUT,
	LINE,
	LIST,
	RELEASE,
	is_sealed,
	lines_hash,
	transferred,
)
from socaid_app.permissions import access_log
from socaid_app.permissions.sensitive import VAULT, require_purpose
from socaid_app.policy import bank_files
from socaid_app.policy.bank_files import Column, FileRefused, Head, Layout
from socaid_app.policy.income import money

DIVISION = "Administrative Division"
# Payment Layout Column.filling
FILLINGS = {"Blank": " ", "Nought": "0"}


class LayoutIncomplete(frappe.ValidationError):
	pass


class BankFileRefused(frappe.ValidationError):
	pass


class PaymentListChanged(frappe.ValidationError):
	"""What is stored is not what was released."""


def layout(doc: Document) -> Layout:
	"""A record as the library takes it."""
	return Layout(
		columns=tuple(map(_column, doc.columns)),
		shape=doc.shape,
		delimiter=bank_files.DELIMITERS.get(doc.delimiter, ","),
		encoding=doc.encoding,
		unit=doc.amount_unit,
		headings=bool(doc.headings),
		first_line=doc.first_line or "",
		last_line=doc.last_line or "",
		answer=tuple(map(_column, doc.answer_columns)),
		answer_headings=bool(doc.answer_headings),
		answer_first_line=doc.answer_first_line or "",
		answer_last_line=doc.answer_last_line or "",
		results={row.code.strip(): row.result for row in doc.results},
	)


def _column(row) -> Column:
	return Column(
		content=row.content,
		heading=row.heading or "",
		width=row.width or 0,
		right=bool(row.align_right),
		pad=FILLINGS.get(row.filling, " "),
		text=row.fixed_text or "",
	)


def check(doc: Document) -> None:
	"""From ``validate`` of a layout. Raises LayoutIncomplete with everything that is missing."""
	if said := bank_files.faults(layout(doc)):
		frappe.throw(said, LayoutIncomplete, as_list=True)


def of_list(payment_list: Document) -> Layout:
	if not payment_list.layout:
		frappe.throw(_("Choose the layout of the bank file on the list, and save it."), LayoutIncomplete)
	return layout(frappe.get_doc(LAYOUT, payment_list.layout))


# --- the file ---------------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def make_bank_file(payment_list: str, purpose: str) -> dict:
	"""The bank file of a released list as {file_name, content (Base64)}; written to the Sensitive Access Log.

	Raises BankFileRefused with the lines that do not fit the layout or whose account has changed since the release.
	"""
	doc = steps.locked(LIST, payment_list, "read")
	duties.require(RELEASE)
	if doc.status not in FROZEN:
		frappe.throw(_("A bank file is made of a released list."), BankFileRefused)
	purpose = require_purpose(purpose)
	require_unchanged(doc)
	rows = _rows(doc)
	content = _write(doc, rows)
	access_log.record("Export", LIST, doc.name, purpose, field="bank_account", rows=len(rows))
	doc.update({"exported_at": now(), "file_hash": hashlib.sha256(content).hexdigest()})
	with records.step(doc):
		doc.save(ignore_permissions=True)
	doc.add_comment("Info", _("Bank file made: {0} lines, SHA-256 {1}").format(len(rows), doc.file_hash))
	return {
		"file_name": f"{doc.name}.txt",
		"content": base64.b64encode(content).decode(),
	}


def require_unchanged(doc: Document) -> None:
	"""A released list is what it was when it was released. Raises PaymentListChanged."""
	if lines_hash(doc) != doc.lines_hash:
		frappe.throw(
			_(
				"The lines of {0} are not those that were released: their SHA-256 differs. Nothing is sent; tell the administrator, who compares them with the backup of the day of the release."
			).format(doc.name),
			PaymentListChanged,
		)


def head(doc: Document) -> Head:
	"""What the bank transfers for a list: number and sum of its lines, without those paid in cash."""
	line = frappe.qb.DocType(LINE)
	rows = frappe.qb.from_(line).select(line.net).where(transferred(line, doc.name)).run()
	return Head(doc.name, getdate(doc.month), len(rows), sum((money(net) for (net,) in rows), money(0)))


def _write(doc: Document, rows: list[dict]) -> bytes:
	try:
		return bank_files.write(of_list(doc), head(doc), rows)
	except FileRefused as refused:
		frappe.throw(refused.problems, BankFileRefused, as_list=True)


def _rows(doc: Document) -> list[dict]:
	"""The lines for the bank, each with the account it was released with."""
	line, vault = frappe.qb.DocType(LINE), frappe.qb.DocType(VAULT)
	division = frappe.qb.DocType(DIVISION)
	found = (
		frappe.qb.from_(line)
		.left_join(vault)
		.on(vault.recipient == line.payee)
		.left_join(division)
		.on(division.name == line.division)
		.select(
			line.serial,
			line.payee_name,
			vault.id_number,
			vault.bank_account,
			line.account_seal,
			line.bank_name,
			line.net,
			line.category,
			division.division_name,
		)
		.where(transferred(line, doc.name))
		.orderby(line.serial)
		.run(as_dict=True)
	)
	changed = [row for row in found if not is_sealed(row.account_seal, doc.name, row.bank_account)]
	if changed:
		frappe.throw(
			[
				_("No. {0}, {1}: the account was changed after the release.").format(
					row.serial, row.payee_name
				)
				for row in changed[: bank_files.MOST_PROBLEMS]
			]
			+ [_("Withdraw the list and draft it again, or put the accounts back.")],
			BankFileRefused,
			as_list=True,
		)
	month = getdate(doc.month)
	return [
		{
			bank_files.SERIAL: row.serial,
			bank_files.NAME: row.payee_name,
			bank_files.ID_NUMBER: row.id_number,
			bank_files.ACCOUNT: row.bank_account,
			bank_files.BANK: row.bank_name,
			bank_files.AMOUNT: money(row.net),
			bank_files.MONTH: month,
			bank_files.LIST: doc.name,
			bank_files.DIVISION: row.division_name,
			bank_files.SCHEME: row.category,
		}
		for row in found
	]
