"""The dry run of a roster: every row read and held against the register, nothing written but what is found.

The file is read anew by a job that begins again; families have the same order each time, so that it goes on with the
one it had come to.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, today

from socaid_app.casework import background, row_sets
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.moving_in import roster_columns, roster_judging, roster_reading, roster_register
from socaid_app.moving_in import roster_records as rosters
from socaid_app.moving_in.roster_columns import ColumnsUnclear
from socaid_app.moving_in.roster_judging import Household
from socaid_app.moving_in.roster_records import MAPPING, READY, ROW, STOPPED, THERE
from socaid_app.moving_in.roster_rows import OTHER, Row
from socaid_app.socaid_app.registry import PERSON

STAGED = (
	"name",
	"roster_import",
	"row_no",
	"group_no",
	"status",
	"person_name",
	"content",
	"problems",
	"recipient",
	"household",
)
# Columns of Recipient that a roster fills, beside those its number tells.
OF_PERSON = (
	"full_name",
	"id_number",
	"phone",
	"address",
	"bank_name",
	"bank_account",
	"ethnicity",
	"hukou_type",
	"marital",
	"labour_capacity",
	"health",
	"disability_type",
	"disability_grade",
	"disability_certificate",
)


def chunk(name: str, memory: dict) -> bool:
	"""Look at the next families; False when there are no more. ``memory``: what the job has read already."""
	doc = background.locked(rosters.DOCTYPE, name, rosters.CHECKING)
	if not doc:
		return False
	try:
		found = memory.get("households") or memory.setdefault("households", _read(doc))
	except (UnreadableReply, ColumnsUnclear) as error:
		rosters.clear(doc)
		background.finish(doc, rosters.DRAFTED, report=str(error), rows_total=0)
		return False
	start = cint(doc.looked_at)
	part = found[start : start + rosters.CHUNK]
	register = roster_register.known(part, doc.division)
	for household in part:
		roster_judging.compare(household, register)
		require_mandatory(household)
	_store(doc, part, start + 1)
	written = _to_write(part)
	background.keep(
		doc,
		to_look_at=len(found),
		looked_at=start + len(part),
		households=cint(doc.households) + written["households"],
		benefits=cint(doc.benefits) + written["benefits"],
		monthly_total=flt(doc.monthly_total) + flt(written["monthly_total"]),
	)
	if start + len(part) < len(found):
		return True
	background.finish(doc, rosters.CHECKED, checked_on=today(), report=None, **_figures(doc))
	return False


def fields_of(doc: Document) -> list[str]:
	"""The field of each column, as the form says."""
	return [roster_columns.FIELD_OF.get(row.meaning or "", "") for row in doc.meanings]


def remembered(doc: Document) -> dict[str, str]:
	"""What headings meant in earlier files of the same system: plain heading → field."""
	rows = frappe.get_all(
		MAPPING,
		filters={"former_system": doc.former_system or ""},
		fields=["heading", "meaning"],
		order_by="modified",
	)
	return {row.heading: roster_columns.FIELD_OF.get(row.meaning or "", "") for row in rows}


def sheet_of(doc: Document) -> roster_reading.Sheet:
	"""Raises UnreadableReply."""
	return roster_reading.read(rosters.path_of(doc), remembered(doc), doc.sheet_name or "")


def _read(doc: Document) -> list[Household]:
	sheet, fields = sheet_of(doc), fields_of(doc)
	if list(sheet.headings) != [row.heading for row in doc.meanings]:
		raise UnreadableReply(
			_("The headings of the file are not those of “Meaning of the Columns”. Attach the file again.")
		)
	roster_columns.check(fields)
	return roster_judging.households(sheet, fields, roster_register.vocabulary(doc.division))


def require_mandatory(household: Household) -> None:
	"""What this county has made mandatory is asked of a row as of a form."""
	for field, label in roster_register.mandatory(PERSON).items():
		for row in household.rows:
			if field in OF_PERSON[2:] and not row.recipient and not row.get(field):
				row.wrong(OTHER, field, f"没有填写“{label}”，本县规定必填")
	roster_judging.wait_for_head(household)


def _to_write(households: list[Household]) -> dict:
	new = [household for household in households if is_new(household)]
	granted = [each for household in households for each in to_grant(household)]
	return {
		"households": len(new),
		"benefits": len(granted),
		"monthly_total": sum((each.amount for each in granted), Decimal(0)),
	}


def is_new(household: Household) -> bool:
	return bool(household.head and not household.head.stops and not household.name)


def to_grant(household: Household) -> list[roster_judging.Benefit]:
	"""A row that is stopped holds the benefits of its household."""
	if household.stops:
		return []
	return [each for each in household.benefits if not each.there]


def status_of(row: Row) -> str:
	return STOPPED if row.stops else THERE if row.there else READY


def _store(doc: Document, households: list[Household], first: int) -> None:
	row_sets.insert(
		ROW,
		STAGED,
		[
			(
				f"{doc.name}-{row.row_no:06d}",
				doc.name,
				row.row_no,
				number,
				status_of(row),
				row.name[:140],
				rosters.content(row),
				rosters.said(row.problems),
				row.recipient or None,
				household.name or None,
			)
			for number, household in enumerate(households, first)
			for row in household.rows
		],
	)


def _figures(doc: Document) -> dict:
	table = frappe.qb.DocType(ROW)
	rows = (
		frappe.qb.from_(table)
		.select(table.status, table.problems, table.recipient)
		.where(table.roster_import == doc.name)
		.run()
	)
	statuses = Counter(status for status, _problems, _person in rows)
	kinds: Counter[str] = Counter()
	for status, problems, _person in rows:
		if status == STOPPED:
			kinds.update({each[0] for each in json.loads(problems) if not each[4]})
	return {
		"rows_total": len(rows),
		"rows_ready": statuses[READY],
		"rows_there": statuses[THERE],
		"rows_stopped": statuses[STOPPED],
		"persons": sum(status == READY and not person for status, _problems, person in rows),
		"problem_kinds": "\n".join(f"{kind}：{number}行" for kind, number in kinds.most_common()),
	}
