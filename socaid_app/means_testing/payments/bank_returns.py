"""The bank's answer: read wholly or not at all, once, and only for the lines it was asked to pay."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import defaultdict

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now, today

from socaid_app.means_testing.payments import payment_layouts
from socaid_app.means_testing.payments.payment_records import (
	LAYOUT,
	LINE,
	PAID,
	RETURN,
	RETURNED,
	TO_PAY,
	is_sealed,
	refresh_results,
	resolve_by,
	transferred,
)
from socaid_app.policy import bank_files, names, payments
from socaid_app.policy.bank_files import MOST_PROBLEMS, Answer, FileRefused
from socaid_app.policy.income import money
from socaid_app.policy.numbers import squeeze

CHUNK = 2_000


class ReturnFileRefused(frappe.ValidationError):
	"""The message lists what is wrong, by line; nothing was imported."""


def read(payment_list: Document, file_name: str, content: str) -> dict:
	"""Read a return file (Base64) of a list: the results of its lines, and their sums on ``payment_list``.

	Returns {new, line_count, paid_count, returned_count}; a file that was read before changes nothing.
	"""
	try:
		raw = base64.b64decode(content or "", validate=True)
	except (binascii.Error, ValueError):
		frappe.throw(_("The file did not arrive whole. Choose it again."), ReturnFileRefused)
	digest = hashlib.sha256(raw).hexdigest()
	if known := _read_before(payment_list, digest):
		return {"new": False} | known
	lines = _lines(payment_list)
	answers = _answers(payment_list, raw, lines)
	if problems := _problems(payment_list, answers, lines):
		_refuse(problems)
	_store(answers, lines, payment_list)
	payment_list.update(refresh_results(payment_list.name))
	return {"new": True} | _keep(payment_list, file_name, digest, answers)


def _read_before(payment_list: Document, digest: str) -> dict | None:
	known = frappe.db.get_value(
		RETURN,
		{"file_hash": digest},
		["payment_list", "line_count", "paid_count", "returned_count"],
		as_dict=True,
	)
	if known and known.payment_list != payment_list.name:
		_refuse([_("This file was read for {0}.").format(known.payment_list)])
	return known and {key: known[key] for key in ("line_count", "paid_count", "returned_count")}


def _answers(payment_list: Document, raw: bytes, lines: dict[int, frappe._dict]) -> list[Answer]:
	layout = payment_layouts.of_list(payment_list)
	if not layout.answer:
		_refuse([_("The layout says nothing about the return file. Complete it first.")])
	try:
		answers = bank_files.read(layout, raw, payment_layouts.head(payment_list))
	except FileRefused as refused:
		_refuse(refused.problems)
	if frappe.db.get_value(LAYOUT, payment_list.layout, "lists_failures_only"):
		answers += _not_mentioned(lines, answers)
	return answers


def _not_mentioned(lines: dict[int, frappe._dict], answers: list[Answer]) -> list[Answer]:
	"""Of a bank that lists failures only: the rest was paid."""
	told = {answer.serial for answer in answers}
	return [
		Answer(0, row.serial, None, None, money(row.net), "", payments.PAID, "")
		for row in lines.values()
		if row.serial not in told and row.status == TO_PAY
	]


def _lines(payment_list: Document) -> dict[int, frappe._dict]:
	"""What the bank was asked to pay, by serial number."""
	line = frappe.qb.DocType(LINE)
	rows = (
		frappe.qb.from_(line)
		.select(line.name, line.serial, line.payee_name, line.net, line.status, line.account_seal)
		.where(transferred(line, payment_list.name))
		.orderby(line.serial)
		.run(as_dict=True)
	)
	return {row.serial: row for row in rows}


def _problems(payment_list: Document, answers: list[Answer], lines: dict[int, frappe._dict]) -> list[str]:
	said = []
	for answer in answers:
		line, at = lines.get(answer.serial), _("Line {0}").format(answer.line)
		if not line:
			said.append(_("{0}: the list has no payment no. {1}.").format(at, answer.serial))
			continue
		if money(line.net) != answer.amount:
			said.append(
				_("{0}: no. {1} is {2} yuan on the list and {3} in the file.").format(
					at, answer.serial, f"{money(line.net):.2f}", f"{answer.amount:.2f}"
				)
			)
		if answer.account and not is_sealed(line.account_seal, payment_list.name, squeeze(answer.account)):
			said.append(_("{0}: the account of no. {1} is not that of the list.").format(at, answer.serial))
		if (
			answer.name
			and answer.result != payments.NAME_DIFFERS
			and not names.same(answer.name, line.payee_name)
		):
			said.append(_("{0}: the name of no. {1} is not that of the list.").format(at, answer.serial))
		if line.status not in (TO_PAY, PAID, RETURNED):
			said.append(
				_("{0}: no. {1} is settled already ({2}).").format(
					at, answer.serial, _(line.status, context=LINE)
				)
			)
		elif line.status == RETURNED and answer.result == payments.PAID:
			said.append(
				_("{0}: no. {1} was returned before and cannot have been paid as well.").format(
					at, answer.serial
				)
			)
	waiting = {serial for serial, line in lines.items() if line.status == TO_PAY}
	if missing := sorted(waiting - {answer.serial for answer in answers}):
		# a later file may name returned payments alone
		said.append(
			_(
				"The file lacks {0} payments, the first of them no. {1}. Ask the bank for the whole file."
			).format(len(missing), missing[0])
		)
	return said


def _refuse(problems: list[str]) -> None:
	shown = [frappe.utils.escape_html(problem) for problem in problems[:MOST_PROBLEMS]]
	if len(problems) > MOST_PROBLEMS:
		shown.append(_("And {0} more.").format(len(problems) - MOST_PROBLEMS))
	frappe.throw([_("Nothing of the file was imported:"), *shown], ReturnFileRefused, as_list=True)


def _store(answers: list[Answer], lines: dict[int, frappe._dict], payment_list: Document) -> None:
	line, due, day = frappe.qb.DocType(LINE), resolve_by(), today()
	told: dict[tuple[str, str], list[str]] = defaultdict(list)
	for answer in answers:
		told[answer.result, answer.text[:140]].append(lines[answer.serial].name)
	for (result, text), found in told.items():
		paid = result == payments.PAID
		for start in range(0, len(found), CHUNK):
			(
				frappe.qb.update(line)
				.set(line.status, PAID if paid else RETURNED)
				.set(line.result, result)
				.set(line.result_text, text or None)
				.set(line.result_on, day)
				.set(line.resolve_due, None if paid else due)
				.where(line.name.isin(found[start : start + CHUNK]))
				.run()
			)


def _keep(payment_list: Document, file_name: str, digest: str, answers: list[Answer]) -> dict:
	"""That the file was read; not the file."""
	paid = [answer.amount for answer in answers if answer.result == payments.PAID]
	back = [answer.amount for answer in answers if answer.result != payments.PAID]
	counts = {"line_count": len(answers), "paid_count": len(paid), "returned_count": len(back)}
	doc = frappe.get_doc(
		{
			"doctype": RETURN,
			"payment_list": payment_list.name,
			"file_name": (file_name or "")[:140],
			"file_hash": digest,
			"read_by": frappe.session.user,
			"read_at": now(),
			"paid_total": float(payments.total(paid)),
			"returned_total": float(payments.total(back)),
			**counts,
		}
	)
	doc.flags.by_step = True
	doc.insert(ignore_permissions=True)
	payment_list.add_comment(
		"Info",
		_("Return file read: {0} lines, {1} paid, {2} returned, SHA-256 {3}").format(
			len(answers), len(paid), len(back), digest
		),
	)
	return counts
