"""The villages and communities of a county from a file: judged row by row before anything is written.

The code says the level and the parent, so a row that contradicts its own code is refused; what is there already is told
and left alone, so the same file may come again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from socaid_app.comparison.fields import Field
from socaid_app.permissions.divisions import COUNTY, PREFECTURE, PROVINCE, TOWNSHIP, VILLAGE, significant
from socaid_app.policy import names, numbers

CODE, NAME, LEVEL, AREA = "code", "division_name", "level", "area"
FIELDS = (
	Field(CODE, "区划代码", columns=("区划代码", "代码", "统计用区划代码", "行政区划代码", "编码")),
	Field(NAME, "名称", columns=("名称", "区划名称", "村（社区）名称", "村社区名称", "单位名称")),
	Field(LEVEL, "级别", columns=("级别", "层级", "类型"), optional=True),
	Field(AREA, "城乡", columns=("城乡", "城乡分类", "城乡类型"), optional=True),
)
LEVEL_OF_DIGITS = {
	PROVINCE: "Province",
	PREFECTURE: "Prefecture",
	COUNTY: "County",
	TOWNSHIP: "Township",
	VILLAGE: "Village",
}
LEVEL_WORDS = {
	"省": "Province",
	"市": "Prefecture",
	"县": "County",
	"区县": "County",
	"乡": "Township",
	"镇": "Township",
	"乡镇": "Township",
	"街道": "Township",
	"乡镇街道": "Township",
	"村": "Village",
	"社区": "Village",
	"居委会": "Village",
	"村委会": "Village",
	"村居": "Village",
}
AREA_WORDS = {
	"城镇": "Urban",
	"城市": "Urban",
	"城": "Urban",
	"农村": "Rural",
	"乡村": "Rural",
	"乡": "Rural",
}
PARENT_DIGITS = {VILLAGE: TOWNSHIP, TOWNSHIP: COUNTY, COUNTY: PREFECTURE, PREFECTURE: PROVINCE, PROVINCE: 0}
TO_WRITE, THERE, REFUSED = "To Be Written", "Already There", "Cannot Be Written"


@dataclass(frozen=True)
class Judged:
	"""A row of a file: what is written of it, and in words why not, or what became of it."""

	row: int
	subject: str
	outcome: str
	remark: str
	values: Mapping[str, object]


def judge(rows: Iterable[Mapping[str, str]], known: Mapping[str, str], county: str) -> list[Judged]:
	"""``rows``: row number and cells by field; ``known``: code → name of the divisions that are there."""
	judged: list[Judged] = []
	codes = dict.fromkeys(known)
	written: dict[str, int] = {}
	rows = sorted((_cleaned(row) for row in rows), key=lambda row: (_digits(row[CODE]), row["row"]))
	for row in rows:
		problems = _problems(row, codes, written, county)
		code = row[CODE]
		if problems:
			judged.append(_judged(row, REFUSED, "；".join(problems)))
			continue
		if code in known:
			same = names.canonical(known[code]) == row[NAME]
			remark = (
				"已有，未改动" if same else f"已有，名称为“{known[code]}”，未改动；要更名请打开该区划修改"
			)
			judged.append(_judged(row, THERE, remark))
		else:
			judged.append(_judged(row, TO_WRITE, "将新建"))
		codes[code] = None
		written[code] = row["row"]
	return sorted(judged, key=lambda one: one.row)


def _cleaned(row: Mapping[str, str]) -> dict:
	code = numbers.squeeze(row.get(CODE)).removesuffix(".0")
	return {
		"row": row["row"],
		# nine digits of a township are written without their noughts as well
		CODE: code.ljust(12, "0") if code.isdigit() and len(code) in (COUNTY, TOWNSHIP) else code,
		NAME: names.canonical(row.get(NAME)),
		LEVEL: names.legible(row.get(LEVEL)),
		AREA: names.legible(row.get(AREA)),
	}


def _digits(code: str) -> int:
	return len(significant(code)) if len(code) == VILLAGE and code.isdigit() else VILLAGE + 1


def _problems(row: Mapping, codes: Mapping, written: Mapping[str, int], county: str) -> list[str]:
	code, found = row[CODE], []
	if len(code) != VILLAGE or not code.isdigit():
		return [f"区划代码应为12位数字，现为“{code or '空'}”；被表格软件改过的，请把该列设为“文本”后重新填写"]
	if not row[NAME]:
		found.append("没有写名称")
	if not code.startswith(significant(county)):
		found.append(f"代码不属于本县（{significant(county)}）")
	if code in written:
		found.append(f"与第{written[code]}行的代码相同")
	digits = len(significant(code))
	parent = parent_of(code)
	if parent and parent not in codes:
		found.append(f"上级区划{parent}不存在：请先补上，或者核对代码")
	if row[LEVEL]:
		level = LEVEL_WORDS.get(row[LEVEL])
		if not level:
			found.append(f"级别“{row[LEVEL]}”不认识，应为县、乡镇、村或者社区")
		elif level != LEVEL_OF_DIGITS[digits]:
			found.append(f"级别“{row[LEVEL]}”与代码不符")
	if row[AREA] and row[AREA] not in AREA_WORDS:
		found.append(f"城乡“{row[AREA]}”不认识，应为城镇或者农村")
	return found


def parent_of(code: str) -> str:
	digits = PARENT_DIGITS[len(significant(code))]
	return code[:digits].ljust(VILLAGE, "0") if digits else ""


def _judged(row: Mapping, outcome: str, remark: str) -> Judged:
	code = row[CODE]
	values = {}
	if outcome == TO_WRITE:
		level = LEVEL_OF_DIGITS[len(significant(code))]
		values = {
			"code": code,
			"division_name": row[NAME],
			"level": level,
			"area": AREA_WORDS.get(row[AREA], ""),
			"parent_administrative_division": parent_of(code) or None,
			"is_group": int(level != "Village"),
		}
	return Judged(row["row"], f"{row[NAME]}　{code}".strip(), outcome, remark, values)
