import frappe
from frappe import _, _lt
from frappe.utils import cint, flt, getdate, today

from socaid_app.assistance_intake import consents
from socaid_app.casework.records import Guard, GuardedRecord, all_but, changes
from socaid_app.field_visits import alarms, differences, payload, photos, revisits, times_of_day, visits
from socaid_app.permissions import outgoing
from socaid_app.policy import selfcare, terms
from socaid_app.socaid_app import safety

WITH_DEPARTMENTS = "Check with Departments"
FORM_OF_SCHEME = {terms.DIBAO: "Dibao", terms.TEKUN: "Tekun", terms.TEMPORARY: "Temporary"}


class VisitClosed(frappe.ValidationError):
	pass


class VisitorsInvalid(frappe.ValidationError):
	pass


class NotAuthorised(frappe.ValidationError):
	pass


class HomeVisit(GuardedRecord):
	"""A visit at a family's door. Its steps are in field_visits/visits.py, its safety in safety.py."""

	GUARD = Guard(
		state="status",
		writable={
			visits.PLANNED: all_but("household"),
			visits.UNDER_WAY: all_but("household", "purpose", "planned_on", "planned_start"),
		},
		system=(*visits.KEPT, "differences"),
		approved=True,
		refusal=VisitClosed,
		way_out=_lt(
			"A visit stays with its family and its plan, and its form as it was finished. Plan another visit."
		),
	)

	division_from = "household"
	TELLS_WHO_IS_IN_CHARGE = True
	DECLARED_IN = (alarms,)

	def in_charge(self) -> str | None:
		"""Whoever leads the visit, until its form is finished; the review is whoever may review."""
		leader = next((row.user for row in self.visitors if row.leader), None)
		return leader if self.status in (visits.PLANNED, visits.UNDER_WAY) else None

	def onload(self) -> None:
		if self.status == visits.PLANNED:
			self.set_onload("home", visits.home_of(self))
			self.set_onload("closed_gates", safety.closed_gates(self))

	def before_insert(self) -> None:
		for field in visits.KEPT:
			self.set(field, None)
		self.status = visits.PLANNED
		self.set("differences", [])
		self.copy_household()
		differences.prefill(self)

	def before_validate(self) -> None:
		self.set_division()
		self.copy_household()
		self.planned_start = times_of_day.clock(times_of_day.minute(self.planned_start))

	def validate(self) -> None:
		self.refuse_changes_by_others()
		visits.claim_task(self)
		self.check_visitors()
		revisits.check_visitors(self)
		safety.require_proofs_of_team(self, self.planned_on or today())
		safety.assess(self)
		self.compute_means()
		self.grade_care()
		self.check_questions()
		photos.seal(self)
		payload.count_versions(self)

	def on_update(self) -> None:
		visits.tell_task(self)
		self.log_questions()

	def new_questions(self) -> list:
		"""Questions to other departments about the family that are not stored yet."""
		before = self.get_doc_before_save()
		known = {(row.name, row.purpose) for row in before.verifications} if before else set()
		return [
			row
			for row in self.verifications
			if row.method == WITH_DEPARTMENTS and (row.name, row.purpose) not in known
		]

	def people_asked_about(self) -> list[str]:
		return [row.recipient for row in self.members if row.presence not in differences.LEFT]

	def check_questions(self) -> None:
		"""Whoever asks other departments says why, and asks about persons who agreed."""
		for row in self.new_questions():
			outgoing.require_purpose(row.purpose, self.household)
			self.require_consents(self.people_asked_about())

	def log_questions(self) -> None:
		for row in self.new_questions():
			outgoing.record(self, self.people_asked_about(), row.purpose, self.name)

	def require_consents(self, people: list[str]) -> None:
		"""Departments are asked about persons who agreed, and as long as they do (Law Arts 40-41)."""
		names = {member.recipient: member.member_name for member in self.members}
		missing = [names[person] or person for person in consents.without(people, getdate(today()))]
		if missing:
			frappe.throw(
				_(
					"No authorisation in force for: {0}. Have it signed and entered before other departments are"
					" asked (Social Assistance Law Arts 40-41)."
				).format("、".join(missing)),
				NotAuthorised,
			)

	# --- what a client may not set --------------------------------------------------------------------
	def refuse_changes_by_others(self) -> None:
		before = self.get_doc_before_save()
		if not before or self.flags.by_step or not changes(self, before):
			return
		if before.status == visits.UNDER_WAY and frappe.session.user not in safety.visitors_users(before):
			frappe.throw(_("While a visit is under way, only its visitors fill in the form."), VisitClosed)
		if before.status == visits.UNDER_WAY and self.team() != [row.officer for row in before.visitors]:
			frappe.throw(_("The visitors cannot change while the visit is under way."), VisitorsInvalid)
		if self.planned_on != before.planned_on and str(self.planned_on) != str(before.planned_on):
			frappe.throw(_("Use “Reschedule” to move the visit; it asks for the reason."), VisitClosed)

	def team(self) -> list[str]:
		return [row.officer for row in self.visitors]

	# --- what follows from the form -------------------------------------------------------------------
	def copy_household(self) -> None:
		household = frappe.db.get_value(
			"Recipient Household", self.household, ["head_name", "address"], as_dict=True
		)
		if not household:
			return
		self.head_name, self.address = household.head_name, household.address
		if not self.category and (benefit := differences.benefit_of(self)):
			self.category = frappe.db.get_value("Entitlement", benefit, "category")
		scheme = (
			frappe.db.get_value("Assistance Category", self.category, "scheme") if self.category else None
		)
		self.form_kind = FORM_OF_SCHEME.get(scheme, "Low Income")

	def check_visitors(self) -> None:
		team = self.team()
		if len(team) != len(set(team)):
			frappe.throw(_("The same visitor is entered twice."), VisitorsInvalid)
		for row in self.visitors:
			if row.signature:
				row.signed = 1
		if self.visitors and not any(row.leader for row in self.visitors):
			self.visitors[0].leader = 1

	def compute_means(self) -> None:
		"""Totals for the reader; the law library decides what of it counts."""
		self.annual_income = sum(flt(row.annual) - flt(row.deduction) for row in self.incomes)
		staying = [row for row in self.members if row.presence not in differences.LEFT]
		self.income_per_month = flt(self.annual_income / 12 / len(staying), 2) if staying else 0
		for row in self.expenses:
			row.share = flt(row.annual / self.annual_income * 100, 1) if flt(self.annual_income) > 0 else 0

	def grade_care(self) -> None:
		graded = differences.selfcare(self)
		complete = self.form_kind == "Tekun" and len(graded) == len(terms.SELFCARE_ITEMS)
		self.care_grade = selfcare.care_grade(graded) if complete else ""
		self.expected_minutes = cint(self.expected_minutes) or 60
