"""The columns of a roster (名册): what each holds, and what it is headed in the lists of old systems.

Imports no frappe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from socaid_app.comparison import headings
from socaid_app.comparison.fields import Field

# What a row may be skipped for: lines of sums are nobody.
SUMS = ("合计", "总计", "小计", "总合计")

COLUMNS = tuple(
	Field(name, label, columns=(label, *others))
	for name, label, others in (
		(
			"household_no",
			"户编号",
			("家庭编号", "户号", "家庭编码", "户编码", "家庭号", "低保证号", "救助证号"),
		),
		(
			"head_id_number",
			"户主身份证号",
			("户主身份证号码", "户主证件号码", "户主身份证", "户主公民身份号码"),
		),
		(
			"full_name",
			"姓名",
			("成员姓名", "人员姓名", "家庭成员姓名", "保障对象姓名", "救助对象姓名", "家庭成员"),
		),
		("id_number", "身份证号", ("身份证号码", "公民身份号码", "身份证件号码", "证件号码", "身份证")),
		("kinship", "与户主关系", ("与户主的关系", "家庭关系", "与申请人关系", "关系")),
		("sex", "性别", ()),
		("person_state", "人员状态", ("状态", "生存状态", "是否死亡")),
		("township", "乡镇（街道）", ("乡镇", "街道", "镇", "乡镇街道", "所属乡镇")),
		(
			"village",
			"村（社区）",
			("村", "社区", "村居", "村(居)", "行政村", "村委会", "村名", "所属村", "村社区"),
		),
		("address", "家庭住址", ("住址", "地址", "家庭地址", "详细地址", "现住址", "居住地址")),
		("area", "城乡", ("城乡类别", "城乡类型", "城乡属性")),
		("phone", "联系电话", ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式")),
		("bank_name", "开户银行", ("开户行", "银行名称", "银行")),
		(
			"bank_account",
			"银行账号",
			("银行卡号", "账号", "卡号", "银行帐号", "帐号", "存折账号", "一卡通账号"),
		),
		(
			"category",
			"救助类别",
			("保障类别", "救助类型", "保障类型", "低保类别", "待遇类别", "救助项目", "对象类别"),
		),
		("covered", "是否保障对象", ("是否享受", "是否享受待遇", "是否保障人口")),
		(
			"household_amount",
			"户月保障金额",
			(
				"月保障金额",
				"家庭月保障金",
				"户月金额",
				"月救助金额",
				"户保障金额",
				"月保障金",
				"家庭月保障金额",
			),
		),
		("person_amount", "个人月金额", ("本人月金额", "人月保障金", "个人保障金额", "个人月保障金")),
		(
			"start_month",
			"起始月份",
			(
				"起始年月",
				"享受起始年月",
				"救助开始时间",
				"开始享受时间",
				"起保时间",
				"待遇起始月",
				"批准享受月份",
			),
		),
		("decided_on", "审批日期", ("批准日期", "审批时间", "批准时间", "确认日期")),
		(
			"last_review_on",
			"最近复核日期",
			("复核日期", "上次复核日期", "最近复核时间", "复核时间", "年审日期"),
		),
		("care_grade", "自理能力", ("照料护理档次", "护理档次", "生活自理能力")),
		("ethnicity", "民族", ()),
		("hukou_type", "户口性质", ("户籍性质", "户口类别", "户口类型", "户籍类别")),
		("marital", "婚姻状况", ("婚姻", "婚姻状态")),
		("labour_capacity", "劳动能力", ("劳动能力状况",)),
		("health", "健康状况", ("身体状况", "健康状态")),
		("disability_type", "残疾类别", ("残疾类型",)),
		("disability_grade", "残疾等级", ("残疾级别",)),
		("disability_certificate", "残疾证号", ("残疾人证号", "残疾证编号", "残疾证号码")),
		("joined_on", "入户日期", ("加入日期",)),
		("confirmed", "已对照原件", ("已核实", "已对照证件")),
	)
)
LABELS = {column.name: column.label for column in COLUMNS}
# What a field is called in the column mapping, which is a Select like any other.
WORDS = {
	"household_no": "Household Number",
	"head_id_number": "ID Number of the Head",
	"full_name": "Name of the Person",
	"id_number": "ID Number",
	"kinship": "Relation to the Head",
	"sex": "Sex",
	"person_state": "State of the Person",
	"township": "Township",
	"village": "Village",
	"address": "Home Address",
	"area": "Area",
	"phone": "Phone",
	"bank_name": "Bank",
	"bank_account": "Bank Account",
	"category": "Assistance Category",
	"covered": "Whether in the Benefit",
	"household_amount": "Amount of the Household (yuan/month)",
	"person_amount": "Amount of the Person (yuan/month)",
	"start_month": "First Month",
	"decided_on": "Decided On",
	"last_review_on": "Last Review On",
	"care_grade": "Care Grade",
	"ethnicity": "Ethnicity",
	"hukou_type": "Hukou Type",
	"marital": "Marital Status",
	"labour_capacity": "Labour Capacity",
	"health": "Health",
	"disability_type": "Disability Type",
	"disability_grade": "Disability Grade",
	"disability_certificate": "Disability Certificate",
	"joined_on": "Joined On",
	"confirmed": "Compared with the Original",
}
FIELD_OF = {word: name for name, word in WORDS.items()}
# Without these a row is nobody.
NEEDED = ("full_name", "id_number")
REMARKS = "备注/问题"


class ColumnsUnclear(ValueError):
	"""The columns do not make a roster; the message says what is missing."""


def known(heading: str, remembered: Mapping[str, str] | None = None) -> str:
	"""The field a heading stands for: as somebody said for this system before, or by its usual names; '' for none."""
	plain = headings.plain(heading)
	if remembered and plain in remembered:
		return remembered[plain]
	return _BY_HEADING.get(plain, "")


_BY_HEADING = {headings.plain(word): column.name for column in COLUMNS for word in column.columns}


def heading_row(rows: Sequence[Sequence[str]], remembered: Mapping[str, str] | None = None) -> int:
	"""Where the headings stand: in the row with most known headings, else in the one with most cells."""
	return max(
		range(len(rows)),
		key=lambda number: (
			sum(bool(known(cell, remembered)) for cell in rows[number]),
			sum(bool(cell.strip()) for cell in rows[number]),
			-number,
		),
	)


def guessed(heads: Sequence[str], remembered: Mapping[str, str] | None = None) -> list[str]:
	"""The field of each column; a field that two headings claim is nobody's guess but the first one's."""
	found: list[str] = []
	for heading in heads:
		field = known(heading, remembered)
		found.append(field if field not in found else "")
	return found


def check(fields: Sequence[str]) -> None:
	"""Raises ColumnsUnclear."""
	chosen = [field for field in fields if field]
	if twice := sorted({LABELS[field] for field in chosen if chosen.count(field) > 1}):
		raise ColumnsUnclear(f"“{'、'.join(twice)}”选了不止一列：每项只对应一列，请在“列的含义”中改正。")
	if missing := [LABELS[field] for field in NEEDED if field not in chosen]:
		raise ColumnsUnclear(f"没有指明哪一列是“{'、'.join(missing)}”：请在“列的含义”中选择。")
