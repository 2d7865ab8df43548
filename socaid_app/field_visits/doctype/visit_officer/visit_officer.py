import frappe
from frappe import _, _lt
from frappe.utils import getdate

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.field_visits import employment
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.scope import DivisionOutOfScope, scope_of


class QualificationInvalid(frappe.ValidationError):
	pass


class VisitOfficer(Guarded):
	"""The file of somebody of the staff: employment (field_visits/employment.py), and the proofs by which they may be
	assigned. Not a personal record of a recipient, hence readable by all staff; written only for the divisions one
	works for."""

	GUARD = Guard(
		state="stage",
		writable=dict.fromkeys(
			(employment.RECRUITING, employment.PROBATION, employment.IN_POST, employment.LEAVING), ALL
		),
		fixed={ANY: ("stage",)},
		way_out=_lt("Whoever left is taken on with a new file."),
	)

	def validate(self) -> None:
		self.township = township_of(self.division)
		if self.is_new() and self.stage not in (
			employment.RECRUITING,
			employment.PROBATION,
			employment.IN_POST,
		):
			self.stage = employment.IN_POST
		employment.follow_stage(self)
		if not self.flags.ignore_permissions and not scope_of().covers(self.division):
			frappe.throw(
				_("{0} lies outside the divisions you work for.").format(self.division), DivisionOutOfScope
			)
		self.check_period(self.trained_on, self.training_valid_until, _("Safety Training"))
		self.check_period(self.background_checked_on, self.background_valid_until, _("Background Check"))
		self.check_period(self.health_checked_on, self.health_valid_until, _("Health Certificate"))

	def check_period(self, since, until, what: str) -> None:
		if until and not since:
			frappe.throw(_("{0}: state when it took place.").format(what), QualificationInvalid)
		if since and until and getdate(until) < getdate(since):
			frappe.throw(_("{0}: valid until a day before it took place.").format(what), QualificationInvalid)
