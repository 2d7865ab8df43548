"""An administrator asks for a change of an account; what opens cases to somebody is confirmed by a person who sees them.

An administrator sees no case, and whoever makes accounts at will could make one that does. So new accounts, other
duties and places, accounts switched on again and new passwords wait for another person, who holds no account of an
administrator, and who is handed the link for the password. What only takes away is done at once. Nobody's own account,
and no account of a system manager or of whoever handles accusations, is changed here at all.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import escape_html, validate_email_address

from socaid_app.casework.steps import AUTHOR, Steps
from socaid_app.socaid_app import staff_accounts
from socaid_app.socaid_app.staff_accounts import ADMINISTRATOR, AccountRefused

DOCTYPE = "Staff Account Change"
ASKED, DONE, REFUSED = "Account Change Asked For", "Account Change Done", "Account Change Refused"
NEW, DUTIES, OFF, ON, PASSWORD, FACTOR = (
	"New Account",
	"Duties and Places",
	"Switch Off",
	"Switch On",
	"Password Anew",
	"New Second Factor",
)
# What gives somebody more than they had.
BY_TWO = frozenset({NEW, DUTIES, ON, PASSWORD})
CONFIRM = "Confirm Staff Accounts"

step = Steps(DOCTYPE, refusal=AccountRefused)


# --- what may be asked for ------------------------------------------------------------------------------------------
def tidy(change: Document) -> None:
	"""Before the mandatory fields are asked: only what belongs to the kind of change is kept."""
	if change.change_kind == NEW:
		if change.status == ASKED:
			change.account_user = None
			change.login_email = (change.login_email or "").strip().lower()
	else:
		change.login_email = change.phone = None
		change.full_name = frappe.db.get_value("User", change.account_user, "full_name")
	if change.change_kind not in (NEW, DUTIES):
		change.set("roles", [])
		change.set("places", [])


def check(change: Document) -> None:
	"""Raises AccountRefused, with each save of what was asked for and once more when it is carried out."""
	if change.change_kind == NEW:
		if not validate_email_address(change.login_email or ""):
			_refuse(_("An account is an e-mail address, such as wang@dongliao.example."))
		if frappe.db.exists("User", change.login_email):
			_refuse(_("{0} has an account already.").format(change.login_email))
		if change.phone and (other := frappe.db.get_value("User", {"mobile_no": change.phone})):
			_refuse(_("This mobile belongs to the account {0}.").format(other))
	elif not frappe.db.exists("User", change.account_user):
		_refuse(_("There is no such account."))
	elif change.account_user in (frappe.session.user, change.owner):
		_refuse(_("Your own account is changed by another administrator."))
	elif staff_accounts.is_out_of_reach(change.account_user):
		_refuse(
			_(
				"Accounts of system managers and of those who handle accusations are the Administrator's alone."
			)
		)
	if change.change_kind in (NEW, DUTIES):
		roles = _named(change.roles, "role")
		if not roles:
			_refuse(_("Choose at least one duty. To take all away, switch the account off."))
		staff_accounts.check_duties(roles, _named(change.places, "division"))


def _named(rows, field: str) -> list[str]:
	return [row.get(field) for row in rows or [] if row.get(field)]


# --- steps -------------------------------------------------------------------------------------------------------
def no_administrator(change: Document) -> str:
	"""Whatever the table of duties says: two administrators together open no case to anybody."""
	if frappe.session.user == "Administrator" or ADMINISTRATOR not in frappe.get_roles():
		return ""
	return _("Confirmed by somebody who sees the cases: no administrator does it.")


def is_by_two(change: Document) -> bool:
	return change.change_kind in BY_TWO


@step(
	_lt("Confirm and Carry Out"),
	at=ASKED,
	to=DONE,
	duty=CONFIRM,
	who=no_administrator,
	not_by=("owner", AUTHOR, "account_user"),
	another=_lt("Another person confirms it than whoever asked for it, and than the person it is about."),
	when=is_by_two,
	stamps=("confirmed_by", "confirmed_at"),
	confirm=_lt("The account is changed at once. Do you know the person, and is it right?"),
	primary=True,
)
def confirm(change: Document) -> None:
	"""By somebody who sees the cases anyway, and who hands over the link for the password."""
	check(change)
	_note_before(change)
	match change.change_kind:
		case "New Account":
			values = {"email": change.login_email, "first_name": change.full_name, "mobile_no": change.phone}
			change.account_user = staff_accounts.make(
				values, _named(change.roles, "role"), _named(change.places, "division")
			)
			_hand_over(change)
		case "Duties and Places":
			staff_accounts.set_duties(
				change.account_user, _named(change.roles, "role"), _named(change.places, "division")
			)
		case "Switch On":
			staff_accounts.switch(change.account_user, True)
		case "Password Anew":
			_hand_over(change)


@step(
	_lt("Carry Out"),
	at=ASKED,
	to=DONE,
	when=lambda change: not is_by_two(change),
	stamps=("confirmed_by", "confirmed_at"),
	confirm=_lt("The account is changed at once. Go on?"),
	primary=True,
)
def carry_out(change: Document) -> None:
	"""What takes away waits for nobody."""
	check(change)
	_note_before(change)
	if change.change_kind == OFF:
		staff_accounts.switch(change.account_user, False)
	else:
		staff_accounts.forget_second_factor(change.account_user)


@step(
	_lt("Refuse the Change"),
	at=ASKED,
	to=REFUSED,
	asks=("refusal_reason",),
	stamps=("confirmed_by", "confirmed_at"),
)
def refuse(change: Document, refusal_reason: str) -> None:
	"""By whoever sees that it is not right, whoever asked for it included."""


def _note_before(change: Document) -> None:
	if change.change_kind == NEW:
		return
	roles = "、".join(_(role) for role in staff_accounts.staff_roles(change.account_user)) or "—"
	names = [
		frappe.db.get_value("Administrative Division", code, "division_name")
		for code in staff_accounts.places(change.account_user)
	]
	change.as_it_was = f"{roles}；{'、'.join(filter(None, names)) or _('the whole county, or none')}"


def _hand_over(change: Document) -> None:
	"""The link is shown once, to who confirms, and is kept nowhere."""
	link = staff_accounts.password_link(change.account_user)
	if not link:
		frappe.msgprint(_("A link to choose the password was sent to {0}.").format(change.account_user))
		return
	frappe.msgprint(
		"{}<br><br><code>{}</code>".format(
			_(
				"This site sends no mail. Give the person this link yourself, and nobody else: whoever has it chooses"
				" the password. It is shown only once."
			),
			escape_html(link),
		),
		title=_("Link for the Password"),
	)


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, AccountRefused)
