"""Who handles a petition: given to somebody impartial, given back for an interest in it, reported when it is urgent."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import today

from socaid_app.casework import duties, steps
from socaid_app.casework.steps import Turn
from socaid_app.petition_desk import conflicts, secrecy
from socaid_app.petition_desk.procedure import DOCTYPE, STAFF, Ask, Incomplete, step, who_hear
from socaid_app.policy import petitions as law

REPORT_TO = "Hear of Urgent Petitions"
WHO = (
	Ask("handler", reqd=False, keeps=True, filters=STAFF),
	Ask("handling_unit", reqd=False, keeps=True),
)


def require_able(doc: Document, handler: str | None) -> None:
	"""A handler, where one is named, can read the petition and is impartial (Art. 28)."""
	if not handler:
		return
	if not frappe.db.get_value("User", handler, "enabled"):
		frappe.throw(_("{0} is not an active user.").format(handler), Incomplete)
	if not frappe.has_permission(DOCTYPE, "write", doc=doc, user=handler):
		# the conflict is the more telling reason where there is one
		conflicts.require_impartial(doc, handler)
		frappe.throw(
			_("{0} has no permission for this petition. Choose somebody else.").format(handler), Incomplete
		)
	conflicts.require_impartial(doc, handler)


@step(
	_lt("Give to a Handler"),
	at=law.STEPS["assign"],
	asks=(Ask("handler", filters=STAFF), WHO[1]),
)
def assign(doc: Document, handler: str, handling_unit: str | None = None) -> None:
	"""Give the petition to a handler, who must be able to read it and impartial (Art. 28)."""
	require_able(doc, handler)
	steps.note(doc, frappe.db.get_value("User", handler, "full_name"))
	steps.done(doc)
	secrecy.tell([handler], _("Petition {0} is now yours to handle: {1}").format(doc.name, doc.subject), doc)


@step(
	_lt("Stand Aside"),
	at=law.STEPS["stand_aside"],
	not_by=(),
	asks=(Ask("reason", label=_lt("Reason")),),
	hidden=lambda doc: doc.handler != frappe.session.user,
)
def stand_aside(doc: Document, reason: str) -> None:
	"""The handler gives the petition back for a direct interest in it (Art. 28)."""
	line = f"{today()} {frappe.db.get_value('User', frappe.session.user, 'full_name')}：{reason}"
	doc.handler = None
	doc.recused = "\n".join(filter(None, (doc.recused, line)))
	steps.note(doc, line)
	# stands aside because of a conflict, hence past the rule that refuses a change to whoever has one
	doc.flags.ignore_permissions = True


@step(
	_lt("Report at Once"),
	at=law.STEPS["report_urgent"],
	confirm=_lt("Report this petition to the heads now (Art. 25)?"),
	stamps=("urgent_reported_on",),
	hidden=lambda doc: doc.urgent_reported_on,
)
def report_urgent(doc: Document) -> None:
	"""Report a major or urgent petition at once (Art. 25): the heads are told now, and the time is kept.

	An accusation is reported to its handlers alone.
	"""
	steps.done(doc, urgent=1)
	subject = _("Major or urgent petition {0}: {1}").format(doc.name, doc.subject)
	secrecy.tell(who_hear(doc, duties.roles_of(REPORT_TO)), subject, doc)


step.opens(
	"mediate",
	_lt("Mediate"),
	"Petition Settlement",
	at=law.UNDER_WAY,
	each=lambda doc: [Turn(values={"petition": doc.name})],
	not_by=(),
)
