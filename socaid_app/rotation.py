"""The secrets of a site, changed by one command (``bench --site … socaid-rotate-secrets``).

Each step leaves a site that starts and reads what it stored, should the machine stop in the middle; the command run
again takes up where it stopped:

site key
    The next key is written beside the present one (``socaid_next_encryption_key``); what is stored encrypted is
    encrypted with it in one transaction; then it takes the place of the present key. Between the last two, and only
    then, stored passwords are unreadable; people log in all the same. A second look takes in what was stored with the
    old key meanwhile.
database password
    For a moment the database accepts the old and the new password. It needs its administrator (``root_login``,
    ``root_password``), as restore tests do.
backup keys
    Each repository gets a new key, old copies included (assistance_archives/backups). The keys of places that cannot
    be reached stay, and are named.
sessions
    Everybody logs in again; links for new passwords that were sent no longer work. API keys on demand.

What does not change is the key of the tracking codes (``socaid_tracking_key``): the codes are in the hands of citizens,
and stored is nothing but the keyed hash. A code is one of 2^55 and needs no key to be safe from guessing; the key keeps
the hashes of two sites apart. Nor does the key of the seals on payment lines (``socaid_seal_key``): lists that were
released are frozen with them, and the bank's answer is held against them.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import frappe
from cryptography.fernet import Fernet, InvalidToken
from frappe import _
from frappe.sessions import clear_all_sessions
from frappe.utils.password import get_encryption_key
from frappe.utils.synchronization import filelock

from socaid_app.assistance_archives.backups import operations, operations_log, restore

NEXT_KEY = "socaid_next_encryption_key"
# Keys of hashes that stay: the first one of the site, whatever it encrypts with later.
KEPT_KEYS = ("socaid_tracking_key", "socaid_seal_key")
# Where Frappe stores what it encrypted: table, the columns that name a row, the value.
STORES = (
	("__Auth", ("doctype", "name", "fieldname"), "password", "`encrypted` = 1"),
	("tabDefaultValue", ("name",), "defvalue", "`defkey` like '%%\\_otpsecret'"),
)

Tell = Callable[[str], None]


@dataclass
class Outcome:
	"""What was done, or would be. ``unreadable``: stored with a key nobody has any more; left as it is."""

	stored: int = 0
	unreadable: list[str] = field(default_factory=list)
	sessions: int = 0
	api_keys: int = 0
	backup_runs: list[str] = field(default_factory=list)
	destinations: list[str] = field(default_factory=list)


def rotate(api_keys: bool = False, dry_run: bool = False, tell: Tell = lambda text: None) -> Outcome:
	"""Change all secrets of the site. Raises NoDatabaseAdmin before anything is changed."""
	frappe.set_user("Administrator")
	restore.database_admin()
	outcome = Outcome(
		sessions=frappe.db.count("Sessions"),
		api_keys=frappe.db.count("User", {"api_key": ["is", "set"]}) if api_keys else 0,
		destinations=frappe.get_all(
			operations_log.DESTINATION, filters={"key_label": ["is", "set"]}, pluck="name", order_by="name"
		),
	)
	if dry_run:
		key = frappe.conf.get(NEXT_KEY) or get_encryption_key()
		_encrypt_again(_keys(), key, outcome, write=False)
		return outcome
	with filelock("socaid_rotation", timeout=1):
		tell(_("Key of the site"))
		change_site_key(outcome)
		tell(_("Password of the database"))
		change_database_password()
		tell(_("Keys of the backups"))
		outcome.backup_runs = operations.rotate_key(outcome.destinations) if outcome.destinations else []
		tell(_("Sessions of all users"))
		end_sessions(api_keys)
	return outcome


# --- site key -----------------------------------------------------------------------------------------------
def change_site_key(outcome: Outcome) -> None:
	new = frappe.conf.get(NEXT_KEY) or Fernet.generate_key().decode()
	known = [new, *(key for key in _keys() if key != new)]
	write_config({NEXT_KEY: new})
	_encrypt_again(known, new, outcome)
	frappe.db.commit()
	old = get_encryption_key()
	kept = {key: frappe.conf.get(key) or old for key in KEPT_KEYS}
	write_config({"encryption_key": new, NEXT_KEY: None, **kept})
	# requests that began before the change
	_encrypt_again(known, new, Outcome())
	frappe.db.commit()
	frappe.clear_cache()


def _keys() -> list[str]:
	"""With which something may be stored: the present key and, after a rotation that stopped, the next."""
	return [key for key in (frappe.conf.get(NEXT_KEY), get_encryption_key()) if key]


def _encrypt_again(known: list[str], new: str, outcome: Outcome, write: bool = True) -> None:
	for table, columns, value, condition in STORES:
		names = ", ".join(f"`{column}`" for column in columns)
		# Raw SQL: __Auth is no DocType, and its rows are locked against whoever stores a password now.
		rows = frappe.db.sql(
			f"select {names}, `{value}` from `{table}` where {condition} {'for update' if write else ''}", ()
		)
		for *identity, stored in rows:
			plain = _plain(stored, known)
			if plain is None:
				outcome.unreadable.append(".".join(map(str, identity)))
				continue
			outcome.stored += 1
			if write:
				where = " and ".join(f"`{column}` = %s" for column in columns)
				text = Fernet(new.encode()).encrypt(plain).decode()
				frappe.db.sql(f"update `{table}` set `{value}` = %s where {where}", (text, *identity))


def _plain(stored: str | None, known: list[str]) -> bytes | None:
	for key in known:
		try:
			return Fernet(key.encode()).decrypt((stored or "").encode())
		except InvalidToken:
			continue
	return None


# --- database -----------------------------------------------------------------------------------------------
def change_database_password() -> None:
	old, new = frappe.conf.db_password, secrets.token_urlsafe(24)
	user = frappe.conf.get("db_user") or frappe.conf.db_name
	admin = restore.connect(*restore.database_admin())
	try:
		hosts = [row[0] for row in admin.sql("select `Host` from `mysql`.`user` where `User` = %s", user)]
		one = "mysql_native_password using password(%s)"
		for host in hosts:
			admin.sql(f"alter user %s@%s identified via {one} or {one}", (user, host, old, new))
		write_config({"db_password": new})
		for host in hosts:
			admin.sql("alter user %s@%s identified by %s", (user, host, new))
	finally:
		admin.close()


# --- people -------------------------------------------------------------------------------------------------
def end_sessions(api_keys: bool) -> None:
	clear_all_sessions(_("The secrets of the site were changed"))
	frappe.db.set_value(
		"User", {"reset_password_key": ["is", "set"]}, "reset_password_key", "", update_modified=False
	)
	frappe.cache.delete_keys("one_time_login_key")
	frappe.cache.delete_keys("login_token")
	if api_keys:
		frappe.db.set_value("User", {"api_key": ["is", "set"]}, "api_key", None, update_modified=False)
		frappe.db.delete("__Auth", {"doctype": "User", "fieldname": "api_secret"})
		frappe.db.delete("OAuth Bearer Token")
	frappe.db.commit()


# --- the file -----------------------------------------------------------------------------------------------
def write_config(values: dict[str, str | None]) -> None:
	"""Change site_config.json (None takes a key away): written beside and moved over, so that whoever reads it, or
	starts after a crash, finds the old file or the new one."""
	path = Path(frappe.get_site_path("site_config.json"))
	with filelock("site_config"):
		config = json.loads(path.read_text()) | values
		config = {key: value for key, value in config.items() if value is not None}
		beside = path.with_name(f"{path.name}.new")
		with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
			json.dump(config, file, indent=1, sort_keys=True)
			file.flush()
			os.fsync(file.fileno())
		os.replace(beside, path)
	for key, value in values.items():
		if value is None:
			frappe.local.conf.pop(key, None)
		else:
			frappe.local.conf[key] = value
