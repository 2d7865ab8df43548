"""What was said about a notice and waits for the county to look at it; objections.py decides what it is."""

from __future__ import annotations

import frappe

from socaid_app.petition_desk.secrecy import PETITION

WAITING = "To Be Looked At"


def waiting_for(notice: str) -> int:
	"""How many petitions about a notice nobody has looked at yet, accusations among them."""
	return frappe.db.count(PETITION, {"publicity_notice": notice, "objection_state": WAITING})


def carry_over(old: str, new: str) -> None:
	"""What waits about a notice goes on about the one that hangs in its place."""
	table = frappe.qb.DocType(PETITION)
	(
		frappe.qb.update(table)
		.set(table.publicity_notice, new)
		.where((table.publicity_notice == old) & (table.objection_state == WAITING))
		.run()
	)
