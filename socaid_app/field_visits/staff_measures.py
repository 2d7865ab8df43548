"""What the visits know of those who make them: dates kept, what a second look found, what families said.

Hook ``socaid_staff_measures`` (service_management/assessments.py): files (name → user), first and last day → criterion
→ file → measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import frappe
from frappe.utils import flt, today

from socaid_app.policy.staff_marks import PUNCTUALITY, QUALITY, RATINGS, Measure


def of_visits(files: Mapping[str, str | None], since: date, until: date) -> dict[str, dict[str, Measure]]:
	values = {"files": [*files, ""], "since": since, "until": until, "today": today()}
	kept = frappe.db.sql(
		"""select officer, sum(status = 'Done' and done_on <= due_on), count(*) from `tabScreening Task`
		where officer in %(files)s and due_on between %(since)s and %(until)s
		and status not in ('Left Out', 'Cannot Visit') and (status = 'Done' or due_on < %(today)s) group by officer""",
		values,
	)
	looked_at = frappe.db.sql(
		"""select team.officer, sum(item.result = 'Consistent') + sum(item.result = 'Deviates') / 2, count(*)
		from `tabSpot Check Item` item join `tabHome Visit` visit on visit.name = item.first_visit
		join `tabHome Visit Visitor` team on team.parent = visit.name and team.parenttype = 'Home Visit'
		where team.officer in %(files)s and item.result != '' and item.due_on between %(since)s and %(until)s
		group by team.officer""",
		values,
	)
	said = frappe.db.sql(
		"""select team.officer, sum(callback.satisfaction != 'Dissatisfied'), count(*)
		from `tabService Callback` callback join `tabHome Visit` visit on visit.name = callback.visit
		join `tabHome Visit Visitor` team on team.parent = visit.name and team.parenttype = 'Home Visit'
		where team.officer in %(files)s and callback.satisfaction != ''
		and date(callback.called_at) between %(since)s and %(until)s group by team.officer""",
		values,
	)
	return {
		PUNCTUALITY: {
			name: Measure(flt(good), total, f"走访任务{total}项，按时{int(good or 0)}项")
			for name, good, total in kept
		},
		QUALITY: {
			name: Measure(flt(good), total, f"抽查{total}户，相符折合{flt(good):g}户")
			for name, good, total in looked_at
		},
		RATINGS: {
			name: Measure(flt(good), total, f"回访评价{total}次，不满意{int(total - flt(good))}次")
			for name, good, total in said
		},
	}
