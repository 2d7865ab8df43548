"""What cannot be read of a case is said with its path; nothing is guessed and nothing ends in a traceback."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socaid_app.policy import cases, reading, terms
from socaid_app.policy.cases import CaseError, check_case, unused_fields
from socaid_app.policy.explain import explain
from socaid_app.policy.parameters import ParameterError, load_parameters
from socaid_app.policy.standards import NoStandardInForce, load_standards
from socaid_app.policy.workdays import WorkCalendar

PARAMETERS, STANDARDS, CALENDAR = load_parameters(), load_standards(), WorkCalendar.shipped()


def refused(case, *says):
	with pytest.raises(CaseError) as error:
		check_case(case)
	for part in says:
		assert part in str(error.value)
	assert str(error.value).endswith("。")


@pytest.mark.parametrize(
	"path, value, says",
	[
		("category", 5, "不是文字"),
		("scheme", ["Dibao"], "无效"),
		("division", 220422201203, "不是文字"),
		("single_application", "Nonsense", "无效"),
		("applied_on", "2026-09-08banana", "不是日期"),
		("applied_on", "20260908", "不是日期"),
		("applied_on", "2026-W36-2", "不是日期"),
		("applied_on", "2026-02-30", "不是日期"),
		("applied_on", 20260908, "不是日期"),
		("applied_on", "9999-12-31", "2100年"),
		("applied_on", "0001-01-01", "1850年"),
		("applied_on", "２０２６-０９-０８", "不是日期"),
		("extended", "false", "true 或 false"),
		("events", [], "应是一个对象"),
		("events", {"acepted_on": "2026-09-08"}, "events.acepted_on"),
		("events", {"decided_on": "soon"}, "events.decided_on"),
		("selfcare", {"eating": "false"}, "selfcare.eating"),
		("selfcare", {"eating": 1}, "selfcare.eating"),
		("selfcare", {"eat": True}, "selfcare.eat"),
		("need", {"requested": "NaN"}, "need.requested"),
		("need", {"requested": Decimal("Infinity")}, "不是有限的数"),
		("need", {"requested": float("nan")}, "不是有限的数"),
		("need", {"granted_this_year": -1}, "need.granted_this_year"),
		("need", {"cause": 5}, "need.cause"),
		("need", "Illness", "应是一个对象"),
		("members", "甲", "应是一个列表"),
		("members", [None], "members[1]"),
	],
)
def test_a_wrong_value_is_named(case, path, value, says):
	refused(case | {path: value}, path, says)


@pytest.mark.parametrize(
	"table, field, value, says",
	[
		("members", "name", 5, "不是文字"),
		("members", "name", {"a": 1}, "不是文字"),
		("members", "name", "李\ud800", "代理字符"),
		("members", "id", 1, "不是文字"),
		("members", "kinship", 2, "家庭关系代码"),
		("members", "kinship", "98", "家庭关系代码"),
		("members", "independent", "false", "true 或 false"),
		("members", "in_need", 1, "true 或 false"),
		("members", "residence", "Moon", "无效"),
		("members", "benefits", "Dibao", "应是一个列表"),
		("members", "benefits", ["Lottery"], "benefits[1]"),
		("members", "benefits", [["Dibao"]], "benefits[1]"),
		("members", "disability_grade", 5, "无效"),
		("members", "disability_grade", True, "无效"),
		("members", "birth_date", "1970-01-01T00:00", "不是日期"),
		("members", "deceased_on", "yesterday", "不是日期"),
		("members", "deceased_on", "1950-01-01", "早于出生日期"),
		("members", "id_number", 220422196603120012, "不是文字"),
		("supporters", "age", "70", "不是整数"),
		("supporters", "age", 7.5, "不是整数"),
		("supporters", "age", 900, "150"),
		("supporters", "property_ok", "yes", "true 或 false"),
		("supporters", "pays_monthly", -1, "不能为负数"),
		("income", "annual", "many", "不是金额"),
		("income", "annual", "1_000", "不是金额"),
		("income", "annual", "１００", "不是金额"),
		("income", "annual", True, "不是金额"),
		("income", "annual", [1], "不是金额"),
		("income", "annual", -5, "不能为负数"),
		("income", "annual", "-0.01", "不能为负数"),
		("income", "annual", float("inf"), "不是有限的数"),
		("income", "annual", 1e30, "过大"),
		("income", "annual", 10**4000, "过大"),
		("income", "annual", Decimal("1e999999"), "过大"),
		("income", "member", "nobody", "不是家庭成员的id"),
		("income", "member", None, "未填"),
		("income", "item", "Lottery", "无效"),
		("property", "member", "nobody", "不是家庭成员的id"),
		("property", "exempt", "no", "true 或 false"),
		("property", "kind", ["Home"], "无效"),
		("expenses", "receipted", "false", "true 或 false"),
		("expenses", "paid_on", "2026-9-8", "不是日期"),
	],
)
def test_a_wrong_value_in_a_row_is_named_with_its_row(case, table, field, value, says):
	rows = {"members": case["members"], "income": case["income"]}.get(table) or [{}]
	wrong = [dict(row) for row in rows]
	wrong[0][field] = value
	refused(case | {table: wrong}, f"{table}[1].{field}", says)


class TestTwice:
	def test_the_same_id(self, case):
		case["members"][1]["id"] = "head"
		refused(case, "members[2].id", "members[1]")

	def test_the_same_name_without_an_id(self, case):
		case["members"] = [{"name": "王芳", "kinship": "02"}, {"name": "王芳", "kinship": "12"}]
		case["income"] = []
		refused(case, "members[2].id", "请改用不同的id")

	@pytest.mark.parametrize("second", ["11010519491231002X", "11010519491231002x", "110105 19491231 002X"])
	def test_the_same_id_number_however_it_is_written(self, case, second):
		for member, number in zip(case["members"], ["11010519491231002X", second], strict=False):
			del member["birth_date"]
			member["id_number"] = number
		refused(case, "members[2].id_number", "members[1]")

	def test_masked_numbers_are_not_compared(self, case):
		for member in case["members"]:
			member["id_number"] = "22*************123"
		check_case(case)


def test_a_date_of_birth_that_contradicts_the_number_is_refused(case):
	case["members"][0] |= {"id_number": "11010519491231002X"}
	refused(case, "members[1].birth_date", "不一致")
	case["members"][0]["birth_date"] = "1949-12-31"
	assert check_case(case)["members"][0]["birth_date"] == date(1949, 12, 31)


def test_acceptance_before_application_is_refused(case):
	refused(case | {"accepted_on": "2026-09-06"}, "accepted_on", "早于申请日期")


def test_a_period_that_ends_before_it_begins_is_refused(case):
	case["members"][0] |= {"imprisoned_from": "2026-05-01", "imprisoned_to": "2026-04-01"}
	refused(case, "members[1].imprisoned_to")


def test_numbers_as_text_dates_as_dates_and_empty_values_are_fine(case):
	case["income"][0] |= {"annual": "13800.50", "deduction": ""}
	case["members"][0] |= {"disability_grade": 2, "disability_type": None, "health": ""}
	checked = check_case(case | {"accepted_on": datetime(2026, 9, 8, 12, 0), "events": None})
	assert checked["income"][0]["annual"] == Decimal("13800.50")
	assert checked["members"][0]["disability_grade"] == "2"
	assert (checked["accepted_on"], checked["events"]) == (date(2026, 9, 8), {})


def test_checking_twice_changes_nothing(case):
	once = check_case(case)
	assert check_case(once) == once


def test_names_that_no_rule_reads_are_shown(case):
	case |= {"comment": "x", "expenses": [{"kind": "Living", "amount": 5}], "need": {"reason": "y"}}
	case["members"][0]["brith_date"] = "1970-01-01"
	assert unused_fields(case) == ["comment", "members[1].brith_date", "expenses[1].amount", "need.reason"]
	text = explain(case, PARAMETERS, STANDARDS, CALENDAR)[2]
	assert "members[1].brith_date" in text.splitlines()[-1]


def test_an_integer_that_python_would_not_print_is_refused_too(case):
	case["income"][0]["annual"] = 10**5000
	refused(case, "income[1].annual", "过大")


# --- whatever comes --------------------------------------------------------------------------------------
JSON = st.recursive(
	st.none()
	| st.booleans()
	| st.integers()
	| st.floats()
	| st.text(st.characters(), max_size=8)
	| st.sampled_from(["2026-09-08", "9999-12-31", "Dibao", "head", "02", "\ud800"]),
	lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
	max_leaves=8,
)
FIELDS = [(key, None) for key in (*cases.CASE, *cases.ROWS, *cases.MAPPINGS)]
FIELDS += [(table, field) for table, readers in cases.ROWS.items() for field in readers]
FIELDS += [(table, field) for table, readers in cases.MAPPINGS.items() for field in readers]


def valid() -> dict:
	return {
		"scheme": "Tekun",
		"area": "Rural",
		"division": "220422201203",
		"applied_on": "2026-09-07",
		"members": [
			{"id": "head", "name": "户主", "birth_date": "1950-01-01", "kinship": "02", "in_need": True}
		],
		"supporters": [{"name": "长子", "age": 40}],
		"income": [{"member": "head", "item": "Wages", "annual": 1000}],
		"property": [{"kind": "Deposit", "value": 5}],
		"expenses": [{"kind": "Living", "annual": 5}],
		"need": {"cause": "Illness", "requested": 100},
	}


@settings(max_examples=300, deadline=None)
@given(
	st.lists(st.tuples(st.sampled_from(FIELDS), JSON), min_size=1, max_size=3), st.sampled_from(terms.SCHEMES)
)
def test_explaining_never_raises_anything_but_a_sentence(changes, scheme):
	case = valid() | {"scheme": scheme}
	for (key, field), value in changes:
		if field is None:
			case[key] = value
		elif isinstance(case.get(key), list) and case[key] and isinstance(case[key][0], dict):
			case[key][0][field] = value
		else:
			case[key] = {field: value} if key in cases.MAPPINGS else [{field: value}]
	try:
		_assessment, _deadlines, text = explain(case, PARAMETERS, STANDARDS, CALENDAR)
	except (CaseError, ParameterError, NoStandardInForce) as error:
		str(error).encode("utf-8")
	else:
		text.encode("utf-8")
		json.dumps(_assessment.to_dict(), ensure_ascii=False).encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_anything_at_all_is_a_case_or_refused(value):
	try:
		explain(value, PARAMETERS, STANDARDS, CALENDAR)
	except CaseError as error:
		str(error).encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.dates(reading.EARLIEST, reading.LATEST), st.sampled_from(terms.SCHEMES))
def test_every_day_that_can_be_entered_is_answered(day, scheme):
	case = valid() | {"scheme": scheme, "applied_on": str(day), "members": [], "income": []}
	case["events"] = dict.fromkeys(cases.EVENTS, str(day))
	try:
		explain(case, PARAMETERS, STANDARDS, CALENDAR)
	except (ParameterError, NoStandardInForce) as error:
		assert "没有" in str(error)
