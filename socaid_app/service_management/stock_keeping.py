"""Supplies (第二、四、五章): receipts, issues, returns, counts and disposals as a ledger that only grows.

The row of the supply is locked before a movement is judged, and it carries its lots (JSON of [batch, last day,
pieces]): whoever waited for the lock sees what the one before left, so nothing goes below zero and nothing gets lost.
What the lots are follows from the movements at any time (:func:`recomputed`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, date_diff, flt, getdate, today

from socaid_app.casework import duties
from socaid_app.casework.steps import Steps, Turn
from socaid_app.policy import stock
from socaid_app.policy.stock import Lot, NotEnough

ITEM, MOVEMENT, LOT = "Stock Item", "Stock Movement", "Stock Movement Lot"
RECEIPT, ISSUE, RETURN, COUNT, DISPOSAL = "Receipt", "Issue", "Return", "Stock Count", "Disposal"
KEEP = "Keep Stock"
# How many days back the use of a supply is looked at, and over how many it is spread at least.
LOOKED_AT, AT_LEAST = 90, 30
BOOK_BACK = _lt("A movement stays as it was booked. Book it back by a return, a count or a receipt.")


class MovementInvalid(frappe.ValidationError):
	pass


class StockShort(frappe.ValidationError):
	pass


# --- booking ------------------------------------------------------------------------------------------------------
def book(movement: Document) -> None:
	"""From ``validate`` of a new movement: its lots, and the stock of the supply after it. Raises MovementInvalid,
	StockShort."""
	duties.require(KEEP)
	_check(movement)
	item = _locked(movement.stock_item)
	if item.disabled:
		frappe.throw(_("“{0}” is no longer kept.").format(item.item_name), MovementInvalid)
	lots = lots_of(item)
	try:
		changes = _changes(movement, lots)
		after = stock.changed(lots, changes)
	except NotEnough as error:
		frappe.throw(
			_("Only {0} {1} of “{2}” can be taken.").format(error.available, item.unit, item.item_name),
			StockShort,
		)
	movement.set("lots", [])
	for change in changes:
		movement.append(
			"lots", {"batch": change.batch, "expires_on": change.expires_on, "quantity": change.quantity}
		)
	movement.change_of_stock = sum(change.quantity for change in changes)
	_keep(item, after)
	movement.balance = item.on_hand


def _check(movement: Document) -> None:
	if cint(movement.quantity) < (0 if movement.kind == COUNT else 1):
		frappe.throw(_("Enter how many pieces; they are whole and not negative."), MovementInvalid)
	if getdate(movement.moved_on) > getdate(today()):
		frappe.throw(_("The day lies in the future."), MovementInvalid)
	if movement.kind in (ISSUE, DISPOSAL) and not (movement.purpose or "").strip():
		frappe.throw(_("Say what for, or why."), MovementInvalid)
	if movement.kind == RETURN and not movement.issue:
		frappe.throw(_("Choose the issue from which it comes back."), MovementInvalid)
	if movement.kind != RETURN:
		movement.issue = None
	movement.returned = 0


def _changes(movement: Document, lots: list[Lot]) -> list[Lot]:
	pieces = cint(movement.quantity)
	lot = Lot(
		(movement.batch or "").strip(), getdate(movement.expires_on) if movement.expires_on else None, pieces
	)
	match movement.kind:
		case "Receipt":
			return [lot]
		case "Issue":
			return stock.issued(lots, pieces, getdate(movement.moved_on))
		case "Return":
			return _returned(movement, pieces)
		case "Disposal":
			return [Lot(lot.batch, lot.expires_on, -pieces)]
	there = next((one.quantity for one in lots if one.key == lot.key), 0)
	if pieces != there and not (movement.purpose or "").strip():
		frappe.throw(_("The books say {0}. Say why the count differs.").format(there), MovementInvalid)
	return [Lot(lot.batch, lot.expires_on, pieces - there)] if pieces != there else []


def _returned(movement: Document, pieces: int) -> list[Lot]:
	issue = frappe.get_doc(MOVEMENT, movement.issue, for_update=True)
	if issue.kind != ISSUE or issue.stock_item != movement.stock_item:
		frappe.throw(_("{0} is no issue of this supply.").format(issue.name), MovementInvalid)
	back = stock.returned(map(_lot, issue.lots), cint(issue.returned), pieces)
	frappe.db.set_value(
		MOVEMENT, issue.name, "returned", cint(issue.returned) + pieces, update_modified=False
	)
	return back


def _lot(row) -> Lot:
	return Lot(row.batch or "", getdate(row.expires_on) if row.expires_on else None, cint(row.quantity))


# --- the supply ---------------------------------------------------------------------------------------------------
def _locked(name: str) -> frappe._dict:
	"""The supply as it is stored now, whatever this transaction has read before; others wait until it ends."""
	return frappe.db.sql(
		f"""select name, item_name, unit, minimum, on_hand, lots, short_since, disabled from `tab{ITEM}`
		where name = %s for update""",
		name,
		as_dict=True,
	)[0]


def lots_of(item: Document | frappe._dict) -> list[Lot]:
	return [
		Lot(batch, getdate(expires_on) if expires_on else None, quantity)
		for batch, expires_on, quantity in json.loads(item.lots or "[]")
	]


def _keep(item: frappe._dict, lots: list[Lot]) -> None:
	item.on_hand = sum(lot.quantity for lot in lots)
	item.lots = json.dumps(
		[[lot.batch, str(lot.expires_on) if lot.expires_on else None, lot.quantity] for lot in lots],
		ensure_ascii=False,
	)
	frappe.db.set_value(
		ITEM,
		item.name,
		{
			"on_hand": item.on_hand,
			"lots": item.lots,
			"next_expiry_on": next((lot.expires_on for lot in lots if lot.expires_on), None),
			"short_since": short_since(item),
		},
		# a form of the supply that is open meanwhile can still be saved
		update_modified=False,
	)


def short_since(item: Document | frappe._dict):
	"""Since which day there is less than the minimum; None while there is enough."""
	if item.disabled or cint(item.on_hand) >= cint(item.minimum):
		return None
	return item.short_since or today()


def recomputed(name: str) -> list[Lot]:
	"""The lots of a supply from its movements alone."""
	rows = frappe.db.sql(
		f"""select lot.batch, lot.expires_on, sum(lot.quantity) as quantity from `tab{LOT}` lot
		join `tab{MOVEMENT}` movement on movement.name = lot.parent and lot.parenttype = '{MOVEMENT}'
		where movement.stock_item = %s group by lot.batch, lot.expires_on having sum(lot.quantity) != 0""",
		name,
		as_dict=True,
	)
	return stock.in_order(map(_lot, rows))


def shown(item: Document) -> list[dict]:
	"""The lots for the form: batch, expires_on, quantity, expired."""
	return [
		{
			"batch": lot.batch,
			"expires_on": lot.expires_on and str(lot.expires_on),
			"quantity": lot.quantity,
			"expired": bool(lot.expires_on and lot.expires_on < getdate(today())),
		}
		for lot in lots_of(item)
	]


def used_per_day(names: Iterable[str]) -> dict[str, float]:
	"""Pieces a day that were issued and did not come back, in the last 90 days or since the first movement (30 days at least);
	by supply, one statement."""
	rows = frappe.db.sql(
		f"""select stock_item, min(moved_on) as first_on, sum(if(kind in (%(issue)s, %(return)s), -change_of_stock, 0))
		as used from `tab{MOVEMENT}` where stock_item in %(names)s and moved_on > %(since)s group by stock_item""",
		{"names": [*names, ""], "since": add_days(today(), -LOOKED_AT), "issue": ISSUE, "return": RETURN},
		as_dict=True,
	)
	return {
		row.stock_item: max(flt(row.used), 0) / max(date_diff(today(), row.first_on) + 1, AT_LEAST)
		for row in rows
	}


# --- what the form offers -------------------------------------------------------------------------------------------
of_item = Steps(ITEM)
for _kind, _label in (
	(RECEIPT, _lt("Receive Supplies")),
	(ISSUE, _lt("Issue Supplies")),
	(COUNT, _lt("Count the Stock")),
	(DISPOSAL, _lt("Dispose of Supplies")),
):
	of_item.opens(
		frappe.scrub(_kind),
		_label,
		MOVEMENT,
		when=lambda item: not item.disabled,
		duty=KEEP,
		each=lambda item, kind=_kind: [Turn(values={"stock_item": item.name, "kind": kind})],
		primary=_kind == ISSUE,
	)
Steps(MOVEMENT).opens(
	"give_back",
	_lt("Take Supplies Back"),
	MOVEMENT,
	when=lambda movement: movement.kind == ISSUE and cint(movement.returned) < cint(movement.quantity),
	duty=KEEP,
	each=lambda movement: [
		Turn(values={"stock_item": movement.stock_item, "kind": RETURN, "issue": movement.name})
	],
)
