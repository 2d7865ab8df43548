"""Who may know of a petition: the scope of divisions and, above it, the secrecy of accusations.

信访工作条例 Art. 30: what an accusation says, and that there is one, must not reach the accused or their unit.
A restricted petition is therefore visible to the role *Accusation Handler* alone, and to nobody, whatever the
role, who is named in it, is related to somebody named in it, or works in an accused unit. One criterion serves
lists, documents, counts, reports and searches, and everything that hangs on a petition: its versions, comments,
files, messages, assignments, followers, tags and reminders.

The number of a restricted petition ends in random characters, and so do the numbers of its reviews, hearings and
papers: whoever guesses names gets the same answer whether one exists or not. A petition that becomes restricted
is renamed, and what others were told of it is taken back.

*Administrator* is the technical superuser and reads everything, as does whoever reads the database or its
backups. The role System Manager opens nothing here (guards.py); whoever writes templates or scripts must be
trusted like the Administrator all the same.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.model.rename_doc import rename_doc
from frappe.utils import getdate, now_datetime, today
from frappe.utils.caching import request_cache

from socaid_app.casework import events, messages
from socaid_app.frappe_versions import NO_OBJECTION
from socaid_app.permissions.divisions import significant
from socaid_app.permissions.scope import Scope, of_parents, scope_of
from socaid_app.permissions.stored import is_stored, stored_value
from socaid_app.policy.names import DOT, canonical, legible
from socaid_app.policy.petitions import ACCUSATION

PETITION = "Petition"
DELIVERY = "Document Delivery"
ACCUSATION_HANDLER = "Accusation Handler"
RANDOM_LENGTH = 10
SHORTEST_NAME = 2
# Written within a name, or not.
BETWEEN_NAMES = (" ", DOT, ".", "。")
# What refers to other records by DocType and name, and by which columns.
REFERENCES = {
	"Access Log": ("export_from", "reference_document"),
	"Activity Log": ("reference_doctype", "reference_name"),
	"Case Reminder": ("reference_doctype", "reference_name"),
	"Comment": ("reference_doctype", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
	"Deleted Document": ("deleted_doctype", "deleted_name"),
	"DocShare": ("share_doctype", "share_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"Email Queue": ("reference_doctype", "reference_name"),
	"Error Log": ("reference_doctype", "reference_name"),
	"File": ("attached_to_doctype", "attached_to_name"),
	"Notification Log": ("document_type", "document_name"),
	"Sensitive Access Log": ("reference_doctype", "reference_name"),
	"Tag Link": ("document_type", "document_name"),
	"ToDo": ("reference_type", "reference_name"),
	"Version": ("ref_doctype", "docname"),
	"View Log": ("reference_doctype", "reference_name"),
}
# What is withdrawn from people who had to do with a petition before it became restricted.
WITHDRAWN = ("Notification Log", "Document Follow", "DocShare", "Tag Link")


class KeptSecret(frappe.PermissionError):
	pass


class NoAutomation(frappe.ValidationError):
	pass


def petition_doctypes() -> tuple[str, ...]:
	"""Petition and what hangs on it, as hooks.py lists them."""
	return tuple(frappe.get_hooks("socaid_petition_doctypes"))


def petition_column(doctype: str) -> str:
	"""The column of a petition DocType that names the petition."""
	return {PETITION: "name", DELIVERY: "reference_name"}.get(doctype, "petition")


def petition_of(doc) -> str | None:
	"""The petition a record is about, or None."""
	if doc.doctype == DELIVERY and doc.get("reference_doctype") != PETITION:
		return None
	return doc.get(petition_column(doc.doctype))


def is_about_petition(doctype: str | None, name: str | None) -> bool:
	"""Whether a stored record is a petition or hangs on one; deliveries are about other cases too."""
	if doctype != DELIVERY:
		return doctype in petition_doctypes()
	return not name or frappe.db.get_value(DELIVERY, name, "reference_doctype") == PETITION


def is_restricted(category: str | None) -> bool:
	return category == ACCUSATION


# --- the criterion ----------------------------------------------------------------------------------------
def may_know_accusations(user: str | None = None) -> bool:
	"""Whether the role of ``user`` reaches restricted petitions at all."""
	user = user or frappe.session.user
	return ACCUSATION_HANDLER in frappe.get_roles(user)


@request_cache
def names_of(user: str) -> tuple[frozenset[str], frozenset[str]]:
	"""What in a list of accused persons would mean ``user``: users, and names of persons.

	The user and the own name; staff who declared a relative of the user's name; the relatives the user declared
	(57号 Art. 11). A declaration counts while it is in force.
	"""
	own_name = frappe.db.get_value("User", user, "full_name")
	declaration, recipient = frappe.qb.DocType("Relative Declaration"), frappe.qb.DocType("Recipient")
	day = getdate(today())
	rows = (
		frappe.qb.from_(declaration)
		.join(recipient)
		.on(recipient.name == declaration.recipient)
		.select(declaration.staff, declaration.staff_name, recipient.full_name)
		.where((declaration.staff == user) | (recipient.full_name == canonical(own_name)))
		.where(declaration.declared_on <= day)
		.where(declaration.ended_on.isnull() | (declaration.ended_on > day))
		.run(as_dict=True)
	)
	users, names = {user}, {own_name}
	for row in rows:
		if row.staff == user:
			names.add(row.full_name)
		else:
			users.add(row.staff)
			names.add(row.staff_name)
	return frozenset(users - {None, ""}), frozenset(names - {None, ""})


def units_of(user: str) -> frozenset[str]:
	"""Divisions which, accused as a unit, mean the user: those the user works for, and all above them.

	Whoever works for everything works in the county's bureau.
	"""
	units, scope = set(), scope_of(user)
	county = frappe.db.get_single_value("Socaid Settings", "county_division") if scope.everything else None
	for code in scope.divisions or filter(None, [county]):
		lead = significant(code)
		units |= {lead[:length].ljust(12, "0") for length in (2, 4, 6, 9, 12) if length <= len(lead)}
	return frozenset(units)


def concerns(rows: Iterable, user: str) -> bool:
	"""Whether one of the accused (rows of Petition Accused) is the user, a relative or the user's unit."""
	if user == "Administrator":
		return False
	users, names = names_of(user)
	units = units_of(user)
	return any(
		row.user in users or is_named(row.accused_name, names) or row.unit_division in units for row in rows
	)


def tidy(text: str | None) -> str:
	"""How the accused is stored: one form of each character, single blanks, nothing invisible."""
	return legible(text)


def key(text: str | None) -> str:
	"""A text without blanks, dots and case, to be looked for in another."""
	text = tidy(text).lower()
	return "".join(character for character in text if character not in BETWEEN_NAMES)


def keys(names: Iterable[str]) -> set[str]:
	"""Names by which one is recognised in a text: a single character would be found everywhere."""
	return {name for name in map(key, names) if len(name) >= SHORTEST_NAME}


def is_named(text: str | None, names: Iterable[str]) -> bool:
	"""Whether one of the names stands in what was written of the accused: "王某某、某镇民政办、主任"."""
	text = key(text)
	return any(name in text for name in keys(names))


def named_condition(column: str, names: Iterable[str]) -> str:
	"""The same as SQL on a stored (tidy) text."""
	text = column
	for character in BETWEEN_NAMES:
		text = f"replace({text}, '{character}', '')"
	text = f"lower({text}) collate utf8mb4_bin"
	found = (f"locate({frappe.db.escape(name, percent=False)}, {text}) > 0" for name in sorted(keys(names)))
	return " or ".join(found) or "1=0"


def hidden_condition(user: str | None, doctype: str) -> str:
	"""SQL: the records of ``doctype`` that ``user`` may not know of; '' when there is none."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	restricted = f"`tab{doctype}`.`restricted` = 1"
	if not may_know_accusations(user):
		return restricted
	column = petition_column(doctype)
	users, names = names_of(user)
	known = [("user", users), ("unit_division", units_of(user))]
	concerned = " or ".join(
		[
			*(f"accused.`{field}` in ({_list(values)})" for field, values in known if values),
			named_condition("accused.`accused_name`", names),
		]
	)
	return (
		f"({restricted} and exists (select 1 from `tabPetition Accused` accused where accused.`parenttype` ="
		f" 'Petition' and accused.`parent` = `tab{doctype}`.`{column}` and ({concerned})))"
	)


def _list(values: Iterable[str]) -> str:
	return ", ".join(frappe.db.escape(value, percent=False) for value in sorted(values))


def is_hidden(doctype: str, name: str, user: str | None = None) -> bool:
	"""The same for one stored record, whatever its division."""
	user = user or frappe.session.user
	if user == "Administrator":
		return False
	column = petition_column(doctype)
	stored = frappe.db.get_value(doctype, name, ["restricted", column])
	if not stored or not stored[0]:
		return False
	return not may_know_accusations(user) or concerns(accused_of(stored[1]), user)


def accused_of(petition: str) -> list:
	return frappe.get_all(
		"Petition Accused",
		filters={"parent": petition, "parenttype": PETITION},
		fields=["user", "accused_name", "unit_division", "unit"],
		order_by="idx",
	)


def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions`` of the petition DocTypes; for reports and counts as well.

	Whoever lists for somebody else sees what both may know.
	"""
	hidden = [condition for asking in _asking(user) if (condition := hidden_condition(asking, doctype))]
	return " and ".join(
		part for part in (scope_of(user).condition(doctype), *(f"not {one}" for one in hidden)) if part
	)


def _asking(user: str | None) -> tuple[str, ...]:
	return tuple(dict.fromkeys((user or frappe.session.user, frappe.session.user)))


def child_query_condition(user: str | None = None, doctype: str | None = None) -> str:
	return of_parents(doctype, query_condition, user)


def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Hook ``has_permission``: the document's half of the same criterion, judged by what is stored."""
	scope: Scope = scope_of(user)
	if not is_stored(doc):
		parent = petition_of(doc) if doc.doctype != PETITION else None
		if parent and is_hidden(PETITION, parent, user):
			return False
		return not doc.get("division") or scope.covers(doc.division)
	if any(is_hidden(doc.doctype, doc.name, asking) for asking in _asking(user)):
		return False
	return scope.covers(frappe.db.get_value(doc.doctype, doc.name, "division"))


def visible(names: Iterable[str], user: str | None = None) -> set[str]:
	"""Of these petitions those the user may read."""
	return set(
		frappe.get_list(
			PETITION,
			filters={"name": ["in", list(names) or [""]]},
			pluck="name",
			order_by="name",
			limit_page_length=0,
			user=user,
		)
	)


def handlers_of(petition: str) -> list[str]:
	"""The Accusation Handlers who may know of a restricted petition."""
	users = frappe.get_all(
		"Has Role",
		filters={"role": ACCUSATION_HANDLER, "parenttype": "User"},
		pluck="parent",
		distinct=True,
		order_by="parent",
	)
	enabled = frappe.get_all(
		"User", filters={"name": ["in", users or [""]], "enabled": 1}, pluck="name", order_by="name"
	)
	return [
		user
		for user in enabled
		if user not in ("Administrator", "Guest")
		and not is_hidden(PETITION, petition, user)
		and scope_of(user).covers(frappe.db.get_value(PETITION, petition, "division"))
	]


# --- what refers to petitions ---------------------------------------------------------------------------------
def reference_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions`` of the DocTypes in :data:`REFERENCES`."""
	kind, name = (f"ifnull(`tab{doctype}`.`{column}`, '')" for column in REFERENCES[doctype])
	conditions = []
	for petition_doctype in petition_doctypes():
		for asking in _asking(user):
			if hidden := hidden_condition(asking, petition_doctype):
				conditions.append(
					f"({kind} <> '{petition_doctype}' or {name} not in"
					f" (select `tab{petition_doctype}`.`name` from `tab{petition_doctype}` where {hidden}))"
				)
	return " and ".join(conditions)


def reference_has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool | None:
	"""Hook ``has_permission`` of the same DocTypes: no, or no objection."""
	if refers_to_hidden(doc, user):
		return False
	return NO_OBJECTION


def refers_to_hidden(doc: Document, user: str | None = None) -> bool:
	"""Judged by what is stored as well: naming another record in the request does not free a reference."""
	columns = REFERENCES[doc.doctype]
	references = {tuple(doc.get(column) for column in columns)}
	references.add(stored_value(doc, list(columns)) or (None, None))
	return any(
		kind in petition_doctypes()
		and name
		and any(is_hidden(kind, name, asking) for asking in _asking(user))
		for kind, name in references
	)


# --- ways out -------------------------------------------------------------------------------------------------
def seal_file(doc: Document, method: str | None = None) -> None:
	"""Hook ``doc_events`` of File: papers of accusations are nobody's own.

	Frappe lets whoever uploaded a file download it for ever.
	"""
	kind, name = doc.attached_to_doctype, doc.attached_to_name
	if kind in petition_doctypes() and name and frappe.db.get_value(kind, name, "restricted"):
		doc.db_set("owner", "Administrator", update_modified=False)


def drop_follower(doc: Document, method: str | None = None) -> None:
	"""Hook ``doc_events`` of Document Follow: followers are mailed what changes, without being asked who they
	are. Petitions have none; refusing would stop the saving that made one."""
	if is_about_petition(doc.ref_doctype, doc.ref_docname):
		frappe.db.delete("Document Follow", {"name": doc.name})


# --- numbers ----------------------------------------------------------------------------------------------------
def restricted_number() -> str:
	"""The next number ``JK-2026-00001``.

	Counted in the petitions themselves: the counters of Frappe's series can be read by system managers.
	"""
	prefix = f"JK-{now_datetime():%Y}-"
	last = frappe.db.get_value(
		PETITION,
		{"petition_number": ["like", f"{prefix}%"]},
		"petition_number",
		order_by="petition_number desc",
		for_update=True,
	)
	return f"{prefix}{int(last.rpartition('-')[2]) + 1 if last else 1:05d}"


def numbered_name(restricted: bool) -> tuple[str, str]:
	"""Name and number of a petition. Accusations count in a series of their own, so that the normal one has no
	gaps, and their name cannot be guessed from the number."""
	if restricted:
		number = restricted_number()
		return f"{number}-{frappe.generate_hash(length=RANDOM_LENGTH)}", number
	number = make_autoname("XF-.YYYY.-.######")
	return number, number


def paper_name(doctype: str, restricted: bool) -> str:
	"""Name of a review, hearing, settlement, transfer or delivery."""
	prefix, year, digits = frappe.get_meta(doctype).autoname.removeprefix("format:").split("-")
	if restricted:
		return f"{prefix}-JK-{frappe.generate_hash(length=RANDOM_LENGTH)}"
	return make_autoname(f"{prefix}-.{year.strip('{}')}.-.{digits.strip('{}')}")


# --- when the category changes --------------------------------------------------------------------------------
def move(petition: Document) -> str:
	"""After a petition became restricted or ceased to be: rename it and its papers; returns the new name.

	What others were told before is taken back, since it would go on saying that there is something.
	"""
	for doctype in petition_doctypes():
		if doctype == PETITION:
			continue
		about = {petition_column(doctype): petition.name}
		for name in frappe.get_all(doctype, filters=about, pluck="name", order_by="creation"):
			frappe.db.set_value(doctype, name, "restricted", petition.restricted, update_modified=False)
			_rename(doctype, name, paper_name(doctype, petition.restricted), petition.restricted)
	name, number = numbered_name(bool(petition.restricted))
	if petition.restricted:
		_let_go(petition.name)
	_rename(PETITION, petition.name, name, petition.restricted)
	frappe.db.set_value(PETITION, name, "petition_number", number, update_modified=False)
	return name


def _let_go(petition: str) -> None:
	"""What others can read refers to the petition no more, and says no more what it said (hook
	``socaid_petition_sealed``: the petition's name)."""
	events.tell("socaid_petition_sealed", petition)
	for field in ("repeat_of", "joined_into"):
		frappe.db.set_value(PETITION, {field: petition, "restricted": 0}, field, None, update_modified=False)


def _rename(doctype: str, old: str, new: str, restricted: int) -> None:
	if restricted:
		_take_back(doctype, old)
	rename_doc(
		doctype,
		old,
		new,
		force=True,
		ignore_permissions=True,
		show_alert=False,
		rebuild_search=False,
	)


def _take_back(doctype: str, name: str) -> None:
	for reference in WITHDRAWN:
		kind, column = REFERENCES[reference]
		frappe.db.delete(reference, {kind: doctype, column: name})
	frappe.db.delete(
		"Email Queue", {"reference_doctype": doctype, "reference_name": name, "status": "Not Sent"}
	)
	for table, values in (("ToDo", {"status": "Cancelled"}), ("File", {"owner": "Administrator"})):
		kind, column = REFERENCES[table]
		frappe.db.set_value(table, {kind: doctype, column: name}, values, update_modified=False)
	frappe.db.set_value(doctype, name, {"_assign": None, "_user_tags": None}, update_modified=False)


# --- messages -------------------------------------------------------------------------------------------------
def tell(users: Iterable[str], subject: str, petition: Document) -> None:
	"""Message about a petition. Of a restricted one only its handlers hear, in the system and in neutral words:
	no title, no number, no e-mail. Where none is left who may know of it, the Administrator hears, to find one."""
	if not petition.restricted:
		messages.tell_staff(users, subject, PETITION, petition.name)
		return
	handlers = set(handlers_of(petition.name))
	for user in set(users) & handlers if handlers else {"Administrator"}:
		remind_neutrally(user, petition.name, _("A matter you handle has news. Open it from this message."))


def remind_neutrally(user: str, petition: str, subject: str) -> None:
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"type": "Alert",
			"subject": subject,
			"document_type": PETITION,
			"document_name": petition,
			"for_user": user,
			"from_user": frappe.session.user,
		}
	).insert(ignore_permissions=True)
