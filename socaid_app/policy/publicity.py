"""What a public notice may say, what it must never say, and how long it stays.

The whitelist of each kind is its list of columns: what is not in it has no way onto a notice (57号 Art. 24;
Social Assistance Law Art. 11; 政府信息公开条例 Art. 15). Texts that people write are searched for what must not
be there; what is found is named, so that it can be taken out.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from socaid_app.policy import terms
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.workdays import WorkCalendar

PRELIMINARY, CONFIRMED, TERMINATION = "Preliminary", "Confirmed List", "Termination"
ROLL, RAISE, CORRECTION = "Monthly Roll", "Standard Raise", "Correction"
KINDS = (PRELIMINARY, CONFIRMED, TERMINATION, ROLL, RAISE, CORRECTION)
# Kinds about one case; the roll lists many, the correction names nobody.
SINGLE = (PRELIMINARY, CONFIRMED, TERMINATION, RAISE)

# --- the whitelist ----------------------------------------------------------------------------------------
NAME, VILLAGE = ("person_name", "姓名"), ("village_name", "村（社区）")
MEMBERS, CATEGORY = ("member_count", "家庭成员数"), ("category_name", "救助类别")
AMOUNT, GROUND = ("amount", "保障金额（元）"), ("ground", "事由")
COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
	PRELIMINARY: (("person_name", "申请人姓名"), MEMBERS, CATEGORY, ("amount", "拟救助金额（元）"), VILLAGE),
	CONFIRMED: (("person_name", "申请人姓名"), MEMBERS, CATEGORY, AMOUNT, VILLAGE),
	TERMINATION: (NAME, CATEGORY, ("effective_month", "停止供养月份"), ("ground", "终止事由"), VILLAGE),
	ROLL: (NAME, MEMBERS, CATEGORY, AMOUNT, VILLAGE, GROUND),
	RAISE: (
		NAME,
		MEMBERS,
		CATEGORY,
		("previous_amount", "调整前（元）"),
		("amount", "调整后（元）"),
		("ground", "调整事由"),
		VILLAGE,
	),
	CORRECTION: (("problem", "问题描述"), ("investigation", "调查结果"), ("measure", "处理措施")),
}
MONEY = ("amount", "previous_amount")
# Left out when no row has one: most rolls name no ground at all.
OPTIONAL = ("ground",)

MINOR = 18
MINOR_NAME = "未成年人（姓名不公开）"

# Why support for the destitute ends, and the words in which a notice says so. The words a notice may give as its
# ground say neither illness nor income, nor that somebody is in prison.
DIED, LEFT, MEANS = "Died", "Left by Own Wish", "Means No Longer Fit"
SUPPORTERS, ENDED = "Supporters Changed", "Conditions No Longer Met"
TERMINATION_GROUNDS = {
	DIED: "去世",
	LEFT: "本人自愿退出",
	MEANS: "收入财产状况不再符合规定",
	SUPPORTERS: "法定义务人情况发生变化",
	ENDED: "不再符合救助供养条件",
}
URGENT, EXPENDITURE = "突发急难", "刚性支出较大"
STANDARD_UP, HOUSEHOLD_CHANGED = "保障标准提高", "家庭情况变化"
GROUNDS = frozenset((*TERMINATION_GROUNDS.values(), URGENT, EXPENDITURE, STANDARD_UP, HOUSEHOLD_CHANGED))
RAISE_GROUNDS = {"New Standard": STANDARD_UP}
AID_GROUNDS = {terms.EXPENDITURE: EXPENDITURE}
# 43号 Art. 24: which ground it is; the first word that occurs in the reason of the ledger.
_REASONS = (
	("死亡", DIED),
	("去世", DIED),
	("自愿", LEFT),
	("收入", MEANS),
	("财产", MEANS),
	("义务人", SUPPORTERS),
	("赡养", SUPPORTERS),
)

# --- its words --------------------------------------------------------------------------------------------
LAW, DIBAO_RULES = "《中华人民共和国社会救助法》", "《最低生活保障审核确认办法》（民发〔2021〕57号）"
TEKUN_RULES = "《特困人员认定办法》（民发〔2021〕43号）"
TITLES = {
	PRELIMINARY: "社会救助初审公示",
	CONFIRMED: "社会救助确认结果公布",
	TERMINATION: "终止特困人员救助供养公示",
	ROLL: "社会救助对象名单",
	RAISE: "社会救助金额调整公示",
	CORRECTION: "社会救助信息公开更正公告",
}
BASIS = {
	PRELIMINARY: f"{LAW}第十一条，{DIBAO_RULES}第十九条，{TEKUN_RULES}第十五条",
	CONFIRMED: f"{LAW}第十一条，{DIBAO_RULES}第二十四条",
	TERMINATION: f"{TEKUN_RULES}第二十六条",
	ROLL: f"{DIBAO_RULES}第二十四条，《社会救助领域基层政务公开标准目录》（民办函〔2019〕52号）",
	RAISE: f"{LAW}第十一条，{DIBAO_RULES}第二十四条",
	CORRECTION: "《中华人民共和国政府信息公开条例》第六条",
}
INTROS = {
	PRELIMINARY: "经调查核实和初步审核，拟给予下列家庭（人员）社会救助，现予公示。",
	CONFIRMED: "经审核确认，给予下列家庭（人员）社会救助，现予公布。",
	TERMINATION: "经复核，拟终止下列人员的特困人员救助供养，现予公示。",
	ROLL: "下列家庭（人员）本月享受社会救助，现予公布。",
	RAISE: "经审核，下列家庭（人员）的救助金额予以调整，现予公示。",
	CORRECTION: "经核查，对已经公开的信息更正如下。",
}
CHECKLIST = (
	"只有下列栏目，没有身份证号、电话、账号、家庭住址、疾病残疾、收入财产明细。",
	"没有未成年人的姓名，没有不宜公开的特殊个案。",
	"姓名、人数、类别、金额与档案一致。",
	"张贴地点、起止日期、监督举报电话正确。",
	"本人不是本公示的拟稿人。",
)


@dataclass(frozen=True)
class Finding:
	"""``what`` was found, in words, and a masked ``sample`` of it."""

	what: str
	sample: str

	def __str__(self) -> str:
		return f"{self.what}（{self.sample}）"


def public_name(name: str, born: date | None, on: date) -> str:
	"""The name of an adult; of a person under 18 on ``on`` the words that stand for it."""
	return MINOR_NAME if is_minor(born, on) else name


def is_minor(born: date | None, on: date) -> bool:
	"""Under 18 on ``on`` (民法典 Art. 17). Without a date of birth a person counts as grown up."""
	if not born:
		return False
	return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < MINOR


def termination_ground(reason: str | None) -> str:
	"""The ground for the reason the ledger gives; the general one where none fits."""
	return next((ground for word, ground in _REASONS if word in (reason or "")), ENDED)


def columns(kind: str, rows: Iterable[Mapping]) -> list[tuple[str, str]]:
	"""The columns of a notice: its whitelist, less optional ones that would be empty."""
	rows = list(rows)
	return [
		(field, label)
		for field, label in COLUMNS[kind]
		if field not in OPTIONAL or any(row.get(field) for row in rows)
	]


def only_permitted(kind: str, row: Mapping) -> dict:
	"""The permitted values of ``row`` and nothing else."""
	return {field: row.get(field) for field, _label in COLUMNS[kind]}


def row_findings(kind: str, row: Mapping) -> list[Finding]:
	"""What a permitted field must not carry: a number or an illness written behind a name, an open ground."""
	found = []
	for field, _label in COLUMNS[kind]:
		value = row.get(field)
		if field == "ground" and value and value not in GROUNDS:
			found.append(Finding("不在固定用语之内的事由", _mask(str(value))))
		elif isinstance(value, str) and value != MINOR_NAME:
			found += findings(value)
	return found


def _words(text: str) -> tuple[str, ...]:
	return tuple(text.split())


# --- texts ------------------------------------------------------------------------------------------------
_S = r"[ \t.\-–—·/_]{0,2}"
_DAY = r"(?:0[1-9]|1[0-2])" + _S + r"(?:0[1-9]|[12]\d|3[01])"
NUMBERS = (
	("身份证号", rf"(?<!\d)[1-9]\d{{5}}{_S}(?:18|19|20)\d{{2}}{_S}{_DAY}{_S}\d{{3}}{_S}[\dXx](?!\d)"),
	("身份证号", rf"(?<!\d)[1-9]\d{{5}}{_S}\d{{2}}{_S}{_DAY}{_S}\d{{3}}(?!\d)"),
	("手机号", rf"(?<!\d)(?:86{_S})?1[3-9]\d{_S}\d{{4}}{_S}\d{{4}}(?!\d)"),
	("银行账号", r"(?<!\d)[3-6]\d{3}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?(?!\d)"),
	("银行账号或证件号", r"(?<!\d)\d{12,}[Xx]?(?!\d)"),
)
LANDLINE = r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"
LONG_NUMBER = r"(?<!\d)\d{7,11}(?!\d)"
EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_N = r"[\d一二三四五六七八九十百]+"
ADDRESS = (
	rf"{_N}\s*(?:号楼|号院|栋|幢|单元)|{_N}\s*(?:[-—]\s*{_N}\s*)?室|门牌"
	rf"|(?:路|街|巷|胡同|弄|屯|组|村)\s*{_N}\s*号(?!文)|(?:屯|组)\s*{_N}\s*户"
)
# Names of illnesses, in every text; the general words of the law only where a text speaks of a case.
ILLNESSES = _words(
	"""癌 肿瘤 白血病 尿毒症 透析 艾滋 HIV 病毒携带 梅毒 精神病 精神分裂 躁狂 抑郁症 双相情感 糖尿病 高血压 冠心病
	心脏病 心梗 肝炎 肝硬化 肝腹水 肺结核 结核病 尘肺 脑梗 脑出血 脑瘫 中风 偏瘫 截瘫 瘫痪 癫痫 红斑狼疮 血友病 地中海贫血
	再生障碍 肾衰 慢阻肺 类风湿 帕金森 阿尔茨海默 老年痴呆 痴呆 唐氏 自闭症 孤独症 侏儒 确诊 病历 诊断证明"""
)
CONDITIONS = _words(
	"""残疾 残障 聋哑 失明 智障 弱智 重病 大病 疾病 患有 患病 因病 住院 手术 丧失劳动能力 半护理 全护理 生活不能自理
	怀孕 流产 吸毒 戒毒 服刑 犯罪 刑满 社区矫正 人均收入 年收入 月收入 存款 银行卡 债务"""
)
_BLOCKS = re.compile(r"<\s*/?\s*(?:p|br|div|li|ul|ol|td|th|tr|table|h\d)\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九幺", "0001234567891")
_CHINESE_RUN = re.compile(r"[〇零○一二三四五六七八九幺]{7,}")
_DATES = re.compile(
	r"(?<!\d)(?:19|20)\d{2}\s*[-./年]\s*(?:0?[1-9]|1[0-2])\s*[-./月]\s*(?:3[01]|[12]\d|0?[1-9])日?(?!\d)"
)


def findings(text: str | None, allowed: Iterable[str | None] = (), office: bool = False) -> list[Finding]:
	"""Everything in a text that must not be public, in the order it is looked for; [] when it may stand.

	``allowed``: phrases that may stand as they are (the bureau's own phone and address). ``office``: the text
	tells what an office does (policies, guides): its landlines, e-mail and the law's general words may stand.
	"""
	return list(
		_findings(text or "", tuple(phrase for phrase in allowed if phrase and phrase.strip()), office)
	)


@lru_cache(maxsize=512)
def _findings(text: str, allowed: tuple[str, ...], office: bool) -> tuple[Finding, ...]:
	"""Places, villages and categories are the same on thousands of notices."""
	plain = normalised(text)
	for phrase in allowed:
		plain = plain.replace(normalised(phrase), "□")
	found = _numbers(plain, office)
	found += [Finding("村以下住址", _mask(match)) for match in re.findall(ADDRESS, plain)]
	words = ILLNESSES if office else ILLNESSES + CONDITIONS
	found += [Finding("疾病、残疾等个人情况", word) for word in words if word in plain]
	if "<img" in text.lower() or "data:" in text.lower():
		found.append(Finding("无法检查的图片", "图片"))
	return tuple(dict.fromkeys(found))


def _numbers(plain: str, office: bool) -> list[Finding]:
	found = []
	for what, pattern in NUMBERS:
		found += [Finding(what, _mask(match.group())) for match in re.finditer(pattern, plain)]
		plain = re.sub(pattern, "□", plain)
	plain = _DATES.sub("□", plain)
	if office:
		return found + [
			Finding("电话或账号", _mask(m.group()))
			for m in re.finditer(LONG_NUMBER, re.sub(LANDLINE, "□", plain))
		]
	for what, pattern in (("电话号码", LANDLINE), ("电话或账号", LONG_NUMBER), ("电子邮箱", EMAIL)):
		found += [Finding(what, _mask(match.group())) for match in re.finditer(pattern, plain)]
		plain = re.sub(pattern, "□", plain)
	return found


def normalised(text: str | None) -> str:
	"""Text as a reader sees it: without tags, invisible signs and full-width forms, digits as digits."""
	plain = _BLOCKS.sub("\n", text or "")
	plain = html.unescape(_TAGS.sub("", plain))
	plain = unicodedata.normalize("NFKC", plain)
	plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
	return _CHINESE_RUN.sub(lambda run: run.group().translate(_CHINESE_DIGITS), plain)


def office_phone(number: str | None) -> bool:
	"""Whether this is the phone of an office (landline, 400 or a service number), not somebody's own."""
	plain = re.sub(r"[\s（）()]", "", normalised(number))
	return bool(
		re.fullmatch(r"(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,5})?|400-?\d{3}-?\d{4}|1[12]\d{3}|9\d{4,5}", plain)
	)


def _mask(text: str) -> str:
	text = text.strip()
	return text if len(text) <= 4 else f"{text[:3]}{'*' * min(6, len(text) - 4)}{text[-1]}"


# --- the clock --------------------------------------------------------------------------------------------
# Parameter with the days a kind stays; a roll stays until the next one.
DAYS = {
	PRELIMINARY: "pub_preliminary_days",
	CONFIRMED: "pub_confirm_days",
	TERMINATION: "tekun_terminate_publicity_days",
	RAISE: "pub_raise_days",
	CORRECTION: "pub_correction_days",
}
# After an objection the law asks for a new investigation and another notice (57号 Art. 19; 43号 Art. 15, 26).
NEW_NOTICE_AFTER_OBJECTION = (PRELIMINARY, TERMINATION)


@dataclass(frozen=True)
class Ending:
	"""``planned``: last day had nothing happened; ``due``: last day, None while the end cannot be told."""

	planned: date | None
	due: date | None
	provisional: bool = False


def ending(
	kind: str,
	posted_on: date,
	parameters: ParameterSet,
	calendar: WorkCalendar,
	pauses: Iterable[tuple[date, date | None]] = (),
) -> Ending:
	"""The last day of a notice; the day of posting is not counted (57号 Art. 19; 民法典 Art. 201).

	Days are calendar or working days by ``pub_day_type``. A day on which the notice did not hang (from the
	first day of a pause up to, not including, the day it was put up again) does not count. While a pause
	lasts nobody knows the end. A last day off is not moved: the people have had their days.
	"""
	if kind not in DAYS:
		return Ending(None, None)
	days = int(parameters.get(DAYS[kind], posted_on))
	working = str(parameters.get("pub_day_type", posted_on)) == "working"
	pauses = list(pauses)
	planned, provisional = _last_day(posted_on, days, working, calendar, [])
	due, later = _last_day(posted_on, days, working, calendar, [pause for pause in pauses if pause[1]])
	if any(end is None and start <= due for start, end in pauses):
		due = None
	return Ending(planned, due, provisional or later)


def _last_day(posted_on, days, working, calendar, pauses) -> tuple[date, bool]:
	day, left, provisional = posted_on, days, False
	while left:
		day += timedelta(days=1)
		provisional = provisional or (working and not calendar.announced(day.year))
		hangs = not any(start <= day < end for start, end in pauses)
		left -= hangs and (not working or calendar.is_workday(day))
	return day, provisional
