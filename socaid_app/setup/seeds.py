"""Records every installation starts with. Each seed adds what is missing and never changes what is there."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from socaid_app import figures
from socaid_app.casework import due_rules, duties, letters, own_reports, result_texts
from socaid_app.management_insight import monthly_mails
from socaid_app.means_testing import rule_records, source_records
from socaid_app.petition_desk import escalation, guides
from socaid_app.policy import cycles, parameters, remedies, retention_periods, standards, terms
from socaid_app.policy.workdays import announced_years, official_days, standing_holidays, standing_years
from socaid_app.setup import administration, flow_seeds
from socaid_app.socaid_app import quality_rules
from socaid_app.socaid_app.staff_accounts import MODULE_PROFILE

HERE = Path(__file__).parent
COUNTY = "220422000000"
FIRST_YEAR = 2024
# Which filters of lists this site was given once.
FILTERS_GIVEN = "socaid_list_filters"
REVIEW_CYCLES_FROM = date(2023, 5, 4)
RETENTION_FROM = date(2021, 7, 1)
GUIDES_FROM = date(2026, 7, 1)
OUR_MODULES = (
	"Socaid App",
	"Assistance Intake",
	"Field Visits",
	"Means Testing",
	"Moving In",
	"Dynamic Management",
	"Assistance Archives",
	"Petition Desk",
	"Public Disclosure",
	"Management Insight",
	"Service Management",
)
# Records of Frappe whose names staff see; their names are translated like labels.
SHOWN_TRANSLATED = ("Workflow State", "Role", "Print Format")
REVEAL_ROLES = ("Township Officer", "Township Approver", "County Reviewer", "County Approver", "Data Officer")
LEGAL_BASIS = "《中华人民共和国社会救助法》，《社会救助暂行办法》，《最低生活保障审核确认办法》（民发〔2021〕57号），《特困人员认定办法》（民发〔2021〕43号），《刚性支出困难家庭认定办法》（民发〔2024〕57号）"


def seed_all() -> None:
	flow_seeds.seed_roles()
	flow_seeds.seed_workflows()
	seed_divisions()
	due_rules.seed()
	figures.show_rules()
	seed_parameters()
	seed_standards()
	seed_calendars()
	seed_categories()
	source_records.seed()
	rule_records.seed()
	seed_letter_rules()
	seed_callback_scripts()
	seed_needs_templates()
	seed_service_catalogue()
	seed_disclosure_catalogue()
	seed_review_cycles()
	seed_policy_guides()
	seed_escalation_rules()
	seed_check_templates()
	seed_service_registers()
	seed_archive_templates()
	seed_retention_rules()
	seed_payment_layouts()
	seed_list_layouts()
	duties.seed()
	quality_rules.seed()
	own_reports.seed_permission()
	administration.seed_permissions()
	seed_settings()
	seed_module_profile()
	name_built_in_users()
	seed_list_filters()
	monthly_mails.seed()
	show_in_chinese()


def seed_divisions() -> None:
	"""The province, prefecture, county, townships and the villages whose official codes are known."""
	with open(HERE / "divisions.csv", encoding="utf-8", newline="") as file:
		for row in csv.DictReader(file):
			if not frappe.db.exists("Administrative Division", row["code"]):
				frappe.get_doc(
					{
						"doctype": "Administrative Division",
						**row,
						"parent_administrative_division": row["parent_administrative_division"] or None,
						"is_group": row["level"] != "Village",
					}
				).insert(ignore_permissions=True)


def seed_parameters() -> None:
	"""Each key is seeded once; from then on the county's own records rule."""
	there = set(frappe.get_all("Policy Parameter", pluck="parameter_key", order_by="parameter_key"))
	for row in parameters.read_rows():
		if row["key"] in there:
			continue
		row["parameter_key"], row["scheme"] = row.pop("key"), row.pop("category")
		row["effective_to"] = row["effective_to"] or None
		doc = frappe.get_doc({"doctype": "Policy Parameter", **row})
		doc.flags.ignore_permissions = True
		doc.insert()


def seed_standards() -> None:
	if frappe.db.count("Assistance Standard"):
		return
	for row in standards.read_rows():
		doc = frappe.get_doc(
			{"doctype": "Assistance Standard", **row, "effective_to": row["effective_to"] or None}
		)
		doc.flags.ignore_permissions = True
		doc.insert()
		doc.submit()


def seed_calendars() -> None:
	"""Every announced year since FIRST_YEAR, and the holidays that the standing rule fixes of the next.

	A new release of the calendar package adds its year on migrate, or completes what the rule had begun.
	"""
	for year in sorted(year for year in announced_years() if year >= FIRST_YEAR):
		_seed_calendar(year, "国务院办公厅放假安排通知", official_days(year))
	for year in standing_years():
		_seed_calendar(year, "国务院令第795号（调休安排待公布）", standing_holidays(year))


def _seed_calendar(year: int, document: str, days: list) -> None:
	if frappe.db.get_value("Holiday Calendar", str(year), "announced"):
		return
	if frappe.db.exists("Holiday Calendar", str(year)):
		calendar = frappe.get_doc("Holiday Calendar", str(year))
	else:
		calendar = frappe.get_doc({"doctype": "Holiday Calendar", "year": year})
	if len(calendar.days) >= len(days):
		return
	calendar.document = document
	calendar.set("days", [{"day": item.day, "kind": item.kind, "day_name": item.name} for item in days])
	calendar.save(ignore_permissions=True)


def seed_categories() -> None:
	with open(HERE / "assistance_categories.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("Assistance Category", row["category_name"]):
				frappe.get_doc({"doctype": "Assistance Category", **row}).insert(ignore_permissions=True)


def seed_letter_rules() -> None:
	"""Which print format is the letter of which stage; what a county has pointed at its own copy stays."""
	result_texts.seed()
	with open(HERE / "letter_rules.json", encoding="utf-8") as file:
		letters.seed(json.load(file))


def seed_payment_layouts() -> None:
	"""Two layouts to begin with, to be compared with what the county's bank wants."""
	with open(HERE / "payment_layouts.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("Payment Layout", row["layout_name"]):
				frappe.get_doc({"doctype": "Payment Layout", **row}).insert(ignore_permissions=True)


def seed_list_layouts() -> None:
	"""A layout for each body that sends lists, to be compared with what it really sends."""
	with open(HERE / "list_layouts.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("List Layout", row["layout_name"]):
				frappe.get_doc({"doctype": "List Layout", **row}).insert(ignore_permissions=True)


def seed_review_cycles() -> None:
	"""The intervals of the service plan (1.1.1-1, -2, -15) and of the law; a county's own rules are left alone."""
	there = {
		(row.category, row.check_kind)
		for row in frappe.get_all(
			"Review Cycle Rule", fields=["category", "check_kind"], order_by="effective_from"
		)
	}
	figures = parameters.load_parameters()
	for category in frappe.get_all("Assistance Category", fields=["name", "scheme"], order_by="name"):
		for check_kind, review_class, months in _review_cycles(category.scheme, figures):
			if (category.name, check_kind) not in there:
				frappe.get_doc(
					{
						"doctype": "Review Cycle Rule",
						"category": category.name,
						"check_kind": check_kind,
						"review_class": review_class,
						"service_months": months,
						"effective_from": REVIEW_CYCLES_FROM,
					}
				).insert(ignore_permissions=True)


def _review_cycles(scheme: str, figures: parameters.ParameterSet) -> list[tuple[str, str, int]]:
	"""(kind of check, review class, months) of a scheme."""

	def figure(key: str) -> int:
		return int(figures.get(key, REVIEW_CYCLES_FROM))

	everyone = [
		(cycles.HOME_VISIT, "", figure("visit_full_coverage_months")),
		(cycles.PHONE_CALLBACK, "", 1),
		(cycles.VISIT_CALLBACK, "", 3),
		(cycles.EVALUATION_CALLBACK, "", 6),
	]
	match scheme:
		case terms.TEKUN:
			checks = [(cycles.IN_DEPTH_CHECK, "", figure("service_tekun_check_months"))]
		case terms.TEMPORARY:
			checks = [(cycles.MONTHLY_CHECK, "", figure("service_temp_check_months"))]
		case _:
			checks = [
				(cycles.MONTHLY_CHECK, "", figure("service_full_check_months")),
				(cycles.IN_DEPTH_CHECK, "", figure("service_deep_check_months")),
				(cycles.OVERALL_EVALUATION, "", figure("service_comprehensive_months")),
			]
	limits = [
		(
			review_class,
			cycles.limit(scheme, review_class, cycles.STATUTORY_REVIEW, figures, REVIEW_CYCLES_FROM),
		)
		for review_class in cycles.REVIEW_CLASSES
	]
	reviews = [
		(cycles.STATUTORY_REVIEW, review_class, allowed.months) for review_class, allowed in limits if allowed
	]
	return [*checks, *reviews, *everyone]


def seed_retention_rules() -> None:
	"""Files are kept as long as the law asks at least; a county enters its own longer periods (notice on 低保 files)."""
	figures = parameters.load_parameters()
	for archive_class in retention_periods.CLASSES:
		if frappe.db.exists("Archive Retention Rule", {"archive_class": archive_class}):
			continue
		record = figures.record(retention_periods.MINIMUM[archive_class], RETENTION_FROM)
		frappe.get_doc(
			{
				"doctype": "Archive Retention Rule",
				"archive_class": archive_class,
				"years": record.value,
				"effective_from": RETENTION_FROM,
				"basis": record.source,
			}
		).insert(ignore_permissions=True)


def seed_callback_scripts() -> None:
	"""What is asked each month by phone, each quarter at the door and each half-year (service plan 1.1.1-15)."""
	with open(HERE / "callback_scripts.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("Callback Script", row["title"]):
				frappe.get_doc({"doctype": "Callback Script", **row}).insert(ignore_permissions=True)


def seed_needs_templates() -> None:
	"""What a person of each special group is asked before services are offered (民发〔2026〕35号)."""
	with open(HERE / "needs_templates.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("Needs Template", row["title"]):
				frappe.get_doc({"doctype": "Needs Template", **row}).insert(ignore_permissions=True)


def seed_service_catalogue() -> None:
	"""The list of services a county begins with; what it changed or switched off is kept."""
	with open(HERE / "service_catalogue.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("Service Catalogue Item", row["service"]):
				frappe.get_doc({"doctype": "Service Catalogue Item", **row}).insert(ignore_permissions=True)


def seed_check_templates() -> None:
	"""What a service checks to begin with (第二至六章); what a county changed or took out of use is kept."""
	with open(HERE / "check_templates.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("Service Check Template", row["template_name"]):
				frappe.get_doc({"doctype": "Service Check Template", **row}).insert(ignore_permissions=True)


def seed_service_registers() -> None:
	"""What office, things and premises are kept in to begin with (第二至五章); the county's changes are kept."""
	with open(HERE / "service_registers.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("Service Register", row["register_name"]):
				frappe.get_doc({"doctype": "Service Register", **row}).insert(ignore_permissions=True)


def seed_policy_guides() -> None:
	"""What citizens ask most, answered from the laws in force since 2026-07-01."""
	with open(HERE / "policy_guides.json", encoding="utf-8") as file:
		rows = [{"effective_from": GUIDES_FROM, **row} for row in json.load(file)]
	guides.seed(rows)


def seed_archive_templates() -> None:
	"""The scope of filing per category and for the daily-management files; the archivist's changes are kept."""
	with open(HERE / "archive_templates.json", encoding="utf-8") as file:
		seed = json.load(file)
	for row in seed["templates"]:
		if not frappe.db.exists("Archive Template", row["template_name"]):
			items = [seed["items"][item] for item in row.pop("items")]
			row["category"] = row["category"] or None
			frappe.get_doc({"doctype": "Archive Template", **row, "items": items}).insert(
				ignore_permissions=True
			)


def seed_disclosure_catalogue() -> None:
	"""社会救助领域基层政务公开标准目录 (民办函〔2019〕52号) and what later rules add to it."""
	with open(HERE / "disclosure_catalogue.json", encoding="utf-8") as file:
		for row in json.load(file):
			if not frappe.db.exists("Disclosure Catalogue Item", row["item_code"]):
				frappe.get_doc({"doctype": "Disclosure Catalogue Item", **row}).insert(
					ignore_permissions=True
				)


def seed_escalation_rules() -> None:
	"""When petitions are brought before whom; the county tunes it."""
	with open(HERE / "escalation_rules.json", encoding="utf-8") as file:
		escalation.seed(json.load(file))


def seed_settings() -> None:
	settings = frappe.get_single("Socaid Settings")
	if settings.legal_basis_text:
		return
	settings.update(
		{
			"county_division": COUNTY,
			"legal_basis_text": LEGAL_BASIS,
			"remedy_text": remedies.remedy_text(GUIDES_FROM, parameters.load_parameters()),
			"bureau_name": settings.bureau_name or "东辽县民政局",
			"due_soon_days": settings.due_soon_days or 3,
			"send_email": 1,
		}
	)
	settings.set("reveal_roles", [{"role": role} for role in REVEAL_ROLES])
	settings.flags.ignore_permissions = True
	settings.save()


def name_built_in_users() -> None:
	"""What the system does by itself is signed with these names, on screens, in histories and in reports."""
	for user, was, name in (("Administrator", "Administrator", "系统管理员"), ("Guest", "Guest", "访客")):
		if frappe.db.get_value("User", user, "full_name") == was:
			frappe.db.set_value("User", user, {"first_name": name, "full_name": name})


def seed_list_filters() -> None:
	"""Filters that everybody finds beside a list, each once: what an administrator changes or takes away stays so."""
	with open(HERE / "list_filters.json", encoding="utf-8") as file:
		shipped = {f"{row['doctype']}: {row['name']}": row for row in json.load(file)}
	given = frappe.parse_json(frappe.db.get_default(FILTERS_GIVEN) or "[]")
	for key in [key for key in shipped if key not in given]:
		row = shipped[key]
		doc = {"doctype": "List Filter", "reference_doctype": row["doctype"], "filter_name": row["name"]}
		filters = [[row["doctype"], *filter] for filter in row["filters"]]
		frappe.get_doc({**doc, "for_user": "", "filters": json.dumps(filters)}).insert(
			ignore_permissions=True
		)
	if not shipped.keys() <= set(given):
		frappe.db.set_default(FILTERS_GIVEN, json.dumps(sorted({*given, *shipped})))


def seed_module_profile() -> None:
	"""What staff see in the sidebar: the app, without Frappe's own workspaces for developers."""
	if frappe.db.exists("Module Profile", MODULE_PROFILE):
		return
	others = frappe.get_all(
		"Module Def", filters={"name": ["not in", OUR_MODULES]}, pluck="name", order_by="name"
	)
	frappe.get_doc(
		{
			"doctype": "Module Profile",
			"module_profile_name": MODULE_PROFILE,
			"block_modules": [{"module": name} for name in others],
		}
	).insert(ignore_permissions=True)


def show_in_chinese() -> None:
	"""Let Desk translate record names that are English in the source; a county that has set it otherwise keeps that."""
	for doctype in SHOWN_TRANSLATED:
		if frappe.db.exists("Property Setter", {"doc_type": doctype, "property": "translated_doctype"}):
			continue
		make_property_setter(
			doctype,
			None,
			"translated_doctype",
			1,
			"Check",
			for_doctype=True,
			validate_fields_for_doctype=False,
		)
