"""Changes and rosters that wait for a second person have a day by which that is done; those of before get theirs."""

import frappe

from socaid_app.casework import holidays


def execute() -> None:
	# after the parameters that say how long, which are seeded at the end of a migration
	frappe.enqueue(
		holidays.JOB,
		queue="long",
		job_id="socaid-recompute-due-dates",
		deduplicate=True,
		enqueue_after_commit=True,
	)
