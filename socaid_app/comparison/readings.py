"""Names as they are compared with a source: variant and traditional characters folded, every way to read them.

``policy/names.py`` gives a name its one stored form; another agency may have written the same person with another
character (昇 for 升), in traditional characters, by ear (善 for 单), in pinyin, or with two characters swapped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice, product

from pypinyin import Style, pinyin

from socaid_app.comparison.optional import library
from socaid_app.policy import names, texts

# More readings than that has no name in use; of a long foreign name only the first signs are read in several ways.
MOST_READINGS, MOST_SIGNS = 24, 4
# Characters written for one another in names, the standard one last: those that the conversion of traditional
# characters does not know (第一批异体字整理表 1955, and those the 通用规范汉字表 of 2013 gave back to names).
VARIANTS = """
喆哲 嚞哲 悊哲 淼渺 堃坤 犇奔 甦苏 蘓苏 龢和 咊和 邨村 迺乃 廼乃 氷冰 惪德 悳德 珎珍 琹琴 琁璇 仝同 勲勋 叡睿 咲笑 囯国 圀国 囻国
姸妍 寳宝 珤宝 崐昆 喦岩 嵒岩 巗岩 彊强 懽欢 驩欢 旹时 晧皓 皜皓 皞皓 暎映 朙明 眀明 桺柳 栁柳 栢柏 柟楠 楳梅 槑梅 淸清 渕渊 絜洁
澂澄 濬浚 炤照 烱炯 煇辉 煖暖 熈熙 煕熙 凞熙 燄焰 熖焰 燿耀 瑯琅 瑠琉 畧略 疎疏 睂眉 碁棋 秊年 竒奇 翺翱 聦聪 聡聪 芲花 荘庄 萲萱
蕿萱 蘐萱 蘂蕊 蕋蕊 覩睹 豊丰 賛赞 逈迥 銕铁 鐡铁 寯俊 頴颖 颕颖 髙高 鴈雁 麐麟 黙默 龎庞 呉吴 冨富 凃涂 効效 勅敕 坵丘 斈学 寕宁
寗宁 甯宁 尙尚 峩峨 廸迪 廻回 愼慎 戸户 斉齐 旾春 昻昂 晢晰 晳晰 皙晰 朖朗 楽乐 浄净 玅妙 瓈璃 璚琼 粦磷 鎔熔 镕熔 恵惠 歩步 徳德
青靑 阎闫 閻闫 傅付 戴代 肖萧 苐弟 珏玨
"""
FOLDED = {ord(pair[0]): pair[1] for pair in VARIANTS.split()}
LATIN = re.compile(r"[a-z]+")


def folded(name: str | None) -> str:
	"""The name with one character for each that is written in several ways: ``張昇`` → ``张升``."""
	return "".join(_plain(sign) for sign in comparable(name))


def comparable(name: str | None) -> str:
	return names.canonical(texts.canonical(name or "")).casefold()


@cache
def _plain(sign: str) -> str:
	"""Variants come before and after: 閻 is 阎 in simplified characters, and that is written 闫."""
	sign = sign.translate(FOLDED)
	if sign > "\u2e80":
		sign = _simplifier().convert(sign)
	return sign.translate(FOLDED)


@cache
def _simplifier():
	return library("opencc", "linkage", "按姓名近似匹配").OpenCC("t2s")


def readings(name: str | None) -> list[str]:
	"""Every way to say the name in pinyin without tones, the usual one first: ``单丹`` → ``dandan shandan …``.

	A name in Latin letters is taken for pinyin, the surname in front or behind.
	"""
	plain = comparable(name)
	if not any(sign > "\u2e80" for sign in plain):
		return _spelled(plain)
	signs = [sign for sign in folded(name) if sign.isalnum()]
	said = [_said(sign) if place < MOST_SIGNS else _said(sign)[:1] for place, sign in enumerate(signs)]
	# backwards, so that the surname's readings come first
	ways = islice(product(*reversed(said)), MOST_READINGS)
	return list(dict.fromkeys("".join(reversed(way)) for way in ways))


def _spelled(latin: str) -> list[str]:
	"""``lyu`` of a passport and ``lü`` are ``lv`` as pypinyin writes it."""
	latin = "".join("v" if sign == "ü" else sign for sign in unicodedata.normalize("NFC", latin))
	words = [word.replace("lyu", "lv").replace("nyu", "nv") for word in LATIN.findall(latin)]
	if not words:
		return []
	return list(dict.fromkeys(("".join(words), "".join(words[-1:] + words[:-1]))))


@cache
def _said(sign: str) -> tuple[str, ...]:
	"""Readings of one character; a letter reads as itself."""
	(found,) = pinyin(sign, style=Style.NORMAL, heteronym=True) or ((sign,),)
	return tuple(dict.fromkeys(found))


def surname(name: str | None) -> str:
	"""The folded surname, compound ones whole; of a name with a dot what stands before it."""
	plain = folded(name)
	if names.DOT in plain:
		return plain.partition(names.DOT)[0]
	length = next((length for length in (3, 2) if plain[:length] in COMPOUND), 1)
	return plain[:length]


# The compound surnames in use; some of them are read otherwise than their characters (policy/names.py).
_COMPOUND = (
	"欧阳 太史 端木 上官 司马 东方 独孤 南宫 夏侯 诸葛 公孙 慕容 宇文 司徒 司空 皇甫 申屠 淳于 太叔 轩辕 赫连 钟离 闻人 公冶 公羊"
	" 濮阳 仲孙 呼延 东郭 南门 西门 百里 第五 鲜于 巫马 公西 漆雕 纳兰 完颜 叶赫 爱新觉罗"
)
COMPOUND = frozenset(names.COMPOUNDS) | frozenset(_COMPOUND.split())
