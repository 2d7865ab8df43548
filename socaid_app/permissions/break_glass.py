"""A Socaid Administrator sees no case; for a stated reason one may be opened to read, for a day."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.share import add_docshare
from frappe.utils import add_to_date, now_datetime

from socaid_app.permissions import access_log
from socaid_app.permissions.sensitive import SHORTEST_PURPOSE, PurposeRequired

HOURS = 24


@frappe.whitelist(methods=["POST"])
def open_case(doctype: str, name: str, reason: str) -> None:
	"""Let the session's administrator read one record for 24 hours, and log why."""
	frappe.only_for("Socaid Administrator")
	if doctype not in frappe.get_hooks("socaid_break_glass_doctypes"):
		frappe.throw(_("{0} cannot be opened this way.").format(_(doctype)))
	reason = (reason or "").strip()
	if len(reason) < SHORTEST_PURPOSE:
		frappe.throw(
			_("State the reason in at least {0} characters.").format(SHORTEST_PURPOSE), PurposeRequired
		)
	if not frappe.db.exists(doctype, name):
		frappe.throw(_("{0} {1} does not exist.").format(_(doctype), name), frappe.DoesNotExistError)
	access_log.record("Open Case", doctype, name, reason)
	add_docshare(doctype, name, frappe.session.user, read=1, flags={"ignore_share_permission": True})


def expire_shares() -> None:
	"""Daily: take back what was opened more than a day ago; opening a case again starts a new day.

	Nobody else shares such records: without the share permission Frappe refuses to.
	"""
	frappe.db.delete(
		"DocShare",
		{
			"share_doctype": ["in", frappe.get_hooks("socaid_break_glass_doctypes")],
			"modified": ["<", add_to_date(now_datetime(), hours=-HOURS)],
		},
	)
