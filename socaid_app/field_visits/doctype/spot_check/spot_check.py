import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from socaid_app.field_visits.spotchecks import DRAFT, SETTINGS, SampleFrozen
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.scope import DivisionOutOfScope, NeverDeleted, scope_of

# Set by drawing, by the results and by resampling (field_visits/spotchecks.py).
COMPUTED = (
	"status",
	"drawn_at",
	"resample_of",
	"population",
	"drawn",
	"checked",
	"errors",
	"sample_hash",
	"frame",
)


class SpotCheck(Document):
	def before_validate(self) -> None:
		self.township = township_of(self.division)
		self.keep_computed()

	def validate(self) -> None:
		self.require_own_area()
		self.check_settings()
		self.keep_sample()

	def on_trash(self) -> None:
		if self.status != DRAFT:
			frappe.throw(_("A spot check whose sample was drawn is never deleted."), NeverDeleted)

	def save_by_use_case(self) -> None:
		"""Save what the use cases of field_visits/spotchecks.py have set."""
		self.flags.by_use_case = True
		self.save()
		self.flags.by_use_case = False

	def keep_computed(self) -> None:
		if self.flags.by_use_case:
			return
		before = self.get_doc_before_save()
		for field in COMPUTED:
			self.set(field, before.get(field) if before else None)
		self.status = self.status or DRAFT

	def require_own_area(self) -> None:
		"""Results may be read by everybody; whoever writes works for the whole area, before and after."""
		if self.flags.ignore_permissions:
			return
		before = self.get_doc_before_save()
		for division in {self.division, before.division if before else self.division}:
			if not scope_of().covers(division):
				frappe.throw(
					_(
						"{0} lies outside the divisions you work for. Ask the county office to make this spot"
						" check."
					).format(division),
					DivisionOutOfScope,
				)

	def check_settings(self) -> None:
		if getdate(self.period_from) > getdate(self.period_to):
			frappe.throw(_("The period ends before it begins."))
		if not 0 < flt(self.ratio) <= 100:
			frappe.throw(_("The share to check lies above 0 and up to 100 %."))
		if cint(self.at_least) < 0:
			frappe.throw(_("At least per stratum: enter 0 or more."))

	def keep_sample(self) -> None:
		before = self.get_doc_before_save()
		if not before or before.status == DRAFT:
			return
		changed = [self.meta.get_label(field) for field in SETTINGS if self.has_value_changed(field)]
		if changed:
			frappe.throw(
				_(
					"The sample has been drawn; {0} can no longer change. Make a new spot check instead."
				).format("、".join(_(label) for label in changed)),
				SampleFrozen,
			)
