"""What the addressee of a notice is texted is a template that the Letter Rule names (casework/result_texts.py)."""

import json

import frappe

from socaid_app.casework import result_texts
from socaid_app.setup.seeds import HERE

RULE = "Letter Rule"


def execute() -> None:
	result_texts.seed()
	for row in json.loads((HERE / "letter_rules.json").read_text(encoding="utf-8")):
		if row.get("text_message"):
			wanted = {"name": row["document_kind"], "text_message": ["is", "not set"]}
			frappe.db.set_value(RULE, wanted, "text_message", row["text_message"], update_modified=False)
			frappe.clear_document_cache(RULE, row["document_kind"])
