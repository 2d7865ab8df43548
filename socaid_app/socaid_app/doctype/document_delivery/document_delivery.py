from collections.abc import Iterator

import frappe
from frappe import _, _lt
from frappe.utils import getdate, now_datetime, today

from socaid_app.casework import holidays, letters, waiting
from socaid_app.casework.deliveries import (
	DELIVERED,
	DOCTYPE,
	OVERDUE,
	TO_DELIVER,
	DeliveryInvalid,
	kinds_of_case,
)
from socaid_app.casework.records import ALL, ANY, Guard
from socaid_app.casework.restricted import RestrictedRecord
from socaid_app.permissions.scope import LinkOutOfScope
from socaid_app.policy import clock
from socaid_app.socaid_app import rules

FIXED = (
	"reference_doctype",
	"reference_name",
	"document_kind",
	"paper",
	"recipient",
	"issued_on",
	"document_number",
	"content",
)
# A paper that arrived has arrived: what clocks rest on stays.
ARRIVED = ("method", "delivered_on")


class DocumentDelivery(RestrictedRecord):
	"""One letter with its number, its last day for delivery and the proof that it arrived."""

	GUARD = Guard(
		state="status",
		writable={TO_DELIVER: ALL, OVERDUE: ALL, DELIVERED: ("note",)},
		fixed={ANY: FIXED, DELIVERED: ARRIVED},
		once=("receipt", "received_by"),
		refusal=DeliveryInvalid,
		way_out=_lt("This notice has been delivered; the proof of it stays."),
	)

	def turns(self) -> Iterator[waiting.Subject]:
		if self.reference_doctype and self.reference_name:
			yield (self.reference_doctype, self.reference_name)

	def before_validate(self) -> None:
		self.check_case()
		self.paper_type = letters.printed_from(self.document_kind)
		if self.paper_type == self.reference_doctype:
			self.paper = self.reference_name
		if self.recipient:
			self.title = frappe.db.get_value("Recipient", self.recipient, "full_name")
		self.division = frappe.db.get_value(self.reference_doctype, self.reference_name, "division")
		self.set_division()

	def before_insert(self) -> None:
		self.document_number = letters.next_number(self.document_kind, getdate(self.issued_on).year)

	def validate(self) -> None:
		if not self.get_doc_before_save():
			self.message_log = None
		self.check_paper()
		self.set_due_date()
		self.check_delivery()
		self.set_status()

	def check_case(self) -> None:
		"""A letter is about one record, which whoever makes it out may read."""
		if self.reference_doctype not in kinds_of_case():
			frappe.throw(
				_("No letters are delivered about {0}.").format(_(self.reference_doctype or "")),
				DeliveryInvalid,
			)
		if (
			self.is_new()
			and not self.flags.ignore_permissions
			and not (
				frappe.db.exists(self.reference_doctype, self.reference_name or "")
				and frappe.has_permission(self.reference_doctype, "read", doc=self.reference_name)
			)
		):
			frappe.throw(
				_("{0} {1} is not among the records you work on. Ask the county office.").format(
					_(self.reference_doctype), self.reference_name or ""
				),
				LinkOutOfScope,
			)

	def check_paper(self) -> None:
		if not frappe.db.get_value(letters.DOCTYPE, self.document_kind, "is_delivered"):
			frappe.throw(
				_("{0} is not delivered with proof.").format(_(self.document_kind, context=DOCTYPE)),
				DeliveryInvalid,
			)

	def set_due_date(self) -> None:
		issued = getdate(self.issued_on)
		key = frappe.get_cached_value(letters.DOCTYPE, self.document_kind, "delivery_days")
		period = rules.parameters().record(key, issued)
		due, provisional = clock.after(issued, int(period.value), period.unit, rules.calendar())
		self.due_on, self.due_provisional = due, int(provisional)

	def check_delivery(self) -> None:
		if not self.delivered_on:
			return
		if getdate(self.delivered_on) > getdate(today()):
			frappe.throw(_("The date of delivery lies in the future."), DeliveryInvalid)
		if getdate(self.delivered_on) < getdate(self.issued_on):
			frappe.throw(_("The notice was not yet issued on the date of delivery."), DeliveryInvalid)
		if not self.method:
			frappe.throw(_("State how the notice was delivered."), DeliveryInvalid)
		if not self.delivered_by:
			self.delivered_by = frappe.session.user

	def set_status(self) -> None:
		if self.delivered_on:
			self.status = DELIVERED
		else:
			self.status = OVERDUE if getdate(self.due_on) < getdate(today()) else TO_DELIVER

	def log_message(self, channel: str, outcome: str) -> None:
		"""Append a line to the log of notifications, without touching open forms."""
		line = f"{now_datetime():%Y-%m-%d %H:%M} {channel}: {outcome}"
		self.message_log = "\n".join(part for part in (self.message_log, line) if part)
		self.db_set("message_log", self.message_log, update_modified=False)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``: what has not arrived yet."""

	def set_due(delivery: DocumentDelivery) -> None:
		delivery.set_due_date()
		delivery.set_status()

	waits = {"status": ["!=", DELIVERED], "delivered_on": ["is", "not set"]}
	return holidays.settle(DOCTYPE, waits, ("due_on", "due_provisional", "status"), set_due)
