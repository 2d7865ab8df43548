"""Spot checks: a sample of finished visits that nobody can steer, and what its results say.

The sample is drawn once. Population, settings and result stay with the spot check, so that anybody can draw it
again and compare (:func:`verify`). The visits themselves are checked in revisits.py.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, cint, flt, getdate, now, today
from pypika.terms import LiteralValue

from socaid_app.casework.places import division_names
from socaid_app.casework.steps import Steps
from socaid_app.permissions.divisions import bounds
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import sampling
from socaid_app.socaid_app import rules

DOCTYPE, ITEM = "Spot Check", "Spot Check Item"
DRAFT, DRAWN, COMPLETED = "Draft", "Drawn", "Completed"
# What is looked at again: finished visits, or cases that townships confirmed (filings.py).
VISITS, CASES = "Visits", "Confirmed Cases"
UNIT = {VISITS: "first_visit", CASES: "application"}
CONSISTENT, DEVIATES, MISTAKE = "Consistent", "Deviates", "Mistake"
REVISIT_PURPOSE = "Spot Check"
VISITED = ("Finished", "Reviewed")
# What decides which visits are drawn.
SETTINGS = (
	"division",
	"period_from",
	"period_to",
	"cycle",
	"ratio",
	"strata",
	"at_least",
	"seed",
	"exclude_checked_since",
	"exclude_note",
)
CHUNK = 2_000
# The seed is an Int column.
SEEDS = 2**31 - 1


class SampleFrozen(frappe.ValidationError):
	pass


class NothingToDraw(frappe.ValidationError):
	pass


class NotCheckedYet(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=SampleFrozen)


# --- drawing ----------------------------------------------------------------------------------------------
@step(
	_lt("Draw Sample"),
	at=DRAFT,
	to=DRAWN,
	confirm=_lt("Draw the sample now? Its settings can no longer change afterwards."),
	primary=True,
)
def draw(doc: Document) -> int:
	"""Draw the sample and freeze it; returns the number of visits drawn.

	Raises SampleFrozen when it was drawn before, NothingToDraw when no finished visit is in scope.
	"""
	doc.require_own_area()
	visits = population(doc)
	if not visits:
		frappe.throw(
			_(
				"No finished visit lies in this area and period, or all are left out. Change the settings and"
				" draw again."
			),
			NothingToDraw,
		)
	return take_sample(doc, visits)


def take_sample(doc: Document, units: list[frappe._dict], due_on=None) -> int:
	"""Draw from ``units`` and store what was drawn; the spot check, with its frame, is for the caller to save.

	Returns how many were drawn."""
	frame = _frame(units, doc.strata)
	doc.seed = cint(doc.seed) or secrets.randbelow(SEEDS) + 1
	sample = sampling.draw(frame, doc.ratio, cint(doc.at_least), doc.seed)
	drawn = set(sample.names)
	_insert_items(doc, [unit for unit in units if unit.name in drawn], frame, due_on)
	doc.update(
		{
			"drawn_at": now(),
			"population": len(units),
			"drawn": len(drawn),
			"sample_hash": sample.fingerprint,
			"frame": json.dumps(frame, ensure_ascii=False, sort_keys=True),
		}
	)
	return len(drawn)


def population(spot_check: Document) -> list[frappe._dict]:
	"""The finished visits a spot check may draw: in its area, period and cycle, without revisits of other
	spot checks and without households checked since the date entered."""
	visit = frappe.qb.DocType("Home Visit")
	low, high = bounds(spot_check.division)
	wanted = [
		visit.status.isin(VISITED),
		visit.purpose != REVISIT_PURPOSE,
		visit.check_out_at >= getdate(spot_check.period_from),
		visit.check_out_at < getdate(add_days(spot_check.period_to, 1)),
		visit.division[low:high],
	]
	if spot_check.cycle:
		wanted.append(visit.cycle == spot_check.cycle)
	rows = (
		frappe.qb.from_(visit)
		.select(visit.name, visit.household, visit.head_name, visit.category, visit.division, visit.township)
		.where(Criterion.all(wanted))
		.orderby(visit.name)
		.run(as_dict=True)
	)
	if not spot_check.exclude_checked_since:
		return rows
	recent = _households_checked_since(spot_check.exclude_checked_since)
	return [row for row in rows if row.household not in recent]


def _households_checked_since(day) -> set[str]:
	item, check = frappe.qb.DocType(ITEM), frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(item)
		.join(check)
		.on(check.name == item.spot_check)
		.select(item.household)
		.distinct()
		.where(check.drawn_at >= getdate(day))
		.run()
	)
	return {household for (household,) in rows}


def _frame(units: list[frappe._dict], strata: str) -> dict[str, str]:
	"""Visit or case → stratum: its township, or its township and category."""
	townships = division_names({unit.township for unit in units})

	def stratum(unit) -> str:
		township = townships.get(unit.township) or unit.township or ""
		return township if strata == "Township" else f"{township} · {unit.category or ''}"

	return {unit.name: stratum(unit) for unit in units}


def _insert_items(doc: Document, units: list[frappe._dict], frame: dict[str, str], due_on) -> None:
	moment, user = now(), frappe.session.user
	rows = [
		{
			# one row per visit or case, guaranteed by the key
			"name": f"{doc.name}-{unit.name}",
			"creation": moment,
			"modified": moment,
			"modified_by": user,
			"owner": user,
			"spot_check": doc.name,
			UNIT[doc.subject]: unit.name,
			"household": unit.household,
			"head_name": unit.head_name,
			"category": unit.category,
			"stratum": frame[unit.name],
			"status": "To Do",
			"due_on": due_on,
			"division": unit.division,
			"township": unit.township,
		}
		for unit in units
	]
	frappe.db.bulk_insert(ITEM, list(rows[0]), (list(row.values()) for row in rows), chunk_size=CHUNK)


@frappe.whitelist()
def verify(spot_check: str) -> bool:
	"""Draw again from the frozen population: whether the same visits and fingerprint come out."""
	doc = frappe.get_doc(DOCTYPE, spot_check)
	doc.check_permission("read")
	if doc.status == DRAFT:
		frappe.throw(_("No sample has been drawn yet."), NotCheckedYet)
	sample = sampling.draw(json.loads(doc.frame), doc.ratio, cint(doc.at_least), doc.seed)
	unit = UNIT[doc.subject]
	stored = frappe.get_all(ITEM, filters={"spot_check": doc.name}, pluck=unit, order_by=unit)
	return sample.fingerprint == doc.sample_hash and sorted(stored) == list(sample.names)


# --- results ----------------------------------------------------------------------------------------------
def refresh(spot_check: str) -> None:
	"""Count the results anew, after one was entered."""
	check = frappe.qb.DocType(DOCTYPE)
	# Locked first: of two results entered at once, the second count sees the first result.
	frappe.db.get_value(DOCTYPE, spot_check, "name", for_update=True)
	item = frappe.qb.DocType(ITEM)
	results = (
		frappe.qb.from_(item).select(item.result).where(item.spot_check == spot_check).for_update().run()
	)
	entered = [result for (result,) in results if result]
	(
		frappe.qb.update(check)
		.set(check.checked, len(entered))
		.set(check.errors, entered.count(MISTAKE))
		.where(check.name == spot_check)
		.run()
	)


def _without_result(doc: Document) -> list[NotCheckedYet]:
	open_items = frappe.db.count(ITEM, {"spot_check": doc.name, "status": ["!=", "Done"]})
	if not open_items:
		return []
	return [
		NotCheckedYet(
			_("{0}: {1} visits have no result yet. Enter all results first.").format(doc.name, open_items)
		)
	]


@step(
	_lt("Complete Spot Check"),
	at=DRAWN,
	to=COMPLETED,
	missing=_without_result,
	refusal=NotCheckedYet,
	primary=True,
)
def complete(doc: Document) -> None:
	"""Close a spot check: its results stay as they are. Raises NotCheckedYet while a visit is unchecked."""


def rates(filters: dict | None = None) -> list[dict]:
	"""Per spot check and township that the reader may see: counts of checked visits, deviations and mistakes,
	and both rates in percent with their 95 % Wilson intervals.

	``filters``: subject, spot_check, township, from_date and to_date (of drawing). Not yet rechecked visits count only in
	``drawn``.
	"""
	filters = frappe._dict(filters or {})
	item, check, visit = (frappe.qb.DocType(name) for name in (ITEM, DOCTYPE, "Home Visit"))
	wanted = []
	if filters.subject:
		wanted.append(check.subject == filters.subject)
	if filters.spot_check:
		wanted.append(item.spot_check == filters.spot_check)
	if filters.township:
		wanted.append(item.township == filters.township)
	if filters.from_date:
		wanted.append(check.drawn_at >= getdate(filters.from_date))
	if filters.to_date:
		wanted.append(check.drawn_at < getdate(add_days(filters.to_date, 1)))
	if condition := scope_condition(ITEM):
		wanted.append(LiteralValue(condition))

	def number(*results: str):
		return Sum(Case().when(item.result.isin(results), 1).else_(0))

	rows = (
		frappe.qb.from_(item)
		.join(check)
		.on(check.name == item.spot_check)
		.left_join(visit)
		.on(visit.name == item.revisit)
		.select(
			item.spot_check,
			check.title,
			item.township,
			Count("*").as_("drawn"),
			Sum(Case().when(visit.status.isin(VISITED), 1).else_(0)).as_("visited"),
			number(CONSISTENT, DEVIATES, MISTAKE).as_("checked"),
			number(DEVIATES).as_("deviations"),
			number(MISTAKE).as_("mistakes"),
		)
		.where(Criterion.all(wanted))
		.groupby(item.spot_check, check.title, item.township)
		.orderby(item.spot_check, item.township)
		.run(as_dict=True)
	)
	names = division_names({row.township for row in rows})
	sizes = _sizes({row.spot_check for row in rows})
	for row in rows:
		row.township_name = names.get(row.township)
		row.population = sizes.get((row.spot_check, row.township_name), 0)
	return [_with_rates(row) for row in rows]


def _sizes(spot_checks: set[str]) -> dict[tuple[str, str], int]:
	"""(spot check, township) → how many it was drawn from, by the frozen frame."""
	sizes: Counter[tuple[str, str]] = Counter()
	for name in sorted(spot_checks):
		frame = json.loads(frappe.db.get_value(DOCTYPE, name, "frame") or "{}")
		sizes.update((name, stratum.split(" · ")[0]) for stratum in frame.values())
	return sizes


def _with_rates(row: frappe._dict) -> frappe._dict:
	for field in ("visited", "checked", "deviations", "mistakes"):
		row[field] = cint(row[field])
	for prefix, count in (("error", row.mistakes), ("deviation", row.deviations)):
		rate = sampling.wilson(count, row.checked)
		# Where nothing was checked there is no rate, rather than one of nought.
		row[f"{prefix}_rate"] = flt(rate.value * 100, 2) if row.checked else None
		row[f"{prefix}_low"] = flt(rate.low * 100, 2) if row.checked else None
		row[f"{prefix}_high"] = flt(rate.high * 100, 2) if row.checked else None
	return row


@frappe.whitelist()
def results(spot_check: str) -> list[dict]:
	"""For the form: the rates per township, and whether its error rate exceeds the limit."""
	frappe.get_doc(DOCTYPE, spot_check).check_permission("read")
	rows = rates({"spot_check": spot_check})
	limit = error_limit()
	for row in rows:
		row.over_limit = bool(row.checked) and row.error_rate > limit
	return rows


def error_limit() -> float:
	"""The error rate, in percent, above which a township is sampled again."""
	return flt(rules.parameters().get("spot_check_error_limit_ratio", getdate(today()))) * 100


# --- poor units -------------------------------------------------------------------------------------------
def _not_complete(doc: Document) -> list[NotCheckedYet]:
	if doc.status == COMPLETED:
		return []
	return [
		NotCheckedYet(_("Complete the spot check first: poor townships are known only with all results."))
	]


@step(
	_lt("Resample Poor Townships"),
	when=lambda doc: doc.subject == VISITS,
	missing=_not_complete,
	hidden=_not_complete,
)
def resample(doc: Document) -> list[str]:
	"""Prepare another spot check for each township whose error rate exceeds the limit; returns the new ones.

	Same visits in scope without the households already checked, a larger share (parameter). Running it again
	adds nothing. Raises NotCheckedYet before the results are complete. Confirmed cases are drawn once, by the month.
	"""
	there = set(frappe.get_all(DOCTYPE, filters={"resample_of": doc.name}, pluck="division", order_by="name"))
	poor = [row for row in results(doc.name) if row.over_limit and row.township not in there]
	return [_prepare_resample(doc, row) for row in poor]


def _prepare_resample(doc: Document, row: frappe._dict) -> str:
	share = flt(rules.parameters().get("spot_check_resample_ratio", getdate(today()))) * 100
	again = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"title": _("Resampling of {0}: {1}").format(doc.title, row.township_name),
			"division": row.township,
			"ratio": max(share, doc.ratio),
			"exclude_checked_since": getdate(doc.drawn_at),
			"exclude_note": _("Households of {0} are left out.").format(doc.name),
			"resample_of": doc.name,
			**{
				field: doc.get(field) for field in ("period_from", "period_to", "cycle", "strata", "at_least")
			},
		}
	)
	again.save_by_use_case()
	return again.name
