"""Ways round the secrecy of accusations, and who stands in them (信访工作条例 Art. 30).

Whoever holds the role *Accusation Handler* reads accusations; so does whoever becomes that person for the system, by
the role, a password, a key or an e-mail address, or by a name under which nobody is accused. And what runs by
itself or in another's name reads what that name may: rules, reports, templates, scripts. All this is the
Administrator's alone, as far as it reaches petitions or the accounts of their handlers.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from socaid_app.petition_desk import secrecy
from socaid_app.petition_desk.secrecy import ACCUSATION_HANDLER, KeptSecret, NoAutomation

ADMINISTRATOR = "Administrator"
# What would carry petitions out of the system by itself, and the field that names the DocType.
AUTOMATIONS = {
	"Assignment Rule": "document_type",
	"Auto Repeat": "reference_doctype",
	"Document Share Key": "reference_doctype",
	"DocShare": "share_doctype",
	"Energy Point Rule": "reference_doctype",
	"Milestone Tracker": "document_type",
	"Notification": "document_type",
	"Webhook": "webhook_doctype",
}
# Of these, what would carry comments, versions and messages on petitions.
MESSENGERS = ("Notification", "Webhook")
# What acts on every petition that somebody opens.
TEMPLATES = {
	"Client Script": "dt",
	"Print Format": "doc_type",
	"Web Form": "doc_type",
	"Workflow": "document_type",
}
# By these one is, or is taken for, the holder of an account.
IDENTITY = (
	"email",
	"username",
	"first_name",
	"middle_name",
	"last_name",
	"enabled",
	"user_type",
	"role_profile_name",
	"api_key",
)
# Where somebody proves by a password who they are; "impersonate" asks for the Administrator.
BY_PASSWORD = (
	"login",
	"frappe.core.doctype.user.user.update_password",
	"frappe.core.doctype.user.user.impersonate",
)
SECRETS = ("new_password", "api_secret", "reset_password_key")


class NeverDeleted(frappe.ValidationError):
	pass


def is_administrator() -> bool:
	return (
		frappe.session.user == ADMINISTRATOR
		or bool(frappe.flags.in_install)
		or bool(frappe.flags.in_migrate)
		or bool(frappe.flags.in_patch)
	)


# --- accounts -----------------------------------------------------------------------------------------------------
def is_guarded(user: str | None) -> bool:
	"""Whether an account opens accusations: a holder's of the role, or the Administrator's.

	Hook ``socaid_closed_accounts``: no link by e-mail opens these, since system managers read what is mailed.
	"""
	return user == ADMINISTRATOR or bool(
		frappe.db.exists("Has Role", {"parenttype": "User", "parent": user, "role": ACCUSATION_HANDLER})
	)


def guard_account(doc: Document, method: str | None = None) -> None:
	"""Hook ``doc_events`` of User, before and after its own validation, which empties the password and adds roles."""
	if is_administrator():
		return
	before = doc.get_doc_before_save()
	if _has_role(doc) and not (before and _has_role(before)):
		refuse(_("Only the Administrator gives the role {0}.").format(_(ACCUSATION_HANDLER)))
	if not before or not is_guarded(doc.name):
		return
	if _roles(doc) != _roles(before) or any(cstr(doc.get(f)) != cstr(before.get(f)) for f in IDENTITY):
		refuse(
			_("Names, e-mail, roles and keys of {0} are changed by the Administrator alone.").format(doc.name)
		)
	for field in SECRETS:
		value = doc.get(field)
		if value and value != before.get(field) and not doc.is_dummy_password(value):
			refuse(
				_("The password of {0} is changed by the person, or reset by the Administrator.").format(
					doc.name
				)
			)


def _roles(doc: Document) -> set[str]:
	return {row.role for row in doc.roles}


def _has_role(doc: Document) -> bool:
	return ACCUSATION_HANDLER in _roles(doc)


def refuse(reason: str) -> None:
	frappe.throw(f"{reason} {_('Ask the person in charge of the system.')}", KeptSecret)


def guard_membership(doc: Document, method: str | None = None) -> None:
	"""Hook ``doc_events`` of Has Role: a role is given in the form of its holder, where the rules run."""
	if not is_administrator():
		refuse(_("Roles are changed in the user's own form."))


def guard_user_name(doc: Document, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Hook ``before_rename`` of User: a new name is a new e-mail address, and a merged user has both roles."""
	if not is_administrator() and (is_guarded(old) or is_guarded(new)):
		refuse(_("{0} is renamed by the Administrator alone.").format(old))


def guard_role(doc: Document, method: str, old: str | None = None, new: str | None = None, *args) -> None:
	"""Hook of Role: the role that opens accusations is not renamed, merged, or taken away from everybody."""
	if not is_administrator() and ACCUSATION_HANDLER in (doc.name, old, new):
		refuse(_("The role {0} stays as it is.").format(_(ACCUSATION_HANDLER)))


def keep_user(doc: Document, method: str | None = None) -> None:
	"""Hook ``on_trash`` of User: Frappe would name the petitions that refer to somebody."""
	if not is_administrator():
		frappe.throw(
			_("Users are never deleted: what they did refers to them. Untick “Enabled” instead."),
			NeverDeleted,
		)


def require_password(login_manager) -> None:
	"""Hook ``on_login``: these accounts are not opened by a link or by another site that vouches for somebody, since
	system managers choose the sites and read the links."""
	request = getattr(frappe.local, "request", None)
	if not request or not is_guarded(login_manager.user):
		return
	method = frappe.form_dict.get("cmd") or request.path.removeprefix("/api/method/")
	if method not in BY_PASSWORD:
		frappe.throw(_("Log in with your password."), frappe.AuthenticationError)


# --- what runs by itself, or in another's name --------------------------------------------------------------------
def refuse_automation(doc: Document, method: str | None = None) -> None:
	"""Hook ``doc_events``: nothing mails, posts, shares or assigns petitions by itself."""
	kind = doc.get(AUTOMATIONS[doc.doctype])
	if kind == secrecy.DELIVERY and doc.doctype == "DocShare":
		# one record is shared, which may be about another case (permissions/break_glass.py)
		if secrecy.is_about_petition(kind, doc.share_name):
			refuse_to_carry()
	elif kind in secrecy.petition_doctypes():
		refuse_to_carry()
	if doc.doctype in MESSENGERS and kind in secrecy.REFERENCES and not is_administrator():
		refuse(
			_("Comments, files and messages may belong to a petition; the Administrator makes rules on them.")
		)


def refuse_to_carry() -> None:
	frappe.throw(
		_(
			"Petitions may contain accusations, which reach nobody but their handlers (Art. 30). They cannot be"
			" shared or sent by an automatic rule; use the petition's own steps."
		),
		NoAutomation,
	)


def refuse_mailed_report(doc: Document, method: str | None = None) -> None:
	"""Hook of Auto Email Report: it is made in the night with the rights of the user it names."""
	reported, module = frappe.db.get_value("Report", doc.report, ["ref_doctype", "module"]) or (None, None)
	# what management is mailed are figures without lists, of petitions too (management_insight/monthly_mails.py)
	if module == "Petition Desk" or (
		reported in secrecy.petition_doctypes() and module != "Management Insight"
	):
		refuse_to_carry()
	if not is_administrator() and doc.user != frappe.session.user:
		frappe.throw(_("A report is mailed with your own rights: choose yourself as the user."), NoAutomation)


def guard_template(doc: Document, method: str | None = None) -> None:
	"""Hook of :data:`TEMPLATES`: for petitions these are the Administrator's alone."""
	if doc.get(TEMPLATES[doc.doctype]) in secrecy.petition_doctypes() and not is_administrator():
		refuse(_("Forms, scripts and print formats of petitions are changed by the Administrator alone."))


def administrators_alone(doc: Document, method: str | None = None) -> None:
	"""Hook of the settings by which the whole database is copied to another place."""
	if not is_administrator():
		refuse(_("Where backups go is decided by the Administrator."))


def guard_script(doc: Document, method: str | None = None) -> None:
	"""Hook of Server Script and Report: scripts read every table, whatever they say they are about.

	Query Reports do not (permissions/query_reports.py).
	"""
	if is_administrator():
		return
	if doc.doctype == "Server Script" or doc.report_type == "Script Report":
		refuse(
			_("Reports and scripts with code of their own read every table; the Administrator writes them.")
		)


@frappe.whitelist()
@frappe.read_only()
def run_report(
	report_name: str,
	filters=None,
	user: str | None = None,
	ignore_prepared_report=False,
	custom_columns=None,
	is_tree=False,
	parent_field: str | None = None,
	are_default_filters=True,
):
	"""Frappe's report; for whoever asks, not for the ``user`` they name."""
	from frappe.desk import query_report

	filters = frappe.parse_json(filters)
	prepared = filters.get("prepared_report_name") if isinstance(filters, dict) else None
	if prepared:
		frappe.has_permission("Prepared Report", "read", doc=prepared, throw=True)
	return query_report.run(
		report_name,
		filters,
		None,
		ignore_prepared_report,
		custom_columns,
		is_tree,
		parent_field,
		are_default_filters,
	)


def is_administrators(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Hook ``has_permission`` of what reads any table by SQL."""
	return (user or frappe.session.user) == ADMINISTRATOR


def keep_backups() -> None:
	"""Hook ``before_request``: a backup holds everything; Frappe hands it to every system manager."""
	if frappe.local.request.path.startswith("/backups") and frappe.session.user != ADMINISTRATOR:
		frappe.throw(_("Backups are the Administrator's alone."), frappe.PermissionError)
