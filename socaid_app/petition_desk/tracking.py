"""The tracking code: how somebody without an account finds out what became of their petition.

The code is shown once (casework/tracking_codes.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework.tracking_codes import fingerprint, make_code, spaced, tail_of
from socaid_app.petition_desk import attempts, ratings, reviews, transfers
from socaid_app.petition_desk.procedure import StepNotOpen, step
from socaid_app.policy import petitions as law

DOCTYPE = "Petition"
# What the public is told of a status, and what comes next.
PROGRESS = {
	"Recorded": ("已登记", "我们正在查看您的来信，将自收到之日起15日内书面告知是否受理。"),
	"Under Way": ("办理中", "已经受理，正在调查核实，办结后在这里公布答复。"),
	"Passed On": ("已转送", "已经转送有权处理的机关、单位办理，由其答复您。"),
	"Sent Back": ("已退回", "所反映的事项不属于本机关职权，已退回转来的机关，由其另行确定办理机关。"),
	"Not Taken Up": ("不予受理", "不予受理的理由见下。"),
	"Answered": ("已答复", "答复见下。"),
	"In Review": ("复查中", "复查机关正在复查，自收到申请之日起30日内答复。"),
	"In Recheck": ("复核中", "复核机关正在复核，自收到申请之日起30日内答复。"),
	"Concluded": ("已办结", "办理程序已经结束。"),
	"Joined": ("已并案", "与您此前反映的同一事项合并办理。"),
}
ASSIGNED = "已经交有关单位办理并限期反馈，我们收到反馈后在这里答复您。"
CATEGORY_NAMES = {"Suggestion": "建议意见", "Accusation": "检举控告", "Appeal for Help": "申诉求决"}
DECISIONS = {"Supported": "予以支持", "Explained": "解释说明", "Not Supported": "不予支持"}


class NotFound(frappe.DoesNotExistError):
	pass


class RatingRefused(frappe.ValidationError):
	def __init__(self, petition: str):
		super().__init__("答复以后可以评价一次，请从四项中选择一项。")
		self.petition = petition


@dataclass(frozen=True)
class Progress:
	"""What a petitioner may see. No handler, no internal note, nothing of other persons."""

	status: str
	explanation: str
	category: str
	received_on: date
	notified_on: date | None
	accepted_on: date | None
	due_on: date | None
	extended_until: date | None
	answered_on: date | None
	refusal_reason: str
	decision: str
	findings: str
	answer: str
	legal_basis: str
	review_until: date | None
	may_ask_for_review: bool
	may_rate: bool
	satisfaction: str
	# of reviews that were decided: what was asked for, on which day it was decided, and the opinion
	reviews: tuple[dict, ...] = ()


def _is_from_the_web(doc: Document) -> list[StepNotOpen]:
	return (
		[StepNotOpen(_("Whoever filed on the web has a code of their own."))]
		if doc.channel == law.WEB
		else []
	)


@step(
	_lt("Hand Out a Tracking Code"),
	at=law.STEPS["hand_out"],
	missing=_is_from_the_web,
	confirm=lambda doc: _("Hand out a code to look this petition up with? {0}").format(
		_("The earlier code ends.") if doc.tracking_hash else ""
	),
	hidden=_is_from_the_web,
)
def hand_out(doc: Document) -> str:
	"""A code to hand to whoever came another way than the web (Art. 21: all may be looked up); an older one ends.

	Returns the code, which is stored nowhere.
	"""
	tail = tail_of(doc.phone)
	code = make_code(frappe.generate_hash(length=32), alone=not tail)
	doc.update({"tracking_hash": fingerprint(code, tail), "phone_tail": tail})
	return spaced(code)


def find(code: str, tail: str, purpose: str = attempts.LOOK_UP) -> str:
	"""Name of the petition. Raises SlowDown while the address has to wait, NotFound otherwise; both are logged."""
	attempts.require_patience(purpose)
	found = frappe.db.get_value(
		DOCTYPE, {"tracking_hash": fingerprint(code, tail)}, ["name", "status", "joined_into"], as_dict=True
	)
	if not found:
		attempts.failed(purpose)
		raise NotFound
	attempts.forgive()
	# joined are petitions of one person alone: the answer to the one answers the other
	return found.joined_into if found.status == law.JOINED else found.name


def progress(name: str) -> Progress:
	"""What its own petitioner may see of a petition."""
	doc = frappe.get_doc(DOCTYPE, name)
	status, explanation = PROGRESS[doc.status]
	if doc.status == law.PASSED_ON and transfers.without_report(doc.name):
		explanation = ASSIGNED
	answered = bool(doc.answered_on)
	return Progress(
		status=status,
		explanation=explanation,
		category=CATEGORY_NAMES[doc.category],
		received_on=doc.received_on,
		notified_on=doc.notified_on,
		accepted_on=doc.accepted_on,
		due_on=doc.extended_until or doc.decide_due,
		extended_until=doc.extended_until,
		answered_on=doc.answered_on,
		refusal_reason=(doc.refusal_reason or "") if doc.status == "Not Taken Up" else "",
		# drafts of an answer stay inside
		decision=DECISIONS.get(doc.decision, "") if answered else "",
		findings=(doc.findings or "") if answered else "",
		answer=(doc.answer or "") if answered else "",
		legal_basis=(doc.legal_basis or "") if answered else "",
		review_until=doc.review_until if answered else None,
		may_ask_for_review=bool(
			# an opinion on handling alone can be reviewed (Art. 35); the thirty days begin with its delivery
			doc.status == law.ANSWERED
			and doc.route == law.HANDLED
			and (not doc.review_until or getdate(today()) <= getdate(doc.review_until))
		),
		may_rate=answered and not doc.satisfaction,
		satisfaction=doc.satisfaction or "",
		reviews=tuple(_reviews(doc.name)),
	)


def _reviews(petition: str) -> list[dict]:
	rows = frappe.get_all(
		"Petition Review",
		filters={"petition": petition, "status": ["!=", reviews.ASKED_FOR]},
		fields=["stage", "status", "answered_on", "opinion", "refusal_reason"],
		order_by="requested_on, creation",
	)
	return [
		{
			"name": reviews.NAMES[row.stage],
			"admitted": row.status == reviews.ANSWER_GIVEN,
			"day": row.answered_on,
			"text": row.opinion if row.status == reviews.ANSWER_GIVEN else row.refusal_reason,
		}
		for row in rows
	]


def rate(code: str, tail: str, satisfaction: str, comment: str = "") -> str:
	"""The petitioner's opinion of the answer, given once; returns the petition's name. Raises RatingRefused."""
	name = find(code, tail, attempts.RATE)
	if satisfaction not in ratings.RATINGS or not progress(name).may_rate:
		raise RatingRefused(name)
	ratings.rate(name, satisfaction, comment.strip()[:500])
	return name
