"""What the answers of a service check are worth."""

import pytest

from socaid_app.policy import check_answers
from socaid_app.policy.check_answers import AnswerError, Question, judge, result


@pytest.mark.parametrize(
	("question", "answer", "in_order", "points"),
	[
		(Question("Yes or No", 2), "Yes", True, 2),
		(Question("Yes or No", 2), "No", False, 0),
		(Question("Number", 1, lowest=14, highest=24), "24", True, 1),
		(Question("Number", 1, lowest=14, highest=24), "24.1", False, 0),
		(Question("Number", 1, highest=5), "6", False, 0),
		(Question("Number", 1, lowest=5), "500", True, 1),
		(Question("Number", 1), "-3", True, 1),
		(Question("Score", 30, lowest=6, highest=10), "8", True, 24),
		(Question("Score", 30, lowest=6, highest=10), "5", False, 15),
		(Question("Choice", 1, choices="良好\n*待修"), "良好", True, 1),
		(Question("Choice", 1, choices="良好\n*待修"), "待修", False, 0),
		(Question("Text", 1), "一楼大厅", True, 1),
	],
)
def test_an_answer_is_worth_its_points(question, answer, in_order, points):
	judged = judge(question, answer)
	assert (judged.in_order, judged.points) == (in_order, points)


@pytest.mark.parametrize(
	("question", "answer"),
	[
		(Question("Yes or No"), ""),
		(Question("Number"), "很高"),
		(Question("Number"), "nan"),
		(Question("Score", highest=10), "11"),
		(Question("Choice", choices="良好\n*待修"), "*待修"),
	],
)
def test_what_is_no_answer_is_refused(question, answer):
	with pytest.raises(AnswerError):
		judge(question, answer)


def judged(*rows):
	return [(question, judge(question, answer)) for question, answer in rows]


def test_the_score_counts_what_was_asked():
	plain = Question("Yes or No")
	assert result(judged((plain, "Yes"), (plain, "Not Applicable")), 80) == (100, "All in Order")
	assert result(judged(*[(plain, "Yes")] * 4, (plain, "No")), 80) == (80, "Problems Found")
	assert result(judged((plain, "Yes"), (plain, "No")), 80) == (50, "Not Passed")


def test_one_row_on_which_it_stands_fails_the_check():
	rows = judged(*[(Question("Yes or No"), "Yes")] * 9, (Question("Yes or No", 0, must_pass=True), "No"))
	assert result(rows, 80) == (100, check_answers.FAILED)
