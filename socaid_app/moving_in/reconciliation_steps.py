"""A list is read, its differences come to their end, and another person signs that nobody was left out (名单逐一核对)."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import get_first_day, getdate, today

from socaid_app.casework import steps
from socaid_app.casework.places import division_names
from socaid_app.casework.steps import Ask, Steps
from socaid_app.moving_in import list_comparing, list_layouts
from socaid_app.moving_in.reconciliation_records import (
	CLOSED,
	COMPARED,
	CONFIRM,
	NOT_READ,
	READING,
	RECONCILE,
	RECONCILIATION,
	WITHDRAWN,
	waiting_of,
)


class ReconciliationRefused(frappe.ValidationError):
	pass


step = Steps(RECONCILIATION, refusal=ReconciliationRefused)


def prepare(doc: Document) -> None:
	"""From ``validate`` of one that is not read yet: a month that has begun, a layout that is in use."""
	doc.month = get_first_day(getdate(doc.month))
	if doc.month > getdate(today()):
		frappe.throw(_("The month of the ledger has not come yet."), ReconciliationRefused)
	layout = frappe.db.get_value(
		list_layouts.DOCTYPE, doc.layout, ["source_kind", "disabled"], as_dict=True
	) or frappe._dict(source_kind=None, disabled=0)
	if layout.disabled:
		frappe.throw(
			_("The layout {0} is switched off. Choose another.").format(doc.layout), ReconciliationRefused
		)
	doc.source_kind = layout.source_kind
	place = division_names([doc.division]).get(doc.division, doc.division)
	doc.title = f"{place}　{doc.layout}　{doc.month.year}年{doc.month.month}月"[:140]


@step(
	lambda doc: _("Read the List Again") if doc.status == COMPARED else _("Read the List"),
	at=(NOT_READ, COMPARED),
	to=READING,
	duty=RECONCILE,
	asks=("list_file",),
	stamps=("read_by",),
	primary=lambda doc: doc.status == NOT_READ,
)
def read_list(doc: Document, list_file: str) -> None:
	"""By a background job, wholly or not at all. Read again, the same differences are the same tasks."""
	earlier = frappe.db.get_value(RECONCILIATION, doc.name, "list_file")
	if earlier and earlier != list_file:
		_delete_file(doc, earlier)
	steps.done(doc, report=None)
	list_comparing.JOB.enqueue(doc.name)


def still_waiting(doc: Document) -> list[str]:
	"""Every difference has come to its end: that is what the report says."""
	waiting = waiting_of(doc.name)
	return [_("{0} differences have not come to their end.").format(waiting)] if waiting else []


@step(
	_lt("Sign and Close"),
	at=COMPARED,
	to=CLOSED,
	duty=CONFIRM,
	not_by=("read_by",),
	another=_lt("Another person signs that nobody was left out than the one who read the list."),
	missing=still_waiting,
	asks=(Ask("closing_note", reqd=False),),
	stamps=("signed_by", "signed_on"),
	confirm=_lt(
		"The file of the list, with the full numbers of people who are not ours, is deleted; its SHA-256 and what was found stay. Sign that nobody was left out?"
	),
	primary=True,
)
def close(doc: Document, closing_note: str = "") -> None:
	"""Numbers of strangers are kept no longer than they are needed (Social Assistance Law Art. 70)."""
	_delete_file(doc, doc.list_file)
	doc.list_file = None


def _delete_file(doc: Document, file_url: str) -> None:
	for name in frappe.get_all(
		"File",
		filters={"attached_to_doctype": doc.doctype, "attached_to_name": doc.name, "file_url": file_url},
		pluck="name",
		order_by="creation",
	):
		frappe.delete_doc("File", name, ignore_permissions=True)


@step(
	_lt("Withdraw the Reconciliation"), at=NOT_READ, to=WITHDRAWN, duty=RECONCILE, asks=("withdrawal_reason",)
)
def withdraw(doc: Document, withdrawal_reason: str) -> None:
	"""Entered by mistake; the reason stays."""
	if doc.list_file:
		_delete_file(doc, doc.list_file)
		doc.list_file = None
