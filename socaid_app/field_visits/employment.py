"""People of the service from recruiting to leaving (服务方案第五章), and the proofs by which they may be assigned.

The file of somebody is their *Visit Officer*: what gates assignments (training, background check, health) stands there,
and :mod:`socaid_app.socaid_app.safety` asks it. Papers and trainings renew a proof through :func:`renew`.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_months, getdate, now_datetime, today

from socaid_app.casework import records
from socaid_app.casework.steps import IN_THE_DIALOG, Ask, Steps
from socaid_app.socaid_app import account_steps, staff_accounts

DOCTYPE, CHANGE = "Visit Officer", "Staff Account Change"
RECRUITING, PROBATION, IN_POST, LEAVING, LEFT = "Recruiting", "On Probation", "In Post", "Leaving", "Has Left"
# Whose attendance is kept, who is assessed: those whom the contractor employs.
CONTRACTOR = "Contractor"
MANAGE, DECIDE = "Manage Staff", "Decide Staff Matters"
# Proof → the fields of its day, its last day and its words.
TRAINING = ("trained_on", "training_valid_until", "training_note")
BACKGROUND = ("background_checked_on", "background_valid_until", "background_note")
HEALTH = ("health_checked_on", "health_valid_until", None)
BADGE = (None, "badge_valid_until", "badge_number")

step = Steps(
	DOCTYPE,
	every={
		"duty": MANAGE,
		"not_by": ("user",),
		"another": _lt("Another person takes this step than the one it is about."),
	},
)


def own_file(user: str | None = None) -> str | None:
	"""The file of the session's user, or of another."""
	return frappe.db.get_value(DOCTYPE, {"user": user or frappe.session.user})


def renew(officer: str, proof: tuple, since, until, words: str = "") -> None:
	"""A proof from a paper, a training or an exam, for whoever has none that lasts longer."""
	day, last_day, note = proof
	doc = frappe.get_doc(DOCTYPE, officer, for_update=True)
	if doc.get(last_day) and getdate(until) < getdate(doc.get(last_day)):
		return
	doc.update(
		{field: value for field, value in ((day, since), (last_day, until), (note, words)) if field and value}
	)
	with records.step(doc):
		doc.save(ignore_permissions=True)


def follow_stage(doc: Document) -> None:
	"""From ``validate``: nobody is assigned before they begin and after they left."""
	if doc.stage in (RECRUITING, LEFT):
		doc.active = 0
	if doc.stage in (PROBATION, IN_POST) and doc.is_new():
		doc.joined_on = doc.joined_on or today()


@step(
	_lt("Take On"),
	at=RECRUITING,
	to=PROBATION,
	asks=(
		Ask("post"),
		Ask("joined_on", default=lambda doc: today()),
		Ask("probation_until", default=lambda doc: add_months(today(), 3)),
	),
	primary=True,
)
def take_on(doc: Document, post: str, joined_on: str, probation_until: str) -> None:
	"""On probation, and on duty from now on; what proofs are missing the assignments say."""
	doc.active = 1


@step(
	_lt("Confirm in Post"),
	at=PROBATION,
	to=IN_POST,
	asks=(Ask("remark", label=_lt("Opinion")),),
	primary=True,
)
def confirm_in_post(doc: Document, remark: str) -> None:
	"""The probation is over; the opinion stands in the timeline."""
	doc.probation_until = None


@step(
	_lt("Give Notice"),
	at=(PROBATION, IN_POST),
	to=LEAVING,
	asks=(Ask("leaving_on", mandatory_depends_on=IN_THE_DIALOG), Ask("leaving_reason")),
)
def give_notice(doc: Document, leaving_on: str, leaving_reason: str) -> None:
	"""The last day is known: until then all goes on, on the next the login is closed."""


@step(_lt("Take Notice Back"), at=LEAVING, to=IN_POST, asks=(Ask("remark", label=_lt("Reason")),))
def take_notice_back(doc: Document, remark: str) -> None:
	"""They stay."""
	doc.leaving_on = doc.leaving_reason = None


@step(_lt("Conclude Leaving"), at=LEAVING, to=LEFT, asks=("handover_note",), primary=True)
def conclude_leaving(doc: Document, handover_note: str) -> None:
	"""Badge, devices, keys and papers are handed back; the login is closed."""
	if getdate(doc.leaving_on) > getdate(today()):
		doc.leaving_on = today()
	close_account(doc)


def close_account(doc: Document) -> None:
	"""By the register of account changes, where taking away needs one person. What is the Administrator's alone is
	asked of him in the timeline."""
	doc.active = 0
	if not doc.user or doc.account_closed_on or not frappe.db.get_value("User", doc.user, "enabled"):
		return
	if staff_accounts.is_out_of_reach(doc.user):
		doc.add_comment("Comment", _("The Administrator has to close the account {0}.").format(doc.user))
		return
	change = frappe.get_doc(
		{
			"doctype": CHANGE,
			"change_kind": account_steps.OFF,
			"account_user": doc.user,
			"reason": _("{0} leaves: {1}.").format(doc.officer_name, doc.leaving_on),
		}
	)
	with records.step(change):
		change.insert(ignore_permissions=True)
	account_steps.check(change)
	staff_accounts.switch(doc.user, False)
	change.update({"status": account_steps.DONE, "confirmed_by": frappe.session.user})
	change.confirmed_at = now_datetime()
	with records.step(change):
		change.save(ignore_permissions=True)
	doc.account_closed_on = today()


def close_accounts() -> None:
	"""Every night: whose last day is over opens nothing any more, whether the leaving was concluded or not."""
	for name in frappe.get_all(
		DOCTYPE,
		filters={"stage": LEAVING, "leaving_on": ["<", today()], "active": 1},
		pluck="name",
		order_by="name",
	):
		doc = frappe.get_doc(DOCTYPE, name, for_update=True)
		close_account(doc)
		with records.step(doc):
			doc.save(ignore_permissions=True)
