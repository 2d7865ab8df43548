"""Attendance of a day, marks of an exam, assessment of a person: the rules without a site."""

import random
from datetime import date, datetime, time

import pytest

from socaid_app.policy import attendance_rules as attendance
from socaid_app.policy import exam_marks, staff_marks
from socaid_app.policy.attendance_rules import Hours, Mark
from socaid_app.policy.staff_marks import Measure

DAY = date(2026, 11, 24)
HOURS = Hours(time(8, 30), time(17), 10)


def at(clock: str, arrives: bool = True, **more) -> Mark:
	return Mark(datetime.combine(DAY, time.fromisoformat(clock)), arrives, **more)


def visit(begins: str, ends: str) -> list[Mark]:
	return [at(begins, visit=True), at(ends, False, visit=True)]


def judged(*marks: Mark, works=True, leave=(), over=True):
	return attendance.judge(DAY, marks, works, leave, HOURS, over)


def test_a_full_day_and_its_minutes():
	day = judged(at("08:25", place="服务站"), at("17:05", False, place="服务站"))
	assert (day.status, day.minutes, day.late, day.early) == ("Present", 520, 0, 0)
	assert day.places == ("服务站",)


def test_visits_on_the_way_are_neither_counted_twice_nor_end_the_day():
	day = judged(at("08:30"), *visit("10:00", "10:40"), at("17:00", False))
	assert (day.status, day.minutes, day.visits) == ("Present", 510, 1)


def test_who_only_visits_is_present_from_the_first_to_the_last():
	day = judged(*visit("08:35", "09:20"), *visit("16:10", "16:55"))
	assert (day.status, day.minutes, day.visits) == ("Present", 90, 2)


def test_who_goes_home_from_a_visit_misses_no_mark():
	day = judged(at("08:30"), *visit("15:30", "16:55"))
	assert (day.status, day.last_out.hour, day.minutes) == ("Present", 16, 505)


def test_several_places_are_one_day():
	day = judged(
		at("08:30", place="甲"), at("11:00", False, place="甲"), at("13:00", place="乙"), at("17:00", False)
	)
	assert (day.status, day.minutes, day.places) == ("Present", 390, ("甲", "乙"))


@pytest.mark.parametrize(
	("marks", "status", "late", "early"),
	[
		((("08:40", True), ("17:00", False)), "Present", 0, 0),
		((("08:41", True), ("17:00", False)), "Late", 11, 0),
		((("08:30", True), ("16:00", False)), "Left Early", 0, 60),
		((("09:30", True), ("16:00", False)), "Late", 60, 60),
	],
)
def test_late_and_early_begin_after_the_grace(marks, status, late, early):
	day = judged(*(at(*mark) for mark in marks))
	assert (day.status, day.late, day.early) == (status, late, early)


def test_a_forgotten_mark_is_named_and_its_time_counts_nothing():
	out = judged(at("08:30"))
	assert (out.status, out.missing, out.minutes, out.last_out) == ("Mark Missing", "Check Out", 0, None)
	into = judged(at("17:00", False))
	assert (into.status, into.missing, into.late) == ("Mark Missing", "Check In", 0)


def test_what_happens_before_four_belongs_to_the_day_before():
	assert attendance.working_day(datetime(2026, 11, 25, 3, 59)) == DAY
	assert attendance.working_day(datetime(2026, 11, 25, 4)) == date(2026, 11, 25)


def test_leave_of_a_half_day_moves_the_hours():
	assert judged(at("12:50"), at("17:00", False), leave=["Morning"]).status == "Present"
	assert judged(at("08:30"), at("12:45", False), leave=["Afternoon"]).status == "Present"
	assert judged(at("09:30"), at("12:45", False), leave=["Afternoon"]).late == 60


def test_days_without_a_mark():
	assert judged().status == "Absent"
	assert judged(leave=["Whole Day"]).status == judged(leave=["Morning"]).status == "On Leave"
	assert judged(works=False).status == "Day Off"
	assert judged(works=False, leave=["Whole Day"]).status == "Day Off"
	assert judged(over=False) is None


def test_work_on_a_day_off_is_never_late():
	day = judged(at("11:00"), at("12:00", False), works=False)
	assert (day.status, day.late, day.minutes) == ("Worked on a Day Off", 0, 60)


def test_a_day_that_goes_on_lacks_no_departure():
	assert judged(at("08:30"), over=False).status == "At Work"
	assert judged(at("09:30"), over=False).status == "Late"


def test_the_order_of_the_marks_and_their_repetition_do_not_matter():
	marks = [at("08:30"), *visit("10:00", "10:40"), at("17:00", False)]
	dice = random.Random(1)
	expected = judged(*marks)
	for _time in range(20):
		mixed = [*marks, dice.choice(marks)]
		dice.shuffle(mixed)
		assert judged(*mixed) == expected


def test_hours_are_read_or_refused():
	assert attendance.hours_of("08:00 - 17:30", 5) == Hours(time(8), time(17, 30), 5)
	for wrong in ("", "17:00-08:00", "8-5"):
		with pytest.raises(ValueError):
			attendance.hours_of(wrong, 0)


# --- exams --------------------------------------------------------------------------------------------------------
BANK = "*甲\n乙\n*丙\n丁"
SHOWN = ["丁", "丙", "乙", "甲"]


@pytest.mark.parametrize(
	("answer", "points"), [("BD", 4), ("db", 4), ("B", 2), ("BC", 0), ("", 0), ("ABCD", 0), ("Z", 0)]
)
def test_all_right_ones_or_half_for_a_part(answer, points):
	assert exam_marks.gained("Multiple Choice", BANK, SHOWN, answer, 4) == points


def test_one_choice_is_right_or_wrong():
	assert exam_marks.gained("Single Choice", "*甲\n乙", ["乙", "甲"], "B", 5) == 5
	assert exam_marks.gained("Single Choice", "*甲\n乙", ["乙", "甲"], "AB", 5) == 0


@pytest.mark.parametrize(
	("kind", "text"),
	[
		("Single Choice", "甲\n乙"),
		("Single Choice", "*甲\n*乙"),
		("Multiple Choice", "*甲\n乙"),
		("True or False", "*对\n错\n不知道"),
		("Single Choice", "*甲\n甲"),
		("Single Choice", "*甲\n*"),
		("Single Choice", "*甲"),
	],
)
def test_what_makes_no_question_is_refused(kind, text):
	with pytest.raises(exam_marks.QuestionError):
		exam_marks.check(kind, text)


def test_questions_are_drawn_and_shown_without_their_marks():
	dice = random.Random(2)
	bank = {"Single Choice": ["a", "b", "c"], "True or False": ["d"]}
	found = exam_marks.drawn(bank, {"Single Choice": 2, "Multiple Choice": 1, "True or False": 3}, dice)
	assert len(found) == len(set(found)) == 3 and "d" in found
	shown = exam_marks.shuffled("Multiple Choice", BANK, dice)
	assert sorted(shown) == sorted(SHOWN)
	assert exam_marks.shuffled("True or False", "*对\n错", dice) == ["对", "错"]


def test_the_score_is_a_share_of_the_points():
	assert exam_marks.score([(5, 5), (5, 0), (10, 10)]) == 75
	assert exam_marks.score([]) == 0


# --- assessment ---------------------------------------------------------------------------------------------------
WEIGHTS = {"Attendance": 30, "Punctuality": 30, "Quality": 25, "Complaints and Ratings": 15}


def test_what_was_not_measured_weighs_nothing():
	assert staff_marks.total({}, WEIGHTS) is None
	only = {"Attendance": Measure(18, 20), "Quality": None}
	assert staff_marks.total(only, WEIGHTS) == 90


def test_the_total_lies_between_its_marks():
	measures = {name: Measure(good, 10) for name, good in zip(WEIGHTS, (10, 8, 6, 4), strict=True)}
	assert staff_marks.total(measures, WEIGHTS) == 75
	assert 40 <= staff_marks.total(measures, WEIGHTS) <= 100


def test_days_lost_lower_attendance_by_half_or_whole():
	assert staff_marks.of_attendance(20, 1, 2).mark == 90
	assert staff_marks.of_attendance(0, 0, 0) is None
	assert staff_marks.of_attendance(2, 2, 2).mark == 0


@pytest.mark.parametrize(
	("mark", "grade"),
	[(100, "Outstanding"), (90, "Outstanding"), (89.9, "Good"), (60, "Passed"), (0, "Not Passed")],
)
def test_grades_begin_at_their_mark(mark, grade):
	assert staff_marks.grade(mark) == grade


def test_nothing_measured_is_no_grade():
	assert staff_marks.grade(None) == ""
	assert staff_marks.added(None, Measure(1, 2)).mark == staff_marks.added(Measure(1, 2), None).mark == 50
	assert staff_marks.added(Measure(1, 2), Measure(1, 1)) == Measure(2, 3, "")
