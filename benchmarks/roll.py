"""The monthly roll as its report gives it, and as the plainest query would."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import get_first_day, getdate, today

from socaid_app.socaid_app.report.monthly_roll import monthly_roll

# The report's own conditions, written by hand. Raw SQL: it is what the report is measured against.
ON_ROLL = """
	docstatus = 1 and payment != 'Recognition' and start_month <= %(month)s
	and (end_month is null or end_month >= %(month)s)
"""


def month() -> date:
	return get_first_day(getdate(today()))


def bare_roll(on: date) -> list:
	return frappe.db.sql(
		f"""select township, category, count(*), sum(member_count), sum(amount) from `tabEntitlement`
		where {ON_ROLL} group by township, category order by township, category""",
		{"month": on},
	)


def roll_report(on: date):
	return monthly_roll.execute({"month": on})


def roll_rows(on: date) -> int:
	return frappe.db.sql(f"select count(*) from `tabEntitlement` where {ON_ROLL}", {"month": on})[0][0]
