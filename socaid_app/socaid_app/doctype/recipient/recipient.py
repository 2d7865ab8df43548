import frappe
from frappe import _
from frappe.utils import get_link_to_form, getdate, today

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.permissions import sensitive
from socaid_app.permissions.sensitive import WrongIdNumber
from socaid_app.policy import identity, names
from socaid_app.socaid_app import documents, registry, turns


class AlreadyRegistered(frappe.DuplicateEntryError):
	pass


class Recipient(GuardedRecord):
	GUARD = Guard(writable={ANY: ALL})

	def onload(self) -> None:
		self.set_onload("may_reveal", sensitive.may_reveal())

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.pinyin = names.initials(self.full_name)
		self.keep_one_document()
		self._full = sensitive.take_full_values(self)
		self.read_document()
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

	@property
	def has_resident_id(self) -> bool:
		return (self.document_kind or documents.RESIDENT_ID) == documents.RESIDENT_ID

	def keep_one_document(self) -> None:
		"""What the form hides after another kind was chosen belongs to nobody."""
		if self.has_resident_id:
			self.nationality = self.document_number = None
		else:
			self.id_number = None
		if self.document_kind == documents.NONE:
			self.document_number = None
		else:
			self.no_document_reason = self.no_document_note = None

	def read_document(self) -> None:
		"""Who has a resident ID is told by its number; whoever has none, by another document or for a reason."""
		if self.has_resident_id:
			self.read_id_number()
		else:
			documents.check(self)
			self._full["document_key"] = self.document_key()

	def document_key(self) -> str:
		number = self._full.get("document_number")
		if number is None:
			number = sensitive.full_value(self.name, "document_number")
		if not number:
			return ""
		key = "|".join((self.document_kind, self.nationality or "", number))
		other = sensitive.find_by_document(key)
		if other and other != self.name:
			self.refuse_second_record(other)
		return key

	def read_id_number(self) -> None:
		"""Birth date and sex come from the number; a number belongs to one person."""
		number = self._full.get("id_number")
		if number is None:
			# Derived values follow the number alone, whatever a client sends.
			before = self.get_doc_before_save()
			self.birth_date, self.sex = (before.birth_date, before.sex) if before else (None, None)
			return
		if not number:
			frappe.throw(
				_("Enter the ID number. Whoever has none is entered with another document, or none and why."),
				WrongIdNumber,
			)
		try:
			card = identity.check_id(number, getdate(today()))
		except identity.IdentityError as error:
			frappe.throw(str(error), WrongIdNumber)
		self.birth_date, self.sex = card.birth_date, card.sex
		self._full["document_key"] = ""
		other = sensitive.find_by_id_number(card.number)
		if other and other != self.name:
			self.refuse_second_record(other)

	def refuse_second_record(self, other: str) -> None:
		if frappe.has_permission("Recipient", "read", doc=other):
			name = frappe.db.get_value("Recipient", other, "full_name")
			frappe.throw(
				_("This number is or was registered for {0} ({1}). Use that record.").format(
					name, get_link_to_form("Recipient", other)
				),
				AlreadyRegistered,
			)
		frappe.throw(
			_(
				"This number is or was registered in another division. Ask the county office to transfer the record."
			),
			AlreadyRegistered,
		)

	def check_dates(self) -> None:
		if self.birth_date and getdate(self.birth_date) > getdate(today()):
			frappe.throw(_("The date of birth lies in the future."))
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
