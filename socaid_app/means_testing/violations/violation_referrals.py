"""To whom a violation case is referred: as many authorities as it concerns, each with its letter, its answer, its day.

Who issued a false certificate is dealt with by others (社会救助法第72条), what may be a crime by the police, what staff
did by the discipline inspection, what is not returned by the court. None of it changes a benefit.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework.steps import Ask, Steps
from socaid_app.means_testing.violations import violation_letters
from socaid_app.socaid_app import rules

DOCTYPE, CASE = "Violation Referral", "Violation Case"
# States of a case that may be referred.
REFERABLE = ("Violation Concluded", "Violation Closed")
INVESTIGATE = "Investigate Violations"
REFERRED, ANSWERED = "Referred, Not Answered", "Referral Answered"


class ReferralRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=ReferralRefused)


# --- referring ----------------------------------------------------------------------------------------------------
def refer(case: Document, to: str, office: str, reason: str) -> Document:
	"""A referral and its letter, to be delivered with proof; from the step of the case."""
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"violation": case.name,
			"head_name": case.head_name,
			"household": case.household,
			"referral_to": to,
			"referral_office": office,
			"referral_reason": reason,
			"referred_by": frappe.session.user,
			"referred_on": today(),
			"referral_reply_due": rules.days_after("referral_reply_days"),
		}
	)
	# whoever may conclude the case need not be allowed to enter referrals past its step
	doc.insert(ignore_permissions=True)
	violation_letters.make_out_referral(doc)
	return doc


def check(doc: Document) -> None:
	"""From ``validate`` of a new one: of a case that was concluded, to an office that does not have it already."""
	status = frappe.db.get_value(CASE, doc.violation, "status")
	if status not in REFERABLE:
		frappe.throw(_("A case is referred after it was concluded."), ReferralRefused)
	waits = {
		"violation": doc.violation,
		"referral_to": doc.referral_to,
		"referral_office": (doc.referral_office or "").strip(),
		"status": REFERRED,
	}
	if frappe.db.exists(DOCTYPE, waits):
		frappe.throw(
			_("The case lies with {0} already, which has not answered yet. Record its answer first.").format(
				doc.referral_office
			),
			ReferralRefused,
		)


def is_referred(case: str) -> bool:
	return bool(frappe.db.exists(DOCTYPE, {"violation": case}))


# --- the answer ---------------------------------------------------------------------------------------------------
@step(
	_lt("Record the Answer"),
	at=REFERRED,
	to=ANSWERED,
	duty=INVESTIGATE,
	asks=(
		"referral_reply",
		Ask("referral_replied_on", default=lambda doc: today()),
		Ask("reply_paper", reqd=False),
	),
	stamps=("replied_by",),
	primary=True,
)
def record_reply(
	doc: Document, referral_reply: str, referral_replied_on: str, reply_paper: str | None = None
) -> None:
	if not getdate(doc.referred_on) <= getdate(referral_replied_on) <= getdate(today()):
		frappe.throw(_("The answer came between the referral and today."), ReferralRefused)
