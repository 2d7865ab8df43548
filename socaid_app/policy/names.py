"""Names as people write them: one form of each name, its parts, and the initials a clerk types.

The middle dot of a name that is no Han name comes as a bullet, a katakana dot or a full stop, depending on who typed
it on what; GB/T 2312's own is U+00B7, which the Ministry of Public Security prints (公通字
〔2001〕59号 asks for one form); that is the one that is stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pypinyin import Style, lazy_pinyin

DOT = "·"
# • ‧ ∙ ⋅ ・ ᛫ ● ◦ ∘ ⸱ ⸳ ⸰ ⦁ ꞏ ᐧ ⚫ 𐄁 ᆞ ㆍ ˙ ⁃ ▪ ・ and what the normal form leaves of their narrow and wide variants
DOTS = (
	"\u2022\u2027\u2219\u22c5\u30fb\u16eb\u25cf\u25e6\u2218\u2e31\u2e33\u2e30\u2981\ua78f\u1427\u26ab"
	"\U00010101\u119e\u318d\u02d9\u2043\u25aa\u00b7\u0387\u2024\u06d4\u0f0b\u2e3c\u2b24\u26aa\u00b0\u02da"
)
# Han characters, the signs among them that names have, and the private-use characters of older systems.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff\U000f0000-\U0010fffd"
# Written between Han characters, a full stop of either kind is the dot as well.
STOPS_AS_DOTS = re.compile(rf"(?<=[{HAN}])\s*[.。]\s*(?=[{HAN}])")
BLANKS_BESIDE_HAN = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
BLANKS_BESIDE_DOT = re.compile(rf"\s*{DOT}[\s{DOT}.。]*")
# Shown as nothing: what category does not already tell.
INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
BLANK_LOOKING = "\u2800"
AS_DOT = str.maketrans(dict.fromkeys(DOTS, DOT))


def canonical(name: str | None) -> str:
	"""The one form in which a name is stored, compared and looked for.

	As :func:`legible`, and between Han characters there is no blank, a full stop is the dot. ``%`` of a search stays.
	"""
	text = STOPS_AS_DOTS.sub(DOT, legible(name))
	return BLANKS_BESIDE_DOT.sub(DOT, BLANKS_BESIDE_HAN.sub("", text)).strip(f"{DOT} ")


def legible(text: str | None) -> str:
	"""What was written of several persons: compatible variants of a character are that character (NFKC), look-alikes
	of the dot are U+00B7 without blanks around it, elsewhere there are single blanks, and nothing is invisible."""
	# the dots first: the normal form turns some of them into letters and full stops
	text = unicodedata.normalize("NFKC", (text or "").translate(AS_DOT)).translate(AS_DOT)
	text = INVISIBLE.sub("", text).replace(BLANK_LOOKING, " ")
	text = "".join(
		character
		for character in text
		if character.isspace() or unicodedata.category(character) not in ("Cf", "Cc", "Cs")
	)
	return BLANKS_BESIDE_DOT.sub(DOT, " ".join(text.split()))


def parts(text: str | None) -> list[str]:
	"""What is looked for of a name, in any order: it is cut at dots and at every blank that was typed."""
	return [part for part in (canonical(piece) for piece in re.split(rf"[\s{DOTS}]+", text or "")) if part]


def same(one: str | None, other: str | None) -> bool:
	"""Whether two names are one, however they are written; no name is the same as none."""
	first = canonical(one).casefold()
	return bool(first) and first == canonical(other).casefold()


# --- initials -----------------------------------------------------------------------------------------------
# Initials of the readings in use of surnames that are read otherwise than the character, or in several ways.
SURNAMES = {
	"单": "s", "查": "z", "仇": "q", "解": "x", "曾": "z", "区": "o", "翟": "zd", "乐": "yl", "覃": "qt",
	"么": "y", "种": "cz", "繁": "pf", "折": "sz", "祭": "zj", "召": "sz", "藏": "zc", "隗": "wk", "句": "gj",
	"秘": "bm", "阚": "kh", "尉": "wy", "宓": "mf", "佴": "ne", "郇": "xh", "郗": "xc", "镡": "txc",
	"谌": "cs", "费": "fb", "贲": "bf", "炅": "g", "逢": "pf", "郄": "qx", "莘": "sx", "呙": "gw", "钭": "td",
	"蔚": "yw", "乜": "nm", "长": "zc", "褚": "cz", "俞": "ys", "粘": "n", "强": "qj", "遆": "tc", "颉": "xj",
}  # fmt: skip
# Compound surnames, with the initials of their readings where these are not those of the characters.
COMPOUNDS = {
	"单于": "cy", "尉迟": "yc", "万俟": "mq", "长孙": "zs", "澹台": "tt", "宰父": "zf", "夹谷": "jg", "乐正": "yz",
	"亓官": "qg", "子车": "zj", "句龙": "gl", "拓跋": "tb", "拓拔": "tb", "库狄": "sd", "厍狄": "sd", "仉督": "zd",
	"毌丘": "gq", "令狐": "lh", "宿勤": "sq", "车非": "jf", "吐谷浑": "tyh",
}  # fmt: skip


def initials(name: str | None) -> str:
	"""What the name is found by, blanks between: ``单于飞`` → ``cyf syf dyf``; also by each part after a dot."""
	pieces = re.split(rf"[\s{DOT}]+", canonical(name))
	keys = list(_readings("".join(pieces)))
	if len(pieces) > 1:
		for piece in pieces[1:]:
			keys.append(_plain(piece))
	return " ".join(dict.fromkeys(key for key in keys if key))


def pinyin_initials(name: str | None) -> str:
	"""``张国民`` → ``zgm``, by the first reading; Latin letters and digits are kept, everything else is dropped."""
	return initials(name).partition(" ")[0]


def _readings(name: str) -> Iterator[str]:
	"""Compound surname before single surname before the usual reading of the characters."""
	rest = _plain(name)
	for length in (3, 2):
		if found := COMPOUNDS.get(name[:length]):
			yield found + rest[length:]
	for first in SURNAMES.get(name[:1], ""):
		yield first + rest[1:]
	yield rest


def _plain(text: str) -> str:
	text = re.sub(r"[\W_]", "", text)
	read = lazy_pinyin(text, style=Style.NORMAL)
	return "".join(part if part in text else part[:1] for part in read).lower()


def comparable_name(text: str | None) -> str:
	"""A name as it is compared: its letters alone, so that blanks, dots and widths make nobody somebody else."""
	plain = unicodedata.normalize("NFKC", text or "").casefold()
	return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LMN" or _is_private(sign))


def _is_private(sign: str) -> bool:
	"""Rare characters that old systems put where Unicode had none yet."""
	return unicodedata.category(sign) == "Co"
