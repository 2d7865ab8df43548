"""Who counts, what counts, what is met, how much."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socaid_app.policy import benefit, selfcare, snapshot, terms
from socaid_app.policy.cases import CaseError, check_case
from socaid_app.policy.household import counting
from socaid_app.policy.means import assess, assess_checked
from socaid_app.policy.parameters import (
	NoParameterInForce,
	Parameter,
	ParameterSet,
	UnknownParameter,
	load_parameters,
)
from socaid_app.policy.standards import DIBAO_STANDARD, StandardSet, load_standards, without

PARAMETERS, STANDARDS = load_parameters(), load_standards()
ON = date(2026, 9, 8)


def run(case, **changes):
	return assess({**case, **changes}, PARAMETERS, STANDARDS)


def member(**values):
	return {"id": "x", "name": "某人", "kinship": "20", "birth_date": date(1990, 1, 1), **values}


@pytest.mark.parametrize(
	"values, counted",
	[
		({"kinship": "02"}, True),
		({"kinship": "12", "residence": "Living Apart"}, True),
		({"birth_date": date(2010, 1, 1), "residence": "Living Apart"}, True),
		({"residence": "Living Apart"}, False),
		({"residence": "Living Apart", "schooling": "Undergraduate"}, True),
		({"residence": "Living Apart", "schooling": "Graduate"}, False),
		({"residence": "Living Apart", "independent": False}, True),
		({"residence": "Living Together"}, True),
		({"kinship": "51", "residence": "Living Together"}, True),
		({"kinship": "51", "residence": "Living Apart"}, False),
		({"kinship": "99"}, False),
		({"kinship": "12", "residence": "Imprisoned"}, False),
		({"residence": "Compulsory Rehabilitation"}, False),
		({"residence": "Declared Missing"}, False),
		({"kinship": "02", "residence": "Clergy Away 3 Years"}, False),
		({"counted": False, "counted_reason": "省规定的其他人员"}, False),
	],
)
def test_who_counts_as_a_member_of_the_household(values, counted):
	assert counting(member(**values), ON)[0] is counted


def test_the_difference_between_standard_and_income_is_paid(case):
	result = run(case)
	assert (result.eligible, result.amount, result.monthly_per_capita) == (
		True,
		Decimal("260.00"),
		Decimal("383.33"),
	)


def test_income_at_the_standard_is_not_below_it(case):
	case["income"][0]["annual"] = 470 * 3 * 12
	result = run(case)
	assert not result.eligible and result.amount == 0
	assert [line.rule for line in result.lines if line.outcome is False] == ["dibao_income"]


@pytest.mark.parametrize(
	"item",
	[
		"Preferential Treatment Pension",
		"Family Planning Award",
		"Scholarship",
		"Good Samaritan Award",
		"Social Assistance",
	],
)
def test_what_the_state_gives_for_merit_or_need_is_not_income(case, item):
	case["income"].append({"member": "head", "kind": "Transfer", "item": item, "annual": 99999})
	assert run(case).annual_income == 13800


def test_income_of_a_relative_who_does_not_count_is_not_counted(case):
	case["members"].append(
		{
			"id": "son",
			"name": "儿子",
			"birth_date": "1990-01-01",
			"kinship": "22",
			"residence": "Living Apart",
		}
	)
	case["income"].append({"member": "son", "kind": "Wage", "item": "Wages", "annual": 60000})
	assert run(case).annual_income == 13800


def test_maintenance_paid_by_a_supporter_is_income_once(case):
	supporters = [{"name": "长子", "pays_monthly": 100}]
	assert run(case, supporters=supporters).annual_income == 15000
	case["income"].append({"member": "head", "kind": "Transfer", "item": "Maintenance", "annual": 1200})
	assert run(case, supporters=supporters).annual_income == 15000


def test_costs_are_deducted_but_never_below_zero(case):
	case["income"] = [
		{"member": "head", "kind": "Business", "item": "Farming", "annual": 1000, "deduction": 5000}
	]
	assert run(case).annual_income == 0


def test_the_basic_pension_exemption_of_2026_is_marked_as_unconfirmed(case):
	case["income"].append({"member": "head", "kind": "Transfer", "item": "Basic Pension", "annual": 1680})
	assert any("基础养老金" in entry for entry in run(case).unconfirmed)
	earlier = run(case, applied_on="2025-09-07", accepted_on="2025-09-08")
	assert not any("基础养老金" in entry for entry in earlier.unconfirmed)


@pytest.mark.parametrize(
	"owned, rule",
	[
		([{"kind": "Deposit", "value": 18 * 470 * 3}], None),
		([{"kind": "Deposit", "value": 18 * 470 * 3 + 1}], "property_financial"),
		([{"kind": "Vehicle"}], "property_Vehicle"),
		([{"kind": "Disability Vehicle"}], None),
		([{"kind": "Ship"}], "property_Ship"),
		([{"kind": "Home"}], None),
		([{"kind": "Home"}, {"kind": "Home"}], "property_homes"),
		([{"kind": "Vehicle", "exempt": True, "exempt_reason": "必要生产工具"}], None),
	],
)
def test_property_against_the_local_limits(case, owned, rule):
	failed = [line.rule for line in run(case, property=owned).lines if line.outcome is False]
	assert failed == ([rule] if rule else [])


def test_an_exemption_without_a_reason_does_not_count(case):
	assert not run(case, property=[{"kind": "Vehicle", "exempt": True}]).eligible


def test_a_person_in_another_basic_benefit_cannot_get_a_second(case):
	case["members"][0]["benefits"] = ["Tekun"]
	result = run(case)
	assert not result.eligible
	assert "one_benefit" in [line.rule for line in result.lines]


def test_bands_pay_by_the_income_band(case):
	assert run(case, calculation_mode="Band").amount == Decimal("188.00") * 3
	assert benefit.band(Decimal(470), Decimal(470), 3, benefit.parse_bands("1:1")) == 0


@pytest.mark.parametrize("text", ["", "0.5", "0.6:1;0.3:0.5", "0.3:0.5;0.6:1"])
def test_a_band_table_that_makes_no_sense_is_refused(text):
	with pytest.raises(ValueError):
		benefit.parse_bands(text)


class TestSinglePerson:
	def case(self, case, income=18000):
		case["members"][2] |= {"disability_type": "Intellectual", "disability_grade": "3", "in_need": True}
		case["income"] = [{"member": "head", "kind": "Wage", "item": "Wages", "annual": income}]
		return case | {"single_application": "Intellectual Disability Grade 3"}

	def test_only_the_applying_person_counts(self, case):
		result = run(self.case(case))
		assert (result.counted, result.amount) == (("girl",), Decimal("470.00"))

	def test_the_family_must_be_below_the_low_income_line(self, case):
		assert not run(self.case(case, income=470 * 3 * 12 * 2)).eligible

	def test_the_person_must_belong_to_the_listed_group(self, case):
		changed = self.case(case)
		changed["members"][2]["disability_grade"] = "4"
		assert not run(changed).eligible


class TestTekun:
	def case(self, **changes):
		person = {"id": "p", "name": "老人", "birth_date": "1951-08-30", "kinship": "02", "in_need": True}
		return {
			"scheme": "Tekun",
			"area": "Rural",
			"applied_on": "2026-09-07",
			"division": "220422201203",
			"members": [person | changes.pop("person", {})],
			**changes,
		}

	def amount(self, **changes):
		return assess(self.case(**changes), PARAMETERS, STANDARDS).amount

	def test_basic_living_plus_care_by_grade(self):
		able = dict.fromkeys(terms.SELFCARE_ITEMS, True)
		unable = dict.fromkeys(terms.SELFCARE_ITEMS, False)
		assert self.amount(selfcare=able) == 611 + 178
		assert self.amount(selfcare=able | {"bathing": False}) == 611 + 356
		assert self.amount(selfcare=unable) == 611 + 534

	@pytest.mark.parametrize(
		"person, able",
		[
			({"birth_date": "1966-09-07"}, False),
			({"birth_date": "1966-09-08"}, True),
			({"birth_date": "2010-09-07"}, True),
			({"birth_date": "2010-09-08"}, False),
			({"birth_date": "1990-01-01", "disability_type": "Physical", "disability_grade": "2"}, False),
			({"birth_date": "1990-01-01", "disability_type": "Physical", "disability_grade": "3"}, True),
			({"birth_date": "1990-01-01", "disability_type": "Mental", "disability_grade": "3"}, False),
			({"birth_date": "1990-01-01", "disability_type": "Visual", "disability_grade": "2"}, True),
		],
	)
	def test_age_and_disability_decide_about_labour_capacity(self, person, able):
		result = assess(self.case(person=person), PARAMETERS, STANDARDS)
		assert ("tekun_labour" in [line.rule for line in result.lines if line.outcome is False]) is able

	@pytest.mark.parametrize(
		"supporter, able",
		[
			({}, True),
			({"benefits": ["Tekun"]}, False),
			({"benefits": ["Dibao"], "age": 60}, False),
			({"benefits": ["Dibao"], "age": 59}, True),
			({"age": 70, "property_ok": True, "income_monthly_per_capita": 900}, False),
			({"age": 70, "property_ok": True, "income_monthly_per_capita": 9000}, True),
			({"age": 70, "property_ok": False, "income_monthly_per_capita": 900}, True),
			({"age": 40, "disability_type": "Mental", "disability_grade": "3", "property_ok": True}, False),
			({"incapable": True, "property_ok": True}, False),
		],
	)
	def test_a_supporter_able_to_support_closes_the_way(self, supporter, able):
		result = assess(self.case(supporters=[{"name": "子", **supporter}]), PARAMETERS, STANDARDS)
		assert result.eligible is not able

	def test_the_old_age_allowance_does_not_count(self):
		rows = [{"member": "p", "kind": "Transfer", "item": "Old Age Allowance", "annual": 99999}]
		assert assess(self.case(income=rows), PARAMETERS, STANDARDS).eligible


@pytest.mark.parametrize(
	"unmet, grade",
	[(0, "Self-reliant"), (1, "Half Care"), (3, "Half Care"), (4, "Full Care"), (6, "Full Care")],
)
def test_the_number_of_unmet_indicators_gives_the_care_grade(unmet, grade):
	indicators = {item: position >= unmet for position, item in enumerate(terms.SELFCARE_ITEMS)}
	assert selfcare.care_grade(indicators) == grade


class TestRigid:
	def case(self, case, income=30000, medical=20000):
		case["income"][0]["annual"] = income
		return case | {
			"scheme": "Rigid",
			"expenses": [{"kind": "Medical", "annual": medical, "reimbursed": 0, "receipted": True}],
		}

	def test_heavy_costs_and_modest_income_qualify(self, case):
		assert run(self.case(case)).eligible

	def test_costs_below_the_share_do_not(self, case):
		assert not run(self.case(case, medical=17999)).eligible

	def test_a_household_that_qualifies_for_more_is_sent_there(self, case):
		result = run(self.case(case, income=12000, medical=12000))
		assert "rigid_not_in" in [line.rule for line in result.lines if line.outcome is False]

	def test_medical_costs_without_receipts_do_not_count(self, case):
		changed = self.case(case)
		changed["expenses"][0]["receipted"] = False
		assert not run(changed).eligible


def test_the_low_income_line_is_one_and_a_half_times_the_standard(case):
	case["income"][0]["annual"] = 705 * 3 * 12 - 1
	assert run(case, scheme="Edge").eligible
	case["income"][0]["annual"] = 705 * 3 * 12
	assert not run(case, scheme="Edge").eligible


@pytest.mark.parametrize("requested, eligible", [(470, True), (471, False), (0, False)])
def test_quick_relief_is_capped_at_one_month_of_the_standard(requested, eligible):
	case = {
		"scheme": "Temporary",
		"route": "Quick Relief",
		"area": "Rural",
		"division": "220422201203",
		"applied_on": "2026-09-24",
		"members": [{"name": "甲", "birth_date": "1980-01-01", "kinship": "02"}],
		"need": {"cause": "Accident", "requested": requested},
	}
	assert assess(case, PARAMETERS, STANDARDS).eligible is eligible


@given(st.integers(0, 10**7), st.integers(1, 12))
def test_shares_add_up_to_the_amount_and_differ_by_a_cent_at_most(cents, persons):
	amount = Decimal(cents) / 100
	shares = benefit.shares(amount, [str(n) for n in range(persons)])
	assert sum(shares.values()) == amount
	assert min(shares.values()) >= 0
	assert max(shares.values()) - min(shares.values()) <= Decimal("0.01")


@settings(max_examples=60)
@given(st.integers(0, 30000), st.integers(0, 5000))
def test_more_income_never_means_more_money(income, more):
	def amount(annual):
		return assess(
			{
				"scheme": "Dibao",
				"area": "Rural",
				"division": "220422201203",
				"applied_on": "2026-09-07",
				"members": [
					{"id": "a", "birth_date": "1970-01-01", "kinship": "02"},
					{"id": "b", "birth_date": "1971-01-01", "kinship": "12"},
				],
				"income": [{"member": "a", "kind": "Wage", "item": "Wages", "annual": annual}],
			},
			PARAMETERS,
			STANDARDS,
		).amount

	assert amount(income + more) <= amount(income)


class TestSnapshot:
	@pytest.mark.parametrize("scheme", ["Dibao", "Tekun", "Edge", "Rigid"])
	def test_a_snapshot_replays_to_the_same_result(self, case, scheme):
		case["members"][0]["in_need"] = True
		result = run(case, scheme=scheme)
		frozen = snapshot.freeze({**case, "scheme": scheme}, PARAMETERS, STANDARDS, result)
		import json

		assert snapshot.replay(json.dumps(frozen, ensure_ascii=False)).to_dict() == result.to_dict()

	def test_a_decision_of_an_earlier_version_of_the_rules_stays_as_it_was_frozen(self, case):
		result = run(case)
		frozen = snapshot.freeze(case, PARAMETERS, STANDARDS, result)
		frozen["rule_version"] = frozen["result"]["rule_version"] = "2026.07"
		frozen["result"]["amount"] = "740.00"
		replayed = snapshot.replay(frozen)
		assert (replayed.amount, replayed.rule_version) == (Decimal("740.00"), "2026.07")
		assert replayed.to_dict() == frozen["result"]

	def test_newer_figures_do_not_change_a_decision_that_was_frozen(self, case):
		result = run(case)
		frozen = snapshot.freeze(case, PARAMETERS, STANDARDS, result)
		assert snapshot.replay(frozen).amount == result.amount == Decimal("260.00")

	def test_a_later_parameter_does_not_change_an_earlier_case(self, case):
		newer = ParameterSet(
			[
				*PARAMETERS,
				Parameter("property_financial_months", Decimal(1), effective_from=date(2026, 10, 1)),
			]
		)
		case["property"] = [{"kind": "Deposit", "value": 3000}]
		assert assess(case, newer, STANDARDS).eligible
		assert not assess({**case, "accepted_on": "2026-10-09"}, newer, STANDARDS).eligible


class TestParameters:
	def test_a_rule_follows_the_law_of_the_day(self):
		of_the_day = [
			PARAMETERS.record("urgent_supplement_days", date(2026, month, 30)).source for month in (6, 7)
		]
		assert of_the_day == ["民发〔2018〕23号", "社会救助法"]

	def test_an_unknown_key_is_not_guessed(self):
		with pytest.raises(UnknownParameter):
			PARAMETERS.get("no_such_rule", ON)

	def test_a_date_without_a_record_is_not_guessed(self):
		with pytest.raises(NoParameterInForce):
			PARAMETERS.get("rigid_expense_ratio", date(2024, 12, 31))

	def test_no_key_has_two_records_in_force_on_a_day(self):
		records = list(PARAMETERS)
		for one in records:
			for other in records:
				if one is not other and (one.key, one.category, one.area) == (
					other.key,
					other.category,
					other.area,
				):
					assert not (one.in_force(other.effective_from)), one.key


@pytest.mark.parametrize(
	"change, says",
	[
		({"scheme": None}, "scheme"),
		({"scheme": "Nonsense"}, "scheme"),
		({"applied_on": "7.9.2026", "accepted_on": None}, "applied_on"),
		({"members": {}}, "members"),
		({"members": [5]}, r"members\[1\]"),
		({"members": [{"id_number": "110105194912310021"}]}, "校验码"),
		({"members": [{"birth_date": "2027-01-01"}]}, "晚于"),
		({"income": [{"annual": "many"}]}, r"income\[1\].annual"),
		({"income": [{"annual": -5}]}, "负数"),
		({"income": [{"item": "Lottery"}]}, r"income\[1\].item"),
		({"property": [{"kind": "Yacht"}]}, r"property\[1\].kind"),
	],
)
def test_input_that_cannot_be_read_is_refused_naming_the_field(case, change, says):
	with pytest.raises(CaseError, match=says):
		run(case, **change)


@pytest.mark.parametrize("scheme", [terms.DIBAO, terms.TEKUN, terms.EDGE, terms.RIGID])
def test_the_amount_does_not_depend_on_a_look_at_the_other_schemes(case, scheme):
	whole = run(case, scheme=scheme)
	alone = assess({**case, "scheme": scheme}, PARAMETERS, STANDARDS, others=False)
	assert whole.categories and not alone.categories
	assert replace(whole, categories={}) == alone


@pytest.mark.parametrize("scheme", terms.SCHEMES)
def test_a_case_checked_once_is_assessed_by_one_set_of_rules_after_another(case, scheme):
	case = {**case, "scheme": scheme}
	dearer = StandardSet(replace(record, amount=record.amount + 50) for record in STANDARDS.records)
	checked = check_case(case)
	for standards in (STANDARDS, dearer, STANDARDS):
		found = assess_checked(checked, PARAMETERS.fresh(), standards.fresh())
		assert found == assess(case, PARAMETERS, standards)


def test_a_new_standard_is_taken_out_as_if_it_had_not_been_issued():
	day = date(2027, 1, 1)
	old = STANDARDS.find(DIBAO_STANDARD, ON, "Rural", "220422100000")
	ended = replace(old, effective_to=date(2026, 12, 31))
	new = replace(old, amount=old.amount + 100, effective_from=day, effective_to=None)
	urban = replace(new, area="Urban")
	records = [ended, new, urban]
	assert StandardSet(records).find(DIBAO_STANDARD, day, "Rural", "220422100000") == new
	before = without(records, new)
	assert StandardSet(before).find(DIBAO_STANDARD, day, "Rural", "220422100000").amount == old.amount
	assert urban in before
