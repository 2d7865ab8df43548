"""Status fields that staff set themselves, along fixed ways."""

from __future__ import annotations

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.model.document import Document


class TransitionRefused(frappe.ValidationError):
	pass


def check(doc: Document, ways: Mapping[str, tuple[str, ...]]) -> None:
	"""Refuse a change of ``status`` that ``ways`` (status → next ones, the first status first) does not have."""
	before = doc.get_doc_before_save()
	following = ways[before.status] if before else (next(iter(ways)),)
	if doc.status in following or (before and doc.status == before.status):
		return

	def say(status: str | None) -> str:
		return _(status, context=doc.doctype) if status else _("None")

	frappe.throw(
		_("From {0} the next step is {1}, not {2}.").format(
			say(before.status) if before else _("New"),
			"、".join(map(say, following)) or _("None"),
			say(doc.status),
		),
		TransitionRefused,
	)


def refuse_changes_at_the_end(doc: Document, ways: Mapping[str, tuple[str, ...]]) -> None:
	"""A record whose status leads nowhere stays as it is."""
	before = doc.get_doc_before_save()
	if not before or ways[before.status]:
		return
	if changed(doc, before):
		frappe.throw(
			_("This record is {0} and stays as it is.").format(_(before.status, context=doc.doctype)),
			TransitionRefused,
		)


def changed(doc: Document, before: Document, but: tuple[str, ...] = ()) -> bool:
	"""Whether any field (``but`` those named) or row changed; a division that follows the household does not count."""
	tables = [field.fieldname for field in doc.meta.get_table_fields()]
	columns = set(doc.meta.get_fieldnames_with_value()) - {"division", "township", "head_name", *but}
	return any(doc.has_value_changed(field) for field in columns) or any(
		_rows(doc, table) != _rows(before, table) for table in tables
	)


def _rows(doc: Document, table: str) -> list[list[str]]:
	return [
		[str(row.get(field) or "") for field in sorted(row.meta.get_fieldnames_with_value())]
		for row in doc.get(table)
	]
