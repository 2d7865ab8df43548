"""An objection to a notice, recorded and settled, and what follows from it: the case goes back, or is looked at again.

What comes in as a petition is looked at by the county first: objections.py.
"""

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import steps
from socaid_app.casework.steps import Ask
from socaid_app.policy import clock, terms
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import notice_steps as states
from socaid_app.public_disclosure.content import NOTICE
from socaid_app.public_disclosure.hanging import hangs
from socaid_app.public_disclosure.notice_steps import refuse, step
from socaid_app.socaid_app import rules


def has_open_objection(application: str) -> bool:
	"""Whether an objection to any notice of the case is not yet settled."""
	notices = frappe.get_all(NOTICE, {"application": application}, pluck="name", order_by="name")
	unsettled = {"parent": ["in", notices], "parenttype": NOTICE, "resolved": 0}
	return bool(notices and frappe.db.exists("Publicity Objection", unsettled))


@step(
	_lt("Record Objection"),
	at=states.POSTED,
	when=hangs,
	asks=(
		Ask("received_on", False, _lt("Received On"), "Date", default=lambda notice: today()),
		Ask(
			"objector",
			False,
			_lt("Objector"),
			"Data",
			description=_lt("May stay anonymous. Read by the county alone, never by township or village."),
		),
		Ask(
			"content",
			label=_lt("Content"),
			description=_lt("In words that do not tell who objects. The village does not read it."),
		),
	),
)
def record_objection(
	notice: Document, content: str, objector: str | None = None, received_on: str | None = None
) -> str:
	"""Record an objection, named or anonymous.

	A case in preliminary publicity goes back to investigation and needs a new 初审 (57号 Art. 19); the
	publicity of a termination is repeated after the re-check (43号 Art. 26).
	"""
	steps.nothing_to_save(notice)
	add_objection(
		notice,
		content=content,
		objector=objector,
		received_on=received_on or today(),
		# who enters the objector may not read the name afterwards; Frappe would drop it for that
		ignore_permissions=True,
	)
	return notice.status


def add_objection(notice: Document, ignore_permissions: bool = False, **objection) -> None:
	"""The one way an objection gets onto a notice; see objections.py for what comes in as a petition."""
	notice.append("objections", objection)
	notice.save(ignore_permissions=ignore_permissions)


def _unsettled(notice: Document) -> list[dict]:
	"""The objections to choose from, in words that the session's user may read."""
	return [
		{"value": row.name, "label": f"{row.idx}. {(notice.objection_text(row) or '')[:40]}"}
		for row in notice.objections
		if not row.resolved
	]


@step(
	_lt("Settle Objection"),
	when=_unsettled,
	asks=(
		Ask(
			"row",
			label=_lt("Objection"),
			fieldtype="Select",
			options=_unsettled,
			default=lambda notice: _unsettled(notice)[0]["value"],
		),
		Ask("resolution", label=_lt("Resolution")),
	),
	primary=True,
)
def resolve_objection(notice: Document, row: str, resolution: str) -> None:
	"""Record how an objection was settled."""
	for objection in notice.objections:
		if objection.name == row:
			objection.update({"resolved": 1, "resolution": resolution})


def note_recheck(name: str) -> None:
	"""43号 Art. 26: after an objection to a termination, 15 working days to look again and draw up a new notice."""
	notice = frappe.db.get_value(NOTICE, name, ["kind", "status", "recheck_due"], as_dict=True)
	if notice.kind != rules_of.TERMINATION:
		return
	again = {"replaces": name, "status": ["!=", states.WITHDRAWN]}
	waits = notice.status == states.OBJECTION and not frappe.db.exists(NOTICE, again)
	due = recheck_due(name) if waits else None
	if due != notice.recheck_due:
		frappe.db.set_value(NOTICE, name, "recheck_due", due, update_modified=False)


def recheck_due(name: str) -> date | None:
	objection = {"parent": name, "parenttype": NOTICE}
	received = frappe.db.get_value(
		"Publicity Objection", objection, "received_on", order_by="received_on desc"
	)
	if not received:
		return None
	days = int(rules.parameters().get("tekun_objection_rework_days", received))
	return clock.after(received, days, clock.WORKING, rules.calendar())[0]


def send_back(notice: Document) -> None:
	"""Through the application's own transition, so that its gates and its log see it."""
	application = frappe.get_doc(states.APPLICATION, notice.application)
	if application.workflow_state != terms.PUBLICITY or application.publicity != notice.name:
		return
	application.workflow_state = terms.INVESTIGATION
	# the words stay on the notice: more people read a case than may read an objection
	application.opinion = _("Objection {0} to notice {1}").format(len(notice.objections), notice.name)
	application.save(ignore_permissions=True)


def cleared_termination(entitlement: str) -> frappe._dict | None:
	"""The notice by which the end of an entitlement was publicised to its last day without objection.

	Name, ground and completed_on; None while the latest one still hangs, met an objection or was withdrawn.
	"""
	latest = frappe.db.get_value(
		NOTICE,
		{"kind": rules_of.TERMINATION, "entitlement": entitlement},
		["name", "status", "ground", "completed_on"],
		order_by="creation desc, name desc",
		as_dict=True,
	)
	return latest if latest and latest.status == states.COMPLETED else None


# --- the rules --------------------------------------------------------------------------------------------
def keep(notice: Document) -> None:
	"""An objection, once received, is never struck out or reworded."""
	before = notice.get_doc_before_save()
	now_there = {row.name: row for row in notice.objections}
	for row in before.objections if before else []:
		kept = now_there.get(row.name)
		if (
			not kept
			or kept.content != row.content
			or kept.channel != row.channel
			or getdate(kept.received_on) != getdate(row.received_on)
		):
			refuse(_("Objections received cannot be removed or reworded."))
		if row.resolved and not cint(kept.resolved):
			kept.resolved, kept.resolution = row.resolved, row.resolution
		elif cint(kept.resolved) and not row.resolved:
			notice.note("Objection Settled")
	for row in notice.objections:
		if cint(row.resolved) and not (row.resolution or "").strip():
			refuse(_("Enter how the objection was settled."))


def follow(notice: Document) -> None:
	"""A new objection changes the state; the last one settled lets a notice hang on that needs no new one."""
	before = notice.get_doc_before_save()
	received = len(notice.objections) - (len(before.objections) if before else 0)
	if received:
		if notice.stored_status() not in states.POSTED or notice.taken_down_on:
			refuse(_("Objections are recorded while the notice is posted."))
		notice.status = states.OBJECTION
		notice.note("Objection Received")
	elif notice.status == notice.stored_status() == states.OBJECTION and _runs_on(notice):
		notice.status = states.RUNNING


def explain(notice: Document, move: tuple[str, str]) -> bool:
	"""Whether its objections are why a notice makes this move."""
	if move == (states.RUNNING, states.OBJECTION):
		return bool(notice.objections)
	return move == (states.OBJECTION, states.RUNNING) and _runs_on(notice)


def _runs_on(notice: Document) -> bool:
	"""All objections are settled, and none asks for a new notice."""
	settled = all(cint(row.resolved) for row in notice.objections)
	return settled and notice.kind not in rules_of.NEW_NOTICE_AFTER_OBJECTION
