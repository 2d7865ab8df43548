"""Whoever may open a list may open what its columns name: Frappe refuses the whole list otherwise."""

import json
from pathlib import Path

import socaid_app

FOLDER = Path(socaid_app.__file__).parent
DOCTYPES = {
	doc["name"]: doc
	for doc in (json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*/doctype/*/*.json"))
	if doc.get("doctype") == "DocType"
}


def readers(doc: dict) -> set[str]:
	rows = doc.get("permissions", [])
	return {row["role"] for row in rows if row.get("read") and not row.get("permlevel")} - {"System Manager"}


def test_titles_in_the_columns_of_a_list_are_read_by_all_its_readers():
	refused = [
		(name, field["fieldname"], field["options"], role)
		for name, doc in DOCTYPES.items()
		for field in doc["fields"]
		if field["fieldtype"] == "Link" and field.get("in_list_view") and not doc.get("istable")
		if DOCTYPES.get(field["options"], {}).get("show_title_field_in_link")
		for role in readers(doc) - readers(DOCTYPES[field["options"]])
	]
	assert not refused
