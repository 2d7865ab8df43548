"""An administrator makes more fields mandatory, not fewer; settings keep what was added to them."""

import frappe
import pytest
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from socaid_app.casework import records
from socaid_app.setup import mandatory_fields, seeds
from tests import builders
from tests.site.casework.test_record_guards import MODULES

SETTINGS, NOTE, KIND = "Socaid Settings", "custom_county_note", "custom_county_kind"


def our_doctypes() -> list[str]:
	wanted = {"module": ["in", MODULES], "is_virtual": 0, "custom": 0}
	return frappe.get_all("DocType", wanted, pluck="name", order_by="name")


def test_what_is_shipped_as_mandatory_stays_so(site):
	"""On every DocType, whoever writes the Property Setter."""
	opened, tried = [], 0
	for doctype in our_doctypes():
		for df in [df for df in records.shipped(doctype).values() if df.reqd][:1]:
			tried += 1
			try:
				make_property_setter(doctype, df.fieldname, "reqd", 0, "Check")
				opened.append(f"{doctype}: {df.fieldname}")
			except mandatory_fields.StaysMandatory:
				pass
	assert opened == [] and tried > 80


def test_over_rest_it_is_refused_with_the_field_named(site, client):
	http = client(builders.make_user("System Manager"))
	answer = http.post(
		"/api/resource/Property Setter",
		doctype_or_field="DocField",
		doc_type="Recipient",
		field_name="full_name",
		property="reqd",
		property_type="Check",
		value="0",
	)
	assert (answer.status_code, answer.json["exc_type"]) == (417, "StaysMandatory")


def test_more_may_be_mandatory_and_an_own_field_is_free(site):
	make_property_setter("Recipient", "phone", "reqd", 1, "Check")
	make_property_setter("Recipient", "phone", "reqd", 0, "Check")
	assert not list(mandatory_fields.findings())


@pytest.mark.parametrize(
	("value", "told"),
	[("{shipped}", 0), ("{shipped} || doc.a", 0), ("eval:doc.a", 1), ("{shipped} && doc.a", 1), ("", 1)],
)
def test_a_condition_that_was_narrowed_is_told_when_it_is_saved_and_after_a_migrate(site, value, told):
	doctype, df = next(
		(doctype, df)
		for doctype in our_doctypes()
		for df in records.shipped(doctype).values()
		if df.mandatory_depends_on and "&&" not in df.mandatory_depends_on
	)
	frappe.clear_messages()
	value = value.format(shipped=df.mandatory_depends_on)
	make_property_setter(doctype, df.fieldname, "mandatory_depends_on", value, "Data")
	assert len(frappe.get_message_log()) == told
	assert len(list(mandatory_fields.findings())) == told


def test_settings_keep_what_the_administrator_added(site, as_user, client):
	"""A Single has no table of its own; its file is read again at a migrate and its seeds are laid."""
	admin = builders.make_user("Socaid Administrator")
	try:
		create_custom_fields(
			{
				SETTINGS: [
					{"fieldname": NOTE, "label": "县级备注", "fieldtype": "Data"},
					{
						"fieldname": KIND,
						"label": "县级类别",
						"fieldtype": "Select",
						"options": "\n甲\n乙",
						"reqd": 1,
					},
				]
			}
		)
		make_property_setter(SETTINGS, "due_soon_days", "label", "提前几天算快到期", "Data")
		with as_user(admin):
			doc = frappe.get_doc(SETTINGS)
			doc.update({NOTE: "县里的", KIND: "乙"})
			doc.save()
		frappe.reload_doc("socaid_app", "doctype", "socaid_settings", force=True)
		frappe.clear_cache(doctype=SETTINGS)
		seeds.duties.seed()
		seeds.seed_settings()
		kept, meta = frappe.get_doc(SETTINGS), frappe.get_meta(SETTINGS)
		assert (kept.get(NOTE), kept.get(KIND)) == ("县里的", "乙") and kept.duties
		assert meta.get_label("due_soon_days") == "提前几天算快到期"
		answer = client(admin).put(f"/api/resource/{SETTINGS}/{SETTINGS}", **{KIND: ""})
		assert answer.json["exc_type"] == "MandatoryError"
	finally:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.db.delete("Custom Field", {"dt": SETTINGS, "fieldname": ["in", [NOTE, KIND]]})
		frappe.db.delete("Property Setter", {"doc_type": SETTINGS})
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": ["in", [NOTE, KIND]]})
		frappe.db.commit()
		frappe.clear_cache()
