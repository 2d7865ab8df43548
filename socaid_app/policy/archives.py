"""What belongs into an archive file, in which order, under which number, and what is missing.

Sources: the order on 低保 archives (审批类 per household, 日常管理类 by year; 一户一档), GB/T 9705-2008 (cover,
catalogue and end sheet of a file), DA/T 13 (file numbers), 档案法 Art. 37 and 档案法实施条例 Art. 39 (electronic
copies: reliable source, complete elements).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise

# Archive File.archive_class
APPROVAL, DAILY = "Approval Files", "Daily Management Files"
# Sections of a file, in the order in which its documents are bound.
APPLICATION, INVESTIGATION, DATA_CHECK, PUBLICITY, DECISION = (
	"Application",
	"Investigation",
	"Data Check",
	"Publicity",
	"Decision",
)
DYNAMIC, ADJUSTMENT, TERMINATION, DAILY_SECTION, OTHER = (
	"Dynamic Management",
	"Adjustment",
	"Termination",
	"Daily Management",
	"Other Papers",
)
SECTIONS = (
	APPLICATION,
	INVESTIGATION,
	DATA_CHECK,
	PUBLICITY,
	DECISION,
	DYNAMIC,
	ADJUSTMENT,
	TERMINATION,
	DAILY_SECTION,
	OTHER,
)
# As the catalogue and the bookmarks of a printed file have them.
SECTION_NAMES = dict(
	zip(
		SECTIONS,
		(
			"申请材料",
			"调查核实",
			"信息核对",
			"公示公布",
			"审核确认",
			"动态管理",
			"待遇调整",
			"终止退出",
			"日常管理",
			"其他材料",
		),
		strict=True,
	)
)

REQUIRED, IF_APPLICABLE = "Required", "If Applicable"
# Archive Template Item.stage
EVERY = "Every Decision"
CONFIRMATION, REJECTION = "Confirmation", "Rejection"
ADJUSTMENT_DECISION, REDUCTION_DECISION, TERMINATION_DECISION = (
	"Adjustment Decision",
	"Reduction Decision",
	"Termination Decision",
)
# Kind of decision → stages whose papers it needs. Every Decision means every decision on an application: a later
# change of the benefit rests on the file that is already there. A reduction needs a hearing besides (Law Art. 48).
STAGES: dict[str, tuple[str, ...]] = {
	CONFIRMATION: (EVERY, CONFIRMATION),
	REJECTION: (EVERY, REJECTION),
	ADJUSTMENT_DECISION: (ADJUSTMENT_DECISION,),
	REDUCTION_DECISION: (ADJUSTMENT_DECISION, REDUCTION_DECISION),
	TERMINATION_DECISION: (TERMINATION_DECISION,),
}


@dataclass(frozen=True)
class Item:
	"""One line of the scope of filing (归档范围)."""

	section: str
	kind: str
	requirement: str = REQUIRED
	stage: str = EVERY
	owed_by: str = "Township"


@dataclass(frozen=True)
class Paper:
	"""A document in the file. ``decision`` '' stands for a paper that serves every decision of the household."""

	kind: str
	decision: str = ""


@dataclass(frozen=True)
class Decision:
	"""A decision in the file; an unpublished one (protected person) owes no publicity papers (Law Art. 11)."""

	key: str
	stage: str
	unpublished: bool = False


def owed(items: Iterable[Item], decision: Decision) -> list[Item]:
	"""The papers a decision cannot do without."""
	return [
		item
		for item in items
		if item.requirement == REQUIRED
		and item.stage in STAGES[decision.stage]
		and not (decision.unpublished and item.section == PUBLICITY)
	]


def missing(
	items: Sequence[Item], papers: Iterable[Paper], decisions: Iterable[Decision]
) -> list[tuple[Decision, Item]]:
	"""For each decision, the papers that are owed and not there."""
	there = {(paper.kind, paper.decision) for paper in papers}
	return [
		(decision, item)
		for decision in decisions
		for item in owed(items, decision)
		if (item.kind, decision.key) not in there and (item.kind, "") not in there
	]


# --- numbers and titles -----------------------------------------------------------------------------------
def file_number(fonds: str, class_code: str, year: int, retention_code: str, item: int) -> str:
	"""全宗-类别-年度-保管期限-件号: ``('0123', 'NB', 2026, 'D3', 7)`` → ``0123-NB-2026-D3-0007``."""
	return f"{fonds}-{class_code}-{year:04d}-{retention_code}-{item:04d}"


def series(fonds: str, class_code: str, year: int, retention_code: str) -> str:
	"""Item numbers run without gaps within this."""
	return f"{fonds}-{class_code}-{year:04d}-{retention_code}-"


def file_title(name: str, category: str, volume: int) -> str:
	"""``张三户农村低保档案``; from the second volume on with its number."""
	return f"{name}户{category}档案{_volume(volume)}"


def daily_title(place: str, year: int, volume: int) -> str:
	return f"{place}{year}年社会救助日常管理档案{_volume(volume)}"


def _volume(volume: int) -> str:
	return f"（第{volume}卷）" if volume > 1 else ""


def page_ranges(counts: Iterable[int]) -> list[tuple[int, int]]:
	"""First and last page of each document, numbered through the file: ``[2, 1]`` → ``[(1, 2), (3, 3)]``."""
	return [(before + 1, upto) for before, upto in pairwise(accumulate(counts, initial=0))]


def catalogue_date(day: date | None) -> str:
	"""``20260907``, as catalogues have it; '' where it is not known."""
	return day.strftime("%Y%m%d") if day else ""


# --- binding ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Binding:
	"""What is known of a file that is to be bound (立卷)."""

	documents: int
	open_cases: Sequence[str] = ()
	missing: int = 0
	explanation: str = ""
	damaged: Sequence[str] = ()
	unopenable: Sequence[str] = ()
	fonds_code: str = ""
	class_code: str = ""


def binding_breaches(file: Binding) -> list[str]:
	"""Why a file cannot be bound yet, each with what to do; empty when it can."""
	found = []
	if not file.documents:
		found.append("卷内没有文件。请先归档材料。")
	if file.open_cases:
		found.append(f"申请{'、'.join(file.open_cases)}尚未办结。办结后再立卷。")
	if file.missing and not file.explanation.strip():
		found.append(
			f"缺少{file.missing}份必备材料。请补齐，或在“本卷情况说明”中写明缺件原因（GB/T 9705 备考表）。"
		)
	if file.damaged:
		found.append(f"{'、'.join(file.damaged)}的电子件缺失或内容有变。请先处理。")
	found += [f"{paper}重新上传后再立卷。" for paper in file.unopenable]
	if not file.fonds_code:
		found.append("未设置全宗号。请系统管理员在“社会救助设置”中填写档案主管部门给定的全宗号。")
	if not file.class_code:
		found.append("该救助类别没有归档模板。请档案员建立模板并填写类别代码。")
	return found
