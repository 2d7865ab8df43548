"""Secret ballots: a slip is not known by its member.

Voters are stored without their vote, slips without their voter: a slip has a random name, no owner and no time of its
own, so that neither order nor moment leads back to who was just marked as having voted. Nobody sees a slip or a sum
before the ballot is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import frappe
from frappe.utils import get_datetime

from socaid_app.policy.violations import VOTES

SLIP = "Deliberation Slip"
NOBODY = "Administrator"


def put(deliberation: str, held_on, choices: Iterable[str]) -> None:
	"""Slips into the box; all of a meeting bear the same stamp, the beginning of its day."""
	moment = get_datetime(held_on)
	frappe.db.bulk_insert(
		SLIP,
		["name", "creation", "modified", "owner", "modified_by", "deliberation", "choice"],
		[
			(frappe.generate_hash(length=20), moment, moment, NOBODY, NOBODY, deliberation, choice)
			for choice in sorted(choices)
		],
	)


def count(deliberation: str) -> dict[str, int]:
	"""The slips by what they say."""
	found = Counter(
		frappe.get_all(SLIP, filters={"deliberation": deliberation}, pluck="choice", order_by="choice")
	)
	return {choice: found[choice] for choice in VOTES}
