"""What Frappe's functions looked like when they were judged: ``signatures_15.csv``, ``signatures_16.csv``, of the Frappe
that was reviewed. A version without a list of its own is held against the newest before it.

A line of ``doors.csv`` judges one function as it was. Where a newer Frappe gives it another argument, another preset,
or lets guests call it, the judgement is of something else: the function answers administrators alone, as an unknown
one does (:func:`socaid_app.permissions.doors.door_of`). Annotations are not compared, nor is what a function does.

``bench --site SITE socaid-signatures --output …/signatures_15.csv`` writes the file of this Frappe anew; its diff is what a release
has to review.
"""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple, TextIO

import frappe

from socaid_app.frappe_versions import MAJOR

LISTS = {int(path.stem.rpartition("_")[2]): path for path in Path(__file__).parent.glob("signatures_*.csv")}
JUDGED = LISTS[max(version for version in LISTS if version <= MAJOR)]
HEADER = ("function", "signature", "verbs", "guest", "xss_safe")


class Shape(NamedTuple):
	signature: str
	verbs: str
	guest: str
	xss_safe: str


def path_of(function: Callable) -> str:
	return f"{function.__module__}.{function.__qualname__}"


def shape_of(function: Callable) -> Shape:
	"""Names, kinds and presets of the arguments, and how the function was whitelisted."""
	signature = inspect.signature(function)
	arguments = [
		argument.replace(annotation=inspect.Parameter.empty) for argument in signature.parameters.values()
	]
	return Shape(
		str(signature.replace(parameters=arguments, return_annotation=inspect.Signature.empty)),
		# what is no door at all has none
		" ".join(sorted(frappe.allowed_http_methods_for_whitelisted_func.get(function, ()))),
		_yes(function in frappe.guest_methods),
		_yes(function in frappe.xss_safe_methods),
	)


def _yes(answer: bool) -> str:
	return "yes" if answer else ""


@cache
def judged() -> dict[str, Shape]:
	with JUDGED.open(encoding="utf-8", newline="") as file:
		return {row.pop("function"): Shape(**row) for row in csv.DictReader(file)}


# Once a process for each function that is called.
@cache
def is_as_judged(function: Callable) -> bool:
	"""Ours are judged with the release that changes them; only Frappe's change under us."""
	path = path_of(function)
	return not path.startswith("frappe.") or judged().get(path) == shape_of(function)


def write(functions: Iterable[Callable], file: TextIO) -> None:
	rows = csv.writer(file, lineterminator="\n")
	rows.writerow(HEADER)
	rows.writerows(sorted((path_of(function), *shape_of(function)) for function in functions))
