"""What is in stock, lot by lot: below the minimum, expiring, and what will expire before it is used."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_days, cint, getdate, today

from socaid_app.policy import stock
from socaid_app.reporting import column
from socaid_app.service_management import stock_keeping
from socaid_app.service_management.stock_keeping import ITEM

# Expiring within so many days, unless the reader says otherwise.
SOON = 90


def execute(filters: dict | None = None):
	"""``filters``: only (Below the Minimum, Expiring, Not Used in Time), days, service_object."""
	filters = frappe._dict(filters or {})
	items = supplies(filters)
	per_day = stock_keeping.used_per_day(item.name for item in items)
	places = dict(
		frappe.get_all(
			"Service Object",
			filters={"name": ["in", [item.service_object for item in items]]},
			fields=["name", "object_name"],
			as_list=True,
		)
	)
	rows = [row for item in items for row in _rows(item, per_day.get(item.name, 0.0), filters)]
	for row in rows:
		row["object_name"] = places.get(row.pop("service_object"))
	return columns(), rows


def supplies(filters: frappe._dict) -> list[frappe._dict]:
	"""Those the reader may see."""
	wanted = {"disabled": 0}
	if filters.service_object:
		wanted["service_object"] = filters.service_object
	if filters.only == "Below the Minimum":
		wanted["short_since"] = ["is", "set"]
	return frappe.get_list(
		ITEM,
		filters=wanted,
		fields=["name", "item_name", "category", "service_object", "unit", "minimum", "on_hand", "lots"],
		order_by="service_object, item_name, name",
		limit_page_length=0,
	)


def _rows(item: frappe._dict, per_day: float, filters: frappe._dict) -> list[dict]:
	lots = stock_keeping.lots_of(item)
	wasted = {lot.key: lot.quantity for lot in stock.will_expire(lots, per_day, getdate(today()))}
	until = getdate(add_days(today(), cint(filters.days) or SOON))
	shown = [
		lot
		for lot in lots
		if (filters.only != "Expiring" or (lot.expires_on and lot.expires_on <= until))
		and (filters.only != "Not Used in Time" or wasted.get(lot.key))
	]
	if not lots and filters.only in (None, "", "Below the Minimum"):
		shown = [stock.Lot("", None, 0)]
	same = {
		name: item[name] for name in ("name", "item_name", "service_object", "unit", "minimum", "on_hand")
	}
	return [
		{
			**same,
			"kind": _(item.category, context=ITEM),
			"short": max(cint(item.minimum) - cint(item.on_hand), 0),
			"per_month": round(per_day * 30, 1),
			"batch": lot.batch,
			"expires_on": lot.expires_on,
			"quantity": lot.quantity,
			"wasted": wasted.get(lot.key, 0),
		}
		for lot in shown
	]


def columns() -> list[dict]:
	return [
		column("object_name", _("Kept At"), "Data", 180),
		column("item_name", _("Name of the Supply"), "Data", 160),
		column("kind", _("Kind of Supply"), "Data", 110),
		column("batch", _("Batch"), "Data", 110),
		column("expires_on", _("Usable Until"), "Date", 110),
		column("quantity", _("Quantity"), "Int", 90),
		column("unit", _("Counted In"), "Data", 70),
		column("on_hand", _("In Stock"), "Int", 90),
		column("minimum", _("Minimum Stock"), "Int", 90),
		column("short", _("Pieces Missing"), "Int", 90),
		column("per_month", _("Used a Month"), "Float", 100),
		column("wasted", _("Will Expire before Use"), "Int", 130),
		column("name", _("Number of the Supply"), "Link", 110, ITEM),
	]
