"""Each rule with the article it rests on, checked against the texts (dossier, sections 0 to 6)."""

import ast
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from socaid_app.policy import articles, case_facts, case_findings, gates, relief, visit_safety
from socaid_app.policy.parameters import read_rows

SINCE_LAW, BEFORE, BEFORE_OPINION = date(2026, 7, 1), date(2026, 6, 30), date(2025, 12, 31)
GATES = (Path(case_findings.__file__), Path(gates.__file__))

# rule → article since the Law is in force
RULES = {
	"members": "民发〔2021〕57号第7条",
	"no_members": "民发〔2021〕57号第7条",
	"kinship_unstated": "民发〔2021〕57号第7条",
	"single_application": "社会救助法第21条、民发〔2021〕57号第8条",
	"single_clergy": "民发〔2021〕57号第8条",
	"single_jobless": "2022年兜底保障通知一（一）",
	"single_whole_family": "民发〔2021〕57号第8条、2022年兜底保障通知一（一）",
	"income": "民发〔2021〕57号第13条",
	"income_tekun": "民发〔2021〕43号第6条",
	"property_dibao": "社会救助法第18条、民发〔2021〕57号第14条",
	"property_edge": "社会救助法第21条、民发〔2021〕57号第8条、第14条",
	"property_tekun": "民发〔2021〕43号第6条、第7条",
	"property_rigid": "社会救助法第22条、民发〔2024〕57号第4条",
	"property_temporary": "民发〔2018〕23号二（一）",
	"dibao_income": "社会救助法第18条、民发〔2021〕57号第13条",
	"dibao_amount": "社会救助法第18条、民发〔2021〕57号第23条",
	"edge_income": "社会救助法第21条、民发〔2021〕57号第8条",
	"edge_not_dibao": "民发〔2021〕57号第8条",
	"one_benefit": "社会救助法第15条、民发〔2021〕43号第27条",
	"orphan_or_tekun": "民发〔2021〕43号第9条",
	"rigid_in_force": "民发〔2024〕57号第14条",
	"rigid_not_in": "民发〔2024〕57号第4条",
	"rigid_income": "社会救助法第22条、民发〔2024〕57号第4条",
	"rigid_expense": "民发〔2024〕57号第5条",
	"rigid_ratio": "社会救助法第22条、民发〔2024〕57号第4条",
	"tekun_person": "社会救助法第16条、民发〔2021〕43号第4条",
	"tekun_ended": "民发〔2021〕43号第24条",
	"tekun_labour": "民发〔2021〕43号第5条",
	"tekun_minor_stays": "社会救助法第16条、民发〔2021〕43号第24条",
	"tekun_income": "民发〔2021〕43号第6条",
	"tekun_no_supporter": "社会救助法第16条、民发〔2021〕43号第4条",
	"tekun_supporter": "民发〔2021〕43号第8条",
	"tekun_supporter_at_home": "民法典第1059条、第1067条、第1074条，民发〔2021〕43号第8条",
	"selfcare": "民发〔2021〕43号第20条、第21条、第22条",
	"tekun_amount": "社会救助法第17条、民发〔2021〕43号第20条",
	"temp_cause": "社会救助法第29条",
	"temp_request": "社会救助法第29条",
	"temp_cap": "民发〔2018〕23号二（二）、二（三）",
	"temp_cap_quick": "2026年临时救助意见二（一）",
	"temp_deliberated": "民发〔2018〕23号二（三）",
	"temp_same_cause": "民发〔2018〕23号二（三）",
	"temp_income": "民发〔2018〕23号二（一）",
	"temp_expense": "民发〔2018〕23号二（一）",
	"temp_amount": "社会救助法第29条、民发〔2018〕23号二（三）",
	"adjust_hearing": "社会救助法第48条",
	"adjust_notice": "社会救助法第45条、第48条",
	"adjust_month": "民发〔2021〕57号第21条、第33条",
	"adjust_month_tekun": "民发〔2021〕43号第17条、第26条",
	"adjust_grace": "2022年兜底保障通知一（三）、民发〔2021〕57号第33条",
	"adjust_jobs": "民发〔2021〕57号第34条",
	"adjust_refund": "社会救助法第73条",
	"violation_fine": "社会救助法第73条",
	"violation_reasons": "社会救助法第45条",
	"violation_referral": "社会救助法第72条",
	"violation_recusal": "民发〔2021〕57号第11条、第20条",
	"violation_statement": "陈述和申辩的条款待核实",
	"violation_deliberation": "集体评议的人数和程序，县级规定，待核实",
	"recovery_deduction": "扣回的限度，县级规定，待核实",
	"publicity_tekun": "民发〔2021〕43号第15条",
	"other": "社会救助法第33条",
}
# rule → article for an event on the last day before the Law, where it differs
EARLIER = {
	"single_application": "民发〔2021〕57号第8条、2022年兜底保障通知一（四）",
	"property_dibao": "社会救助暂行办法第9条、民发〔2021〕57号第14条",
	"property_edge": "民发〔2021〕57号第8条、第14条",
	"property_rigid": "民发〔2024〕57号第4条",
	"dibao_income": "社会救助暂行办法第9条、民发〔2021〕57号第13条",
	"dibao_amount": "社会救助暂行办法第12条、民发〔2021〕57号第23条",
	"edge_income": "民发〔2021〕57号第8条",
	"one_benefit": "社会救助暂行办法第15条、民发〔2021〕43号第27条",
	"rigid_income": "民发〔2024〕57号第4条",
	"rigid_ratio": "民发〔2024〕57号第4条",
	"tekun_person": "社会救助暂行办法第14条、民发〔2021〕43号第4条",
	"tekun_minor_stays": "民发〔2021〕43号第24条",
	"tekun_no_supporter": "社会救助暂行办法第14条、民发〔2021〕43号第4条",
	"tekun_amount": "社会救助暂行办法第15条、民发〔2021〕43号第20条",
	"temp_cause": "社会救助暂行办法第47条",
	"temp_request": "社会救助暂行办法第47条",
	"temp_amount": "社会救助暂行办法第47条、民发〔2018〕23号二（三）",
	"adjust_hearing": "民发〔2021〕57号第33条",
	"adjust_notice": "民发〔2021〕57号第33条",
	"adjust_refund": "社会救助暂行办法第68条",
	"violation_fine": "社会救助暂行办法第68条",
	"violation_reasons": "说明理由的条款待核实",
	"violation_referral": "移送的条款待核实",
	"other": "2023年分层分类社会救助意见二",
}
# gate → articles of its breaches
GATE_RULES = {
	"step_order": {"民发〔2021〕57号第9条至第22条"},
	"applicant_dead": {
		"民发〔2021〕43号第10条、第24条",
		"社会救助法第37条",
		"社会救助法第37条，民发〔2021〕57号第4条",
	},
	"dead_counted": {"社会救助法第46条、第47条"},
	"left_counted": {"社会救助法第46条、第47条，民发〔2021〕57号第7条"},
	"application_signed": {"民发〔2021〕57号第9条"},
	"members": {"民发〔2021〕57号第7条"},
	"consent": {
		"社会救助法第40条、第41条，民发〔2021〕57号第9条",
		"社会救助法第40条、第41条，民发〔2021〕43号第10条",
	},
	"relief_settled": {"社会救助法第50条、第73条"},
	"guardian": {"个人信息保护法第31条"},
	"materials": {"民发〔2021〕57号第10条"},
	"declared": {"民发〔2021〕57号第9条"},
	"carried_facts": {"民发〔2021〕57号第9条"},
	"second_check": {"服务方案1.1.2-3（录入与核对分离）"},
	"recusal": {"社会救助法第61条，民发〔2021〕57号第11条"},
	"no_needless_demand": {"社会救助法第62条"},
	"supplement_list": {"民发〔2021〕57号第10条"},
	"supplement_once": {"民发〔2021〕57号第10条"},
	"check_report": {"民发〔2021〕57号第17条、第18条"},
	"check_report_valid": {"民发〔2021〕57号第17条、第18条"},
	"check_report_open": {"民发〔2021〕57号第17条、第18条"},
	"objection": {"民发〔2021〕57号第19条", "民发〔2021〕43号第15条"},
	"objection_rework": {"民发〔2021〕57号第19条，民发〔2021〕43号第15条"},
	"statements": {"民发〔2021〕57号第19条", "民发〔2021〕43号第15条"},
	"publicity": {"民发〔2021〕57号第19条", "民发〔2021〕43号第15条"},
	"assessment": {"社会救助法第43条，民发〔2021〕57号第12条、第13条"},
	"eligible": {"社会救助法第16条、第18条、第21条、第22条、第29条"},
	"opinion": {"民发〔2021〕57号第19条、第20条"},
	"three_persons": {"服务方案1.1.1-34（初审、复审、终审分离）"},
	"authority": {"社会救助法第44条，吉民发〔2024〕5号"},
	"one_benefit": {"社会救助法第15条，民发〔2021〕43号第27条"},
	"one_household": {"民发〔2021〕57号第4条"},
	"whole_household": {"2022年兜底保障通知一（一）"},
	"deliberation": {"民发〔2018〕23号二（三）", "民发〔2024〕57号第9条"},
	"reason": {"社会救助法第45条，民发〔2021〕57号第21条", "民发〔2021〕57号第29条"},
	"legal_basis": {"社会救助法第45条，民发〔2021〕57号第21条"},
	"remedy": {"社会救助法第76条，行政复议法第20条，行政诉讼法第46条"},
}


def test_each_rule_rests_on_its_article():
	assert {rule: articles.article(rule, SINCE_LAW) for rule in articles.ARTICLES} == RULES


def test_a_case_of_an_earlier_day_cites_what_was_in_force_then():
	assert {rule: articles.article(rule, BEFORE) for rule in articles.ARTICLES} == RULES | EARLIER
	assert articles.article("temp_cap_quick", BEFORE_OPINION) == "民发〔2018〕23号二（三）"


@pytest.mark.parametrize("rule", articles.ARTICLES)
def test_nothing_cites_the_law_before_it_was_in_force(rule):
	assert "社会救助法" not in articles.article(rule, BEFORE)
	assert "民发〔2024〕57号" not in articles.article(rule, BEFORE) or rule.startswith(
		("rigid", "property_rigid")
	)


def breaches_in_the_source() -> dict[str, set[str]]:
	"""Every ``Breach(rule, message, article, remedy)`` of the gates, where rule and article are written there."""
	found: dict[str, set[str]] = {}
	for node in chain.from_iterable(ast.walk(ast.parse(file.read_text(encoding="utf-8"))) for file in GATES):
		named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Breach"
		if named and isinstance(node.args[0], ast.Constant):
			article = node.args[2]
			if isinstance(article, ast.Constant):
				found.setdefault(node.args[0].value, set()).add(article.value)
			elif isinstance(article, ast.Name) and article.id.isupper():
				found.setdefault(node.args[0].value, set()).add(getattr(case_findings, article.id))
			else:
				found.setdefault(node.args[0].value, set())
	return found


def test_each_gate_rests_on_its_article():
	written = breaches_in_the_source()
	assert written.keys() == GATE_RULES.keys()
	for rule, cited in written.items():
		assert cited <= GATE_RULES[rule], rule


@pytest.mark.parametrize("scheme", ["Tekun", "Temporary", "Dibao", "Edge"])
def test_an_application_of_the_dead_is_refused_by_the_article_of_its_scheme(scheme):
	facts = case_facts.Facts(date(2026, 9, 8), scheme=scheme, applicant_died_on=date(2026, 9, 1))
	(breach,) = case_findings.applicant_lives(facts)
	assert breach.article in GATE_RULES["applicant_dead"]


def test_consent_for_the_destitute_rests_on_43号_and_help_first_on_the_law():
	asked = (case_facts.Person("义务人"),)
	for scheme in ("Dibao", "Tekun"):
		(breach,) = case_findings.consents(case_facts.Facts(date(2026, 9, 8), scheme=scheme, asked=asked))
		assert breach.article in GATE_RULES["consent"]
		assert ("43号" in breach.article) is (scheme == "Tekun")
	assert relief.ARTICLE == "社会救助法第50条，民发〔2018〕23号二（二）"


def test_visits_and_relatives_rest_on_57号():
	assert (visit_safety.ARTICLE_TWO, visit_safety.ARTICLE_RELATIVES) == (
		"民发〔2021〕57号第16条、服务方案第三章",
		"民发〔2021〕57号第11条",
	)


# document → the parameters that rest on it, each with its article
PARAMETERS = {
	("dibao_survey_start_days", "民发〔2021〕57号第15条"),
	("dibao_check_start_days", "民发〔2021〕57号第17条"),
	("survey_min_investigators", "民发〔2021〕57号第16条"),
	("dibao_county_review_days", "民发〔2021〕57号第20条"),
	("dibao_total_days", "民发〔2021〕57号第22条"),
	("dibao_total_days_extended", "民发〔2021〕57号第22条"),
	("dibao_total_days_delegated", "2022年兜底保障通知四（一）"),
	("reject_notice_days", "民发〔2021〕57号第21条"),
	("death_review_months", "2022年兜底保障通知一（三）"),
	("dibao_review_stable_months", "民发〔2021〕57号第31条"),
	("dibao_review_unstable_months", "民发〔2021〕57号第31条"),
	("edge_income_multiple", "民发〔2021〕57号第8条"),
	("employment_cost_deduct", "民发〔2021〕57号第13条"),
	("tekun_elder_age", "民发〔2021〕43号第5条"),
	("tekun_child_age", "民发〔2021〕43号第5条"),
	("tekun_survey_days", "民发〔2021〕43号第13条"),
	("tekun_objection_rework_days", "民发〔2021〕43号第15条"),
	("tekun_county_days", "民发〔2021〕43号第16条"),
	("tekun_spot_check_ratio", "民发〔2021〕43号第16条"),
	("tekun_reject_notice_days", "民发〔2021〕43号第18条"),
	("selfcare_reassess_days", "民发〔2021〕43号第23条"),
	("tekun_terminate_publicity_days", "民发〔2021〕43号第26条"),
	("rigid_expense_window_months", "民发〔2024〕57号第4条"),
	("rigid_expense_ratio", "民发〔2024〕57号第4条"),
	("rigid_total_days", "民发〔2024〕57号第8条"),
	("rigid_total_days_extended", "民发〔2024〕57号第8条"),
	("rigid_validity_months", "民发〔2024〕57号第10条"),
	("guardian_consent_age", "个人信息保护法第31条"),
	("review_apply_days", "行政复议法第20条"),
	("litigation_months", "行政诉讼法第46条"),
}


def test_the_parameters_of_the_law_name_their_article():
	shipped = {(row["key"], row["source"] + row["article"]) for row in read_rows()}
	assert shipped >= PARAMETERS


def test_every_parameter_names_an_article_or_the_part_of_its_document():
	assert [row["key"] for row in read_rows() if not (row["source"] and row["article"])] == []


def test_the_rules_on_rigid_expenditure_begin_in_2025():
	rows = {row["key"]: row["effective_from"] for row in read_rows() if row["key"].startswith("rigid_")}
	assert len(rows) == 5 and set(rows.values()) == {"2025-01-01"}


@pytest.mark.parametrize(
	"key, article",
	[
		("tekun_base_ratio", "第17条"),
		("care_ratio_full", "第17条"),
		("dibao_bands", "第19条"),
		("edge_income_multiple", "第21条"),
		("rigid_expense_ratio", "第22条"),
		("property_financial_months", "第23条"),
		("property_homes_max", "第23条"),
		("employment_cost_deduct", "第23条"),
	],
)
def test_what_the_county_does_not_decide_says_so(key, article):
	notes = [row["note"] for row in read_rows() if row["key"] == key]
	assert all(f"社会救助法{article}" in note for note in notes)
