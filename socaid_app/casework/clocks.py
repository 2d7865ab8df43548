"""Due dates brought before the right people, and the weekly proof that this really happened.

What waits for somebody is a :class:`Due`: what the Due Rules find (:mod:`socaid_app.casework.due_rules`), and what
has no date of its own, from the functions in the hook ``socaid_due_items``. Each is announced once when it comes
near, once on its day, once when it has passed, and once more to those above where it stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, cint, getdate, now_datetime, today

from socaid_app.casework import due_rules, messages
from socaid_app.casework.due_rules import NEXT_STEP, Recipient, Rule, Statement
from socaid_app.casework.people import Directory
from socaid_app.casework.places import division_names
from socaid_app.policy import clock

SOON, TODAY, OVERDUE, ESCALATED = "Due Soon", "Due Today", "Overdue", "Escalated"
SENT, MANUAL_NEEDED = "Sent", "Manual Needed"
JOB = "socaid_app.casework.clocks.nightly"
# The job runs daily; one missed night is abnormal.
LATE_AFTER = timedelta(hours=30)
# Who acts where a provider names nobody, and who hears that reminders failed.
OFFICERS, SUPERVISORS = ("Township Officer",), ("Service Manager", "County Approver")
DIVISION = "Administrative Division"


@dataclass(frozen=True)
class Tiers:
	"""When an item is announced; ``soon_days`` 0: not ahead."""

	soon_days: int
	on_the_day: bool = True
	overdue: bool = True
	escalate_after: int = 0


@dataclass(frozen=True)
class Due:
	doctype: str
	name: str
	title: str
	label: str
	due_on: date
	division: str | None
	known_since: date
	users: tuple[str, ...] = ()
	# Those above, who hear of it once it has been overdue for long.
	superiors: tuple[str, ...] = ()
	rule: str = ""
	tiers: Tiers | None = None
	# Who entered the record; of several records together nobody.
	owner: str = ""

	@classmethod
	def of_record(
		cls,
		doctype: str,
		name: str,
		title: str | None,
		label: str,
		due_on: date,
		division: str | None,
		since,
		users: Iterable[str | None] = (),
	) -> Due:
		"""What a provider of the hook found open; for these persons, each of them once."""
		return cls(
			doctype,
			name,
			title or name,
			label,
			due_on,
			division,
			getdate(since),
			tuple(dict.fromkeys(user for user in users if user)),
		)

	def kinds(self, on: date) -> list[str]:
		"""What reminders made on this day would say; none while it is still far off."""
		late = (on - self.due_on).days
		if late > 0:
			escalated = self.tiers.escalate_after and late >= self.tiers.escalate_after and self.superiors
			return [OVERDUE] * self.tiers.overdue + [ESCALATED] * bool(escalated)
		if not late:
			return [TODAY] * self.tiers.on_the_day
		return [SOON] if -late <= self.tiers.soon_days else []

	def told(self, kind: str) -> tuple[str, ...]:
		return self.superiors if kind == ESCALATED else self.users

	def key(self, kind: str) -> tuple[str, str, str, date, str]:
		return self.doctype, self.name, kind, self.due_on, self.rule


# --- the nightly job ----------------------------------------------------------------------------------------
def nightly() -> int:
	"""Colour what is due, then remind whoever has not been reminded; returns reminders made."""
	mark_due()
	return remind(getdate(today()))


def mark_due(doctype: str | None = None) -> None:
	"""Colours that are stored, where they no longer fit the day: four statements a rule, safe to run again."""
	day = getdate(today())
	for rule in due_rules.enabled(doctype):
		if rule.colour_field:
			_try(_mark, rule, day)


def _mark(rule: Rule, day: date) -> None:
	# a colour is stored with the record, secret or not: who may not know of it does not see it
	statement = Statement(rule)
	open_ones = statement.criterion(announced=False)
	due, colour, soon = statement.due, statement.record[rule.colour_field], add_days(day, rule.soon_days)
	for status, condition in (
		(clock.OVERDUE, due < day),
		(clock.DUE_TODAY, due == day),
		(clock.DUE_SOON, (due > day) & (due <= soon)),
		(clock.ON_TIME, due > soon),
	):
		(
			frappe.qb.update(statement.record)
			.set(colour, status)
			.where(open_ones)
			.where(condition)
			.where(colour.isnull() | (colour != status))
			.run()
		)


def remind(on: date, doctype: str | None = None) -> int:
	"""Reminders of what is near or over on a day, each once; of what such records have to do alone where ``doctype`` is
	named. Returns how many were made."""
	items = [item for item in _near(on) if doctype in (None, item.doctype)]
	done, made = Done(items), 0
	for item in items:
		for kind in item.kinds(on):
			if done.first(item.key(kind)):
				made += send(item, kind)
	return made


class Done:
	"""The reminders already made for these items."""

	def __init__(self, items: Iterable[Due]) -> None:
		self.keys: set[tuple] = set()
		names = sorted({item.name for item in items})
		for start in range(0, len(names), 500):
			self.keys.update(
				frappe.get_all(
					"Case Reminder",
					filters={"reference_name": ["in", names[start : start + 500]]},
					fields=["reference_doctype", "reference_name", "kind", "due_on", "rule"],
					order_by="creation",
					as_list=True,
				)
			)

	def __contains__(self, key: tuple) -> bool:
		# reminders of before there were rules speak for every rule of their record and day
		return key in self.keys or (*key[:4], None) in self.keys

	def first(self, key: tuple) -> bool:
		"""Whether nothing was said of it yet; from now on it was."""
		if key in self:
			return False
		self.keys.add(key)
		return True


def send(item: Due, kind: str) -> int:
	"""Tell everybody responsible; where nobody is or a channel fails, leave the notice to a person."""
	subject, users = _subject(item, kind), item.told(kind)
	if not users:
		note = _("No user is responsible for this step and division.")
		_record(item, kind, subject, None, MANUAL_NEEDED, note)
		return 1
	for user, error in messages.tell_staff(users, subject, item.doctype, item.name).items():
		_record(item, kind, subject, user, MANUAL_NEEDED if error else SENT, error)
	return len(users)


def _subject(item: Due, kind: str) -> str:
	return _("{0}: {1}, {2}, due {3}").format(_(kind), item.title, item.label, item.due_on)


def _record(item: Due, kind: str, subject: str, user: str | None, status: str, note: str) -> None:
	frappe.get_doc(
		{
			"doctype": "Case Reminder",
			"reference_doctype": item.doctype,
			"reference_name": item.name,
			"subject": subject[:140],
			"kind": kind,
			"due_on": item.due_on,
			"rule": item.rule,
			"channel": "System",
			"recipient_user": user,
			"status": status,
			"sent_at": now_datetime() if status == SENT else None,
			"note": note,
		}
	).insert(ignore_permissions=True)


# --- what is open -------------------------------------------------------------------------------------------
def open_items(until: date) -> list[Due]:
	"""Everything open that is due on or before ``until``."""
	until, directory = getdate(until), Directory()
	found = [item for rule in due_rules.enabled() for item in _try(items_of, rule, until, directory) or ()]
	return [*found, *_provided(until, directory)]


def _near(on: date) -> list[Due]:
	"""What may have to be announced on a day: each rule looks ahead as far as it says."""
	directory = Directory()
	return [
		item
		for rule in due_rules.enabled()
		if rule.remind_soon or rule.remind_today or rule.remind_overdue or rule.escalate_after
		for item in _try(items_of, rule, add_days(on, rule.soon_days), directory) or ()
	] + _provided(add_days(on, due_soon_days()), directory)


def _try(step: Callable, rule: Rule, *args):
	"""One rule whose DocType or field is gone does not silence the others; the self-check says so (``broken``)."""
	try:
		return step(rule, *args)
	except Exception:
		frappe.log_error(title=f"Due Rule {rule.name} cannot be read")
		return None


def readable_items(rule: Rule, until: date, directory: Directory, narrowed: due_rules.Narrowed) -> list[Due]:
	"""Of a rule, what ``narrowed`` leaves; nothing of a rule that cannot be read."""
	return _try(items_of, rule, until, directory, narrowed) or []


def broken() -> list[str]:
	"""The labels of the rules that find nothing because what they name is not there."""
	found = []
	for rule in due_rules.enabled():
		try:
			due_rules.rows(rule, getdate(due_rules.FIRST_DAY))
		except Exception:
			found.append(rule.label)
	return found


def due_soon_days() -> int:
	return cint(frappe.db.get_single_value("Socaid Settings", "due_soon_days"))


def _provided(until: date, directory: Directory) -> list[Due]:
	"""What the modules find besides; where they name nobody, the officers of the place act."""
	tiers, found = Tiers(due_soon_days()), []
	for path in frappe.get_hooks("socaid_due_items"):
		for item in frappe.get_attr(path)(until):
			users = item.users or tuple(directory.users(OFFICERS, item.division))
			found.append(replace(item, users=users, tiers=tiers, rule=path))
	return found


def items_of(
	rule: Rule, until: date, directory: Directory, narrowed: due_rules.Narrowed | None = None
) -> list[Due]:
	"""What a rule has open until a day; lines of one record and day make one item."""
	rows = due_rules.rows(rule, until, narrowed)
	if not rows:
		return []
	items = _grouped(rule, rows, directory) if rule.group_by else _single(rule, rows, directory)
	tiers = Tiers(
		rule.soon_days if rule.remind_soon else 0,
		rule.remind_today,
		rule.remind_overdue,
		rule.escalate_after,
	)
	return [replace(item, rule=rule.name, tiers=tiers) for item in items]


def _single(rule: Rule, rows: list[frappe._dict], directory: Directory) -> list[Due]:
	by_day: dict[tuple[str, date], list[frappe._dict]] = {}
	for row in rows:
		by_day.setdefault((row.name, row.due_on), []).append(row)
	steps = _next_steps(rule, {row.name for row in rows}, directory)
	return [
		Due(
			rule.doctype,
			name,
			lines[0].title or name,
			"、".join(dict.fromkeys(_(row.label) if row.label else _(rule.label) for row in lines)),
			due_on,
			lines[0].division,
			getdate(lines[0].since or due_on),
			_people(rule, lines, steps.get(name, ()), directory, escalation=False),
			_people(rule, lines, steps.get(name, ()), directory, escalation=True),
			owner=lines[0].owner,
		)
		for (name, due_on), lines in by_day.items()
	]


def _grouped(rule: Rule, rows: list[frappe._dict], directory: Directory) -> list[Due]:
	"""One item for all records of a person, a place … and day; what nobody has is the matter of its township."""
	linked = frappe.get_meta(rule.doctype).get_field(rule.group_by).options
	by_day: dict[tuple[str, str, date], list[frappe._dict]] = {}
	for row in rows:
		row.division = row.township or row.division
		if row.reference:
			by_day.setdefault((linked, row.reference, row.due_on), []).append(row)
		elif row.division:
			by_day.setdefault((DIVISION, row.division, row.due_on), []).append(row)
	titles = {
		kind: _titles(kind, {key[1] for key in by_day if key[0] == kind}) for kind in (linked, DIVISION)
	}
	return [
		Due(
			kind,
			name,
			titles[kind].get(name) or name,
			_("{0} × {1}").format(_(rule.label), sum(row.found for row in lines)),
			due_on,
			lines[0].division,
			min(getdate(row.since) for row in lines),
			_people(rule, lines, (), directory, escalation=False),
			_people(rule, lines, (), directory, escalation=True),
		)
		for (kind, name, due_on), lines in by_day.items()
	]


def _titles(doctype: str, names: set[str]) -> dict[str, str]:
	if doctype == DIVISION:
		return division_names(names)
	title = frappe.get_meta(doctype).title_field or "name"
	return dict(
		frappe.get_all(
			doctype,
			filters={"name": ["in", sorted(names)]},
			fields=["name", title],
			order_by="name",
			as_list=True,
		)
	)


# --- whom to tell -------------------------------------------------------------------------------------------
def _next_steps(rule: Rule, names: set[str], directory: Directory) -> dict[str, tuple[str, ...]]:
	"""Record → who takes its next step, asked of the module once for all records (hook ``socaid_next_step``)."""
	if not any(recipient.told == NEXT_STEP for recipient in rule.recipients):
		return {}
	(path,) = frappe.get_hooks("socaid_next_step")[rule.doctype]
	return frappe.get_attr(path)(sorted(names), directory)


def _people(
	rule: Rule, rows: list[frappe._dict], next_step: Iterable[str], directory: Directory, escalation: bool
) -> tuple[str, ...]:
	told: dict[str, None] = {}
	for row in rows:
		found: list[str] = []
		for number, recipient in enumerate(rule.recipients):
			if recipient.escalation == escalation and not (recipient.otherwise and found):
				found += _of(recipient, row, number, next_step, directory)
		told |= dict.fromkeys(found)
	return tuple(told)


def _of(
	recipient: Recipient, row: frappe._dict, number: int, next_step: Iterable[str], directory: Directory
) -> list[str]:
	match recipient.told:
		case due_rules.NAMED:
			user = row.get(f"person_{number}")
			return [user] if directory.works(user) else []
		case due_rules.NEXT_STEP:
			return list(next_step)
	return directory.users([recipient.role], row.division)


# --- weekly self-check --------------------------------------------------------------------------------------
def check_reminders_ran() -> str:
	"""Monday job: compare what should have been announced in the last seven days with what was.

	Each announcement that is missing becomes a reminder for a person to make by hand.
	"""
	to_day = getdate(today())
	from_day = add_days(to_day, -7)
	expected = _expected(from_day, to_day)
	done = Done(expected.values())
	missing = {key: item for key, item in expected.items() if key not in done}
	for key, item in missing.items():
		_record(
			item, key[2], _subject(item, key[2]), None, MANUAL_NEEDED, _("Found missing by the self-check.")
		)
	last_run = frappe.db.get_value("Scheduled Job Type", {"method": JOB}, "last_execution")
	late = not last_run or now_datetime() - last_run > LATE_AFTER
	unread = broken()
	notes = []
	if late:
		notes.append(_("The daily job has not run for more than a day: check the scheduler."))
	if unread:
		notes.append(
			_("Due rules that cannot be read: {0}. Correct or switch them off.").format("、".join(unread))
		)
	check = frappe.get_doc(
		{
			"doctype": "Reminder Check",
			"checked_at": now_datetime(),
			"period_from": from_day,
			"period_to": to_day,
			"expected": len(expected),
			"sent": len(expected) - len(missing),
			"missing": len(missing),
			"last_run": last_run,
			"outcome": "Abnormal" if missing or notes else "Normal",
			"note": " ".join(notes),
		}
	).insert(ignore_permissions=True)
	if check.outcome == "Abnormal":
		subject = _("Reminder self-check {0}: {1} reminders missing").format(check.name, len(missing))
		messages.tell_staff(Directory().users(SUPERVISORS, None), subject, check.doctype, check.name)
	return check.name


def _expected(from_day: date, to_day: date) -> dict[tuple, Due]:
	"""Announcements that fell due in the period for what is still open. Today's belong to today's run."""
	expected = {}
	for item in _near(to_day):
		# What is taken up during a day is first seen by the next night's run.
		first = max(from_day, add_days(item.known_since, 1))
		for offset in range((to_day - first).days):
			for kind in item.kinds(first + timedelta(days=offset)):
				expected[item.key(kind)] = item
	return expected
