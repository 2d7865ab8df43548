import frappe
from frappe import _
from frappe.utils import cint, getdate, today

from socaid_app.casework.records import ALL, Guard, all_but
from socaid_app.permissions import sensitive
from socaid_app.permissions.scope import scope_of
from socaid_app.petition_desk import (
	answering,
	conflicts,
	delivering,
	extensions,
	handling,
	hearings,
	joining,
	petition_clocks,
	ratings,
	reclassifying,
	repeats,
	reviews,
	secrecy,
	taking_up,
	tracking,
	transfers,
)
from socaid_app.petition_desk.petition_records import PetitionRecord
from socaid_app.policy import identity, numbers
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import rules, safety


class PetitionIncomplete(frappe.ValidationError):
	pass


class TooManyRepresentatives(frappe.ValidationError):
	pass


class PetitionClosed(frappe.ValidationError):
	pass


class CategoryByStep(frappe.ValidationError):
	pass


# Given by the public form, on the server; no client sets them.
TRACKING = ("tracking_hash", "phone_tail", "form_key", "form_digest")
# The clocks rest on these.
BASE = ("channel", "received_on", "received_at")
# What the petitioner says, and says to be: nobody else rewrites it.
WORDS = ("content", "demand", "petitioner_name", "real_name")
# A petition that came by the public form is recorded with these words in it.
FILED_BY_CITIZEN = "Filed by the Citizen"
# May still be noted when everything is done.
NOTES = ("archive_number", "attachments_note")
ACCUSED = ("user", "accused_name", "unit_division", "unit")


class Petition(PetitionRecord):
	"""A petition (信访事项). Its steps: the files around procedure.py; its clocks: petition_clocks.py."""

	# Declare steps of it.
	DECLARED_IN = (
		answering,
		delivering,
		extensions,
		handling,
		hearings,
		joining,
		ratings,
		reclassifying,
		reviews,
		taking_up,
		tracking,
		transfers,
	)

	GUARD = Guard(
		state="status",
		writable={
			law.RECORDED: ALL,
			FILED_BY_CITIZEN: all_but(*WORDS),
			law.UNDER_WAY: all_but(*WORDS, *BASE),
		}
		| dict.fromkeys(law.NO_LONGER_OPEN, NOTES),
		refusal=PetitionClosed,
	)
	# A notice does not end while something said about it waits (public_disclosure/objections.py).
	TURNS = ("name", "publicity_notice")

	KEPT = (
		"petition_number",
		"status",
		"urgent_reported_on",
		"joined_into",
		"handling_unit",
		"handler",
		"route",
		"recused",
		"notified_on",
		"sender_told_on",
		"accepted_on",
		"refusal_reason",
		"extension_wanted",
		"extension_asked_by",
		"extension_days",
		"extension_reason",
		"extension_approved_by",
		"answered_on",
		"answered_by",
		"delivered_on",
		"delivery_method",
		"review_until",
		"final",
		"satisfaction",
		"satisfaction_comment",
		"rated_on",
		"closed_on",
		"escalated_on",
		"escalated_to",
		"entered_by",
	)

	TELLS_WHO_IS_IN_CHARGE = True

	def in_charge(self) -> str | None:
		"""Whoever handles it until it is answered; a restricted one leaves no trace outside (secrecy.py)."""
		return self.handler if self.status in law.OPEN and not self.restricted else None

	def record_state(self) -> str:
		if self.status == law.RECORDED and self.entered_by == "Guest":
			return FILED_BY_CITIZEN
		return super().record_state()

	def onload(self) -> None:
		self.set_onload("clocks", petition_clocks.strip(self))
		self.set_onload("history", repeats.history(self))

	def before_insert(self) -> None:
		self.keep_steps()
		self.set("actions", [])
		self.status, self.entered_by = law.RECORDED, frappe.session.user
		if self.channel == "In Person":
			safety.require_proofs(today(), users=[self.entered_by])
		if not self.flags.ignore_permissions:
			self.update(dict.fromkeys(TRACKING))
		self.division = self.division or self.own_division()
		self.log("登记", self.channel and _(self.channel, context="Petition"))

	def autoname(self) -> None:
		self.name, self.petition_number = secrecy.numbered_name(secrecy.is_restricted(self.category))

	def before_validate(self) -> None:
		self.restricted = int(secrecy.is_restricted(self.category))
		self.set_division()
		for row in self.accused:
			row.accused_name = secrecy.tidy(row.accused_name)

	def validate(self) -> None:
		if not self.is_new():
			self.refuse_the_concerned()
			self.refuse_changes()
		self.refuse_other_side()
		self.check_days()
		self.check_petitioner()
		self.mask_id_number()
		self.count_people()
		if self.status == law.RECORDED:
			repeats.mark(self)
		petition_clocks.set_columns(self)

	def after_insert(self) -> None:
		if self.restricted:
			self.hand_to_accusation_handlers()

	# --- what a client may not set --------------------------------------------------------------------
	def refuse_the_concerned(self) -> None:
		"""Whoever is complained about changes nothing in it, through whatever channel (Art. 28)."""
		if not self.flags.ignore_permissions:
			conflicts.require_impartial(self)

	def refuse_changes(self) -> None:
		before = self.get_doc_before_save()
		if not before or self.flags.by_step or before.status == law.RECORDED:
			return
		if not accused(before) <= accused(self):
			frappe.throw(
				_("Persons complained about can be added, but not struck out or changed any more."),
				PetitionClosed,
			)

	def refuse_other_side(self) -> None:
		"""Becoming an accusation, or ceasing to be one, changes who may know of it, and therefore the number."""
		before = self.get_doc_before_save()
		if not before or self.flags.by_step:
			return
		if secrecy.is_restricted(before.category) != secrecy.is_restricted(self.category):
			frappe.throw(
				_("Use “Change Category or Route” to make this an accusation, or to end its being one."),
				CategoryByStep,
			)

	# --- the petitioner ---------------------------------------------------------------------------------
	def own_division(self) -> str | None:
		"""The county, or what the clerk works for."""
		scope = scope_of()
		if not scope.everything and scope.divisions:
			return scope.divisions[0]
		return frappe.db.get_single_value("Socaid Settings", "county_division")

	def check_days(self) -> None:
		self.not_later_than_today("received_on", "sender_told_on")

	def check_petitioner(self) -> None:
		if not cint(self.real_name):
			return
		if not (self.petitioner_name or "").strip():
			frappe.throw(
				_("A petition under a real name needs the name. For an anonymous one untick “{0}”.").format(
					_("Under a Real Name", context="Petition")
				),
				PetitionIncomplete,
			)
		if not (self.phone or (self.address or "").strip()):
			frappe.throw(
				_(
					"Enter a telephone number or an address: the petitioner has to be told the outcome (Art. 23)."
				),
				PetitionIncomplete,
			)

	def mask_id_number(self) -> None:
		"""The number is checked, finds the person on file, and is stored masked only."""
		before = self.get_doc_before_save()
		if not self.id_number or (before and self.id_number == before.id_number):
			return
		try:
			card = identity.check_id(self.id_number, getdate(today()))
		except identity.IdentityError as error:
			frappe.throw(str(error), PetitionIncomplete)
		if numbers.may_be_cut(card.number) and not self.number_compared:
			sensitive.refuse_cut(
				_(self.meta.get_label("id_number")), _(self.meta.get_label("number_compared"))
			)
		if not self.recipient:
			found = sensitive.find_by_id_number(card.number)
			if found and frappe.has_permission("Recipient", "read", doc=found):
				self.recipient = found
		self.gender = self.gender or card.sex
		self.age = self.age or identity.age_on(card.birth_date, getdate(self.received_on))
		self.id_number = identity.mask_id(card.number)

	def count_people(self) -> None:
		parameters, day = rules.parameters(), getdate(self.received_on)
		most = cint(parameters.get("petition_rep_max", day))
		if len(self.representatives) > most:
			frappe.throw(
				_("A group sends at most {0} representatives (Art. 20); {1} are entered.").format(
					most, len(self.representatives)
				),
				TooManyRepresentatives,
			)
		self.people_count = max(cint(self.people_count), len(self.representatives), 1)
		self.group_petition = int(self.people_count >= cint(parameters.get("group_petition_threshold", day)))

	def hand_to_accusation_handlers(self) -> None:
		secrecy.tell(secrecy.handlers_of(self.name), "", self)

	# --- the record of steps ------------------------------------------------------------------------------
	def log(self, action: str, note: str | None = None) -> None:
		"""One line of the record, which only grows."""
		self.append(
			"actions",
			{
				"acted_on": frappe.utils.now(),
				"action": action,
				"user": frappe.session.user,
				"note": note or "",
			},
		)


def accused(petition) -> set[tuple[str, ...]]:
	return {tuple(row.get(field) or "" for field in ACCUSED) for row in petition.accused}
