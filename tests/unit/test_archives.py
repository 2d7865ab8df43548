"""What belongs into an archive file, what is missing, and how files are numbered and bound."""

from datetime import date

import pytest

from socaid_app.policy import archives
from socaid_app.policy.archives import Binding, Decision, Item, Paper

ITEMS = [
	Item("Application", "申请书", owed_by="Applicant"),
	Item("Application", "在校证明", requirement="If Applicable"),
	Item("Investigation", "入户调查表", stage="Confirmation"),
	Item("Publicity", "初审公示单", stage="Confirmation", owed_by="Village"),
	Item("Decision", "不予确认告知书", stage="Rejection"),
	Item("Adjustment", "待遇调整审批表", stage="Adjustment Decision"),
	Item("Adjustment", "听取意见记录", stage="Reduction Decision"),
	Item("Termination", "停发审批表", stage="Termination Decision"),
]


@pytest.mark.parametrize(
	("stage", "kinds"),
	[
		("Confirmation", ["申请书", "入户调查表", "初审公示单"]),
		("Rejection", ["申请书", "不予确认告知书"]),
		("Adjustment Decision", ["待遇调整审批表"]),
		# Law Art. 48: nothing is reduced before the recipient was heard
		("Reduction Decision", ["待遇调整审批表", "听取意见记录"]),
		("Termination Decision", ["停发审批表"]),
	],
)
def test_each_decision_needs_its_own_papers(stage, kinds):
	assert [item.kind for item in archives.owed(ITEMS, Decision("A", stage))] == kinds


def test_a_protected_case_owes_no_publicity_papers():
	owed = archives.owed(ITEMS, Decision("A", "Confirmation", unpublished=True))
	assert [item.kind for item in owed] == ["申请书", "入户调查表"]


def test_a_paper_answers_for_its_own_decision_or_for_all():
	first, second = Decision("A", "Confirmation"), Decision("B", "Rejection")
	papers = [Paper("申请书", "A"), Paper("入户调查表", "A"), Paper("初审公示单")]
	assert archives.missing(ITEMS, papers, [first]) == []
	assert [item.kind for _decision, item in archives.missing(ITEMS, papers, [first, second])] == [
		"申请书",
		"不予确认告知书",
	]


def test_who_owes_the_paper_is_named():
	((_decision, item), *_rest) = archives.missing(ITEMS, [], [Decision("A", "Confirmation")])
	assert (item.kind, item.owed_by) == ("申请书", "Applicant")


def test_the_file_number_has_five_parts():
	assert archives.file_number("0123", "NB", 2026, "D3", 7) == "0123-NB-2026-D3-0007"
	assert archives.file_number("0123", "NB", 2026, "Y", 12345) == "0123-NB-2026-Y-12345"


def test_titles_name_the_volume_from_the_second_on():
	assert archives.file_title("张三", "农村低保", 1) == "张三户农村低保档案"
	assert archives.file_title("张三", "农村低保", 2) == "张三户农村低保档案（第2卷）"
	assert archives.daily_title("甲山乡甲山村", 2026, 1) == "甲山乡甲山村2026年社会救助日常管理档案"


@pytest.mark.parametrize(
	("counts", "ranges"),
	[([], []), ([1], [(1, 1)]), ([2, 1, 3], [(1, 2), (3, 3), (4, 6)])],
)
def test_pages_are_numbered_through_the_file(counts, ranges):
	assert archives.page_ranges(counts) == ranges


def test_catalogue_dates_have_eight_digits():
	assert archives.catalogue_date(date(2026, 9, 7)) == "20260907"
	assert archives.catalogue_date(None) == ""


READY = {"documents": 3, "fonds_code": "0123", "class_code": "NB"}


@pytest.mark.parametrize(
	("facts", "word"),
	[
		({"documents": 0}, "没有文件"),
		({"open_cases": ["SQ-1"]}, "SQ-1"),
		({"missing": 2}, "2份"),
		({"damaged": ["身份证"]}, "身份证"),
		({"fonds_code": ""}, "全宗号"),
		({"class_code": ""}, "归档模板"),
	],
)
def test_what_stands_in_the_way_of_binding_is_named(facts, word):
	(breach,) = archives.binding_breaches(Binding(**{**READY, **facts}))
	assert word in breach


def test_a_file_lacking_papers_is_bound_when_the_end_sheet_says_why():
	assert archives.binding_breaches(Binding(**READY)) == []
	assert archives.binding_breaches(Binding(**READY, missing=1, explanation="原件已移交法院")) == []


def test_every_section_and_every_kind_of_decision_is_known():
	assert set(archives.SECTION_NAMES) == set(archives.SECTIONS)
	assert set(archives.STAGES) == {
		"Confirmation",
		"Rejection",
		"Adjustment Decision",
		"Reduction Decision",
		"Termination Decision",
	}
