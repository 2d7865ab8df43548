import frappe
from frappe import _

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.field_visits import filings, revisits, spotchecks
from socaid_app.field_visits.spotchecks import SampleFrozen

# What was drawn, and what follows from the result.
KEPT = (
	"spot_check",
	"household",
	"head_name",
	"first_visit",
	"application",
	"due_on",
	"stratum",
	"category",
	"division",
	"township",
	"rectification",
)


class SpotCheckItem(GuardedRecord):
	GUARD = Guard(writable={ANY: ALL}, fixed={ANY: KEPT}, entered=("revisit",))

	def before_insert(self) -> None:
		frappe.throw(
			_("Visits enter a spot check by drawing only. Make a spot check and draw its sample."),
			SampleFrozen,
		)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		filings.require_county(self)
		self.refuse_after_completion()
		revisits.check_revisit(self)
		revisits.check_result(self)
		self.set_status()

	def before_save(self) -> None:
		if self.result in (spotchecks.DEVIATES, spotchecks.MISTAKE) and not self.rectification:
			self.rectification = revisits.open_rectification(self)

	def on_update(self) -> None:
		if self.has_value_changed("result"):
			spotchecks.refresh(self.spot_check)
			filings.tell_case(self)

	def refuse_after_completion(self) -> None:
		if frappe.db.get_value("Spot Check", self.spot_check, "status") == spotchecks.COMPLETED:
			frappe.throw(_("The spot check is completed; its results stay as they are."), SampleFrozen)

	def set_status(self) -> None:
		self.status = "Done" if self.result else "Scheduled" if self.revisit else "To Do"
