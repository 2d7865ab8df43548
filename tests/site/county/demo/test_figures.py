"""One fact, one number: card, list, report, chart and export of the demo county agree, whoever looks."""

import csv
import io
import json

import frappe
import pytest
from frappe.desk import query_report
from frappe.utils import getdate, today

from socaid_app import figures
from socaid_app.public_disclosure import timeliness
from socaid_demo import county_staff

READERS = ("county.approver", "county.petitions", "county.archivist", "jiashan.officer1")


def test_every_state_that_a_figure_counts_is_one_of_its_field(site):
	"""The figures lie below the modules and name their states themselves."""
	for key, found in figures.FIGURES.items():
		for name, test in figures.conditions(key).items() if found.where else ():
			meta = frappe.get_meta(found.doctype)
			assert name in meta.get_valid_columns(), (key, name)
			field = meta.get_field(name)
			if field and field.fieldtype == "Select":
				wanted = test[1] if isinstance(test, list) else test
				states = {wanted} if isinstance(wanted, str) else set(wanted)
				assert states <= set(field.options.split("\n")), (key, states)


def cards() -> list[str]:
	modules = frappe.get_all("Module Def", {"app_name": "socaid_app"}, pluck="name")
	return frappe.get_all("Number Card", {"module": ["in", modules]}, pluck="name", order_by="name")


def shown_on(card: str) -> dict:
	stored = frappe.get_doc("Number Card", card)
	assert (stored.type, stored.method) == ("Custom", "socaid_app.figures.card")
	return figures.card(stored.filters_json)


def opened_by(answer: dict) -> list[str]:
	"""The list that a click on the card opens."""
	wanted = [[*key.split("."), *test] for key, test in answer["route_options"].items()]
	return frappe.get_list(answer["route"][1], filters=wanted, pluck="name", limit_page_length=0)


def run(report: str, **filters) -> dict:
	return query_report.run(report, filters=json.dumps(filters), ignore_prepared_report=True)


def total(answer: dict, field: str) -> float:
	return sum(row.get(field) or 0 for row in answer["result"] if isinstance(row, dict))


@pytest.mark.parametrize("reader", READERS)
def test_a_card_counts_the_list_it_opens(county, as_user, reader):
	with as_user(f"{reader}@{county_staff.DOMAIN}"):
		for card in cards():
			kind = frappe.db.get_value("Number Card", card, "document_type")
			if frappe.has_permission(kind, "read"):
				answer = shown_on(card)
				assert answer["value"] == len(opened_by(answer)), card
				assert answer["meaning"]


def test_the_county_has_something_of_what_is_counted(county):
	assert figures.count("households_in_benefit") > 10
	assert figures.count("petitions_open") and figures.count("files_with_papers_missing")
	assert figures.count("tasks_overdue") and figures.count("notices_on_the_board")


@pytest.mark.parametrize("reader", ["county.approver", "jiashan.officer1"])
def test_reports_sum_up_what_the_cards_count(county, as_user, reader):
	with as_user(f"{reader}@{county_staff.DOMAIN}"):
		assert total(run("Screening Progress"), "overdue") == figures.count("tasks_overdue")
		missing = {row["archive_file"] for row in run("Missing Papers")["result"]}
		assert len(missing) == figures.count("files_with_papers_missing")
		due = {card["label"]: card["value"] for card in run("Applications by Due Date")["report_summary"]}
		for key in ("cases_overdue", "cases_due_today"):
			assert due[figures.label(key)] == figures.count(key)


def test_the_petition_reports_sum_up_what_the_cards_count(county, as_user):
	with as_user(f"county.petitions@{county_staff.DOMAIN}"):
		for report in ("Petition Statistics", "Petition Ledger"):
			run(report)
		statistics = run("Petition Statistics")
		assert total(statistics, "open") == figures.count("petitions_open")
		assert total(statistics, "open") + total(statistics, "answered") == total(statistics, "total")
		assert len(run("Petition Ledger", overdue=1)["result"]) == figures.count("petitions_overdue")


def test_the_board_of_items_not_published_agrees(county, as_user):
	with as_user(f"county.approver@{county_staff.DOMAIN}"):
		titles = set(timeliness.item_titles().values())
		rows = run("Disclosure Timeliness", from_date="2000-01-01", to_date=today())["result"]
		waiting = sum(row["overdue"] for row in rows if isinstance(row, dict) and row["item"] in titles)
		assert waiting == figures.count("publications_overdue")


def test_households_in_benefit_are_those_of_the_ledger(county):
	month = getdate(today()).replace(day=1)
	standing = frappe.db.sql(
		"""select count(distinct household) from tabEntitlement where docstatus = 1 and payment != 'One-off'
			and household is not null and (end_month is null or end_month >= %s)""",
		month,
	)[0][0]
	assert figures.count("households_in_benefit") == standing
	followed = frappe.db.sql(
		"""select count(distinct household) from tabEntitlement where docstatus = 1 and payment = 'One-off'
			and household not in (select household from tabEntitlement where docstatus = 1 and payment != 'One-off'
				and household is not null and start_month <= %s and (end_month is null or end_month >= %s))""",
		(month, month),
	)[0][0]
	to_visit = total(run("Visit Coverage"), "households")
	assert standing <= to_visit <= standing + followed


@pytest.mark.parametrize(
	"report",
	[
		"Visit Coverage",
		"Petition Statistics",
		"Monthly Roll",
		"Missing Papers",
		"Needs by Type",
		"Reception Summary",
	],
)
def test_chart_and_export_say_what_the_report_says(county, report):
	filters = {"month": today()} if report == "Monthly Roll" else {}
	answer = run(report, **filters)
	rows = [row for row in answer["result"] if isinstance(row, dict)]
	labels = {column["label"]: column["fieldname"] for column in answer["columns"]}
	for drawn in (answer["chart"] or {}).get("data", {}).get("datasets", []):
		if field := labels.get(str(drawn["name"])):
			assert sum(drawn["values"]) == sum(row[field] or 0 for row in rows), drawn["name"]
	assert figures.FIGURES and "socaid-meanings" in answer["message"]

	frappe.local.form_dict = frappe._dict(
		report_name=report,
		file_format_type="CSV",
		filters=json.dumps(filters),
		visible_idx=json.dumps(list(range(len(rows)))),
		include_indentation=0,
	)
	query_report.export_query()
	text = frappe.response.filecontent
	sheet = list(csv.reader(io.StringIO(text.decode("utf-8-sig") if isinstance(text, bytes) else text)))
	head = sheet[0]
	for column in answer["columns"]:
		if column["fieldtype"] == "Int":
			at = head.index(column["label"])
			assert sum(float(line[at] or 0) for line in sheet[1 : len(rows) + 1]) == sum(
				row[column["fieldname"]] or 0 for row in rows
			)


def test_a_figure_that_is_not_known_is_refused_in_words(county):
	for sent in (
		"{}",
		'{"figure": "tasks"}',
		'{"figure": "<b>"}',
		None,
		"",
		"[]",
		'[["Recipient", "name"]]',
		"3",
	):
		with pytest.raises(figures.NoSuchFigure):
			figures.card(sent)


def test_every_report_opens_for_everybody_it_is_for(county, as_user):
	modules = frappe.get_all("Module Def", {"app_name": "socaid_app"}, pluck="name")
	people = {member.role: member.user for member in county_staff.roster(20260701) if member.shown}
	refused = []
	for report in frappe.get_all("Report", {"module": ["in", modules]}, pluck="name", order_by="name"):
		for role in frappe.get_all("Has Role", {"parent": report, "parenttype": "Report"}, pluck="role"):
			if role not in people:
				continue
			with as_user(people[role]):
				try:
					run(report, month=today())
				except frappe.PermissionError as error:
					refused.append(f"{report}, {role}: {error}")
	assert not refused, "\n".join(refused)
