"""Which rows of the ledger are paid in a month: one criterion for the roll, the payment list and their comparison."""

from __future__ import annotations

from datetime import date

from pypika.queries import Table
from pypika.terms import Criterion

from socaid_app.policy import terms


def in_force(table: Table, first: date, last: date | None = None) -> list[Criterion]:
	"""The conditions on ``table`` (Entitlement) for being paid in ``first``, or in a month from then to ``last``."""
	return [
		table.docstatus == 1,
		table.payment != terms.RECOGNITION,
		table.start_month <= (last or first),
		table.end_month.isnull() | (table.end_month >= first),
	]
