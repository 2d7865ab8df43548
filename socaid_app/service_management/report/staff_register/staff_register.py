"""Everybody of the staff with post, contract and proofs, what has run out or will within a month in front."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_days, cint, getdate, today

from socaid_app.field_visits import employment
from socaid_app.permissions.scope import scope_of
from socaid_app.reporting import column, division_names

# Proofs of the file, and the contract among its papers.
LAST_DAYS = (
	"contract_until",
	"training_valid_until",
	"background_valid_until",
	"health_valid_until",
	"badge_valid_until",
)
SOON = 30


def execute(filters: dict | None = None):
	"""``filters``: employer, stage (none: all but those who left), only_expiring."""
	filters = frappe._dict(filters or {})
	found = rows(filters)
	if cint(filters.only_expiring):
		found = [row for row in found if row.state]
	return columns(), sorted(found, key=lambda row: (not row.expired, not row.state, row.officer_name))


def rows(filters: frappe._dict) -> list[frappe._dict]:
	wanted: dict = {"stage": filters.stage or ["!=", employment.LEFT]}
	if filters.employer:
		wanted["employer"] = filters.employer
	found = frappe.get_list(
		employment.DOCTYPE,
		filters=wanted,
		fields=[
			"name",
			"officer_name",
			"employer",
			"division",
			"post",
			"stage",
			"joined_on",
			"badge_number",
			*LAST_DAYS[1:],
		],
		order_by="officer_name, name",
		limit_page_length=0,
	)
	scope = scope_of()
	found = [row for row in found if scope.covers(row.division)]
	contracts = dict(
		frappe.get_list(
			"Staff Paper",
			filters={"kind": "Labour Contract", "replaced": 0},
			fields=["officer", "valid_until"],
			as_list=True,
			limit_page_length=0,
		)
	)
	places = division_names(row.division for row in found)
	for row in found:
		row.contract_until = contracts.get(row.name)
		row.place = places.get(row.division)
		row.employer, row.stage = (
			_(row.employer, context=employment.DOCTYPE),
			_(row.stage, context=employment.DOCTYPE),
		)
		days = [(field, getdate(row[field])) for field in LAST_DAYS if row.get(field)]
		over = [field for field, day in days if day < getdate(today())]
		soon = [field for field, day in days if getdate(today()) <= day <= getdate(add_days(today(), SOON))]
		row.expired = bool(over)
		row.state = "；".join(
			filter(
				None,
				(
					over and _("Run out: {0}").format("、".join(labels()[field] for field in over)),
					soon
					and _("Runs out within a month: {0}").format(
						"、".join(labels()[field] for field in soon)
					),
				),
			)
		)
	return found


def labels() -> dict[str, str]:
	return dict(
		zip(
			LAST_DAYS,
			(
				_("Contract"),
				_("Safety Training"),
				_("Background Check"),
				_("Health Certificate"),
				_("Work Badge"),
			),
			strict=True,
		)
	)


def columns() -> list[dict]:
	return [
		column("officer_name", _("Staff Name"), "Data", 90),
		column("state", _("What Runs Out"), "Data", 230),
		column("post", _("Position Held"), "Data", 110),
		column("stage", _("Stage of Employment"), "Data", 90),
		column("employer", _("Employer"), "Data", 100),
		column("place", _("Working Area"), "Data", 110),
		column("joined_on", _("Joined On", context=employment.DOCTYPE), "Date", 105),
		*(column(field, _("{0} until").format(label), "Date", 125) for field, label in labels().items()),
		column("badge_number", _("Badge Number"), "Data", 100),
		column("name", _("Staff File Number"), "Link", 100, employment.DOCTYPE),
	]
