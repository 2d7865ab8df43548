import frappe
from frappe import _, _lt
from frappe.utils import getdate

from socaid_app.casework import rectification
from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.casework.rectification import CLOSED, OPEN, PUT_RIGHT, RECHECKED, RECTIFIED
from socaid_app.permissions.scope import scope_of

# What whoever rechecks an issue enters.
RECHECK = ("status", "accountability", "recheck_note")
# Where it was found.
SOURCE = ("source_kind", "source_doctype", "source_name")


class DataQualityIssue(GuardedRecord):
	"""One fault and how it is put right (casework/rectification.py)."""

	GUARD = Guard(
		state="status",
		writable={
			OPEN: ALL,
			RECTIFIED: ("measure", "result", "due_on", *RECHECK),
			RECHECKED: RECHECK,
			CLOSED: RECHECK,
		},
		approved=True,
		notes=RECHECK,
		way_out=_lt("Set the issue back to Open, or enter another issue."),
	)

	def before_validate(self) -> None:
		if self.household:
			self.division = frappe.db.get_value("Recipient Household", self.household, "division")
		elif not self.division:
			# An issue without a place belongs to the place its author works for.
			self.division = next(iter(scope_of().divisions), None)
		self.set_division()

	def validate(self) -> None:
		if getdate(self.due_on) < getdate(self.found_on):
			frappe.throw(_("The date to rectify by lies before the date found."))
		if self.status in (RECTIFIED, *PUT_RIGHT) and not (self.measure and self.result):
			frappe.throw(_("Enter the measure and the result of the rectification first."))
		rectification.note_recheck(self)

	def in_charge(self) -> str | None:
		return rectification.in_charge(self)
