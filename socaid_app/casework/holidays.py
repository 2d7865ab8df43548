"""The holidays of a year become known, or are corrected: every due date that rests on working days is computed anew.

Which records have one, and how it is computed, their modules say in the hook ``socaid_due_dates``: functions without
arguments that compute what is open and answer with how many changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import frappe
from frappe import _
from frappe.model.document import Document

JOB = "socaid_app.casework.holidays.recompute"


def follow_calendar(calendar: Document, method: str | None = None) -> None:
	"""Hook of Holiday Calendar: dates that ran into its year stop being provisional."""
	if frappe.flags.in_install or frappe.flags.in_migrate:
		return
	frappe.enqueue(
		JOB,
		queue="long",
		job_id="socaid-recompute-due-dates",
		deduplicate=True,
		enqueue_after_commit=True,
	)


def recompute() -> int:
	"""The job; safe to run again. What fails in one module is logged and does not hold up the others."""
	paths, changed = frappe.get_hooks("socaid_due_dates"), 0
	for number, path in enumerate(paths, 1):
		frappe.db.savepoint("due_dates")
		try:
			changed += frappe.get_attr(path)()
		except Exception:
			frappe.db.rollback(save_point="due_dates")
			frappe.log_error(title=f"Due dates of {path} were not computed")
		frappe.publish_progress(number * 100 / len(paths), title=_("Computing due dates"))
	return changed


def settle(
	doctype: str, open_ones: dict | list, columns: Sequence[str], compute: Callable[[Document], object]
) -> int:
	"""Let ``compute`` set the columns of each open record; stores what differs without touching open forms."""
	changed = 0
	for name in frappe.get_all(doctype, filters=open_ones, pluck="name", order_by="name"):
		doc = frappe.get_doc(doctype, name)
		before = {column: doc.get(column) for column in columns}
		compute(doc)
		new = {
			column: doc.get(column) for column in columns if _text(doc.get(column)) != _text(before[column])
		}
		if new:
			frappe.db.set_value(doctype, name, new, update_modified=False)
			changed += 1
	return changed


def _text(value) -> str:
	"""A day is a day whether it was read or computed, a box is empty whether it says 0 or nothing."""
	return str(value or "")
