"""One word for one thing: what Frappe has too keeps Frappe's sense, ours stands under its DocType, and lists, forms,
prints, exports and import templates say the same."""

import csv
import io
import json

import frappe
import pytest
from frappe import _
from frappe.core.doctype.data_import import importer
from frappe.core.doctype.data_import.exporter import Exporter

from socaid_app.overrides import exports
from tests import builders

OURS = (
	("Name", "Household Member", "姓名", "名称"),
	("Details", "Circumstance Change", "变化内容", "详细信息"),
	("Report", "Backup Restore Test", "测试报告", "报表"),
	("Standard", "Assistance Application", "一般程序", "标准"),
	("Open", "Data Quality Issue", "待整改", "打开"),
	("Handed Over", "Document Delivery", "直接送达", "移交"),
	("Property", "Application Income", "财产净收入", "属性"),
	("Property", "Home Visit", "财产", "属性"),
	("Home", "Application Property", "住房", "首页"),
	("Home", "Visit Property", "住房", "首页"),
	("Publish", "Assistance Application", "初审公示", "发布"),
)


@pytest.fixture(autouse=True)
def chinese(site):
	before, frappe.local.lang = frappe.local.lang, "zh"
	yield
	frappe.local.lang = before


@pytest.mark.parametrize(("word", "doctype", "ours", "general"), OURS)
def test_a_shared_word_is_ours_in_our_doctype_and_frappes_elsewhere(word, doctype, ours, general):
	assert (_(word, context=doctype), _(word)) == (ours, general)


def test_frappes_own_columns_are_not_elements_and_regions():
	assert (_("Sr"), _("State"), _("Recipient", context="Email Queue")) == ("序号", "状态", "收件人")


def test_a_dwelling_is_printed_as_a_dwelling():
	case = builders.make_application()
	case.set("properties", [{"kind": "Home", "description": "砖瓦房三间", "value": 30000}])
	html = frappe.get_print(doc=case, doctype=case.doctype, name=case.name, print_format="Application Form")
	assert "砖瓦房三间" in html and "住房" in html and "首页" not in html


def exported(doctype: str, *fields: str, **filters) -> list[list[str]]:
	frappe.local.form_dict = frappe._dict(
		doctype=doctype,
		fields=json.dumps([f"`tab{doctype}`.`{field}`" for field in fields]),
		filters=json.dumps([[doctype, field, "=", value] for field, value in filters.items()]),
		file_format_type="CSV",
		title=doctype,
		translate_values="1",
	)
	exports.export_query()
	content = frappe.local.response.filecontent
	return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_list_as_a_file_says_what_the_list_says():
	household = builders.make_household()
	heads, row = exported(household.doctype, "name", "address", "status", "area", name=household.name)
	assert heads[2:5] == ["居住地址", "状态", "城乡类型"]
	assert row[3:5] == ["在册", _(household.area, context=household.doctype)]


def test_an_import_template_has_our_words_and_is_read_back():
	template = Exporter(
		"Recipient Household",
		export_fields={"Recipient Household": ["address"], "members": ["member_name", "kinship"]},
		file_type="CSV",
	)
	heads = template.get_csv_array()[0]
	known = importer.build_fields_dict_for_column_matching("Recipient Household")
	assert heads == ["居住地址", "姓名 (家庭成员)", "与户主关系 (家庭成员)"]
	assert [known[head].fieldname for head in heads] == ["address", "member_name", "kinship"]


def test_the_standard_print_heads_its_tables_with_our_words():
	household = builders.make_household()
	html = frappe.get_print(household.doctype, household.name, print_format="Standard")
	assert "姓名" in html and "名称" not in html
