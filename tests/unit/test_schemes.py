"""The conditions of each scheme, by hand-computed cases."""

from decimal import Decimal

import pytest

from socaid_app.policy import terms
from socaid_app.policy.means import assess
from socaid_app.policy.parameters import Parameter, ParameterSet, load_parameters
from socaid_app.policy.standards import CARE, TEKUN_BASIC, Standard, derived, load_standards

PARAMETERS, STANDARDS = load_parameters(), load_standards()
ABLE = dict.fromkeys(terms.SELFCARE_ITEMS, True)


def run(case, parameters=PARAMETERS, **changes):
	return assess({**case, **changes}, parameters, STANDARDS)


def failing(result) -> list[str]:
	return [line.rule for line in result.lines if line.outcome is False]


def tekun_case(*others, **person) -> dict:
	first = {"id": "p", "name": "申请人", "birth_date": "1951-08-30", "kinship": "02", "in_need": True}
	return {
		"scheme": "Tekun",
		"area": "Rural",
		"division": "220422201203",
		"applied_on": "2026-09-07",
		"members": [first | person, *others],
	}


# --- a minor who comes of age ------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"born, schooling, in_support, stays",
	[
		("2008-09-07", "Senior High", True, True),  # 18 that day, at school: Law Art. 16
		("2007-01-01", "Secondary Vocational", True, True),
		("2006-01-01", "Compulsory Education", True, True),
		("2008-09-07", "Undergraduate", True, False),
		("2008-09-07", "Not in School", True, False),
		("2008-09-08", "Not in School", True, True),  # 17: until the 18th birthday (43号 Art. 24)
		("2010-09-07", "Not in School", True, True),
		("2010-09-07", "Senior High", False, False),  # 16 and new: 43号 Art. 5 asks for under 16
		("2008-09-07", "Senior High", False, False),
		("2010-09-08", "Senior High", False, True),
	],
)
def test_a_minor_in_support_stays_until_school_ends(born, schooling, in_support, stays):
	case = tekun_case(birth_date=born, schooling=schooling, benefits=["Tekun"] if in_support else [])
	assert run(case).eligible is stays


# --- one benefit at a time -------------------------------------------------------------------------------
def test_an_orphan_allowance_does_not_bar_the_familys_低保(case):
	case["members"][2]["benefits"] = ["Orphan"]
	assert run(case).amount == Decimal("260.00")


def test_a_child_that_chose_the_orphans_allowance_is_not_特困():
	case = tekun_case(birth_date="2015-01-01", benefits=["Orphan"])
	assert failing(run(case)) == ["orphan_or_tekun"]


def test_whoever_receives_低保_ends_it_before_特困():
	result = run(tekun_case(benefits=["Dibao"]))
	assert failing(result) == ["one_benefit"]
	assert "43号第9条" not in str([line.article for line in result.lines if line.rule == "one_benefit"])


# --- 低保边缘 ----------------------------------------------------------------------------------------------
def test_a_family_below_the_低保_standard_is_led_there(case):
	case["income"][0]["annual"] = 12000
	result = run(case, scheme="Edge")
	assert failing(result) == ["edge_not_dibao"]
	assert any("应申请低保" in line.text for line in result.lines)
	assert result.categories["Dibao"]["eligible"]
	assert [name for name, found in result.categories.items() if found["eligible"]] == ["Dibao"]


@pytest.mark.parametrize("annual", ["12000", "16920", "20000", "25379.99", "30000"])
def test_a_family_fits_one_of_低保_and_低保边缘_at_most(case, annual):
	case["income"][0]["annual"] = annual
	categories = run(case).categories
	assert categories["Dibao"]["eligible"] + categories["Edge"]["eligible"] <= 1


# --- 支出型临时救助 ----------------------------------------------------------------------------------------
def expenditure(case, **changes):
	return run(
		case,
		scheme="Temporary",
		route="Expenditure",
		need={"cause": "Illness", "requested": 1000},
		expenses=[{"kind": "Medical", "annual": 9000, "receipted": True}],
		**changes,
	)


def test_the_expenditure_type_looks_at_property(case):
	assert expenditure(case).amount == 1000
	rich = expenditure(case, property=[{"kind": "Vehicle"}, {"kind": "Deposit", "value": 900000}])
	assert (rich.amount, failing(rich)) == (0, ["property_financial", "property_Vehicle"])


def test_the_urgent_type_does_not(case):
	urgent = run(
		case,
		scheme="Temporary",
		need={"cause": "Accident", "requested": 1000},
		property=[{"kind": "Vehicle"}, {"kind": "Deposit", "value": 900000}],
	)
	assert urgent.amount == 1000


# --- maintenance -----------------------------------------------------------------------------------------
def old_man(**changes) -> dict:
	return tekun_case() | {"scheme": "Dibao"} | changes


def test_maintenance_of_somebody_who_does_not_count_neither_adds_nor_hides():
	nephew = {"id": "n", "name": "侄子", "birth_date": "1990-01-01", "kinship": "93"}
	case = old_man(supporters=[{"name": "长子", "pays_monthly": 100}])
	case["members"].append(nephew)
	case["income"] = [{"member": "n", "item": "Maintenance", "annual": 1200}]
	assert run(case).amount == Decimal("370.00")


@pytest.mark.parametrize(
	"declared, monthly, counted",
	[(1200, 100, 1200), (600, 100, 1200), (0, 100, 1200), (1200, 50, 1200), (1200, 0, 1200), (0, 0, 0)],
)
def test_maintenance_declared_and_paid_is_one_income(declared, monthly, counted):
	case = old_man(
		supporters=[{"name": "长子", "pays_monthly": monthly}],
		income=[{"member": "p", "item": "Maintenance", "annual": declared}],
	)
	assert run(case).annual_income == counted


# --- relatives who owe support ---------------------------------------------------------------------------
@pytest.mark.parametrize(
	"relative, blocks",
	[
		({"kinship": "21", "birth_date": "1985-01-01"}, True),
		({"kinship": "21", "birth_date": "1985-01-01", "residence": "Living Apart"}, True),
		({"kinship": "31", "birth_date": "1985-01-01"}, True),
		({"kinship": "12", "birth_date": "1975-01-01"}, True),
		({"kinship": "41", "birth_date": "2000-01-01"}, True),
		({"kinship": "21", "birth_date": "2012-01-01"}, False),
		({"kinship": "38", "birth_date": "1985-01-01"}, False),
		({"kinship": "93", "birth_date": "1985-01-01"}, False),
		({"kinship": "73", "birth_date": "1985-01-01"}, False),
		({"kinship": "21", "birth_date": "1985-01-01", "deceased_on": "2026-01-01"}, False),
		({"kinship": "21", "birth_date": "1985-01-01", "adopted_away_on": "2000-01-01"}, False),
		({"kinship": "21", "birth_date": "1985-01-01", "imprisoned_from": "2026-01-01"}, False),
		({"kinship": "21", "birth_date": "1985-01-01", "benefits": ["Tekun"]}, False),
		(
			{
				"kinship": "21",
				"birth_date": "1985-01-01",
				"disability_type": "Mental",
				"disability_grade": "3",
			},
			False,
		),
		({"kinship": "12", "birth_date": "1952-01-01"}, False),
	],
)
def test_an_able_relative_in_the_household_stands_in_the_way_undeclared(relative, blocks):
	result = run(tekun_case({"id": "r", "name": "亲属", **relative}))
	assert ("tekun_supporter_at_home" in failing(result)) is blocks


def test_a_relative_declared_as_supporter_is_judged_once():
	son = {"id": "s", "name": "长子", "birth_date": "1985-01-01", "kinship": "21"}
	able = {"id": "s", "name": "长子", "relation": "Child", "age": 41}
	unable = able | {"incapable": True, "property_ok": True}
	assert failing(run(tekun_case(son), supporters=[able])) == ["tekun_supporter"]
	assert run(tekun_case(son), supporters=[unable]).eligible


def test_the_head_owes_support_to_a_parent_in_the_household():
	case = tekun_case({"id": "h", "name": "户主", "birth_date": "1985-01-01", "kinship": "02"}, kinship="51")
	assert "tekun_supporter_at_home" in failing(run(case))


# --- care ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("selfcare", [None, {}, {"bathing": False}, ABLE | {"eating": None}])
def test_without_an_assessment_there_is_no_grade_and_no_care_payment(selfcare):
	result = run(tekun_case(), selfcare=selfcare)
	assert (result.eligible, result.amount, result.care_grade, result.care_amount) == (True, 611, "", 0)


def test_with_an_assessment_there_is():
	result = run(tekun_case(), selfcare=ABLE | {"bathing": False})
	assert (result.amount, result.care_grade, result.care_amount) == (967, "Half Care", 356)


# --- 刚性支出 ----------------------------------------------------------------------------------------------
def rigid(case, expenses, **changes):
	case["income"][0]["annual"] = 30000
	return run(case, scheme="Rigid", expenses=expenses, **changes)


def test_the_county_confirms_unless_townships_were_given_the_power():
	from socaid_app.policy.cases import check_case

	authorities = {
		scheme: check_case({"scheme": scheme, "applied_on": "2026-09-07"})["authority"]
		for scheme in terms.SCHEMES
	}
	assert [scheme for scheme, who in authorities.items() if who == "County"] == ["Rigid", "Other"]


@pytest.mark.parametrize(
	"paid_on, counts",
	[("2025-09-06", False), ("2025-09-07", True), ("2026-09-07", True), ("2026-09-08", False), (None, True)],
)
def test_only_the_twelve_months_before_the_application_count(case, paid_on, counts):
	bill = {"kind": "Medical", "annual": 20000, "receipted": True, "paid_on": paid_on}
	assert rigid(case, [bill]).eligible is counts


def test_rehabilitation_counts_by_receipt_as_medicine_does(case):
	bill = {"kind": "Disability Rehabilitation", "annual": 20000}
	assert not rigid(case, [bill]).eligible
	assert rigid(case, [bill | {"receipted": True}]).eligible


def test_before_2025_there_was_no_such_family(case):
	case |= {"applied_on": "2024-12-30", "accepted_on": "2024-12-31"}
	result = rigid(case, [{"kind": "Education", "annual": 20000}])
	assert failing(result) == ["rigid_in_force"]


# --- local figures ---------------------------------------------------------------------------------------
def test_a_flat_employment_cost_is_taken_once_for_each_earner(case):
	case["income"] = [
		{"member": "head", "item": "Wages", "annual": 6000},
		{"member": "head", "item": "Wages", "annual": 6000},
		{"member": "wife", "item": "Wages", "annual": 1000, "deduction": 100},
		{"member": "wife", "item": "Rent", "annual": 1000},
	]
	local = ParameterSet(
		[
			*(record for record in PARAMETERS if record.key != "employment_cost_deduct"),
			Parameter("employment_cost_deduct", 50),
		]
	)
	assert run(case).annual_income == 13900
	assert run(case, local).annual_income == 13000 - 600 - 600 + 1000


def test_特困_standards_follow_from_the_figures_of_the_year_before():
	from datetime import date

	basic = Standard(TEKUN_BASIC, "Rural", "220422000000", effective_from=date(2025, 1, 1))
	care = Standard(CARE, "", "220422000000", effective_from=date(2025, 1, 1))
	assert derived(basic, PARAMETERS, STANDARDS) == {"amount": 611}
	assert derived(care, PARAMETERS, STANDARDS) == {"care_full": 534, "care_half": 356, "care_self": 178}
	assert derived(Standard("Dibao", effective_from=date(2025, 1, 1)), PARAMETERS, STANDARDS) == {}
	assert derived(Standard(CARE, effective_from=date(2015, 1, 1)), PARAMETERS, STANDARDS) == {}
