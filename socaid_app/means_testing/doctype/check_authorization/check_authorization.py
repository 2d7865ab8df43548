import frappe
from frappe import _, _lt
from frappe.utils import getdate, today

from socaid_app.assistance_intake import handing_over, links
from socaid_app.casework.records import Guard, GuardedRecord
from socaid_app.means_testing import consent_scopes
from socaid_app.policy import clock, identity
from socaid_app.socaid_app import identity_documents, rules

IN_FORCE, WITHDRAWN, EXPIRED = "In Force", "Withdrawn", "Expired"


class AuthorizationInvalid(frappe.ValidationError):
	pass


class CheckAuthorization(GuardedRecord):
	"""One person's consent to the comparison of data about him or her (57号 Art. 9; Law Arts 40-41)."""

	GUARD = Guard(
		state="status",
		writable={IN_FORCE: ("status", "withdrawn_on"), EXPIRED: ("status", "withdrawn_on")},
		refusal=AuthorizationInvalid,
		way_out=_lt("What was signed cannot be changed. Withdraw it, and have a new one signed."),
	)
	TURNS = ("application",)

	division_from = "application"

	def before_validate(self) -> None:
		if not self.application and self.recipient:
			self.division = frappe.db.get_value("Recipient", self.recipient, "division")
		self.set_division()
		self.set_default_validity()

	def validate(self) -> None:
		self.refuse_revival()
		self.check_dates()
		self.check_guardian()
		self.check_scope()
		self.set_status()

	def after_insert(self) -> None:
		identity_documents.tell_without_number([self.recipient])

	def on_update(self) -> None:
		links.refresh(self.application)
		handing_over.look_again(self.application)

	def set_default_validity(self) -> None:
		"""As long as a report made on it may be used: what was asked for then is no longer asked for later."""
		if self.signed_on and not self.valid_until:
			months = rules.parameters().get("check_report_validity_months", getdate(self.signed_on))
			self.valid_until = clock.add_months(getdate(self.signed_on), int(months))

	def refuse_revival(self) -> None:
		before = self.get_doc_before_save()
		if before and before.status == WITHDRAWN and self.status != WITHDRAWN:
			frappe.throw(
				_("A withdrawn authorisation does not come into force again. Have a new one signed."),
				AuthorizationInvalid,
			)

	def check_dates(self) -> None:
		if getdate(self.signed_on) > getdate(today()):
			frappe.throw(_("The date of signature lies in the future."), AuthorizationInvalid)
		if getdate(self.valid_until) < getdate(self.signed_on):
			frappe.throw(_("Valid Until lies before the date of signature."), AuthorizationInvalid)

	def check_guardian(self) -> None:
		birth_date = frappe.db.get_value("Recipient", self.recipient, "birth_date")
		if not birth_date or self.guardian_name:
			return
		signed_on = getdate(self.signed_on)
		age = int(rules.parameters().get("guardian_consent_age", signed_on))
		if identity.age_on(birth_date, signed_on) < age:
			frappe.throw(
				_(
					"{0} is below {1}: the guardian signs the authorisation. Enter the guardian"
					" (Personal Information Protection Law Art. 31)."
				).format(self.person_name or self.recipient, age),
				AuthorizationInvalid,
			)

	def check_scope(self) -> None:
		"""What is signed says for what and for which sources (means_testing/consent_scopes.py)."""
		if self.purpose == consent_scopes.ONE_CASE and not self.application:
			frappe.throw(
				_("Name the application that this authorisation is for, or let it be for all support."),
				AuthorizationInvalid,
			)
		if self.scope != consent_scopes.LISTED:
			self.set("sources", [])
		elif not self.sources:
			frappe.throw(_("List the sources that the person consents to."), AuthorizationInvalid)

	def set_status(self) -> None:
		if self.status == WITHDRAWN and not self.withdrawn_on:
			self.withdrawn_on = today()
		if self.withdrawn_on:
			self.status = WITHDRAWN
		else:
			self.status = EXPIRED if getdate(self.valid_until) < getdate(today()) else IN_FORCE
