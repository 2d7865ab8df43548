"""The jobs of a batch: one chunk a transaction, from wherever it stands, until there is nothing more to do.

A chunk writes what it does together with how far the batch has come, so a job that was killed goes on from there and
no family is changed twice or forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import cint

from socaid_app.casework.background import ResumableJob
from socaid_app.casework.waiting import ChangedMeanwhile
from socaid_app.means_testing.batches import batch_decisions, batch_preview, batch_undoing
from socaid_app.means_testing.batches.batch_records import (
	AT_WORK,
	CARRYING_OUT,
	DOCTYPE,
	PREVIEWING,
	TAKING_BACK,
)

CHUNKS: dict[str, Callable[[str], bool]] = {
	PREVIEWING: batch_preview.chunk,
	CARRYING_OUT: batch_decisions.chunk,
	TAKING_BACK: batch_undoing.chunk,
}
# Somebody else was working on a family of the chunk: it is tried again.
TRIES = 5
JOB = ResumableJob("adjustment-batch", f"{__name__}.run", DOCTYPE, AT_WORK)


def run(batch: str) -> None:
	"""Do what the state of the batch asks for, to its end."""
	# nothing that was read before the job is older than what it is going to lock
	frappe.db.commit()
	failed = 0
	while (status := frappe.db.get_value(DOCTYPE, batch, "status")) in AT_WORK:
		try:
			CHUNKS[status](batch)
		except (ChangedMeanwhile, frappe.QueryDeadlockError):
			frappe.db.rollback()
			failed += 1
			if failed == TRIES:
				raise
			continue
		frappe.db.commit()
		failed = 0
		tell_progress(batch)


def tell_progress(batch: str) -> None:
	doc = frappe.db.get_value(DOCTYPE, batch, ["looked_at", "to_look_at"], as_dict=True)
	frappe.publish_progress(
		min(100 * cint(doc.looked_at) / max(cint(doc.to_look_at), 1), 100),
		title=_("Adjustment Batch"),
		doctype=DOCTYPE,
		docname=batch,
	)
