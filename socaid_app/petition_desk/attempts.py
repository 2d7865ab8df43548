"""Guessing at petitions from outside: counted per address, slowed down more and more, logged, reported.

A refused visitor is told when to come back; no worker sleeps meanwhile. What was typed is never written down,
and neither is who filed a petition or found theirs: an address beside a time would lead back to the person who
accused somebody (信访工作条例 Art. 30).
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_days, cint, now, now_datetime

from socaid_app import visitors
from socaid_app.casework import messages

DOCTYPE = "Petition Web Attempt"
FILE, LOOK_UP, RATE = "File a Petition", "Look Up a Petition", "Rate a Petition"
NOT_FOUND, SLOWED, REFUSED = "Nothing Found", "Slowed Down", "Refused"
FREE_FAILURES = 5
FIRST_WAIT, LONGEST_WAIT = 30, 60 * 60
# A right code ends the count this often a day; whoever owns one code does not buy free guesses with it.
FORGIVEN = 2
# Of one address, and of all together, in a day: then an administrator hears of it.
HEAVY, HEAVY_TOGETHER = 15, 200
KEEP_DAYS = 90


class SlowDown(frappe.TooManyRequestsError):
	"""``retry_after``: seconds."""

	def __init__(self, retry_after: int):
		super().__init__()
		self.retry_after = retry_after


def wait_for(failures: int) -> int:
	"""Seconds to wait after so many failures: none for the first five, then doubling up to an hour."""
	if failures < FREE_FAILURES:
		return 0
	return min(FIRST_WAIT * 2 ** (failures - FREE_FAILURES), LONGEST_WAIT)


def require_patience(purpose: str = LOOK_UP) -> None:
	"""Raises SlowDown while this address has to wait. What it typed is then not even looked at."""
	seconds = frappe.cache.ttl(_wait_key())
	if seconds and seconds > 0:
		# one line per wait, so that hammering does not fill the table
		if visitors.tally(f"slowed:{failures()}", visitors.DAY) == 1:
			log(purpose, SLOWED, note=str(seconds))
		raise SlowDown(seconds)


def failed(purpose: str = LOOK_UP) -> None:
	"""One more wrong code: count, log, and begin the wait that it has earned."""
	count = frappe.cache.incr(_failure_key())
	frappe.cache.expire(_failure_key(), visitors.DAY)
	log(purpose, NOT_FOUND, note=str(count))
	if seconds := wait_for(count):
		frappe.cache.set(_wait_key(), 1, ex=seconds)
	together = visitors.tally("failures", visitors.DAY, who="all")
	if count == HEAVY or together == HEAVY_TOGETHER:
		_report(count, together)


def refused(purpose: str, note: str) -> None:
	"""A request that no browser of an honest visitor sends; at most a few lines a day per address."""
	if visitors.tally("refused", visitors.DAY) <= HEAVY:
		log(purpose, REFUSED, note=note)


def failures() -> int:
	"""Wrong codes of this address since it last stopped for a day."""
	return cint(frappe.cache.get(_failure_key()))


def forgive() -> None:
	"""The right code ends the count: it was the owner who mistyped."""
	if failures() and visitors.tally("forgiven", visitors.DAY) <= FORGIVEN:
		frappe.cache.delete(_failure_key(), _wait_key())


def log(purpose: str, outcome: str, note: str = "") -> None:
	frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"attempted_on": now(),
			"address": visitors.address(),
			"purpose": purpose,
			"outcome": outcome,
			"note": note,
		}
	).insert(ignore_permissions=True)


def note_refusal(purpose: str, note: str) -> None:
	"""Hook ``socaid_readers_refused``."""
	log(purpose, REFUSED, note)


def _report(count: int, together: int) -> None:
	administrators = frappe.get_all(
		"Has Role",
		filters={"role": "Socaid Administrator", "parenttype": "User"},
		pluck="parent",
		order_by="parent",
		distinct=True,
	)
	last = frappe.get_all(DOCTYPE, pluck="name", order_by="creation desc", limit=1)
	messages.tell_staff(
		administrators or ["Administrator"],
		_("Somebody is guessing at petition codes: {0} wrong ones from {1} today, {2} in all.").format(
			count, visitors.address(), together
		),
		DOCTYPE,
		last[0],
	)


def clear(days: int = KEEP_DAYS) -> None:
	"""Daily (Frappe's Log Settings): drop what is older."""
	attempt = frappe.qb.DocType(DOCTYPE)
	frappe.qb.from_(attempt).delete().where(
		attempt.attempted_on < add_days(now_datetime(), -cint(days))
	).run()


def _failure_key() -> bytes:
	return frappe.cache.make_key(f"socaid-petition-failures:{visitors.address()}")


def _wait_key() -> bytes:
	return frappe.cache.make_key(f"socaid-petition-wait:{visitors.address()}")
