"""What a director reads of the demo county: every number opens as many records as it says, whoever looks."""

import csv
import io
import json

import frappe
import pytest

from socaid_app.overrides import exports
from socaid_demo import county_staff
from tests.builders import insight

# What the contractor's own records are counted in.
OF_THE_CONTRACTOR = (
	"Data Quality by Clerk",
	"Petitions and Satisfaction",
	"Service Figures",
	"Visits in Time",
)
READERS = ("county.approver", "county.manager", "jiashan.officer1")
JIASHAN = "甲山乡"
# A count of persons opens their families; a sum of petitions the report that has them.
PERSONS = {"Coverage of the Population": ("dibao", "tekun", "basic")}
RISEN = {"persons_more": 1, "persons_fewer": -1}
ELSEWHERE = {("Service Figures", "Petitions and Satisfaction")}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("report", insight.TITLES)
def test_a_number_opens_as_many_records_as_it_says(county, as_user, reader, report):
	with as_user(f"{reader}@{county_staff.DOMAIN}"):
		for choice in insight.CHOICES.get(report, [{}]):
			for row, field, number, target in insight.numbers(report, **choice):
				if (report, target.get("report")) in ELSEWHERE:
					continue
				found = insight.opened(report, choice, target)
				if field in PERSONS.get(report, ()):
					assert number == sum(line["persons"] for line in found), (row, field)
				elif sign := RISEN.get(row.get("key")):
					grown = sum(line["persons"] - line["persons_before"] for line in found)
					assert number == sign * grown, (row, field)
				else:
					assert number == len(found), (choice, row, field, len(found))


def test_the_reports_of_insight_are_those_of_this_file(county):
	assert set(insight.reports()) == set(insight.TITLES)


@pytest.mark.parametrize("report", insight.TITLES)
def test_an_officer_reads_of_no_other_township(county, as_user, report):
	others = set(frappe.get_all("Administrative Division", {"level": "Township"}, pluck="division_name")) - {
		JIASHAN
	}
	with as_user(f"jiashan.officer1@{county_staff.DOMAIN}"):
		for choice in insight.CHOICES.get(report, [{}]):
			for row in insight.run(report, **choice)["result"]:
				said = json.dumps(row, default=str, ensure_ascii=False)
				assert not [name for name in others if name in said], (choice, row)


@pytest.mark.parametrize("report", insight.TITLES)
def test_the_export_has_the_numbers_of_the_screen(county, as_user, report):
	with as_user(f"county.approver@{county_staff.DOMAIN}"):
		answer = insight.run(report)
		rows = [row for row in answer["result"] if isinstance(row, dict)]
		assert rows, "the demo county has something for every question"
		export(report, rows)
	text = frappe.response.filecontent
	sheet = list(csv.reader(io.StringIO(text.decode("utf-8-sig") if isinstance(text, bytes) else text)))
	assert sheet[0] == [column["label"] for column in answer["columns"]]
	for column in answer["columns"]:
		if column["fieldtype"] == "Int":
			at = sheet[0].index(column["label"])
			told = [float(line[at] or 0) for line in sheet[1 : len(rows) + 1]]
			assert told == [float(row.get(column["fieldname"]) or 0) for row in rows], column["label"]


def export(report: str, rows: list) -> None:
	frappe.local.form_dict = frappe._dict(
		report_name=report,
		file_format_type="CSV",
		filters="{}",
		visible_idx=json.dumps(list(range(len(rows)))),
		include_indentation=0,
	)
	exports.export_report()


def test_figures_leave_as_a_file_with_who_may_take_out_the_records_they_count(county, as_user):
	"""The county's approver all, the contractor's manager those of its own work, a township none."""
	taken = {}
	for reader in READERS:
		with as_user(f"{reader}@{county_staff.DOMAIN}"):
			for report in insight.TITLES:
				try:
					export(report, [])
					taken.setdefault(reader, []).append(report)
				except frappe.PermissionError:
					continue
	assert taken == {"county.approver": list(insight.TITLES), "county.manager": list(OF_THE_CONTRACTOR)}


@pytest.mark.parametrize("report", insight.TITLES)
def test_no_report_shows_codes_for_names(county, as_user, report):
	with as_user(f"county.approver@{county_staff.DOMAIN}"):
		for choice in insight.CHOICES.get(report, [{}]):
			answer = insight.run(report, **choice)
			shown = [column["fieldname"] for column in answer["columns"] if column["fieldtype"] == "Data"]
			for row in answer["result"]:
				for field in shown:
					assert not str(row.get(field) or "").startswith("2204221"), (field, row[field])
					assert not str(row.get(field) or "").startswith("2204222"), (field, row[field])


def test_all_charts_and_cards_of_the_page_load_for_who_sees_it(county, as_user):
	page = frappe.get_doc("Workspace", "Management Insight")
	people = {member.role: member.user for member in county_staff.roster(20260701) if member.shown}
	for role in (row.role for row in page.roles):
		with as_user(people[role]):
			for chart in page.charts:
				doc = frappe.get_doc("Dashboard Chart", chart.chart_name)
				assert frappe.has_permission("Dashboard Chart", doc=doc), (role, chart.chart_name)
				answer = insight.run(doc.report_name, **json.loads(doc.filters_json))
				assert "data" in answer["chart"], (role, chart.chart_name)
			for card in page.number_cards:
				doc = frappe.get_doc("Number Card", card.number_card_name)
				reads = frappe.has_permission(doc.document_type)
				assert frappe.has_permission("Number Card", doc=doc) == reads, (role, card.number_card_name)
			for shortcut in page.shortcuts:
				# others are not drawn
				if shortcut.type == "Report" and frappe.get_doc("Report", shortcut.link_to).is_permitted():
					insight.run(shortcut.link_to)
