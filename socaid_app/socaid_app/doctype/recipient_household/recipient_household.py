from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate, today

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.policy import terms
from socaid_app.policy.household_history import overlap
from socaid_app.policy.names import initials
from socaid_app.socaid_app import entitlements, household_days, life_events, registry, turns

FROM_LEDGER = ("current_benefit", "current_amount")
FROM_VISITS = ("last_visited_on",)
HEAD_CODES = ("01", terms.HEAD)
# What somebody's whereabouts say when they change: entered here, it is an event like any other.
EVENT_OF = {
	terms.IMPRISONED: terms.IMPRISONMENT,
	terms.COMPULSORY_REHAB: terms.COMPULSORY_REHAB,
	terms.DECLARED_MISSING: terms.DECLARED_MISSING,
}


class WrongHousehold(frappe.ValidationError):
	pass


class NotPastTheActions(WrongHousehold):
	pass


def _name_of(row: Document) -> str:
	return row.member_name or frappe.db.get_value("Recipient", row.recipient, "full_name")


class RecipientHousehold(GuardedRecord):
	# Class and next review change by a classification with its reasons (dynamic_management/review_classes.py).
	GUARD = Guard(
		state="status",
		writable={"Active": ALL, "Closed": ("remarks",)},
		fixed={"": ("review_class", "next_review_on")},
		refusal=WrongHousehold,
	)

	def check_if_latest(self) -> None:
		"""Before Frappe locks this household, with the gaps beside the rows of its members: whoever moves in."""
		if self.status == "Active":
			turns.take(household_days.moving(self))
		super().check_if_latest()

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.keep_what_actions_set()
		self.read_whereabouts()
		self.refuse_past_the_actions()
		self.check_members()
		self.check_leaving()
		self.refuse_the_dead()
		if self.status == "Active":
			self.check_head()
			self.refuse_second_household()
		self.member_count = len(self.present_members())
		self.pinyin = initials(frappe.db.get_value("Recipient", self.head, "full_name"))

	def after_insert(self) -> None:
		registry.record_event(self, "Created")

	def on_update(self) -> None:
		self.record_member_changes()
		self.record_other_changes()
		self.record_head_change()
		self.record_transfer()
		self.record_life_events()

	def keep_what_actions_set(self) -> None:
		"""Closing has conditions; benefits come from the ledger and visits from their records, not from a form."""
		before = self.get_doc_before_save()
		if not before and not self.flags.by_step:
			self.status, self.closed_on, self.merged_into = "Active", None, None
			self.current_benefit, self.current_amount, self.last_visited_on = None, 0, None
		elif before:
			for field in FROM_LEDGER + FROM_VISITS:
				self.set(field, before.get(field))

	@property
	def day(self) -> date:
		"""Since when what this save changes is so: today, unless an action says another day."""
		return getdate(self.flags.day or today())

	def refuse_past_the_actions(self) -> None:
		"""Who lives in a home that receives support, who heads it and where it belongs bears on what is paid: a second
		person confirms it first (household_actions.py), whichever way it comes in.
		"""
		before = self.get_doc_before_save()
		if not before or self.flags.by_step or self.flags.by_life_event:
			return
		known = {row.name: row.residence for row in before.members}
		asked = {
			_("Add Member"): any(row.name not in known for row in self.members),
			_("Change Head"): self.head != before.head,
			_("Transfer to Another Division"): self.division != before.division,
			_("Change Residence"): any(
				known.get(row.name, row.residence) != row.residence for row in self.members
			),
		}
		wanted = [action for action, changed in asked.items() if changed]
		if wanted and entitlements.of_household(self.name):
			frappe.throw(
				_(
					"This household receives {0}. Use “{1}” in the menu “Household Changes”: another person confirms it before it takes effect."
				).format(self.current_benefit or _("a benefit"), "、".join(wanted)),
				NotPastTheActions,
			)

	# --- members -------------------------------------------------------------------------------

	def present_members(self) -> list[Document]:
		day = getdate(today())
		return [row for row in self.members if not row.left_on or getdate(row.left_on) > day]

	def present_member(self, recipient: str) -> Document | None:
		return next((row for row in self.present_members() if row.recipient == recipient), None)

	def check_members(self) -> None:
		"""Dates in order, nobody listed twice at a time, and nobody taken out of the history."""
		for row in self.members:
			if row.left_on and getdate(row.left_on) < getdate(row.joined_on):
				frappe.throw(
					_("Row {0}: {1} cannot leave before joining.").format(
						row.idx, row.member_name or row.recipient
					),
					WrongHousehold,
				)
		present = [row.recipient for row in self.present_members()]
		for recipient in set(present):
			if present.count(recipient) > 1:
				name = frappe.db.get_value("Recipient", recipient, "full_name")
				frappe.throw(_("{0} is listed twice among the members.").format(name), WrongHousehold)
		self.check_joining()
		before = self.get_doc_before_save()
		now = {row.name: row.recipient for row in self.members}
		if before and any(now.get(row.name) != row.recipient for row in before.members):
			frappe.throw(
				_(
					"Members are neither deleted nor replaced: enter the date and reason of leaving, so that the history stays."
				),
				WrongHousehold,
			)

	def check_joining(self) -> None:
		"""Joining is entered when it has happened, once for each day, and corrected only with its reason."""
		before = self.get_doc_before_save()
		known = {row.name: row for row in before.members} if before else {}
		for row in self.members:
			earlier = known.get(row.name)
			if not earlier and getdate(row.joined_on) > getdate(today()):
				frappe.throw(
					_(
						"{0} joins in the future. Add the member with that day: it takes effect when it has come."
					).format(_name_of(row)),
					WrongHousehold,
				)
			if earlier and getdate(earlier.joined_on) != getdate(row.joined_on) and not self.flags.by_step:
				frappe.throw(
					_(
						"Row {0}: when {1} joined is on record. A wrong day is put right with “Correct an Entry”, which keeps what was written."
					).format(row.idx, _name_of(row)),
					WrongHousehold,
				)
			if household_days.same_days(earlier, row):
				continue
			own = household_days.stay_of(row, self.name)
			for other in self.members:
				if other is row or other.recipient != row.recipient:
					continue
				if overlap(own, household_days.stay_of(other, self.name)):
					frappe.throw(
						_("{0} is listed twice among the members.").format(_name_of(row)), WrongHousehold
					)

	def read_whereabouts(self) -> None:
		"""A member who lived here and is now said to be in prison, in rehabilitation or missing has left; one who was
		entered by mistake was never here.
		"""
		before = self.get_doc_before_save()
		known = {row.name: row.residence for row in before.members} if before else {}
		gone = {row.name for row in before.members if row.left_on} if before else set()
		for row in self.members:
			if row.leave_reason == terms.ENTERED_BY_MISTAKE and row.name not in gone:
				row.left_on = row.joined_on
			if known.get(row.name) == terms.LIVING_TOGETHER and row.residence in EVENT_OF and not row.left_on:
				row.left_on, row.leave_reason = today(), EVENT_OF[row.residence]
				row.residence = terms.LIVING_TOGETHER

	def check_leaving(self) -> None:
		"""Leaving is entered when it has happened, and taken back only with its reason."""
		before = self.get_doc_before_save()
		known = {row.name: row for row in before.members} if before else {}
		for row in self.members:
			earlier = known.get(row.name)
			entered = row.left_on and not (earlier and earlier.left_on)
			if entered and getdate(row.left_on) > getdate(today()):
				frappe.throw(_("An event that lies in the future cannot be recorded yet."), WrongHousehold)
			if self.flags.by_life_event or not (earlier and earlier.left_on):
				continue
			told = (getdate(earlier.left_on), earlier.leave_reason or "")
			if (row.left_on and getdate(row.left_on), row.leave_reason or "") != told:
				frappe.throw(
					_(
						"Row {0}: when and why {1} left is on record. What was recorded in error is taken back on the person's record with “Correct an Event”; whoever came back is added as a member again."
					).format(row.idx, row.member_name or row.recipient),
					WrongHousehold,
				)

	def refuse_the_dead(self) -> None:
		"""Nobody joins a household, or is paid for it, after death."""
		before = self.get_doc_before_save()
		known = {row.name for row in before.members} if before else set()
		joining = {row.recipient for row in self.present_members() if row.name not in known}
		if self.payee and not (before and before.payee == self.payee):
			joining.add(self.payee)
		dead = joining and frappe.get_all(
			"Recipient",
			filters={"name": ["in", sorted(joining)], "deceased_on": ["is", "set"]},
			pluck="full_name",
			order_by="name",
		)
		if dead:
			frappe.throw(
				_("{0} has died and can neither join a household nor be paid for it.").format(
					"、".join(dead)
				),
				WrongHousehold,
			)

	def is_without_head(self) -> bool:
		"""The head died or left, and the family has not said yet who follows."""
		before = self.get_doc_before_save()
		gone = [
			row for row in self.members if row.recipient == self.head and row.left_on and row.leave_reason
		]
		return bool(before and before.head == self.head and gone and not self.present_member(self.head))

	def check_head(self) -> None:
		if self.is_without_head() and not any(row.kinship in HEAD_CODES for row in self.present_members()):
			return
		heads = [row for row in self.present_members() if row.kinship in HEAD_CODES]
		if len(heads) != 1 or heads[0].recipient != self.head:
			frappe.throw(
				_(
					"Exactly one present member must be the head (kinship 户主), and be chosen as head of the household."
				),
				WrongHousehold,
			)
		if frappe.db.get_value("Recipient", self.head, "status") == "Deceased":
			frappe.throw(_("The head is deceased. Change the head first."), WrongHousehold)

	def refuse_second_household(self) -> None:
		"""One person lives in one household, on every day (57号 Art. 4 and 7)."""
		for row, other, day in household_days.second_homes(self, self.day):
			name = _name_of(row)
			where = (
				get_link_to_form("Recipient Household", other.home)
				if frappe.has_permission("Recipient Household", "read", doc=other.home)
				else _("another division")
			)
			if other.left and other.left <= getdate(today()):
				sentence = _(
					"{0} lived in another household ({1}) on {2}, until {3}. One person is in one household on any day: enter a later day of joining, or correct the entry there."
				).format(name, where, day, other.left)
			else:
				sentence = _(
					"{0} already lives in a household ({1}). Enter the leaving date there first, or ask the county to merge or transfer."
				).format(name, where)
			frappe.throw(sentence, registry.AlreadyInHousehold)

	def record_head_change(self) -> None:
		before = self.get_doc_before_save()
		if before and before.head != self.head:
			registry.record_event(
				self,
				"Head Changed",
				recipient=self.head,
				happened_on=self.day,
				value_before=before.head,
				value_after=self.head,
				reason=self.flags.reason,
			)

	def record_other_changes(self) -> None:
		"""What a household of a past day is told from leaves a line with what stood before."""
		before = self.get_doc_before_save()
		if not before or self.flags.correcting:
			return
		if (before.address or "") != (self.address or ""):
			registry.record_event(
				self,
				"Address Changed",
				happened_on=self.day,
				address_before=before.address,
				address_after=self.address,
				reason=self.flags.reason,
			)
		if (before.payee or "") != (self.payee or ""):
			self._record_value("Payee Changed", self.payee, before.payee, self.payee)
		known = {row.name: row for row in before.members}
		for row in self.members:
			earlier = known.get(row.name)
			if earlier and earlier.kinship != row.kinship:
				self._record_value("Relation Changed", row.recipient, earlier.kinship, row.kinship)
			if earlier and earlier.residence != row.residence:
				self._record_value("Residence Changed", row.recipient, earlier.residence, row.residence)

	def _record_value(self, event: str, recipient: str | None, before: str | None, after: str | None) -> None:
		registry.record_event(
			self,
			event,
			recipient=recipient,
			happened_on=self.day,
			value_before=before,
			value_after=after,
			reason=self.flags.reason,
		)

	def record_transfer(self) -> None:
		before = self.get_doc_before_save()
		if before and before.division != self.division:
			registry.record_event(
				self,
				"Transferred",
				happened_on=self.day,
				from_division=before.division,
				to_division=self.division,
				reason=self.flags.reason,
			)
			entitlements.move(self.name, self.division)

	def record_member_changes(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			return
		known = {row.name: row for row in before.members}
		for row in self.members:
			earlier = known.get(row.name)
			if not earlier:
				registry.record_event(
					self,
					"Member Joined",
					recipient=row.recipient,
					happened_on=row.joined_on,
					reason=self.flags.reason,
				)
			elif row.left_on and not earlier.left_on:
				registry.record_event(
					self,
					"Member Left",
					recipient=row.recipient,
					happened_on=row.left_on,
					reason=" · ".join(
						filter(None, (_(row.leave_reason or "", context=row.doctype), self.flags.reason))
					),
				)

	def record_life_events(self) -> None:
		"""This form, an import or REST is one of the doors at which an event is reported."""
		if self.flags.by_life_event or self.flags.regrouping:
			return
		before = self.get_doc_before_save()
		known = {row.name: row for row in before.members} if before else {}
		for row in self.members:
			earlier = known.get(row.name)
			if row.left_on and not (earlier and earlier.left_on) and (before or row.leave_reason):
				life_events.member_left(self, row)
			elif not earlier and not row.left_on and row.residence == terms.LIVING_TOGETHER:
				life_events.returned(row.recipient, row.joined_on)
