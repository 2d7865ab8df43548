"""A plain name of a field is read at once. Frappe 15 runs the name of every field that it reads or filters by through
an SQL parser, to cut off comments: a twelfth of the time of a request, and the name comes out as it went in.

Whatever is more than small letters, digits and underscores is Frappe's to look at, after the fence has
(:mod:`socaid_app.permissions.fence`).
"""

from __future__ import annotations

import re

from frappe.database.query import Engine
from frappe.utils import data

from socaid_app.permissions.fence import wrap

PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)


def install() -> None:
	"""Once a process (:func:`socaid_app.overrides.install`); other sites of the bench keep Frappe's."""
	wrap(Engine, "sanitize_fields", read_fields)
	wrap(data, "sanitize_column", check_column)


def is_plain(name) -> bool:
	return isinstance(name, str) and bool(PLAIN.fullmatch(name))


def read_fields(theirs, engine: Engine, fields):
	if isinstance(fields, list | tuple):
		return [field if is_plain(field) else theirs(engine, [field])[0] for field in fields]
	return fields if is_plain(fields) else theirs(engine, fields)


def check_column(theirs, name: str) -> None:
	if not is_plain(name):
		theirs(name)
