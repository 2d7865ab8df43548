"""What gave rise to a violation case; an accusation stays sealed, and so does whoever made it.

Whoever reads a case would learn from the name of a petition that somebody accused the family. A restricted petition is
therefore never named on a case, and one that becomes restricted later is taken off it, out of its history as well.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

CASE, PETITION = "Violation Case", "Petition"


class SourceSealed(frappe.PermissionError):
	pass


class SourceInvalid(frappe.ValidationError):
	pass


def check(doc: Document) -> None:
	"""From ``validate``: a record that is there, that the clerk may read, of this family where it is one's."""
	if not (doc.source_doctype and doc.source_name):
		doc.source_doctype = doc.source_name = None
		return
	if not doc.has_value_changed("source_name"):
		return
	if doc.source_doctype == PETITION and frappe.db.get_value(PETITION, doc.source_name, "restricted"):
		raise_sealed()
	if not frappe.has_permission(doc.source_doctype, "read", doc=doc.source_name):
		raise_sealed()
	household = frappe.get_meta(doc.source_doctype).has_field("household") and frappe.db.get_value(
		doc.source_doctype, doc.source_name, "household"
	)
	if household and household != doc.household:
		frappe.throw(
			_("{0} is about another household. Choose the record that gave rise to this case.").format(
				doc.source_name
			),
			SourceInvalid,
		)


def raise_sealed() -> None:
	"""The same words whether it is sealed, foreign or not there."""
	frappe.throw(
		_(
			"This record is not named on a case. Leave “Found By” blank and write down the facts; who reported them stays sealed."
		),
		SourceSealed,
	)


def forget_petition(petition: str) -> None:
	"""Hook ``socaid_petition_sealed``: take a petition that became an accusation off the cases it gave rise to."""
	for name in frappe.get_all(
		CASE, filters={"source_doctype": PETITION, "source_name": petition}, pluck="name", order_by="name"
	):
		frappe.db.set_value(CASE, name, {"source_doctype": None, "source_name": None}, update_modified=False)
		frappe.db.delete("Version", {"ref_doctype": CASE, "docname": name, "data": ["like", f"%{petition}%"]})
