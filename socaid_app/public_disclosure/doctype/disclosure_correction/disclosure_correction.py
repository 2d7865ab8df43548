import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord
from socaid_app.permissions.scope import scope_of
from socaid_app.printing import settings
from socaid_app.public_disclosure import corrections
from socaid_app.public_disclosure.corrections import REPORTED, CorrectionRefused

# Set by the steps of corrections.py, or computed here.
BY_STEP = ("status", "replacement", "correction_notice", "investigation", "measure", "problem_published")
COMPUTED = ("due_on", "handled_by", "handled_on")
FIXED = ("notice", "publication", "reported_on", "reported_by", "channel", "problem")


class DisclosureCorrection(GuardedRecord):
	GUARD = Guard(writable={ANY: NOTHING}, system=BY_STEP, fixed={ANY: FIXED})
	TURNS = ("name", "notice", "publication")

	def before_validate(self) -> None:
		self.division_from = "notice" if self.notice else "publication"
		if not self.notice and not self.publication:
			self.division_from = None
			self.division = self.division or next(iter(scope_of().divisions), None)
		self.set_division()
		if not self.division:
			self.division = settings().county_division

	def validate(self) -> None:
		self.begin()
		self.check_report()

	def begin(self) -> None:
		if self.is_new():
			for field in (*BY_STEP, *COMPUTED):
				self.set(field, None)
			self.status = REPORTED

	def check_report(self) -> None:
		if self.notice and self.publication:
			frappe.throw(_("A correction is about one notice or one publication."), CorrectionRefused)
		if getdate(self.reported_on) > getdate(today()):
			frappe.throw(_("A report is received today or earlier."), CorrectionRefused)
		if not self.due_on:
			self.set_due_date()

	def set_due_date(self) -> None:
		self.due_on = corrections.due_on(getdate(self.reported_on))[0]
