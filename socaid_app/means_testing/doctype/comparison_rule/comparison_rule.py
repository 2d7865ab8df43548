import frappe
from frappe import _, _lt

from socaid_app.casework.records import ALL, Guard, Guarded
from socaid_app.means_testing import (
	rule_records,
	rule_trials,  # noqa: F401 its steps
)


class ComparisonRule(Guarded):
	"""A condition over a source and the register, and what a hit means (means_testing/rule_records.py)."""

	GUARD = Guard(
		state="status",
		writable={rule_records.OFF: ALL},
		fixed={"": ("rule_key",)},
		approved=True,
		refusal=rule_records.RuleInvalid,
		way_out=_lt("Switch the rule off to change it; another person switches it on again."),
	)

	def validate(self) -> None:
		rule_records.fill(self)

	def on_trash(self) -> None:
		"""What was seeded would come back with the next update, and nobody would know why."""
		if self.status == rule_records.ON or self.name in rule_records.shipped():
			frappe.throw(
				_("Only a rule of your own that is switched off is deleted. Switch this one off instead."),
				rule_records.RuleInvalid,
			)
