"""Every "at least", "below" and "more than" of the library at its limit, against the words of its text."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from socaid_app.policy import (
	case_facts,
	case_findings,
	cycles,
	publicity,
	sampling,
	selfcare,
	tekun,
	terms,
)
from socaid_app.policy.household_figures import Household
from socaid_app.policy.means import assess
from socaid_app.policy.parameters import load_parameters
from socaid_app.policy.standards import load_standards

PARAMETERS, STANDARDS = load_parameters(), load_standards()
# Rural figures on the day: 低保 470, 低保边缘 705, disposable income 1,400 a month.
PEOPLE = [
	{"id": "a", "name": "甲", "birth_date": "1970-01-01", "kinship": "02"},
	{"id": "b", "name": "乙", "birth_date": "1971-01-01", "kinship": "12"},
	{"id": "c", "name": "丙", "birth_date": "1999-01-01", "kinship": "21"},
]


def case_of(scheme: str, annual="0", persons=3, **changes) -> dict:
	return {
		"scheme": scheme,
		"area": "Rural",
		"division": "220422201203",
		"applied_on": "2026-09-07",
		"accepted_on": "2026-09-08",
		"members": [dict(person) for person in PEOPLE[:persons]],
		"income": [{"member": "a", "item": "Farming", "annual": annual}],
		**changes,
	}


def failing(case: dict) -> list[str]:
	result = assess(case, PARAMETERS, STANDARDS)
	return [line.rule for line in result.lines if line.outcome is False]


def medical(amount) -> list[dict]:
	return [{"kind": "Medical", "annual": amount, "receipted": True}]


def need(requested) -> dict:
	return {"cause": "Illness", "requested": requested}


# rule, text, (case just inside, met), (case at the limit, met), (case just outside, met)
BOUNDARIES = [
	(
		"dibao_income",
		"家庭人均收入低于当地最低生活保障标准（社会救助法第18条）",
		(case_of("Dibao", "16919.99"), True),
		(case_of("Dibao", "16920"), False),
		(case_of("Dibao", "16920.01"), False),
	),
	(
		"edge_income",
		"家庭人均收入低于当地最低生活保障边缘家庭标准（社会救助法第21条）",
		(case_of("Edge", "25379.99"), True),
		(case_of("Edge", "25380"), False),
		(case_of("Edge", "25380.01"), False),
	),
	(
		"edge_not_dibao",
		"不符合最低生活保障条件（57号第8条）",
		(case_of("Edge", "16920.01"), True),
		(case_of("Edge", "16920"), True),
		(case_of("Edge", "16919.99"), False),
	),
	(
		"rigid_income",
		"家庭人均收入低于上年度当地居民人均可支配收入（社会救助法第22条）",
		(case_of("Rigid", "50399.99", expenses=medical(40000)), True),
		(case_of("Rigid", "50400", expenses=medical(40000)), False),
		(case_of("Rigid", "50400.01", expenses=medical(40000)), False),
	),
	(
		"rigid_ratio",
		"占家庭总收入比例超过规定比例（社会救助法第22条、民发〔2024〕57号第4条）",
		(case_of("Rigid", "30000", expenses=medical("18000.01")), True),
		(case_of("Rigid", "30000", expenses=medical("18000")), False),
		(case_of("Rigid", "30000", expenses=medical("17999.99")), False),
	),
	(
		"temp_income",
		"家庭人均可支配收入应低于当地上年度人均可支配收入（民发〔2018〕23号二（一））",
		(case_of("Temporary", "50399.99", route="Expenditure", need=need(100), expenses=medical(1)), True),
		(case_of("Temporary", "50400", route="Expenditure", need=need(100), expenses=medical(1)), False),
		(case_of("Temporary", "50400.01", route="Expenditure", need=need(100), expenses=medical(1)), False),
	),
	(
		"temp_expense",
		"生活必需支出突然增加（民发〔2018〕23号二（一））",
		(case_of("Temporary", route="Expenditure", need=need(100), expenses=medical("0.02")), True),
		(case_of("Temporary", route="Expenditure", need=need(100), expenses=medical("0.01")), True),
		(case_of("Temporary", route="Expenditure", need=need(100), expenses=medical("0")), False),
	),
	(
		"temp_cap",
		"乡镇审批额度上限（3个月低保标准）",
		(case_of("Temporary", need=need("4229.99")), True),
		(case_of("Temporary", need=need("4230")), True),
		(case_of("Temporary", need=need("4230.01")), False),
	),
	(
		"temp_cap_quick",
		"最高档不超过1个月低保标准（2026年临时救助意见二（一））",
		(case_of("Temporary", route="Quick Relief", need=need("1409.99")), True),
		(case_of("Temporary", route="Quick Relief", need=need("1410")), True),
		(case_of("Temporary", route="Quick Relief", need=need("1410.01")), False),
	),
	(
		"temp_same_cause",
		"同一事由每年一次",
		(case_of("Temporary", need=need(100)), True),
		(case_of("Temporary", need=need(100) | {"granted_this_year": 0}), True),
		(case_of("Temporary", need=need(100) | {"granted_this_year": 1}), False),
	),
	(
		"property_financial",
		"人均不超过18个月低保标准（吉政发〔2013〕18号）",
		(case_of("Dibao", property=[{"kind": "Deposit", "value": "25379.99"}]), True),
		(case_of("Dibao", property=[{"kind": "Deposit", "value": "25380"}]), True),
		(case_of("Dibao", property=[{"kind": "Deposit", "value": "25380.01"}]), False),
	),
	(
		"property_homes",
		"住房少于2套（吉政发〔2013〕18号）",
		(case_of("Dibao"), True),
		(case_of("Dibao", property=[{"kind": "Home"}]), True),
		(case_of("Dibao", property=[{"kind": "Home"}, {"kind": "Home"}]), False),
	),
]


@pytest.mark.parametrize("rule, text, inside, at, outside", BOUNDARIES, ids=[row[0] for row in BOUNDARIES])
def test_a_limit_is_met_and_missed_as_its_text_says(rule, text, inside, at, outside):
	assert [rule not in failing(case) for case, _met in (inside, at, outside)] == [
		met for _case, met in (inside, at, outside)
	], text


def person(**values) -> dict:
	return {"id": "p", "name": "申请人", "kinship": "02", "in_need": True, **values}


@pytest.mark.parametrize(
	"values, met",
	[
		({"birth_date": "1966-09-08"}, True),  # 60周岁以上, on the birthday
		({"birth_date": "1966-09-09"}, False),
		({"birth_date": "2010-09-09"}, True),  # 未满16周岁
		({"birth_date": "2010-09-08"}, False),
		*[
			(
				{"birth_date": "1980-01-01", "disability_type": kind, "disability_grade": str(grade)},
				grade <= last,
			)
			for kind, last in (
				("Intellectual", 3),
				("Mental", 3),
				("Physical", 2),
				("Visual", 1),
				("Hearing", 0),
			)
			for grade in (1, 2, 3, 4)
		],
	],
)
def test_labour_capacity_at_every_age_and_grade_of_43号_art_5(values, met):
	case = case_of("Tekun", members=[person(**values)], income=[])
	assert ("tekun_labour" not in failing(case)) is met


@pytest.mark.parametrize(
	"supporter, able",
	[
		({"age": 60, "benefits": ["Dibao"]}, False),  # 60周岁以上的最低生活保障对象
		({"age": 59, "benefits": ["Dibao"]}, True),
		({"age": 70, "property_ok": True, "income_monthly_per_capita": "1399.99"}, False),
		({"age": 70, "property_ok": True, "income_monthly_per_capita": "1400"}, True),  # 收入低于
		({"age": 69, "property_ok": True, "income_monthly_per_capita": "0"}, True),  # 70周岁以上
		({"age": 40, "property_ok": True, "disability_type": "Hearing", "disability_grade": "2"}, False),
		({"age": 40, "property_ok": True, "disability_type": "Hearing", "disability_grade": "3"}, True),
		({"age": 40, "property_ok": True, "disability_type": "Mental", "disability_grade": "3"}, False),
		({"age": 40, "property_ok": True, "disability_type": "Mental", "disability_grade": "4"}, True),
	],
)
def test_a_supporter_at_the_limits_of_43号_art_8(supporter, able):
	case = case_of("Tekun", members=[person(birth_date="1950-01-01")], income=[])
	household = Household(
		{**case, "supporters": [], "members": []}, terms.TEKUN, date(2026, 9, 8), PARAMETERS, STANDARDS
	)
	assert (tekun.incapable(supporter, household) == "") is able


@pytest.mark.parametrize(
	"unmet, grade", [*enumerate(["Self-reliant", *["Half Care"] * 3, *["Full Care"] * 3])]
)
def test_the_care_grade_at_every_number_of_unmet_indicators(unmet, grade):
	assert selfcare.care_grade({item: n >= unmet for n, item in enumerate(terms.SELFCARE_ITEMS)}) == grade


@pytest.mark.parametrize(
	"per_capita, share",
	[("141", 1), ("141.01", "0.7"), ("282", "0.7"), ("282.01", "0.4"), ("469.99", "0.4"), ("470", 0)],
)
def test_a_band_reaches_up_to_its_share_of_the_standard(per_capita, share):
	annual = Decimal(per_capita) * 12
	result = assess(case_of("Dibao", str(annual), persons=1, calculation_mode="Band"), PARAMETERS, STANDARDS)
	assert result.amount == 470 * Decimal(share)


def test_the_county_draws_at_least_three_tenths():
	percent = sampling.county_percent(terms.TEKUN, date(2026, 9, 8), PARAMETERS)
	drawn = {
		size: len(sampling.draw({str(n): "" for n in range(size)}, percent, 0, 1).names)
		for size in (3, 10, 11)
	}
	assert drawn == {3: 1, 10: 3, 11: 4}
	assert percent == sampling.county_percent(terms.DIBAO, date(2026, 9, 8), PARAMETERS) == 30


def test_a_service_cycle_as_long_as_the_law_allows_is_allowed():
	allowed = cycles.limit(terms.TEKUN, "", cycles.STATUTORY_REVIEW, PARAMETERS, date(2026, 9, 8))
	cycles.check_interval("特困复核", allowed.months, allowed)
	with pytest.raises(ValueError):
		cycles.check_interval("特困复核", allowed.months + 1, allowed)


@pytest.mark.parametrize("days, valid", [(-1, True), (0, True), (1, False)])
def test_a_consent_and_a_report_hold_up_to_their_last_day(days, valid):
	last = date(2026, 9, 8)
	facts = case_facts.Facts(
		last + timedelta(days=days),
		asked=(case_facts.Person("甲", date(2026, 1, 1), last),),
		check_report_on=date(2026, 1, 1),
		check_report_until=last,
	)
	assert (not case_findings.consents(facts), not case_findings.checked(facts)) == (valid, valid)


@pytest.mark.parametrize(
	"investigators, enough", [((), False), (("a",), False), (("a", "a"), False), (("a", "b"), True)]
)
def test_an_investigation_takes_two_different_persons(investigators, enough):
	visit = case_facts.Investigation(date(2026, 9, 8), investigators, len(investigators), True)
	found = [
		breach.rule
		for breach in case_findings.investigated(case_facts.Facts(date(2026, 9, 8), investigation=visit))
	]
	assert ("investigation_two" not in found) is enough


@pytest.mark.parametrize("born, minor", [("2008-09-08", False), ("2008-09-09", True)])
def test_under_eighteen_ends_on_the_eighteenth_birthday(born, minor):
	assert publicity.is_minor(date.fromisoformat(born), date(2026, 9, 8)) is minor


# --- exact comparison ------------------------------------------------------------------------------------
def test_income_a_fraction_of_a_cent_below_the_standard_is_below_it():
	result = assess(case_of("Dibao", "16919.90"), PARAMETERS, STANDARDS)
	assert (result.eligible, result.amount, result.monthly_per_capita) == (
		True,
		Decimal("0.01"),
		Decimal("470.00"),
	)
	assert any("469.997元，低于低保标准470.00元" in line.text for line in result.lines)


@pytest.mark.parametrize("scheme, limit", [("Dibao", 470), ("Edge", 705)])
@settings(max_examples=80)
@given(cents=st.integers(-500, 500), persons=st.integers(1, 3))
@example(cents=-1, persons=3)
@example(cents=0, persons=3)
@example(cents=1, persons=3)
def test_the_income_test_never_depends_on_rounding(scheme, limit, cents, persons):
	annual = Decimal(limit * 12 * persons) + Decimal(cents) / 100
	rule = {"Dibao": "dibao_income", "Edge": "edge_income"}[scheme]
	assert (rule not in failing(case_of(scheme, str(annual), persons))) is (cents < 0)


@pytest.mark.parametrize("standard_share, met", [("0.6", False), ("0.60000001", True)])
def test_the_share_of_rigid_expenditure_is_not_rounded(standard_share, met):
	costs = Decimal("30000.01") * Decimal(standard_share)
	case = case_of("Rigid", "30000.01", expenses=medical(str(costs)))
	assert ("rigid_ratio" not in failing(case)) is met
