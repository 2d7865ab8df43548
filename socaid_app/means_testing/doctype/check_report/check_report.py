import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.assistance_intake import consents, links
from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.permissions import outgoing
from socaid_app.policy import clock
from socaid_app.socaid_app import identity_documents, rules


class CheckReportInvalid(frappe.ValidationError):
	pass


class CheckReport(GuardedRecord):
	"""The result of comparing a household's data (核对报告), received for one case and one purpose."""

	GUARD = Guard(state="docstatus", writable={"0": ALL})
	TURNS = ("application",)

	division_from = "application"

	def before_validate(self) -> None:
		self.set_division()

	def on_update(self) -> None:
		"""A report that lies here was asked for, also as long as it is a draft."""
		if any(map(self.has_value_changed, ("application", "purpose", "docstatus"))):
			case = frappe.get_doc("Assistance Application", self.application)
			asked = [row.recipient for row in consents.asked_rows(case)]
			outgoing.record(self, asked, self.purpose, self.application)

	def validate(self) -> None:
		self.applicant_name = frappe.db.get_value(
			"Assistance Application", self.application, "applicant_name"
		)
		self.check_dates()
		self.set_valid_until()

	def before_submit(self) -> None:
		self.require_consents()
		self.require_evidence_of_objection()

	def on_submit(self) -> None:
		links.refresh(self.application)
		case = frappe.get_doc("Assistance Application", self.application)
		identity_documents.tell_without_number([row.recipient for row in consents.asked_rows(case)])

	def on_cancel(self) -> None:
		links.refresh(self.application)

	def check_dates(self) -> None:
		if getdate(self.report_date) > getdate(today()):
			frappe.throw(_("The date of the report lies in the future."), CheckReportInvalid)
		if self.requested_on and getdate(self.requested_on) > getdate(self.report_date):
			frappe.throw(_("The report is older than the request for it."), CheckReportInvalid)

	def set_valid_until(self) -> None:
		months = rules.parameters().get("check_report_validity_months", getdate(self.report_date))
		self.valid_until = clock.add_months(getdate(self.report_date), int(months))

	def require_consents(self) -> None:
		"""Only persons who agreed may have been queried, from the request to the report (57号 Art. 9; Law Art. 41)."""
		missing = consents.missing(self.application, self.requested_on or self.report_date, self.report_date)
		if missing:
			frappe.throw(
				_(
					"No authorisation in force from the request to the report for: {0}. Have it signed and entered"
					" before the check (57号 Art. 9; Social Assistance Law Art. 41)."
				).format("、".join(missing)),
				CheckReportInvalid,
			)

	def require_evidence_of_objection(self) -> None:
		if self.objection and not self.objection_evidence:
			frappe.throw(
				_(
					"The household objects to the report: record its evidence and the re-check (57号 Art. 18)."
				),
				CheckReportInvalid,
			)
