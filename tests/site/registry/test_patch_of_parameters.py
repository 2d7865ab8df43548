"""Installations seeded before 2026-11 are brought to where the rules read."""

import frappe
import pytest

from socaid_app.patches.v1_0 import parameters_as_the_rules_read_them as of_parameters
from socaid_app.patches.v1_0 import selfcare_preset_is_no_assessment as of_selfcare
from socaid_app.policy import parameters
from socaid_app.setup import seeds
from socaid_app.socaid_app import rules
from tests import builders

PARAMETER = "Policy Parameter"


def seeded(**values):
	doc = frappe.get_doc(
		{
			"doctype": PARAMETER,
			"label": values["parameter_key"],
			"value": "1",
			"value_type": "Int",
			"effective_from": "2021-07-01",
			"source": "各地实践",
			"confidence": "Verified",
			**values,
		}
	)
	doc.flags.ignore_permissions = True
	return doc.insert()


def test_parameters_that_no_rule_read_go_and_stay_away(site):
	for key in of_parameters.NEVER_READ:
		seeded(parameter_key=key)
	of_parameters.execute()
	seeds.seed_all()
	assert not frappe.db.exists(PARAMETER, {"parameter_key": ["in", of_parameters.NEVER_READ]})


def test_what_goes_is_not_shipped_any_more(site):
	assert not set(of_parameters.NEVER_READ) & {row["key"] for row in parameters.read_rows()}


def test_sources_get_their_article_but_not_those_the_county_entered_or_confirmed(site):
	name = frappe.db.get_value(PARAMETER, {"parameter_key": "supplement_days"})
	frappe.db.set_value(PARAMETER, name, {"source": "各地实践", "article": None})
	ours = frappe.db.get_value(PARAMETER, {"parameter_key": "temp_general_days"})
	frappe.db.set_value(PARAMETER, ours, {"value": "15", "source": "县政府文件", "article": "三"})
	of_parameters.execute()
	assert frappe.db.get_value(PARAMETER, name, ["source", "article"]) == ("民发〔2021〕57号", "第10条")
	assert frappe.db.get_value(PARAMETER, ours, ["source", "article"]) == ("县政府文件", "三")


def test_the_rules_on_rigid_expenditure_begin_in_2025(site):
	frappe.db.set_value(
		PARAMETER, {"parameter_key": ["like", "rigid_%"]}, "effective_from", of_parameters.SEEDED_BEFORE
	)
	of_parameters.execute()
	dates = frappe.get_all(
		PARAMETER, filters={"parameter_key": ["like", "rigid_%"]}, pluck="effective_from", order_by="name"
	)
	assert {str(day) for day in dates} == {"2025-01-01"} and len(dates) == 5


def test_the_explanation_after_urgent_aid_follows_the_law_once(site):
	key = of_parameters.NEW_SINCE_THE_LAW
	frappe.db.delete(PARAMETER, {"parameter_key": key})
	seeded(parameter_key=key, value="10", unit="working days")
	for _again in range(2):
		of_parameters.execute()
		rows = frappe.get_all(
			PARAMETER,
			filters={"parameter_key": key},
			fields=["source", "effective_from", "effective_to"],
			order_by="effective_from",
		)
		assert [(row.source, str(row.effective_from), str(row.effective_to)) for row in rows] == [
			("民发〔2018〕23号", "2021-07-01", "2026-06-30"),
			("社会救助法", "2026-07-01", "None"),
		]


def test_the_county_gets_back_what_was_not_delegated(site):
	frappe.db.set_value("Assistance Category", {"scheme": "Rigid"}, "confirming_authority", "Township")
	of_parameters.execute()
	authorities = dict(
		frappe.get_all(
			"Assistance Category", fields=["scheme", "confirming_authority"], as_list=True, order_by="name"
		)
	)
	assert [scheme for scheme, who in authorities.items() if who == "County"] == ["Rigid"]


@pytest.mark.parametrize(
	"scheme, state, authority",
	[
		("Rigid", "Awaiting Confirmation", "County"),
		("Rigid", "Confirmed", "Township"),
		("Dibao", "Awaiting Confirmation", "Township"),
	],
)
def test_an_undecided_case_follows_and_a_decided_one_stays(site, scheme, state, authority):
	case = builders.make_application(builders.make_team())
	frappe.db.set_value("Assistance Application", case.name, {"scheme": scheme, "workflow_state": state})
	of_parameters.execute()
	assert frappe.db.get_value("Assistance Application", case.name, "confirming_authority") == authority


@pytest.mark.parametrize(
	"scheme, state, before, after",
	[
		("Tekun", "Draft", "111111", [None] * 6),
		("Tekun", "Draft", "111110", ["Can"] * 5 + ["Cannot"]),
		("Tekun", "Confirmed", "111111", ["Can"] * 6),
		("Dibao", "Confirmed", "111111", [None] * 6),
		("Tekun", "Draft", ["Can"] * 6, ["Can"] * 6),
	],
)
def test_a_preset_is_not_taken_for_an_assessment(site, scheme, state, before, after):
	case = builders.make_application(builders.make_team())
	values = dict(zip(of_selfcare.FIELDS, before, strict=True)) | {"scheme": scheme, "workflow_state": state}
	frappe.db.set_value("Assistance Application", case.name, values)
	of_selfcare.execute()
	assert list(frappe.db.get_value("Assistance Application", case.name, of_selfcare.FIELDS)) == after


def test_after_the_patch_every_parameter_names_an_article(site):
	of_parameters.execute()
	assert [record.key for record in rules.parameters() if not (record.source and record.article)] == []
