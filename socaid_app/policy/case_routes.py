"""The ways a case may go: which step leads from where to where."""

from __future__ import annotations

from socaid_app.policy import terms

# state → {action: next state}, by route. Actions are the names of the workflow's actions.
_END = {"Terminate": terms.TERMINATED, "Withdraw": terms.WITHDRAWN}
_OPENING = {
	terms.DRAFT: {
		"Accept": terms.ACCEPTED,
		"Request Supplement": terms.SUPPLEMENT,
		"Refuse Acceptance": terms.NOT_ACCEPTED,
		"Withdraw": terms.WITHDRAWN,
	},
	terms.SUPPLEMENT: {"Resubmit": terms.DRAFT, "Withdraw": terms.WITHDRAWN},
}
_DECISION = {
	terms.CONFIRMATION: {
		"Confirm": terms.CONFIRMED,
		"Reject": terms.REJECTED,
		"Return": terms.REVIEW,
		**_END,
	},
}
_STANDARD = {
	**_OPENING,
	terms.ACCEPTED: {"Start Investigation": terms.INVESTIGATION, **_END},
	terms.INVESTIGATION: {
		"Publish": terms.PUBLICITY,
		"Propose Rejection": terms.CONFIRMATION,
		"Convene Review": terms.DELIBERATION,
		**_END,
	},
	terms.DELIBERATION: {"Conclude": terms.INVESTIGATION, **_END},
	terms.PUBLICITY: {
		"Submit for Review": terms.REVIEW,
		"Objection": terms.INVESTIGATION,
		"Convene Review": terms.DELIBERATION,
		**_END,
	},
	terms.REVIEW: {
		"Recommend": terms.CONFIRMATION,
		"Propose Rejection": terms.CONFIRMATION,
		"Return": terms.INVESTIGATION,
		**_END,
	},
	**_DECISION,
}
_QUICK = {
	**_OPENING,
	terms.ACCEPTED: {"Recommend": terms.CONFIRMATION, **_END},
	terms.CONFIRMATION: {**_DECISION[terms.CONFIRMATION], "Return": terms.ACCEPTED},
}
# A protected case (HIV) is never published: investigation leads straight to the county's review.
_PROTECTED = {
	**_STANDARD,
	terms.INVESTIGATION: {
		"Submit for Review": terms.REVIEW,
		"Propose Rejection": terms.CONFIRMATION,
		**_END,
	},
}
PROTECTED = "Protected"
ALLOWED: dict[str, dict[str, dict[str, str]]] = {
	terms.STANDARD: _STANDARD,
	terms.EXPENDITURE: _STANDARD,
	terms.QUICK_RELIEF: _QUICK,
	PROTECTED: _PROTECTED,
}


def allowed(route: str, protected: bool = False) -> dict[str, dict[str, str]]:
	"""The steps open to a case."""
	return ALLOWED[PROTECTED if protected and route != terms.QUICK_RELIEF else route]
