"""Who must never be published: protected persons and everybody whose notice would lead to them.

A case is protected when it is marked so, or when its applicant, a member, somebody with a share in the benefit
or anybody who lives in the household is a protected person (Social Assistance Law Art. 11; policy gate O.10).
The question is asked anew each time something is drafted, posted or listed: a person may become protected later.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe

APPLICATION, ENTITLEMENT, HOUSEHOLD = "Assistance Application", "Entitlement", "Recipient Household"


def protected_cases(names: Iterable[str | None]) -> set[str]:
	"""Those of the Assistance Applications that are protected."""
	names = _wanted(names)
	if not names:
		return set()
	# Raw SQL: three ways to a protected person in one statement, which the builder cannot say as shortly.
	rows = frappe.db.sql(
		"""select a.name from `tabAssistance Application` a
		where a.name in %(names)s and (a.protected_case = 1
			or exists (select 1 from tabRecipient r where r.name = a.applicant and r.protected_person = 1)
			or exists (select 1 from `tabApplication Member` m join tabRecipient r on r.name = m.recipient
				where m.parent = a.name and m.parenttype = 'Assistance Application' and r.protected_person = 1)
			or exists (select 1 from `tabHousehold Member` m join tabRecipient r on r.name = m.recipient
				where m.parent = a.household and m.parenttype = 'Recipient Household' and m.left_on is null
				and r.protected_person = 1))""",
		{"names": names},
	)
	return {row[0] for row in rows}


# On a table aliased e (Entitlement): true for benefits that may not be published.
PROTECTED_BENEFIT = """(
	exists (select 1 from tabRecipient r where r.name = e.recipient and r.protected_person = 1)
	or exists (select 1 from `tabEntitlement Share` s join tabRecipient r on r.name = s.recipient
		where s.parent = e.name and s.parenttype = 'Entitlement' and r.protected_person = 1)
	or exists (select 1 from `tabHousehold Member` m join tabRecipient r on r.name = m.recipient
		where m.parent = e.household and m.parenttype = 'Recipient Household' and m.left_on is null
		and r.protected_person = 1)
	or exists (select 1 from `tabAssistance Application` a where a.name = e.application
		and (a.protected_case = 1 or exists (select 1 from `tabApplication Member` m
			join tabRecipient r on r.name = m.recipient where m.parent = a.name
			and m.parenttype = 'Assistance Application' and r.protected_person = 1))))"""


def protected_benefits(names: Iterable[str | None]) -> set[str]:
	"""Those of the Entitlements that are protected."""
	names = _wanted(names)
	if not names:
		return set()
	rows = frappe.db.sql(  # raw: see PROTECTED_BENEFIT
		f"select e.name from tabEntitlement e where e.name in %(names)s and {PROTECTED_BENEFIT}",
		{"names": names},
	)
	return {row[0] for row in rows}


def protected_households(names: Iterable[str | None]) -> set[str]:
	"""Those of the households in which a protected person lives."""
	names = _wanted(names)
	if not names:
		return set()
	member, person = frappe.qb.DocType("Household Member"), frappe.qb.DocType("Recipient")
	rows = (
		frappe.qb.from_(member)
		.join(person)
		.on(person.name == member.recipient)
		.select(member.parent)
		.where(member.parent.isin(names) & (member.parenttype == HOUSEHOLD))
		.where(member.left_on.isnull() & (person.protected_person == 1))
		.run()
	)
	return {row[0] for row in rows}


def protected_sources(sources: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
	"""Those (DocType, name) of published rows that have become protected."""
	found = set()
	sources = set(sources)
	for doctype, judge in ((APPLICATION, protected_cases), (ENTITLEMENT, protected_benefits)):
		found |= {(doctype, name) for name in judge(name for kind, name in sources if kind == doctype)}
	return found


def _wanted(names: Iterable[str | None]) -> list[str]:
	return sorted({name for name in names if name})
