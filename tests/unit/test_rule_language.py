"""The language of rules: SQL, Python and the sentence say the same; errors point at their place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socaid_app.comparison import rule_constants
from socaid_app.comparison.data_sources import load_sources
from socaid_app.comparison.fields import Field
from socaid_app.comparison.finding_rules import load_rules, vocabulary
from socaid_app.comparison.kinds import CODE, DATE, MONEY, NUMBER, TEXT, TRUTH
from socaid_app.comparison.language.evaluate import Facts, evaluate
from socaid_app.comparison.language.parser import ExpressionError, parse
from socaid_app.comparison.language.sentence import rule_sentence
from socaid_app.comparison.language.tree import HOUSEHOLD, PERSON, ROW, Constant
from socaid_app.comparison.language.words import Vocabulary, parameter_words
from socaid_app.comparison.roster import load_layout
from socaid_app.policy.parameters import load_parameters
from socaid_app.policy.standards import load_standards
from tests.rule_worlds import DAY, World

CODES = {"codes": {"a": "a", "甲": "a", "b": "b", "乙": "b"}, "meanings": {"a": "甲", "b": "乙"}}
ROW_FIELDS = (
	Field("price", "价格", MONEY),
	Field("size", "面积", NUMBER),
	Field("since", "登记日", DATE),
	Field("kind", "种类", CODE, **CODES),
	Field("owner", "所有人", TEXT),
	Field("shared", "共有", TRUTH),
)
PERSON_FIELDS = (
	Field("wage", "申报工资", MONEY),
	Field("born_on", "出生日期", DATE),
	Field("paid", "在保", TRUTH),
)
HOUSEHOLD_FIELDS = (Field("members", "人口", NUMBER), Field("area", "城乡", CODE, **CODES))
PARAMETERS = {"months": (NUMBER, "月数"), "cap": (MONEY, "上限（元）"), "allowed": (TRUTH, "允许")}


def by_name(fields) -> dict[str, Field]:
	return {one.name: one for one in fields}


def words(unit: str) -> Vocabulary:
	return Vocabulary(
		unit, by_name(ROW_FIELDS), by_name(PERSON_FIELDS), by_name(HOUSEHOLD_FIELDS), PARAMETERS
	)


@pytest.fixture(scope="module")
def world():
	constants = [Constant(kind, "parameter", key) for key, (kind, _label) in PARAMETERS.items()]
	constants.append(Constant(MONEY, "standard", "Dibao"))
	constants = dict(zip(constants, (Decimal(18), Decimal(1), True, Decimal(470)), strict=True))
	return World(PERSON_FIELDS, HOUSEHOLD_FIELDS, 1, 120).fill(ROW_FIELDS, constants)


# --- conditions of every form, written as an author might -----------------------------------------------------
def conditions(unit: str):
	"""Texts of the language, so that the parser is part of what is tested."""
	money_names = {ROW: ["price", "person.wage"], PERSON: ["person.wage"], HOUSEHOLD: []}[unit]
	number_names = ["household.members"] + (["size"] if unit == ROW else [])
	date_names = {ROW: ["since", "person.born_on"], PERSON: ["person.born_on"], HOUSEHOLD: []}[unit]
	code_names = ["household.area"] + (["kind"] if unit == ROW else [])
	truth_names = {ROW: ["shared", "person.paid"], PERSON: ["person.paid"], HOUSEHOLD: []}[unit]
	text_names = ["owner"] if unit == ROW else []

	def quantities(inside: bool, kind: str):
		money = kind == MONEY
		names = (
			(["price", "person.wage"] if money else ["size", "household.members"])
			if inside
			else money_names
			if money
			else number_names
		)
		leaves = [
			st.sampled_from(["0元", "0.0001元", "1.5万元", "470元"] if money else ["0", "3", "0.3333", "12"])
		]
		leaves.append(
			st.sampled_from(['parameter("cap")', 'standard("Dibao")'] if money else ['parameter("months")'])
		)
		if names:
			leaves += [st.sampled_from(names)] * 2
		days = dates(inside)
		if not money:
			leaves.append(
				st.tuples(st.sampled_from(("age", "months", "days")), days, days).map(
					lambda t: f"{t[0]}({t[1]}, {t[2]})"
				)
			)
		if unit != ROW and not inside:
			of = quantities(True, kind)
			where = st.one_of(st.just(""), truths(True, 1).map(lambda one: f" where {one}"))
			leaves.append(
				st.tuples(st.sampled_from(("sum", "largest", "smallest")), of, where).map(
					lambda t: f"{t[0]}({t[1]}{t[2]})"
				)
			)
			if not money:
				leaves.append(where.map(lambda one: f"count({one.strip()})"))
				leaves.append(
					st.tuples(st.sampled_from(("owner", "kind", "since", "price")), where).map(
						lambda t: f"distinct({t[0]}{t[1]})"
					)
				)
		leaf = st.one_of(leaves)
		sums = st.tuples(leaf, st.sampled_from("+-"), leaf).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
		numbers = (
			leaf
			if not money
			else st.sampled_from(
				[
					"2",
					"0",
					"0.5",
					'parameter("months")',
					"household.members" if not inside or unit != HOUSEHOLD else "size",
				]
			)
		)
		products = st.tuples(leaf, st.sampled_from("*/"), numbers).map(lambda t: f"{t[0]} {t[1]} {t[2]}")
		return st.one_of(leaf, leaf, sums, products, leaf.map(lambda one: f"-{one}"))

	def dates(inside: bool):
		names = ["since", "person.born_on"] if inside else date_names
		return st.sampled_from([*names, "day", "2026-10-31", "2008年11月1日"])

	def truths(inside: bool, depth: int):
		signs = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
		codes = ["kind", "household.area"] if inside else code_names
		leaves = [
			st.tuples(
				st.sampled_from(codes),
				st.sampled_from(("=", "!=", "是", "不是")),
				st.sampled_from(('"a"', "「乙」")),
			).map(" ".join)
		]
		leaves.append(
			st.tuples(st.sampled_from(codes), st.sampled_from(("in", "not in", "属于", "不属于"))).map(
				lambda t: f'{t[0]} {t[1]} ("a", 「乙」)'
			)
		)
		truth = ["shared", "person.paid"] if inside else truth_names
		leaves.append(
			st.sampled_from(
				[
					*truth,
					'parameter("allowed")',
					'receives("Dibao")',
					"享受「特困」",
					*(f"{one} = false" for one in truth),
				]
			)
		)
		if text_names or inside:
			leaves.append(
				st.sampled_from(
					['contains(owner, "%")', 'owner = "it\'s"', 'owner != ""', "包含（“所有人”，「辽」）"]
				)
			)
		days = dates(inside)
		leaves.append(st.tuples(days, signs, days).map(" ".join))
		leaves.append(st.tuples(days, days, days).map(lambda t: f"{t[0]} between {t[1]} and {t[2]}"))
		missing = [*codes, *truth, *(["since"] if inside else date_names)]
		leaves.append(
			st.tuples(
				st.sampled_from(missing), st.sampled_from(("is missing", "is not missing", "未填", "已填"))
			).map(" ".join)
		)
		for kind in (MONEY, NUMBER):
			amounts = quantities(inside, kind)
			leaves.append(st.tuples(amounts, signs, amounts).map(" ".join))
			leaves.append(
				st.tuples(amounts, st.sampled_from(("between", "not between")), amounts, amounts).map(
					lambda t: f"{t[0]} {t[1]} {t[2]} and {t[3]}"
				)
			)
			leaves.append(
				st.tuples(amounts, st.just("0元" if kind == MONEY else "3")).map(
					lambda t: f"{t[0]} in ({t[1]})"
				)
			)
		if unit != ROW and not inside:
			leaves.append(truths(True, 1).map(lambda one: f"any({one})"))
		found = st.one_of(leaves)
		for _ in range(depth):
			inner = found
			found = st.one_of(
				inner,
				st.tuples(inner, st.sampled_from((" and ", " or ", " 并且 ", "，或者")), inner)
				.map("".join)
				.map(lambda one: f"({one})"),
				inner.map(lambda one: f"not ({one})"),
				st.lists(inner, min_size=2, max_size=3).map(" and ".join).map(lambda one: f"({one})"),
			)
		return found

	return truths(False, 2)


@pytest.mark.parametrize("unit", [ROW, PERSON, HOUSEHOLD])
def test_sql_python_and_the_sentence_agree_on_random_conditions(world, unit):
	@settings(max_examples=40, deadline=None)
	@given(conditions(unit))
	def holds(text):
		node = parse(text, words(unit))
		assert parse(rule_sentence(node), words(unit)) == node, rule_sentence(node)
		assert world.by_sql(node, unit) == world.by_python(node, unit), rule_sentence(node)

	holds()


# --- the shipped rules ----------------------------------------------------------------------------------------
LAYOUT, SOURCES = load_layout(), load_sources()
RULES = load_rules(SOURCES, LAYOUT, parameter_words(load_parameters()))
HOUSEHOLDS = 10_000


@pytest.fixture(scope="module")
def county():
	"""Most live alone, so that ten thousand households are not many more persons."""
	return World(
		LAYOUT.person_words.values(), LAYOUT.household_words.values(), 2, HOUSEHOLDS, members=(1,) * 9 + (2,)
	)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_shipped_rule_hits_the_same_in_sql_and_python_on_ten_thousand_households(rule, county):
	source = SOURCES.get(rule.source)
	place = (load_parameters(), load_standards(), DAY, "Rural", "220422100001")
	constants = {each: rule_constants.constant(each, *place)[0] for each in rule.constants}
	county.fill(source.fields if source else (), constants, rows=(0, 1, 1, 1, 2))
	by_sql = county.by_sql(rule.tree, rule.unit)
	assert by_sql == county.by_python(rule.tree, rule.unit)
	assert True in by_sql.values(), "a county in which nobody is hit proves nothing"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_the_sentence_of_a_shipped_rule_is_read_back_as_the_rule(rule):
	known = vocabulary(rule.unit, SOURCES.get(rule.source), LAYOUT, parameter_words(load_parameters()))
	assert parse(rule.sentence, known) == rule.tree


def test_the_sentence_is_chinese_a_clerk_reads():
	said = {rule.key: rule.sentence for rule in RULES}
	assert said["dead_but_paid"] == "“死亡日期”不晚于数据日，并且本人的“在保”成立"
	assert said["company_owner"].startswith(
		"“登记状态”是「存续」，并且“身份”属于（「经营者」、「法定代表人」、「股东」）"
	)


# --- what is missing is unknown -------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"text, price, answer",
	[
		("price > 5元", None, None),
		("not price > 5元", None, None),
		("price > 5元 or true", None, True),
		("price > 5元 and false", None, False),
		("price is missing", None, True),
		("price in (5元)", None, None),
		("price / 0 > 5元", Decimal(9), None),
		("price / 3 = 3.3333元", Decimal(10), True),
		("-price / 3 = -3.3333元", Decimal(10), True),
		("price * 0.5 = 0.0001元", Decimal("0.0001"), True),
	],
)
def test_missing_is_unknown_and_division_is_exact_to_four_places(text, price, answer):
	assert evaluate(parse(text, words(ROW)), Facts(DAY, row={"price": price})) is answer


# --- errors ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"text, place, says",
	[
		("", "第1字", "空的"),
		("price > 5", "第7字", "请写明“元”"),
		("prise > 5元", "第1字", "没有字段“prise”。可用：价格"),
		('kind = "丙"', "第6字", "没有取值「丙」，可用：甲、乙"),
		('kind > "a"', "第6字", "不能比较大小"),
		("price + since > 5元", "第7字", "不能这样计算"),
		("since - since > 5", "第7字", "天数"),
		("price > 5元 price", "第12字", "多出了内容"),
		("(price > 5元", "第12字", "）"),
		("price >", "第8字", "没有写完"),
		("price", "第1字", "应为一个条件"),
		("owner = 'x'", "第9字", "不认识"),
		("“价格”高于5元，并且“价格", "第12字", "引号没有配对"),
		("since > 2026-02-30", "第9字", "不存在"),
		('parameter("nothing") > 5', "第11字", "没有可用于计算的政策参数"),
		('receives("x")', "第10字", "没有救助类别「x」"),
		("count() > 1", "第1字", "逐条记录的规则"),
		("price > 1000000000000元", "第9字", "小于一万亿"),
		("price * size * size > 1元", "第14字", "过大"),
		("(" * 40 + "shared" + ")" * 40, "第31字", "嵌套"),
		("shared = paid", "第10字", "没有字段"),
		("price >\n 5", "第1行第7字", "请写明“元”"),
	],
)
def test_an_error_points_to_its_place_in_chinese(text, place, says):
	with pytest.raises(ExpressionError) as caught:
		parse(text, words(ROW))
	assert str(caught.value).startswith(place), caught.value
	assert says in str(caught.value)


@pytest.mark.parametrize(
	"text, says",
	[
		("price > 5元", "每条记录各有一个"),
		("person.paid", "每人各有一个"),
		("sum(sum(price)) > 5元", "不能套在一起"),
		("sum(owner) > 5元", "应为数字、金额"),
		("any(price) ", "应为一个条件"),
	],
)
def test_a_rule_of_households_speaks_of_rows_only_in_aggregates(text, says):
	with pytest.raises(ExpressionError, match=says):
		parse(text, words(HOUSEHOLD))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet='“”「」（）price>5元and是不 .\n"', max_size=60))
def test_whatever_is_typed_is_a_condition_or_an_error_with_a_place(text):
	try:
		parse(text, words(ROW))
	except ExpressionError as error:
		assert 0 <= error.position <= len(text)
