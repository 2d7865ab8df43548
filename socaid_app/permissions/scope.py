"""Division scope: a township sees its own cases, a village its own, the county all.

One criterion (:class:`Scope`) answers both questions Frappe asks, "which rows may this list show" and
"may this user open this document", so the two can never disagree. Reports and counts that bypass
Frappe's list machinery take the same condition from :func:`scope_condition`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.permissions.divisions import TOWNSHIP, VILLAGE, bounds, significant, township_of
from socaid_app.permissions.loading import Loaded
from socaid_app.permissions.stored import stored_value

# With one of these roles and no User Permission on a division, a user works for the whole county.
# Everyone else without such a permission works nowhere: forgetting it must not open the county.
COUNTY_ROLES = frozenset(
	{
		"County Reviewer",
		"County Approver",
		"Data Officer",
		"Archivist",
		"Petition Handler",
		"Accusation Handler",
		"Disclosure Officer",
		"Safety Officer",
		"Service Manager",
		"Socaid Auditor",
		"Socaid Administrator",
		"System Manager",
	}
)
STAFF_ROLES = COUNTY_ROLES | {
	"Village Assistant",
	"Township Officer",
	"Township Approver",
	"Field Investigator",
}


class DivisionOutOfScope(frappe.PermissionError):
	pass


class LinkOutOfScope(frappe.PermissionError):
	pass


class NeverDeleted(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Scope:
	"""The divisions a user works for. ``everything`` stands for the whole county."""

	divisions: tuple[str, ...] = ()
	everything: bool = False

	def covers(self, division: str | None) -> bool:
		"""Whether a record of this division is inside. A record without a division is the county's own."""
		if self.everything:
			return True
		return bool(division) and any(division.startswith(significant(code)) for code in self.divisions)

	def condition(self, table: str) -> str:
		"""The same rule as SQL on ``table``: an indexed equality or range per division, '' for no limit."""
		if self.everything:
			return ""
		return (
			"(" + " or ".join(self._condition(table, code) for code in self.divisions) + ")"
			if self.divisions
			else "1=0"
		)

	@staticmethod
	def _condition(table: str, code: str) -> str:
		match len(significant(code)):
			# Equality on the township keeps the index (township, modified) in list order.
			case length if length == TOWNSHIP:
				return f"`tab{table}`.`township` = {frappe.db.escape(code)}"
			case length if length == VILLAGE:
				return f"`tab{table}`.`division` = {frappe.db.escape(code)}"
		low, high = bounds(code)
		return f"`tab{table}`.`division` between {frappe.db.escape(low)} and {frappe.db.escape(high)}"


def scope_of(user: str | None = None) -> Scope:
	"""The divisions ``user`` (default: the session's) works for."""
	user = user or frappe.session.user
	if user == "Administrator":
		return Scope(everything=True)
	granted = frappe.permissions.get_user_permissions(user).get("Administrative Division", [])
	if granted:
		return Scope(divisions=_widest(row["doc"] for row in granted))
	return Scope(everything=not COUNTY_ROLES.isdisjoint(frappe.get_roles(user)))


def tell_browser(bootinfo: frappe._dict) -> None:
	"""Hook ``extend_bootinfo``: the divisions of the user, none for the county; for the columns of lists."""
	bootinfo.socaid_divisions = scope_of().divisions


def _widest(codes: Iterable[str]) -> tuple[str, ...]:
	"""Drop what a wider code already covers: Frappe lists a granted division with all its descendants."""
	widest: list[str] = []
	for code in sorted(set(codes)):
		if not any(code.startswith(significant(kept)) for kept in widest):
			widest.append(code)
	return tuple(widest)


def scope_condition(doctype: str, user: str | None = None) -> str:
	"""SQL for queries that Frappe does not filter itself (reports, counts); '' means no limit."""
	return scope_of(user).condition(doctype)


def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions``."""
	return scope_condition(doctype, user)


def child_query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""The same for child tables, which Frappe lists to everybody who may read their parent DocType."""
	return of_parents(doctype, query_condition, user)


def of_parents(doctype: str, criterion: Callable[[str | None, str], str], user: str | None) -> str:
	"""SQL on a child table: rows of the records that ``criterion(user, parent)`` shows; '' means no limit."""
	parent = frappe.get_hooks("socaid_child_tables")[doctype][0]
	condition = criterion(user, parent)
	if not condition:
		return ""
	return f"exists (select 1 from `tab{parent}` where `tab{parent}`.`name` = `tab{doctype}`.`parent` and {condition})"


def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Hook ``has_permission``: a plain bool, the document's half of the criterion.

	A record that is moved is judged by where it was as well as by where it goes, so that nobody can
	pull a stranger's record into the own township by editing its division. What calls itself new but
	bears the name of a stored record is that record.
	"""
	scope = scope_of(user)
	stored = stored_value(doc, ["name", "division"])
	if stored:
		return scope.covers(stored[1])
	return not doc.get("division") or scope.covers(doc.division)


def may_use_app() -> bool:
	"""Whether the app's tile is shown."""
	return frappe.session.user == "Administrator" or not STAFF_ROLES.isdisjoint(frappe.get_roles())


def listed_name(doctype: str, filters, parent: str | None = None) -> str:
	"""The first record that matches among those the user may list; raises DoesNotExistError."""
	if not isinstance(filters, dict | list):
		filters = {"name": str(filters)}
	names = frappe.get_list(
		doctype, filters=filters, pluck="name", order_by="name", limit_page_length=1, parent_doctype=parent
	)
	if not names:
		frappe.throw(_("There is no such record."), frappe.DoesNotExistError)
	return names[0]


class FoundByList(Loaded):
	"""Base of records which, asked for by a filter, are looked for among those the user may list.

	Frappe takes a filter wherever it takes a name, and the answer tells whether something matches.
	"""

	def load_from_db(self):
		if not isinstance(self.name, str):
			self.name = listed_name(self.doctype, self.name, self.listed_under())
		return super().load_from_db()

	def listed_under(self) -> str | None:
		return None


class ScopedDocument(FoundByList):
	"""Base of every DocType in ``hooks.SCOPED_DOCTYPES``: keeps ``division`` and ``township`` true.

	``division_from`` names the link field whose record lends its division where users do not enter one.
	"""

	division_from: str | None = None

	def set_division(self) -> None:
		"""Call from ``before_validate``."""
		if self.division_from and self.get(self.division_from):
			source = self.meta.get_field(self.division_from).options
			self.division = frappe.db.get_value(source, self.get(self.division_from), "division")
		self.township = township_of(self.division)
		if (
			self.has_value_changed("division")
			and not self.flags.ignore_permissions
			and not scope_of().covers(self.division)
		):
			frappe.throw(
				_(
					"{0} lies outside the divisions you work for. Ask the county office to enter or move this record."
				).format(self.division),
				DivisionOutOfScope,
			)
		if not self.flags.ignore_permissions:
			self.check_links()

	def check_links(self) -> None:
		"""A record may only point to records its author may read.

		Linking fetches names and masks from the other record, so without this a township could read a
		stranger's name by guessing record numbers.
		"""
		before = self.get_doc_before_save()
		known = {row.name: row for row in before.get_all_children()} if before else {}
		for doc in (self, *self.get_all_children()):
			earlier = before if doc is self else known.get(doc.name)
			for field in doc.meta.get_link_fields():
				target = doc.get(field.fieldname)
				if field.options not in scoped_doctypes() or not target:
					continue
				if earlier and earlier.get(field.fieldname) == target:
					continue
				if frappe.db.exists(field.options, target) and not frappe.has_permission(
					field.options, "read", doc=target
				):
					frappe.throw(
						_("{0}: {1} lies outside the divisions you work for. Ask the county office.").format(
							_(field.label, context=doc.doctype), target
						),
						LinkOutOfScope,
					)

	def on_trash(self) -> None:
		frappe.throw(
			_(
				"Records of social assistance are never deleted (Law Art. 70). Withdraw, close or cancel it with a reason instead."
			),
			NeverDeleted,
		)


def scoped_doctypes() -> set[str]:
	"""The scoped DocTypes, as hooks.py lists them."""
	return set(frappe.get_hooks("socaid_scoped_doctypes"))


def add_indexes() -> None:
	"""Lists of a township are sorted by their latest change: one index serves the filter and the order."""
	for doctype in sorted(scoped_doctypes()):
		frappe.db.add_index(doctype, ["township", "modified"], "township_modified")
		frappe.db.add_index(doctype, ["division", "modified"], "division_modified")
