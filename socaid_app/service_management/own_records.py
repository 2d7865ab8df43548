"""Who sees what is recorded of somebody of the staff: the person, and those who manage staff there; nobody else.

One criterion for lists and documents, as :mod:`socaid_app.permissions.scope` has for cases: papers, marks, days of
attendance, leave, exams and assessments are no colleague's business, health least of all (个人信息保护法 Art. 28).
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.casework import duties
from socaid_app.casework.records import GuardedRecord
from socaid_app.field_visits import employment
from socaid_app.field_visits.employment import DECIDE, MANAGE
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.scope import of_parents, scope_of
from socaid_app.permissions.stored import stored_value

AUDITOR = "Socaid Auditor"
# Besides those who manage staff.
DECIDED = ("Attendance Request", "Staff Assessment")


class NotYourRecord(frappe.PermissionError):
	pass


class NoStaffFile(frappe.ValidationError):
	pass


def oversees(doctype: str, user: str) -> bool:
	"""Whether a user sees such records of other people, in the divisions they work for."""
	return (
		duties.holds(MANAGE, user)
		or AUDITOR in frappe.get_roles(user)
		or (doctype in DECIDED and duties.holds(DECIDE, user))
	)


def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions``."""
	user = user or frappe.session.user
	own = f"`tab{doctype}`.`user` = {frappe.db.escape(user)}"
	if not oversees(doctype, user):
		return own
	theirs = scope_of(user).condition(doctype)
	return f"({own} or {theirs})" if theirs else ""


def child_query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""The same for their rows."""
	return of_parents(doctype, query_condition, user)


def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Hook ``has_permission``: judged by what is stored, where it is."""
	user = user or frappe.session.user
	stored = stored_value(doc, ["user", "division"])
	whose, division = stored or (doc.get("user"), doc.get("division"))
	if not stored and not whose:
		# a new one gets its person from the file, and is judged then (:class:`StaffRecord`)
		return True
	return whose == user or (
		oversees(doc.doctype, user) and (not division or scope_of(user).covers(division))
	)


class StaffRecord(GuardedRecord):
	"""Base of these records: whose it is and where they work comes from the file."""

	def before_validate(self) -> None:
		if not self.officer:
			self.officer = employment.own_file()
		if not self.officer:
			frappe.throw(_("You have no staff file yet. Ask the service manager to enter it."), NoStaffFile)
		if self.is_new() or not self.user:
			self.user, self.officer_name = frappe.db.get_value(
				employment.DOCTYPE, self.officer, ["user", "officer_name"]
			)
		if self.is_new() and not self.flags.ignore_permissions:
			self.require_own_or_managed()
		# where somebody works is no question of who may enter it: their own records are theirs wherever they are sent
		self.division = frappe.db.get_value(employment.DOCTYPE, self.officer, "division")
		self.township = township_of(self.division)
		if not self.flags.ignore_permissions:
			self.check_links()

	def require_own_or_managed(self) -> None:
		if self.user != frappe.session.user and not (
			oversees(self.doctype, frappe.session.user)
			and scope_of().covers(frappe.db.get_value(employment.DOCTYPE, self.officer, "division"))
		):
			frappe.throw(
				_("That is entered by the person, or by whoever manages staff there."), NotYourRecord
			)
