import frappe
from frappe import _, _lt
from frappe.utils import getdate, today

from socaid_app.casework.records import ALL, Guard, GuardedRecord, author, step
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements, life_events, rules

TO_REVIEW, IN_EFFECT, REJECTED = "To Review", "In Effect", "Rejected"


class ReviewByAnother(frappe.ValidationError):
	pass


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
			self.due_on = self.selfcare_reassessment_due()

	def selfcare_reassessment_due(self):
		"""The care grade of a person in 特困 support is assessed anew after a report (43号 Art. 23)."""
		if terms.TEKUN not in {row.scheme for row in entitlements.active(self.recipient)}:
			return None
		reported = getdate(today())
		days = int(rules.parameters().get("selfcare_reassess_days", reported))
		return rules.calendar().add_workdays(reported, days)[0]

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


@frappe.whitelist(methods=["POST"])
def review(name: str, accepted: bool | int | str, note: str = "") -> None:
	"""Let a reported change take effect or refuse it; by another person than the one who entered it."""
	change = frappe.get_doc("Circumstance Change", name, for_update=True)
	change.check_permission("write")
	if change.status != TO_REVIEW:
		frappe.throw(_("This change has been reviewed already."))
	if frappe.session.user in (change.owner, author(change)):
		frappe.throw(
			_("A change is reviewed by another person than the one who entered it or last changed it."),
			ReviewByAnother,
		)
	accepted = frappe.utils.sbool(accepted) if isinstance(accepted, str) else bool(accepted)
	if not accepted and not note.strip():
		frappe.throw(_("State the reason for not accepting the change."))
	change.status = IN_EFFECT if accepted else REJECTED
	change.reviewed_by, change.reviewed_on, change.review_note = frappe.session.user, today(), note
	with step(change):
		change.save()
	if change.event:
		_settle_event(change, accepted)


def _settle_event(change: CircumstanceChange, accepted: bool) -> None:
	"""Accepted, the event is on record if it was not yet; refused, it is taken back where it was."""
	if accepted:
		life_events.record(change.recipient, change.event, change.happened_on, exact=False)
		return
	person = frappe.get_doc("Recipient", change.recipient)
	if life_events.recorded_on(person, change.event) == getdate(change.happened_on):
		life_events.undo(change.recipient, change.event, change.review_note)
