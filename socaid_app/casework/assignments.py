"""Whoever is responsible for a record finds it under “assigned to me” for as long as it is open, and no longer.

A controller says who that is (``Guarded.in_charge``). Assignments that colleagues make by hand stay as they are, and are
closed with the record.
"""

from __future__ import annotations

import frappe
from frappe.desk.form import assign_to
from frappe.model.document import Document


def follow(doc: Document, method: str | None = None) -> None:
	"""Hook ``on_update``: from one person to the next, and to nobody when the record is closed."""
	before, now = doc.get_doc_before_save(), doc.in_charge()
	earlier = before.in_charge() if before else None
	if now == earlier:
		return
	if not now:
		assign_to.close_all_assignments(doc.doctype, doc.name, ignore_permissions=True)
		return
	if earlier:
		assign_to.remove(doc.doctype, doc.name, earlier, ignore_permissions=True)
	# an assignment to somebody who may not read the record would share it
	if frappe.has_permission(doc.doctype, "read", doc=doc, user=now):
		assign_to.add(
			{
				"doctype": doc.doctype,
				"name": doc.name,
				"assign_to": [now],
				"description": doc.get_title() or doc.name,
				"date": doc.get("due_on"),
			},
			ignore_permissions=True,
		)
