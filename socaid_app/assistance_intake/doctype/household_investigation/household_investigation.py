import frappe
from frappe import _
from frappe.utils import cint, getdate, today

from socaid_app.assistance_intake import links
from socaid_app.casework import duties, relatives
from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.policy import terms
from socaid_app.socaid_app import rules, safety

REMOTE = "Remote"
COUNTY_VISITS = "Visit for the County"


class InvestigationInvalid(frappe.ValidationError):
	pass


class NotTheCounty(frappe.PermissionError):
	pass


class HouseholdInvestigation(GuardedRecord):
	"""A home visit, or its replacement in a major emergency, by at least two persons (57号 Art. 16)."""

	GUARD = Guard(state="docstatus", writable={"0": ALL})
	TURNS = ("application",)

	division_from = "application"

	def before_validate(self) -> None:
		self.set_division()

	def onload(self) -> None:
		if self.docstatus.is_draft() and not self.is_new():
			self.set_onload("closed_gates", safety.closed_gates(self))

	def validate(self) -> None:
		self.copy_case()
		self.check_date()
		self.name_investigators()
		self.refuse_the_same_person_twice()
		safety.require_proofs_of_team(self, self.investigated_on)
		safety.assess(self)

	def before_submit(self) -> None:
		self.require_county()
		self.require_open_case()
		self.require_investigators()
		self.require_signatures()
		self.require_household_member()
		self.refuse_relatives()
		self.require_safety()

	def on_submit(self) -> None:
		links.refresh(self.application)

	def on_cancel(self) -> None:
		links.refresh(self.application)

	def copy_case(self) -> None:
		case = frappe.db.get_value(
			"Assistance Application", self.application, ["household", "applicant_name"], as_dict=True
		)
		if case:
			# without a case Frappe asks for one, after this
			self.household = case.household
			self.applicant_name = case.applicant_name

	def check_date(self) -> None:
		if getdate(self.investigated_on) > getdate(today()):
			frappe.throw(_("The date of the investigation lies in the future."), InvestigationInvalid)

	def name_investigators(self) -> None:
		safety.find_officers(self.investigators, self.division)
		for row in self.investigators:
			if row.user and not row.participant_name:
				row.participant_name = frappe.db.get_value("User", row.user, "full_name")
			if row.signature:
				row.signed = 1

	def refuse_the_same_person_twice(self) -> None:
		persons = [row.user or row.participant_name for row in self.investigators]
		if len(persons) != len(set(persons)):
			frappe.throw(_("The same investigator is entered twice."), InvestigationInvalid)

	def require_open_case(self) -> None:
		state = frappe.db.get_value("Assistance Application", self.application, "workflow_state")
		if state not in terms.RUNNING_STATES:
			frappe.throw(
				_(
					"A household is investigated between acceptance and decision; this case stands at {0}."
				).format(_(state)),
				InvestigationInvalid,
			)

	def require_investigators(self) -> None:
		least = cint(rules.parameters().get("survey_min_investigators", getdate(self.investigated_on)))
		if len(self.investigators) < least:
			frappe.throw(
				_("At least {0} investigators are required (57号 Art. 16). Add those who took part.").format(
					least
				),
				InvestigationInvalid,
			)

	def require_signatures(self) -> None:
		unsigned = [row.participant_name for row in self.investigators if not row.signed]
		if unsigned:
			frappe.throw(
				_("Every investigator signs the form (57号 Art. 16). Not signed: {0}.").format(
					"、".join(unsigned)
				),
				InvestigationInvalid,
			)

	def require_household_member(self) -> None:
		if self.method == REMOTE:
			if not (self.remote_reason or "").strip():
				frappe.throw(
					_("A remote investigation needs the emergency that justifies it (57号 Art. 16)."),
					InvestigationInvalid,
				)
			return
		if not self.member_present or not (self.member_signed or self.member_signature):
			frappe.throw(
				_(
					"Name the household member who was present and have the form signed by that person"
					" (57号 Art. 16)."
				),
				InvestigationInvalid,
			)
		if self.member_present not in self.case_members():
			frappe.throw(_("The person present is not a member of this application."), InvestigationInvalid)

	def refuse_relatives(self) -> None:
		related = relatives.related_to(self.case_members(), getdate(self.investigated_on))
		names = [
			row.participant_name
			for row in self.investigators
			if related.includes(row.user, row.participant_name)
		]
		if names:
			frappe.throw(
				_(
					"{0} is a near relative of this household and must not investigate it (57号 Art. 11)."
					" If this is somebody else of the same name, enter the user account."
				).format("、".join(names)),
				InvestigationInvalid,
			)

	def require_safety(self) -> None:
		"""Whoever rings the bell is trained and checked and knows the risk, as on every visit (plan, chapter 3)."""
		if self.method != REMOTE:
			safety.require_open_gate(self)

	def require_county(self) -> None:
		"""The visit by which the county looks for itself is entered by the county (57号 Arts 11, 20)."""
		if self.level == terms.COUNTY and not duties.holds(COUNTY_VISITS):
			frappe.throw(
				_("A visit of the county is submitted by the county office. Leave it to {0}.").format(
					duties.names(COUNTY_VISITS)
				),
				NotTheCounty,
			)

	def case_members(self) -> list[str]:
		return frappe.get_all(
			"Application Member",
			filters={"parent": self.application, "parenttype": "Assistance Application"},
			pluck="recipient",
			order_by="idx",
		)
