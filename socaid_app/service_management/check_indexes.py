"""Indexes of checks that no single field asks for; each holds all that its question needs."""

import frappe

from socaid_app.service_management.service_checks import DOCTYPE


def add_indexes() -> None:
	"""After every migrate; existing ones are left alone."""
	# Statistics of a period, by place, person or kind.
	frappe.db.add_index(
		DOCTYPE,
		[
			"due_on",
			"service_object",
			"responsible",
			"template",
			"status",
			"township",
			"problem_count",
			"score",
		],
		"checks_of_period",
	)
	# Which check waits here?
	frappe.db.add_index(DOCTYPE, ["service_object", "status", "due_on"], "waiting_at")
