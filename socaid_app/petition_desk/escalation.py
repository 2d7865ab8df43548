"""What takes too long or weighs too much is brought before the manager, by rule (1.5.4).

A job applies the rules every hour. A rule speaks once of a petition and due date: the line in the petition's
record carries the key, hence a second run adds nothing. Of an accusation nobody hears but its handlers.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Criterion
from frappe.utils import add_days, cint, getdate, now, today

from socaid_app.casework import duties
from socaid_app.casework.people import Directory
from socaid_app.errors import log_without_words
from socaid_app.petition_desk import secrecy
from socaid_app.petition_desk.procedure import who_hear
from socaid_app.policy import petitions as law

RULE, PETITION = "Petition Escalation Rule", secrecy.PETITION
BEFORE_DUE, AFTER_DUE = "Days before Due", "Days after Due"
BY_DATE = (BEFORE_DUE, AFTER_DUE)
# Where a division has nobody of the rule's role.
SUPERIORS = "Hear of Escalated Petitions"
ACTION = "督办"
# A rating is news for so many days; older ones were dealt with before the rule was made.
RATING_NEWS_DAYS = 30


class RuleInvalid(frappe.ValidationError):
	pass


def apply(on: date | str | None = None) -> int:
	"""Hourly job: every rule that is met and has not spoken yet; returns how many petitions were escalated.

	A petition that cannot be saved is logged and left for the next run; the others go on.
	"""
	on, made = getdate(on or today()), 0
	directory = Directory()
	for rule in frappe.get_all(RULE, filters={"disabled": 0}, fields=["*"], order_by="name"):
		found = petitions_of(rule, on)
		done = _spoken(rule, found)
		for row in found:
			if (row.name, key(rule, row.current_due)) not in done:
				made += _try(rule, row.name, directory)
	return made


def petitions_of(rule: frappe._dict, on: date) -> list[frappe._dict]:
	"""Petitions that meet a rule on a day: rows of name and current_due."""
	petition = frappe.qb.DocType(PETITION)
	wanted = [_condition(petition, rule, on)]
	if rule.category:
		wanted.append(petition.category == rule.category)
	return (
		frappe.qb.from_(petition)
		.select(petition.name, petition.current_due)
		.where(Criterion.all(wanted))
		.orderby(petition.name)
		.run(as_dict=True)
	)


def _condition(petition, rule: frappe._dict, on: date) -> Criterion:
	open_ones = petition.status.isin(law.OPEN)
	match rule.condition:
		case "Days before Due":
			return petition.current_due[on : getdate(add_days(on, cint(rule.days)))]
		case "Days after Due":
			return petition.current_due <= getdate(add_days(on, -max(cint(rule.days), 1)))
		case "Urgent and Not Reported":
			return open_ones & (petition.urgent == 1) & petition.urgent_reported_on.isnull()
		case "Repeat Petition":
			return open_ones & (petition.is_repeat == 1)
		case "Group Petition":
			return open_ones & (petition.group_petition == 1)
	return (petition.satisfaction == "Dissatisfied") & (
		petition.rated_on >= getdate(add_days(on, -RATING_NEWS_DAYS))
	)


def key(rule: frappe._dict, due: date | None) -> str:
	"""What a rule says once: a new due date is a new matter where the rule counts days."""
	return f"{rule.name}|{due}" if rule.condition in BY_DATE else rule.name


def _spoken(rule: frappe._dict, found: list[frappe._dict]) -> set[tuple[str, str]]:
	"""Of these petitions those, with the key, of which the rule has spoken."""
	if not found:
		return set()
	rows = frappe.get_all(
		"Petition Action",
		filters={
			"parenttype": PETITION,
			"parent": ["in", [row.name for row in found]],
			"escalation_key": ["in", sorted({key(rule, row.current_due) for row in found})],
		},
		fields=["parent", "escalation_key"],
		order_by="parent",
	)
	return {(row.parent, row.escalation_key) for row in rows}


def _try(rule: frappe._dict, name: str, directory: Directory) -> int:
	frappe.db.savepoint("escalation")
	try:
		return escalate(rule, name, directory)
	except Exception as error:
		frappe.db.rollback(save_point="escalation")
		# no name and no words: the log of errors is read by more people than an accusation
		log_without_words("A petition could not be escalated", error)
		return 0


def escalate(rule: frappe._dict, name: str, directory: Directory) -> int:
	"""Write the line into the petition's record and tell whom the rule names; 0 when it was done meanwhile."""
	doc = frappe.get_doc(PETITION, name, for_update=True)
	mark = key(rule, getdate(doc.current_due) if doc.current_due else None)
	if any(row.escalation_key == mark for row in doc.actions):
		return 0
	role = secrecy.ACCUSATION_HANDLER if doc.restricted else rule.notify_role
	doc.escalated_on, doc.escalated_to = now(), _(role)
	doc.log(ACTION, f"{rule.rule_name} → {_(role)}")
	doc.actions[-1].escalation_key = mark
	doc.save_by_step(ignore_permissions=True)
	secrecy.tell(told(doc, rule.notify_role, directory), text(rule, doc), doc)
	return 1


def told(doc: Document, role: str, directory: Directory) -> list[str]:
	"""Users of the role who work for the petition's division and may know of it; their superiors where there are
	none. Of an accusation its handlers alone."""
	return who_hear(doc, (role,), directory) or who_hear(doc, duties.roles_of(SUPERIORS), directory)


def text(rule: frappe._dict, doc: Document) -> str:
	what = _(rule.message or rule.rule_name)
	if rule.condition in BY_DATE:
		return _("{0}: petition {1}, {2}, due {3}").format(what, doc.name, doc.subject, doc.current_due)
	return _("{0}: petition {1}, {2}").format(what, doc.name, doc.subject)


# --- rules ------------------------------------------------------------------------------------------------
def check(rule: Document) -> None:
	"""From ``validate`` of a rule: it can be met, and whom it tells may read petitions."""
	if rule.condition in BY_DATE and cint(rule.days) < 1:
		frappe.throw(_("Enter after or before how many days the rule speaks: 1 or more."), RuleInvalid)
	readers = {row.role for row in frappe.get_meta(PETITION).permissions if row.read}
	if rule.notify_role not in readers:
		frappe.throw(
			_("The role {0} cannot read petitions. Choose one of: {1}.").format(
				_(rule.notify_role), "、".join(_(role) for role in sorted(readers))
			),
			RuleInvalid,
		)


def seed(rows: list[dict]) -> None:
	for row in rows:
		if not frappe.db.exists(RULE, row["rule_name"]):
			frappe.get_doc({"doctype": RULE, **row}).insert(ignore_permissions=True)
