"""More time for a petition (信访工作条例 Art. 34): asked for by the handler, granted once by the head, told to the petitioner."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import duties, steps
from socaid_app.petition_desk import papers, petition_clocks, secrecy
from socaid_app.petition_desk.procedure import Ask, StepNotOpen, refuse_breaches, step, who_hear
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import rules

HEADS = "Approve Extensions of Petitions"


class NotTheHead(frappe.PermissionError):
	pass


def _longest() -> int:
	return cint(rules.parameters().get("petition_extend_days", getdate(today())))


ASKED = (
	Ask(
		"days",
		reqd=False,
		label=_lt("Days of Extension"),
		fieldtype="Int",
		default=lambda doc: doc.extension_wanted or _longest(),
		description=_lt("At most 30, once, approved by the head (Art. 34)."),
		mandatory_depends_on=steps.IN_THE_DIALOG,
	),
	Ask(
		"reason",
		reqd=False,
		label=_lt("Why Extended"),
		default=lambda doc: doc.extension_reason,
		mandatory_depends_on=steps.IN_THE_DIALOG,
	),
)


def _without_clock(doc: Document) -> bool:
	return not doc.decide_due or bool(doc.extension_days)


@step(
	_lt("Ask for Extension"),
	at=law.STEPS["ask_extension"],
	asks=ASKED,
	stamps=("extension_asked_by",),
	hidden=lambda doc: _without_clock(doc) or doc.extension_wanted or duties.holds(HEADS),
)
def ask_extension(doc: Document, reason: str = "", days: int | str | None = None) -> None:
	"""The handler asks the heads for more time; what Art. 34 does not allow is not even asked for."""
	days = _require_allowed(doc, reason, days)
	steps.note(doc, f"{days}日：{reason}")
	steps.done(doc, extension_wanted=days, extension_reason=reason)
	subject = _("An extension by {0} days is asked for: {1}, {2}").format(days, doc.name, doc.subject)
	secrecy.tell(who_hear(doc, duties.roles_of(HEADS)), subject, doc)


@step(
	_lt("Approve Extension"),
	at=law.STEPS["extend"],
	duty=HEADS,
	foreign=NotTheHead,
	asks=ASKED,
	stamps=("extension_approved_by",),
	hidden=_without_clock,
)
def extend(doc: Document, reason: str = "", days: int | str | None = None) -> None:
	"""Up to thirty days more, approved by the head whose session this is, and told to the petitioner (Art. 34)."""
	days = _require_allowed(doc, reason, days)
	asked_by = doc.extension_asked_by
	steps.note(doc, f"{days}日：{reason}")
	steps.done(doc, extension_days=days, extension_reason=reason, extension_wanted=0)
	papers.issue(doc, "Notice of Extension")
	_tell_asker(doc, asked_by, _("The extension of {0} was approved; tell the petitioner.").format(doc.name))


@step(
	_lt("Refuse Extension"),
	at=law.STEPS["refuse_extension"],
	duty=HEADS,
	foreign=NotTheHead,
	asks=(Ask("reason", label=_lt("Reason")),),
	missing=lambda doc: [] if doc.extension_wanted else [StepNotOpen(_("No extension has been asked for."))],
	hidden=lambda doc: not doc.extension_wanted,
)
def refuse_extension(doc: Document, reason: str) -> None:
	"""The head does not grant the time that was asked for."""
	asked_by = doc.extension_asked_by
	steps.done(doc, extension_wanted=0, extension_reason=None, extension_asked_by=None)
	_tell_asker(doc, asked_by, _("The extension of {0} was not granted: {1}").format(doc.name, reason))


def _require_allowed(doc: Document, reason: str, days: int | str | None) -> int:
	"""The days of an extension that Art. 34 allows now; raises RuleBroken."""
	days = cint(days) if days not in (None, "") else _longest()
	facts = petition_clocks.facts_of(doc)
	refuse_breaches(
		law.extension_breaches(
			facts, getdate(today()), days, reason or "", rules.parameters(), rules.calendar()
		)
	)
	return days


def _tell_asker(doc: Document, asked_by: str | None, subject: str) -> None:
	if asked_by and asked_by != frappe.session.user:
		secrecy.tell([asked_by], subject, doc)
