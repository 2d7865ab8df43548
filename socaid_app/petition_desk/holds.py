"""Which households have something open at the petition desk: their archive files are not destroyed meanwhile.

Hook ``socaid_archive_holds``. The answer is a set of names and nothing else: neither that it is a petition nor
what it is about, since an accusation is itself a secret (信访工作条例 Art. 30). It is asked by the archives as a
system, hence not filtered by what the archivist may read.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils import getdate, today
from pypika.queries import QueryBuilder

from socaid_app.petition_desk.secrecy import PETITION
from socaid_app.policy import petitions as law

REVIEW = "Petition Review"
# Nothing more is done about these here; an answered petition waits for a review or its conclusion. What was passed
# on and has to be reported back, or may still be reviewed, is not over.
ENDED = (law.CONCLUDED, law.JOINED, law.NOT_TAKEN_UP, law.PASSED_ON, law.SENT_BACK)
REVIEW_ENDED = ("Not Admitted", "Answer Given")


def households_with_open_petitions(households: Iterable[str]) -> set[str]:
	"""Those of ``households`` with an open petition or review: by the petition itself, by its person, or by a name in
	the village, since whoever writes names no record of ours."""
	wanted = sorted(set(households))
	if not wanted:
		return set()
	petition, member = frappe.qb.DocType(PETITION), frappe.qb.DocType("Household Member")
	by_household = _open().select(petition.household).where(petition.household.isin(wanted))
	by_person = (
		_open()
		.join(member)
		.on((member.recipient == petition.recipient) & (member.parenttype == "Recipient Household"))
		.select(member.parent)
		.where(member.parent.isin(wanted))
	)
	recipient, household = frappe.qb.DocType("Recipient"), frappe.qb.DocType("Recipient Household")
	by_name = (
		_open()
		.join(recipient)
		.on(recipient.full_name == petition.petitioner_name)
		.join(member)
		.on((member.recipient == recipient.name) & (member.parenttype == "Recipient Household"))
		.join(household)
		.on((household.name == member.parent) & (household.division == petition.division))
		.select(member.parent)
		.where(member.parent.isin(wanted))
	)
	return {name for query in (by_household, by_person, by_name) for (name,) in query.distinct().run()}


def _open() -> QueryBuilder:
	"""Petitions that are open or still reviewable, have an open review or a report to come, or were joined into one
	of these."""
	petition, review = frappe.qb.DocType(PETITION), frappe.qb.DocType(REVIEW)
	target = frappe.qb.DocType(PETITION).as_("target")
	under_review = frappe.qb.from_(review).select(review.petition).where(review.status.notin(REVIEW_ENDED))
	transfer = frappe.qb.DocType("Petition Transfer")
	to_report = (
		frappe.qb.from_(transfer)
		.select(transfer.petition)
		.where((transfer.feedback_required == 1) & transfer.feedback_on.isnull())
	)
	return (
		frappe.qb.from_(petition)
		.left_join(target)
		.on((petition.status == law.JOINED) & (target.name == petition.joined_into))
		.where(
			petition.status.notin(ENDED)
			| target.status.notin(ENDED)
			| ((petition.status == law.CONCLUDED) & (petition.review_until >= getdate(today())))
			| ((petition.status == law.PASSED_ON) & petition.name.isin(to_report))
			| petition.name.isin(under_review)
			| target.name.isin(under_review)
		)
	)
