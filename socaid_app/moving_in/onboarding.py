"""A new county moves in by a checklist that knows what is done: each step is looked up in the records, never ticked off.

Only what no record can say – that the seal on the letters is the county's – is confirmed, by name and day. Frappe's own
Module Onboarding does not do: its steps are done for good once somebody has clicked on them or skipped them, and it says
nothing of how far they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import cint, formatdate, today

from socaid_app.casework import records
from socaid_app.casework.people import Directory
from socaid_app.casework.places import division_names
from socaid_app.moving_in.reconciliation_records import CLOSED, RECONCILIATION
from socaid_app.permissions.divisions import bounds

DOCTYPE, SETTINGS, DIVISION = "County Onboarding", "Socaid Settings", "Administrative Division"
# Who moves a county in, and is greeted with it.
ADMINISTRATORS = ("Socaid Administrator",)
ROSTER = "Roster Import"
OLD_SYSTEM = "Old System"
SEAL = "letter_head"
CONFIRMED_BY_NAME = (SEAL,)
# Without these nobody could carry a case to its end.
COUNTY_STAFF = ("County Reviewer", "County Approver")
TOWNSHIP_STAFF = ("Township Officer", "Township Approver")
MOST_NAMED = 5


class NothingToConfirm(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Step:
	"""``state``: how far it is, in words; ``open``: places to go, as label and route; ``ready``: what a confirmation
	needs is there."""

	key: str
	title: str
	done: bool
	state: str
	open: list[tuple[str, list]] = field(default_factory=list)
	ready: bool = False


def checklist() -> list[Step]:
	"""Every step as the records have it now."""
	return [
		_divisions(),
		_offices(),
		_staff(),
		_standards(),
		_parameters(),
		_letter_head(),
		_first_roster(),
		_first_roll(),
	]


# --- the steps -----------------------------------------------------------------------------------------------------
def _county() -> str:
	return frappe.db.get_single_value(SETTINGS, "county_division") or ""


def _townships() -> list[str]:
	county = _county()
	if not county:
		return []
	low, high = bounds(county)
	return frappe.get_all(
		DIVISION,
		filters=[["level", "=", "Township"], ["name", ">=", low], ["name", "<=", high]],
		pluck="name",
		order_by="name",
	)


def _divisions() -> Step:
	townships = _townships()
	villages = frappe.qb.DocType(DIVISION)
	counts = dict(
		frappe.qb.from_(villages)
		.select(villages.parent_administrative_division, Count(villages.name))
		.where(villages.level == "Village")
		.groupby(villages.parent_administrative_division)
		.run()
	)
	lacking = [code for code in townships if not counts.get(code)]
	provisional = frappe.db.count(DIVISION, {"is_provisional": 1})
	words = [
		_("{0} of {1} townships have their villages.").format(len(townships) - len(lacking), len(townships)),
		_("Without: {0}.").format(_named(division_names(lacking).values())) if lacking else "",
		_("{0} codes are not official.").format(provisional) if provisional else "",
	]
	return Step(
		"divisions",
		_("Divisions: villages and communities"),
		bool(townships) and not lacking and not provisional,
		" ".join(filter(None, words)),
		[
			(_("Import from a File"), ["Form", "Onboarding Import", "new", {"kind": "Divisions"}]),
			(_("Divisions as a Tree"), ["Tree", DIVISION]),
		],
	)


def _offices() -> Step:
	settings = frappe.get_cached_doc(SETTINGS)
	lacking = [
		_(settings.meta.get_label(name), context=SETTINGS)
		for name in ("county_division", "bureau_name", "bureau_phone", "bureau_address")
		if not settings.get(name)
	]
	return Step(
		"offices",
		_("Offices: the county and its bureau"),
		not lacking,
		_("Fill in: {0}.").format("、".join(lacking)) if lacking else settings.bureau_name,
		[(_("Settings of the App"), ["Form", SETTINGS])],
	)


def _staff() -> Step:
	directory, lacking = Directory(), []
	county = _county()
	for role in COUNTY_STAFF:
		if not directory.users([role], county):
			lacking.append(_(role))
	names = division_names(_townships())
	for code, name in names.items():
		missing = [_(role) for role in TOWNSHIP_STAFF if not directory.users([role], code)]
		if missing:
			lacking.append(f"{name}（{'、'.join(missing)}）")
	return Step(
		"staff",
		_("Staff: accounts with duties and places"),
		bool(names) and not lacking,
		_("Nobody yet: {0}.").format(_named(lacking)) if lacking else _("Every post is filled."),
		[
			(_("Import from a File"), ["Form", "Onboarding Import", "new", {"kind": "Staff"}]),
			(_("Accounts of Staff"), ["List", "User", {"user_type": "System User"}]),
		],
	)


def _standards() -> Step:
	return _to_confirm(
		"standards",
		_("Standards: amounts of this county"),
		"Assistance Standard",
		{"docstatus": 1, "to_be_confirmed": 1},
	)


def _parameters() -> Step:
	return _to_confirm(
		"parameters",
		_("Parameters: limits and days marked 待核实"),
		"Policy Parameter",
		{"to_be_confirmed": 1},
	)


def _to_confirm(key: str, title: str, doctype: str, filters: dict) -> Step:
	"""Each is confirmed on its own form, by whoever vouches for it."""
	open_ones = frappe.db.count(doctype, {**filters, "effective_to": ["is", "not set"]}) + frappe.db.count(
		doctype, {**filters, "effective_to": [">=", today()]}
	)
	last = frappe.get_all(
		doctype,
		filters={"confirmed_by": ["is", "set"]},
		fields=["confirmed_by", "confirmed_on"],
		order_by="confirmed_on desc, name desc",
		limit=1,
	)
	words = _("{0} to be confirmed.").format(open_ones) if open_ones else _("All are confirmed.")
	if last:
		words += " " + _("Last by {0} on {1}.").format(
			_user(last[0].confirmed_by), formatdate(last[0].confirmed_on)
		)
	return Step(
		key,
		title,
		not open_ones,
		words,
		[(_("Confirm One by One"), ["List", doctype, {"to_be_confirmed": 1}])],
	)


def _letter_head() -> Step:
	named = frappe.db.get_value("Letter Head", {"is_default": 1, "disabled": 0})
	confirmed = confirmation(SEAL)
	words = _("Letter head: {0}.").format(named) if named else _("There is no default letter head.")
	if confirmed:
		words += " " + _("Confirmed by {0} on {1}.").format(
			_user(confirmed.confirmed_by), formatdate(confirmed.confirmed_on)
		)
	return Step(
		SEAL,
		_("Letter head and seal"),
		bool(named and confirmed),
		words,
		[(_("Letter Heads"), ["List", "Letter Head", {}])],
		ready=bool(named),
	)


def _first_roster() -> Step:
	households = frappe.db.count("Recipient Household", {"status": "Active"})
	benefits = frappe.db.count("Entitlement", {"docstatus": 1, "status": "Active"})
	open_words, places = "", []
	if frappe.db.exists("DocType", ROSTER):
		open_words = _("{0} roster imports so far.").format(frappe.db.count(ROSTER))
		places.append((_("Import the Roster"), ["List", ROSTER, {}]))
	places.append((_("Households"), ["List", "Recipient Household", {}]))
	return Step(
		"roster",
		_("First roster: households, persons, benefits"),
		bool(households and benefits),
		" ".join(filter(None, (_("{0} households, {1} benefits.").format(households, benefits), open_words))),
		places,
	)


def _first_roll() -> Step:
	signed = frappe.get_all(
		RECONCILIATION,
		filters={"source_kind": OLD_SYSTEM, "status": CLOSED},
		fields=["name", "signed_by", "signed_on"],
		order_by="signed_on desc, name desc",
		limit=1,
	)
	begun = frappe.db.count(RECONCILIATION, {"source_kind": OLD_SYSTEM})
	words = (
		_("Compared and signed by {0} on {1}.").format(
			_user(signed[0].signed_by), formatdate(signed[0].signed_on)
		)
		if signed
		else _("Compared, and not signed yet.")
		if begun
		else _("Not compared yet.")
	)
	return Step(
		"roll",
		_("First roll held against the last one of the old system"),
		bool(signed),
		words,
		[(_("Compare the Lists"), ["List", RECONCILIATION, {"source_kind": OLD_SYSTEM}])],
	)


def _named(words: Iterable[str]) -> str:
	words = list(words)
	more = _("… {0} more").format(len(words) - MOST_NAMED) if len(words) > MOST_NAMED else ""
	return "、".join(words[:MOST_NAMED]) + more


def _user(name: str) -> str:
	return frappe.db.get_value("User", name, "full_name") or name


# --- what is said by name ------------------------------------------------------------------------------------------
def confirmation(key: str) -> Document | None:
	rows = [row for row in frappe.get_doc(DOCTYPE).confirmations if row.step == key]
	return rows[-1] if rows else None


@frappe.whitelist(methods=["POST"])
def confirm(step: str, note: str) -> None:
	"""Vouch by name for what no record can show. Raises NothingToConfirm."""
	doc = _to_write()
	one = next((one for one in checklist() if one.key == step), None)
	if step not in CONFIRMED_BY_NAME or not one or not one.ready:
		frappe.throw(
			_("This step is done in its own records; there is nothing to confirm yet."), NothingToConfirm
		)
	if not (note or "").strip():
		frappe.throw(_("Say what you have looked at."), NothingToConfirm)
	doc.append(
		"confirmations",
		{"step": step, "note": note.strip(), "confirmed_by": frappe.session.user, "confirmed_on": today()},
	)
	_save(doc)


@frappe.whitelist(methods=["POST"])
def put_away(reason: str) -> None:
	"""Nobody is greeted with it any more; it can still be opened."""
	doc = _to_write()
	if not (reason or "").strip():
		frappe.throw(_("Say why."), NothingToConfirm)
	doc.update(
		{"dismissed_by": frappe.session.user, "dismissed_on": today(), "dismissal_reason": reason.strip()}
	)
	_save(doc)


@frappe.whitelist(methods=["POST"])
def take_up_again() -> None:
	"""The greeting is back."""
	doc = _to_write()
	doc.update({"dismissed_by": None, "dismissed_on": None, "dismissal_reason": None})
	_save(doc)


def _to_write() -> Document:
	doc = frappe.get_doc(DOCTYPE)
	doc.check_permission("write")
	return doc


def _save(doc: Document) -> None:
	with records.step(doc):
		doc.save()


# --- the greeting --------------------------------------------------------------------------------------------------
def greet(bootinfo: frappe._dict) -> None:
	"""Hook ``extend_bootinfo``: whoever moves the county in lands on the checklist after a login, until it is finished or
	put away."""
	if set(ADMINISTRATORS).isdisjoint(frappe.get_roles()) or frappe.session.user == "Administrator":
		return
	if frappe.db.get_single_value(DOCTYPE, "dismissed_by") or all(cint(one.done) for one in checklist()):
		return
	# one greeting a session: a mark of it that does not tell its key
	bootinfo.socaid_onboarding = frappe.utils.data.sha256_hash(f"greeting:{frappe.session.sid}")[:12]
