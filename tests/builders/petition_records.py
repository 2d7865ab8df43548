"""Petitions for tests: recorded lawfully, then set to the state that is wanted."""

import frappe
from frappe.utils import today

from tests import builders


def make_petition(**values):
	"""A petition from village A recorded today; columns that only steps set may be given as well."""
	stored = {
		field: values.pop(field)
		for field in list(values)
		if frappe.get_meta("Petition").get_field(field).read_only
	}
	doc = frappe.get_doc(
		{
			"doctype": "Petition",
			"subject": "测试事由1",
			"category": "Appeal for Help",
			"matter": "Payment",
			"channel": "In Person",
			"received_on": today(),
			"petitioner_name": "测试信访人1",
			"phone": "13900001234",
			"content": "测试内容1",
			"division": builders.VILLAGE_A,
			**values,
		}
	).insert()
	if stored:
		frappe.db.set_value("Petition", doc.name, stored, update_modified=False)
		doc.reload()
	return doc


def make_paper(doctype: str, petition, **values) -> str:
	"""A review, transfer or delivery as stored, past its own steps."""
	about = (
		{"reference_doctype": "Petition", "reference_name": petition.name}
		if doctype == "Document Delivery"
		else {"petition": petition.name}
	)
	row = frappe.get_doc({"doctype": doctype, **about, **values})
	row.update({field: petition.get(field) for field in ("division", "township", "restricted")})
	row.name = frappe.generate_hash(length=12)
	row.flags.name_set = True
	row.db_insert()
	return row.name
