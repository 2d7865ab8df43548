import frappe
from frappe import _, _lt
from frappe.utils import cint, flt, getdate

from socaid_app.casework.records import ALL, Guard, Guarded, all_but, step
from socaid_app.field_visits.spotchecks import DRAFT, DRAWN, SETTINGS, SampleFrozen
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.scope import DivisionOutOfScope, NeverDeleted, scope_of


class SpotCheck(Guarded):
	GUARD = Guard(
		state="status",
		writable={DRAFT: ALL, DRAWN: all_but(*SETTINGS)},
		refusal=SampleFrozen,
		way_out=_lt("The sample has been drawn. Make a new spot check instead."),
	)

	def before_validate(self) -> None:
		self.township = township_of(self.division)

	def validate(self) -> None:
		self.require_own_area()
		self.check_settings()

	def on_trash(self) -> None:
		if self.status != DRAFT:
			frappe.throw(_("A spot check whose sample was drawn is never deleted."), NeverDeleted)

	def save_by_use_case(self) -> None:
		"""Save what the use cases of field_visits/spotchecks.py have set."""
		with step(self):
			self.save()

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
