"""What the night has found in the demo county's registry, and the tasks by which it is kept up to date."""

from __future__ import annotations

import frappe
from frappe.utils import getdate, today

from socaid_app.casework import rectification
from socaid_app.dynamic_management import update_tasks
from socaid_app.socaid_app import quality_rules
from socaid_demo.county_villages import JIASHAN
from socaid_demo.daybook import Daybook


def load(book: Daybook) -> dict[str, int]:
	"""A night's run of the rules, one issue put right and one rechecked; the updates of this month and quarter."""
	for name in frappe.get_all(
		quality_rules.RULE, filters={"status": quality_rules.TRYING}, pluck="name", order_by="name"
	):
		quality_rules.try_rule(name)
		quality_rules.switch_on(name)
	quality_rules.nightly()
	_mend(book)
	update_tasks.nightly()
	return {
		quality_rules.ISSUE: frappe.db.count(quality_rules.ISSUE, {"source_doctype": quality_rules.RULE}),
		update_tasks.DOCTYPE: frappe.db.count(update_tasks.DOCTYPE),
	}


def _mend(book: Daybook) -> None:
	"""Two issues of a shown township are put right; another person has looked at one of them."""
	issues = frappe.get_all(
		quality_rules.ISSUE,
		filters={"source_doctype": quality_rules.RULE, "township": JIASHAN, "status": "Open"},
		pluck="name",
		order_by="name",
		limit=2,
	)
	for number, name in enumerate(issues):
		with book.acting(frappe.db.get_value(quality_rules.ISSUE, name, "responsible"), getdate(today())):
			rectification.rectify(name, "已向本人核对并补录。", "资料已更正。")
		if number:
			with book.acting(book.county("reviewer1"), getdate(today())):
				rectification.recheck(name, "已抽查，属实。")
