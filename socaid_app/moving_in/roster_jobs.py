"""The jobs of a roster: one chunk a transaction, from wherever it stands, until there is nothing more to do.

A chunk stores what it does together with how far the import has come: killed at any point, the job goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import cint

from socaid_app.casework import messages
from socaid_app.casework.background import ResumableJob
from socaid_app.casework.waiting import ChangedMeanwhile
from socaid_app.moving_in import roster_checking, roster_undoing, roster_writing
from socaid_app.moving_in.roster_records import (
	AT_WORK,
	CHECKING,
	DOCTYPE,
	UNDOING,
	UNDONE,
	WRITING,
	WRITTEN,
)
from socaid_app.socaid_app.registry import HOUSEHOLD, PERSON

CHUNKS: dict[str, Callable[[str, dict], bool]] = {
	CHECKING: roster_checking.chunk,
	WRITING: roster_writing.chunk,
	UNDOING: roster_undoing.chunk,
}
# Somebody else was writing one of the same persons: the chunk is judged and written again.
TRIES = 8
JOB = ResumableJob("roster-import", f"{__name__}.run", DOCTYPE, AT_WORK)


def run(name: str) -> None:
	"""Do what the state of the import asks for, to its end."""
	# nothing that was read before the job is older than what it is going to lock
	frappe.db.commit()
	memory: dict = {}
	failed = 0
	while (status := frappe.db.get_value(DOCTYPE, name, "status")) in AT_WORK:
		try:
			CHUNKS[status](name, memory)
		except Exception as error:
			frappe.db.rollback()
			failed += 1
			if failed == TRIES or not _is_of_another(error):
				raise
			frappe.clear_last_message()
			continue
		frappe.db.commit()
		failed = 0
		tell_progress(name)
	tell(name)


def _is_of_another(error: Exception) -> bool:
	"""Whether another connection wrote the same record a moment ago."""
	return isinstance(error, ChangedMeanwhile | frappe.QueryDeadlockError | frappe.QueryTimeoutError) or bool(
		error.args and frappe.db.is_duplicate_entry(error)
	)


def tell_progress(name: str) -> None:
	doc = frappe.db.get_value(DOCTYPE, name, ["looked_at", "to_look_at", "status"], as_dict=True)
	share = cint(doc.looked_at) / max(cint(doc.to_look_at), 1)
	frappe.publish_progress(
		min(100 * share, 100) if doc.status in AT_WORK else 100,
		title=_("Roster Import"),
		doctype=DOCTYPE,
		docname=name,
	)


def find_them() -> None:
	"""The search over everything knows single saves alone: it reads both registers anew."""
	for doctype in (PERSON, HOUSEHOLD):
		frappe.enqueue(
			"frappe.utils.global_search.rebuild_for_doctype",
			doctype=doctype,
			queue="long",
			job_id=f"global-search-{frappe.scrub(doctype)}",
			deduplicate=True,
			enqueue_after_commit=True,
		)


def tell(name: str) -> None:
	"""Whoever waits for the import hears that it goes on."""
	doc = frappe.db.get_value(
		DOCTYPE, name, ["title", "status", "owner", "handed_by", "reviewed_by"], as_dict=True
	)
	if doc.status in (WRITTEN, UNDONE):
		find_them()
	subject = _("{0}: {1}").format(doc.title, _(doc.status, context=DOCTYPE))
	messages.tell_staff(
		dict.fromkeys(filter(None, (doc.owner, doc.handed_by, doc.reviewed_by))), subject, DOCTYPE, name
	)
	frappe.db.commit()
