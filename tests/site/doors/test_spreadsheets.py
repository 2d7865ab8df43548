"""What a stranger types is text in every spreadsheet that leaves, and every file that leaves is noted with its rows."""

import csv
import io
import json
from types import SimpleNamespace

import frappe
import openpyxl
import pytest
from frappe.core.doctype.data_import.importer import Importer
from frappe.core.doctype.prepared_report.prepared_report import create_json_gz_file
from frappe.desk import query_report
from frappe.email.doctype.auto_email_report import auto_email_report
from frappe.utils import csvutils, xlsxutils

from socaid_app.overrides import spreadsheets
from tests import builders
from tests.site.petitions.test_petition_web import Visitor, code_on, petition_of

LEADS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "  =", "\u3000＝", "\u200b=", "\n@")
LOG = "Sensitive Access Log"


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		handler=builders.make_user(("Petition Handler", "Prepared Report User")),
		reviewer=builders.make_user("County Reviewer"),
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
	)
	frappe.db.commit()
	return found


@pytest.fixture
def petition(client):
	"""Filed by somebody who knows Excel."""
	code = code_on(
		Visitor(client("Guest")).file(
			petitioner_name="=1+1|'甲'!0",
			content="@(1+1)*1|'甲'!0，请核实我家的低保情况。",
		)
	)
	return petition_of(code, "5678")


def cells(response) -> list:
	"""Of the first sheet: each cell with its kind."""
	sheet = openpyxl.load_workbook(io.BytesIO(response.get_data())).active
	return [cell for row in sheet.iter_rows() for cell in row]


def lines(content: bytes, delimiter: str = ",") -> list[list[str]]:
	assert content.startswith(b"\xef\xbb\xbf")
	return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def newest(user: str):
	entry = frappe.get_last_doc(LOG)
	assert entry.user == user and entry.action == "Export"
	return entry


def listed(http, petition, **values):
	return http.call(
		"frappe.desk.reportview.export_query",
		doctype="Petition",
		title="Petition",
		fields=json.dumps(
			["`tabPetition`.`name`", "`tabPetition`.`petitioner_name`", "`tabPetition`.`content`"]
		),
		filters=json.dumps([["Petition", "name", "=", petition.name]]),
		**values,
	)


# --- from the public form to the clerk's Excel -----------------------------------------------------------------------
def test_a_list_in_excel_holds_texts(people, client, petition):
	response = listed(client(people.handler), petition, file_format_type="Excel")
	found = [cell for cell in cells(response) if str(cell.value).startswith(("=", "@"))]
	assert len(found) == 2
	assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)
	assert newest(people.handler).row_count == 1


@pytest.mark.parametrize("form", [{}, {"csv_delimiter": ";", "csv_quoting": "0"}])
def test_a_list_in_csv_holds_texts(people, client, petition, form):
	response = listed(client(people.handler), petition, file_format_type="CSV", **form)
	(_heading, row) = lines(response.get_data(), form.get("csv_delimiter", ","))
	assert petition.name in row
	assert "'=1+1|'甲'!0" in row and any(cell.startswith("'@(") for cell in row)
	assert newest(people.handler).row_count == 1


def test_import_templates_and_data_exports_hold_texts(people, client, petition):
	http = client(people.handler)
	columns = {"Petition": ["name", "petitioner_name", "content"]}
	filters = {"name": petition.name}
	for kind, read in (("CSV", lambda answer: sum(lines(answer.get_data()), [])), ("Excel", cells)):
		template = http.call(
			"frappe.core.doctype.data_import.data_import.download_template",
			doctype="Petition",
			export_fields=json.dumps(columns),
			export_records="by_filter",
			export_filters=json.dumps(filters),
			file_type=kind,
		)
		check(read(template))
		assert newest(people.handler).row_count == 1
		exported = http.call(
			"frappe.core.doctype.data_export.exporter.export_data",
			doctype="Petition",
			select_columns=json.dumps(columns),
			filters=json.dumps(filters),
			file_type=kind,
			all_doctypes=0,
			with_data=1,
		)
		check(read(exported))
		assert newest(people.handler).row_count == 1


def check(found: list) -> None:
	"""In CSV the texts stand behind an apostrophe, in Excel they are texts."""
	if isinstance(found[0], str):
		assert any(text.startswith("'=1+1") for text in found)
		assert not [text for text in found if spreadsheets.is_formula(text)]
	else:
		assert any(str(cell.value).startswith("=1+1") for cell in found)
		assert not [cell for cell in found if cell.data_type == "f"]


def test_a_report_in_excel_and_csv_holds_texts(people, client):
	name = f"=HYPERLINK({builders.digits()})"
	household = builders.make_household(builders.VILLAGE_A)
	frappe.db.set_value("Recipient Household", household.name, "address", name)
	report = frappe.get_doc(
		{
			"doctype": "Report",
			"report_name": f"住户{builders.digits()}",
			"ref_doctype": "Recipient Household",
			"report_type": "Query Report",
			"is_standard": "No",
			"query": "select name as `户:Data:120`, address as `住址:Data:120`, -5 as `数:Int:80`"
			f" from `tabRecipient Household` where name = '{household.name}'",
			"roles": [{"role": "County Reviewer"}],
		}
	).insert()
	http = client(people.reviewer)
	asked = {"report_name": report.name, "filters": "{}", "visible_idx": "[]"}
	response = http.call("frappe.desk.query_report.export_query", file_format_type="Excel", **asked)
	kinds = {cell.value: cell.data_type for cell in cells(response)}
	assert kinds[name] == "s" and kinds[-5] == "n"
	assert newest(people.reviewer).row_count == 1
	response = http.call(
		"frappe.desk.query_report.export_query",
		file_format_type="CSV",
		include_filters=1,
		applied_filters=json.dumps({"乡镇": "=1+1", "空": ""}),
		**asked,
	)
	found = lines(response.get_data())
	assert found[-1] == [household.name, f"'{name}", "-5"] and ["乡镇", "'=1+1"] in found
	assert newest(people.reviewer).row_count == 1


# --- every writer -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lead", LEADS)
def test_whatever_a_formula_begins_with(site, lead):
	text = f"{lead}1+1"
	sheet = openpyxl.load_workbook(xlsxutils.make_xlsx([["x", text, -5, -1.5]], "表")).active
	assert [cell.data_type for cell in sheet[1]] == ["s", "s", "n", "n"]
	(row,) = lines(csvutils.to_csv([[text, -5]]).encode())
	assert row == [f"'{text}", "-5"]


def test_reports_by_mail_use_the_same_writers(site):
	report = SimpleNamespace(name="x", as_dict=dict)
	assert auto_email_report.to_csv([["=1", report.name]]).startswith('\ufeff"\'=1"')
	assert openpyxl.load_workbook(auto_email_report.make_xlsx([["=1"]], "x")).active["A1"].data_type == "s"


def test_numbers_stay_numbers(site):
	data = query_report.build_xlsx_data(
		frappe._dict(columns=[{"label": "数", "fieldname": "n"}], result=[{"n": -5}], filters={}), [], 0
	)[0]
	sheet = openpyxl.load_workbook(xlsxutils.make_xlsx(data, "表")).active
	assert (sheet["A2"].value, sheet["A2"].data_type) == (-5, "n")


def test_what_was_exported_can_be_imported(site):
	"""The mark of UTF-8 and the apostrophe are gone again when the file comes back."""
	rows = [["ID", "Full Name"], ["1", "=1+1"], ["2", "'t Hart"]]
	assert csvutils.read_csv_content(csvutils.to_csv(rows).encode()) == rows
	assert csvutils.read_csv_content(csvutils.to_csv(rows)) == rows
	assert Importer.__module__ in str(spreadsheets.importer)
	assert spreadsheets.importer.read_csv_content is csvutils.read_csv_content


def test_another_site_of_the_bench_keeps_frappes_files(site):
	frappe.flags.socaid_fence = False
	try:
		assert csvutils.to_csv([["=1"]]) == '"=1"\r\n'
	finally:
		frappe.flags.socaid_fence = True


# --- with the right to export -----------------------------------------------------------------------------------------
EXPORTS = {
	"frappe.desk.reportview.export_query": {
		"doctype": "Recipient",
		"fields": '["name"]',
		"filters": "[]",
		"file_format_type": "CSV",
		"title": "x",
	},
	"frappe.core.doctype.data_import.data_import.download_template": {
		"doctype": "Recipient",
		"export_fields": '{"Recipient": ["name"]}',
		"export_records": "all",
	},
	"frappe.core.doctype.data_export.exporter.export_data": {
		"doctype": "Recipient",
		"with_data": 1,
		"all_doctypes": 0,
	},
}


@pytest.mark.parametrize("function", EXPORTS)
def test_who_may_not_export_exports_nothing_even_of_the_own_township(people, client, function):
	household = builders.make_household(builders.VILLAGE_A)
	response = client(people.clerk).call(function, **EXPORTS[function])
	assert response.status_code == 403 and household.head not in response.get_data(as_text=True)


def test_the_right_is_asked_of_what_is_exported_not_of_what_is_called_its_parent(people, client):
	household = builders.make_household(builders.VILLAGE_A)
	for named in ({"parent_doctype": "ToDo"}, {"doctype": ["Recipient", {}], "parent_doctype": "ToDo"}):
		values = EXPORTS["frappe.core.doctype.data_export.exporter.export_data"] | named
		response = client(people.clerk).call("frappe.core.doctype.data_export.exporter.export_data", **values)
		assert response.status_code == 403 and household.head not in response.get_data(as_text=True)
	rows = {"doctype": "Household Member", "parent_doctype": "Recipient Household", "with_data": 1}
	response = client(people.reviewer).call("frappe.core.doctype.data_export.exporter.export_data", **rows)
	assert response.status_code == 403 and household.head not in response.get_data(as_text=True)


def test_exports_answer_to_post(people, client):
	for function, values in EXPORTS.items():
		assert client(people.reviewer).get(f"/api/method/{function}", **values).status_code == 403


@pytest.mark.parametrize(
	"named", ["frappe.desk.reportview.export_query", "frappe.core.doctype.user.user.user_query"]
)
def test_an_upload_runs_no_export(people, client, named):
	before = frappe.db.count(LOG)
	response = client(people.reviewer).request(
		"POST",
		"/api/method/upload_file",
		data={"method": named, "doctype": "Recipient", "fields": '["name"]', "file_format_type": "CSV"},
	)
	assert 400 <= response.status_code < 500
	assert frappe.db.count(LOG) == before


def test_a_report_made_before_is_noted_when_it_leaves(people, client):
	report = "Petition Ledger"
	prepared = frappe.get_doc(
		{"doctype": "Prepared Report", "report_name": report, "status": "Completed", "filters": "{}"}
	)
	with builders.acting_as(people.handler):
		prepared.insert(ignore_permissions=True)
		create_json_gz_file(
			{"columns": [], "result": [{"a": 1}, {"a": 2}]}, prepared.doctype, prepared.name, report
		)
	response = client(people.handler).get(
		"/api/method/frappe.core.doctype.prepared_report.prepared_report.download_attachment",
		dn=prepared.name,
	)
	assert response.status_code == 200, response.get_data(as_text=True)
	assert newest(people.handler).row_count == 2
	assert client(people.clerk).get(
		"/api/method/frappe.core.doctype.prepared_report.prepared_report.download_attachment",
		dn=prepared.name,
	).status_code in (403, 417)
