"""Safety rules of home visits: risk levels, their measures, and the gates before setting out."""

from dataclasses import replace
from datetime import date
from itertools import combinations_with_replacement

import pytest

from socaid_app.policy import visit_safety
from socaid_app.policy.visit_safety import HIGH, LOW, MEDIUM, VisitFacts, Visitor, assess_risk, start_breaches

TODAY = date(2026, 11, 23)
CALM = dict.fromkeys(visit_safety.FACTORS, "No Sign")


def risk(infectious=False, **grades):
	return assess_risk(CALM | grades, infectious, medium_from=3, high_from=6)


def visitor(name, **values):
	return Visitor(name, trained_on=date(2026, 1, 5), checked_on=date(2026, 1, 5), **values)


READY = VisitFacts(today=TODAY, planned_on=TODAY, visitors=(visitor("甲"), visitor("乙")), level=LOW)


def rules(**changes):
	return [breach.rule for breach in start_breaches(replace(READY, **changes))]


def test_an_ungraded_factor_leaves_the_visit_unassessed():
	assert assess_risk({**CALM, "risk_animal": ""}, False, 3, 6) is None


@pytest.mark.parametrize(
	("grades", "level"),
	[
		({}, LOW),
		({"risk_animal": "Slight", "risk_person": "Slight"}, LOW),
		({"risk_animal": "Evident"}, MEDIUM),
		({"risk_animal": "Evident", "risk_person": "Evident"}, HIGH),
		({"risk_conflict": "Serious"}, HIGH),
	],
)
def test_level_follows_the_score(grades, level):
	assert risk(**grades).level == level


def test_one_serious_danger_is_high_whatever_the_limits():
	assert assess_risk(CALM | {"risk_person": "Serious"}, False, 50, 99).level == HIGH


def test_a_grade_that_a_county_has_added_weighs_like_an_evident_danger():
	assert risk(risk_person="县级选项") == risk(risk_person="Evident")


def test_infectious_disease_is_never_low_and_demands_protection():
	found = risk(infectious=True)
	assert found.level == MEDIUM
	assert {"mask_gloves", "disinfect"} <= {measure.key for measure in found.measures}


def test_a_worse_grade_never_lowers_the_level_nor_drops_a_measure():
	order = list(visit_safety.WEIGHTS)
	for grades in combinations_with_replacement(order, len(visit_safety.FACTORS)):
		before = assess_risk(dict(zip(visit_safety.FACTORS, grades, strict=True)), False, 3, 6)
		for index, grade in enumerate(grades):
			if grade == order[-1]:
				continue
			worse = list(grades)
			worse[index] = order[order.index(grade) + 1]
			after = assess_risk(dict(zip(visit_safety.FACTORS, worse, strict=True)), False, 3, 6)
			assert visit_safety.LEVELS.index(after.level) >= visit_safety.LEVELS.index(before.level)
			assert {m.key for m in before.measures} <= {m.key for m in after.measures}


def test_a_ready_visit_may_start():
	assert rules() == []


@pytest.mark.parametrize(
	("changes", "rule"),
	[
		({"planned_on": date(2026, 11, 24)}, "planned_day"),
		({"visitors": (visitor("甲"),)}, "two_visitors"),
		({"visitors": (visitor("甲"), visitor("甲"))}, "two_visitors"),
		({"visitors": (visitor("甲"), visitor("乙", on_duty=False))}, "trained"),
		({"visitors": (visitor("甲"), visitor("乙", training_until=date(2026, 11, 22)))}, "trained"),
		({"visitors": (visitor("甲"), Visitor("乙", trained_on=TODAY))}, "background_checked"),
		({"visitors": (visitor("甲"), visitor("乙", health_until=date(2026, 11, 22)))}, "healthy"),
		({"visitors": (visitor("甲"), visitor("乙", is_relative=True))}, "relative"),
		({"level": ""}, "risk_assessed"),
		({"undone_measures": ("随身携带通讯设备并保持畅通",)}, "measures"),
		({"needs_device": True}, "device"),
		({"level": HIGH}, "approval"),
	],
)
def test_each_gate_names_its_rule_article_and_remedy(changes, rule):
	breaches = start_breaches(replace(READY, **changes))
	assert [breach.rule for breach in breaches] == [rule]
	assert breaches[0].article and breaches[0].remedy.endswith("。")


def test_qualification_counts_on_its_last_day():
	assert rules(visitors=(visitor("甲"), visitor("乙", training_until=TODAY, check_until=TODAY))) == []


def test_one_issued_device_serves_the_team():
	assert rules(needs_device=True, visitors=(visitor("甲", has_device=True), visitor("乙"))) == []


def test_an_approved_high_risk_visit_may_start():
	assert rules(level=HIGH, approved=True) == []
