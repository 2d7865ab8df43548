"""Indexes that no single field asks for, found by measuring (benchmarks/visits.py).

Each holds all that its question needs, so that the long rows themselves are not read.
"""

import frappe


def add_indexes() -> None:
	"""After every migrate; existing ones are left alone."""
	# Progress of a round.
	frappe.db.add_index("Screening Task", ["cycle", "status"], "cycle_status")
	# Was this household visited since?
	frappe.db.add_index(
		"Home Visit", ["household", "check_out_at", "status", "reception"], "household_visited"
	)
	# Who had a benefit in force in a month, by township and household, of which kind and how much? And how many
	# families are that in the county? Also asked by management_insight (benchmarks/insight.py).
	frappe.db.add_index(
		"Entitlement",
		[
			"township",
			"household",
			"docstatus",
			"start_month",
			"end_month",
			"payment",
			"category",
			"previous_entitlement",
			"scheme",
			"area",
			"member_count",
			"amount",
		],
		"township_in_force",
	)
	frappe.db.add_index(
		"Entitlement",
		[
			"household",
			"docstatus",
			"start_month",
			"end_month",
			"payment",
			"scheme",
			"area",
			"category",
			"township",
			"member_count",
			"amount",
		],
		"family_in_force",
	)
	# What began in a month? Which recognition is over and not looked at?
	frappe.db.add_index("Entitlement", ["start_month"], "begun_in")
	frappe.db.add_index("Entitlement", ["payment", "status", "end_month"], "recognised_until")
	# When was it last visited, and of which class is it? Asked for every benefit in force.
	frappe.db.add_index("Recipient Household", ["name", "last_visited_on", "review_class"], "visits_of_name")
