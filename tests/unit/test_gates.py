"""The hard gates: each closed door, with the article on it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from socaid_app.policy import case_routes, terms
from socaid_app.policy.case_facts import Facts, Investigation, Person
from socaid_app.policy.gates import breaches

TODAY = date(2026, 9, 28)
CONSENT = {"consent_from": TODAY - timedelta(days=20), "consent_until": TODAY + timedelta(days=100)}
VISIT = Investigation(TODAY - timedelta(days=10), ("a@x", "b@x"), 2, True)


def complete(**changes) -> Facts:
	"""A case on which nothing is missing."""
	return replace(
		Facts(
			today=TODAY,
			signed_by_applicant=True,
			counted=2,
			asked=(Person("户主", **CONSENT), Person("妻子", **CONSENT)),
			investigation=VISIT,
			check_report_on=TODAY - timedelta(days=9),
			check_report_until=TODAY + timedelta(days=170),
			check_conclusion="No Impact",
			publicity_done=True,
			eligible=True,
			assessed=True,
			opinion="情况属实，同意。",
			reason="财产超过规定",
			legal_basis="社会救助法第18条",
			remedy="60日内申请行政复议",
			entered_by="entry@x",
			second_checked_by="check@x",
			first_reviewer="check@x",
			second_reviewer="second@x",
			actor="final@x",
			actor_authorities=(terms.TOWNSHIP,),
		),
		**changes,
	)


STEPS = {
	terms.ACCEPTED: {"from_state": terms.DRAFT, "actor": "check@x"},
	terms.INVESTIGATION: {"from_state": terms.ACCEPTED, "actor": "check@x"},
	terms.PUBLICITY: {
		"from_state": terms.INVESTIGATION,
		"actor": "check@x",
		"first_reviewer": "",
		"second_reviewer": "",
	},
	terms.REVIEW: {"from_state": terms.PUBLICITY, "actor": "check@x", "second_reviewer": ""},
	terms.CONFIRMATION: {"from_state": terms.REVIEW, "actor": "second@x", "second_reviewer": ""},
	terms.CONFIRMED: {"from_state": terms.CONFIRMATION},
	terms.REJECTED: {"from_state": terms.CONFIRMATION},
	terms.TERMINATED: {"from_state": terms.INVESTIGATION},
}


def rules(to_state, **changes):
	return {breach.rule for breach in breaches(complete(**STEPS[to_state], **changes), to_state)}


@pytest.mark.parametrize("to_state", STEPS)
def test_a_complete_case_passes_every_gate(to_state):
	assert rules(to_state) == set()


@pytest.mark.parametrize(
	"to_state, changes, rule",
	[
		(terms.ACCEPTED, {"actor": "entry@x"}, "second_check"),
		(terms.ACCEPTED, {"signed_by_applicant": False}, "application_signed"),
		(terms.ACCEPTED, {"asked": (Person("户主"),)}, "consent"),
		(terms.ACCEPTED, {"missing_materials": ("户口簿",)}, "materials"),
		(terms.ACCEPTED, {"counted": 0}, "members"),
		(terms.ACCEPTED, {"asked": (Person("孩子", **CONSENT, needs_guardian=True),)}, "guardian"),
		(terms.ACCEPTED, {"relatives": ("check@x",)}, "recusal"),
		(terms.PUBLICITY, {"investigation": None}, "investigation"),
		(
			terms.PUBLICITY,
			{"investigation": replace(VISIT, investigators=("a@x", "a@x"))},
			"investigation_two",
		),
		(terms.PUBLICITY, {"investigation": replace(VISIT, signed=1)}, "investigation_signed"),
		(terms.PUBLICITY, {"investigation": replace(VISIT, member_signed=False)}, "investigation_member"),
		(terms.PUBLICITY, {"investigation": replace(VISIT, by_relative=("甲",))}, "recusal"),
		(terms.PUBLICITY, {"check_report_on": None}, "check_report"),
		(terms.PUBLICITY, {"check_report_until": TODAY - timedelta(days=1)}, "check_report_valid"),
		(terms.PUBLICITY, {"check_conclusion": "To Be Verified"}, "check_report_open"),
		(terms.PUBLICITY, {"eligible": False}, "eligible"),
		(terms.PUBLICITY, {"assessed": False}, "assessment"),
		(terms.PUBLICITY, {"opinion": " "}, "opinion"),
		(terms.PUBLICITY, {"actor": "entry@x"}, "three_persons"),
		(terms.PUBLICITY, {"objection_open": True}, "objection"),
		(terms.PUBLICITY, {"objection_since_investigation": True}, "objection_rework"),
		(terms.PUBLICITY, {"members_left_out": ("儿子",)}, "whole_household"),
		(terms.REVIEW, {"publicity_done": False}, "publicity"),
		(terms.REVIEW, {"objection_open": True}, "objection"),
		(terms.REVIEW, {"statements_waiting": True}, "statements"),
		(terms.REVIEW, {"asked": (Person("户主", TODAY, TODAY - timedelta(days=1)),)}, "consent"),
		(terms.CONFIRMATION, {"actor": "check@x"}, "three_persons"),
		(terms.CONFIRMATION, {"relative_case": True}, "county_visit"),
		(terms.CONFIRMATION, {"complaint": True}, "county_visit"),
		(terms.CONFIRMED, {"actor": "second@x"}, "three_persons"),
		(terms.CONFIRMED, {"actor": "check@x"}, "three_persons"),
		(terms.CONFIRMED, {"actor": "entry@x"}, "three_persons"),
		(terms.CONFIRMED, {"actor_authorities": ()}, "authority"),
		(terms.CONFIRMED, {"confirming_authority": terms.COUNTY}, "authority"),
		(terms.CONFIRMED, {"special_deliberation": True, "deliberation_recorded": True}, "authority"),
		(
			terms.CONFIRMED,
			{"special_deliberation": True, "actor_authorities": (terms.COUNTY,)},
			"deliberation",
		),
		(terms.CONFIRMED, {"other_benefits": ("户主已享受特困供养",)}, "one_benefit"),
		(terms.CONFIRMED, {"other_households": ("户主登记在另一家庭",)}, "one_household"),
		(terms.CONFIRMED, {"eligible": False}, "eligible"),
		(terms.CONFIRMED, {"publicity_done": False}, "publicity"),
		(terms.CONFIRMED, {"relative_case": True}, "county_visit"),
		(terms.REJECTED, {"reason": ""}, "reason"),
		(terms.REJECTED, {"legal_basis": ""}, "legal_basis"),
		(terms.REJECTED, {"remedy": ""}, "remedy"),
		(terms.REJECTED, {"actor_authorities": ()}, "authority"),
		(terms.ACCEPTED, {"asked": (Person("户主", **CONSENT, withdrawn=True),)}, "consent"),
		(terms.ACCEPTED, {"asked": (Person("义务人", on_register=False),)}, "consent"),
		(terms.TERMINATED, {"actor_authorities": ()}, "authority"),
		(terms.TERMINATED, {"actor": "entry@x"}, "three_persons"),
		(terms.TERMINATED, {"actor": "check@x"}, "three_persons"),
		(terms.TERMINATED, {"changed_by": "final@x"}, "three_persons"),
		(terms.TERMINATED, {"relatives": ("final@x",)}, "recusal"),
	],
)
def test_each_gate_closes_alone(to_state, changes, rule):
	facts = complete(**{**STEPS[to_state], **changes})
	assert {breach.rule for breach in breaches(facts, to_state)} == {rule}


@pytest.mark.parametrize("to_state", [terms.CONFIRMED, terms.REVIEW, terms.PUBLICITY, terms.CONFIRMATION])
def test_no_step_is_skipped(to_state):
	assert rules_from(terms.DRAFT, to_state) == {"step_order"}


def rules_from(from_state, to_state, **changes):
	return {breach.rule for breach in breaches(complete(from_state=from_state, **changes), to_state)}


def test_nothing_leads_out_of_a_final_state():
	for state in terms.FINAL_STATES:
		for target in terms.STATES:
			assert rules_from(state, target) == {"step_order"}


def test_quick_relief_needs_neither_check_nor_publicity():
	quick = {
		"route": terms.QUICK_RELIEF,
		"scheme": terms.TEMPORARY,
		"investigation": None,
		"check_report_on": None,
		"publicity_done": False,
		"asked": (Person("户主"),),
	}
	assert rules_from(terms.DRAFT, terms.ACCEPTED, **quick, actor="check@x") == set()
	assert (
		rules_from(
			terms.ACCEPTED,
			terms.CONFIRMATION,
			**quick,
			actor="check@x",
			first_reviewer="",
			second_reviewer="",
		)
		== set()
	)
	assert rules_from(terms.CONFIRMATION, terms.CONFIRMED, **quick) == set()


def test_quick_relief_is_still_decided_by_another_person_than_the_one_who_proposed_it():
	quick = {"route": terms.QUICK_RELIEF, "scheme": terms.TEMPORARY}
	assert "three_persons" in rules_from(terms.CONFIRMATION, terms.CONFIRMED, **quick, actor="check@x")


def test_a_protected_case_is_never_published_and_is_decided_by_the_county():
	assert rules_from(terms.INVESTIGATION, terms.PUBLICITY, protected=True) == {"step_order"}
	assert rules_from(terms.INVESTIGATION, terms.REVIEW, protected=True, publicity_done=False) == set()
	assert rules_from(terms.CONFIRMATION, terms.CONFIRMED, protected=True) == {"authority"}
	assert (
		rules_from(
			terms.CONFIRMATION,
			terms.CONFIRMED,
			protected=True,
			publicity_done=False,
			actor_authorities=(terms.COUNTY,),
		)
		== set()
	)


def test_what_data_checks_can_prove_is_not_demanded_and_a_supplement_is_asked_for_once():
	assert rules_from(terms.DRAFT, terms.SUPPLEMENT, demanded=("户口簿",)) == set()
	assert rules_from(
		terms.DRAFT, terms.SUPPLEMENT, demanded=("收入证明",), forbidden_demands=("收入证明",)
	) == {"no_needless_demand"}
	assert rules_from(terms.DRAFT, terms.SUPPLEMENT) == {"supplement_list"}
	assert rules_from(terms.DRAFT, terms.SUPPLEMENT, demanded=("户口簿",), supplements_before=1) == {
		"supplement_once"
	}


def test_a_rejection_needs_no_publicity_but_an_investigation():
	facts = {
		"propose_rejection": True,
		"publicity_done": False,
		"eligible": False,
		"actor": "check@x",
		"first_reviewer": "",
		"second_reviewer": "",
	}
	assert rules_from(terms.INVESTIGATION, terms.CONFIRMATION, **facts) == set()
	assert rules_from(terms.INVESTIGATION, terms.CONFIRMATION, **facts, investigation=None) == {
		"investigation"
	}


def test_a_recorded_remote_survey_stands_in_for_the_members_signature():
	remote = replace(VISIT, member_signed=False, remote_reason="突发事件")
	assert rules(terms.PUBLICITY, investigation=remote) == set()


def test_every_message_names_an_article_and_what_to_do():
	facts = Facts(today=TODAY)
	for route in case_routes.ALLOWED:
		for state, steps in case_routes.ALLOWED[route].items():
			for target in steps.values():
				known = replace(
					facts,
					from_state=state,
					route=terms.STANDARD if route == case_routes.PROTECTED else route,
					protected=route == case_routes.PROTECTED,
				)
				for breach in breaches(known, target):
					assert breach.message and breach.article and breach.remedy.startswith("请"), breach


# --- the dead --------------------------------------------------------------------------------------------
ONWARD = [state for state in STEPS if state not in (terms.REJECTED, terms.TERMINATED)]


@pytest.mark.parametrize("to_state", [*ONWARD, terms.SUPPLEMENT])
def test_no_step_onward_is_open_once_the_applicant_is_dead(to_state):
	step = STEPS.get(to_state, {"from_state": terms.DRAFT, "demanded": ("身份证",)})
	assert breaches(complete(**step), to_state) == []
	found = breaches(complete(**step | {"applicant_died_on": date(2026, 9, 20)}), to_state)
	assert [breach.rule for breach in found] == ["applicant_dead"]
	assert "2026-09-20死亡" in str(found[0])


@pytest.mark.parametrize(
	"from_state, to_state",
	[(terms.DRAFT, terms.NOT_ACCEPTED), *((state, terms.TERMINATED) for state in terms.RUNNING_STATES)],
)
def test_a_case_whose_applicant_died_can_be_ended_with_a_letter(from_state, to_state):
	assert breaches(complete(from_state=from_state, applicant_died_on=date(2026, 9, 20)), to_state) == []


@pytest.mark.parametrize("to_state", [terms.PUBLICITY, terms.REVIEW, terms.CONFIRMATION, terms.CONFIRMED])
@pytest.mark.parametrize(
	"fact, rule", [("dead_but_counted", "dead_counted"), ("left_but_counted", "left_counted")]
)
def test_an_assessment_that_counts_somebody_who_is_gone_is_not_decided_on(to_state, fact, rule):
	found = breaches(complete(**STEPS[to_state] | {fact: ("妻子",)}), to_state)
	assert [breach.rule for breach in found] == [rule]


@pytest.mark.parametrize("from_state", terms.OPEN_STATES)
def test_nobody_withdraws_the_application_of_a_dead_person(from_state):
	known = complete(from_state=from_state, applicant_died_on=date(2026, 9, 20))
	found = breaches(known, terms.WITHDRAWN)
	assert [breach.rule for breach in found] == ["applicant_dead"]


@pytest.mark.parametrize(
	"scheme, closed",
	[
		(terms.DIBAO, False),
		(terms.TEKUN, False),
		(terms.EDGE, False),
		(terms.TEMPORARY, False),
		(terms.RIGID, True),
		(terms.OTHER_SCHEME, True),
	],
)
def test_a_township_confirms_only_what_the_province_delegated(scheme, closed):
	rules = [
		breach.rule for breach in breaches(complete(**STEPS[terms.CONFIRMED], scheme=scheme), terms.CONFIRMED)
	]
	assert ("authority" in rules) is closed
	county = complete(
		**STEPS[terms.CONFIRMED], scheme=scheme, actor_authorities=(terms.COUNTY, terms.TOWNSHIP)
	)
	assert "authority" not in [breach.rule for breach in breaches(county, terms.CONFIRMED)]
