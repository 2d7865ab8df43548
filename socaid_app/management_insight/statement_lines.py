"""How the figures of a statement are called, and the table of one."""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.utils import fmt_money

from socaid_app import figures
from socaid_app.management_insight.report.statutory_statistics.statutory_statistics import LINES
from socaid_app.management_insight.statistics_table import GROUPS
from socaid_app.policy import figures_statement as statements

NAMES = {key: label for key, label, _unit, _depth in LINES if key in statements.LINES}


def names() -> dict[str, str]:
	"""line → its name, those of the month first, then the work that waits."""
	return {
		**{line: str(label) for line, label in NAMES.items()},
		**{line: str(figures.label(line)) for line in statements.WORK},
	}


def table(text: str | None) -> str:
	"""A statement as HTML; what is hidden is a dash, with the reason below."""
	if not text:
		return ""
	found = json.loads(text)["figures"]
	shown = [group for group in GROUPS if group in found]
	rows = [
		(name, [shown_as(line, found[group].get(line)) for group in shown])
		for line, name in names().items()
		if line in NAMES
	]
	work = [
		(name, shown_as(line, found.get("work", {}).get(line)))
		for line, name in names().items()
		if line not in NAMES
	]
	return frappe.render_template(
		"""<table class="table table-bordered table-condensed">
		<tr><th>{{ _("Item of the Table") }}</th>{% for group in groups %}<th class="text-right">{{ group }}</th>{% endfor %}</tr>
		{% for name, values in rows %}<tr><td>{{ name }}</td>{% for value in values %}<td class="text-right">{{ value }}</td>{% endfor %}</tr>{% endfor %}
		</table><table class="table table-bordered table-condensed">
		{% for name, value in work %}<tr><td>{{ name }}</td><td class="text-right">{{ value }}</td></tr>{% endfor %}
		</table><p class="text-muted small">{{ note }}</p>""",
		{"groups": [str(GROUPS[group]) for group in shown], "rows": rows, "work": work, "note": note()},
	)


def shown_as(line: str, value: float | None) -> str:
	if value is None:
		return "—"
	return fmt_money(value, precision=2 if line in statements.MONEY else 0)


def note() -> str:
	return _("A dash hides a number below {0}, and what it could be reckoned from.").format(
		statements.SMALLEST
	)
