"""A report is made, kept, read and mailed for who may run it: whoever asks, and whoever it was made for.

Frappe asks for a report's roles where it is run at once. One that is prepared in the background is made of whatever
name one sends, kept under a name that the minute tells, and goes on being read by who has lost the role since; one
that is mailed is made with the rights of the scheduler, which sees all divisions.
"""

from __future__ import annotations

import gzip

import frappe
from frappe import _
from frappe.core.doctype.prepared_report import prepared_report as core
from frappe.core.doctype.report.report import get_custom_allowed_roles
from frappe.desk.query_report import validate_filters_permissions
from frappe.email.doctype.auto_email_report.auto_email_report import AutoEmailReport
from frappe.model.document import Document
from frappe.utils import cstr

from socaid_app.frappe_versions import NO_OBJECTION
from socaid_app.permissions import files
from socaid_app.permissions.stored import stored_value

PREPARED = "Prepared Report"
# Written once, when it is asked for.
ASKED = ("report_name", "filters")
# Told by the job.
OF_THE_JOB = ("job_id", "error_message", "report_end_time", "peak_memory_usage")


class ReportNotYours(frappe.PermissionError):
	pass


# --- whose a report is --------------------------------------------------------------------------------------
# What somebody built or arranged for themselves; the rest is for its roles.
BUILT = ("Report Builder", "Custom Report")
# These keep the reports of a site.
KEEPERS = frozenset({"Socaid Administrator", "System Manager"})


def may_open(report: str, user: str | None = None) -> bool:
	"""Whether a report is there for ``user``: one that somebody built is theirs, and theirs it is shared with.

	What those build who keep the reports is for its roles.
	"""
	user = user or frappe.session.user
	row = frappe.db.get_value("Report", report, ["owner", "report_type", "is_standard"], as_dict=True)
	if not row or row.is_standard == "Yes" or row.report_type not in BUILT:
		return True
	if user == row.owner or _keeps_reports(user) or _keeps_reports(row.owner):
		return True
	return bool(
		frappe.share.get_shared("Report", user, rights=["read"], filters=[["share_name", "=", report]])
	)


def _keeps_reports(user: str) -> bool:
	return user == "Administrator" or not KEEPERS.isdisjoint(frappe.get_roles(user))


def report_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions`` of Report: those of the system and the own ones; Frappe adds what is shared."""
	user = user or frappe.session.user
	if _keeps_reports(user):
		return ""
	kinds = ", ".join(frappe.db.escape(kind) for kind in BUILT)
	keepers = frappe.get_all(
		"Has Role",
		filters={"parenttype": "User", "role": ["in", sorted(KEEPERS)]},
		pluck="parent",
		order_by="parent",
	)
	owners = ", ".join(frappe.db.escape(owner, percent=False) for owner in (user, "Administrator", *keepers))
	return (
		f"(`tabReport`.`is_standard` = 'Yes' or `tabReport`.`report_type` not in ({kinds})"
		f" or `tabReport`.`owner` in ({owners}))"
	)


def report_has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool | None:
	"""Hook ``has_permission`` of Report: the same; no, or no objection."""
	if doc.get("name") and not may_open(doc.name, user):
		return False
	return NO_OBJECTION


# --- who may run a report -----------------------------------------------------------------------------------
def may_run(report: str, user: str | None = None) -> bool:
	"""Whether ``user``, not disabled, holds one of the report's roles and may report on its DocType.

	A custom report is judged by the one it rests on.
	"""
	user = user or frappe.session.user
	if not frappe.db.get_value("User", user, "enabled"):
		return False
	row = frappe.db.get_value(
		"Report", report, ["report_type", "reference_report", "ref_doctype", "disabled"], as_dict=True
	)
	if not row or row.disabled or not may_open(report, user):
		return False
	if row.report_type == "Custom Report":
		return may_run(row.reference_report, user)
	roles = get_custom_allowed_roles("report", report) or frappe.get_all(
		"Has Role", filters={"parenttype": "Report", "parent": report}, pluck="role", order_by="role"
	)
	held = frappe.get_roles(user)
	return bool(
		(not roles or not set(roles).isdisjoint(held))
		and frappe.has_permission(row.ref_doctype, "report", user=user)
	)


def require(report: str, *users: str) -> None:
	"""Raises ReportNotYours unless the session's user, and each of ``users``, may run the report."""
	for user in dict.fromkeys((frappe.session.user, *users)):
		if not may_run(report, user):
			frappe.throw(
				_("{0} may not run the report {1}. Its roles are given by the administrator.").format(
					user, _(report)
				),
				ReportNotYours,
			)


# --- prepared in the background -----------------------------------------------------------------------------
class PreparedReport(core.PreparedReport):
	"""Hook ``override_doctype_class``: made for the session's user, by that user's rights at the time it is made."""

	def before_insert(self) -> None:
		require(cstr(self.report_name))
		validate_filters_permissions(self.report_name, self.filters, frappe.session.user)
		self.owner = frappe.session.user
		self.update(dict.fromkeys(OF_THE_JOB))
		super().before_insert()

	def validate(self) -> None:
		before = self.get_doc_before_save()
		if before and any(cstr(self.get(field)) != cstr(before.get(field)) for field in ASKED):
			frappe.throw(_("A prepared report stays as it was asked for. Ask for another."), ReportNotYours)

	def after_insert(self) -> None:
		frappe.enqueue(
			"socaid_app.permissions.reports.generate",
			queue="long",
			timeout=frappe.db.get_value("Report", self.report_name, "timeout") or core.REPORT_TIMEOUT,
			enqueue_after_commit=True,
			prepared=self.name,
		)

	def get_prepared_data(self, with_file_name: bool = False):
		if prepared_has_permission(self, "read") is False:
			frappe.throw(_("This report was prepared for somebody else."), ReportNotYours)
		require(self.report_name, self.owner)
		return super().get_prepared_data(with_file_name)


def generate(prepared: str) -> None:
	"""The job: by the rights its owner has now, whoever's worker runs it."""
	owner, report = frappe.db.get_value(PREPARED, prepared, ["owner", "report_name"])
	frappe.set_user(owner)
	try:
		require(report)
	except ReportNotYours as error:
		frappe.db.set_value(PREPARED, prepared, {"status": "Error", "error_message": str(error)})
		return
	core.generate_report(prepared)


def keep_result(data: dict, dt: str, dn: str, report_name: str) -> None:
	"""In place of Frappe's, whose file is found by report and minute, and is its owner's for ever."""
	content = gzip.compress(frappe.safe_encode(frappe.as_json(data, indent=None, separators=(",", ":"))))
	shown = f"{frappe.scrub(report_name)}_{frappe.utils.now_datetime():%Y-%m-%d-%H-%M}.json.gz"
	file = files.keep(content, shown, attached_to_doctype=dt, attached_to_name=dn)
	file.db_set("owner", "Administrator", update_modified=False)


core.create_json_gz_file = keep_result


def prepared_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions`` of Prepared Report: the own ones, of reports one may still run."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	asked = frappe.get_all(
		PREPARED, filters={"owner": user}, pluck="report_name", distinct=True, order_by="report_name"
	)
	own = [frappe.db.escape(report, percent=False) for report in asked if may_run(report, user)]
	if not own:
		return "1=0"
	return (
		f"`tab{PREPARED}`.`owner` = {frappe.db.escape(user, percent=False)}"
		f" and `tab{PREPARED}`.`report_name` in ({', '.join(own)})"
	)


def prepared_has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool | None:
	"""Hook ``has_permission``: the same, judged by what is stored; no, or no objection."""
	user = user or frappe.session.user
	if user == "Administrator":
		return True
	stored = stored_value(doc, ["owner", "report_name"])
	if stored and (user != stored[0] or not may_run(stored[1], user)):
		return False
	return NO_OBJECTION


@frappe.whitelist()
def get_reports_in_queued_state(report_name: str, filters) -> list:
	"""Frappe's list of the own reports that are being made."""
	require(report_name)
	return core.get_reports_in_queued_state(report_name, filters)


# --- mailed -------------------------------------------------------------------------------------------------
class MailedReport(AutoEmailReport):
	"""Hook ``override_doctype_class`` of Auto Email Report: made with the rights of the user it names."""

	def before_save(self) -> None:
		require(self.report, self.user)

	def get_report_content(self):
		asking = frappe.session.user
		require(self.report, self.user)
		form = frappe.local.form_dict
		frappe.set_user(self.user)
		# what leaves the house may say less than what is shown in it (management_insight/behind.py)
		frappe.flags.socaid_mailed = True
		try:
			return super().get_report_content()
		finally:
			frappe.flags.socaid_mailed = False
			frappe.set_user(asking)
			frappe.local.form_dict = form
