"""Accounts: nothing that is asked before a login tells who has one, and nobody chooses the own name.

Frappe answers "not found", "disabled" or "not allowed" to whoever asks for a new password, and sooner for an account
that does not exist. Here every name gets the same answer in the same time: what happens is decided afterwards, by a
background job. Which accounts are not opened by e-mail at all is said by the hook ``socaid_closed_accounts``.

Recusal rests on names and birth dates (relatives of staff, persons accused), so those who administer users write them.
"""

from __future__ import annotations

from functools import lru_cache

import frappe
import pyotp
from frappe import _, twofactor
from frappe.auth import get_login_attempt_tracker
from frappe.core.doctype.user import user as users
from frappe.core.doctype.user.user import User
from frappe.model.document import Document
from frappe.rate_limiter import rate_limit
from frappe.utils import cstr
from frappe.utils.password import encrypt, passlibctx
from frappe.www import login

from socaid_app import visitors

# Who a user is, and the names an account answers to; Frappe composes the full name of them.
PERSON = (
	"first_name",
	"middle_name",
	"last_name",
	"birth_date",
	"email",
	"username",
	"mobile_no",
)
LONGEST_NAME = 140
HOUR = 60 * 60
MAILS_PER_HOUR = 3


class NotYourOwn(frappe.PermissionError):
	pass


# --- before a login -----------------------------------------------------------------------------------------
@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=users.get_password_reset_limit, seconds=HOUR)
def reset_password(user: str) -> None:
	"""Frappe's link by e-mail for a new password."""
	_later("reset", user)
	frappe.msgprint(
		_(
			"If this account exists and may be reset by e-mail, instructions are on their way. Nothing arrives? Ask"
			" the person in charge of the system."
		)
	)


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=login.get_login_with_email_link_ratelimit, seconds=HOUR)
def send_login_link(email: str) -> None:
	"""Frappe's login by e-mail."""
	_later("login", email)


@frappe.whitelist(allow_guest=True, methods=["POST"])
def sign_up(email: str, full_name: str, redirect_to: str) -> None:
	"""Frappe's registration, which says who is registered. Nobody registers here: accounts are given."""
	frappe.throw(
		_("Nobody registers here. Ask the person in charge of the system for an account."),
		frappe.PermissionError,
	)


def _later(kind: str, account: str) -> None:
	frappe.enqueue(
		"socaid_app.permissions.accounts.send", queue="short", kind=kind, account=cstr(account)[:LONGEST_NAME]
	)


def send(kind: str, account: str) -> None:
	"""The job: mail the link, where there is an account that may be opened by one."""
	user = frappe.db.get_value("User", account) or frappe.db.get_value("User", {"email": account})
	if not user or user in frappe.STANDARD_USERS or is_closed(user):
		return
	if not frappe.db.get_value("User", user, "enabled"):
		return
	if visitors.tally(f"mailed-{kind}", HOUR, who=user) > MAILS_PER_HOUR:
		return
	if kind == "login":
		login.send_login_link(user)
	else:
		frappe.get_doc("User", user).reset_password(send_email=True)


def is_closed(user: str) -> bool:
	"""Whether an account is opened by its password alone."""
	return any(frappe.get_attr(path)(user) for path in frappe.get_hooks("socaid_closed_accounts"))


# --- a login that fails -------------------------------------------------------------------------------------
_find_by_credentials = User.find_by_credentials.__func__


def answer_for_frappe() -> None:
	"""Have Frappe take as long, and lock as soon, for a name nobody has as for one somebody has.

	See :func:`socaid_app.visitors.answer_for_frappe`.
	"""
	User.find_by_credentials = classmethod(find_by_credentials)
	twofactor.two_factor_is_enabled_for_ = second_factor_asked


def find_by_credentials(cls, user_name: str, password: str, validate_password: bool = True):
	# a trace would tell which of the two was refused here, and which by Frappe
	frappe.local.flags.disable_traceback = True
	user = _find_by_credentials(cls, user_name, password, validate_password)
	if validate_password and not (user and _has_password(user.name)):
		passlibctx.verify(password, _nobodys_password())
	if not user and validate_password:
		# Frappe asks the lock of the address first, and counts neither where that one is shut
		get_login_attempt_tracker(frappe.local.request_ip)
		get_login_attempt_tracker(cstr(user_name)[:LONGEST_NAME].lower()).add_failure_attempt()
	return user


def _has_password(user: str) -> bool:
	auth = frappe.qb.Table("__Auth")
	stored = (auth.doctype == "User") & (auth.name == user) & (auth.fieldname == "password")
	return bool(frappe.qb.from_(auth).select(auth.name).where(stored & (auth.encrypted == 0)).run())


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
	return passlibctx.hash(frappe.generate_hash(length=20))


# --- a second factor ----------------------------------------------------------------------------------------
_second_factor_asked = twofactor.two_factor_is_enabled_for_


def second_factor_asked(user: str | User) -> bool:
	"""Frappe's answer for everybody but Administrator, whom it never asks: here the role *Administrator* says so."""
	if getattr(user, "name", user) == "Administrator":
		return bool(frappe.db.get_value("Role", "Administrator", "two_factor_auth"))
	return _second_factor_asked(user)


def give_second_factor(user: str) -> str:
	"""A new secret for the app on somebody's phone, as an otpauth address, for who stands at the server: Frappe sends it
	by e-mail, which not every account has. The one before is void. Commits."""
	secret = pyotp.random_base32()
	twofactor.set_default(f"{user}_otpsecret", encrypt(secret))
	# Frappe sends it once more otherwise
	twofactor.set_default(f"{user}_otplogin", 1)
	frappe.db.commit()
	issuer = frappe.db.get_single_value("System Settings", "otp_issuer_name")
	return pyotp.TOTP(secret).provisioning_uri(user, issuer_name=issuer)


# --- keys and tokens ----------------------------------------------------------------------------------------
def keep_out_disabled() -> None:
	"""Hook ``auth_hooks``: keys and tokens of an account that was disabled open nothing, nor do they from a place that is
	not its own. Frappe asks both for sessions only."""
	user = frappe.session.user
	if user in ("", "Guest"):
		return
	account = frappe.get_cached_value("User", user, ["enabled", "restrict_ip"], as_dict=True)
	if (user not in frappe.STANDARD_USERS and not account.enabled) or (
		frappe.get_request_header("Authorization") and not _from_its_place(account)
	):
		frappe.set_user("Guest")
		raise frappe.AuthenticationError


def _from_its_place(account: frappe._dict) -> bool:
	places = users.get_restricted_ip_list(account)
	return not places or any(cstr(frappe.local.request_ip).startswith(place) for place in places)


# --- names --------------------------------------------------------------------------------------------------
def administers_users() -> bool:
	"""Guests change nothing themselves: where one is logged in by a directory or another site, the server writes."""
	flags = frappe.flags
	return bool(
		frappe.session.user in ("Administrator", "Guest")
		or "System Manager" in frappe.get_roles()
		or flags.in_install
		or flags.in_migrate
		or flags.in_patch
	)


def keep_person(doc: Document, method: str | None = None) -> None:
	"""Hook ``doc_events`` of User, before its own validation."""
	before = doc.get_doc_before_save()
	if not before or administers_users():
		return
	changed = [field for field in PERSON if cstr(doc.get(field)) != cstr(before.get(field))]
	if changed:
		frappe.throw(
			_(
				"{0}: changed by those who administer users, because recusal is decided by it. Ask the person in"
				" charge of the system."
			).format("、".join(_(doc.meta.get_label(field), context=doc.doctype) for field in changed)),
			NotYourOwn,
		)


def keep_user_name(doc: Document, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Hook ``before_rename`` of User: a new name is a new e-mail address."""
	if not administers_users():
		frappe.throw(
			_("Users are renamed by those who administer them. Ask the person in charge of the system."),
			NotYourOwn,
		)
