"""Which characters this server can print: those that one of its installed fonts has.

A name with a character that no font has is printed as a box. That is said when it is entered, and nothing with a
box goes to the public (casework/characters.py and public_disclosure/content.py keep it).
"""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from bisect import bisect_right
from functools import cache

from socaid_app.policy import texts

# Have no picture of their own: control and format characters, marks that join the letter before, blanks.
WITHOUT_PICTURE = ("Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp")


def missing(text: str) -> list[str]:
	"""The characters of ``text`` that would be printed as a box, each once, in order."""
	return [letter for letter in dict.fromkeys(text or "") if not _is_shown(letter)]


def described(letters: list[str]) -> str:
	"""``〔U+E863〕``: what cannot be shown is named by its number."""
	return "、".join(f"〔U+{ord(letter):04X}〕" for letter in letters)


def _is_shown(letter: str) -> bool:
	if letter < "\x7f" or unicodedata.category(letter) in WITHOUT_PICTURE:
		return True
	if texts.is_private(letter) or letter == texts.REPLACEMENT:
		return False
	firsts, lasts = _ranges()
	if not firsts:
		# without fontconfig nobody knows; the self-check of a server is not the clerk's matter
		return True
	place = bisect_right(firsts, ord(letter)) - 1
	return place >= 0 and ord(letter) <= lasts[place]


@cache
def _ranges() -> tuple[list[int], list[int]]:
	"""First and last code points of what all fonts together have; asked once a process."""
	program = shutil.which("fc-list")
	if not program:
		return [], []
	listed = subprocess.run([program, "--format", "%{charset}\n"], capture_output=True, text=True, timeout=30)
	spans = set()
	for part in set(listed.stdout.split()):
		first, _dash, last = part.partition("-")
		spans.add((int(first, 16), int(last or first, 16)))
	firsts: list[int] = []
	lasts: list[int] = []
	for first, last in sorted(spans):
		if firsts and first <= lasts[-1] + 1:
			lasts[-1] = max(lasts[-1], last)
		else:
			firsts.append(first)
			lasts.append(last)
	return firsts, lasts
