"""Notifications, e-mail templates and assignment rules, as far as the Socaid Administrator makes them.

They run in nobody's name and past every permission. So a notification says which record it is, where, how it stands
and until when, to people of the county who may see such records, or to those named in it; and an assignment goes to
people who see all of them, since Frappe opens an assigned record to whoever gets it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

import frappe
from frappe import _
from frappe.model.base_document import get_controller
from frappe.model.document import Document
from frappe.permissions import get_role_permissions
from frappe.utils import cstr, escape_html

from socaid_app.casework import due_rules, result_texts
from socaid_app.permissions.scope import COUNTY_ROLES, scope_of, scoped_doctypes
from socaid_app.petition_desk import secrecy
from socaid_app.printing import is_ours
from socaid_app.setup import flow_changes
from socaid_app.setup.form_changes import is_free
from socaid_app.setup.template_judge import Judge
from socaid_app.socaid_app.staff_accounts import ADMINISTRATOR, OUT_OF_REACH

EVENTS = ("New", "Save", "Submit", "Cancel", "Days After", "Days Before", "Value Change")
CHANNELS = ("System Notification", "Email")
# Links that name no citizen.
OPEN_LINKS = ("User", "Administrative Division", "Assistance Category")
# For conditions of assignments, which go out to nobody.
CHOICES = ("Select", "Check", "Date", "Datetime", "Int", "Currency", "Float", "Link")


class RuleRefused(frappe.ValidationError):
	pass


def check_notification(notification: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Notification; raises RuleRefused."""
	if is_free():
		return
	_require_ours(notification)
	if notification.is_standard or notification.event not in EVENTS or notification.method:
		_refuse(_("A notification follows a change or a date of a record; others are the Administrator's."))
	if notification.channel not in CHANNELS:
		_refuse(_("Notifications go by the bell or by e-mail."))
	if notification.attach_print or notification.set_property_after_alert:
		_refuse(_("A notification attaches no print and writes nothing into the record."))
	if notification.sender or notification.sender_email:
		_refuse(_("Notifications are sent by the account of the system."))
	said = open_fields(notification.document_type)
	for fieldname in filter(None, (notification.value_changed, notification.date_changed)):
		if fieldname not in said:
			_refuse_field(notification.document_type, fieldname, said)
	for condition in (notification.condition, *(row.condition for row in notification.recipients)):
		if not _is_comparison(condition, lambda node: flow_changes.field_of_doc(node) in said):
			_refuse_condition(condition, notification.document_type, said)
	judge = Judge(lambda table: said)
	for template in (notification.subject, notification.message):
		if strange := judge.strange(template):
			_refuse(
				_("“{0}” cannot stand in a message. It may name: {1}.").format(
					strange, _labels(notification.document_type, said)
				)
			)
	for row in notification.recipients:
		_check_recipient(notification.document_type, row)


def check_assignment(rule: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Assignment Rule; raises RuleRefused."""
	if is_free():
		return
	_require_ours(rule)
	meta = frappe.get_meta(rule.document_type)
	fields = {df.fieldname for df in meta.fields if df.fieldtype in CHOICES and not df.permlevel} | {"name"}
	for condition in (rule.assign_condition, rule.unassign_condition, rule.close_condition):
		if not _is_comparison(condition, lambda node: isinstance(node, ast.Name) and node.id in fields):
			_refuse_condition(condition, rule.document_type, ())
	if "{" in cstr(rule.description):
		_refuse(_("The words of an assignment are plain text."))
	if rule.rule == "Based on Field":
		df = meta.get_field(rule.field)
		if not df or df.get("is_custom_field") or (df.fieldtype, df.options) != ("Link", "User"):
			_refuse(_("Choose a field of the system that names a colleague."))
	for row in rule.users:
		_check_assignee(rule.document_type, row.user)


def check_template(template: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Email Template; raises RuleRefused."""
	if is_free():
		return
	judge = Judge(lambda table: ())
	for text in (template.subject, template.response, template.response_html):
		for name in result_texts.PLACEHOLDERS:
			text = cstr(text).replace(f"{{{{ {name} }}}}", "").replace(f"{{{{{name}}}}}", "")
		if strange := judge.strange(text):
			_refuse(
				_("“{0}” cannot stand in a message. It may name: {1}.").format(
					strange, "、".join(f"{{{{ {name} }}}}" for name in result_texts.PLACEHOLDERS)
				)
			)


def keep_template(template: Document, method: str | None = None, *args) -> None:
	"""Hook ``on_trash`` and ``before_rename`` of Email Template: a letter names it."""
	if not is_free() and (used := frappe.db.get_value("Letter Rule", {"text_message": template.name})):
		_refuse(_("The letter “{0}” uses it. Choose another text there first.").format(_(used)))


# --- what may be said ---------------------------------------------------------------------------------------------
def open_fields(doctype: str) -> set[str]:
	"""What a message may say of a record: which, where, how it stands, whose it is, until when."""
	guard = getattr(get_controller(doctype), "GUARD", None)
	state = {"workflow_state", guard.state} if guard else {"workflow_state"}
	due = {rule.column for rule in due_rules.enabled(doctype) if not rule.table_field}
	meta = frappe.get_meta(doctype)
	return {"name", "creation", "modified", "owner"} | {
		df.fieldname
		for df in meta.fields
		if not df.permlevel
		and (
			df.fieldname in state | due
			or (df.fieldtype == "Link" and df.options in OPEN_LINKS and not df.get("is_custom_field"))
		)
	}


def _require_ours(rule: Document) -> None:
	before = rule.get_doc_before_save()
	kinds = {rule.document_type, before.document_type if before else rule.document_type}
	if not all(map(is_ours, kinds)) or kinds & set(secrecy.petition_doctypes()):
		_refuse(_("Only records of social assistance, and none of petitions, have rules of this kind."))
	if any(not frappe.get_meta(kind).permissions for kind in kinds):
		_refuse(_("{0} is nobody's to see, and stays as it is.").format(_(rule.document_type)))


def _check_recipient(doctype: str, row: Document) -> None:
	if row.cc or row.bcc:
		_refuse(_("Choose colleagues by their duty, or by a field of the record; addresses are not entered."))
	role = row.receiver_by_role
	if role and (role not in COUNTY_ROLES - OUT_OF_REACH or not _reads(doctype, role)):
		_refuse(
			_(
				"“{0}”: choose a duty of the county that may see such records. Townships are told by due rules,"
				" each of its own."
			).format(_(role))
		)
	fieldname = cstr(row.receiver_by_document_field).partition(",")[0]
	df = frappe.get_meta(doctype).get_field(fieldname)
	if fieldname and fieldname != "owner":
		if not df or df.get("is_custom_field") or (df.fieldtype, df.options) != ("Link", "User"):
			_refuse(_("Choose a field of the system that names a colleague."))
	if not role and not fieldname:
		_refuse(_("Choose colleagues by their duty, or by a field of the record; addresses are not entered."))


def _reads(doctype: str, role: str) -> bool:
	return any(
		permission.role == role and permission.read and not permission.permlevel
		for permission in frappe.get_meta(doctype).permissions
	)


def _check_assignee(doctype: str, user: str) -> None:
	sees = get_role_permissions(frappe.get_meta(doctype), user).get("read")
	all_of_them = doctype not in scoped_doctypes() or scope_of(user).everything
	if user == frappe.session.user or ADMINISTRATOR in frappe.get_roles(user) or not (sees and all_of_them):
		_refuse(
			_(
				"{0} does not see all records of this kind, and an assignment would open them. Choose others."
			).format(frappe.utils.get_fullname(user))
		)


def _is_comparison(condition: str | None, is_field: Callable[[ast.AST], bool]) -> bool:
	if not cstr(condition).strip():
		return True
	try:
		tree = ast.parse(condition.strip(), mode="eval").body
	except (SyntaxError, ValueError, RecursionError, MemoryError):
		return False
	return flow_changes.compares(tree, is_field)


def _labels(doctype: str, names: Iterable[str]) -> str:
	meta = frappe.get_meta(doctype)
	return "、".join(
		f"{{{{ doc.{name} }}}}（{_(meta.get_label(name), context=doctype)}）" for name in sorted(names)
	)


def _refuse_field(doctype: str, fieldname: str, said: Iterable[str]) -> None:
	_refuse(_("“{0}” cannot be followed. Choose one of: {1}.").format(fieldname, _labels(doctype, said)))


def _refuse_condition(condition: str | None, doctype: str, said: Iterable[str]) -> None:
	sentence = _("The condition {0} is more than a comparison of the record's own fields.").format(condition)
	if said:
		sentence += _(" It may ask for: {0}.").format(_labels(doctype, said))
	_refuse(sentence)


def _refuse(sentence: str) -> None:
	frappe.throw(escape_html(sentence), RuleRefused)
