import frappe
from frappe import _, _lt

from socaid_app.casework.records import Guard, GuardedRecord
from socaid_app.means_testing import comparison_findings as findings


class ComparisonFinding(GuardedRecord):
	"""What a rule found in a reply, until somebody has concluded it with proof (means_testing/comparison_findings.py).

	It is written by the comparison alone, and stops or refuses nothing.
	"""

	GUARD = Guard(
		state="status",
		writable={},
		refusal=findings.FindingRefused,
		way_out=_lt("A finding is moved on by its steps: triage, notice, objection, re-check, conclusion."),
	)

	def in_charge(self) -> str | None:
		return self.officer if self.status in findings.OPEN else None

	def before_insert(self) -> None:
		if not self.flags.by_step:
			frappe.throw(_("Findings come from the comparison of a reply."), findings.FindingRefused)
