"""Whom a periodic check asks about: all who receive support in a county or township in a month, each with their consent.

A roll may be a whole county. Its persons stand in the table of the request under a name of their own, which the form
does not load; they are drawn from the ledger, and afterwards only become fewer: whoever has withdrawn meanwhile, or
receives nothing any more, is not asked about (57号 Art. 9; Social Assistance Law Arts 41, 70).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import frappe
from frappe.model.document import Document
from frappe.utils import get_first_day, getdate, now, today
from pypika.terms import Criterion, LiteralValue

from socaid_app.casework.places import division_names
from socaid_app.means_testing import consent_scopes
from socaid_app.permissions.scope import Scope
from socaid_app.socaid_app.entitlements import DOCTYPE as ENTITLEMENT
from socaid_app.socaid_app.paid_months import in_force

PERSON = "Comparison Request Person"
# As a table field has it; the DocType has none of this name.
FIELD = "roll"
AT_ONCE = 2_000


def draw(doc: Document) -> list[dict]:
	"""The lines of the roll as of today; the request is told how many, and how many are left out."""
	receiving = _receiving(doc)
	permitted: dict[str, str | None] = {}
	people = list(receiving)
	for at in range(0, len(people), AT_ONCE):
		permitted |= consent_scopes.permits(people[at : at + AT_ONCE], doc.source, getdate(today()))
	left_out = Counter(row.township for person, row in receiving.items() if person not in permitted)
	doc.persons_count, doc.left_out = len(permitted), left_out.total()
	names = division_names(left_out)
	doc.left_out_note = "\n".join(
		f"{names.get(place, place or '')}：{count}" for place, count in sorted(left_out.items())
	)
	return [
		{
			"recipient": person,
			"person_name": row.full_name,
			"person_role": "Family Member",
			"household": row.household,
			"authorization": permitted[person],
		}
		for person, row in receiving.items()
		if person in permitted
	]


def _receiving(doc: Document) -> dict[str, frappe._dict]:
	"""Person → name, household and township of whoever has a share in what is paid in the month."""
	ledger, share, person = map(frappe.qb.DocType, (ENTITLEMENT, "Entitlement Share", "Recipient"))
	wanted = [
		*in_force(ledger, get_first_day(getdate(doc.roll_month))),
		LiteralValue(Scope(divisions=(doc.roll_division,)).condition(ENTITLEMENT)),
	]
	fields = (person.name, person.full_name, ledger.household, ledger.township)
	own = (
		frappe.qb.from_(ledger)
		.join(person)
		.on(person.name == ledger.recipient)
		.where(Criterion.all(wanted))
		.select(*fields)
	)
	shares = (
		frappe.qb.from_(ledger)
		.join(share)
		.on((share.parent == ledger.name) & (share.parenttype == ENTITLEMENT))
		.join(person)
		.on(person.name == share.recipient)
		.where(Criterion.all(wanted))
		.select(*fields)
	)
	found: dict[str, frappe._dict] = {}
	for row in (*shares.run(as_dict=True), *own.run(as_dict=True)):
		if row.name not in found or not found[row.name].household:
			found[row.name] = row
	return dict(sorted(found.items()))


def store(doc: Document, lines: list[dict]) -> None:
	"""In place of what stood there; a few statements, however many lines."""
	frappe.db.delete(PERSON, {"parent": doc.name, "parenttype": doc.doctype, "parentfield": FIELD})
	if not lines:
		return
	shared = {
		"creation": now(),
		"modified": now(),
		"owner": frappe.session.user,
		"modified_by": frappe.session.user,
		"parent": doc.name,
		"parenttype": doc.doctype,
		"parentfield": FIELD,
	}
	rows = [
		{"name": f"{doc.name}-{number:06d}", "idx": number, **shared, **line}
		for number, line in enumerate(lines, 1)
	]
	frappe.db.bulk_insert(PERSON, list(rows[0]), [tuple(row.values()) for row in rows], chunk_size=AT_ONCE)


def narrow(doc: Document) -> None:
	"""Before it is approved and sent: nobody is added to what was drawn, and nobody asked about without consent."""
	drawn = {row.recipient for row in lines_of(doc.name)}
	lines = [line for line in draw(doc) if line["recipient"] in drawn]
	doc.persons_count = len(lines)
	store(doc, lines)


def lines_of(request: str) -> Iterable[frappe._dict]:
	"""Everybody whom a request asks about, of one case or of a roll."""
	return frappe.get_all(
		PERSON,
		filters={"parent": request, "parenttype": "Comparison Request"},
		fields=["recipient", "person_name", "person_role", "household", "authorization"],
		order_by="idx",
	)
