"""Whose consent a check of data needs: everybody whose income and property the decision looks at, and nobody else.

Law Art. 40 and 57号 Art. 9: the applicant and the family that is looked at. Law Art. 41: those who owe support and live
elsewhere only with their own consent; for 特困 the decision rests on what they have, so they sign too (43号 Art. 10).
"""

from __future__ import annotations

from datetime import date

from socaid_app.policy import household, tekun, terms
from socaid_app.policy.cases import check_case

# Nobody can ask these to sign; what is known of them comes from the court.
OUT_OF_REACH = frozenset({terms.DECLARED_MISSING})


def asked_members(case: dict) -> list[str]:
	"""Ids of the members who have to consent. Raises CaseError for a case that cannot be read."""
	case = check_case(case)
	on: date = case["accepted_on"] or case["applied_on"]
	day: date = case.get("facts_on") or on
	ground = case.get("single_application") or ""
	alone = case["scheme"] == terms.DIBAO and ground and ground not in household.WITHIN_EDGE_FAMILY
	looked_at = case if alone else {**case, "single_application": ""}
	counted, _lines = household.counted_members(looked_at, on, day)
	asked = {member["id"] for member in counted}
	applying = [member for member in case["members"] if member.get("in_need")]
	asked |= {member["id"] for member in applying if not household.gone(member, day)}
	if case["scheme"] == terms.TEKUN:
		asked |= {
			member["id"]
			for member in case["members"]
			if tekun.owes(member, applying, on, day)
			and household.residence_on(member, day)[0] not in OUT_OF_REACH
		}
	return [member["id"] for member in case["members"] if member["id"] in asked]


def asks_supporter(scheme: str, consented: bool, incapable: bool, deceased: bool) -> bool:
	"""Whether a supporter outside the household signs: whoever is checked, and for 特困 whoever can sign at all."""
	return not deceased and (consented or (scheme == terms.TEKUN and not incapable))
