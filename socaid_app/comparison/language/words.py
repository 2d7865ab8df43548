"""What a condition may talk about, and the words of the language in both spellings.

A condition is written with plain names (``value > 50000元 and kind != "摩托车"``) or in Chinese, as its sentence is
(``“购置价”高于50,000.00元，并且“车辆类型”不是「摩托车」``). It is one language with one parser, so the sentence a clerk
reads *is* the condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from socaid_app.comparison.fields import Field
from socaid_app.comparison.kinds import MONEY, NUMBER, TRUTH
from socaid_app.comparison.language.tree import HOUSEHOLD, PERSON, ROW
from socaid_app.policy import standards, terms

SCHEME_NAMES = {
	terms.DIBAO: "低保",
	terms.TEKUN: "特困",
	terms.EDGE: "低保边缘",
	terms.RIGID: "刚性支出困难",
	terms.TEMPORARY: "临时救助",
	terms.OTHER_SCHEME: "其他救助",
	terms.ORPHAN: "孤儿或事实无人抚养儿童",
}
STANDARD_NAMES = {
	standards.DIBAO_STANDARD: "低保标准",
	standards.TEKUN_BASIC: "特困基本生活标准",
	standards.MINIMUM_WAGE: "最低工资",
	standards.DISPOSABLE_INCOME: "上年度人均可支配收入",
}
PARAMETER, STANDARD = "parameter", "standard"
SCOPE_NAMES = {PERSON: "本人", HOUSEHOLD: "家庭"}

# Chinese word → word of the language; the first of each is the one a sentence uses.
COMPARISONS = {
	"等于": "=",
	"不等于": "!=",
	"高于": ">",
	"不低于": ">=",
	"低于": "<",
	"不高于": "<=",
	"晚于": ">",
	"不早于": ">=",
	"早于": "<",
	"不晚于": "<=",
	"不是": "!=",
	"是": "=",
	"大于": ">",
	"不小于": ">=",
	"小于": "<",
	"不大于": "<=",
	"超过": ">",
	"不超过": "<=",
}
CONNECTIVES = {"并且": "and", "或者": "or", "且": "and", "或": "or", "并非": "not"}
SIGNS = {"加": "+", "减": "-", "乘以": "*", "除以": "/", "负": "-"}
FUNCTIONS = {
	"周岁": "age",
	"满月数": "months",
	"天数": "days",
	"包含": "contains",
	"参数": PARAMETER,
	"标准": STANDARD,
	"享受": "receives",
	"记录数": "count",
	"不同个数": "distinct",
	"合计": "sum",
	"有记录满足": "any",
	"最大值": "largest",
	"最小值": "smallest",
}
OTHERS = {
	"属于": "in",
	"不属于": "not in",
	"介于": "between",
	"不介于": "not between",
	"与": "to",
	"之间": "end",
	"未填": "is missing",
	"已填": "is not missing",
	"其中": "where",
	"数据日": "day",
	"本人的": "person.",
	"家庭的": "household.",
	"万元": "万元",
	"元": "元",
}
CHINESE = COMPARISONS | CONNECTIVES | SIGNS | FUNCTIONS | OTHERS
AGGREGATES = ("count", "distinct", "sum", "any", "largest", "smallest")
# Parameters of these units are money; Check is a truth value, texts cannot be used.
MONEY_UNITS = ("yuan",)


@dataclass(frozen=True)
class Vocabulary:
	"""The fields a condition may name. ``unit`` is what it is asked of; ``parameters`` key → (kind, label)."""

	unit: str
	row: Mapping[str, Field] = field(default_factory=dict)
	person: Mapping[str, Field] = field(default_factory=dict)
	household: Mapping[str, Field] = field(default_factory=dict)
	parameters: Mapping[str, tuple[str, str]] = field(default_factory=dict)

	@cached_property
	def _by_word(self) -> dict[tuple[str, str], Field]:
		found: dict[tuple[str, str], Field] = {}
		for scope, fields_of in ((ROW, self.row), (PERSON, self.person), (HOUSEHOLD, self.household)):
			for one in fields_of.values():
				found[(scope, one.name)] = found[(scope, one.label)] = one
		return found

	def find(self, scope: str, word: str) -> Field | None:
		return self._by_word.get((scope, word))

	def known(self, scope: str) -> list[str]:
		return [one.label for one in getattr(self, scope).values()]

	def parameter(self, word: str) -> tuple[str, str, str] | None:
		"""Key, kind and label of a parameter named by key or label."""
		for key, (kind, label) in self.parameters.items():
			if word in (key, label):
				return key, kind, label
		return None


def parameter_words(records) -> dict[str, tuple[str, str]]:
	"""Key → (kind, label) of those of a ParameterSet that a condition can use."""
	found = {}
	for record in records:
		if isinstance(record.value, bool):
			kind = TRUTH
		elif isinstance(record.value, str):
			continue
		else:
			kind = MONEY if record.unit in MONEY_UNITS else NUMBER
		found[record.key] = (kind, record.label or record.key)
	return found
