import frappe
from frappe import _, _lt

from socaid_app.casework.records import Guard, GuardedRecord
from socaid_app.means_testing import candidate_steps


class ComparisonCandidate(GuardedRecord):
	"""Somebody of the register whom a row of a reply may be about (means_testing/near_matches.py, candidate_steps.py)."""

	GUARD = Guard(
		state="status",
		writable={},
		refusal=candidate_steps.CandidateRefused,
		way_out=_lt("A near match is accepted or rejected by its steps."),
	)

	def before_insert(self) -> None:
		if not self.flags.by_step:
			frappe.throw(
				_("Near matches come from the reading of a reply."), candidate_steps.CandidateRefused
			)
