"""Incidents of a period by kind: how many, of which level, near misses, how fast, what still waits."""

from __future__ import annotations

import frappe
from frappe import _

from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column
from socaid_app.service_management.emergency_plans import LEVELS
from socaid_app.service_management.incidents import CLOSED, DOCTYPE, NONE


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date."""
	rows = counted(frappe._dict(filters or {}))
	for row in rows:
		row.kind = _(row.event_type, context=DOCTYPE)
	return columns(), rows


def counted(filters: frappe._dict) -> list[frappe._dict]:
	conditions = ["status != %(none)s"]
	if filters.from_date:
		conditions.append("occurred_at >= %(from_date)s")
	if filters.to_date:
		conditions.append("occurred_at < date_add(%(to_date)s, interval 1 day)")
	if scope := scope_condition(DOCTYPE):
		conditions.append(scope)
	levels = ", ".join(f"sum(level = '{level}') as level_{number}" for number, level in enumerate(LEVELS, 1))
	return frappe.db.sql(
		f"""select event_type, count(*) as reported, sum(near_miss) as near_misses, {levels},
		round(avg(timestampdiff(second, creation, graded_at)) / 60, 1) as minutes_to_level,
		round(avg(timestampdiff(second, creation, ended_at)) / 3600, 1) as hours_to_end,
		sum(status != %(closed)s) as not_closed
		from `tab{DOCTYPE}` where {" and ".join(conditions)} group by event_type order by event_type""",
		{**filters, "none": NONE, "closed": CLOSED},
		as_dict=True,
	)


def columns() -> list[dict]:
	levels = (
		(_("Level I"), "level_1"),
		(_("Level II"), "level_2"),
		(_("Level III"), "level_3"),
		(_("Level IV"), "level_4"),
	)
	return [
		column("kind", _("Kind of Event"), "Data", 160),
		column("reported", _("Incidents Reported"), "Int", 110),
		column("near_misses", _("Near Misses"), "Int", 110),
		*(column(name, label, "Int", 100) for label, name in levels),
		column("minutes_to_level", _("Mean Minutes to the Level"), "Float", 150),
		column("hours_to_end", _("Mean Hours to the End"), "Float", 150),
		column("not_closed", _("Not Closed Yet"), "Int", 110),
	]
