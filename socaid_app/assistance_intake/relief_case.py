"""先行救助: a case of emergency aid whose money is paid before its papers are complete (policy/relief.py); what the
form may say of it, what is still open, and what becomes of the money. Paying itself is in relief_payment.py."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, today

from socaid_app.assistance_intake import facts
from socaid_app.casework import rectification
from socaid_app.policy import relief as law
from socaid_app.policy import reserves, terms
from socaid_app.policy.income import money, yuan
from socaid_app.socaid_app import rules

APPLICATION = "Assistance Application"
KEPT, RECOVERED = "Kept", "To Be Recovered"


class ReliefInvalid(frappe.ValidationError):
	pass


# --- called from validate -----------------------------------------------------------------------------------
def check(application: Document) -> None:
	"""What a form may say about help paid first."""
	if cint(application.relief_first):
		if not law.fits(application.scheme, application.route):
			frappe.throw(
				_("Only emergency aid can be paid first (Social Assistance Law Art. 50)."), ReliefInvalid
			)
		if not cint(application.green_channel):
			frappe.throw(
				_("Tick the green channel and describe the emergency that does not allow to wait."),
				ReliefInvalid,
			)
	elif application.accepted_on and _was_first(application):
		frappe.throw(_("The case was accepted without papers, to help first; that stays."), ReliefInvalid)
	_check_reserve(application)
	over = application.urgency_over_on
	if over and not application.relief_paid_on:
		frappe.throw(_("The end of the emergency is entered once help was paid first."), ReliefInvalid)
	if over and getdate(over) > getdate(today()):
		frappe.throw(_("The end of the emergency lies in the future."), ReliefInvalid)


def _check_reserve(application: Document) -> None:
	"""The reserve pays 小额快救 and help that comes first (policy/reserves.py)."""
	first = bool(cint(application.relief_first))
	if cint(application.from_reserve) and not reserves.may_pay(application.scheme, application.route, first):
		frappe.throw(
			_("The reserve pays small emergency aid and help that comes first. Untick “{0}”.").format(
				_(application.meta.get_label("from_reserve"), context=APPLICATION)
			),
			ReliefInvalid,
		)


def _was_first(application: Document) -> bool:
	before = application.get_doc_before_save()
	return bool(before and cint(before.relief_first))


# --- what is still open ---------------------------------------------------------------------------------------
def still_open(application: Document) -> list[dict]:
	"""Papers and steps to be made up, for the form and the report; nothing once the case is decided."""
	if not application.relief_paid_on or application.workflow_state in terms.FINAL_STATES:
		return []
	return [
		{"rule": breach.rule, "message": breach.message, "article": breach.article, "remedy": breach.remedy}
		for breach in law.still_open(facts.facts(application, application.workflow_state))
	]


def words(application: Document) -> str:
	"""For the letters: what was paid, and what becomes of it when the case is refused."""
	if not application.relief_paid_on:
		return ""
	paid = (
		f"已于{getdate(application.relief_paid_on):%Y-%m-%d}先行救助{yuan(money(application.relief_amount))}"
	)
	if application.relief_settlement == RECOVERED:
		return f"{paid}，系以虚假情况取得，应当退回（社会救助法第73条）。"
	return f"{paid}，不予追回。" if application.relief_settlement == KEPT else f"{paid}。"


def rest(application: Document) -> float:
	"""What is left to pay of the amount confirmed."""
	return max(flt(flt(application.confirmed_amount) - flt(application.relief_amount), 2), 0)


def conclude(application: Document) -> None:
	"""With the end of the case: what has to be paid back is followed to its end in the rectification ledger."""
	if application.workflow_state in terms.FINAL_STATES and application.relief_settlement == RECOVERED:
		_recover(application)


def _recover(application: Document) -> str:
	return rectification.found(
		application,
		_("Recover help paid first: {0}").format(application.applicant_name),
		kind="Recovery of Help",
		household=application.household,
		responsible=application.relief_paid_by,
		due_on=rules.days_after("spot_check_rectify_days"),
	)
