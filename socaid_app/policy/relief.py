"""先行救助 (Law Art. 50; 民发〔2018〕23号 二(二)): in an emergency help is paid first and explained afterwards.

What an ordinary case has to show before anything is paid – signature, papers, consent, investigation – is made up while
the case goes on; the decision is not taken before. What was paid is small, and given once.
"""

from __future__ import annotations

from decimal import Decimal

from socaid_app.policy import gates, terms
from socaid_app.policy.breach import Breach
from socaid_app.policy.case_facts import Facts
from socaid_app.policy.income import yuan

ARTICLE = "社会救助法第50条，民发〔2018〕23号二（二）"
# Before the first opinion; afterwards the case is close to its decision anyway.
STATES = (terms.ACCEPTED, terms.INVESTIGATION, terms.DELIBERATION)


def fits(scheme: str, route: str) -> bool:
	"""Emergencies only: 支出型 relieves costs that were borne already."""
	return scheme == terms.TEMPORARY and route != terms.EXPENDITURE


def breaches(f: Facts, amount: Decimal, limit: Decimal) -> list[Breach]:
	"""What forbids paying ``amount`` now; ``limit`` is what the assessment and the cap of small aid leave."""
	found = []
	if not f.relief_first or f.from_state not in STATES:
		found.append(
			Breach(
				"relief_first",
				"先行救助限于已受理、写明紧急情形的急难型临时救助",
				ARTICLE,
				"请勾选“先行救助”，写明紧急情形，受理后再付。",
			)
		)
	if f.relief_paid:
		found.append(
			Breach(
				"relief_once", f"本件已先行救助{yuan(f.relief_paid)}", ARTICLE, "请补齐材料和手续后办理确认。"
			)
		)
	if not 0 < amount <= limit:
		found.append(
			Breach(
				"relief_amount",
				f"先行救助{yuan(amount)}，应在0元以上、{yuan(limit)}以内",
				ARTICLE,
				"请改小金额；其余部分在确认时给付。",
			)
		)
	return found + [breach for check in gates.RELIEF_FIRST for breach in check(f)]


def still_open(f: Facts) -> list[Breach]:
	"""What has to be made up before the decision: papers and steps, each once."""
	found = [breach for check in gates.MADE_UP for breach in check(f)]
	return list({(breach.rule, breach.message): breach for breach in found}.values())


def limit(proposed: Decimal, standard: Decimal, multiple: Decimal, persons: int) -> Decimal:
	"""Help paid first is small: never more than assessed, nor than the cap of 小额快救."""
	return min(proposed, standard * multiple * max(persons, 1))
