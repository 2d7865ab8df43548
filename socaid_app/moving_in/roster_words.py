"""The words of rosters and what they stand for: relations, categories, places, the state of a person.

Imports no frappe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from socaid_app.policy import names, terms
from socaid_app.policy.standards import StandardSet

# Words beside the names of GB/T 4761 that say one relation and no other.
RELATIONS = {
	"本人": terms.HEAD,
	"户主本人": terms.HEAD,
	"妻子": "12",
	"丈夫": "11",
	"夫妻": "10",
	"儿子": "20",
	"之子": "20",
	"女儿": "30",
	"之女": "30",
	"养子": "27",
	"继子": "27",
	"养女": "37",
	"继女": "37",
	"父": "51",
	"母": "52",
	"爷爷": "61",
	"祖父": "61",
	"奶奶": "62",
	"外公": "63",
	"姥爷": "63",
	"外婆": "64",
	"姥姥": "64",
	"哥哥": "71",
	"弟弟": "73",
	"姐": "75",
	"妹": "77",
	"儿媳妇": "38",
	"媳妇": "38",
	"孙": "40",
	"其他关系": "80",
}
AREAS = {
	"城市": terms.URBAN,
	"城镇": terms.URBAN,
	"城": terms.URBAN,
	"非农": terms.URBAN,
	"农村": terms.RURAL,
	"乡村": terms.RURAL,
	"农": terms.RURAL,
}
CHOICES: Mapping[str, Mapping[str, str]] = {
	"sex": {"男": terms.MALE, "女": terms.FEMALE, "男性": terms.MALE, "女性": terms.FEMALE},
	"area": AREAS,
	"hukou_type": {
		"农业": "Rural",
		"农业户口": "Rural",
		"农村": "Rural",
		"农村户口": "Rural",
		"非农业": "Urban",
		"非农业户口": "Urban",
		"城镇": "Urban",
		"城镇户口": "Urban",
		"城市": "Urban",
	},
	"marital": {
		"未婚": "Unmarried",
		"已婚": "Married",
		"初婚": "Married",
		"再婚": "Married",
		"复婚": "Married",
		"丧偶": "Widowed",
		"离婚": "Divorced",
		"离异": "Divorced",
	},
	"labour_capacity": {
		"有": "Full",
		"有劳动能力": "Full",
		"完全劳动能力": "Full",
		"部分丧失劳动能力": "Partial",
		"部分丧失": "Partial",
		"部分劳动能力": "Partial",
		"无": "None",
		"无劳动能力": "None",
		"丧失劳动能力": "None",
		"完全丧失劳动能力": "None",
	},
	"health": {
		"健康": "Healthy",
		"良好": "Healthy",
		"健康或良好": "Healthy",
		"慢性病": "Chronic Illness",
		"患有慢性病": "Chronic Illness",
		"长期慢性病": "Chronic Illness",
		"重病": "Serious Illness",
		"大病": "Serious Illness",
		"患有重病": "Serious Illness",
		"患有大病": "Serious Illness",
	},
	"disability_type": {
		word + end: value
		for word, value in zip(
			("视力", "听力", "言语", "肢体", "智力", "精神", "多重"), terms.DISABILITY_TYPES, strict=True
		)
		for end in ("", "残疾")
	},
	"disability_grade": {
		word: grade
		for han, grade in zip("一二三四", terms.DISABILITY_GRADES, strict=True)
		for word in (grade, f"{grade}级", f"{han}级", han)
	},
	"care_grade": {
		"全自理": terms.SELF_RELIANT,
		"自理": terms.SELF_RELIANT,
		"具备生活自理能力": terms.SELF_RELIANT,
		"有生活自理能力": terms.SELF_RELIANT,
		"半护理": terms.HALF_CARE,
		"半自理": terms.HALF_CARE,
		"部分丧失生活自理能力": terms.HALF_CARE,
		"全护理": terms.FULL_CARE,
		"失能": terms.FULL_CARE,
		"完全丧失生活自理能力": terms.FULL_CARE,
	},
}
TRUE, FALSE = ("是", "有", "y", "yes", "1", "√"), ("否", "无", "n", "no", "0", "×")
LIVING = ("正常", "在世", "健在", "在册", "在享", "享受", "生存", "否")
DEAD = re.compile("死亡|去世|已故|亡故|逝世|^是$")
# What stands behind the name of a village in one list and not in another.
_SUFFIX = re.compile("(社区居民委员会|居民委员会|村民委员会|社区居委会|居委会|村委会|社区|村)$")


class UnclearWord(ValueError):
	"""The word means nothing here, or too much; the message says what to write."""


@dataclass(frozen=True)
class Category:
	name: str
	scheme: str
	area: str
	unit: str
	payment: str
	support_form: str = ""


@dataclass(frozen=True)
class Division:
	code: str
	name: str
	level: str
	area: str = ""


# Which categories a word of the old system means; the county's own names come first.
_MEANT = {
	"低保": (terms.DIBAO, "", ""),
	"最低生活保障": (terms.DIBAO, "", ""),
	"城市低保": (terms.DIBAO, terms.URBAN, ""),
	"城镇低保": (terms.DIBAO, terms.URBAN, ""),
	"城市居民最低生活保障": (terms.DIBAO, terms.URBAN, ""),
	"城市最低生活保障": (terms.DIBAO, terms.URBAN, ""),
	"农村低保": (terms.DIBAO, terms.RURAL, ""),
	"农村居民最低生活保障": (terms.DIBAO, terms.RURAL, ""),
	"农村最低生活保障": (terms.DIBAO, terms.RURAL, ""),
	"特困": (terms.TEKUN, "", ""),
	"特困人员": (terms.TEKUN, "", ""),
	"特困供养": (terms.TEKUN, "", ""),
	"特困集中供养": (terms.TEKUN, "", terms.CENTRALISED),
	"集中供养": (terms.TEKUN, "", terms.CENTRALISED),
	"特困分散供养": (terms.TEKUN, "", terms.SCATTERED),
	"分散供养": (terms.TEKUN, "", terms.SCATTERED),
	"低保边缘家庭": (terms.EDGE, "", ""),
	"低保边缘": (terms.EDGE, "", ""),
	"刚性支出困难家庭": (terms.RIGID, "", ""),
}


@dataclass
class Vocabulary:
	"""What the words of a roster can mean in this county on a day; ``within``: the code under which its places lie."""

	today: date
	kinships: Mapping[str, str]
	categories: Iterable[Category]
	divisions: Iterable[Division]
	standards: StandardSet
	within: str = ""
	_places: dict[tuple[str, str], str | UnclearWord] = field(default_factory=dict)

	def __post_init__(self) -> None:
		self.categories = tuple(self.categories)
		self.by_code = {each.code: each for each in self.divisions}
		self.relations = {**RELATIONS, **self.kinships} | {code: code for code in self.kinships.values()}
		self.relations |= {"本人": terms.HEAD, "01": terms.HEAD}
		self._villages: dict[str, list[Division]] = {}
		for each in self.by_code.values():
			if each.level == "Village":
				for name in {each.name, _stem(each.name)}:
					self._villages.setdefault(name, []).append(each)
		self._townships: dict[str, list[Division]] = {}
		for each in self.by_code.values():
			if each.level == "Township":
				self._townships.setdefault(each.name, []).append(each)

	# --- relations and categories -----------------------------------------------------------------------------
	def kinship(self, word: str) -> str:
		if word not in self.relations:
			raise UnclearWord(
				f"不认识的关系“{word[:20]}”，请按国家标准填写，如户主、配偶、妻、子、女、父亲、母亲"
			)
		return self.relations[word]

	def category(self, word: str, area: str = "") -> Category:
		"""``area`` of the household decides where a word leaves town or country open."""
		own = [each for each in self.categories if each.name == word]
		if own:
			return own[0]
		if word not in _MEANT:
			names_ = "、".join(each.name for each in self.categories if each.payment != terms.ONE_OFF)
			raise UnclearWord(f"不认识的救助类别“{word[:20]}”，可填：{names_}")
		scheme, of_area, form = _MEANT[word]
		fitting = [
			each
			for each in self.categories
			if each.scheme == scheme
			and (not form or each.support_form == form)
			and (not each.area or each.area == (of_area or area))
		]
		if len(fitting) != 1:
			names_ = "、".join(each.name for each in self.categories if each.scheme == scheme)
			raise UnclearWord(f"“{word[:20]}”不够明确，请写明：{names_}")
		return fitting[0]

	# --- places -----------------------------------------------------------------------------------------------
	def village(self, word: str, township: str = "") -> str:
		"""The code of the one village that is meant. Raises UnclearWord."""
		key = (word, township)
		if key not in self._places:
			try:
				self._places[key] = self._village(word, township)
			except UnclearWord as error:
				self._places[key] = error
		found = self._places[key]
		if isinstance(found, UnclearWord):
			raise found
		return found

	def _village(self, word: str, township: str) -> str:
		if re.fullmatch("[0-9]{12}", word):
			found = [self.by_code[word]] if word in self.by_code else []
			if found and found[0].level != "Village":
				raise UnclearWord(f"“{found[0].name}”不是村（社区），请填到村")
		else:
			for name in self._townships if not township else ():
				if word.startswith(name) and word != name:
					township, word = name, word.removeprefix(name)
					break
			found = self._villages.get(word) or self._villages.get(_stem(word)) or []
			if township:
				codes = {each.code[:9] for each in self._townships.get(township, ())}
				if not codes:
					raise UnclearWord(f"没有名为“{township[:20]}”的乡镇（街道）")
				found = [each for each in found if each.code[:9] in codes]
		if not found:
			raise UnclearWord(
				f"没有名为“{word[:30]}”的村（社区），请按行政区划中的名称填写，或填12位区划代码"
			)
		inside = [each for each in found if each.code.startswith(self.within)]
		if not inside:
			raise UnclearWord(f"“{word[:30]}”不在本次导入的范围内")
		if len(inside) > 1:
			raise UnclearWord(f"叫“{word[:30]}”的村（社区）不止一个，请同时填写乡镇，或填12位区划代码")
		return inside[0].code

	def area_of(self, code: str) -> str:
		"""Of the village, or of the township above it."""
		for each in (code, code[:9].ljust(12, "0")):
			if found := self.by_code.get(each):
				if found.area:
					return found.area
		return ""


def _stem(name: str) -> str:
	return _SUFFIX.sub("", name) or name


def truth(word: str) -> bool:
	if word.lower() in TRUE:
		return True
	if word.lower() in FALSE:
		return False
	raise UnclearWord("应填“是”或“否”")


def choice(name: str, word: str) -> str:
	known = CHOICES[name]
	if word not in known:
		raise UnclearWord(f"不认识“{word[:20]}”，可填：{'、'.join(list(known)[:8])}")
	return known[word]


def require_living(word: str) -> None:
	if DEAD.search(word):
		raise UnclearWord("此人已去世，不能写入；本户待遇请先按实际人口核定")
	if word not in LIVING:
		raise UnclearWord(f"人员状态“{word[:20]}”不能写入，请核对；在册人员填“正常”")


def clean(text: str) -> str:
	"""A cell as it is compared; most are plain already."""
	return text if _PLAIN.fullmatch(text) else names.legible(text)


_PLAIN = re.compile("[!-~\u4e00-\u9fff]*")
