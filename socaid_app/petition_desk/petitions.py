"""The steps of a petition: recorded, taken up or not, passed on, answered, delivered, concluded.

Each step is one function, for the form, the programming interface, jobs and tests alike. It asks for permission,
then whether the law lets it be taken now and by this person, changes the petition and writes a line in its record.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, now, today

from socaid_app.casework.people import Directory
from socaid_app.petition_desk import clocks, conflicts, deliveries, repeats, secrecy, transfers
from socaid_app.policy import petitions as law
from socaid_app.policy import terms
from socaid_app.policy.breach import Breach
from socaid_app.socaid_app import rules

DOCTYPE = secrecy.PETITION
# The heads who may approve an extension (Art. 34).
HEADS = {"County Approver", "Township Approver"}
MANAGERS = ("Service Manager",)
REPORT_TO = ("County Approver", "Service Manager")
RATINGS = ("Very Satisfied", "Satisfied", "Neither", "Dissatisfied")
DISSATISFIED = "Dissatisfied"
REPORT_ARTICLE = "民发〔2021〕57号第37条"


class StepNotOpen(frappe.ValidationError):
	pass


class RuleBroken(frappe.ValidationError):
	pass


class Incomplete(frappe.ValidationError):
	pass


class NotTheHead(frappe.PermissionError):
	pass


class AlreadyRated(frappe.ValidationError):
	pass


# --- what steps share -----------------------------------------------------------------------------------------
def open_for(name: str, step: str) -> Document:
	"""The petition, locked, for a step of its own; the session's user may take it.

	Raises PermissionError, StepNotOpen when the petition is in another state, MustStandAside (Art. 28).
	"""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	require_state(doc, step)
	conflicts.require_impartial(doc)
	return doc


def require_state(doc: Document, step: str) -> None:
	if doc.status not in law.STEPS[step]:
		frappe.throw(
			_("The petition is {0}; “{1}” is not open now. Load the form again to see what is.").format(
				_(doc.status, context=DOCTYPE), law.STEP_NAMES[step]
			),
			StepNotOpen,
		)


def require(value: str | None, label: str) -> str:
	"""The text without blanks at its ends; raises Incomplete when nothing is left."""
	text = (value or "").strip()
	if not text:
		frappe.throw(_("Fill in “{0}”.").format(label), Incomplete)
	return text


def refuse_breaches(breaches: list[Breach]) -> None:
	if breaches:
		frappe.throw([str(breach) for breach in breaches], RuleBroken, as_list=True)


def close_step(doc: Document, action: str, note: str | None = None, **values) -> None:
	"""Set what the step sets, write its line, save."""
	doc.update(values)
	doc.log(action, note)
	doc.save_by_step()


def choices(doc: Document) -> dict:
	"""What the form needs to offer the steps that are open, and no others.

	``reachable``: the opinion has to be delivered; ``reports``: transfers whose report has not come; ``head``: may
	approve an extension; ``remedy``: the review that may be asked for next; ``papers``: issued and not delivered;
	``code``: a tracking code may be handed out.
	"""
	return {
		"reachable": clocks.reachable(doc),
		"reports": transfers.without_report(doc.name) if doc.status == law.PASSED_ON else [],
		"head": is_head(),
		"remedy": _remedy(doc),
		"papers": deliveries.open_papers(doc.name),
		"code": doc.channel != law.WEB,
	}


def _remedy(doc: Document) -> str | None:
	if doc.status not in law.STEPS["review"] or not doc.delivered_on or cint(doc.final):
		return None
	if not law.runs_sixty_days(doc.category, doc.route or ""):
		return None
	reviewed = frappe.db.exists(
		"Petition Review",
		{
			"petition": doc.name,
			"stage": law.REVIEW,
			"status": "Answer Given",
			"conclusion": ["!=", law.REVOKED],
		},
	)
	return law.RECHECK if reviewed else law.REVIEW


# --- recording ------------------------------------------------------------------------------------------------
def record(values: dict) -> Document:
	"""A new petition from the fields of its form; the public form and the telephone dialog use it as well.

	What only steps set is ignored. The public records as Guest, past the roles, after the form's own checks.
	"""
	doc = frappe.get_doc({**values, "doctype": DOCTYPE})
	return doc.insert(ignore_permissions=frappe.session.user == "Guest")


@frappe.whitelist(methods=["POST"])
def reclassify(name: str, category: str, reason: str, route: str | None = None) -> str | None:
	"""Change the category; returns the petition's name, None when the session's user may no longer know of it.

	``route`` (one of law.ROUTES): how an appeal that was taken up is dealt with from now on. The sixty days of
	Art. 34 depend on it and run from the day it was taken up.
	Across the boundary of secrecy only Accusation Handlers change it, or who recorded it while nobody else has
	acted. The petition then gets another number, and others lose sight of it or gain it (Art. 30).
	"""
	doc = open_for(name, "reclassify")
	reason = require(reason, _("Reason"))
	route = _route_of(category, route or doc.route) if doc.accepted_on else ""
	if category == doc.category and route == (doc.route or ""):
		return doc.name
	crossing = secrecy.is_restricted(category) != secrecy.is_restricted(doc.category)
	if crossing and not secrecy.may_know_accusations() and not _alone_so_far(doc):
		frappe.throw(
			_("Only an Accusation Handler makes this an accusation now; pass it to one of them."),
			frappe.PermissionError,
		)
	before, doc.category = doc.category, category
	values: dict = {"route": route}
	if crossing:
		# whoever had it in hand may not know of it any more, and the other way round
		values |= {"handler": None, "handling_unit": None}
	way = f"（{_(route, context=DOCTYPE)}）" if route else ""
	close_step(
		doc,
		law.STEP_NAMES["reclassify"],
		f"{_(before, context=DOCTYPE)} → {_(category, context=DOCTYPE)}{way}：{reason}",
		**values,
	)
	if not crossing:
		return doc.name
	moved = secrecy.move(doc)
	if doc.restricted:
		doc = frappe.get_doc(DOCTYPE, moved)
		doc.hand_to_accusation_handlers()
	return moved if secrecy.visible([moved]) else None


def _alone_so_far(doc: Document) -> bool:
	return doc.entered_by == frappe.session.user and {row.user for row in doc.actions} == {doc.entered_by}


# --- taking up, or not ----------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def take_up(
	name: str,
	route: str | None = None,
	handler: str | None = None,
	handling_unit: str | None = None,
	new_facts: str | None = None,
) -> None:
	"""Take the petition up (Art. 23, 31) and issue the notice of it.

	``route`` is one of law.ROUTES for an appeal for help, and stays empty otherwise. A matter that a recheck has
	ended is taken up only on ``new_facts`` (Art. 36).
	"""
	doc = open_for(name, "take_up")
	route = _route_of(doc.category, route)
	_refuse_ended(doc, new_facts)
	_hand_over(doc, handler, handling_unit)
	note = "；".join(
		part for part in (_(route, context=DOCTYPE) if route else "", (new_facts or "").strip()) if part
	)
	close_step(doc, "受理", note, status=law.UNDER_WAY, accepted_on=today(), route=route)
	deliveries.issue(doc, "Notice of Taking Up")


def _route_of(category: str, route: str | None) -> str:
	"""How an appeal is dealt with (Art. 31); '' for the other categories. Raises Incomplete."""
	if category != law.APPEAL:
		return ""
	if route not in law.ROUTES:
		frappe.throw(_("Choose how this appeal is dealt with (Art. 31)."), Incomplete)
	return route


def _refuse_ended(doc: Document, new_facts: str | None = None) -> None:
	"""What a recheck has ended is neither taken up nor answered again, except on new facts (Art. 36)."""
	if (ended := repeats.final_before(doc)) and not (new_facts or "").strip():
		refuse_breaches(
			[
				Breach(
					"final",
					f"同一信访人以同一事实和理由提出的信访事项{ended}已复核终结",
					"信访工作条例第36条",
					"请不予受理并告知；确有新的事实和理由的，请写明后受理。",
				)
			]
		)


@frappe.whitelist(methods=["POST"])
def refuse(name: str, reason: str) -> None:
	"""Not to take the petition up, and issue the notice of it (Art. 23).

	A report on 低保 under a real name is always checked and answered (57号 Art. 37).
	"""
	doc = open_for(name, "refuse")
	reason = require(reason, _("Why Not Taken Up"))
	_require_not_a_report(doc)
	close_step(doc, "不予受理", reason, status=law.NOT_TAKEN_UP, refusal_reason=reason, closed_on=today())
	deliveries.issue(doc, "Notice of Not Taking Up")


@frappe.whitelist(methods=["POST"])
def send_back(name: str, reason: str) -> str:
	"""Back to the organ that sent it, for want of competence: within five working days (Art. 23).

	Returns the Petition Transfer.
	"""
	doc = open_for(name, "send_back")
	reason = require(reason, _("Reason"))
	refuse_breaches(
		law.return_breaches(clocks.facts_of(doc), getdate(today()), rules.parameters(), rules.calendar())
	)
	close_step(doc, "退回", reason, status=law.SENT_BACK, refusal_reason=reason, closed_on=today())
	return transfers.make(doc, law.RETURNED, doc.sender_unit or _("Sender", context="Petition"), reason)


@frappe.whitelist(methods=["POST"])
def pass_on(
	name: str,
	unit: str,
	kind: str,
	due: str | None = None,
	reason: str | None = None,
	to_division: str | None = None,
) -> str:
	"""To another unit: 转送 for it to answer, or 交办 with a day to report back by. Returns the transfer.

	Never to the persons or the unit complained about (Art. 30).
	"""
	doc = open_for(name, "pass_on")
	unit = require(unit, _("To Unit"))
	reason = (reason or "").strip() or law.STEP_NAMES["pass_on"]
	transfers.require_not_accused(doc, unit, to_division)
	note = f"{_(kind, context=transfers.DOCTYPE)}：{unit}" + (f"，{due}" if due else "")
	close_step(doc, law.STEP_NAMES["pass_on"], note, status=law.PASSED_ON, handling_unit=unit)
	transfer = transfers.make(doc, kind, unit, reason, due, to_division)
	deliveries.issue(doc, "Transfer Notice")
	_refresh(doc.name)
	return transfer


@frappe.whitelist(methods=["POST"])
def assign(name: str, handler: str, handling_unit: str | None = None) -> None:
	"""Give the petition to a handler, who must be able to read it and impartial (Art. 28)."""
	doc = open_for(name, "assign")
	_hand_over(doc, require(handler, _("Handler")), handling_unit)
	close_step(doc, law.STEP_NAMES["assign"], frappe.db.get_value("User", handler, "full_name"))
	secrecy.tell([handler], _("Petition {0} is now yours to handle: {1}").format(doc.name, doc.subject), doc)


def _hand_over(doc: Document, handler: str | None, unit: str | None) -> None:
	doc.handling_unit = (unit or "").strip() or doc.handling_unit
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
	doc.handler = handler


@frappe.whitelist(methods=["POST"])
def stand_aside(name: str, reason: str) -> None:
	"""The handler gives the petition back for a direct interest in it (Art. 28)."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	require_state(doc, "assign")
	reason = require(reason, _("Reason"))
	who = frappe.db.get_value("User", frappe.session.user, "full_name")
	line = f"{today()} {who}：{reason}"
	doc.update({"handler": None, "recused": "\n".join(part for part in (doc.recused, line) if part)})
	doc.log("回避", line)
	# stands aside because of a conflict, hence past the rule that refuses a change to whoever has one
	doc.save_by_step(ignore_permissions=True)


# --- handling -------------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def ask_extension(name: str, reason: str, days: int | str | None = None) -> None:
	"""The handler asks the heads for more time; what Art. 34 does not allow is not even asked for."""
	doc = open_for(name, "ask_extension")
	days = _require_extension(doc, reason, days)
	reason = reason.strip()
	close_step(
		doc,
		law.STEP_NAMES["ask_extension"],
		f"{days}日：{reason}",
		extension_wanted=days,
		extension_reason=reason,
		extension_asked_by=frappe.session.user,
	)
	subject = _("An extension by {0} days is asked for: {1}, {2}").format(days, doc.name, doc.subject)
	secrecy.tell(_told(doc, tuple(sorted(HEADS))), subject, doc)


@frappe.whitelist(methods=["POST"])
def extend(name: str, reason: str, days: int | str | None = None) -> None:
	"""Up to thirty days more, approved by the head whose session this is, and told to the petitioner (Art. 34)."""
	doc = open_for(name, "extend")
	_require_head()
	days = _require_extension(doc, reason, days)
	asked_by = doc.extension_asked_by
	close_step(
		doc,
		"延期",
		f"{days}日：{reason.strip()}",
		extension_days=days,
		extension_reason=reason.strip(),
		extension_approved_by=frappe.session.user,
		extension_wanted=0,
	)
	deliveries.issue(doc, "Notice of Extension")
	_tell_asker(doc, asked_by, _("The extension of {0} was approved; tell the petitioner.").format(doc.name))


@frappe.whitelist(methods=["POST"])
def refuse_extension(name: str, reason: str) -> None:
	"""The head does not grant the time that was asked for."""
	doc = open_for(name, "refuse_extension")
	_require_head()
	if not doc.extension_wanted:
		frappe.throw(_("No extension has been asked for."), StepNotOpen)
	reason = require(reason, _("Reason"))
	asked_by = doc.extension_asked_by
	close_step(
		doc,
		law.STEP_NAMES["refuse_extension"],
		reason,
		extension_wanted=0,
		extension_reason=None,
		extension_asked_by=None,
	)
	_tell_asker(doc, asked_by, _("The extension of {0} was not granted: {1}").format(doc.name, reason))


def is_head() -> bool:
	return frappe.session.user == "Administrator" or not HEADS.isdisjoint(frappe.get_roles())


def _require_head() -> None:
	if not is_head():
		frappe.throw(
			_("Only the head approves an extension (Art. 34). Ask the head to do this step."), NotTheHead
		)


def _require_extension(doc: Document, reason: str, days: int | str | None) -> int:
	"""The days of an extension that Art. 34 allows now; raises RuleBroken."""
	longest = cint(rules.parameters().get("petition_extend_days", getdate(today())))
	days = cint(days) if days not in (None, "") else longest
	refuse_breaches(
		law.extension_breaches(
			clocks.facts_of(doc), getdate(today()), days, reason or "", rules.parameters(), rules.calendar()
		)
	)
	return days


def _tell_asker(doc: Document, asked_by: str | None, subject: str) -> None:
	if asked_by and asked_by != frappe.session.user:
		secrecy.tell([asked_by], subject, doc)


@frappe.whitelist(methods=["POST"])
def answer(
	name: str,
	decision: str | None = None,
	findings: str | None = None,
	answer: str | None = None,
	legal_basis: str | None = None,
	route: str | None = None,
) -> None:
	"""Answer the petition with what is given or already drafted on its form, and issue the opinion.

	An opinion on handling (Art. 31(6)) states decision, facts and reasons, and its legal basis (Art. 32). Whatever
	was settled on the spot is taken up and answered on the same day (Art. 23), an appeal by one of the routes of
	Art. 31 (``route``); what was assigned to others is answered when they have reported.
	"""
	doc = open_for(name, "answer")
	if doc.status == law.RECORDED:
		_refuse_ended(doc)
		doc.update({"route": _route_of(doc.category, route), "accepted_on": today()})
	given = {"decision": decision, "findings": findings, "answer": answer, "legal_basis": legal_basis}
	doc.update({field: value.strip() for field, value in given.items() if value and value.strip()})
	require(doc.answer, _("Opinion", context=DOCTYPE))
	if law.runs_sixty_days(doc.category, doc.route):
		require(doc.decision, _("Kind of Opinion"))
		require(doc.findings, _("Facts and Reasons"))
		require(doc.legal_basis, _("Legal Basis"))
	if doc.status == law.PASSED_ON:
		transfers.require_report(doc)
	close_step(
		doc,
		"答复",
		_(doc.decision, context=DOCTYPE) if doc.decision else None,
		status=law.ANSWERED,
		answered_on=today(),
		answered_by=frappe.session.user,
	)
	deliveries.issue(doc, "Opinion on Handling")


@frappe.whitelist(methods=["POST"])
def deliver(
	name: str,
	document_kind: str,
	method: str,
	delivered_on: str | None = None,
	received_by: str | None = None,
	note: str | None = None,
	review: str | None = None,
) -> str:
	"""Record that a paper reached the petitioner (送达回证); returns the Petition Delivery.

	The delivery of a notice ends the clock of Art. 23; that of an opinion starts the thirty days for a review.
	"""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	conflicts.require_impartial(doc)
	return deliveries.complete(doc, document_kind, method, delivered_on, received_by, note, review)


@frappe.whitelist(methods=["POST"])
def conclude(name: str) -> None:
	"""Close the petition: its answer was delivered, or the unit it was passed on to has reported where it must.

	A real-name report on 低保 (57号 Art. 37) and what was taken up under Art. 31(6) are closed with an answer only.
	"""
	doc = open_for(name, "conclude")
	if not doc.answered_on:
		_require_no_answer_owed(doc)
		transfers.require_report(doc)
		if clocks.reachable(doc) and not doc.notified_on:
			frappe.throw(
				_("Record the notice to the petitioner of where the petition went first (Art. 23)."),
				Incomplete,
			)
	elif clocks.reachable(doc) and not doc.delivered_on:
		frappe.throw(
			_("Record the delivery of the opinion first; the time to ask for a review starts with it."),
			Incomplete,
		)
	close_step(doc, "办结", status=law.CONCLUDED, closed_on=today())


@frappe.whitelist(methods=["POST"])
def tell_sender(name: str, told_on: str | None = None) -> None:
	"""Record that whoever passed the petition on, or assigned it, was told what was done."""
	doc = open_for(name, "tell_sender")
	if doc.channel not in law.SENT_TO_US:
		frappe.throw(_("Nobody sent this petition to us."), StepNotOpen)
	close_step(
		doc, law.STEP_NAMES["tell_sender"], doc.sender_unit, sender_told_on=getdate(told_on or today())
	)


def _require_no_answer_owed(doc: Document) -> None:
	if is_real_name_report(doc):
		refuse_breaches([_report_breach()])
	if doc.accepted_on and law.runs_sixty_days(doc.category, doc.route):
		refuse_breaches(
			[
				Breach(
					"no_opinion",
					"本事项已受理，按“信访处理意见”办理，须作出处理意见才能办结",
					"信访工作条例第32条、第34条",
					"请根据承办单位的反馈答复信访人；确属其他途径的，请先“变更类别、途径”。",
				)
			]
		)


def is_real_name_report(doc: Document) -> bool:
	"""Whether this is a report under a real name about 低保."""
	if doc.category != law.ACCUSATION or not cint(doc.real_name) or not doc.assistance_category:
		return False
	return frappe.db.get_value("Assistance Category", doc.assistance_category, "scheme") == terms.DIBAO


def _require_not_a_report(doc: Document) -> None:
	if is_real_name_report(doc):
		refuse_breaches([_report_breach()])


def _report_breach() -> Breach:
	return Breach(
		"real_name_report",
		"对低保的实名举报应当逐一核查，并反馈处理结果",
		REPORT_ARTICLE,
		"请核查后答复举报人，再办结。",
	)


# --- joining --------------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def join(name: str, into: str) -> None:
	"""Join a duplicate into another open petition, whose record then refers to it."""
	doc = open_for(name, "join")
	target = frappe.get_doc(DOCTYPE, into, for_update=True)
	target.check_permission("write")
	if target.name == doc.name or target.status not in law.OPEN:
		frappe.throw(_("Choose another petition that is still open."), StepNotOpen)
	if bool(target.restricted) != bool(doc.restricted):
		frappe.throw(_("An accusation and another petition are not joined (Art. 30)."), RuleBroken)
	conflicts.require_impartial(target)
	if target.name not in {row.name for row in repeats.of_the_same_person(doc, later=True)}:
		refuse_breaches(
			[
				Breach(
					"other_person",
					"两件信访不是同一信访人提出的，分别答复，不能并案",
					"信访工作条例第21条、第32条",
					"请核对姓名、电话、所在村；内容相同的，可以交同一承办人办理。",
				)
			]
		)
	close_step(doc, "并案", target.name, status=law.JOINED, joined_into=target.name)
	close_step(target, "并案", f"并入{doc.name}，办理记录见该件")


@frappe.whitelist(methods=["POST"])
def separate(name: str, reason: str) -> None:
	"""Undo a joining, while the petition it went into is not answered."""
	doc = open_for(name, "separate")
	reason = require(reason, _("Reason"))
	target = frappe.get_doc(DOCTYPE, doc.joined_into, for_update=True)
	if target.status not in law.OPEN:
		frappe.throw(
			_("{0} has been answered; the petition stays joined to it.").format(target.name), StepNotOpen
		)
	status = law.UNDER_WAY if doc.accepted_on else law.RECORDED
	close_step(doc, "撤销并案", reason, status=status, joined_into=None)
	close_step(target, "撤销并案", f"{doc.name}：{reason}")


# --- urgent matters, satisfaction -------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def report_urgent(name: str) -> None:
	"""Report a major or urgent petition at once (Art. 25): the heads are told now, and the time is kept.

	An accusation is reported to its handlers alone.
	"""
	doc = open_for(name, "report_urgent")
	close_step(doc, "即时报告", urgent=1, urgent_reported_on=now())
	subject = _("Major or urgent petition {0}: {1}").format(doc.name, doc.subject)
	secrecy.tell(_told(doc, REPORT_TO), subject, doc)


def rate(name: str, satisfaction: str, comment: str | None = None) -> None:
	"""The petitioner's opinion of the answer, given once after it; the caller has made sure it is the petitioner.

	Dissatisfaction is brought before the manager, for an accusation before its handlers.
	"""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	if not doc.answered_on:
		frappe.throw(_("The petition can be rated when it has been answered."), StepNotOpen)
	if doc.satisfaction:
		frappe.throw(_("The petition has been rated already. Thank you."), AlreadyRated)
	if satisfaction not in RATINGS:
		frappe.throw(
			_("Choose one of: {0}.").format("、".join(_(word, context=DOCTYPE) for word in RATINGS)),
			Incomplete,
		)
	doc.update(
		{"satisfaction": satisfaction, "satisfaction_comment": (comment or "").strip(), "rated_on": now()}
	)
	doc.log("满意度评价", _(satisfaction, context=DOCTYPE))
	doc.save_by_step(ignore_permissions=True)
	if satisfaction == DISSATISFIED:
		subject = _("The petitioner is dissatisfied with the answer to {0}: {1}").format(
			doc.name, doc.subject
		)
		secrecy.tell(_told(doc, MANAGERS), subject, doc)


@frappe.whitelist(methods=["POST"])
def record_satisfaction(name: str, satisfaction: str, comment: str | None = None) -> None:
	"""The same, told to a member of staff in person or by telephone."""
	doc = frappe.get_doc(DOCTYPE, name)
	doc.check_permission("write")
	conflicts.require_impartial(doc)
	rate(name, satisfaction, comment)


def _told(doc: Document, roles: tuple[str, ...]) -> list[str]:
	if doc.restricted:
		return secrecy.handlers_of(doc.name)
	return [user for user in Directory().users(roles, doc.division) if not conflicts.grounds(doc, user)]


def _refresh(name: str) -> None:
	clocks.recompute(name)
