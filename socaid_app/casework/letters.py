"""Which print format is the letter of which stage: a record (Letter Rule), not a line of code.

A county that wants its own words copies a print format and points the rule at its copy. From then on the printer
button, the batch print, the archive's copy and the e-mail use the copy, because all of them ask here: for the letter
of a record's stage (:func:`letter_of`), all papers of the stage (:func:`letters_of`), or one letter by its name
(:func:`print_format`). Whoever chooses a format by hand gets what was chosen.
"""

from __future__ import annotations

import json
from io import BytesIO

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import getseries
from frappe.utils import cstr
from frappe.utils.caching import request_cache
from pypdf import PdfWriter

from socaid_app.casework import number_series
from socaid_app.frappe_versions import meets

DOCTYPE = "Letter Rule"
WORKFLOW_STATE, STATUS = "workflow_state", "status"
DIGITS = 6


# --- which letter ---------------------------------------------------------------------------------------------
@request_cache
def rules_of(document_type: str) -> list[frappe._dict]:
	"""The letters printed from a DocType, in their order."""
	return frappe.get_all(
		DOCTYPE,
		filters={"document_type": document_type},
		fields=["name", "print_format", "stages", "filters"],
		order_by="sequence, creation, name",
	)


def letters_of(doc: Document) -> list[str]:
	"""The print formats of all papers of the record's stage, the most important first."""
	own, general = [], []
	stage = cstr(doc.get(stage_field(doc.doctype)))
	for rule in rules_of(doc.doctype):
		stages = lines(rule.stages)
		if stages and stage not in stages:
			continue
		if rule.filters and not meets(doc, json.loads(rule.filters)):
			continue
		(own if stages or rule.filters else general).append(rule.print_format)
	return list(dict.fromkeys(own)) or general[:1]


def letter_of(doc: Document) -> str:
	"""The print format that the record's stage calls for; '' where its DocType has none."""
	return next(iter(letters_of(doc)), "")


def print_format(document_kind: str) -> str:
	"""The print format of a letter; '' where there is no such letter."""
	return document_kind and frappe.get_cached_value(DOCTYPE, document_kind, "print_format") or ""


def printed_from(document_kind: str) -> str:
	"""The DocType a letter is printed from."""
	return document_kind and frappe.get_cached_value(DOCTYPE, document_kind, "document_type") or ""


def stage_field(doctype: str) -> str:
	"""The column that says at which stage a record is: the workflow's, the guard's, or its status."""
	meta = frappe.get_meta(doctype)
	if meta.has_field(WORKFLOW_STATE):
		return WORKFLOW_STATE
	guard = getattr(frappe.model.base_document.get_controller(doctype), "GUARD", None)
	state = guard.state if guard else ""
	return state if meta.has_field(state) else STATUS


def known_stages(doctype: str) -> dict[str, str]:
	"""The values its stage can have, by themselves."""
	df = frappe.get_meta(doctype).get_field(stage_field(doctype))
	if not df:
		return {}
	if df.fieldtype == "Select":
		found = (df.options or "").split("\n")
	else:
		found = frappe.get_all(
			"Workflow Document State",
			filters={"parenttype": "Workflow", "parent": ["in", _workflows(doctype)]},
			pluck="state",
			order_by="idx",
		)
	return {stage: stage for stage in found if stage}


def _workflows(doctype: str) -> list[str]:
	return frappe.get_all("Workflow", filters={"document_type": doctype}, pluck="name", order_by="name") or [
		""
	]


def lines(text: str | None) -> list[str]:
	return [line.strip() for line in cstr(text).splitlines() if line.strip()]


def forget() -> None:
	"""A rule changed: what this request and open desks know of it is out of date."""
	getattr(frappe.local, "request_cache", {}).pop(rules_of.__wrapped__, None)
	frappe.cache.delete_key("bootinfo")


# --- numbers and whom to tell -----------------------------------------------------------------------------------
def next_number(document_kind: str, year: int) -> str:
	"""``社救受〔2026〕000001号``; '' for a letter without a document number."""
	counter = series(document_kind, year)
	return number(document_kind, year, int(getseries(counter, DIGITS))) if counter else ""


def next_numbers(document_kind: str, year: int, count: int) -> list[str]:
	"""The numbers of as many letters at once."""
	counter = series(document_kind, year)
	if not counter:
		return [""] * count
	return [number(document_kind, year, taken) for taken in number_series.take(counter, count)]


def series(document_kind: str, year: int) -> str:
	"""The counter of a letter's document numbers; letters with one mark share it."""
	mark = frappe.get_cached_value(DOCTYPE, document_kind, "number_mark")
	return f"SOCAID-NOTICE-{mark}-{year}-" if mark else ""


def number(document_kind: str, year: int, count: int) -> str:
	rule = frappe.get_cached_doc(DOCTYPE, document_kind)
	return rule.number_format.format(mark=rule.number_mark, year=year, number=f"{count:0{DIGITS}d}")


def told(document_kind: str) -> list[str]:
	"""The roles that hear of a letter as it is made out."""
	return [row.role for row in frappe.get_cached_doc(DOCTYPE, document_kind).told_roles]


def seed(rows: list[dict]) -> None:
	"""The rules that are missing; what a county has set stays as it is."""
	for row in rows:
		if frappe.db.exists(DOCTYPE, row["document_kind"]):
			continue
		row = dict(row)
		row["stages"] = "\n".join(row.get("stages", ()))
		row["filters"] = json.dumps(row["filters"]) if row.get("filters") else None
		row["told_roles"] = [{"role": role} for role in row.get("told_roles", ())]
		frappe.get_doc({"doctype": DOCTYPE, **row}).insert(ignore_permissions=True)


# --- on every channel -------------------------------------------------------------------------------------------
def tell_form(doc: Document, method: str | None = None) -> None:
	"""Hook ``onload``: the printer button begins with this letter (public/js/socaid/letters.js)."""
	if not doc.is_new() and (letters := letters_of(doc)):
		doc.set_onload("letters", letters)


def tell_desk(bootinfo: frappe._dict) -> None:
	"""Hook ``extend_bootinfo``: which DocTypes have letters, and the one a list begins with."""
	first: dict[str, str] = {}
	for rule in frappe.get_all(
		DOCTYPE,
		fields=["document_type", "print_format", "stages", "filters"],
		order_by="sequence, creation, name",
	):
		if rule.stages or rule.filters:
			first.setdefault(rule.document_type, "")
		else:
			first[rule.document_type] = first.get(rule.document_type) or rule.print_format
	bootinfo.socaid_letters = first


@frappe.whitelist(methods=["GET", "POST"])
def print_papers(doctype: str, name: str) -> None:
	"""All papers of the stage of a record as one PDF."""
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	doc.check_permission("print")
	papers = letters_of(doc)
	if not papers:
		frappe.throw(
			_("There is no letter for {0}. The administrator enters a letter rule.").format(_(doctype))
		)
	writer = PdfWriter()
	for paper in papers:
		writer = frappe.get_print(doctype, name, paper, as_pdf=True, output=writer)
	frappe.local.response.update(
		{
			"type": "pdf",
			"filename": f"{name}.pdf",
			"filecontent": _written(writer),
		}
	)


def _written(writer: PdfWriter) -> bytes:
	stream = BytesIO()
	writer.write(stream)
	return stream.getvalue()
