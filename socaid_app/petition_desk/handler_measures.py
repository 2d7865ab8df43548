"""What petitioners said of those who handled their petitions, for the assessment of the staff.

Hook ``socaid_staff_measures`` (service_management/assessments.py). Restricted petitions are left out: neither that there
is an accusation nor whom it names may show in anybody's marks (信访工作条例 Art. 30).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import frappe
from frappe.utils import flt

from socaid_app.policy.staff_marks import RATINGS, Measure


def of_petitions(files: Mapping[str, str | None], since: date, until: date) -> dict[str, dict[str, Measure]]:
	names = {user: name for name, user in files.items() if user}
	rows = frappe.db.sql(
		"""select handler, sum(satisfaction != 'Dissatisfied'), count(*) from `tabPetition`
		where handler in %(users)s and restricted = 0 and satisfaction != ''
		and date(rated_on) between %(since)s and %(until)s group by handler""",
		{"users": [*names, ""], "since": since, "until": until},
	)
	return {
		RATINGS: {
			names[user]: Measure(flt(good), total, f"信访评价{total}件，不满意{int(total - flt(good))}件")
			for user, good, total in rows
		}
	}
