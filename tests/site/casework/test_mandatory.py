"""An empty form of any kind is answered with what is missing, never with a crash."""

import frappe


def our_doctypes() -> list[str]:
	modules = frappe.get_all("Module Def", {"app_name": "socaid_app"}, pluck="name")
	return frappe.get_all(
		"DocType", {"module": ["in", modules], "istable": 0, "issingle": 0, "is_virtual": 0}, pluck="name"
	)


def test_an_empty_record_says_what_is_missing(site):
	crashed = []
	for doctype in our_doctypes():
		try:
			frappe.get_doc({"doctype": doctype}).insert()
		except (frappe.ValidationError, frappe.PermissionError):
			pass
		except Exception as error:
			crashed.append(f"{doctype}: {error!r}")
		frappe.db.rollback()
	assert crashed == []
