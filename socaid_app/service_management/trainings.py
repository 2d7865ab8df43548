"""Trainings (培训): planned with material, signed in by those who come, concluded; attended, they renew the proof."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_months, cint, getdate, now_datetime, today

from socaid_app.casework.steps import IN_THE_DIALOG, Ask, Steps
from socaid_app.field_visits import employment, times_of_day

DOCTYPE, PARTICIPANT = "Staff Training", "Training Participant"
PLANNED, HELD, CANCELLED = "Training Planned", "Training Held", "Training Cancelled"
TRAIN = "Train Staff"


class TrainingIncomplete(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, incomplete=TrainingIncomplete)


def check(training: Document) -> None:
	"""From ``validate``: everybody once. Raises TrainingIncomplete."""
	training.starts_at = times_of_day.clock(times_of_day.minute(training.starts_at))
	named = [row.officer for row in training.participants]
	if twice := next((row for row in training.participants if named.count(row.officer) > 1), None):
		frappe.throw(_("{0} takes part once.").format(twice.officer_name), TrainingIncomplete)
	if training.renews_proof and cint(training.valid_months) < 1:
		frappe.throw(_("State for how many months the training is valid."), TrainingIncomplete)


def own_row(training: Document) -> Document | None:
	return next((row for row in training.participants if row.user == frappe.session.user), None)


def not_expected(training: Document) -> str:
	row = own_row(training)
	return "" if row and not row.attended else _("Signed in by those who take part, once.")


@step(
	_lt("Sign In"),
	at=PLANNED,
	who=not_expected,
	when=lambda training: getdate(training.planned_on) == getdate(today()),
	permission="read",
	logged=False,
	primary=True,
)
def sign_in(training: Document) -> None:
	"""On the day, on the phone, by whoever sits there."""
	row = own_row(training)
	row.attended, row.signed_in_at = 1, now_datetime().replace(microsecond=0)


def what_is_missing(training: Document) -> list[str]:
	if not training.participants:
		return [_("Enter the participants.")]
	if not any(row.attended for row in training.participants):
		return [_("Tick who attended.")]
	return [
		_("Say why {0} was absent.").format(row.officer_name)
		for row in training.participants
		if not row.attended and not (row.absence_reason or "").strip()
	]


@step(
	_lt("Conclude Training"),
	at=PLANNED,
	to=HELD,
	duty=TRAIN,
	asks=(
		Ask("held_on", default=lambda training: training.planned_on, mandatory_depends_on=IN_THE_DIALOG),
		"summary",
	),
	missing=what_is_missing,
	stamps=("concluded_by",),
)
def conclude_training(training: Document, held_on: str, summary: str) -> None:
	"""Where no exam follows, whoever attended may be assigned again."""
	if getdate(held_on) > getdate(today()):
		frappe.throw(_("The day lies in the future."), TrainingIncomplete)
	if not training.renews_proof or training.staff_exam:
		return
	until = add_months(held_on, cint(training.valid_months))
	for row in training.participants:
		if row.attended:
			employment.renew(row.officer, employment.TRAINING, held_on, until, training.title)


@step(_lt("Cancel Training"), at=PLANNED, to=CANCELLED, duty=TRAIN, asks=("cancel_reason",))
def cancel_training(training: Document, cancel_reason: str) -> None:
	"""With the reason."""


def attended(officer: str, exam: str) -> bool:
	"""Whether somebody attended a training of an exam that was held."""
	return bool(
		frappe.db.sql(
			f"""select 1 from `tab{PARTICIPANT}` row join `tab{DOCTYPE}` training on training.name = row.parent
			and row.parenttype = '{DOCTYPE}' where row.officer = %s and row.attended = 1 and training.status = %s
			and training.staff_exam = %s limit 1""",
			(officer, HELD, exam),
		)
	)
