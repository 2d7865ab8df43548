"""What the director's reports of the demo county need besides: populations, invented, and faults of data being put right."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import frappe

from socaid_app.casework import rectification
from socaid_demo.county_villages import JIASHAN, JINZHOU, townships
from socaid_demo.daybook import Daybook

DIVISION, HOUSEHOLD = "Administrative Division", "Recipient Household"
SOURCE = "演示数据（虚构）"
# What was found, how many days ago, how many days the clerk had, and whether it is put right.
FAULTS = (
	("联系电话与入户核实不一致", 24, 10, True),
	("户籍地址缺少村民小组", 18, 10, False),
	("银行账户户名与户主姓名不一致", 6, 15, False),
)


def load(book: Daybook) -> dict[str, int]:
	_populations(book)
	for township in (JIASHAN, JINZHOU):
		_faults(book, township)
	return {rectification.DOCTYPE: frappe.db.count(rectification.DOCTYPE)}


def _populations(book: Daybook) -> None:
	"""All but the last township: a report says which are missing."""
	rng = Random("population")
	for code in sorted(townships())[:-1]:
		values = {
			"population": rng.randrange(9_000, 31_000),
			"population_year": book.today.year - 1,
			"population_source": SOURCE,
		}
		frappe.db.set_value(DIVISION, code, values, update_modified=False)


def _faults(book: Daybook, township: str) -> None:
	households = frappe.get_all(
		HOUSEHOLD,
		filters={"township": township, "status": "Active"},
		fields=["name", "division"],
		order_by="name",
		limit=len(FAULTS),
	)
	clerk = book.township(township, "officer1")
	for household, (fault, ago, days, put_right) in zip(households, FAULTS, strict=False):
		found_on = book.day(ago)
		with book.acting(book.county("reviewer1"), found_on):
			issue = rectification.found(
				frappe._dict(household, doctype=HOUSEHOLD),
				fault,
				kind="Quality Check",
				due_on=found_on + timedelta(days=days),
				responsible=clerk,
				household=household.name,
			)
		if put_right:
			with book.acting(clerk, book.day(ago - 5)):
				doc = frappe.get_doc(rectification.DOCTYPE, issue)
				doc.update(
					{
						"status": rectification.RECTIFIED,
						"measure": "电话联系并上门核对",
						"result": "已按核实结果更正",
					}
				)
				doc.save()
