"""Write the invented county to a site.

    bench --site SITE socaid-demo --households 3000

Refuses a site whose register somebody else has filled. On a county of its own it does nothing, or adds the
families that a larger number asks for.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date

import frappe
from frappe.utils import getdate
from frappe.utils.nestedset import rebuild_tree

from socaid_app.assistance_intake import deadlines
from socaid_app.dynamic_management import standings
from socaid_app.policy.names import initials
from socaid_app.socaid_app import rules as site_rules
from socaid_demo import (
	archive_room,
	bulk,
	completion,
	county_staff,
	disclosure,
	dynamics,
	emergency_aid,
	family_facts,
	fieldwork,
	insight,
	moving_in,
	name_lists,
	petitions,
	registry_care,
	service_emergencies,
	service_registers,
	service_rounds,
	service_staff,
	service_stock,
	special_care,
	users,
)
from socaid_demo.benefit_history import Rules
from socaid_demo.county_villages import Village
from socaid_demo.database_rows import APPLICATION, HOUSEHOLD, RECIPIENT
from socaid_demo.daybook import Daybook
from socaid_demo.population import Plan, Population

DIVISION = "Administrative Division"
MARKER = "socaid_demo_county"
CHUNK = 2_000
# Beyond this the frozen bases would fill the disk without showing anything new.
SNAPSHOTS_UP_TO = 10_000
# Below this a second connection does not pay.
FAST_FROM = 500


class DemoRefused(frappe.ValidationError):
	pass


def load(
	households: int = 3000,
	seed: int = 20260701,
	users: bool = True,
	today: str | date | None = None,
	commit: bool = True,
	snapshots: bool | None = None,
) -> dict:
	"""Load ``households`` families; returns the shown users with their passwords, and counts of what was added.

	``today`` is the day the county's present falls on (default: the real one). Without ``commit`` everything
	stays in the caller's transaction. ``snapshots``: whether every benefit has its calculation on file, which takes most
	of the time (default: in small counties). Raises DemoRefused on a site that holds other registry data.
	"""
	households, seed = int(households), int(seed)
	plan, there = _plan(households, seed, getdate(today))
	if snapshots is not None:
		plan = replace(plan, snapshots=snapshots)
	if there >= households:
		return {"users": [], "counts": {}, "note": f"演示县已装入（{there}户），未作改动。"}
	members = county_staff.roster(seed) if users else []
	population = Population(plan, _rules(), members)
	_check_categories()
	villages = _add_villages(population.villages)
	accounts = _create_users(members)
	completion.settings()
	if commit:
		frappe.db.commit()
	counts = _write(population, households, there, villages, fast=commit and households >= FAST_FROM)
	if members and not there:
		counts |= fieldwork.load(members, seed, plan.today)
		book = Daybook(members, seed, plan.today, population.rules)
		for desk in (
			petitions,
			disclosure,
			dynamics,
			archive_room,
			insight,
			moving_in,
			name_lists,
			emergency_aid,
			special_care,
			service_rounds,
			service_emergencies,
			service_stock,
			service_registers,
			service_staff,
		):
			counts |= desk.load(book)
	standings.refresh()
	if members and not there:
		counts |= registry_care.load(book)
	_nothing_later_than_now()
	frappe.db.set_default(
		MARKER, json.dumps({"seed": seed, "households": households, "today": str(plan.today)})
	)
	if commit:
		frappe.db.commit()
	frappe.clear_cache()
	return {"users": accounts, "counts": counts}


def _nothing_later_than_now() -> None:
	"""What was done today was done by now, whatever hour of the day the story gave it."""
	now = frappe.utils.now_datetime()
	modules = frappe.get_all("Module Def", {"app_name": "socaid_app"}, pluck="name")
	kinds = {"module": ["in", modules], "issingle": 0, "is_virtual": 0}
	for doctype in frappe.get_all("DocType", kinds, pluck="name", order_by="name"):
		table = frappe.qb.DocType(doctype)
		for column in (table.creation, table.modified):
			frappe.qb.update(table).set(column, now).where(column > now).run()


def _plan(households: int, seed: int, today: date) -> tuple[Plan, int]:
	"""What to generate, and how many of its families are there already."""
	marker = json.loads(frappe.db.get_default(MARKER) or "{}")
	if marker and marker["seed"] != seed:
		frappe.throw(
			f"本站点已装入种子为{marker['seed']}的演示县，不能再装入另一个。请新建站点。", DemoRefused
		)
	if not marker and (frappe.db.count(RECIPIENT) or frappe.db.count(HOUSEHOLD)):
		frappe.throw("本站点已有登记数据，不装入演示县。请在新建的站点上装入。", DemoRefused)
	there = marker.get("households", 0)
	day = getdate(marker["today"]) if marker else today
	return Plan(seed, day, snapshots=households <= SNAPSHOTS_UP_TO), there


def _rules() -> Rules:
	return Rules(site_rules.parameters(), site_rules.standards(), site_rules.calendar())


def _check_categories() -> None:
	missing = set(family_facts.categories()) - set(
		frappe.get_all("Assistance Category", pluck="name", order_by="name")
	)
	if missing:
		frappe.throw(
			"缺少救助类别：" + "、".join(sorted(missing)) + "。请先执行 bench migrate。", DemoRefused
		)


def _create_users(members: list[county_staff.StaffMember]) -> list[dict]:
	return users.create(members) if members else []


def _add_villages(villages: list[Village]) -> dict[str, str]:
	"""Enter the villages that are missing and number the tree anew; returns code → name."""
	known = dict(
		frappe.get_all(
			DIVISION,
			fields=["name", "division_name"],
			filters={"level": "Village"},
			order_by="name",
			as_list=True,
		)
	)
	new = [village for village in villages if village.code not in known]
	if new:
		bulk.Inserts().write(DIVISION, [_village_row(village) for village in new])
		rebuild_tree(DIVISION)
	return {**{village.code: village.name for village in new}, **known}


def _village_row(village: Village) -> dict:
	now = frappe.utils.now_datetime()
	return {
		"name": village.code,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": now,
		"modified": now,
		"docstatus": 0,
		"idx": 0,
		"code": village.code,
		"division_name": village.name,
		"level": "Village",
		"area": village.area,
		"parent_administrative_division": village.township,
		"old_parent": village.township,
		"is_group": 0,
		"is_provisional": int(village.invented),
		"latitude": village.latitude,
		"longitude": village.longitude,
		"pinyin": initials(village.name),
	}


# --- rows ---------------------------------------------------------------------------------------------
def _write(
	population: Population, households: int, there: int, villages: dict[str, str], fast: bool
) -> dict[str, int]:
	writer = bulk.writer(fast)
	complete = completion.Completion(villages)
	counts: dict[str, int] = {}
	applications: list[str] = []
	progress = Progress(households, there)
	pending: dict[str, list[dict]] = {}
	try:
		for index in population.families(households, first=there):
			tables = population.book.take()
			complete(tables)
			if index == there - 1:
				_number_on(population.book.series)
			if index < there:
				continue
			for doctype, rows in tables.items():
				pending.setdefault(doctype, []).extend(rows)
			if (index + 1) % CHUNK == 0 or index + 1 == households:
				applications += [row["name"] for row in pending.get(APPLICATION, ())]
				for doctype, rows in pending.items():
					writer.write(doctype, rows)
					counts[doctype] = counts.get(doctype, 0) + len(rows)
				pending = {}
				progress(index + 1)
	finally:
		writer.close()
	if fast:
		# End the snapshot of this connection: what the other one wrote becomes visible.
		frappe.db.commit()
	bulk.advance_series({**population.book.series, **complete.series})
	for start in range(0, len(applications), deadlines.CHUNK):
		deadlines.recompute_cases(applications[start : start + deadlines.CHUNK])
	return counts


def _number_on(series: Counter[str]) -> None:
	"""The families of a county that grows are numbered after what staff have made since."""
	table = frappe.qb.DocType("Series")
	for name, current in frappe.qb.from_(table).select(table.name, table.current).run():
		series[name] = max(series[name], current)


class Progress:
	"""A line on the error stream every few seconds; standard output belongs to the result."""

	EVERY = 5.0

	def __init__(self, total: int, done: int):
		self.total, self.first, self.began = total, done, time.monotonic()
		self._next = self.began + self.EVERY

	def __call__(self, done: int) -> None:
		now = time.monotonic()
		if now < self._next and done < self.total or self.total - self.first < CHUNK:
			return
		self._next = now + self.EVERY
		rate = (done - self.first) / max(now - self.began, 0.001)
		print(f"演示县：{done}/{self.total}户，每秒{rate:.0f}户", file=sys.stderr, flush=True)
