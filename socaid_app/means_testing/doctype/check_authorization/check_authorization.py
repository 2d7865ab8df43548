import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.assistance_intake import links
from socaid_app.permissions.scope import ScopedDocument
from socaid_app.policy import clock, identity
from socaid_app.socaid_app import rules

IN_FORCE, WITHDRAWN, EXPIRED = "In Force", "Withdrawn", "Expired"


class AuthorizationInvalid(frappe.ValidationError):
	pass


class CheckAuthorization(ScopedDocument):
	"""One person's consent to the comparison of data about him or her (57号 Art. 9; Law Arts 40-41)."""

	division_from = "application"

	def before_validate(self) -> None:
		if not self.application and self.recipient:
			self.division = frappe.db.get_value("Recipient", self.recipient, "division")
		self.set_division()
		self.set_default_validity()

	def validate(self) -> None:
		self.refuse_changes_to_what_was_signed()
		self.check_dates()
		self.check_guardian()
		self.set_status()

	def on_update(self) -> None:
		links.refresh(self.application)

	def set_default_validity(self) -> None:
		"""As long as a report made on it may be used: what was asked for then is no longer asked for later."""
		if self.signed_on and not self.valid_until:
			months = rules.parameters().get("check_report_validity_months", getdate(self.signed_on))
			self.valid_until = clock.add_months(getdate(self.signed_on), int(months))

	def refuse_changes_to_what_was_signed(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			return
		fixed = ("recipient", "application", "signed_on", "scope")
		changed = [_(self.meta.get_label(field)) for field in fixed if self.has_value_changed(field)]
		if changed:
			frappe.throw(
				_("A signed authorisation cannot be changed ({0}). Enter a new one instead.").format(
					"、".join(changed)
				),
				AuthorizationInvalid,
			)
		if before.status == WITHDRAWN and self.status != WITHDRAWN:
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

	def set_status(self) -> None:
		if self.status == WITHDRAWN and not self.withdrawn_on:
			self.withdrawn_on = today()
		if self.withdrawn_on:
			self.status = WITHDRAWN
		else:
			self.status = EXPIRED if getdate(self.valid_until) < getdate(today()) else IN_FORCE
