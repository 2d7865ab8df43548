"""The steps of Frappe's workflows, in one request: what the dialog of a step asked is stored with the step.

Frappe takes a step on the record as it is stored, so that words entered for it would need a save of their own before,
and stay behind when the step is then refused. A DocType names in ``SAID_WITH_STEP`` the fields that come with a step.
"""

from __future__ import annotations

import frappe
from frappe.model import workflow


@frappe.whitelist(methods=["POST"])
def apply_workflow(doc: dict | str, action: str):
	"""In place of Frappe's: of the record that was sent, the fields of ``SAID_WITH_STEP`` are taken along.

	Raises what Frappe's raises, and whatever gate of the record is closed; then nothing is stored.
	"""
	sent = frappe.parse_json(doc)
	record = frappe.get_doc(sent["doctype"], sent["name"])
	said = getattr(record, "SAID_WITH_STEP", ())
	record.flags.said_with_step = {name: sent[name] for name in said if name in sent}
	return workflow.apply_workflow(record, action)
