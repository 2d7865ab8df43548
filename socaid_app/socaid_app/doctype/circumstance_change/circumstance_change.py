import frappe
from frappe import _, _lt
from frappe.utils import getdate, today

from socaid_app.casework import events, holidays, messages, steps, waiting
from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.casework.records import step as set_by_step
from socaid_app.casework.steps import AUTHOR, Ask, Steps
from socaid_app.permissions.divisions import township_of
from socaid_app.policy import terms
from socaid_app.socaid_app import changed_facts, changes_in_effect, entitlements, life_events, rules

TO_REVIEW, CONFIRMED, IN_EFFECT, REJECTED, CORRECTED = (
	"To Review",
	"Confirmed",
	"In Effect",
	"Rejected",
	"Corrected",
)
WAITING = (TO_REVIEW, CONFIRMED)
# To review, and asked for by an action on a household.
ASKED = "Asked For"


class ReviewByAnother(frappe.ValidationError):
	pass


class AskedAlready(frappe.ValidationError):
	pass


step = Steps(
	"Circumstance Change",
	foreign=ReviewByAnother,
	every={
		"not_by": ("owner", AUTHOR),
		"another": _lt(
			"A change is reviewed by another person than the one who entered it or last changed it."
		),
		"stamps": ("reviewed_by", "reviewed_on"),
	},
)


class CircumstanceChange(GuardedRecord):
	GUARD = Guard(
		state="status",
		# the words of a dialog are what is confirmed; whoever means otherwise refuses it and asks anew
		writable={TO_REVIEW: ALL, ASKED: ("evidence",)},
		system=("review_note",),
		approved=True,
		way_out=_lt("A change that was reviewed stays as it is. Report another change."),
	)

	# what is about the same facts or members of a household sees each other
	TURNS = ("household",)

	division_from = "household"

	def record_state(self) -> str:
		return ASKED if self.action and self.status == TO_REVIEW else super().record_state()

	def turns(self):
		"""A report in words alone takes nobody's turn: jobs and visits enter many."""
		if self.facts or self.action:
			yield from super().turns()

	def before_validate(self) -> None:
		if not self.household and self.recipient:
			self.division = frappe.db.get_value("Recipient", self.recipient, "division")
		self.set_division()

	def set_division(self) -> None:
		"""While a household is to move, its change is where it goes to: there it is accepted or refused."""
		if not self.to_division:
			super().set_division()
			return
		arrives = self.status in (*WAITING, IN_EFFECT)
		self.division = (
			self.to_division
			if arrives
			else frappe.db.get_value("Recipient Household", self.household, "division")
		)
		self.township = township_of(self.division)

	def before_insert(self) -> None:
		# after a death the benefit itself has its day (life_events.py)
		if not self.due_on and self.kind != terms.DEATH:
			self.set_due_date()

	def set_due_date(self) -> None:
		"""Until when a second person has looked at it. The care grade of a person in 特困 support is assessed anew after a
		report (43号 Art. 23); what could not take effect on its day is looked at again from that day on.
		"""
		of_care = self.kind == "Health Change" and self.recipient and self._is_in_tekun()
		came_back = self.review_note and getdate(self.happened_on) > getdate(self.creation)
		self.due_on = rules.workdays_after(
			"selfcare_reassess_days" if of_care else "change_review_days",
			self.happened_on if came_back else self.creation,
		)

	def _is_in_tekun(self) -> bool:
		return terms.TEKUN in {row.scheme for row in entitlements.active(self.recipient)}

	def validate(self) -> None:
		self.check_event()
		self.check_day()
		if self.is_new():
			self.status, self.reviewed_by, self.reviewed_on = TO_REVIEW, None, None
		if self.status == TO_REVIEW:
			changed_facts.check(self)
			self.tell_what_becomes()
		if self.is_new():
			self.tell_of_others()

	def onload(self) -> None:
		if self.status in WAITING:
			self.set_onload("others", [other.sentence for other in self.others()])

	def check_event(self) -> None:
		"""An event concerns a person; what concerns neither a person nor a household is no change."""
		if self.kind == terms.DEATH:
			self.event = terms.DEATH
		elif self.kind != life_events.POPULATION or self.event == terms.DEATH:
			self.event = None
		if not self.household and not self.recipient:
			frappe.throw(_("Choose the household or the person whose circumstances changed."))
		if self.event and not self.recipient:
			frappe.throw(_("Choose the person whom the event concerns."))

	def check_day(self) -> None:
		"""Facts and actions may be confirmed ahead and take effect on their day; what befalls a person may not."""
		if getdate(self.happened_on) > getdate(today()) and not (self.facts or self.action):
			frappe.throw(_("A change that lies in the future cannot be reported yet."))

	def tell_what_becomes(self) -> None:
		if self.facts and not self.state_after:
			self.state_after = "；".join(changed_facts.told(self))
		if not self.state_after:
			frappe.throw(_("Say what is so now, or name the facts one by one."))

	# --- others about the same --------------------------------------------------------------------------

	def others(self) -> list[frappe._dict]:
		return changes_in_effect.others_open(self, WAITING)

	def tell_of_others(self) -> None:
		"""What is reported twice, or otherwise by somebody else, is seen when it is entered."""
		if self.flags.ignore_permissions and not self.action:
			return
		for other in self.others():
			if other.blocks and self.action and not self.facts:
				frappe.throw(other.sentence, AskedAlready)
			frappe.msgprint(other.sentence, alert=True, indicator="orange")


def settled_with_others(change: CircumstanceChange) -> list[str]:
	"""What stands against a change taking effect: somebody else says otherwise, or the registry says so by now."""
	found = [
		_("{0} Refuse one of the two first.").format(other.sentence)
		for other in change.others()
		if other.blocks
	]
	return [*found, *changed_facts.changed_meanwhile(change)]


@step(
	_lt("Accept Change"),
	at=TO_REVIEW,
	to=IN_EFFECT,
	asks=(Ask("note", reqd=False, label=_lt("Review Note")),),
	missing=settled_with_others,
	primary=True,
)
def accept(change: CircumstanceChange, note: str = "") -> None:
	"""The change takes effect, on its day; an event is on record if it was not yet."""
	if getdate(change.happened_on) > getdate(today()):
		steps.done(change, review_note=note, status=CONFIRMED)
		return
	steps.done(change, review_note=note)
	take_effect(change)


def take_effect(change: CircumstanceChange) -> None:
	if change.event:
		life_events.record(change.recipient, change.event, change.happened_on, exact=False)
	changes_in_effect.take_effect(change)
	if change.facts or change.action:
		events.tell("socaid_changes_in_effect", change, False)


def effect_at_once(change: CircumstanceChange) -> None:
	"""No money hangs on it, so that nobody else has to look: from household_actions.py."""
	ahead = getdate(change.happened_on) > getdate(today())
	change.status = CONFIRMED if ahead else IN_EFFECT
	with set_by_step(change):
		change.save(ignore_permissions=True)
	if not ahead:
		take_effect(change)


@step(_lt("Refuse Change"), at=WAITING, to=REJECTED, asks=(Ask("note", label=_lt("Review Note")),))
def refuse(change: CircumstanceChange, note: str) -> None:
	"""With the reason; an event that is on record already is taken back."""
	steps.done(change, review_note=note)
	tell_who_asked(change, note)
	if not change.event:
		return
	person = frappe.get_doc("Recipient", change.recipient)
	if life_events.recorded_on(person, change.event) == getdate(change.happened_on):
		life_events.undo(change.recipient, change.event, note)


@step(
	_lt("Take Back Change"),
	at=IN_EFFECT,
	to=CORRECTED,
	asks=(Ask("taken_back_reason"),),
	stamps=("taken_back_by", "taken_back_on"),
	not_by=(lambda change: change.reviewed_by and frappe.session.user == change.owner and _own(),),
)
def take_back(change: CircumstanceChange, taken_back_reason: str) -> None:
	"""It was wrong: everything it did is undone where nothing was built on it since, and the history keeps both."""
	if change.event:
		take_event_back(change, taken_back_reason)
		return
	kept = changes_in_effect.take_back(change, taken_back_reason)
	if kept:
		steps.note(change, "；".join([taken_back_reason, *kept]))
	steps.done(change)
	if change.facts or change.action:
		events.tell("socaid_changes_in_effect", change, True)


def _own() -> str:
	return _(
		"What a second person has confirmed is taken back by another person than the one who reported it."
	)


def take_event_back(change: CircumstanceChange, reason: str) -> None:
	"""The event is taken off with its consequences, and its changes with it, this one among them."""
	if life_events.recorded_on(frappe.get_doc("Recipient", change.recipient), change.event):
		life_events.undo(change.recipient, change.event, reason)
		change.reload()
		change.taken_back_reason = reason
	steps.done(change)


# --- on its day ---------------------------------------------------------------------------------------------------
def take_effect_due() -> int:
	"""Daily: changes confirmed ahead whose day has come; returns how many took effect. Safe to run again.

	What cannot take effect any more goes back to review with the reason, and whoever entered it is told.
	"""
	done = 0
	names = frappe.get_all(
		"Circumstance Change",
		filters={"status": CONFIRMED, "happened_on": ["<=", today()]},
		pluck="name",
		order_by="happened_on, creation",
	)
	for name in names:
		with waiting.or_later():
			done += _on_its_day(name)
	return done


def _on_its_day(name: str) -> bool:
	change = steps.locked("Circumstance Change", name)
	if change.status != CONFIRMED:
		return False
	frappe.db.savepoint("on_its_day")
	try:
		if found := changed_facts.changed_meanwhile(change):
			frappe.throw("；".join(found))
		change.status = IN_EFFECT
		with set_by_step(change):
			change.save(ignore_permissions=True)
		take_effect(change)
		return True
	except (waiting.ChangedMeanwhile, frappe.TimestampMismatchError):
		raise
	except frappe.ValidationError as error:
		frappe.db.rollback(save_point="on_its_day")
		frappe.clear_messages()
		change = frappe.get_doc("Circumstance Change", name)
		change.status = TO_REVIEW
		change.review_note = "\n".join(
			filter(None, (change.review_note, _("Could not take effect on its day: {0}").format(error)))
		)
		change.set_due_date()
		with set_by_step(change):
			change.save(ignore_permissions=True)
		tell_who_asked(change, str(error))
		return False


def tell_who_asked(change: CircumstanceChange, note: str) -> None:
	"""Whoever asked for an action may not see the change any more: it was where the household was to go."""
	if change.action:
		words = _("{0} of {1} did not take effect: {2}").format(
			_(change.action, context=change.doctype), change.household, note
		)
		messages.tell_staff([change.owner], words, "Recipient Household", change.household)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	waits = {"status": TO_REVIEW, "kind": ["!=", terms.DEATH]}
	return holidays.settle("Circumstance Change", waits, ("due_on",), CircumstanceChange.set_due_date)
