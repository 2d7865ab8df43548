"""Chapters 2 to 6 of the service plan: what docs/chapters.zh.md promises opens, in Chinese, as the role that uses it."""

import re
from functools import cache
from html import unescape
from pathlib import Path

import frappe
import pytest
from frappe.desk import query_report
from frappe.desk.form import load as form

from socaid_app.setup.seeds import OUR_MODULES
from socaid_demo.county_villages import JIASHAN
from tests import builders

TABLE = Path(__file__).parents[4] / "docs" / "chapters.zh.md"
# The headings of the plan; 6 has none below it.
HEADINGS = {f"2.{n}" for n in range(1, 7)} | {f"{c}.{n}" for c in (3, 5) for n in range(1, 5)}
HEADINGS |= {f"4.{n}" for n in range(1, 6)} | {"6"}
# The field of a DocType that says which kind a record is, and the kind's own DocType.
KINDS = {
	"Register Entry": ("register", "Service Register"),
	"Service Check": ("template", "Service Check Template"),
	"Service Check Template": ("name", "Service Check Template"),
}
# Letters that a Chinese paper may bear: numbers of records, units.
LATIN = re.compile(r"[a-z]{4,}")


def rows() -> list[dict]:
	lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
	head, _rule, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
	return [dict(zip(head, cells, strict=True)) for cells in body]


@cache
def in_english(doctype: str) -> dict[str, str]:
	"""Chinese name → name, of our records of a kind."""
	filters = {"module": ["in", OUR_MODULES]} if doctype != "Role" else {}
	return {frappe._(name, "zh"): name for name in frappe.get_all(doctype, filters, pluck="name")}


def split(cell: str, by: str) -> list[str]:
	return [part.strip() for part in cell.split(by) if part.strip()]


def screens(row: dict):
	"""(DocType, kinds) of each screen."""
	for part in split(row["界面"], "；"):
		name, _colon, kinds = part.partition("：")
		yield in_english("DocType")[name], split(kinds, "、")


def user_of(role: str) -> str:
	return builders.make_user(role, JIASHAN if role.startswith("Township") else None)


def test_no_heading_is_missing():
	assert {row["条目"] for row in rows()} == HEADINGS
	for row in rows():
		assert row["界面"] or row["还缺"], row
		assert not row["界面"] or row["使用角色"], row


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['条目']} {row['要求']}")
def test_what_the_table_says_opens(row):
	if not row["界面"]:
		return
	frappe.local.lang = "zh"
	role = in_english("Role")[row["使用角色"]]
	records: dict[str, str] = {}
	with builders.acting_as(user_of(role)):
		for doctype, kinds in screens(row):
			form.getdoctype(doctype)
			for kind in kinds or [None]:
				field, kind_doctype = KINDS.get(doctype, ("", ""))
				if kind:
					assert frappe.db.exists(kind_doctype, kind), kind
				found = frappe.get_list(doctype, {field: kind} if kind else {}, pluck="name", limit=1)
				assert found, (doctype, kind)
				records.setdefault(doctype, found[0])
				form.getdoc(doctype, found[0])
				(opened,) = frappe.response.docs[-1:]
				assert opened.name == found[0]
		for name in split(row["报表"], "、"):
			answer = query_report.run(in_english("Report")[name], {})
			assert answer["columns"], name
			for column in answer["columns"]:
				assert not LATIN.search(column["label"]), (name, column)
		for name in split(row["打印"], "、"):
			assert_prints(in_english("Print Format")[name], records)


def assert_prints(print_format: str, records: dict[str, str]) -> None:
	doctype = frappe.db.get_value("Print Format", print_format, "doc_type")
	name = records.get(doctype) or frappe.get_list(doctype, pluck="name", limit=1)[0]
	html = builders.printed(doctype, name, print_format)
	# who entered a record, or is responsible, has a name: tests call their staff by the role
	for person in sorted(set(frappe.get_all("User", pluck="full_name")), key=len, reverse=True):
		html = html.replace(person, "") if person else html
	text = unescape(re.sub(r"<(style|script|svg).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))
	# the address of a page for citizens
	text = re.sub(r"https?://[\w.:/-]+", " ", text)
	assert re.search(r"[\u4e00-\u9fff]", text)
	assert not LATIN.findall(text), (print_format, name, LATIN.findall(text)[:5])
