"""Invented applications with everything a case rests on, told as the steps of the workflow would have left them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from socaid_app.policy import clock, means, snapshot, terms
from socaid_app.policy.means import Assessment
from socaid_demo import benefit_history, economy, family_facts, invented_names, scenarios, timeline
from socaid_demo.benefit_history import DAY, Rules
from socaid_demo.county_staff import Desk
from socaid_demo.families import Family, Person, make_family
from socaid_demo.scenarios import Scenario
from socaid_demo.timeline import Timeline

CAUSES = {
	"elder_couple": "Old Age",
	"elder_alone": "Old Age",
	"lone_elder": "Old Age",
	"grandparents": "Old Age",
	"disabled_adult": "Disability",
	"lone_disabled": "Disability",
	"elder_with_disabled_child": "Disability",
	"serious_illness": "Illness",
	"single_parent": "No Labour Capacity",
	"three_generations": "Schooling Costs",
	"working_couple": "Accident",
}
# In these the assessment stands frozen (see assistance_intake.assessment).
FROZEN = (terms.PUBLICITY, terms.REVIEW, terms.CONFIRMATION, terms.CONFIRMED, terms.REJECTED)
CONSENT_MONTHS = 6


@dataclass
class Case:
	"""An application as plain values; persons and staff by name, documents numbered when rows are made."""

	scenario: Scenario
	family: Family
	category: dict
	desk: Desk
	applied_on: date
	values: dict = field(default_factory=dict)
	policy_case: dict = field(default_factory=dict)
	result: Assessment | None = None
	snapshot: dict | None = None
	opinions: list[dict] = field(default_factory=list)
	consents: list[dict] = field(default_factory=list)
	investigations: list[dict] = field(default_factory=list)
	report: dict | None = None
	notice: dict | None = None
	deliveries: list[dict] = field(default_factory=list)
	missing: tuple[str, ...] = ()
	relative_of: str = ""
	segment: benefit_history.Segment | None = None

	@property
	def state(self) -> str:
		return self.scenario.state


def scheme_of_family(scenario: Scenario) -> str:
	"""The kind of family that applies."""
	return terms.EDGE if scenario.twist == scenarios.INELIGIBLE else scenario.scheme


def applicant_family(rng: Random, index: int, scenario: Scenario, place, today: date) -> Family:
	return make_family(rng, index, scheme_of_family(scenario), place, today)


class Teller:
	"""Tells one case step by step; ``log`` writes what the workflow would have logged."""

	def __init__(
		self, rng: Random, family: Family, scenario: Scenario, desk: Desk, today: date, rules: Rules
	):
		self.rng, self.family, self.scenario, self.desk, self.today, self.rules = (
			rng,
			family,
			scenario,
			desk,
			today,
			rules,
		)
		self.category = family_facts.category_for(
			scenario.scheme,
			family.area,
			scenario.route,
			family_facts.support_form_of(family) if scenario.scheme == terms.TEKUN else "",
		)
		self.authority = (
			terms.COUNTY if scenario.twist == scenarios.PROTECTED else self.category["confirming_authority"]
		)
		self.officer1, self.officer2 = desk.township("officer1"), desk.township("officer2")
		self.approver1, self.approver2 = desk.township("approver1"), desk.township("approver2")
		if scenario.twist == scenarios.PROTECTED:
			self.officer1, self.officer2 = desk.county("reviewer1"), desk.county("reviewer2")
		self.days: Timeline | None = None
		self._clock: datetime | None = None

	def tell(self) -> Case:
		state = self.scenario.state
		if state in (terms.DRAFT, terms.SUPPLEMENT, terms.NOT_ACCEPTED):
			applied_on = self._before_acceptance(state)
		else:
			self.days = timeline.plan(self.rng, self.scenario, self.authority, self.today, self.rules)
			applied_on = self.rules.workday(self.days.accepted - DAY * self.rng.choice((0, 1, 2)))
		self.case = Case(self.scenario, self.family, self.category, self.desk, applied_on)
		self._declare()
		self._values()
		self._steps()
		self._assess()
		return self.case

	def _before_acceptance(self, state: str) -> date:
		back = {terms.DRAFT: (0, 4), terms.SUPPLEMENT: (5, 24), terms.NOT_ACCEPTED: (6, 60)}[state]
		return self.rules.workday(self.today - DAY * self.rng.randrange(*back))

	# --- what is declared ---------------------------------------------------------------------------
	def _declare(self) -> None:
		rng, family, on = self.rng, self.family, self.case.applied_on
		scheme = scheme_of_family(self.scenario)
		family.properties = economy.properties(rng, family, len(family.persons))
		if scheme == terms.RIGID:
			family.incomes = benefit_history.rigid_incomes(rng, family, on, self.rules)
		elif scheme in (terms.EDGE, terms.TEMPORARY):
			family.incomes = benefit_history.edge_incomes(rng, family, on, self.rules)
		else:
			standard = self.rules.standard("Dibao", on, family.area).amount
			counted = benefit_history.counted_persons(family, on)
			share = rng.uniform(0.2, 0.8) if scheme == terms.DIBAO else rng.uniform(0.1, 0.5)
			family.incomes = economy.incomes(
				rng, family, counted, int(float(standard) * 12 * len(counted) * share), on
			)
		heavy = scheme == terms.RIGID or self.scenario.route == terms.EXPENDITURE
		income = benefit_history.counted_income(family.incomes)
		family.expenses = economy.expenses(rng, family, income, heavy, on)

	def _values(self) -> None:
		rng, case, scenario = self.rng, self.case, self.scenario
		requested = Decimal(0)
		if scenario.scheme == terms.TEMPORARY:
			requested = benefit_history.requested_aid(rng, self.family, case.applied_on, self.rules)
		assistant = self.desk.township("assistant")
		entered_by = self.officer1
		if (
			assistant != "Administrator"
			and self.family.village.endswith("203")
			and scenario.twist != scenarios.PROTECTED
		):
			entered_by = assistant
		case.values = {
			"workflow_state": scenario.state,
			"docstatus": int(scenario.state in terms.FINAL_STATES),
			"channel": rng.choices(("Counter", "Online", "Found Proactively", "Referred"), (70, 12, 13, 5))[
				0
			],
			"green_channel": int(scenario.route == terms.QUICK_RELIEF),
			"green_channel_reason": "突发困难，急需救助" if scenario.route == terms.QUICK_RELIEF else None,
			"cause": CAUSES[self.family.kind],
			"need_text": "家庭基本生活困难，申请救助。",
			"requested_amount": requested,
			"applicant_signed": int(scenario.state != terms.DRAFT or rng.random() < 0.6),
			"confirming_authority": self.authority,
			"protected_case": int(scenario.twist == scenarios.PROTECTED),
			"relative_case": int(scenario.twist == scenarios.RELATIVE),
			"support_form": self.category["support_form"] or None,
			"entered_by": entered_by,
			"propose_rejection": 0,
		}
		required = [row["material"] for row in self.category["materials"] if row["requirement"] == "Required"]
		if scenario.state == terms.SUPPLEMENT:
			case.missing = tuple(required[-1:])
		elif scenario.state == terms.DRAFT:
			case.missing = tuple(required[rng.randrange(1, len(required) + 1) :])

	# --- the steps -----------------------------------------------------------------------------------
	def _steps(self) -> None:
		state, days = self.scenario.state, self.days
		if state == terms.DRAFT:
			return
		if state == terms.SUPPLEMENT:
			self._ask_for_supplement()
			return
		if state == terms.NOT_ACCEPTED:
			self._refuse_acceptance()
			return
		if self.scenario.route == terms.QUICK_RELIEF:
			self._quick_relief()
			return
		self._accept(days.accepted)
		if state == terms.ACCEPTED:
			return
		if state == terms.WITHDRAWN:
			self._end(terms.ACCEPTED, "Withdraw", days.started, "申请人自愿撤回申请。", self.officer2)
			return
		self._investigate()
		if state == terms.TERMINATED:
			self.case.values["decision_reason"] = "申请人无正当理由拒不配合家庭经济状况调查核实。"
			self._end(
				terms.INVESTIGATION, "Terminate", days.reported, "拒不配合调查，终止办理。", self.officer2
			)
			self._deliver("Termination Notice", days.reported, adverse=True)
			return
		if self.scenario.twist == scenarios.INELIGIBLE:
			self._propose_rejection()
			return
		if state == terms.INVESTIGATION and self.scenario.twist != scenarios.OBJECTION:
			return
		self._publish()
		if self.scenario.twist == scenarios.OBJECTION:
			self._object()
			return
		if state == terms.PUBLICITY:
			return
		self._submit()
		if state == terms.REVIEW:
			return
		self._recommend()
		if state == terms.CONFIRMED:
			self._confirm(terms.CONFIRMATION, self.approver2)

	def _at(self, day: date) -> datetime:
		"""A moment of the working day, after everything told before."""
		moment = datetime.combine(day, time(8, 30)) + timedelta(minutes=self.rng.randrange(0, 300))
		if self._clock and moment <= self._clock:
			moment = self._clock + timedelta(minutes=self.rng.randrange(2, 9))
		self._clock = moment
		return moment

	def _log(
		self, from_state: str, to_state: str, action: str, user: str, day: date, opinion: str = ""
	) -> datetime:
		moment = self._at(day)
		self.case.opinions.append(
			{
				"from_state": from_state,
				"to_state": to_state,
				"action": action,
				"user": user,
				"happened_at": moment,
				"opinion": opinion or None,
			}
		)
		return moment

	def _ask_for_supplement(self) -> None:
		case = self.case
		day = self.rules.workday(case.applied_on + DAY, back=False)
		if day > self.today:
			day = case.applied_on
		self._log(terms.DRAFT, terms.SUPPLEMENT, "Request Supplement", self.officer2, day)
		days = int(self.rules.parameters.get("supplement_days", day))
		case.values["supplement_due"] = self.rules.workdays_after(day, days)
		case.values["supplement_note"] = "请一次补齐上述材料，工作人员可以协助取得。"
		content = "\n".join(f"{number}. {material}" for number, material in enumerate(case.missing, 1))
		self._deliver("Supplement Notice", day, content=f"{content}\n{case.values['supplement_note']}")

	def _refuse_acceptance(self) -> None:
		day = self.rules.workday(self.case.applied_on + DAY, back=False)
		if day > self.today:
			day = self.case.applied_on
		self.case.values["decision_reason"] = (
			"申请人及共同生活家庭成员的户籍均不在本县，且不属于急难发生地救助情形，请向户籍所在地申请。"
		)
		self._log(
			terms.DRAFT, terms.NOT_ACCEPTED, "Refuse Acceptance", self.officer2, day, "不属于本机关受理范围。"
		)
		self.case.values["decided_on"] = day
		self._deliver("Refusal of Acceptance", day, adverse=True)

	def _accept(self, day: date) -> None:
		case = self.case
		self._log(terms.DRAFT, terms.ACCEPTED, "Accept", self.officer2, day)
		case.values["accepted_on"], case.values["second_checked_by"] = day, self.officer2
		self._deliver("Acceptance Notice", day)
		if self.scenario.route != terms.QUICK_RELIEF:
			for person in self.family.persons:
				self._consent(person)

	def _consent(self, person: Person) -> None:
		on = self.case.applied_on
		head = self.family.head
		guardian = next((one for one in self.family.persons if one.age(on) >= 18), head)
		needs = person.age(on) < int(self.rules.parameters.get("guardian_consent_age", on))
		self.case.consents.append(
			{
				"person": person,
				"person_role": "Applicant" if person is head else "Family Member",
				"signed_on": on,
				"valid_until": clock.add_months(on, CONSENT_MONTHS),
				"guardian_name": guardian.full_name if needs else None,
				"creation": datetime.combine(on, time(10, 5)),
			}
		)

	def _investigate(self) -> None:
		days = self.days
		self._log(terms.ACCEPTED, terms.INVESTIGATION, "Start Investigation", self.officer2, days.started)
		if self.scenario.state == terms.INVESTIGATION and days.visited >= self.today:
			return
		self._visit("Township", days.visited, self.desk.investigators())
		if self.scenario.state == terms.TERMINATED:
			return
		if self.scenario.state != terms.INVESTIGATION or days.reported <= self.today:
			self._check_report(days.reported)

	def _visit(self, level: str, day: date, investigators: tuple[str, str]) -> None:
		present = next(
			(one for one in self.family.persons if one.residence == terms.LIVING_TOGETHER), self.family.head
		)
		self.case.investigations.append(
			{
				"level": level,
				"on": day,
				"investigators": investigators,
				"present": present,
				"creation": self._at(day),
				"consistent": "Partly Inconsistent"
				if self.scenario.twist == scenarios.INELIGIBLE
				else "Consistent",
				"conclusion": "收入、财产与申报基本一致，家庭生活困难情况属实。"
				if self.scenario.twist != scenarios.INELIGIBLE
				else "核实后家庭收入高于申报，请按核实数核算。",
				"housing": "Flat"
				if self.family.area == terms.URBAN
				else self.rng.choice(("Brick", "Brick and Timber", "Earth")),
				"housing_area": self.rng.randrange(42, 95),
				"farm_land": 0 if self.family.area == terms.URBAN else self.rng.randrange(2, 16),
			}
		)

	def _check_report(self, day: date) -> None:
		self.case.report = {
			"requested_on": self.days.started,
			"report_date": day,
			"valid_until": clock.add_months(
				day, int(self.rules.parameters.get("check_report_validity_months", day))
			),
			"purpose": "社会救助申请家庭经济状况核对",
			"conclusion": "Above Limits" if self.scenario.twist == scenarios.INELIGIBLE else "No Impact",
			"findings": "人均收入超过保障标准。"
			if self.scenario.twist == scenarios.INELIGIBLE
			else "未发现与申报不一致的信息。",
			"creation": self._at(day),
			"user": self.desk.county("data"),
		}

	def _publish(self) -> None:
		days, values = self.days, self.case.values
		moment = self._log(
			terms.INVESTIGATION,
			terms.PUBLICITY,
			"Publish",
			self.officer2,
			days.published,
			"经调查核实，拟同意，予以公示。",
		)
		values["first_reviewer"] = self.officer2
		notice = {
			"creation": moment,
			"status": "Draft",
			"prepared_by": self.officer2,
			"objection": None,
		}
		self.case.notice = notice
		if self.scenario.twist == scenarios.NOT_POSTED:
			return
		notice.update(
			{
				"status": "In Publicity",
				"posted_on": days.published,
				"ends_on": days.ends,
				"privacy_reviewed_by": self.officer1,
			}
		)
		if days.ends < self.today and self.scenario.twist != scenarios.OBJECTION:
			notice.update({"status": "Completed", "completed_on": days.ends + DAY})

	def _object(self) -> None:
		days = self.days
		text = "公示期间有群众反映该户有外出务工收入。"
		self.case.notice.update(
			{"status": "Objection Raised", "objection": {"received_on": days.objected, "content": text}}
		)
		self._log(
			terms.PUBLICITY,
			terms.INVESTIGATION,
			"Objection",
			self.officer1,
			days.objected,
			f"公示有异议：{text}",
		)
		self.case.values["first_reviewer"] = None
		if self.scenario.state == terms.DELIBERATION:
			self._log(
				terms.INVESTIGATION,
				terms.DELIBERATION,
				"Convene Review",
				self.officer2,
				days.convened,
				"组织民主评议。",
			)

	def _submit(self) -> None:
		days = self.days
		self._log(terms.PUBLICITY, terms.REVIEW, "Submit for Review", self.officer2, days.submitted)
		if self.scenario.twist == scenarios.RELATIVE:
			self.case.relative_of = invented_names.surname(self.rng) + invented_names.given(
				self.rng, True, 45
			)
			self._visit(
				"County", days.submitted, (self.desk.county("reviewer1"), self.desk.county("reviewer2"))
			)

	def _recommend(self) -> None:
		self._log(
			terms.REVIEW,
			terms.CONFIRMATION,
			"Recommend",
			self.approver1,
			self.days.recommended,
			"材料齐全，程序合规，公示无异议，建议确认。",
		)
		self.case.values["second_reviewer"] = self.approver1

	def _propose_rejection(self) -> None:
		days, values = self.days, self.case.values
		self._log(
			terms.INVESTIGATION,
			terms.CONFIRMATION,
			"Propose Rejection",
			self.officer2,
			days.published,
			"家庭月人均收入高于保障标准，拟不予确认。",
		)
		values.update({"first_reviewer": self.officer2, "propose_rejection": 1})
		values["decision_reason"] = "经调查核实，家庭月人均收入高于当地最低生活保障标准。"
		if self.scenario.state == terms.REJECTED:
			day = self.rules.workdays_after(days.published, 1)
			self._log(terms.CONFIRMATION, terms.REJECTED, "Reject", self.approver2, day, "同意不予确认。")
			values.update({"final_approver": self.approver2, "decided_on": day})
			self._deliver("Rejection Notice", day, adverse=True)

	def _quick_relief(self) -> None:
		days, state = self.days, self.scenario.state
		self._accept(days.accepted)
		if state == terms.ACCEPTED:
			return
		self._log(
			terms.ACCEPTED,
			terms.CONFIRMATION,
			"Recommend",
			self.officer2,
			days.recommended,
			"情况紧急，建议先行救助。",
		)
		self.case.values["first_reviewer"] = self.officer2
		if state == terms.CONFIRMED:
			self._confirm(terms.CONFIRMATION, self.approver1)

	def _confirm(self, from_state: str, approver: str) -> None:
		day = self.days.decided
		self._log(from_state, terms.CONFIRMED, "Confirm", approver, day, "同意确认。")
		values = self.case.values
		first = day.replace(day=1)
		values.update(
			{
				"final_approver": approver,
				"decided_on": day,
				"effective_month": first
				if self.category["payment"] == terms.ONE_OFF
				else clock.add_months(first, 1),
				"county_filing": "Filed" if self.authority == terms.TOWNSHIP else None,
			}
		)
		self._deliver("Confirmation Notice", day, late=self.scenario.twist == scenarios.UNDELIVERED)

	def _end(self, from_state: str, action: str, day: date, opinion: str, user: str) -> None:
		self._log(from_state, self.scenario.state, action, user, day, opinion)
		self.case.values["decided_on"] = day

	def _deliver(
		self, kind: str, day: date, content: str = "", adverse: bool = False, late: bool = False
	) -> None:
		"""A notice made out on ``day`` and, unless ``late`` or too new, handed over the next working day."""
		due, provisional = self.rules.calendar.add_workdays(
			day, int(self.rules.parameters.get("reject_notice_days", day))
		)
		handed = self.rules.workdays_after(day, 1)
		delivered = not late and handed <= self.today
		self.case.deliveries.append(
			{
				"document_kind": kind,
				"issued_on": day,
				"due_on": due,
				"due_provisional": int(provisional),
				"content": content or None,
				"adverse": adverse,
				"status": "Delivered" if delivered else "Overdue" if due < self.today else "To Deliver",
				"method": "Handed Over" if delivered else None,
				"delivered_on": handed if delivered else None,
				"received_by": self.family.head.full_name if delivered else None,
				"delivered_by": self.officer1 if delivered else None,
				"creation": self._clock or datetime.combine(day, time(15, 0)),
			}
		)

	# --- the result ----------------------------------------------------------------------------------
	def _assess(self) -> None:
		case, values = self.case, self.case.values
		case.policy_case = family_facts.case_of(
			self.family,
			{**self.category, "confirming_authority": self.authority},
			self.family.persons,
			self.family.incomes,
			case.applied_on,
			values.get("accepted_on"),
			values["cause"],
			values["requested_amount"],
		)
		case.result = means.assess(case.policy_case, self.rules.parameters, self.rules.standards)
		if self.scenario.state in FROZEN:
			case.snapshot = snapshot.freeze(
				case.policy_case, self.rules.parameters, self.rules.standards, case.result
			)
		if self.scenario.state == terms.CONFIRMED:
			self._grant()

	def _grant(self) -> None:
		case, values, result = self.case, self.case.values, self.case.result
		values["confirmed_amount"] = (
			Decimal(0) if self.category["payment"] == terms.RECOGNITION else result.amount
		)
		found = benefit_history.segment(
			self.family,
			self.scenario.scheme,
			values["effective_month"],
			values["decided_on"],
			self.family.incomes,
			self.rules,
			on=values["accepted_on"],
		)
		if self.scenario.scheme == terms.TEMPORARY:
			found.amount, found.end, found.requested = result.amount, found.start, values["requested_amount"]
			found.shares = list(result.shares.values())
			found.end_reason = "一次性救助已发放" if found.end < self.today.replace(day=1) else ""
		elif self.category["payment"] == terms.RECOGNITION:
			key = "edge_validity_months" if self.scenario.scheme == terms.EDGE else "rigid_validity_months"
			found.end = clock.add_months(
				found.start, int(self.rules.parameters.get(key, values["decided_on"])) - 1
			)
		case.segment = found
