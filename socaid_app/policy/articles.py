"""Which article each rule rests on, by the day of the event.

The Social Assistance Law is in force since 2026-07-01; a case of an earlier day cites what was in force then.
"""

from __future__ import annotations

from datetime import date

from socaid_app.policy import terms

LAW_IN_FORCE = date(2026, 7, 1)
RIGID_IN_FORCE = date(2025, 1, 1)
OPINION_2026 = date(2026, 1, 1)
ALWAYS = date.min

LAW, INTERIM = "社会救助法", "社会救助暂行办法"
DIBAO_RULES, TEKUN_RULES, RIGID_RULES = "民发〔2021〕57号", "民发〔2021〕43号", "民发〔2024〕57号"
TEMPORARY_RULES, NOTICE_2022 = "民发〔2018〕23号", "2022年兜底保障通知"

Dated = tuple[tuple[date, str], ...]


def _since_law(now: str, before: str) -> Dated:
	return (LAW_IN_FORCE, now), (ALWAYS, before)


def _always(text: str) -> Dated:
	return ((ALWAYS, text),)


# rule → what it rests on, the newest first.
ARTICLES: dict[str, Dated] = {
	# who counts, who applies alone
	"members": _always(f"{DIBAO_RULES}第7条"),
	"no_members": _always(f"{DIBAO_RULES}第7条"),
	"kinship_unstated": _always(f"{DIBAO_RULES}第7条"),
	"single_application": _since_law(
		f"{LAW}第21条、{DIBAO_RULES}第8条", f"{DIBAO_RULES}第8条、{NOTICE_2022}一（四）"
	),
	"single_clergy": _always(f"{DIBAO_RULES}第8条"),
	"single_jobless": _always(f"{NOTICE_2022}一（一）"),
	"single_whole_family": _always(f"{DIBAO_RULES}第8条、{NOTICE_2022}一（一）"),
	# income and property
	"income": _always(f"{DIBAO_RULES}第13条"),
	"income_tekun": _always(f"{TEKUN_RULES}第6条"),
	"property_dibao": _since_law(f"{LAW}第18条、{DIBAO_RULES}第14条", f"{INTERIM}第9条、{DIBAO_RULES}第14条"),
	"property_edge": _since_law(f"{LAW}第21条、{DIBAO_RULES}第8条、第14条", f"{DIBAO_RULES}第8条、第14条"),
	"property_tekun": _always(f"{TEKUN_RULES}第6条、第7条"),
	"property_rigid": _since_law(f"{LAW}第22条、{RIGID_RULES}第4条", f"{RIGID_RULES}第4条"),
	"property_temporary": _always(f"{TEMPORARY_RULES}二（一）"),
	# 低保 and 低保边缘
	"dibao_income": _since_law(f"{LAW}第18条、{DIBAO_RULES}第13条", f"{INTERIM}第9条、{DIBAO_RULES}第13条"),
	"dibao_amount": _since_law(f"{LAW}第18条、{DIBAO_RULES}第23条", f"{INTERIM}第12条、{DIBAO_RULES}第23条"),
	"edge_income": _since_law(f"{LAW}第21条、{DIBAO_RULES}第8条", f"{DIBAO_RULES}第8条"),
	"edge_not_dibao": _always(f"{DIBAO_RULES}第8条"),
	"one_benefit": _since_law(f"{LAW}第15条、{TEKUN_RULES}第27条", f"{INTERIM}第15条、{TEKUN_RULES}第27条"),
	"orphan_or_tekun": _always(f"{TEKUN_RULES}第9条"),
	# 刚性支出困难
	"rigid_in_force": _always(f"{RIGID_RULES}第14条"),
	"rigid_not_in": _always(f"{RIGID_RULES}第4条"),
	"rigid_income": _since_law(f"{LAW}第22条、{RIGID_RULES}第4条", f"{RIGID_RULES}第4条"),
	"rigid_expense": _always(f"{RIGID_RULES}第5条"),
	"rigid_ratio": _since_law(f"{LAW}第22条、{RIGID_RULES}第4条", f"{RIGID_RULES}第4条"),
	# 特困
	"tekun_person": _since_law(f"{LAW}第16条、{TEKUN_RULES}第4条", f"{INTERIM}第14条、{TEKUN_RULES}第4条"),
	"tekun_ended": _always(f"{TEKUN_RULES}第24条"),
	"tekun_labour": _always(f"{TEKUN_RULES}第5条"),
	"tekun_minor_stays": _since_law(f"{LAW}第16条、{TEKUN_RULES}第24条", f"{TEKUN_RULES}第24条"),
	"tekun_income": _always(f"{TEKUN_RULES}第6条"),
	"tekun_no_supporter": _since_law(
		f"{LAW}第16条、{TEKUN_RULES}第4条", f"{INTERIM}第14条、{TEKUN_RULES}第4条"
	),
	"tekun_supporter": _always(f"{TEKUN_RULES}第8条"),
	"tekun_supporter_at_home": _always(f"民法典第1059条、第1067条、第1074条，{TEKUN_RULES}第8条"),
	"selfcare": _always(f"{TEKUN_RULES}第20条、第21条、第22条"),
	"tekun_amount": _since_law(f"{LAW}第17条、{TEKUN_RULES}第20条", f"{INTERIM}第15条、{TEKUN_RULES}第20条"),
	# 临时救助
	"temp_cause": _since_law(f"{LAW}第29条", f"{INTERIM}第47条"),
	"temp_request": _since_law(f"{LAW}第29条", f"{INTERIM}第47条"),
	"temp_cap": _always(f"{TEMPORARY_RULES}二（二）、二（三）"),
	"temp_cap_quick": ((OPINION_2026, "2026年临时救助意见二（一）"), (ALWAYS, f"{TEMPORARY_RULES}二（三）")),
	"temp_deliberated": _always(f"{TEMPORARY_RULES}二（三）"),
	"temp_same_cause": _always(f"{TEMPORARY_RULES}二（三）"),
	"temp_income": _always(f"{TEMPORARY_RULES}二（一）"),
	"temp_expense": _always(f"{TEMPORARY_RULES}二（一）"),
	"temp_amount": _since_law(
		f"{LAW}第29条、{TEMPORARY_RULES}二（三）", f"{INTERIM}第47条、{TEMPORARY_RULES}二（三）"
	),
	# changes of what was granted
	"adjust_hearing": _since_law(f"{LAW}第48条", f"{DIBAO_RULES}第33条"),
	"adjust_notice": _since_law(f"{LAW}第45条、第48条", f"{DIBAO_RULES}第33条"),
	"adjust_month": _always(f"{DIBAO_RULES}第21条、第33条"),
	"adjust_month_tekun": _always(f"{TEKUN_RULES}第17条、第26条"),
	"adjust_grace": _always(f"{NOTICE_2022}一（三）、{DIBAO_RULES}第33条"),
	"adjust_jobs": _always(f"{DIBAO_RULES}第34条"),
	"adjust_refund": _since_law(f"{LAW}第73条", f"{INTERIM}第68条"),
	# violations and what has to come back
	"violation_fine": _since_law(f"{LAW}第73条", f"{INTERIM}第68条"),
	"violation_reasons": _since_law(f"{LAW}第45条", "说明理由的条款待核实"),
	"violation_referral": _since_law(f"{LAW}第72条", "移送的条款待核实"),
	"violation_recusal": _always(f"{DIBAO_RULES}第11条、第20条"),
	"violation_statement": _always("陈述和申辩的条款待核实"),
	"violation_deliberation": _always("集体评议的人数和程序，县级规定，待核实"),
	"recovery_deduction": _always("扣回的限度，县级规定，待核实"),
	# the rest
	"publicity_tekun": _always(f"{TEKUN_RULES}第15条"),
	"other": _since_law(f"{LAW}第33条", "2023年分层分类社会救助意见二"),
}
PROPERTY_RULES = {
	terms.DIBAO: "property_dibao",
	terms.EDGE: "property_edge",
	terms.TEKUN: "property_tekun",
	terms.RIGID: "property_rigid",
	terms.TEMPORARY: "property_temporary",
	terms.OTHER_SCHEME: "property_dibao",
}


def article(rule: str, on: date) -> str:
	"""What ``rule`` rests on for an event on ``on``."""
	return next(text for since, text in ARTICLES[rule] if since <= on)
