"""By when notices and publications have to be public, and how many were (民办函〔2019〕52号)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import getdate, today
from pypika.functions import Count, Date
from pypika.terms import LiteralValue

from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import clock
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import catalogue, notice_steps
from socaid_app.public_disclosure.catalogue import ITEM, PUBLICATION
from socaid_app.public_disclosure.content import NOTICE
from socaid_app.socaid_app import rules


@dataclass
class Tally:
	"""Of what was due: public in time, public late, waiting in time, waiting beyond the last day."""

	in_time: int = 0
	late: int = 0
	waiting: int = 0
	overdue: int = 0

	@property
	def rate(self) -> float | None:
		"""Share in time (%) of all whose day has come; None where none has."""
		judged = self.in_time + self.late + self.overdue
		return round(self.in_time * 100 / judged, 1) if judged else None

	def add(self, count: int, due: date, public_on: date | None, on: date) -> None:
		if public_on:
			self.in_time += count * (public_on <= due)
			self.late += count * (public_on > due)
		else:
			self.waiting += count * (on <= due)
			self.overdue += count * (on > due)


def notice_due(kind: str, roll_month: date | None, formed_on: date) -> date:
	"""The last day to post: working days of the catalogue after the month began, or after it was drafted."""
	start = getdate(roll_month) if kind == rules_of.ROLL else getdate(formed_on)
	return clock.after(start, catalogue.publish_days(start), clock.WORKING, rules.calendar())[0]


def tallies(
	since: date, until: date, township: str | None = None, on: date | None = None
) -> dict[tuple[str, str], Tally]:
	"""(township, item) → Tally of what was formed in the period; the item is a catalogue code or a notice kind.

	Only what the reader may see.
	"""
	on = on or getdate(today())
	found: dict[tuple[str, str], Tally] = defaultdict(Tally)
	dues: dict[tuple, date] = {}
	for row in _notices(since, until, township):
		key = (row.kind, row.roll_month, row.formed_on)
		if key not in dues:
			dues[key] = notice_due(*key)
		found[row.township or "", row.kind].add(row.found, dues[key], row.posted_on, on)
	for row in _publications(since, until, township):
		found[row.township or "", row.catalogue_item].add(row.found, row.due_on, row.published_on, on)
	return dict(found)


def _notices(since: date, until: date, township: str | None) -> list:
	table = frappe.qb.DocType(NOTICE)
	formed = Date(table.creation)
	query = (
		frappe.qb.from_(table)
		.select(table.township, table.kind, table.roll_month, formed.as_("formed_on"), table.posted_on)
		.select(Count("*").as_("found"))
		.where(formed[since:until])
		.where((table.status != notice_steps.WITHDRAWN) | table.posted_on.isnotnull())
		.groupby(table.township, table.kind, table.roll_month, formed, table.posted_on)
		.orderby(table.township, table.kind)
	)
	return _scoped(query, table, NOTICE, township)


def _publications(since: date, until: date, township: str | None) -> list:
	table = frappe.qb.DocType(PUBLICATION)
	query = (
		frappe.qb.from_(table)
		.select(table.township, table.catalogue_item, table.due_on, table.published_on)
		.select(Count("*").as_("found"))
		.where(table.formed_on[since:until])
		.where((table.status != catalogue.DOWN) | table.published_on.isnotnull())
		.groupby(table.township, table.catalogue_item, table.due_on, table.published_on)
		.orderby(table.township, table.catalogue_item)
	)
	return _scoped(query, table, PUBLICATION, township)


def _scoped(query, table, doctype: str, township: str | None) -> list:
	if township:
		query = query.where(table.township == township)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(doctype):
		query = query.where(LiteralValue(condition))
	return query.run(as_dict=True)


def item_titles() -> dict[str, str]:
	"""Catalogue code → title."""
	return dict(
		frappe.get_all(ITEM, fields=["name", "title"], order_by="name", as_list=True)  # a short list
	)
