"""What the Frappe versions this app runs on ask for differently; nothing else asks which one it is.

Which versions were tried, and how, stands in docs/frappe-versions.zh.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import frappe
import frappe.database.query
from frappe.model.document import Document
from frappe.utils import evaluate_filters, get_absolute_url

MAJOR = int(frappe.__version__.partition(".")[0])
# What a hook ``has_permission`` says that has no objection: Frappe 15 takes the first answer and so needs none,
# later versions ask every hook for a yes.
NO_OBJECTION = None if MAJOR < 16 else True
# Where the desk is: /app, or /desk.
DESK = "/" + get_absolute_url("DocType", "DocType").split("/")[1]
# Later versions take no SQL for a field of a list.
_BY_DICTS = hasattr(frappe.database.query, "FUNCTION_MAPPING")


def aggregate(function: str, field: str, name: str) -> str | dict[str, str]:
	"""A field of ``get_list`` and ``get_all`` over the rows of a group: ``aggregate("count", "name", "found")``."""
	return {function.upper(): field, "as": name} if _BY_DICTS else f"{function}({field}) as {name}"


def meets(doc: Document, filters: Iterable[Sequence]) -> bool:
	"""Whether a document meets filters of a list. Version 16 takes the "set" of "is set" on a date for a date."""
	return all(
		bool(doc.get(field)) == (value == "set")
		if operator == "is"
		else evaluate_filters(doc, [[field, operator, value]])
		for *_doctype, field, operator, value in filters
	)
