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
