import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate, today

from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord, all_but
from socaid_app.permissions import sensitive
from socaid_app.permissions.sensitive import WrongIdNumber
from socaid_app.policy import identity, names, terms
from socaid_app.policy.whereabouts import DEPARTURES
from socaid_app.socaid_app import identity_documents, life_events, turns
from socaid_app.socaid_app.merged_persons import MERGED, PersonWasMerged

ACTIVE, DECEASED, MOVED_AWAY = "Active", "Deceased", "Moved Away"


class AlreadyRegistered(frappe.DuplicateEntryError):
	pass


class RecordedEvent(frappe.ValidationError):
	pass


class Recipient(GuardedRecord):
	GUARD = Guard(
		# a record that was merged away is closed (socaid_app/person_merge.py)
		writable={ANY: all_but("deceased_on"), MERGED: NOTHING},
		once=("deceased_on",),
		refusal=RecordedEvent,
		way_out=_lt(
			"What was recorded in error is taken back with “Correct an Event”, which keeps the reason."
		),
	)

	def record_state(self) -> str:
		return MERGED if self.merged_into else ANY

	def onload(self) -> None:
		self.set_onload("may_reveal", sensitive.may_reveal())

	def check_if_latest(self) -> None:
		"""Before Frappe locks this person: an event locks the households first (turns.py)."""
		if not self.flags.by_life_event and self.brings_event():
			life_events.take_turn(self.name)
		super().check_if_latest()

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.refuse_when_merged()
		self.pinyin = names.initials(self.full_name)
		self.keep_one_document()
		self._full = sensitive.take_full_values(self)
		self.read_document()
		self.check_dates()
		self.check_absences()
		self.follow_events()
		turns.keep(self)

	def after_insert(self) -> None:
		sensitive.keep(self.name, self._full)

	def on_update(self) -> None:
		if not self.flags.in_insert:
			sensitive.keep(self.name, self._full)
		if not self.flags.by_life_event:
			self.record_events()

	def refuse_when_merged(self) -> None:
		"""Also what may be filled in at any time is filled in on the record that stays."""
		if self.merged_into and not self.is_new() and self.has_value_changed("deceased_on"):
			frappe.throw(
				_("This record was merged. Use the record that stays: {0}.").format(
					get_link_to_form("Recipient", self.merged_into)
				),
				PersonWasMerged,
			)

	@property
	def age(self) -> int | None:
		"""Completed years today, or at death."""
		if not self.birth_date:
			return None
		return identity.age_on(getdate(self.birth_date), getdate(self.deceased_on or today()))

	@property
	def has_resident_id(self) -> bool:
		return (self.document_kind or identity_documents.RESIDENT_ID) == identity_documents.RESIDENT_ID

	def keep_one_document(self) -> None:
		"""What the form hides after another kind was chosen belongs to nobody."""
		if self.has_resident_id:
			self.nationality = self.document_number = None
		else:
			self.id_number = None
		if self.document_kind == identity_documents.NONE:
			self.document_number = None
		else:
			self.no_document_reason = self.no_document_note = None

	def read_document(self) -> None:
		"""Who has a resident ID is told by its number; whoever has none, by another document or for a reason."""
		if self.has_resident_id:
			self.read_id_number()
		else:
			identity_documents.check(self)
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

	def check_absences(self) -> None:
		"""A row that was recorded stays; only its end may be entered (see :mod:`life_events`)."""
		for row in self.absences:
			if getdate(row.absent_from) > getdate(today()):
				frappe.throw(_("An event that lies in the future cannot be recorded yet."))
			if row.absent_until and getdate(row.absent_until) < getdate(row.absent_from):
				frappe.throw(_("Row {0}: the person cannot be back before leaving.").format(row.idx))
		lasting = [row.reason for row in self.absences if not row.absent_until]
		if len(lasting) != len(set(lasting)):
			frappe.throw(_("The same event is listed twice."))
		before = self.get_doc_before_save()
		if self.flags.by_life_event or not before:
			return
		now = {row.name: (row.reason, getdate(row.absent_from)) for row in self.absences}
		if any(now.get(row.name) != (row.reason, getdate(row.absent_from)) for row in before.absences):
			frappe.throw(
				_(
					"What was recorded in error is taken back with “Correct an Event”, which keeps the reason."
				),
				RecordedEvent,
			)

	def follow_events(self) -> None:
		"""The state and the family state that follow from the events on record."""
		before = self.get_doc_before_save()
		if self.merged_into:
			self.status = MERGED
		elif self.deceased_on:
			self.status = DECEASED
		elif self.has_departed():
			self.status = MOVED_AWAY
		elif self.status == DECEASED or (before and before.has_departed()):
			self.status = ACTIVE
		if any(row.reason == terms.MARRIAGE for row in self.new_absences()):
			self.marital = "Married"

	def has_departed(self) -> bool:
		return any(row.reason in DEPARTURES and not row.absent_until for row in self.absences)

	def new_absences(self) -> list[Document]:
		before = self.get_doc_before_save()
		known = {row.name for row in before.absences} if before else set()
		return [row for row in self.absences if row.name not in known]

	def brings_event(self) -> bool:
		"""Whether a save reports something that is not stored yet; asked before the stored record is loaded."""
		if self.is_new():
			return False
		stored = frappe.db.get_value("Recipient", self.name, "deceased_on")
		known = frappe.db.count("Person Absence", {"parent": self.name, "parenttype": "Recipient"})
		return bool(self.deceased_on and not stored) or len(self.absences) > known

	def record_events(self) -> None:
		"""This form, an import or REST is one of the doors at which an event is reported."""
		before = self.get_doc_before_save()
		if self.deceased_on and not (before and before.deceased_on):
			life_events.record(self.name, terms.DEATH, self.deceased_on)
		for row in self.new_absences():
			if not row.absent_until:
				life_events.record(self.name, row.reason, row.absent_from)
		married_out = any(row.reason == terms.MARRIAGE for row in self.new_absences())
		known = before and before.marital
		if known and self.marital and known != self.marital and not married_out:
			life_events.family_state_changed(self, known)
