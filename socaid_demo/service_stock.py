"""The demo county's supplies: received, issued, come back, counted; one is short, one lot will not be used in time."""

from __future__ import annotations

from datetime import timedelta

import frappe

from socaid_app.service_management import stock_keeping
from socaid_demo.county_villages import JIASHAN
from socaid_demo.daybook import Daybook

# Name, kind, specification, unit, minimum, lots received (batch, pieces, last day from now), issued (days ago, pieces).
SUPPLIES = (
	(
		"医用外科口罩",
		"Protective Equipment",
		"17.5厘米×9.5厘米",
		"只",
		200,
		(("20260301", 300, 25), ("20260815", 500, 400)),
		((40, 60), (25, 80), (10, 60)),
	),
	("一次性手套", "Protective Equipment", "中号", "双", 100, (("G2606", 120, 500),), ((30, 40), (12, 30))),
	("75%酒精消毒液", "Disinfectant", "500毫升", "瓶", 10, (("J2605", 40, 60),), ((35, 6), (8, 4))),
	("应急手电筒", "Emergency Supply", "充电式", "个", 4, (("", 6, None),), ((20, 1),)),
	("急救包", "Emergency Supply", "车载型", "套", 2, (("JJ01", 2, 300),), ()),
)


def load(book: Daybook) -> dict[str, int]:
	officer, manager = book.township(JIASHAN, "officer1"), book.county("manager")
	with book.acting(manager, book.day(62)):
		cupboard = frappe.get_doc(
			{
				"doctype": "Service Object",
				"object_name": "甲山乡物资柜",
				"kind": "Room",
				"location": "乡政府一楼物资间",
				"responsible": officer,
				"division": JIASHAN,
			}
		).insert()
	for name, category, specification, unit, minimum, received, issued in SUPPLIES:
		with book.acting(officer, book.day(60)):
			item = frappe.get_doc(
				{
					"doctype": stock_keeping.ITEM,
					"item_name": name,
					"category": category,
					"specification": specification,
					"unit": unit,
					"service_object": cupboard.name,
					"responsible": officer,
					"minimum": minimum,
				}
			).insert()
			for batch, pieces, days in received:
				_move(
					item.name,
					stock_keeping.RECEIPT,
					pieces,
					book.day(60),
					batch=batch,
					expires_on=book.today + timedelta(days=days) if days else None,
					supplier="县民政局统一配发",
				)
		for days, pieces in issued:
			with book.acting(officer, book.day(days)):
				issue = _move(
					item.name,
					stock_keeping.ISSUE,
					pieces,
					book.day(days),
					issued_to=officer,
					purpose="入户走访使用",
				)
		if name == "应急手电筒":
			with book.acting(officer, book.day(5)):
				_move(item.name, stock_keeping.RETURN, 1, book.day(5), issue=issue)
	return {doctype: frappe.db.count(doctype) for doctype in (stock_keeping.ITEM, stock_keeping.MOVEMENT)}


def _move(item: str, kind: str, pieces: int, day, **values) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": stock_keeping.MOVEMENT,
				"stock_item": item,
				"kind": kind,
				"quantity": pieces,
				"moved_on": day,
				**values,
			}
		)
		.insert()
		.name
	)
