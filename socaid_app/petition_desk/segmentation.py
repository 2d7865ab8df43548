"""Chinese text as words that a full-text index can hold.

MariaDB splits text at spaces and forgets words shorter than three characters, so it finds nothing in Chinese.
Here a sentence becomes words (jieba's dictionary and the terms of social assistance), different names of one
thing become one, and each word is padded to the length the index wants: ``低保`` → ``低保__``. Questions and
documents go through the same function. No frappe in here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
	import rjieba

# innodb_ft_min_token_size is 3, the older ft_min_word_len 4: padded words pass both.
WIDTH = 4
PAD = "_"
# One thing, several names: the first is the one that is indexed. Longer names are replaced before shorter ones.
SYNONYMS: tuple[tuple[str, ...], ...] = (
	("低保", "最低生活保障金", "最低生活保障", "低保金", "低保户", "吃低保", "贫困补助", "穷人补助"),
	("特困", "特困人员", "特困供养", "特困救助供养", "五保户", "五保", "孤寡老人", "无人赡养"),
	("低保边缘", "边缘户", "边缘家庭", "低收入家庭", "低保边缘家庭"),
	("刚性支出困难", "刚性支出", "支出型困难", "因病致贫", "因学致贫", "支出大于收入"),
	("临时救助", "临时补助", "急难救助", "应急救助", "小额快救", "救急"),
	("标准", "多少钱", "金额", "额度", "待遇", "几块钱", "发多少", "给多少", "领多少", "能领几"),
	("申请", "申办", "办理", "报名", "想要办", "想办", "要办", "给办"),
	("材料", "手续", "证明材料", "证件", "资料", "拿什么", "带什么", "准备什么", "要啥东西"),
	("条件", "资格", "符合", "够不够格", "够格", "什么人能", "谁能", "哪些人"),
	("期限", "多久", "多长时间", "几天", "多少天", "几个工作日", "何时", "什么时候", "时限", "要等"),
	("停发", "取消", "停掉", "停了", "终止", "退出", "不给了", "没了", "断了"),
	("减发", "调减", "减少", "降低", "变少", "少了", "扣了", "降了"),
	("核对", "查询银行", "查存款", "查账", "查银行", "经济状况调查"),
	("入户", "上门", "到家里", "家访", "来家"),
	("公示", "张贴", "公布名单", "贴出来", "名单"),
	("举报", "检举", "控告", "告发", "揭发", "关系保", "人情保", "优亲厚友"),
	("信访", "上访", "投诉", "反映问题", "告状"),
	("复查", "不服", "不满意", "不认可"),
	("行政复议", "复议"),
	("行政诉讼", "打官司", "起诉", "告政府"),
	("护理补贴", "照料护理", "护理费", "护理标准"),
	("敬老院", "养老院", "供养机构", "福利院", "集中供养", "集中照料"),
	("残疾", "残疾人", "残障", "伤残", "残疾证"),
	("大病", "重病", "重大疾病", "癌症", "看病", "住院", "生病", "医药费", "医疗费"),
	("存款", "储蓄", "积蓄", "银行存钱"),
	("车辆", "汽车", "轿车", "小车", "机动车", "买车", "有车"),
	("住房", "房子", "房产", "楼房", "买房"),
	("工作", "打工", "上班", "就业", "务工", "找到活"),
	("户口", "户籍", "户口簿", "户口本"),
	("老人", "爷爷", "奶奶", "姥姥", "姥爷", "老头", "老太太", "老爹", "老娘"),
	("收入增加", "涨工资", "工资涨", "挣得多", "收入多了", "加工资"),
	("变化", "变了", "变动"),
	("罚款", "怎么罚", "处罚", "受罚"),
	("外地", "异地", "人户分离", "不在户籍地", "外省"),
	("代办", "委托", "帮忙办", "能替", "替他", "替她", "走不动", "行动不便"),
	("隐瞒", "骗保", "虚报", "作假", "假材料", "造假", "骗取", "骗低保", "骗补", "骗钱"),
	("去世", "死亡", "过世", "没了人", "死了"),
	("子女", "儿女", "儿子", "女儿", "孩子"),
	("未成年", "小孩", "孤儿"),
	("隐私", "个人信息", "保密", "泄露"),
	("学费", "上学", "大学", "读书", "学生"),
	("火灾", "车祸", "意外", "突发", "着火", "烧了", "失火"),
	("进度", "到哪了", "到哪一步", "办到哪", "办得怎么样"),
	("照料", "照顾", "伺候"),
	("赡养费", "生活费", "抚养费"),
	("银行卡", "存折", "打卡", "账户", "到账", "发放", "发钱"),
)
# Words of the trade that the dictionary of the segmenter would take apart.
TERMS = (
	"渐退期",
	"单人保",
	"民主评议",
	"入户调查",
	"近亲属",
	"赡养费",
	"赡养",
	"公益性岗位",
	"授权书",
	"不予受理",
	"补正",
	"一次性告知",
	"分类施保",
	"人均收入",
	"共同生活",
	"家庭成员",
	"基础养老金",
	"高龄津贴",
	"优待抚恤金",
	"政府信息公开",
	"复核",
	"听证",
	"送达",
	"工作日",
	"刚性支出困难",
	"低保边缘",
	"临时救助",
	"敬老院",
	"自理能力",
	"防返贫",
)
# Words of a question that say nothing about its subject.
FILLERS = frozenset(
	[
		"的",
		"了",
		"吗",
		"呢",
		"吧",
		"啊",
		"呀",
		"是",
		"有",
		"在",
		"和",
		"与",
		"或",
		"及",
		"被",
		"把",
		"将",
		"对",
		"从",
		"到",
		"给",
		"让",
		"我",
		"你",
		"他",
		"她",
		"它",
		"我们",
		"你们",
		"他们",
		"我家",
		"家",
		"家里",
		"人",
		"个",
		"这",
		"那",
		"这个",
		"那个",
		"什么",
		"怎么",
		"怎样",
		"怎么办",
		"如何",
		"为什么",
		"可以",
		"能",
		"能不能",
		"可不可以",
		"能否",
		"是否",
		"要",
		"不要",
		"需要",
		"想",
		"想要",
		"请问",
		"一下",
		"会",
		"会不会",
		"应该",
		"多少",
		"几",
		"每",
		"都",
		"也",
		"还",
		"就",
		"才",
		"又",
		"不",
		"没",
		"没有",
		"有没有",
		"去",
		"来",
		"上",
		"下",
		"里",
		"后",
		"前",
		"时",
		"时候",
		"等",
		"后来",
		"已经",
		"现在",
		"如果",
		"因为",
		"所以",
		"但是",
		"办",
		"做",
		"找",
		"哪",
		"哪里",
		"哪些",
		"谁",
		"得",
		"着",
		"过",
		"最",
		"很",
		"太",
		"一",
		"一个",
		"每月",
		"每个",
		"月",
	]
)
# “低保怎么办” at the end of a question asks how to apply; elsewhere “怎么办” says nothing.
_HOW_TO = re.compile(r"(低保|特困|救助|认定)(应该|要|该)?(怎么|咋|如何)办(?=$|[？?。])")
_NAMES = {name: group[0] for group in SYNONYMS for name in group[1:]}
_NAME = re.compile("|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)))
_WORD = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def _segmenter() -> rjieba.Jieba:
	"""Loaded on first use: a tenth of a second and 25 MB."""
	import rjieba  # not before it is needed: a bench without it must still be able to load the DocTypes

	jieba = rjieba.Jieba()
	for word in (*TERMS, *(group[0] for group in SYNONYMS)):
		jieba.add_word(word, 100_000, "n")
	return jieba


def normal(text: str) -> str:
	"""Full-width forms made plain, and every known name of a thing replaced by the one that is indexed."""
	plain = _NAME.sub(lambda found: _NAMES[found[0]], unicodedata.normalize("NFKC", text or "").lower())
	return _HOW_TO.sub(r"\1申请", plain)


def words(text: str) -> list[str]:
	"""The words of a text in their order, long ones followed by the shorter words inside them; no fillers."""
	return [
		word
		for word in _segmenter().cut_for_search(normal(text), False)
		if _WORD.fullmatch(word) and word not in FILLERS
	]


def characters(text: str) -> list[str]:
	"""The single Chinese characters of a text's words: what is left in common when one was mistyped."""
	return [sign for word in words(text) for sign in _HAN.findall(word)]


def padded(tokens: list[str]) -> str:
	"""Words as the index keeps them, one space between."""
	return " ".join(token.ljust(WIDTH, PAD) for token in tokens)


def single(tokens: list[str]) -> str:
	"""Single characters as the index keeps them; the pad in front sets them apart from words."""
	return " ".join(f"{PAD}{token}{PAD}{PAD}" for token in tokens)


def characters_of(indexed: str) -> set[str]:
	"""The single characters in a text made by :func:`single`."""
	return {token[1] for token in (indexed or "").split() if token[0] == PAD and len(token) > 1}
