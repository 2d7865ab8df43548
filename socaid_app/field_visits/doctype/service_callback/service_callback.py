import frappe
from frappe import _, _lt

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.field_visits import callbacks
from socaid_app.field_visits.callbacks import CallbackClosed

# Set by the job and by the steps of field_visits/callbacks.py.
KEPT = ("household", "kind", "period", "status", "attempts", "called_at", "opening")
# What is still open when the answers are in: the follow-up.
OPEN_WHEN_DONE = ("follow_up", "follow_up_due", "officer")


class CallbackVisitInvalid(frappe.ValidationError):
	pass


class ServiceCallback(GuardedRecord):
	GUARD = Guard(
		state="status",
		writable={callbacks.TO_DO: ALL, callbacks.NOT_REACHED: ALL, callbacks.DONE: OPEN_WHEN_DONE},
		fixed={ANY: KEPT},
		refusal=CallbackClosed,
		way_out=_lt("This callback is done; its answers stay as they are."),
	)

	division_from = "household"
	TELLS_WHO_IS_IN_CHARGE = True

	def in_charge(self) -> str | None:
		"""Rounds are given out by the hundred; whoever has them sees them without a message for each."""
		open_for = self.officer and self.status in callbacks.OPEN
		return frappe.db.get_value("Visit Officer", self.officer, "user") if open_for else None

	def before_insert(self) -> None:
		"""A callback outside the rounds, made by hand."""
		self.update({"status": callbacks.TO_DO, "period": None, "attempts": 0, "called_at": None})
		self.set("answers", [])
		callbacks.copy_script(self)

	def before_validate(self) -> None:
		self.set_division()
		self.head_name = frappe.db.get_value("Recipient Household", self.household, "head_name")

	def validate(self) -> None:
		self.keep_questions()
		self.check_visit()
		if self.status == callbacks.DONE:
			callbacks.require_answers(self)

	def before_save(self) -> None:
		if self.status == callbacks.DONE:
			callbacks.open_problems(self)

	def keep_questions(self) -> None:
		"""The questions are the script's; a client fills in the answers."""
		before = self.get_doc_before_save()
		if not before or not before.answers:
			return
		sent = {row.name: row for row in self.answers}
		rows = []
		for old in before.answers:
			row = sent.get(old.name) or old
			row.update({field: old.get(field) for field in ("question", "answer_kind", "problem")})
			rows.append(row)
		self.set("answers", rows)

	def check_visit(self) -> None:
		if not self.visit:
			return
		if frappe.db.get_value("Home Visit", self.visit, "household") != self.household:
			frappe.throw(_("{0} is a visit of another household.").format(self.visit), CallbackVisitInvalid)
