"""A register as its book, line by line with what it asks and who has not signed; without one, the count of each."""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import flt, getdate, today

from socaid_app.casework import people
from socaid_app.reporting import column
from socaid_app.service_management.registers import (
	DOCTYPE,
	DONE,
	OBJECT,
	OPEN,
	PERSON,
	REFUSED,
	REGISTER,
	UNDER_WAY,
	VALUE,
	WITHDRAWN,
)


def execute(filters: dict | None = None):
	"""``filters``: register, from_date, to_date (by the day of entry)."""
	filters = frappe._dict(filters or {})
	return _book(filters) if filters.register else _counts(filters)


def _entries(filters: frappe._dict, fields: list[str]) -> list[frappe._dict]:
	"""Those the reader may see."""
	wanted = [
		["entered_on", ">=", filters.from_date or "1900-01-01"],
		["entered_on", "<=", filters.to_date or today()],
	]
	if filters.register:
		wanted.append(["register", "=", filters.register])
	return frappe.get_list(
		DOCTYPE, filters=wanted, fields=fields, order_by="entered_on, creation", limit_page_length=0
	)


def _is_late(row: frappe._dict) -> bool:
	return row.status in OPEN and bool(row.due_on) and getdate(row.due_on) < getdate(today())


def _counts(filters: frappe._dict):
	groups = dict(frappe.get_all(REGISTER, fields=["name", "group"], as_list=True))
	counts: dict[str, frappe._dict] = {}
	for row in _entries(filters, ["register", "status", "due_on"]):
		count = counts.setdefault(
			row.register,
			frappe._dict(
				register=row.register,
				area=_(groups.get(row.register, ""), context=REGISTER),
				entered=0,
				waiting=0,
				late=0,
				done=0,
				dropped=0,
			),
		)
		count.entered += 1
		count.waiting += row.status in OPEN
		count.late += _is_late(row)
		count.done += row.status == DONE
		count.dropped += row.status in (REFUSED, WITHDRAWN)
	columns = [
		column("area", _("Area", context=REGISTER), "Data", 120),
		column("register", _("Register", context=DOCTYPE), "Link", 180, REGISTER),
		column("entered", _("Entries Made"), "Int", 100),
		column("waiting", _("Entries Open"), "Int", 100),
		column("late", _("Entries Overdue"), "Int", 100),
		column("done", _("Entries Done"), "Int", 100),
		column("dropped", _("Refused or Withdrawn"), "Int", 130),
	]
	return columns, sorted(counts.values(), key=lambda row: (row.area, row.register))


def _book(filters: frappe._dict):
	register = frappe.get_cached_doc(REGISTER, filters.register)
	rows = _entries(
		filters,
		[
			"name",
			"entry_number",
			"subject",
			"service_object",
			"entered_on",
			"due_on",
			"responsible",
			"status",
		],
	)
	names = [row.name for row in rows]
	values = _values(names)
	signed, waiting = _signatures(rows)
	full_names = people.full_names([row.responsible for row in rows])
	things = dict(
		frappe.get_all(
			OBJECT,
			filters={"name": ["in", [row.service_object for row in rows if row.service_object] or [""]]},
			fields=["name", "object_name"],
			as_list=True,
		)
	)
	for row in rows:
		row.update(values[row.name])
		row.responsible = full_names.get(row.responsible, row.responsible)
		row.service_object = things.get(row.service_object)
		row.late = _is_late(row)
		row.status = _(row.status, context=DOCTYPE)
		row.signed, row.waiting = signed[row.name], "、".join(waiting[row.name])
	asked = [
		column(f"p{row.idx}", row.item, "Float" if row.answer_kind == "Number" else "Data", 140)
		for row in register.particulars
	]
	columns = [
		column("entry_number", _("Entry Number", context=DOCTYPE), "Data", 150),
		column("entered_on", _("Entered On", context=DOCTYPE), "Date", 105),
		column("subject", _("Subject", context=DOCTYPE), "Data", 200),
		*(
			[column("service_object", _("Thing", context=DOCTYPE), "Data", 130)]
			if register.concerns != "Nothing"
			else []
		),
		*asked,
		*(
			[
				column("signed", _("People Who Signed"), "Int", 90),
				column("waiting", _("Not Signed Yet"), "Data", 200),
			]
			if register.people_label
			else []
		),
		column("responsible", _("Responsible Person", context=DOCTYPE), "Data", 100),
		column("due_on", _("To Be Done By", context=DOCTYPE), "Date", 105),
		column("status", _("Status", context=DOCTYPE), "Data", 90),
		column("name", _("Entry"), "Link", 140, DOCTYPE),
	]
	return columns, rows


def _values(names: list[str]) -> dict[str, dict]:
	"""entry → column → what was entered; one statement."""
	found: dict[str, dict] = defaultdict(dict)
	for row in frappe.get_all(
		VALUE,
		filters={"parent": ["in", names or [""]], "parenttype": DOCTYPE},
		fields=["parent", "idx", "answer_kind", "value"],
		order_by="parent, idx",
		limit=0,
	):
		value = row.value
		if row.answer_kind == "Number":
			value = flt(value) if value else None
		elif row.answer_kind == "Yes or No":
			value = value and _(value, context=VALUE)
		found[row.parent][f"p{row.idx}"] = value
	return found


def _signatures(rows: list[frappe._dict]) -> tuple[dict[str, int], dict[str, list[str]]]:
	"""entry → how many signed; entry → who of an entry under way has not."""
	running = {row.name for row in rows if row.status == UNDER_WAY}
	signed: dict[str, int] = defaultdict(int)
	waiting: dict[str, list[str]] = defaultdict(list)
	found = frappe.get_all(
		PERSON,
		filters={"parent": ["in", [row.name for row in rows] or [""]], "parenttype": DOCTYPE},
		fields=["parent", "user", "person_name", "signed_at"],
		order_by="parent, idx",
		limit=0,
	)
	names = people.full_names(row.user for row in found)
	for row in found:
		if row.signed_at:
			signed[row.parent] += 1
		elif row.parent in running and row.user:
			waiting[row.parent].append(names.get(row.user, row.user))
	return signed, waiting
