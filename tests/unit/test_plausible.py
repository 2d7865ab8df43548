"""What a relation says of sex and age, against what the papers say."""

from datetime import date

import pytest

from socaid_app.policy.kinship import RELATION
from socaid_app.policy.plausible import SEX_OF, doubts

ON = date(2026, 9, 1)
HEAD = ("Male", date(1960, 4, 5))


def found(code, sex, born, head=HEAD):
	return [(doubt.impossible, doubt.text) for doubt in doubts(code, "测试", sex, born, *head, ON)]


@pytest.mark.parametrize(
	("code", "sex", "born", "head"),
	[
		("11", "Female", date(1961, 1, 1), ("Female", date(1960, 4, 5))),
		("12", "Male", date(1961, 1, 1), HEAD),
		("12", "Female", date(1961, 1, 1), ("Female", date(1960, 4, 5))),
		("10", "Male", date(1961, 1, 1), HEAD),
		("20", "Male", date(1959, 1, 1), HEAD),
		("30", "Male", date(1990, 1, 1), HEAD),
		("51", "Male", date(1970, 1, 1), HEAD),
		("52", "Male", date(1930, 1, 1), HEAD),
		("71", "Male", date(1962, 1, 1), HEAD),
		("77", "Female", date(1958, 1, 1), HEAD),
		("41", "Male", date(1955, 1, 1), HEAD),
	],
)
def test_what_is_impossible(code, sex, born, head):
	assert [impossible for impossible, _text in found(code, sex, born, head)] == [True]


@pytest.mark.parametrize(
	("code", "sex", "born"),
	[
		("12", "Female", date(2007, 1, 1)),
		("20", "Male", date(1970, 1, 1)),
		("27", "Male", date(1955, 1, 1)),
		("57", "Male", date(1965, 1, 1)),
		("28", "Male", date(1958, 1, 1)),
	],
)
def test_what_is_odd_is_asked_about(code, sex, born):
	assert [impossible for impossible, _text in found(code, sex, born)] == [False]


@pytest.mark.parametrize(
	("code", "sex", "born"),
	[
		("12", "Female", date(1962, 1, 1)),
		("20", "Male", date(1988, 1, 1)),
		("73", "Male", date(1960, 4, 5)),
		("71", "Male", date(1960, 4, 5)),
		("50", "Female", date(1935, 1, 1)),
		("40", "Female", date(2015, 1, 1)),
		("97", "Male", date(1900, 1, 1)),
		("20", "", None),
	],
)
def test_the_usual_and_the_unknown_raise_no_question(code, sex, born):
	assert found(code, sex, born) == []


def test_every_code_of_one_sex_exists():
	assert set(SEX_OF) <= set(RELATION)
