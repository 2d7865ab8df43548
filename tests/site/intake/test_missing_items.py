"""What a case still lacks leads to the place where it is mended, for whoever may mend it."""

import frappe
import pytest

from socaid_app.assistance_intake import case_steps, mending
from socaid_app.policy.breach import Breach
from tests import builders


@pytest.fixture
def team(site):
	return builders.make_team()


def lead(case, rule: str) -> dict | None:
	return mending.lead(case, Breach(rule, "", "", ""))


def leads(case) -> dict[str, dict | None]:
	return {
		breach["rule"]: breach["lead"] for step in case_steps.next_steps(case) for breach in step["breaches"]
	}


def test_a_draft_leads_to_its_fields_and_begins_the_consent_that_is_missing(team):
	case = builders.make_application(team, applicant_signed=0, no_property=0)
	with builders.acting_as(team.officer):
		found = leads(case)
	assert found["application_signed"]["field"] == "applicant_signed"
	assert found["declared"]["field"] == "incomes"
	with builders.acting_as(team.officer):
		named = {
			one["message"]: one["lead"]["values"]
			for step in case_steps.next_steps(case)
			for one in step["breaches"]
			if one["rule"] == "consent"
		}
	# each sentence leads to the consent of the person it names
	names = {row.recipient: row.member_name for row in case.members}
	assert {values["recipient"] for values in named.values()} == set(names)
	assert all(message.startswith(names[values["recipient"]]) for message, values in named.items())
	consent = found["consent"]
	assert consent["doctype"] == "Check Authorization"
	assert consent["values"]["application"] == case.name
	assert consent["values"]["recipient"] in {row.recipient for row in case.members}
	# the record begins as it says
	with builders.acting_as(team.officer):
		begun = frappe.new_doc(consent["doctype"], **consent["values"])
	assert begun.person_role in ("Applicant", "Family Member")


def test_what_is_missing_is_begun_and_what_is_there_is_opened(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	with builders.acting_as(team.officer):
		assert lead(case, "investigation")["values"] == {"application": case.name}
	case = builders.advance_to(case, "Under Investigation", team)
	if case.investigation:
		with builders.acting_as(team.officer):
			assert lead(case, "investigation_signed")["name"] == case.investigation
	with builders.acting_as(team.officer):
		# an expired report is mended by a new one
		assert "values" in lead(case, "check_report_valid")


def test_what_nobody_here_can_mend_leads_nowhere(team):
	case = builders.make_application(team)
	with builders.acting_as(team.officer):
		for rule in ("three_persons", "recusal", "applicant_dead", "no_such_rule", "publicity"):
			assert lead(case, rule) is None, rule
	# who may not begin a record is not sent to it
	with builders.acting_as(builders.make_user("Socaid Auditor")):
		assert lead(case, "investigation") is None


def test_every_field_and_record_is_there():
	meta = frappe.get_meta("Assistance Application")
	assert all(meta.has_field(field) for field in mending.FIELDS.values())
	for link, doctype, values in mending.RECORDS.values():
		assert meta.get_field(link).options == doctype
		if values is not None:
			target = frappe.get_meta(doctype)
			assert all(target.has_field(field) for field in ("application", *values))
