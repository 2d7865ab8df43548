import frappe
from frappe import _

from socaid_app.assistance_intake.stage_steps import StageRefused
from socaid_app.casework.records import Guard, GuardedRecord


class ReliefStage(GuardedRecord):
	"""A further stage of temporary aid (assistance_intake/stage_steps.py)."""

	GUARD = Guard(state="status", writable={}, refusal=StageRefused)
	TURNS = ("application",)

	def validate(self) -> None:
		if self.is_new() and not self.flags.by_step:
			frappe.throw(_("Stages follow from a decision; nobody enters one."), StageRefused)
