"""The rounds of recurring work: the calendar month, quarter and half-year (服务方案 1.1.1-1, 1.1.1-15)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Period:
	"""``label`` such as 2026-11, 2026-Q4, 2026-H2; ``start`` and ``end`` are its first and last day."""

	label: str
	start: date
	end: date


def period_of(on: date, months: int) -> Period:
	"""The round of ``months`` that contains ``on``. Rounds follow each other without gap from January 2000.

	Lengths without a name of their own bear first month and length: 2026-11/2. Raises ValueError below one.
	"""
	if months < 1:
		raise ValueError(f"a round of {months} months")
	elapsed = (on.year - 2000) * 12 + on.month - 1
	first = elapsed // months * months
	year, month = 2000 + first // 12, first % 12 + 1
	last_year, last_month = 2000 + (first + months - 1) // 12, (first + months - 1) % 12 + 1
	start = date(year, month, 1)
	end = date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
	labels = {
		1: f"{year}-{month:02d}",
		3: f"{year}-Q{(month + 2) // 3}",
		6: f"{year}-H{(month + 5) // 6}",
		12: f"{year}",
	}
	return Period(labels.get(months, f"{year}-{month:02d}/{months}"), start, end)
