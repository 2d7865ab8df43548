"""Who may be registered twice, looked for in the whole registry in the background.

By similarity where the extra ``linkage`` is installed (comparison/linkage.py), and by exact rules in any case: one
number on two records, the same name, birth date and place. What is found is stored as one Duplicate Candidate for each
pair; a pair that is on record already gets its score anew and keeps what was decided about it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import flt, now, today

from socaid_app.casework import duties, messages
from socaid_app.comparison.optional import LibraryMissing, library
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.scope import scope_of
from socaid_app.permissions.sensitive import FORMER, VAULT
from socaid_app.policy import identity, terms
from socaid_app.socaid_app.doctype.duplicate_candidate.duplicate_candidate import common_division, pair_of
from socaid_app.socaid_app.duplicate_steps import DOCTYPE, PROPOSE, TO_LOOK_AT
from socaid_app.socaid_app.merged_persons import PERSON

JOB = "duplicate-persons"
SIMILARITY, SAME_NUMBER, SAME_FACTS = "Similarity", "Same Number", "Same Name, Birth Date and Place"
PURPOSE = "在名册中查找重复登记"
CHUNK = 2_000
STEPS = 4


@dataclass(frozen=True)
class Found:
	person: str
	other: str
	found_by: str
	score: float = 0.0
	parts: str = "[]"

	@property
	def pair(self) -> str:
		return pair_of(self.person, self.other)


@frappe.whitelist(methods=["POST"])
def find_duplicates() -> None:
	"""Look through the registry in the background; the whole county, hence by who works for it."""
	duties.require(PROPOSE)
	frappe.has_permission(DOCTYPE, "create", throw=True)
	if not scope_of().everything:
		frappe.throw(_("The county office looks through the whole registry."), frappe.PermissionError)
	frappe.enqueue(
		run,
		queue="long",
		job_id=JOB,
		deduplicate=True,
		enqueue_after_commit=True,
		user=frappe.session.user,
	)


def run(user: str | None = None) -> None:
	"""The job: one pass over the registry, and whoever asked for it is told."""
	outcome = search()
	frappe.db.commit()
	if user:
		_tell(user, **outcome)


def search() -> dict:
	"""Store the pairs there are, safe to run again; how many, how many new ones, and what could not be looked for."""
	_progress(1)
	persons = _persons()
	found = {one.pair: one for one in (*_same_facts(persons), *_same_number(persons))}
	_progress(2)
	lacking = ""
	try:
		found |= {one.pair: one for one in _similar(persons) if one.pair not in found}
	except LibraryMissing as error:
		lacking = str(error)
	_progress(3)
	new = _store(found, {row.name: row for row in persons})
	_progress(STEPS)
	return {"pairs": len(found), "new": new, "lacking": lacking}


def _tell(user: str, pairs: int, new: int, lacking: str) -> None:
	said = _("{0} pairs may be one person, {1} of them new.").format(pairs, new)
	said = " ".join(filter(None, (said, lacking)))
	frappe.publish_realtime("msgprint", frappe.utils.escape_html(said), user=user)
	first = frappe.get_all(DOCTYPE, pluck="name", order_by="score desc, creation desc", limit=1)
	if first:
		messages.tell_staff([user], said, DOCTYPE, first[0])
		frappe.db.commit()


def _progress(step: int) -> None:
	frappe.publish_progress(step * 100 / STEPS, title=_("Looking for persons registered twice"))


# --- the registry -------------------------------------------------------------------------------------------------
def _persons() -> list[frappe._dict]:
	"""Everybody who was not merged away, with every number and the household they live in."""
	person, vault = frappe.qb.DocType(PERSON), frappe.qb.DocType(VAULT)
	rows = (
		frappe.qb.from_(person)
		.left_join(vault)
		.on(vault.recipient == person.name)
		.select(
			person.name,
			person.full_name,
			person.sex,
			person.birth_date,
			person.division,
			vault.id_number,
			vault.document_number,
		)
		.where(person.merged_into.isnull() | (person.merged_into == ""))
		.orderby(person.name)
		.run(as_dict=True)
	)
	former, homes = _former_numbers(), _homes()
	for row in rows:
		row.former = former.get(row.name, [])
		row.household = homes.get(row.name)
	return rows


def _former_numbers() -> dict[str, list[str]]:
	found = defaultdict(list)
	for person, number in frappe.get_all(
		FORMER, fields=["recipient", "id_number"], order_by="recipient, id_number", as_list=True
	):
		found[person].append(number)
	return found


def _homes() -> dict[str, str]:
	rows = frappe.get_all(
		"Household Member",
		filters={
			"parenttype": "Recipient Household",
			"residence": terms.LIVING_TOGETHER,
			"left_on": ["is", "not set"],
		},
		fields=["recipient", "parent"],
		order_by="joined_on, name",
		as_list=True,
	)
	return dict(rows)


# --- exact rules --------------------------------------------------------------------------------------------------
def _same_number(persons: list[frappe._dict]) -> Iterator[Found]:
	"""One number on two records: entered as a resident ID here and as another document there, or spelled otherwise."""
	holders = defaultdict(set)
	for row in persons:
		for number in (row.id_number, row.document_number, *row.former):
			plain = "".join(sign for sign in identity.normalise_id(number or "") if sign.isalnum())
			if len(plain) >= 6:
				holders[plain].add(row.name)
	yield from _pairs(holders.values(), SAME_NUMBER, "号码相同，写法或证件种类不同")


def _same_facts(persons: list[frappe._dict]) -> Iterator[Found]:
	holders = defaultdict(set)
	for row in persons:
		if row.full_name and row.birth_date and row.division:
			holders[row.full_name, row.birth_date, row.division].add(row.name)
	yield from _pairs(holders.values(), SAME_FACTS, "姓名、出生日期和所在村（社区）都相同")


def _pairs(groups, found_by: str, said: str) -> Iterator[Found]:
	parts = json.dumps([{"field": "规则", "said": said, "weight": None}], ensure_ascii=False)
	for group in groups:
		names = sorted(group)
		for place, person in enumerate(names):
			for other in names[place + 1 :]:
				yield Found(person, other, found_by, parts=parts)


# --- by similarity ------------------------------------------------------------------------------------------------
def _similar(persons: list[frappe._dict]) -> Iterator[Found]:
	"""Raises LibraryMissing, before anything is read, where the extra is not installed."""
	library("splink", "linkage", PURPOSE)
	pa, duckdb = library("pyarrow", "linkage", PURPOSE), library("duckdb", "linkage", PURPOSE)
	from socaid_app.comparison import linkage

	connection = duckdb.connect()
	text = pa.string()
	table = pa.table(
		{
			"person": pa.array([row.name for row in persons], text),
			"id_number": pa.array([row.id_number for row in persons], text),
			"former_numbers": pa.array([row.former for row in persons], pa.list_(text)),
			"name": pa.array([row.full_name for row in persons], text),
			"sex": pa.array([{"Male": "M", "Female": "F"}.get(row.sex) for row in persons], text),
			"born_on": pa.array([row.birth_date and str(row.birth_date) for row in persons], text),
			"division": pa.array([row.division for row in persons], text),
			"household": pa.array([row.household for row in persons], text),
		}
	)
	connection.register("persons_read", table)
	connection.execute("CREATE TABLE persons AS FROM persons_read")
	linkage.duplicates(connection, linkage.DUPLICATES_THRESHOLD)
	rows = connection.execute("SELECT person, other, score, parts FROM duplicates").fetchall()
	connection.close()
	return (Found(person, other, SIMILARITY, flt(score, 2), parts) for person, other, score, parts in rows)


# --- storing ------------------------------------------------------------------------------------------------------
FIELDS = (
	"name",
	"creation",
	"modified",
	"owner",
	"modified_by",
	"person",
	"person_name",
	"other",
	"other_name",
	"title",
	"pair",
	"status",
	"found_by",
	"score",
	"found_on",
	"parts",
	"division",
	"township",
)


def _store(found: dict[str, Found], persons: dict[str, frappe._dict]) -> int:
	"""New pairs are entered; of known ones that wait to be looked at, the score is brought up to date."""
	known = dict(frappe.get_all(DOCTYPE, fields=["pair", "status"], order_by="pair", as_list=True))
	table = frappe.qb.DocType(DOCTYPE)
	for one in found.values():
		if known.get(one.pair) == TO_LOOK_AT:
			(
				frappe.qb.update(table)
				.set(table.score, one.score)
				.set(table.parts, one.parts)
				.set(table.found_by, one.found_by)
				.where((table.pair == one.pair) & (table.status == TO_LOOK_AT))
				.run()
			)
	new = [one for one in found.values() if one.pair not in known]
	stamp, user = now(), frappe.session.user
	rows = [_row(one, persons, stamp, user) for one in new]
	frappe.db.bulk_insert(DOCTYPE, list(FIELDS), rows, ignore_duplicates=True, chunk_size=CHUNK)
	return len(rows)


def _row(one: Found, persons: dict[str, frappe._dict], stamp: str, user: str) -> tuple:
	first, second = (persons[name] for name in sorted((one.person, one.other)))
	division = common_division(first.division, second.division)
	return (
		frappe.generate_hash(length=10),
		stamp,
		stamp,
		user,
		user,
		first.name,
		first.full_name,
		second.name,
		second.full_name,
		f"{first.full_name}／{second.full_name}",
		one.pair,
		TO_LOOK_AT,
		one.found_by,
		one.score,
		today(),
		one.parts,
		division,
		township_of(division),
	)
