import frappe
from frappe import _
from frappe.utils import get_link_to_form, getdate, today

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.permissions import sensitive
from socaid_app.policy import identity
from socaid_app.socaid_app import registry, turns


class WrongIdNumber(frappe.ValidationError):
	pass


class AlreadyRegistered(frappe.DuplicateEntryError):
	pass


class Recipient(GuardedRecord):
	GUARD = Guard(writable={ANY: ALL})

	def onload(self) -> None:
		self.set_onload("may_reveal", sensitive.may_reveal())

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.full_name = (self.full_name or "").strip()
		self.pinyin = identity.pinyin_initials(self.full_name)
		self._full = sensitive.take_full_values(self)
		self.read_id_number()
		self.check_dates()
		turns.keep(self)

	def after_insert(self) -> None:
		sensitive.keep(self.name, self._full)

	def on_update(self) -> None:
		if not self.flags.in_insert:
			sensitive.keep(self.name, self._full)
		self.open_death_review()

	@property
	def age(self) -> int | None:
		"""Completed years today, or at death."""
		if not self.birth_date:
			return None
		return identity.age_on(getdate(self.birth_date), getdate(self.deceased_on or today()))

	def read_id_number(self) -> None:
		"""Birth date and sex come from the number; a number belongs to one person."""
		number = self._full.get("id_number")
		if number is None:
			# Derived values follow the number alone, whatever a client sends.
			before = self.get_doc_before_save()
			self.birth_date, self.sex = (before.birth_date, before.sex) if before else (None, None)
			return
		if not number:
			frappe.throw(_("Enter the ID number."), WrongIdNumber)
		try:
			card = identity.check_id(number, getdate(today()))
		except identity.IdentityError as error:
			frappe.throw(str(error), WrongIdNumber)
		self._full["id_number"] = card.number
		self.id_number = identity.mask_id(card.number)
		self.birth_date, self.sex = card.birth_date, card.sex
		self.refuse_second_record(card.number)

	def refuse_second_record(self, number: str) -> None:
		other = sensitive.find_by_id_number(number)
		if not other or other == self.name:
			return
		if frappe.has_permission("Recipient", "read", doc=other):
			name = frappe.db.get_value("Recipient", other, "full_name")
			frappe.throw(
				_("This ID number is already registered for {0} ({1}). Use that record.").format(
					name, get_link_to_form("Recipient", other)
				),
				AlreadyRegistered,
			)
		frappe.throw(
			_(
				"This ID number is already registered in another division. Ask the county office to transfer the record."
			),
			AlreadyRegistered,
		)

	def check_dates(self) -> None:
		if self.deceased_on and getdate(self.deceased_on) > getdate(today()):
			frappe.throw(_("The date of death lies in the future."))
		if self.deceased_on and self.birth_date and getdate(self.deceased_on) < getdate(self.birth_date):
			frappe.throw(_("The date of death lies before the date of birth."))
		if self.deceased_on:
			self.status = "Deceased"
		elif self.status == "Deceased":
			self.status = "Active"

	def open_death_review(self) -> None:
		"""A death, however it is entered, has the household's assistance reviewed in time (2022 notice 一(三))."""
		before = self.get_doc_before_save()
		if self.deceased_on and not (before and before.deceased_on):
			registry.open_death_review(self)
