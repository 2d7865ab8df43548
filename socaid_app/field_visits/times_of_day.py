"""A time of day, as minutes since midnight and as text."""

import re
from datetime import timedelta

import frappe
from frappe import _

TIME = re.compile(r"(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?$")


class TimeUnreadable(frappe.ValidationError):
	pass


def minute(value) -> int | None:
	"""A time of day as minutes since midnight: text like 9:30, or a timedelta from the database.

	Raises :class:`TimeUnreadable`.
	"""
	if value in (None, ""):
		return None
	if isinstance(value, timedelta):
		return int(value.total_seconds() // 60)
	read = TIME.match(str(value).strip().replace("：", ":"))
	if not read or int(read[1]) > 23 or int(read[2]) > 59:
		frappe.throw(_("{0} is not a time of day. Enter it like 09:30.").format(value), TimeUnreadable)
	return int(read[1]) * 60 + int(read[2])


def clock(minutes: int | None) -> str | None:
	"""Minutes since midnight as text: Frappe fills empty Time fields of rows with the present moment."""
	return None if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"
