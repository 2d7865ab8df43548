"""What the law forbids at each step of an application (the hard gates): which rules stand before which step.

The Frappe app collects the facts of a case from its records; :func:`breaches` says which rules a step would break.
No breach, no objection: whoever asks, through whatever channel.
"""

from __future__ import annotations

from socaid_app.policy import case_findings as rule
from socaid_app.policy import terms
from socaid_app.policy.breach import Breach
from socaid_app.policy.case_facts import Facts
from socaid_app.policy.case_routes import allowed

_LIVING = (rule.applicant_lives, rule.living_counted, rule.present_counted)
_INQUIRY = (rule.has_members, rule.consents, rule.investigated, rule.checked, rule.assessed)
REJECTION_PROPOSAL = (rule.recusal, rule.opinion, rule.investigated, rule.assessed, rule.three_persons)
_BEFORE_CONFIRMATION = (
	rule.signed,
	*_INQUIRY,
	rule.published,
	rule.whole_household,
	rule.county_visited,
	rule.one_benefit,
	rule.deliberation,
)


def _quick(f: Facts) -> list[Breach]:
	"""小额快救: who, why, how much, by whom – the check and the publicity are left out by law."""
	checks = (rule.signed, rule.has_members, rule.assessed, rule.eligible, rule.deliberation)
	return [breach for check in checks for breach in check(f)]


def _full(f: Facts) -> list[Breach]:
	if f.route == terms.QUICK_RELIEF:
		return _quick(f)
	return [breach for check in _BEFORE_CONFIRMATION for breach in check(f)]


CHECKS = {
	terms.ACCEPTED: (rule.applicant_lives, rule.second_check, rule.recusal, rule.has_members, rule.papers),
	terms.SUPPLEMENT: (rule.applicant_lives, rule.recusal, rule.supplement_lawful),
	terms.NOT_ACCEPTED: (rule.recusal, rule.reasoned, rule.refusal_settled),
	terms.INVESTIGATION: (rule.applicant_lives, rule.recusal),
	terms.DELIBERATION: (rule.applicant_lives, rule.recusal),
	terms.PUBLICITY: (
		*_LIVING,
		rule.recusal,
		rule.three_persons,
		rule.signed,
		rule.made_up,
		*_INQUIRY,
		rule.no_open_objection,
		rule.reinvestigated,
		rule.whole_household,
		rule.eligible,
		rule.amount,
		rule.opinion,
	),
	terms.REVIEW: (*_LIVING, rule.recusal, *_INQUIRY, rule.published),
	terms.CONFIRMATION: (
		*_LIVING,
		rule.recusal,
		rule.three_persons,
		rule.made_up,
		_full,
		rule.eligible,
		rule.amount,
		rule.opinion,
	),
	terms.CONFIRMED: (
		*_LIVING,
		rule.recusal,
		rule.three_persons,
		rule.authority,
		rule.made_up,
		_full,
		rule.eligible,
		rule.amount,
		rule.relief_settled,
	),
	terms.REJECTED: (
		rule.recusal,
		rule.decided_by_another,
		rule.authority,
		rule.reasoned,
		rule.refusal_settled,
	),
	terms.TERMINATED: (
		rule.recusal,
		rule.decided_by_another,
		rule.authority,
		rule.given_reason,
		rule.reasoned,
		rule.refusal_settled,
	),
	# Nobody takes back what somebody applied for who died: the case ends with a letter.
	terms.WITHDRAWN: (rule.applicant_lives, rule.recusal, rule.given_reason, rule.refusal_settled),
}
# Help that comes first (policy/relief.py): what is asked before it is paid, and what is made up before the decision.
RELIEF_FIRST = (
	*_LIVING,
	rule.recusal,
	rule.decided_by_another,
	rule.authority,
	rule.has_members,
	rule.assessed,
	rule.eligible,
)
MADE_UP = (rule.signed, rule.made_up, _full)


def breaches(facts: Facts, to_state: str) -> list[Breach]:
	"""Every rule that moving from ``facts.from_state`` to ``to_state`` would break; empty when it may go on."""
	steps = allowed(facts.route, facts.protected).get(facts.from_state, {})
	if to_state not in steps.values():
		return [
			Breach(
				"step_order",
				"不能从当前环节直接转到该环节",
				"民发〔2021〕57号第9条至第22条",
				"请按受理、调查核实、公示、审核、确认的顺序办理。",
			)
		]
	checks = CHECKS.get(to_state, ())
	# Sending a case back for a second look needs no proof of what is still to be found.
	if to_state == terms.INVESTIGATION and facts.from_state in (
		terms.REVIEW,
		terms.PUBLICITY,
		terms.DELIBERATION,
	):
		checks = (rule.opinion,)
	if to_state == terms.REVIEW and facts.from_state == terms.CONFIRMATION:
		checks = (rule.opinion,)
	if to_state == terms.ACCEPTED and facts.from_state == terms.CONFIRMATION:
		checks = (rule.opinion,)
	if to_state == terms.CONFIRMATION and facts.propose_rejection:
		checks = REJECTION_PROPOSAL
	return [breach for check in checks for breach in check(facts)]
