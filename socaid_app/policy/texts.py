"""Bytes that people bring, read as text by looking at the bytes; and what is no text at all.

Files of the county come from Excel (GB18030, or UTF-8 with a mark), from WPS and Notepad (UTF-16) and from other
systems. A text that cannot be read is refused: taken for another encoding it becomes names of nobody.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterable

BYTE_ORDER_MARKS = (
	(codecs.BOM_UTF8, "utf-8-sig"),
	(codecs.BOM_UTF16_LE, "utf-16"),
	(codecs.BOM_UTF16_BE, "utf-16"),
)
# What a text of lines and columns holds of the control characters.
LAYOUT = "\t\n\r\f\v"
# Stands for what a reader could not read.
REPLACEMENT = "\ufffd"
# Old systems kept characters that Unicode had not taken up yet at places of their own (GBK); GB18030-2022 has the
# true one for all of them. Ranges of bytes, and the first place of each.
_OLD_PLACES = (
	(0xA6D9, 0xA6DF, 0xE78D),
	(0xA6EC, 0xA6ED, 0xE794),
	(0xA6F3, 0xA6F3, 0xE796),
	(0xA8BC, 0xA8BC, 0xE7C7),
)
_OLD_PLACES += (
	(0xA8BF, 0xA8BF, 0xE7C8),
	(0xA989, 0xA995, 0xE7E7),
	(0xFE50, 0xFE7E, 0xE815),
	(0xFE80, 0xFEA0, 0xE844),
)
# Where Python's codec, which is of 2005, still has the old place (GB18030-2022, Annex D).
_SINCE_2022 = {
	0xE78D: 0xFE10,
	0xE78E: 0xFE12,
	0xE78F: 0xFE11,
	0xE790: 0xFE13,
	0xE791: 0xFE14,
	0xE792: 0xFE15,
	0xE793: 0xFE16,
	0xE794: 0xFE17,
	0xE795: 0xFE18,
	0xE796: 0xFE19,
	0xE7C7: 0x1E3F,
	0xE816: 0x20087,
	0xE817: 0x20089,
	0xE818: 0x200CC,
	0xE81E: 0x9FB4,
	0xE826: 0x9FB5,
	0xE82B: 0x9FB6,
	0xE82C: 0x9FB7,
	0xE831: 0x215D7,
	0xE832: 0x9FB8,
	0xE83B: 0x2298F,
	0xE843: 0x9FB9,
	0xE854: 0x9FBA,
	0xE855: 0x241FE,
	0xE864: 0x9FBB,
}


class UnreadableText(ValueError):
	"""The bytes are no text; the message says what to do."""


def decode(content: bytes) -> str:
	"""By the byte order mark, else as UTF-8, else as GB18030; UTF-16 without a mark by its empty bytes.

	Raises UnreadableText.
	"""
	for encoding in _candidates(content):
		try:
			text = content.decode(encoding)
		except UnicodeDecodeError:
			continue
		if _is_binary(text):
			break
		return canonical(text)
	raise UnreadableText(
		"文件不是UTF-8、UTF-16或GB18030编码的文本，无法读取。请用Excel或WPS另存为“CSV UTF-8”后重新上传。"
	)


def _candidates(content: bytes) -> Iterable[str]:
	if marked := [encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark)]:
		return marked
	if b"\0" in content:
		# half of the bytes of digits, commas and ends of lines are empty: the second ones, or the first
		little = content[1::2].count(0) >= content[::2].count(0)
		return ("utf-16-le",) if little else ("utf-16-be",)
	return ("utf-8", "gb18030")


def _is_binary(text: str) -> bool:
	return any(ord(letter) < 32 and letter not in LAYOUT for letter in text) or REPLACEMENT in text


# --- characters -------------------------------------------------------------------------------------------
def _places() -> dict[int, int]:
	places = {}
	for first, last, place in _OLD_PLACES:
		for number in range(last - first + 1):
			now = ord((first + number).to_bytes(2, "big").decode("gb18030"))
			places[place + number] = _SINCE_2022.get(now, now)
	return places


PLACES = _places()


def canonical(text: str) -> str:
	"""Characters at the private places of old systems become the true ones: U+E863 becomes 䶮 (GB18030-2022)."""
	return text.translate(PLACES)


def is_private(letter: str) -> bool:
	"""Whether each system draws something else, or nothing, for this character."""
	return unicodedata.category(letter) == "Co"


def is_letter(letter: str) -> bool:
	"""A letter of a known script. All of planes 2 and 3 are Han, also what is younger than Python's tables; 〇 counts."""
	return unicodedata.category(letter)[0] == "L" or letter == "〇" or 0x20000 <= ord(letter) < 0x3FFFE


def is_name(text: str) -> bool:
	"""Whether a person can be called so: a letter at least, and nothing that stands for an unread character."""
	return REPLACEMENT not in text and any(is_letter(letter) for letter in text)
