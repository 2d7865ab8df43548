"""Only figures of the list leave the county: small ones hidden, nothing that anybody wrote."""

import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy import figures_statement as statements
from socaid_app.policy.figures_statement import COUNTS, GROUPS, HEAD, LINES, MONEY, PARTS, SMALLEST, WORK

MADE = datetime(2026, 11, 2, 8, 30)
COUNT = st.integers(min_value=0, max_value=30)


@st.composite
def group(draw):
	"""The lines of a group that add up, as those of a county do."""
	lines = {line: draw(COUNT) for line in COUNTS}
	lines |= {line: draw(st.floats(0, 9999).map(lambda value: round(value, 2))) for line in MONEY}
	lines["persons"] = lines["elderly"] + lines["adults"] + lines["minors"]
	for whole, part in (("persons", "female"), ("persons", "disabled"), ("disabled", "severely_disabled")):
		lines[part] = min(lines[part], lines[whole])
	left = lines["persons"]
	for grade in ("full_care", "half_care", "self_reliant"):
		lines[grade] = min(lines[grade], left)
		left -= lines[grade]
	return lines


FIGURES = st.dictionaries(st.sampled_from(GROUPS), group())


def write(figures):
	return statements.write("220422", date(2026, 10, 1), MADE, figures)


def leaves(value):
	if isinstance(value, dict):
		for one in value.values():
			yield from leaves(one)
	else:
		yield value


@given(FIGURES)
def test_nothing_leaves_but_numbers_of_the_list(figures):
	statement = json.loads(write({**figures, "work": dict.fromkeys(WORK, 7)}))
	assert statement.keys() == {*HEAD, "figures"}
	assert all(form.fullmatch(statement[name]) for name, form in HEAD.items())
	assert statement["figures"].keys() <= {*GROUPS, "work"}
	for name, lines in statement["figures"].items():
		assert lines.keys() <= set(WORK if name == "work" else LINES)
	for value in leaves(statement["figures"]):
		assert value is None or (isinstance(value, int | float) and not isinstance(value, bool))


@given(group())
def test_no_small_number_is_told_nor_can_be_reckoned(lines):
	shown = statements.without_small({"edge": lines})["edge"]
	for line in COUNTS:
		assert shown[line] is None or shown[line] == 0 or shown[line] >= SMALLEST
	for whole, parts in PARTS:
		told = [line for line in parts if shown[line] is not None]
		if shown[whole] is None:
			continue
		rest = shown[whole] - sum(shown[line] for line in told)
		if len(told) == len(parts) - 1 and lines[whole] == sum(lines[line] for line in parts):
			raise AssertionError(f"{parts}: the hidden one is {rest}")
		if len(told) == len(parts):
			assert rest == 0 or rest >= SMALLEST
	for pair in statements.TOGETHER:
		assert len({shown[line] is None for line in pair}) == 1
	if 0 < lines["households"] < SMALLEST:
		assert not any(value is not None for value in shown.values())


@pytest.mark.parametrize(
	"change",
	[
		{"name": "王芳"},
		{"county": "王芳"},
		{"county": 220422},
		{"month": "2026-13"},
		{"format": "other"},
		{"figures": {"王芳": {}}},
		{"figures": {"edge": {"recipient": 7}}},
		{"figures": {"edge": {"households": "王芳"}}},
		{"figures": {"edge": {"households": True}}},
		{"figures": {"edge": {"households": 7.5}}},
		{"figures": {"edge": {"households": -1}}},
		{"figures": {"edge": {"households": 3}}},
		{"figures": {"edge": {"households": [1]}}},
		{"figures": {"edge": {"cost": float("inf")}}},
		{"figures": {"work": {"households": 7}}},
		{"figures": []},
	],
)
def test_what_says_more_or_else_is_refused(change):
	statement = json.loads(write({"edge": {"households": 7}})) | change
	with pytest.raises(statements.NotAStatement):
		statements.read(json.dumps(statement, sort_keys=True, separators=(",", ":")))


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format":"socaid-figures-1"} '])
def test_what_is_no_statement_is_refused(text):
	with pytest.raises(statements.NotAStatement):
		statements.read(text)


def test_a_name_may_not_hide_in_the_writing():
	text = write({"edge": {"households": 7}})
	for changed in (
		text.replace('"format"', '"format": "王芳", "format"'),
		text + " ",
		text.replace(":7", ":7 "),
	):
		with pytest.raises(statements.NotAStatement):
			statements.read(changed)
