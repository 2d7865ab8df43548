"""What the app ships as mandatory the law or the roll needs: a county makes more fields mandatory, not fewer.

Customize Form says so for fields that are always mandatory; here it holds on every way in. A condition under which a
field is mandatory may be widened; where it was narrowed or taken away the administrator is told, when saving and after
each migrate.
"""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.casework import records

SETTER = "Property Setter"
ALWAYS, SOMETIMES = "reqd", "mandatory_depends_on"


class StaysMandatory(frappe.ValidationError):
	pass


def keep(setter: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Property Setter. Raises StaysMandatory, or says what the condition lacks."""
	for sentence in _of(setter):
		if setter.property == ALWAYS:
			frappe.throw(sentence, StaysMandatory)
		frappe.msgprint(sentence, title=_("The law needs more"), indicator="orange")


def findings() -> Iterator[str]:
	"""What is less mandatory on this site than it was shipped, in sentences."""
	for row in frappe.get_all(
		SETTER,
		filters={"property": ["in", [ALWAYS, SOMETIMES]]},
		fields=["doc_type", "field_name", "property", "value"],
		order_by="doc_type, field_name",
	):
		yield from _of(row)


def _of(setter) -> Iterator[str]:
	if setter.property not in (ALWAYS, SOMETIMES) or not _is_ours(setter.doc_type):
		return
	shipped = records.shipped(setter.doc_type).get(setter.field_name)
	if not shipped:
		return
	label = _(shipped.label, context=setter.doc_type)
	if setter.property == ALWAYS and shipped.reqd and not cint(setter.value):
		yield _("{0}: the field “{1}” stays mandatory. Give it a default instead.").format(
			_(setter.doc_type), label
		)
	condition = shipped.get(SOMETIMES)
	if setter.property == SOMETIMES and condition and not is_no_narrower(setter.value, condition):
		yield _(
			"{0}: the field “{1}” was mandatory under the condition {2}. Add it again, joined by ||."
		).format(_(setter.doc_type), label, condition)


def _is_ours(doctype: str) -> bool:
	module = frappe.db.get_value("DocType", doctype, "module", cache=True)
	return bool(module) and frappe.local.module_app.get(frappe.scrub(module)) == "socaid_app"


def is_no_narrower(value: str | None, condition: str) -> bool:
	"""Whether the new condition holds wherever the shipped one does: that one, or it joined to others by ``||``."""
	return _alternatives(condition) <= _alternatives(value)


def _alternatives(condition: str | None) -> set[str]:
	text = (condition or "").removeprefix("eval:").strip()
	return {part.strip() for part in text.split("||")}
