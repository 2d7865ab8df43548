"""Lists and roll of a month say the same to the cent, or which line differs."""

import frappe

from socaid_app.means_testing.payments import payment_records
from socaid_app.means_testing.payments.payment_records import LINE
from socaid_app.means_testing.report.payment_against_roll import payment_against_roll
from socaid_app.socaid_app.report.monthly_roll import monthly_roll
from tests.builders import TOWNSHIP_A, make_user
from tests.builders import payments as build
from tests.site.payments.test_payment_lists import county, team

__all__ = ["county", "team"]


def compare(month, **filters) -> list[dict]:
	return payment_against_roll.execute({"month": month, **filters})[1]


def test_every_past_roll_equals_what_its_lists_paid_and_the_lists_keep_their_hash(county):
	"""Three months with joins, a stop and a late decision."""
	steady = build.paid_household(500.01, build.month(-2))
	leaves = build.paid_household(300.10, build.month(-2))
	lists = [build.released(county, month=build.month(-2))]
	build.paid_household(250.55, build.month(-1))
	lists.append(build.released(county, month=build.month(-1)))
	build.stop(leaves, build.month(-1))
	late = build.paid_household(77.77, build.month(-1))
	lists.append(build.released(county))
	for offset, payment_list in zip((-2, -1, 0), lists, strict=True):
		month = build.month(offset)
		differing = [row["entitlement"] for row in compare(month) if row["difference"]]
		# the roll of last month has a row by now that this month's list paid as arrears
		assert differing == ([late.name] if offset == -1 else [])
		assert payment_records.lines_hash(payment_list) == payment_list.lines_hash
		roll = sum(row["amount"] for row in monthly_roll.execute({"month": month})[1])
		assert round(sum(row["roll"] for row in compare(month)), 2) == round(roll, 2)
	assert steady.name in [row["entitlement"] for row in compare(build.month(0))]


def test_a_difference_is_named_by_its_line(county):
	listed = build.paid_household(500)
	doc = build.released(county)
	missing = build.paid_household(300)
	build.stop(listed, build.month(-1))
	frappe.db.set_value("Entitlement", listed.name, "start_month", build.month(-1))
	rows = {row["entitlement"]: row for row in compare(build.MONTH, differences_only=1)}
	assert (rows[listed.name]["difference"], rows[missing.name]["difference"]) == (500, -300)
	assert rows[listed.name]["line"] == build.line_of(doc, listed).name


def test_a_township_compares_its_own_lines(county, as_user):
	build.paid_household(500)
	build.paid_household(300, division="220422203200")
	build.released(county, division="220422000000")
	with as_user(make_user("Township Officer", TOWNSHIP_A)):
		assert [row["listed"] for row in compare(build.MONTH)] == [500]
	assert frappe.db.count(LINE) == 2
