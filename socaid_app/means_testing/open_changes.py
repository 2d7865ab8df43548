"""What an open change of benefit says against making two records of a person one (hook ``socaid_merge_gates``)."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _

from socaid_app.means_testing.adjustments import DOCTYPE, OPEN
from socaid_app.means_testing.loss_gate import SHARE


def forbid_merge(source: str, target: str) -> Iterator[str]:
	"""What the family was heard about names the person."""
	change, share = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType(SHARE)
	rows = (
		frappe.qb.from_(change)
		.left_join(share)
		.on((share.parent == change.name) & (share.parenttype == DOCTYPE))
		.select(change.name)
		.where((change.recipient == source) | (share.recipient == source))
		.where(change.status.isin(OPEN))
		.distinct()
		.orderby(change.name)
		.run()
	)
	for (name,) in rows:
		yield _("{0} about {1} is open. Finish or withdraw that adjustment first.").format(name, source)
