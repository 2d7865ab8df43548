"""What the papers of a violation case say beside its fields."""

from __future__ import annotations

import frappe
from frappe.utils import getdate, today

from socaid_app import printing
from socaid_app.policy import violations as law
from socaid_app.policy.articles import article


def violation_office(case) -> str:
	"""Who concludes: the county where a fine is imposed or the county concluded, else the township."""
	roles = frappe.get_roles(case.concluded_by) if case.concluded_by else []
	county = "County Approver" in roles and "Township Approver" not in roles
	return (
		printing.settings().bureau_name
		if county or case.fine_amount
		else printing.township_office(case.division)
	)


def violation_conclusion(case) -> str:
	return law.NAMES.get(case.conclusion, "")


def violation_article(case) -> str:
	"""By which those who issued a false certificate are dealt with, by the day of the conduct."""
	return article("violation_referral", getdate(case.conduct_to or case.registered_on or today()))


def violation_recusal(deliberation) -> str:
	return article("violation_recusal", getdate(deliberation.held_on))
