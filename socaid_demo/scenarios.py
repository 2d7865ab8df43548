"""Which cases the demo county shows: every state, several ways to get there, all kinds of aid."""

from __future__ import annotations

from dataclasses import dataclass

from socaid_app.policy import terms
from socaid_demo.county_villages import JIASHAN, JINZHOU

FRESH, DUE_SOON, DUE_TODAY, OVERDUE, DECIDED = "fresh", "soon", "today", "overdue", "decided"


@dataclass(frozen=True)
class Scenario:
	"""``twist``: what is special about the case, '' for an ordinary one."""

	state: str
	scheme: str = terms.DIBAO
	timing: str = FRESH
	route: str = terms.STANDARD
	twist: str = ""


OBJECTION, NOT_POSTED, INELIGIBLE, RELATIVE, PROTECTED, UNDELIVERED = (
	"objection",
	"not posted",
	"ineligible",
	"relative",
	"protected",
	"undelivered",
)
SCENARIOS = (
	Scenario(terms.DRAFT),
	Scenario(terms.ACCEPTED),
	Scenario(terms.INVESTIGATION, timing=DUE_SOON),
	Scenario(terms.PUBLICITY),
	Scenario(terms.REVIEW, timing=DUE_TODAY),
	Scenario(terms.CONFIRMATION),
	Scenario(terms.CONFIRMED, timing=DECIDED),
	Scenario(terms.SUPPLEMENT),
	Scenario(terms.DELIBERATION, twist=OBJECTION),
	Scenario(terms.REJECTED, timing=DECIDED, twist=INELIGIBLE),
	Scenario(terms.ACCEPTED, terms.TEMPORARY, DUE_TODAY, terms.QUICK_RELIEF),
	Scenario(terms.INVESTIGATION, timing=OVERDUE),
	Scenario(terms.NOT_ACCEPTED, timing=DECIDED),
	Scenario(terms.WITHDRAWN, timing=DECIDED),
	Scenario(terms.TERMINATED, timing=DECIDED),
	Scenario(terms.PUBLICITY, terms.EDGE, twist=NOT_POSTED),
	Scenario(terms.REVIEW, terms.TEKUN),
	Scenario(terms.CONFIRMATION, terms.TEMPORARY, FRESH, terms.QUICK_RELIEF),
	Scenario(terms.CONFIRMED, terms.TEKUN, DECIDED),
	Scenario(terms.INVESTIGATION, twist=OBJECTION),
	Scenario(terms.CONFIRMATION, twist=INELIGIBLE),
	Scenario(terms.PUBLICITY, timing=DUE_TODAY),
	Scenario(terms.CONFIRMED, terms.TEMPORARY, DECIDED, terms.QUICK_RELIEF),
	Scenario(terms.REVIEW, terms.RIGID),
	Scenario(terms.DRAFT, terms.TEKUN),
	Scenario(terms.REVIEW, timing=OVERDUE, twist=RELATIVE),
	Scenario(terms.CONFIRMED, terms.EDGE, DECIDED),
	Scenario(terms.ACCEPTED, twist=PROTECTED),
	Scenario(terms.CONFIRMED, timing=DECIDED, twist=UNDELIVERED),
	Scenario(terms.INVESTIGATION, terms.TEMPORARY, FRESH, terms.EXPENDITURE),
	Scenario(terms.PUBLICITY, terms.TEKUN),
	Scenario(terms.CONFIRMED, terms.TEMPORARY, DECIDED),
)
# The first families of every county apply, so that a small one, too, shows every state: one round in one
# township, half a round in another. Later on one family in twenty does, in a very large county one in a hundred.
DENSE, SPARSE_FROM = 96, 20_000


def scenario_for(index: int) -> Scenario | None:
	"""The case of the family with this running number, if it has one."""
	if index < DENSE:
		return SCENARIOS[index // 2 % len(SCENARIOS)] if index % 2 else None
	every = 20 if index < SPARSE_FROM else 100
	return SCENARIOS[index // every % len(SCENARIOS)] if index % every == 7 else None


def township_for(index: int) -> str | None:
	"""The township in which a family of the dense beginning lives; None leaves it to chance."""
	if index < DENSE and index % 2:
		return JIASHAN if index // 2 < len(SCENARIOS) else JINZHOU
	return None
