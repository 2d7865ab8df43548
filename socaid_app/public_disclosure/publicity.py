"""Notices on the board: drafted from the records, reviewed by a second person, posted, and taken down in time.

初审公示 (57号 Art. 19; 43号 Art. 15), 确认公布 (57号 Art. 24), 终止公示 (43号 Art. 26), 月度名单, 提标公示, 更正公告.
What a notice says is :mod:`content`; here are the steps that staff and the nightly job take. The rules of each
step are in the controller, so that every channel meets them.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import messages, records, steps, waiting
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Ask, Steps
from socaid_app.policy import clock, terms
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import content, statements
from socaid_app.public_disclosure.content import NOTICE, PublicityRefused
from socaid_app.socaid_app import rules

APPLICATION = "Assistance Application"
DRAFT, RUNNING, OBJECTION, COMPLETED, WITHDRAWN = (
	"Draft",
	"In Publicity",
	"Objection Raised",
	"Completed",
	"Withdrawn",
)
OPEN = (DRAFT, RUNNING)
POSTED = (RUNNING, OBJECTION)

# The rules of each move are in the controller; whichever way it is made.
step = Steps(NOTICE, refusal=PublicityRefused, order=("publish", "resolve_objection", "resume", "keep_photo"))


# --- drafting ---------------------------------------------------------------------------------------------
def draft(kind: str, replaces: str | None = None, prepared_by: str | None = None, **source) -> str:
	"""Draft a notice of ``kind`` about ``source`` (application=…, entitlement=…, …); returns its name.

	Raises PublicityRefused where the case may not be published or such a notice is already under way.
	"""
	notice = frappe.get_doc({"doctype": NOTICE, "kind": kind, "replaces": replaces, **source})
	notice.flags.prepared_by = prepared_by
	with records.step(notice):
		return notice.insert(ignore_permissions=True).name


def prepare(application: Document) -> str:
	"""Draft the preliminary notice of a case whose 初审 opinion was just given; '' where none is published."""
	if application.protected_case or application.route == terms.QUICK_RELIEF:
		return ""
	return draft(rules_of.PRELIMINARY, application=application.name, division=application.division)


@frappe.whitelist(methods=["POST"])
def prepare_again(application: str) -> str:
	"""Draft a new notice for a case in publicity whose notice was withdrawn; returns its name."""
	case = frappe.get_doc(APPLICATION, application)
	case.check_permission("write")
	frappe.has_permission(NOTICE, "create", throw=True)
	if case.workflow_state != terms.PUBLICITY:
		frappe.throw(_("The case does not stand at the preliminary publicity."), PublicityRefused)
	return prepare(case)


@frappe.whitelist(methods=["POST"])
def prepare_termination(entitlement: str, ground: str) -> str:
	"""Draft the publicity that precedes the end of support for the destitute (43号 Art. 26)."""
	frappe.get_doc("Entitlement", entitlement).check_permission("read")
	frappe.has_permission(NOTICE, "create", throw=True)
	return draft(rules_of.TERMINATION, entitlement=entitlement, ground=ground)


@step(
	_lt("Draft Again"),
	at=(OBJECTION, WITHDRAWN),
	when=lambda notice: notice.kind != rules_of.PRELIMINARY,
	logged=False,
)
def redraft(notice: Document) -> str:
	"""A new draft in the place of a notice that was withdrawn or met an objection; returns its name."""
	frappe.has_permission(NOTICE, "create", throw=True)
	steps.nothing_to_save(notice)
	return replacement(notice)


def replacement(old: Document) -> str:
	"""Draft the same notice from the records as they are now."""
	fields = (
		"application",
		"entitlement",
		"standard_raise",
		"correction",
		"roll_month",
		"division",
		"ground",
	)
	fields += ("place", "complaint_phone")
	return draft(old.kind, replaces=old.name, **{field: old.get(field) for field in fields if old.get(field)})


# --- review and posting -----------------------------------------------------------------------------------
@frappe.whitelist()
def preview(name: str) -> dict:
	"""For the reviewer: ``content`` as it would be posted now, the ``checklist``, and ``seen``, its digest."""
	notice = frappe.get_doc(NOTICE, name)
	notice.check_permission("read")
	shown = notice_content(notice)
	return {"content": shown, "checklist": rules_of.CHECKLIST, "seen": content.digest(content.dump(shown))}


def notice_content(notice: Document) -> dict:
	"""The frozen content of a posted notice; of a draft what it would say today. The sheets print this alone."""
	if notice.published_content:
		posted = frappe.parse_json(notice.published_content)
		return posted | {"ends_on": notice.ends_on and getdate(notice.ends_on).isoformat()}
	return content.published(notice, content.gather(notice, getdate(today())).rows)


def _not_by_who_prepared(notice: Document) -> str:
	if frappe.session.user not in (notice.prepared_by, records.author(notice)):
		return ""
	return _(
		"You prepared this notice. Another person must review it for privacy and post it (Social Assistance Law Art. 11)."
	)


@step(
	_lt("Review and Post"),
	at=DRAFT,
	to=RUNNING,
	duty="Publish Notices",
	who=_not_by_who_prepared,
	foreign=PublicityRefused,
	logged=False,
	primary=True,
)
def publish(notice: Document, seen: str | None = None) -> str:
	"""Privacy review and posting, by another person than the one who prepared the notice.

	``seen``: the digest the preview gave; when the records have changed since, nothing is posted.
	"""
	if seen and seen != content.digest(content.dump(notice_content(notice))):
		frappe.throw(
			_(
				"The records have changed since you looked at this notice. Look at it again before you post it."
			),
			PublicityRefused,
		)
	steps.done(notice)
	return notice.status


@step(
	_lt("Withdraw"),
	at=(*OPEN, OBJECTION),
	to=WITHDRAWN,
	asks=(Ask("reason", label=_lt("Withdrawal Reason")),),
	logged=False,
)
def withdraw(notice: Document, reason: str) -> str:
	"""Take a notice off the board, with a reason; the case needs a new one."""
	steps.done(notice, withdrawal_reason=reason)
	return notice.status


def ending(notice: Document) -> rules_of.Ending:
	"""When a posted notice ends, interruptions counted."""
	pauses = [
		(getdate(row.interrupted_from), getdate(row.resumed_on) if row.resumed_on else None)
		for row in notice.interruptions
	]
	return rules_of.ending(
		notice.kind, getdate(notice.posted_on), rules.parameters(), rules.calendar(), pauses
	)


# --- the board --------------------------------------------------------------------------------------------
def _is_interrupted(notice: Document) -> bool:
	return any(not row.resumed_on for row in notice.interruptions)


def _hangs(notice: Document) -> bool:
	return not notice.taken_down_on


@step(
	_lt("Board Interrupted"),
	at=POSTED,
	when=lambda notice: _hangs(notice) and not _is_interrupted(notice),
	asks=(
		Ask("interrupted_from", False, _lt("Interrupted From"), "Date", default=lambda notice: today()),
		Ask("reason", label=_lt("Why Interrupted"), fieldtype="Data"),
	),
	logged=False,
)
def interrupt(notice: Document, reason: str, interrupted_from: str | None = None) -> str | None:
	"""The notice does not hang (board damaged, flood, …); returns the last day, None while it is unknown."""
	notice.append("interruptions", {"interrupted_from": interrupted_from or today(), "reason": reason})
	steps.done(notice)
	return notice.ends_on


@step(
	_lt("Hangs Again"),
	at=POSTED,
	when=_is_interrupted,
	asks=(Ask("resumed_on", False, _lt("Resumed On"), "Date", default=lambda notice: today()),),
	logged=False,
	primary=True,
)
def resume(notice: Document, resumed_on: str | None = None) -> str | None:
	"""It hangs again; the days it did not are added. Returns the new last day."""
	for row in notice.interruptions:
		row.resumed_on = row.resumed_on or resumed_on or today()
	steps.done(notice)
	return notice.ends_on


@step(
	_lt("Attach Photo"),
	at=(*POSTED, COMPLETED),
	logged=False,
	primary=lambda notice: not notice.photo,
)
def keep_photo(notice: Document, photo: str) -> str:
	"""Attach the photo of the board; returns its hash."""
	notice.photo = photo
	steps.done(notice)
	return notice.photo_hash


# --- objections -------------------------------------------------------------------------------------------
def has_open_objection(application: str) -> bool:
	"""Whether an objection to any notice of the case is not yet settled."""
	objection, notice = frappe.qb.DocType("Publicity Objection"), frappe.qb.DocType(NOTICE)
	return bool(
		frappe.qb.from_(objection)
		.join(notice)
		.on((notice.name == objection.parent) & (objection.parenttype == NOTICE))
		.select(objection.name)
		.where(notice.application == application)
		.where(objection.resolved == 0)
		.limit(1)
		.run()
	)


@step(
	_lt("Record Objection"),
	at=POSTED,
	when=_hangs,
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
	logged=False,
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
	logged=False,
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
	again = {"replaces": name, "status": ["!=", WITHDRAWN]}
	waits = notice.status == OBJECTION and not frappe.db.exists(NOTICE, again)
	due = _recheck_due(name) if waits else None
	if due != notice.recheck_due:
		frappe.db.set_value(NOTICE, name, "recheck_due", due, update_modified=False)


def _recheck_due(name: str) -> date | None:
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
	application = frappe.get_doc(APPLICATION, notice.application)
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
	latest = frappe.get_all(
		NOTICE,
		filters={"kind": rules_of.TERMINATION, "entitlement": entitlement},
		fields=["name", "status", "ground", "completed_on"],
		order_by="creation desc, name desc",
		limit=1,
	)
	return latest[0] if latest and latest[0].status == COMPLETED else None


# --- taking down ------------------------------------------------------------------------------------------
def take_down(application: str, reason: str) -> None:
	"""Withdraw what is posted or drafted for a case that leaves the publicity."""
	for name in frappe.get_all(
		NOTICE,
		filters={
			"application": application,
			"kind": rules_of.PRELIMINARY,
			"status": ["in", OPEN],
		},
		pluck="name",
		order_by="creation",
	):
		withdraw_by_system(name, reason)


def withdraw_by_system(name: str, reason: str, corrected: bool = False) -> None:
	"""A withdrawal that follows from something else; the same rules, nobody's permission."""
	notice = frappe.get_doc(NOTICE, name)
	notice.flags.corrected, notice.flags.by_system = corrected, True
	notice.update({"status": WITHDRAWN, "withdrawal_reason": reason})
	notice.save(ignore_permissions=True)


def replace(name: str, by: str) -> None:
	"""A newer notice hangs in its place (a roll by the next month's): it comes down complete."""
	statements.carry_over(name, by)
	notice = frappe.get_doc(NOTICE, name)
	notice.flags.replaced = True
	if notice.status == RUNNING:
		notice.status = COMPLETED
	notice.save(ignore_permissions=True)


def complete_expired() -> int:
	"""Daily: take down what has hung its days (idempotent); returns how many notices were completed.

	A notice with an objection is taken down too, but not completed: it has not run without objection. Nor does
	one end about which something waits to be looked at (objections.py).
	"""
	rows = frappe.get_all(
		NOTICE,
		# Frappe reads a missing day as the first of all days: a roll has no last day, and has not passed it.
		filters=[
			["status", "in", POSTED],
			["ends_on", "is", "set"],
			["ends_on", "<", getdate(today())],
			["taken_down_on", "is", "not set"],
		],
		fields=["name"],
		order_by="ends_on, name",
	)
	done = 0
	for row in rows:
		with waiting.or_later():
			done += _expire(row.name)
	return done


def complete_if_expired(name: str) -> None:
	"""A notice that was held beyond its last day ends as soon as nothing holds it."""
	last, down = frappe.db.get_value(NOTICE, name, ["ends_on", "taken_down_on"])
	if last and getdate(last) < getdate(today()) and not down:
		_expire(name)


def _expire(name: str) -> bool:
	"""Take down what has hung its days; returns whether it completed."""
	notice = frappe.get_doc(NOTICE, name)
	completed = notice.status == RUNNING
	if completed and statements.waiting_for(name):
		return False
	if completed:
		notice.status = COMPLETED
	notice.flags.expired = True
	notice.save(ignore_permissions=True)
	if completed:
		_tell_completed(notice)
	return completed


def _tell_completed(notice: Document) -> None:
	if notice.kind not in rules_of.NEW_NOTICE_AFTER_OBJECTION:
		return
	subject = (
		_("The publicity of {0} ended without objection: submit the case for review")
		if notice.kind == rules_of.PRELIMINARY
		else _("The publicity of the termination for {0} ended without objection: decide")
	).format(notice.applicant_name)
	users = Directory().users(["Township Officer"], notice.division)
	doctype, name = (
		(APPLICATION, notice.application) if notice.application else ("Entitlement", notice.entitlement)
	)
	messages.tell_staff(users, subject, doctype, name)
