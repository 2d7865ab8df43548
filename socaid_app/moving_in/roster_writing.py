"""A reviewed roster written into the register: set-based, with what a single save asks and fills in.

Each chunk is held against the register again, since days may lie between the check and the review. Whoever is known is
locked as every save locks them (turns.py); two imports that enter the same new person meet at the number, which is
unique in the vault, and the second one finds the person there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import background, number_series, row_sets
from socaid_app.moving_in import roster_checking, roster_judging, roster_register
from socaid_app.moving_in import roster_records as rosters
from socaid_app.moving_in.roster_judging import Benefit, Household
from socaid_app.moving_in.roster_records import READY, ROW, STOPPED, THERE, WRITTEN_ROW
from socaid_app.moving_in.roster_rows import Row
from socaid_app.permissions import sensitive
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.sensitive import VAULT
from socaid_app.policy import means
from socaid_app.policy.names import initials
from socaid_app.socaid_app import entitlements, turns
from socaid_app.socaid_app.registry import EVENT, HOUSEHOLD, PERSON

ENTITLEMENT = entitlements.DOCTYPE
MEMBER, SHARE = "Household Member", "Entitlement Share"
# What a row made, as its staged row remembers it for the undoing.
MADE_PERSON, MADE_HOUSEHOLD, MADE_MEMBER, MADE_BENEFIT = "person", "household", "member", "benefit"
STAMPS = ("creation", "modified", "owner", "modified_by")
VAULTED = ("id_number", "phone", "bank_account", "disability_certificate")


def chunk(name: str, memory: dict) -> bool:
	"""Write the next families; False when there are no more."""
	doc = background.locked(rosters.DOCTYPE, name, rosters.WRITING)
	if not doc:
		return False
	found = rosters.families(doc, cint(doc.looked_at), READY)
	if not found:
		rosters.forget_numbers(doc)
		background.finish(doc, rosters.WRITTEN, looked_at=doc.to_look_at)
		return False
	vocabulary = memory.get("vocabulary") or memory.setdefault(
		"vocabulary", roster_register.vocabulary(doc.division)
	)
	households = [household for _number, household, _stored in found]
	for household in households:
		roster_judging.check(household, vocabulary)
	register = roster_register.known(households, doc.division)
	for household in households:
		roster_judging.compare(household, register)
		roster_checking.require_mandatory(household)
	_lock(households)
	writing = Writing(doc)
	for household in households:
		writing.take(household)
	writing.write()
	_note(found, writing)
	background.keep(
		doc,
		looked_at=found[-1][0],
		households_written=cint(doc.households_written) + len(writing.homes),
		persons_written=cint(doc.persons_written) + len(writing.people),
		benefits_written=cint(doc.benefits_written) + len(writing.granted),
	)
	return True


def _lock(households: list[Household]) -> None:
	"""Households before their members, as every save does. Raises ChangedMeanwhile."""
	lock_homes({household.name for household in households if household.name})
	turns.take(row.recipient for household in households for row in household.rows)


def lock_homes(names: set[str]) -> None:
	"""In the order of their names, as all do."""
	if names:
		# Raw SQL: as in turns.take
		frappe.db.sql(
			f"select name from `tab{HOUSEHOLD}` where name in %s order by name for update", (sorted(names),)
		)


class Writing:
	"""What a chunk writes: gathered family by family, then stored in a statement or two for each table."""

	def __init__(self, doc: Document):
		self.doc = doc
		self.people: list[tuple[Row, Household]] = []
		self.homes: list[Household] = []
		self.members: list[tuple[Household, Row]] = []
		self.joined: list[tuple[Household, Row]] = []
		self.granted: list[tuple[Household, Benefit, str]] = []
		self.made: dict[int, list[str]] = {}

	def take(self, household: Household) -> None:
		rows = [row for row in household.rows if not row.stops and not row.there]
		self.people += [(row, household) for row in rows if not row.recipient]
		for row in rows:
			self.made[row.row_no] = [] if row.recipient else [MADE_PERSON]
		if household.is_person or not household.head or household.head.stops:
			return
		if roster_checking.is_new(household):
			self.homes.append(household)
			self.made[household.head.row_no].append(MADE_HOUSEHOLD)
			self.members += [(household, row) for row in household.rows if not row.stops]
			for row in rows:
				if row.recipient and row is not household.head:
					self.made[row.row_no].append(MADE_MEMBER)
		else:
			joining = [row for row in rows if not self._is_member(household, row)]
			self.joined += [(household, row) for row in joining]
			for row in joining:
				self.made[row.row_no].append(MADE_MEMBER)
		for benefit in roster_checking.to_grant(household):
			self.granted.append((household, benefit, ""))
			self.made.setdefault(benefit.holder.row_no, []).append(MADE_BENEFIT)

	def _is_member(self, household: Household, row: Row) -> bool:
		return bool(
			row.recipient
			and frappe.db.exists(
				MEMBER,
				{
					"parent": household.name,
					"parenttype": HOUSEHOLD,
					"recipient": row.recipient,
					"left_on": ["is", "not set"],
				},
			)
		)

	def write(self) -> None:
		self._name()
		self._write_people()
		self._write_homes()
		self._write_joined()
		self._write_benefits()
		changed = {household.name for household, _benefit, _name in self.granted}
		entitlements.refresh_households([name for name in changed if name])

	def _name(self) -> None:
		for (row, _household), name in zip(
			self.people, number_series.names(PERSON, len(self.people)), strict=True
		):
			row.recipient = name
		for household, name in zip(self.homes, number_series.names(HOUSEHOLD, len(self.homes)), strict=True):
			household.name = name
		names = number_series.names(ENTITLEMENT, len(self.granted))
		self.granted = [
			(household, benefit, name)
			for (household, benefit, _none), name in zip(self.granted, names, strict=True)
		]

	# --- persons ----------------------------------------------------------------------------------------------
	def _write_people(self) -> None:
		self._insert(PERSON, [_person(row, household) for row, household in self.people])
		row_sets.insert(
			VAULT,
			("name", "recipient", *VAULTED),
			[
				(row.recipient, row.recipient, *(row.get(field) or None for field in VAULTED))
				for row, _household in self.people
			],
			self.doc.reviewed_by,
		)

	# --- households -------------------------------------------------------------------------------------------
	def _write_homes(self) -> None:
		paid: dict[str, list[frappe._dict]] = {}
		for household, benefit, name in self.granted:
			paid.setdefault(household.name, []).append(_standing(benefit, name))
		self._insert(HOUSEHOLD, [_home(household, paid.get(household.name)) for household in self.homes])
		by_home: dict[str, list[Row]] = {}
		for household, row in self.members:
			by_home.setdefault(household.name, []).append(row)
		homes = {household.name: household for household in self.homes}
		self._insert_rows(
			MEMBER,
			[
				{"parent": name, "idx": idx, **_member(homes[name], row)}
				for name, rows in by_home.items()
				for idx, row in enumerate(rows, 1)
			],
			HOUSEHOLD,
			"members",
		)
		self._tell([(household, "Created", None, today()) for household in self.homes])

	def _write_joined(self) -> None:
		"""Whoever the first import had stopped joins the family that was written without them."""
		by_home: dict[str, list[tuple[Household, Row]]] = {}
		for household, row in self.joined:
			by_home.setdefault(household.name, []).append((household, row))
		for name, joining in by_home.items():
			last = frappe.db.count(MEMBER, {"parent": name, "parenttype": HOUSEHOLD})
			self._insert_rows(
				MEMBER,
				[
					{"parent": name, "idx": last + number, **_member(household, row)}
					for number, (household, row) in enumerate(joining, 1)
				],
				HOUSEHOLD,
				"members",
			)
		count_members(by_home)
		self._tell(
			[
				(household, "Member Joined", row.recipient, _joined_on(household, row))
				for household, row in self.joined
			]
		)

	def _tell(self, lines: Sequence[tuple[Household, str, str | None, object]]) -> None:
		"""Lines of the families' history."""
		self._insert(
			EVENT,
			[
				{
					"name": frappe.generate_hash(length=10),
					"household": household.name,
					"event": event,
					"happened_on": on,
					"recipient": recipient,
					"division": household.division,
					"township": township_of(household.division),
				}
				for household, event, recipient, on in lines
			],
		)

	# --- the ledger -------------------------------------------------------------------------------------------
	def _write_benefits(self) -> None:
		self._insert(ENTITLEMENT, [self._entitlement(*one) for one in self.granted])
		self._insert_rows(
			SHARE,
			[
				{
					"parent": name,
					"idx": idx,
					"docstatus": 1,
					"recipient": row.recipient,
					"member_name": row.name,
					"share": share,
					"care_grade": grade,
					"care_amount": care,
				}
				for _household, benefit, name in self.granted
				for idx, (row, share, grade, care) in enumerate(benefit.shares, 1)
			],
			ENTITLEMENT,
			"shares",
		)

	def _entitlement(self, household: Household, benefit: Benefit, name: str) -> dict:
		"""As :func:`entitlements.grant` makes it; its calculation stayed in the former system."""
		return {
			"name": name,
			"docstatus": 1,
			"category": benefit.category.name,
			"scheme": benefit.category.scheme,
			"payment": benefit.category.payment,
			"household": household.name,
			"recipient": benefit.holder.recipient,
			"recipient_name": benefit.holder.name,
			"status": "Active",
			"start_month": benefit.start,
			"amount": benefit.amount,
			"division": household.division,
			"township": township_of(household.division),
			"area": household.area,
			"member_count": len(benefit.shares) or len(household.rows),
			"decided_on": benefit.decided_on,
			"paid_elsewhere_until": self.doc.paid_through,
			"basis_snapshot": json.dumps({"roster_import": self.doc.name}, ensure_ascii=False),
			"rule_version": means.RULE_VERSION,
		}

	# --- many rows --------------------------------------------------------------------------------------------
	def _insert(self, doctype: str, rows: list[dict]) -> None:
		"""With what a new record has of itself: the defaults of the DocType, and those of a county.

		They are entered by whoever approved the roster, also where the scheduler goes on with the job.
		"""
		if not rows:
			return
		begins = frappe.new_doc(doctype).get_valid_dict(ignore_virtual=True)
		begins = {field: value for field, value in begins.items() if field not in STAMPS}
		row_sets.insert(
			doctype,
			list(begins),
			[[{**begins, **row}[column] for column in begins] for row in rows],
			self.doc.reviewed_by,
		)

	def _insert_rows(self, doctype: str, rows: list[dict], parenttype: str, parentfield: str) -> None:
		self._insert(
			doctype,
			[
				{
					"name": frappe.generate_hash(length=10),
					"parenttype": parenttype,
					"parentfield": parentfield,
					**row,
				}
				for row in rows
			],
		)


def _person(row: Row, household: Household) -> dict:
	values = {field: row.get(field) for field in roster_checking.OF_PERSON if row.get(field)}
	return {
		**values,
		**{field: sensitive.mask(field, row.get(field)) for field in sensitive.MASKS},
		"no_document_reason": None,
		"name": row.recipient,
		"number_compared": int(bool(row.get("confirmed"))),
		"sex": row.get("sex_of_number"),
		"birth_date": row.get("birth_date"),
		"division": household.division or row.get("division"),
		"township": township_of(household.division or row.get("division")),
		"pinyin": initials(row.name),
	}


def _home(household: Household, paid: list[frappe._dict] | None) -> dict:
	head = household.head
	return {
		**(
			entitlements.summary(paid, frappe._dict(last_review_on=household.first("last_review_on")))
			if paid
			else {}
		),
		"name": household.name,
		"head": head.recipient,
		"head_name": head.name,
		"status": "Active",
		"division": household.division,
		"township": township_of(household.division),
		"area": household.area,
		"address": household.first("address"),
		"member_count": sum(not row.stops for row in household.rows),
		"pinyin": initials(head.name),
	}


def _standing(benefit: Benefit, name: str) -> frappe._dict:
	return frappe._dict(
		name=name,
		category=benefit.category.name,
		scheme=benefit.category.scheme,
		amount=benefit.amount,
		start_month=benefit.start,
	)


def _member(household: Household, row: Row) -> dict:
	return {
		"recipient": row.recipient,
		"member_name": row.name,
		"id_number": sensitive.mask("id_number", row.get("id_number")),
		"kinship": row.get("kinship"),
		"joined_on": _joined_on(household, row),
	}


def _joined_on(household: Household, row: Row) -> date:
	"""As the roster says; else the family is known since its first benefit, and nobody before birth."""
	if row.get("joined_on"):
		return row.get("joined_on")
	known = min((benefit.start for benefit in household.benefits), default=getdate(today()))
	return max(known, row.get("birth_date"))


def count_members(households: Iterable[str]) -> None:
	"""Keep the number of present members true."""
	# Raw SQL: each household counts its own rows, which the query builder has no update for.
	if names := list(households):
		frappe.db.sql(
			f"""update `tab{HOUSEHOLD}` household set member_count = (
				select count(*) from `tab{MEMBER}` member
				where member.parent = household.name and member.parenttype = %(parenttype)s
				and (member.left_on is null or member.left_on > %(today)s))
			where household.name in %(names)s""",
			{"names": names, "parenttype": HOUSEHOLD, "today": today()},
		)


# --- the staged rows ---------------------------------------------------------------------------------------------
def _note(found: list, writing: Writing) -> None:
	"""Each staged row says what came of it; a row that the register has stopped since the check says why."""
	granted = {benefit.holder.row_no: name for _household, benefit, name in writing.granted}
	written: list[tuple] = []
	for _number, household, stored in found:
		for row in household.rows:
			before = stored[row.row_no]
			if before.status != READY:
				if row.row_no in granted:
					written.append(_outcome(before, row, household, granted, writing, before.status))
				continue
			status = STOPPED if row.stops else WRITTEN_ROW if writing.made.get(row.row_no) else THERE
			written.append(_outcome(before, row, household, granted, writing, status))
	update_rows(
		("status", "problems", "recipient", "household", "entitlement", "made"),
		written,
	)


def _outcome(before, row: Row, household: Household, granted: dict, writing: Writing, status: str) -> tuple:
	made = writing.made.get(row.row_no) or []
	return (
		before.name,
		WRITTEN_ROW if made and status != STOPPED else status,
		rosters.said(row.problems),
		row.recipient or None,
		household.name or None,
		granted.get(row.row_no),
		" ".join(made) or None,
	)


def update_rows(columns: Sequence[str], rows: list[tuple]) -> None:
	"""Set ``columns`` of staged rows, each with its name first, in one statement for many."""
	names = ", ".join(f"`{column}`" for column in ("name", *columns))
	sets = ", ".join(f"`{column}` = values(`{column}`)" for column in columns)
	one = f"({', '.join(['%s'] * (len(columns) + 1))})"
	for at in range(0, len(rows), row_sets.AT_ONCE):
		part = rows[at : at + row_sets.AT_ONCE]
		# Raw SQL: rows that are there are given new values, each its own.
		frappe.db.sql(
			f"insert into `tab{ROW}` ({names}) values {', '.join([one] * len(part))}"
			f" on duplicate key update {sets}",
			[cell for row in part for cell in row],
		)
