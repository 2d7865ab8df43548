"""Who hears of what, and who is asked: lists of functions in hooks.py, so that no module below knows those above.

A hook is named after what it is; where it is called, the docstring says with what. The functions are called in the
order of the apps, and within an app in the order of the list.

Who hears of a save while it runs does not write into the record that is saved: it would be written twice, and the
second time past its form. The record takes up by itself, at the end, what the others have added.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import frappe


def tell(hook: str, *about) -> None:
	"""Call everybody in the list ``hook``."""
	for _answer in ask(hook, *about):
		pass


def ask(hook: str, *about) -> Iterator:
	"""What each in the list ``hook`` answers."""
	for path in frappe.get_hooks(hook):
		yield frappe.get_attr(path)(*about)


@dataclass
class Save:
	"""A save that is running; ``behind`` once somebody has changed what the record is computed from."""

	behind: bool = False


@contextmanager
def being_saved(doctype: str, name: str) -> Iterator[Save]:
	"""While the block runs, whoever would bring this record up to date leaves that to its own save."""
	saves = frappe.flags.setdefault("socaid_saves", {})
	save = saves[doctype, name] = Save()
	try:
		yield save
	finally:
		del saves[doctype, name]


def is_left_to_its_save(doctype: str, name: str) -> bool:
	"""Whether the record is being saved: then it takes up by itself what has changed."""
	save = frappe.flags.get("socaid_saves", {}).get((doctype, name))
	if save:
		save.behind = True
	return bool(save)
