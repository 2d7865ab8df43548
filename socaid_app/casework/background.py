"""Jobs on one record that go on where they were killed.

What such a job does it stores in the transaction that also says how far it has come, so it may begin again at any time:
a DocType declares its job, a step puts it into the queue, and once an hour those that stopped go on.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.model.document import Document
from frappe.utils.background_jobs import is_job_enqueued

from socaid_app.casework import records


@dataclass(frozen=True)
class ResumableJob:
	"""``function``: the path of what takes the record's name and does what its state asks for, to its end.

	``at_work``: the states in which a record waits for it. A constant of this kind is named in hooks.py under
	``socaid_resumable_jobs``.
	"""

	key: str
	function: str
	doctype: str
	at_work: tuple[str, ...]
	hours: int = 4
	state: str = "status"

	def enqueue(self, name: str) -> None:
		"""The one way this job gets into the queue; one that waits there already is not joined by another."""
		frappe.enqueue(
			work,
			queue="long",
			timeout=self.hours * 3600,
			job_id=self.job_id(name),
			deduplicate=True,
			enqueue_after_commit=True,
			function=self.function,
			record=name,
		)

	def job_id(self, name: str) -> str:
		return f"{self.key}-{name}"

	def resume(self) -> None:
		for name in frappe.get_all(
			self.doctype, filters={self.state: ["in", self.at_work]}, pluck="name", order_by="name"
		):
			if not is_job_enqueued(self.job_id(name)):
				self.enqueue(name)


def work(function: str, record: str) -> None:
	frappe.get_attr(function)(record)


def resume() -> None:
	"""Hourly: whatever was killed goes on."""
	for path in frappe.get_hooks("socaid_resumable_jobs"):
		frappe.get_attr(path).resume()


# --- chunk by chunk ----------------------------------------------------------------------------------------------
def locked(doctype: str, name: str, state: str) -> Document | None:
	"""The record for the next chunk of a job; None when it is not at that job any more."""
	doc = frappe.get_doc(doctype, name, for_update=True)
	return doc if doc.status == state else None


def keep(doc: Document, **values) -> None:
	"""How far a job has come, stored in the transaction of what it has done."""
	doc.db_set(values, update_modified=False, notify=False)


def finish(doc: Document, state: str, **values) -> None:
	doc.update({"status": state, **values})
	with records.step(doc):
		doc.save(ignore_permissions=True)
