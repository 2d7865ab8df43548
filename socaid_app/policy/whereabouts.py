"""What an event in somebody's life is for the law library, and what follows from a death for the payments.

The register knows events (died, married out, imprisoned …); :mod:`policy.household` asks for facts with dates.
One table leads from the one to the other, so that no fact the register knows goes unasked.
"""

from __future__ import annotations

from datetime import date

from socaid_app.policy import terms

# Event → the fact of policy/cases.py that begins with it, and the one that ends it ('' where nothing does).
FACTS: dict[str, tuple[str, str]] = {
	terms.DEATH: ("deceased_on", ""),
	terms.MARRIAGE: ("moved_away_on", ""),
	terms.MOVED_OUT: ("moved_away_on", ""),
	terms.ADOPTED_AWAY: ("adopted_away_on", ""),
	terms.IMPRISONMENT: ("imprisoned_from", "imprisoned_to"),
	terms.COMPULSORY_REHAB: ("rehabilitation_from", "rehabilitation_to"),
	terms.DECLARED_MISSING: ("missing_from", "missing_to"),
	terms.MILITARY_SERVICE: ("drafted_from", "drafted_to"),
	terms.IN_INSTITUTION: ("institution_from", "institution_to"),
}
# After these a person lives somewhere else; from the others he or she is expected back.
DEPARTURES = frozenset({terms.MARRIAGE, terms.MOVED_OUT, terms.ADOPTED_AWAY})
# A supporter of whom this is known is not able to support (43号 Art. 8(五)).
UNABLE_TO_SUPPORT = frozenset({terms.IMPRISONMENT, terms.DECLARED_MISSING})
# Of these the spouse and the children under age stay members wherever they live (57号 Art. 7(一)-(二)).
STILL_FAMILY = frozenset({terms.MILITARY_SERVICE, terms.IN_INSTITUTION})


def facts(event: str, first: date, over: date | None = None) -> dict[str, str]:
	"""The facts of :mod:`policy.cases` for an event; somebody who is back from a departure is simply there."""
	begins, ends = FACTS.get(event, FACTS[terms.MOVED_OUT])
	if over and not ends:
		return {}
	return {begins: first.isoformat()} | ({ends: over.isoformat()} if over else {})


def last_month_of(died: date) -> date:
	"""The last month for which a dead person has a share: that of the death; payment stops from the next month.

	A right to support ends with the person (民法典 Art. 13); what was due for the month begun stays due. 43号
	Art. 26 stops support from the month after; for 低保 the law leaves the month to the county, and the same is
	taken (社会救助法第46条).
	"""
	return died.replace(day=1)
