"""Write an invented county to a site: `bench execute socaid_app.setup.demo.load.load --kwargs "{'households': 3000}"`.

People, households and entitlements go in set-based, with exactly what the controllers would have written;
cases go through the real steps, so that a clerk can carry on with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import frappe
from frappe.utils import cint, getdate, update_progress_bar
from frappe.utils import today as site_today

from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.sensitive import MASKS
from socaid_app.policy import clock, identity, means, snapshot, terms
from socaid_app.setup.demo import bulk, names, population
from socaid_app.setup.demo.population import Household, Place, Segment
from socaid_app.socaid_app import rules

SEED = 20260701
MARK = "socaid_demo_county"
# Snapshots of every entitlement make a demo tellable; in a county for benchmarks they would only fill the disk.
MOST_SNAPSHOTS = 10_000

STANDARD = ("name", "creation", "modified", "modified_by", "owner", "docstatus", "idx")
CHILD = (*STANDARD, "parent", "parenttype", "parentfield")
COLUMNS = {
	"Recipient": (*STANDARD, "full_name", "id_number", "sex", "birth_date", "division", "township", "hukou_type", "hukou_division", "ethnicity", "pinyin", "status", "phone", "bank_name", "bank_account", "marital", "schooling", "employment", "labour_capacity", "health", "disability_type", "disability_grade"),
	"Recipient Identity": (*STANDARD, "recipient", "id_number", "phone", "bank_account"),
	"Recipient Household": (*STANDARD, "head", "head_name", "status", "division", "township", "area", "member_count", "current_benefit", "current_amount", "review_class", "next_review_on", "pinyin", "payee"),
	"Household Member": (*CHILD, "recipient", "member_name", "id_number", "kinship", "residence", "joined_on", "counted"),
	"Household Event": (*STANDARD, "household", "event", "happened_on", "division", "township"),
	"Entitlement": (*STANDARD, "category", "scheme", "payment", "household", "recipient", "recipient_name", "member_count", "status", "start_month", "end_month", "amount", "division", "township", "area", "decided_on", "rule_version", "basis_snapshot", "previous_entitlement"),
	"Entitlement Share": (*CHILD, "recipient", "member_name", "share", "care_grade", "care_amount"),
}


def load(households: int = 3000, seed: int = SEED, users: bool = True, cases: bool = True, today: str | None = None) -> list[dict]:
	"""Load the county and return the demo users with their passwords, which are stored nowhere.

	Running it again with the same seed adds only the households that are missing; a site that holds other
	people's records is left alone.
	"""
	households, seed = cint(households), cint(seed)
	mark = json.loads(frappe.db.get_default(MARK) or "{}")
	if not mark and frappe.db.count("Recipient"):
		frappe.throw("本站点已有救助对象，演示县只能装入空站点。")
	if mark and mark["seed"] != seed:
		frappe.throw(f"本站点已装入种子为{mark['seed']}的演示县，不能再装入另一个。")
	day = getdate(today or mark.get("today") or site_today())
	enter_villages()
	first = mark.get("households", 0)
	if first < households:
		County(seed, day, first, households).write()
		frappe.db.set_default(MARK, json.dumps({"seed": seed, "households": households, "today": str(day)}))
		frappe.db.commit()
	if not users:
		return []
	from socaid_app.setup.demo import users as people

	made = people.make()
	if cases and not mark:
		from socaid_app.setup.demo import cases as work

		work.make(day)
	frappe.db.commit()
	return made


def enter_villages() -> None:
	"""Invented villages for the townships whose codes are not known; the two known ones keep their own."""
	townships = frappe.get_all("Administrative Division", filters={"level": "Township"}, fields=["name", "area"], order_by="name")
	for township in townships:
		known = frappe.get_all(
			"Administrative Division", filters={"parent_administrative_division": township.name}, limit=1, order_by="name"
		)
		if known:
			continue
		for position, (code, name) in enumerate(names.villages(township.name)):
			frappe.get_doc(
				{
					"doctype": "Administrative Division",
					"code": code,
					"division_name": name.replace("村", "社区") if township.area == terms.URBAN and position < 6 else name,
					"level": "Village",
					"area": terms.URBAN if township.area == terms.URBAN and position < 6 else terms.RURAL,
					"parent_administrative_division": township.name,
					"is_provisional": 1,
				}
			).insert(ignore_permissions=True)
	frappe.db.commit()


def places() -> list[Place]:
	rows = frappe.get_all("Administrative Division", filters={"level": "Village"}, fields=["name", "area"], order_by="name")
	return [Place(row.name, township_of(row.name), row.area or terms.RURAL) for row in rows]


class County:
	"""Turns households into table rows, table by table, so that nothing large is held in memory."""

	SIZE = 2000

	def __init__(self, seed: int, today: date, first: int, last: int):
		self.seed, self.today, self.first, self.last = seed, today, first, last
		self.parameters, self.standards = rules.parameters(), rules.standards()
		self.payments = dict(frappe.get_all("Assistance Category", fields=["name", "payment"], order_by="name", as_list=True))
		self.taken = set(frappe.get_all("Recipient Identity", pluck="id_number", order_by="name")) if first else set()
		self.person = _series("RC-")
		self.household = _series("HH-")
		self.entitlement = _series("RD-")
		self.stamp = datetime.combine(today, datetime.min.time()) - timedelta(days=30)
		self.with_snapshot = last <= MOST_SNAPSHOTS

	def write(self) -> None:
		batch: list[Household] = []
		total = self.last - self.first
		stream = population.households(self.last, self.seed, self.today, places(), self.first)
		for number, household in enumerate(stream, 1):
			for person in household.persons:
				population.distinct(person, self.taken)
			batch.append(household)
			if len(batch) == self.SIZE or number == total:
				self.write_batch(batch)
				update_progress_bar("演示县", number - 1, total)
				batch = []

	def write_batch(self, batch: list[Household]) -> None:
		rows: dict[str, list] = {doctype: [] for doctype in COLUMNS}
		for household in batch:
			for doctype, row in self.rows(household):
				rows[doctype].append([row.get(column) for column in COLUMNS[doctype]])
		for doctype, values in rows.items():
			bulk.insert(doctype, COLUMNS[doctype], values)
		bulk.advance_series("RC-", self.person)
		bulk.advance_series("HH-", self.household)
		bulk.advance_series("RD-", self.entitlement)
		frappe.db.commit()

	def rows(self, h: Household) -> Iterator[tuple[str, dict]]:
		"""Every row of one household, as (DocType, values)."""
		self.household += 1
		house = f"HH-{self.household:08d}"
		base = self.base(h.number)
		where = {"division": h.village, "township": h.township}
		members = []
		for position, person in enumerate(h.persons):
			self.person += 1
			name = f"RC-{self.person:08d}"
			members.append(name)
			full = {"id_number": person.id_number, "phone": person.phone or None, "bank_account": person.bank_account or None}
			shown = {field: MASKS[field](value) for field, value in full.items() if value}
			yield (
				"Recipient",
				{
					**base,
					**where,
					**shown,
					"name": name,
					"full_name": person.full_name,
					"sex": person.sex,
					"birth_date": person.birth_date,
					"hukou_type": h.area,
					"hukou_division": h.village,
					"ethnicity": "汉族" if h.number % 11 else "满族",
					"pinyin": identity.pinyin_initials(person.full_name),
					"status": "Active",
					"bank_name": "演示农村信用社" if person.bank_account else None,
					"marital": person.marital,
					"schooling": person.schooling,
					"employment": person.employment,
					"labour_capacity": person.labour_capacity,
					"health": person.health,
					"disability_type": person.disability_type,
					"disability_grade": person.disability_grade,
				},
			)
			yield "Recipient Identity", {**base, "name": name, "recipient": name, **full}
			yield (
				"Household Member",
				{
					**base,
					**self.child(f"m{self.person}", house, "Recipient Household", "members", position + 1),
					"recipient": name,
					"member_name": person.full_name,
					"id_number": shown["id_number"],
					"kinship": person.kinship,
					"residence": terms.LIVING_TOGETHER,
					"joined_on": h.joined_on,
					"counted": 1,
				},
			)
		standing = None
		previous = None
		for segment in h.segments:
			entitlement, shares = self.entitle(h, segment, house, members, base | where, previous)
			if not entitlement["amount"] and entitlement["payment"] != terms.RECOGNITION:
				continue
			previous = entitlement["name"]
			yield "Entitlement", entitlement
			for share in shares:
				yield "Entitlement Share", share
			if not segment.end or segment.end >= self.today.replace(day=1):
				standing = (entitlement, segment)
		head = h.persons[0]
		yield (
			"Recipient Household",
			{
				**base,
				**where,
				"name": house,
				"head": members[0],
				"payee": members[0],
				"head_name": head.full_name,
				"status": "Active",
				"area": h.area,
				"member_count": len(members),
				"current_benefit": standing[0]["category"] if standing else None,
				"current_amount": standing[0]["amount"] if standing else 0,
				"review_class": h.review_class if standing else None,
				"next_review_on": self.next_review(h, standing[1]) if standing else None,
				"pinyin": identity.pinyin_initials(head.full_name),
			},
		)
		yield (
			"Household Event",
			{**base, **where, "name": f"e{self.household:08d}", "household": house, "event": "Created", "happened_on": h.joined_on},
		)

	def entitle(self, h: Household, segment: Segment, house: str, members: list[str], base: dict, previous: str | None):
		"""One segment as an Entitlement with its shares, the amount computed by the law library."""
		case = h.case(segment)
		result = means.assess(case, self.parameters, self.standards)
		self.entitlement += 1
		name = f"RD-{self.entitlement:08d}"
		ended = segment.end and segment.end < self.today.replace(day=1)
		entitlement = {
			**base,
			"name": name,
			"docstatus": 1,
			"category": h.category,
			"scheme": h.scheme,
			"payment": self.payments[h.category],
			"household": house,
			"recipient": members[0],
			"recipient_name": h.persons[0].full_name,
			"member_count": result.member_count,
			"status": "Ended" if ended else "Active",
			"start_month": segment.start,
			"end_month": segment.end,
			"amount": result.amount,
			"area": h.area,
			"decided_on": segment.start - timedelta(days=12),
			"rule_version": result.rule_version,
			"previous_entitlement": previous,
		}
		if self.with_snapshot:
			frozen = snapshot.freeze(case, self.parameters, self.standards, result)
			entitlement["basis_snapshot"] = json.dumps(frozen, ensure_ascii=False, separators=(",", ":"))
		shares = [
			{
				**base,
				**self.child(f"s{name}{member}", name, "Entitlement", "shares", position, docstatus=1),
				"recipient": members[int(member)],
				"member_name": h.persons[int(member)].full_name,
				"share": share,
				"care_grade": result.care_grade or None,
				"care_amount": result.care_amount or None,
			}
			for position, (member, share) in enumerate((result.shares or dict.fromkeys(result.counted, 0)).items(), 1)
		]
		return entitlement, shares

	def next_review(self, h: Household, segment: Segment) -> date:
		key = "tekun_review_months" if h.scheme == terms.TEKUN else (
			"jilin_review_key_months" if h.review_class == "Key" else "jilin_review_general_months"
		)
		months = int(self.parameters.get(key, self.today))
		due = segment.start
		while due <= self.today:
			due = clock.add_months(due, months)
		return due

	def base(self, number: int) -> dict:
		stamp = self.stamp + timedelta(seconds=number % 2_500_000)
		return {"creation": stamp, "modified": stamp, "modified_by": "Administrator", "owner": "Administrator", "docstatus": 0, "idx": 0}

	@staticmethod
	def child(name: str, parent: str, parenttype: str, parentfield: str, idx: int, docstatus: int = 0) -> dict:
		return {"name": name, "parent": parent, "parenttype": parenttype, "parentfield": parentfield, "idx": idx, "docstatus": docstatus}


def _series(prefix: str) -> int:
	series = frappe.qb.DocType("Series")
	rows = frappe.qb.from_(series).select(series.current).where(series.name == prefix).run()
	return cint(rows[0][0]) if rows else 0
