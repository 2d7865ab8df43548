import frappe
from frappe import _, _lt
from frappe.utils import get_first_day, getdate

from socaid_app.casework.records import Guard, GuardedRecord, changes
from socaid_app.means_testing import what_if
from socaid_app.means_testing import what_if_steps as steps

CONTENT = ("subject", "month", "division", "category", "reason", "changes")


class WhatifScenario(GuardedRecord):
	"""A change of standards or parameters that is weighed before it is decided (means_testing/what_if.py)."""

	GUARD = Guard(
		state="status",
		writable={what_if.NEW: CONTENT, what_if.COMPUTED: ("subject", "reason"), what_if.CHOSEN: ("reason",)},
		refusal=what_if.ScenarioInvalid,
		way_out=_lt("Enter another scenario; the two can be compared side by side."),
	)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		before = self.get_doc_before_save()
		if self.status == what_if.NEW and (not before or changes(self, before)):
			self.check()

	def check(self) -> None:
		self.month = get_first_day(getdate(self.month))
		level = frappe.db.get_value("Administrative Division", self.division, "level")
		if level not in ("County", "Township"):
			frappe.throw(_("Choose the county or a township."), what_if.ScenarioInvalid)
		if not self.changes:
			frappe.throw(_("Enter what would be changed."), what_if.ScenarioInvalid)
		for row in self.changes:
			what_if.check_change(row, getdate(self.month))


@frappe.whitelist()
def places(scenario: str) -> dict[str, list[dict]]:
	"""What the form shows below the figures."""
	frappe.get_doc(what_if.SCENARIO, scenario).check_permission("read")
	return {"places": steps.places_weighed(scenario), "rules": steps.rules_weighed(scenario)}
