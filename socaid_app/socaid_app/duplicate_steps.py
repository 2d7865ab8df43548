"""What becomes of two records that may be one person: looked at side by side, judged, merged by two people, undone."""

from __future__ import annotations

import json

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import escape_html

from socaid_app.casework.duties import holds
from socaid_app.casework.steps import Ask, Steps, done
from socaid_app.socaid_app import person_merge, person_references
from socaid_app.socaid_app.merged_persons import PERSON

DOCTYPE = "Duplicate Candidate"
TO_LOOK_AT, DIFFERENT, PROPOSED, MERGED, OVERTAKEN = (
	"To Look At",
	"Different Persons",
	"Merge Proposed",
	"Merged",
	"Overtaken",
)
PROPOSE, APPROVE = "Propose Merges", "Approve Merges"
# As many records of a kind are named on the form; the rest is counted.
NAMED = 5
FACTS = (
	"full_name",
	"document_kind",
	"id_number",
	"document_number",
	"sex",
	"birth_date",
	"division",
	"status",
	"deceased_on",
	"hukou_type",
	"ethnicity",
	"marital",
	"phone",
	"address",
	"bank_account",
	"health",
	"disability_type",
	"disability_grade",
	"labour_capacity",
)


class DuplicateInvalid(frappe.ValidationError):
	pass


step = Steps(
	DOCTYPE,
	refusal=DuplicateInvalid,
	order=("propose", "approve", "judge_different", "send_back", "look_again", "undo"),
)


def given_up(doc: Document, stays: str = "") -> str:
	"""The record that is not the one that ``stays`` (the survivor that was chosen)."""
	return doc.other if (stays or doc.survivor) == doc.person else doc.person


def _may_write_both(doc: Document) -> str:
	"""Whoever merges two persons may write both."""
	for name in (doc.person, doc.other):
		if not frappe.has_permission(PERSON, "write", doc=name):
			return _("One of the two lies in another division. The county office deals with it.")
	return ""


def _the_two(doc: Document) -> list[dict]:
	rows = [
		frappe.db.get_value(PERSON, name, ["name", "full_name"], as_dict=True)
		for name in (doc.person, doc.other)
	]
	return [{"value": row.name, "label": f"{row.full_name}（{row.name}）"} for row in rows]


def _usual_survivor(doc: Document) -> str:
	"""The one that may stay at all; of two, the one more records refer to is the clerk's choice."""
	return next(
		(
			target
			for source, target in ((doc.other, doc.person), (doc.person, doc.other))
			if not person_merge.what_forbids(source, target)
		),
		doc.person,
	)


@step(
	_lt("Propose to Merge"),
	at=TO_LOOK_AT,
	to=PROPOSED,
	duty=PROPOSE,
	who=_may_write_both,
	asks=(
		Ask(
			"stays",
			label=_lt("Which Record Stays"),
			fieldtype="Select",
			options=_the_two,
			default=_usual_survivor,
		),
		Ask("reason"),
	),
	stamps=("proposed_by", "proposed_on"),
	primary=True,
)
def propose(doc: Document, stays: str, reason: str) -> None:
	"""Which record stays, and why the two are one person. What stands against it is said now, not at the approval."""
	if stays not in (doc.person, doc.other):
		frappe.throw(_("Choose one of the two."), DuplicateInvalid)
	doc.survivor = stays
	doc.update(dict.fromkeys(("judged_by", "judged_on", "undone_by", "undone_on", "undo_note")))
	if found := person_merge.what_forbids(given_up(doc), stays):
		frappe.throw(found if len(found) > 1 else found[0], person_merge.MergeRefused, as_list=len(found) > 1)


@step(
	_lt("Approve the Merge"),
	at=PROPOSED,
	to=MERGED,
	duty=APPROVE,
	who=_may_write_both,
	not_by=("proposed_by",),
	another=_lt("Whoever proposed a merge does not approve it."),
	missing=lambda doc: person_merge.what_forbids(given_up(doc), doc.survivor),
	confirm=lambda doc: _("{0} is closed and points to {1}; everything that refers to it moves.").format(
		given_up(doc), doc.survivor
	),
	stamps=("approved_by", "approved_on"),
	primary=True,
)
def approve(doc: Document) -> None:
	"""By another person: the two are one from now on, in this transaction."""
	source = given_up(doc)
	done(doc, moved_count=person_merge.merge(doc.name, source, doc.survivor))
	_overtake(doc, source)
	frappe.get_doc(PERSON, doc.survivor).add_comment(
		"Info", escape_html(_("Registered twice: {0} was merged into this record.").format(source))
	)
	frappe.enqueue(
		person_merge.move_stragglers,
		queue="short",
		job_id="persons-merged-stragglers",
		deduplicate=True,
		enqueue_after_commit=True,
	)


def _overtake(doc: Document, source: str) -> None:
	"""Other pairs of the record that is no more are looked at under the one that stays."""
	table = frappe.qb.DocType(DOCTYPE)
	(
		frappe.qb.update(table)
		.set(table.status, OVERTAKEN)
		.where((table.person == source) | (table.other == source))
		.where(table.status.isin((TO_LOOK_AT, PROPOSED)) & (table.name != doc.name))
		.run()
	)


@step(
	_lt("Different Persons"),
	at=(TO_LOOK_AT, PROPOSED),
	to=DIFFERENT,
	duty=PROPOSE,
	asks=("reason",),
	stamps=("judged_by", "judged_on"),
)
def judge_different(doc: Document, reason: str) -> None:
	"""They stay two, and are not shown again when they are found again."""
	doc.survivor = doc.proposed_by = doc.proposed_on = None


@step(
	_lt("Back to Be Looked At"),
	at=PROPOSED,
	to=TO_LOOK_AT,
	who=lambda doc: "" if holds(PROPOSE) or holds(APPROVE) else _("Only who may merge persons."),
	asks=("reason",),
)
def send_back(doc: Document, reason: str) -> None:
	"""The proposal is not approved."""
	doc.survivor = doc.proposed_by = doc.proposed_on = None


@step(_lt("Look at It Again"), at=(DIFFERENT, OVERTAKEN), to=TO_LOOK_AT, duty=PROPOSE, asks=("reason",))
def look_again(doc: Document, reason: str) -> None:
	"""There is something new about two persons who were judged different."""
	doc.judged_by = doc.judged_on = None


@step(
	_lt("Undo the Merge"),
	at=MERGED,
	to=TO_LOOK_AT,
	duty=APPROVE,
	who=_may_write_both,
	missing=lambda doc: person_merge.what_forbids_undo(doc.name, given_up(doc), doc.survivor),
	asks=("reason",),
	stamps=("undone_by", "undone_on"),
)
def undo(doc: Document, reason: str) -> None:
	"""They were two after all: what is still as the merge left it is put back."""
	source, target = given_up(doc), doc.survivor
	count, kept = person_merge.undo(doc.name, source, target)
	note = _("{0} references put back.").format(count)
	if kept:
		note += " " + _("Changed since and left where they are: {0}.").format("、".join(kept))
	doc.update({"undo_note": note, "moved_count": 0, "survivor": None})
	doc.update(dict.fromkeys(("proposed_by", "proposed_on", "approved_by", "approved_on")))
	for name in (source, target):
		frappe.get_doc(PERSON, name).add_comment("Info", escape_html(_("Merge undone: {0}").format(reason)))


# --- side by side -------------------------------------------------------------------------------------------------
@frappe.whitelist()
def side_by_side(candidate: str) -> dict:
	"""Facts of both persons, and what refers to each as far as the reader may see it."""
	doc = frappe.get_doc(DOCTYPE, candidate)
	doc.check_permission("read")
	persons = []
	for name in (doc.person, doc.other):
		person = frappe.get_doc(PERSON, name)
		person.check_permission("read")
		person.apply_fieldlevel_read_permissions()
		persons.append(person)
	return {
		"facts": _facts(*persons),
		"references": _references(*(person.name for person in persons)),
		"parts": [{**part, "weight": part["weight"]} for part in json.loads(doc.parts or "[]")],
		"forbids": _what_forbids(doc) if doc.status in (TO_LOOK_AT, PROPOSED) else [],
	}


def _what_forbids(doc: Document) -> list[str]:
	stays = doc.survivor or _usual_survivor(doc)
	return person_merge.what_forbids(given_up(doc, stays), stays)


def _facts(one: Document, other: Document) -> list[dict]:
	rows = []
	for field in FACTS:
		df = one.meta.get_field(field)
		values = [_shown(person, df) for person in (one, other)]
		if any(values):
			rows.append(
				{"label": _(df.label, context=PERSON), "values": values, "same": values[0] == values[1]}
			)
	return rows


def _shown(person: Document, df) -> str:
	value = person.get(df.fieldname)
	if not value:
		return ""
	if df.fieldtype == "Select":
		return _(value, context=PERSON)
	if df.fieldtype == "Link" and df.options == "Administrative Division":
		return frappe.db.get_value(df.options, value, "division_name") or value
	return person.get_formatted(df.fieldname)


def _references(*persons: str) -> list[dict]:
	"""Rows of DocType, and for each person the names of some of its records and how many there are."""
	found: dict[str, list[dict[str, None]]] = {}
	for column in person_references.columns():
		for place, person in enumerate(persons):
			# most kinds of record name neither, and the list machinery need not be asked
			if not frappe.db.exists(column.doctype, column.named(person)):
				continue
			for doctype in person_references.owners(column.doctype) if column.is_child else [column.doctype]:
				if doctype != PERSON and (names := _listed(doctype, column, person)):
					found.setdefault(doctype, [{}, {}])[place] |= dict.fromkeys(names)
	return [
		{
			"doctype": doctype,
			"label": _(doctype),
			"records": [{"count": len(names), "names": list(names)[:NAMED]} for names in both],
		}
		for doctype, both in sorted(found.items(), key=lambda item: _(item[0]))
	]


def _listed(doctype: str, column: person_references.Column, person: str) -> list[str]:
	"""The records of a kind that name the person, as far as the reader may see them."""
	if not frappe.has_permission(doctype, "read"):
		return []
	return frappe.get_list(
		doctype,
		filters=[[column.doctype, field, "=", value] for field, value in column.named(person).items()],
		pluck="name",
		order_by=f"`tab{doctype}`.`modified` desc",
		distinct=True,
		limit_page_length=0,
	)
