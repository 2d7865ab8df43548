"""`make lint` knows the dates by which somebody has to act, and asks for the rule that announces them."""

import copy
import json
import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "metadata_check.py"


@pytest.fixture
def lint():
	"""The checks, with nothing found yet, over the DocTypes of the app."""
	checks = runpy.run_path(str(SCRIPT), run_name="metadata_check")
	records = checks["load_records"](sorted(checks["PACKAGE"].rglob("doctype/*/*.json")))
	checks["findings"].clear()

	def found(change=lambda records: None) -> list[str]:
		changed = copy.deepcopy(records)
		change(changed)
		checks["findings"].clear()
		checks["check_due_dates"](changed)
		return [text for _path, text in checks["findings"]]

	return found


def field(doctype: str, **values):
	def change(records) -> None:
		fields = records.doctype(doctype)["fields"]
		known = next((one for one in fields if one["fieldname"] == values["fieldname"]), None)
		if known:
			known.update(values)
		else:
			fields.append(values)

	return change


def test_every_due_date_of_the_app_has_a_rule_or_a_reason(lint):
	assert lint() == []


@pytest.mark.parametrize(
	"name",
	["due", "due_on", "answer_due", "due_back_at", "valid_until", "rectify_by", "next_check_on", "deadline"],
)
def test_a_new_due_date_without_a_rule_is_found(lint, name):
	(text,) = lint(field("Outreach Activity", fieldname=name, fieldtype="Date"))
	assert name in text and "due_rules.json" in text


@pytest.mark.parametrize(
	("name", "kind"),
	[("held_before", "Date"), ("entered_by", "Link"), ("due_status", "Select"), ("received_on", "Date")],
)
def test_what_is_no_due_date_is_left_alone(lint, name, kind):
	assert lint(field("Outreach Activity", fieldname=name, fieldtype=kind)) == []


def test_a_rule_whose_date_is_gone_is_found(lint):
	assert lint(field("Service Referral", fieldname="due_on", fieldtype="Data"))


def test_a_due_date_that_every_night_is_searched_for_has_an_index(lint):
	(text,) = lint(field("Service Referral", fieldname="due_on", search_index=0))
	assert "search_index" in text


def test_a_reason_that_is_not_needed_any_more_is_found(lint):
	(text,) = lint(field("Archive File", fieldname="retain_until", fieldtype="Data"))
	assert "NO_DUE_DATE" in text


def test_the_rules_say_whom_to_tell_and_when():
	rules = json.loads(
		(SCRIPT.parent.parent / "socaid_app" / "setup" / "due_rules.json").read_text(encoding="utf-8")
	)
	assert len({rule["name"] for rule in rules}) == len(rules) > 30
	for rule in rules:
		silent = rule.get("remind_overdue") == 0
		assert silent or any(not line.get("escalation") for line in rule["recipients"]), rule["name"]
		assert not rule.get("required_by_law") or rule["basis"], rule["name"]
