"""What clerks do to a household, each asked in one dialog of its form.

Every action becomes a Circumstance Change that says what was and what will be. Where the household receives support, and
where it is to move to other hands, a second person confirms it; elsewhere nothing hangs on it and it takes effect at
once. It is done on its day, which may lie ahead, and can be taken back. Whoever leaves by an event of life – a death, a
wedding, a move – has left already: that is recorded and reviewed after (life_events.py).
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import messages
from socaid_app.casework.people import Directory
from socaid_app.policy import terms
from socaid_app.policy.whereabouts import FACTS
from socaid_app.socaid_app import entitlements, registry
from socaid_app.socaid_app.changes_in_effect import (
	ADD,
	CHANGE,
	CORRECT,
	HEAD,
	HOUSEHOLD,
	MERGE,
	MISTAKE,
	PERSON,
	REMOVE,
	SPLIT,
	TRANSFER,
	members_in_words,
)
from socaid_app.socaid_app.doctype.circumstance_change import circumstance_change

POPULATION, MOVE, OTHER = "Population Change", "Residence Change", "Other"
# Who is asked to accept a household that comes from elsewhere.
RECEIVERS = ("Township Approver", "Township Officer")


# --- the dialogs --------------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def add_member(
	household: str,
	recipient: str,
	kinship: str,
	joined_on: str | None = None,
	residence: str = terms.LIVING_TOGETHER,
	reason: str = "",
) -> dict:
	doc = _open(household)
	person = _person(recipient)
	relation = frappe.db.get_value("Kinship Code", kinship, "kinship_name")
	return _ask(
		doc,
		ADD,
		{"recipient": recipient, "kinship": kinship, "residence": residence},
		joined_on,
		reason,
		kind=POPULATION,
		recipient=recipient,
		before=f"成员：{members_in_words(doc)}",
		after=f"加入{person.full_name}（{relation or kinship}）",
	)


@frappe.whitelist(methods=["POST"])
def remove_member(
	household: str, recipient: str, left_on: str | None = None, reason: str = "Moved Out", note: str = ""
) -> dict:
	"""Somebody leaves. An event of life is recorded at once and reviewed after; what is none, or was a mistake – whoever
	was never here – is confirmed like any other action.
	"""
	doc = _open(household)
	row = _present(doc, recipient)
	if reason in FACTS:
		registry.remove_member(household, recipient, left_on, reason, note)
		return {"change": "", "status": circumstance_change.IN_EFFECT, "opened": ""}
	mistake = reason == terms.ENTERED_BY_MISTAKE
	if recipient == doc.head:
		frappe.throw(_("The head leaves by an event of life. Change the head first."), registry.NotAMember)
	if mistake:
		registry.require_reason(note)
	return _ask(
		doc,
		MISTAKE if mistake else REMOVE,
		{"recipient": recipient, "reason": reason},
		None if mistake else left_on,
		note,
		kind=POPULATION,
		recipient=recipient,
		before=f"{row.member_name}登记为成员（{getdate(row.joined_on)}起）",
		after=f"{row.member_name}从来不是这一户的成员，属误登" if mistake else f"{row.member_name}离开",
	)


@frappe.whitelist(methods=["POST"])
def change_residence(
	household: str, recipient: str, residence: str, on: str | None = None, reason: str = ""
) -> dict:
	"""A member lives elsewhere from a day on, or in the home again, and stays on the list."""
	doc = _open(household)
	row = _present(doc, recipient)
	fact = {"recipient": recipient, "fact": "Residence", "value_after": residence}
	words = {
		"recipient": recipient,
		"before": f"{row.member_name}：{_(row.residence, context='Household Member', lang='zh')}",
	}
	return _ask(doc, "", {}, on, reason, kind=MOVE, facts=[fact], **words)


@frappe.whitelist(methods=["POST"])
def change_head(
	household: str,
	recipient: str,
	kinships: dict | str | None = None,
	reason: str = "",
	on: str | None = None,
) -> dict:
	doc = _open(household)
	row = _present(doc, recipient)
	return _ask(
		doc,
		HEAD,
		{"recipient": recipient, "kinships": frappe.parse_json(kinships) or {}},
		on,
		reason,
		kind=OTHER,
		recipient=recipient,
		before=f"户主：{doc.head_name}",
		after=f"户主：{row.member_name}",
	)


@frappe.whitelist(methods=["POST"])
def split(
	household: str,
	recipients: list | str,
	head: str,
	kinships: dict | str | None = None,
	reason: str = "",
	on: str | None = None,
) -> dict:
	doc = _open(household)
	leaving = frappe.parse_json(recipients)
	rows = [_present(doc, one) for one in leaving]
	if head not in leaving:
		frappe.throw(_("Choose present members, and the new head among them."), registry.NotAMember)
	if doc.head in leaving:
		frappe.throw(_("The head cannot leave by a split. Change the head first."), registry.NotAMember)
	names = "、".join(row.member_name for row in rows)
	return _ask(
		doc,
		SPLIT,
		{"recipients": leaving, "head": head, "kinships": frappe.parse_json(kinships) or {}},
		on,
		reason,
		kind=POPULATION,
		before=f"成员：{members_in_words(doc)}",
		after=f"{names}另立一户，户主：{next(row.member_name for row in rows if row.recipient == head)}",
	)


@frappe.whitelist(methods=["POST"])
def merge(
	household: str,
	into: str,
	kinships: dict | str | None = None,
	reason: str = "",
	on: str | None = None,
) -> dict:
	doc, target = _open(household), _open(into)
	if household == into:
		frappe.throw(_("A household cannot be merged into itself."))
	if entitlements.of_household(household):
		frappe.throw(_("End the household's entitlements before merging it."))
	return _ask(
		doc,
		MERGE,
		{"into": into, "kinships": frappe.parse_json(kinships) or {}},
		on,
		reason,
		kind=POPULATION,
		before=f"{doc.name}：{members_in_words(doc)}；{target.name}：{members_in_words(target)}",
		after=f"{doc.name}的成员并入{target.name}（户主{target.head_name}），原户注销",
		receives=bool(entitlements.of_household(into)),
	)


@frappe.whitelist(methods=["POST"])
def transfer(household: str, division: str, reason: str = "", on: str | None = None) -> dict:
	"""The household moves when the side that receives it has accepted."""
	doc = _open(household)
	registry.require_reason(reason)
	level, place = frappe.db.get_value("Administrative Division", division, ["level", "division_name"]) or (
		None,
		None,
	)
	if level != "Village" or division == doc.division:
		frappe.throw(_("Choose another village or community, to which the household moves."))
	here = frappe.db.get_value("Administrative Division", doc.division, "division_name")
	benefit = f"；在领{doc.current_benefit}，每月{doc.current_amount:,.2f}元" if doc.current_benefit else ""
	return _ask(
		doc,
		TRANSFER,
		{"division": division},
		on,
		reason,
		kind=MOVE,
		before=f"{here}：户主{doc.head_name}，{members_in_words(doc)}{benefit}",
		after=f"迁往{place}",
		receives=True,
		to_division=division,
	)


@frappe.whitelist(methods=["POST"])
def correct_entry(household: str, facts: list | str, reason: str) -> dict:
	"""What was entered wrongly is put right; what stood there stays in the history. ``facts``: [{recipient, fact, value_after}]."""
	doc = _open(household)
	registry.require_reason(reason)
	rows = [
		{field: row.get(field) for field in ("recipient", "fact", "value_after")}
		for row in frappe.parse_json(facts)
	]
	if not rows:
		frappe.throw(_("Say which entry is wrong and what it should be."))
	return _ask(doc, CORRECT, {}, None, reason, kind=OTHER, facts=rows)


# --- asked for, or done ---------------------------------------------------------------------------------------
def _open(household: str) -> Document:
	doc = frappe.get_doc(HOUSEHOLD, household)
	doc.check_permission("write")
	if doc.status != "Active":
		frappe.throw(_("{0} is closed. Reopen it first.").format(household), registry.ClosedHousehold)
	return doc


def _person(recipient: str) -> Document:
	person = frappe.get_doc(PERSON, recipient)
	person.check_permission("read")
	return person


def _present(household: Document, recipient: str) -> Document:
	row = household.present_member(recipient)
	if not row:
		frappe.throw(_("This person is not a present member of the household."), registry.NotAMember)
	return row


def _ask(
	household: Document,
	action: str,
	plan: dict,
	day: str | None,
	reason: str,
	*,
	kind: str,
	before: str = "",
	after: str = "",
	receives: bool | None = None,
	**values,
) -> dict:
	"""Returns the change, where it stands now, and the household that came of it."""
	standing = entitlements.of_household(household.name)
	change = frappe.get_doc(
		{
			"doctype": CHANGE,
			"household": household.name,
			"action": action,
			"plan": frappe.as_json(plan, indent=None),
			"kind": kind,
			"found_by": "Reported by Household",
			"happened_on": day or today(),
			"reason": reason,
			"state_before": before,
			"state_after": after,
			"entitlement": next(iter(standing), None),
			**values,
		}
	)
	# whoever may change the household may ask; a change to a place elsewhere is not theirs to write
	change.insert(ignore_permissions=True)
	if not (standing or receives):
		circumstance_change.effect_at_once(change)
	elif action == TRANSFER:
		_tell_receivers(change, household)
	change.reload()
	opened = frappe.parse_json(change.outcome or "{}").get("new", "")
	return {"change": change.name, "status": change.status, "opened": opened}


def _tell_receivers(change: Document, household: Document) -> None:
	users = set(Directory().users(RECEIVERS, change.division)) - {frappe.session.user}
	words = _("The household of {0} is to move here. Accept or refuse it.").format(household.head_name)
	messages.tell_staff(sorted(users), words, CHANGE, change.name)
