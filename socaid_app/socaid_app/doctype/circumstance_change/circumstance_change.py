import frappe
from frappe import _, _lt
from frappe.utils import getdate, today

from socaid_app.casework import holidays, steps
from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.casework.steps import AUTHOR, Ask, Steps
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements, life_events, rules

TO_REVIEW, IN_EFFECT, REJECTED = "To Review", "In Effect", "Rejected"


class ReviewByAnother(frappe.ValidationError):
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
		writable={TO_REVIEW: ALL},
		system=("review_note",),
		approved=True,
		way_out=_lt("A change that was reviewed stays as it is. Report another change."),
	)

	division_from = "household"

	def before_validate(self) -> None:
		if not self.household and self.recipient:
			self.division = frappe.db.get_value("Recipient", self.recipient, "division")
		self.set_division()

	def before_insert(self) -> None:
		if self.kind == "Health Change" and self.recipient and not self.due_on:
			if terms.TEKUN in {row.scheme for row in entitlements.active(self.recipient)}:
				self.set_due_date()

	def set_due_date(self) -> None:
		"""The care grade of a person in 特困 support is assessed anew after a report (43号 Art. 23)."""
		self.due_on = rules.workdays_after("selfcare_reassess_days", self.creation)

	def validate(self) -> None:
		self.check_event()
		if getdate(self.happened_on) > getdate(today()):
			frappe.throw(_("A change that lies in the future cannot be reported yet."))
		if self.is_new():
			self.status, self.reviewed_by, self.reviewed_on = TO_REVIEW, None, None

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


@step(
	_lt("Accept Change"),
	at=TO_REVIEW,
	to=IN_EFFECT,
	asks=(Ask("note", reqd=False, label=_lt("Review Note")),),
	primary=True,
)
def accept(change: CircumstanceChange, note: str = "") -> None:
	"""The change takes effect; an event is on record if it was not yet."""
	steps.done(change, review_note=note)
	if change.event:
		life_events.record(change.recipient, change.event, change.happened_on, exact=False)


@step(_lt("Refuse Change"), at=TO_REVIEW, to=REJECTED, asks=(Ask("note", label=_lt("Review Note")),))
def refuse(change: CircumstanceChange, note: str) -> None:
	"""With the reason; an event that is on record already is taken back."""
	steps.done(change, review_note=note)
	if not change.event:
		return
	person = frappe.get_doc("Recipient", change.recipient)
	if life_events.recorded_on(person, change.event) == getdate(change.happened_on):
		life_events.undo(change.recipient, change.event, note)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	waits = {"status": TO_REVIEW, "kind": "Health Change", "due_on": ["is", "set"]}
	return holidays.settle("Circumstance Change", waits, ("due_on",), CircumstanceChange.set_due_date)
