"""The layouts of other bodies' lists, edited in Desk: which heading holds what, and what the words mean. A list of the
same body is read by the same layout next month, so nothing is mapped twice."""

from __future__ import annotations

import re

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.moving_in import list_reading as contents
from socaid_app.moving_in.list_reading import ListLayout

DOCTYPE = "List Layout"
CATEGORY, LIFE = "Assistance Category", "Alive or Deceased"
# List Layout Column.content
CONTENTS = {
	"Person's Name": contents.NAME,
	"ID Number": contents.ID_NUMBER,
	"Account Number": contents.ACCOUNT,
	CATEGORY: contents.CATEGORY,
	"Amount": contents.AMOUNT,
	"Village or Community": contents.DIVISION,
	"Address": contents.ADDRESS,
	"Household Head": contents.HEAD,
	"Number of Members": contents.MEMBERS,
	LIFE: contents.STATE,
}
STATES = {"Alive": contents.ALIVE, "Deceased": contents.DEAD}
BETWEEN_HEADINGS = re.compile(r"[、,，;；\n]+")


class ListLayoutIncomplete(frappe.ValidationError):
	pass


def check(doc: Document) -> None:
	"""From ``validate``. Raises ListLayoutIncomplete with everything that is wrong."""
	held = [row.content for row in doc.columns]
	said = []
	if "Person's Name" not in held:
		said.append(_("Say which column holds the names."))
	if not {"ID Number", "Account Number"} & set(held):
		said.append(
			_("Say which column holds the ID numbers, or the account numbers: without them nobody is known.")
		)
	if not any(not row.optional and row.content in ("ID Number", "Account Number") for row in doc.columns):
		said.append(_("The column by which persons are known may not be missing."))
	for content in sorted({content for content in held if held.count(content) > 1}):
		said.append(
			_("“{0}” stands twice among the columns.").format(_(content, context="List Layout Column"))
		)
	headings = [heading for row in doc.columns for heading in headings_of(row.headings)]
	for heading in sorted({heading for heading in headings if headings.count(heading) > 1}):
		said.append(_("The heading “{0}” is given to two columns.").format(heading))
	words = [(row.means, row.written) for row in doc.words]
	for _means, written in sorted({word for word in words if words.count(word) > 1}):
		said.append(_("The word “{0}” is explained twice.").format(written))
	if said:
		frappe.throw(said, ListLayoutIncomplete, as_list=len(said) > 1)


def headings_of(text: str | None) -> tuple[str, ...]:
	return tuple(part.strip() for part in BETWEEN_HEADINGS.split(text or "") if part.strip())


def layout_of(doc: Document) -> ListLayout:
	"""A record as the reading takes it; the categories of the county are known by their names."""
	categories = {
		name: name
		for name in frappe.get_all(CATEGORY, filters={"disabled": 0}, pluck="name", order_by="name")
	}
	words = {row.written.strip(): row for row in doc.words}
	return ListLayout(
		headings={CONTENTS[row.content]: headings_of(row.headings) for row in doc.columns},
		optional=frozenset(CONTENTS[row.content] for row in doc.columns if row.optional),
		categories=categories | {word: row.category for word, row in words.items() if row.means == CATEGORY},
		states={word: STATES[row.life_state] for word, row in words.items() if row.means == LIFE},
		sheet=(doc.sheet or "").strip(),
	)
