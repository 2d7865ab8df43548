"""What a list may be asked for, and that nothing else is."""

import os
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socaid_app.permissions import grammar
from socaid_app.permissions.grammar import Column, NotInGrammar

GOOD_FIELDS = {
	"name": ([Column(None, "name")], None),
	"`name`": ([Column(None, "name")], None),
	"*": ([Column(None, "*")], None),
	"`tabRecipient`.`name`": ([Column("tabRecipient", "name")], None),
	"`tabRecipient Household`.head_name": ([Column("tabRecipient Household", "head_name")], None),
	"household.head_name": ([Column("household", "head_name")], None),
	"household.head_name as head": ([Column("household", "head_name")], "head"),
	"count(*)": ([Column(None, "*")], None),
	"COUNT(1) as count": ([], "count"),
	"count(distinct `tabRecipient`.name) as total_count": ([Column("tabRecipient", "name")], "total_count"),
	"SUM(amount) AS `_aggregate_column`": ([Column(None, "amount")], "_aggregate_column"),
	"`tabHome Visit`.`name` as 'Home Visit:name'": ([Column("tabHome Visit", "name")], "Home Visit:name"),
	"unix_timestamp(creation)": ([Column(None, "creation")], None),
	"ifnull(planned_on, '0001-01-01 00:00:00')": ([Column(None, "planned_on")], None),
	"(1 / nullif(locate('张', `tabRecipient`.`name`), 0)) as `_relevance`": (
		[Column("tabRecipient", "name")],
		"_relevance",
	),
}
HOSTILE_FIELDS = (
	"max((select id_number from `tabRecipient Identity` limit 1))",
	"(select 1)",
	"name, (select 1)",
	"name as x from tabUser",
	"name--",
	"name/**/",
	"name;",
	"`name` union select 1",
	"if(1=1,name,0)",
	"sleep(1)",
	"count(*) as x, name",
	"`tabUser`.`name`` or 1`",
	"`a`b`",
	"`name\\`",
	"@@version",
	"user()",
	"0x41",
	"name collate utf8mb4_bin",
	"sum(amount) over ()",
	"count(distinct name, owner)",
	"ifnull(name, (select 1))",
	"ifnull(name, name)",
	"(1 / nullif(locate('a', (select 1)), 0))",
	"(1 / nullif(locate('a', name), (select 1)))",
	"name as (select 1)",
	"name as `a`b`",
	"date_format(creation, '%Y')",
	"group_concat(name)",
	"name\x00",
	"ｎame",
	"",
	" ",
)


@pytest.mark.parametrize("text", GOOD_FIELDS)
def test_the_fields_of_real_lists_are_read(text):
	columns, alias = GOOD_FIELDS[text]
	assert grammar.parse_field(text) == (tuple(columns), alias)


@pytest.mark.parametrize("text", HOSTILE_FIELDS)
def test_whatever_is_no_field_is_refused(text):
	with pytest.raises(NotInGrammar):
		grammar.parse_field(text)


@pytest.mark.parametrize(
	"text",
	[
		"modified desc",
		"`tabRecipient`.`modified` DESC, name asc",
		"count desc",
		"`tabRecipient`.idx desc, `tabRecipient`.docstatus asc",
		"ifnull(_relevance, -9999) desc, `tabRecipient`.idx desc",
		"sum(amount) desc",
	],
)
def test_the_orders_of_real_lists_are_read(text):
	assert grammar.parse_order(text)


@pytest.mark.parametrize(
	"text",
	[
		"name desc, (select 1)",
		"sleep(1)",
		"1",
		"'a'",
		"name desc desc",
		"name limit 1",
		"name,",
		",name",
		"name asc into outfile 'x'",
		"case when 1 then name end",
		"rand()",
		"field(name, 'a')",
		"name procedure analyse()",
	],
)
def test_whatever_is_no_order_is_refused(text):
	with pytest.raises(NotInGrammar):
		grammar.parse_order(text)


@pytest.mark.parametrize("text", ["count(name)", "name having 1=1", "name with rollup", "1", "(name)"])
def test_whatever_is_no_grouping_is_refused(text):
	with pytest.raises(NotInGrammar):
		grammar.parse_group(text)


@pytest.mark.parametrize("text", ["ifnull(1,1)--", "*", "count(name)", "name`", "a b", "name = 1 or name"])
def test_whatever_is_no_column_is_refused_in_a_filter(text):
	with pytest.raises(NotInGrammar):
		grammar.parse_filtered(text)


@pytest.mark.parametrize("parse", [grammar.parse_field, grammar.parse_order, grammar.parse_group])
def test_what_is_no_text_is_refused(parse):
	for value in (None, 1, 1.5, True, b"name"):
		with pytest.raises((NotInGrammar, TypeError)):
			parse(value)


# --- properties -------------------------------------------------------------------------------------------------
PIECES = (
	*"()`'\"\\,.*/;@#-+=<>%|&!~^ \t\n\x00",
	*("select", "union", "from", "sleep", "benchmark", "or", "and", "--", "/*", "*/", "#", "0x", "into"),
	*("name", "tabUser", "`tabUser`", "count", "distinct", "ifnull", "nullif", "locate", "as", "asc", "desc"),
	*("１", "ｓelect", "´", "’", "张", "%s", "%(x)s", "null", "1", "0"),
)
HOSTILE = st.one_of(
	st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join),
	st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map(" ".join),
	st.text(max_size=40),
)
# Outside names, texts and numbers nothing stands but these.
SAFE_WORDS = (
	grammar.AGGREGATES | grammar.DEFAULTS | grammar.DIRECTIONS | {"as", "distinct", "nullif", "locate"}
)


def skeleton(text: str) -> list[str]:
	"""The text less quoted names, constants and plain names: what the database would take for SQL."""
	text = re.sub(r"`[^`]*`|'(?:[^'\\]|\\.|'')*'", " x ", text, flags=re.DOTALL)
	return [
		token
		for token in re.findall(r"[A-Za-z_]\w*|[^\sA-Za-z_]", text)
		if not re.fullmatch(r"\w+", token) or (token.lower() in SAFE_WORDS)
	]


@settings(max_examples=int(os.environ.get("SOCAID_HOSTILE_VALUES", 1_000)), deadline=None)
@given(HOSTILE)
def test_what_passes_holds_only_names_constants_and_the_known_words(text):
	for parse in (grammar.parse_field, grammar.parse_order, grammar.parse_group, grammar.parse_filtered):
		try:
			parse.__wrapped__(text)
		except NotInGrammar:
			continue
		assert set(skeleton(text)) <= SAFE_WORDS | set("().,*/-") | {word.upper() for word in SAFE_WORDS} | {
			token for token in skeleton(text) if token.lower() in SAFE_WORDS
		}
		assert ";" not in re.sub(r"'(?:[^'\\]|\\.|'')*'|`[^`]*`", "", text)
		bare = re.sub(r"'(?:[^'\\]|\\.|'')*'|`[^`]*`", "", text)
		assert not re.search(r"--|/\*|\*/|#|@|\bselect\b.*\bfrom\b", bare, re.IGNORECASE)
		assert bare.count("(") == bare.count(")")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=string.ascii_lowercase + "_", min_size=1, max_size=30))
def test_every_plain_name_is_a_field(name):
	if name not in ("as", "distinct"):
		assert grammar.parse_field(name).columns == (Column(None, name),)
