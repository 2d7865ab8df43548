"""The demo county's past: a step is taken by its own use case, on its day, by the person who takes such steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from random import Random

import frappe
from frappe.utils import data

from socaid_demo.benefit_history import Rules
from socaid_demo.county_staff import Desk, StaffMember
from socaid_demo.county_villages import townships

GUEST = "Guest"


class Daybook:
	"""``today`` is the county's present; days are told as how many days ago they were."""

	def __init__(self, members: list[StaffMember], seed: int, today: date, rules: Rules):
		self.today, self.rules = today, rules
		self.rng = Random(f"{seed}:daybook")
		self._desks = {code: Desk(members, code) for code in townships()}
		self._county = Desk(members, "")
		self._minutes = 0

	def county(self, key: str) -> str:
		return self._county.county(key)

	def township(self, code: str, key: str) -> str:
		return self._desks[code].township(key)

	def day(self, ago: int, working: bool = True) -> date:
		"""The day so many days ago; the working day before it where it was none."""
		found = self.today - timedelta(days=ago)
		return self.rules.workday(found) if working else found

	@contextmanager
	def acting(self, user: str, day: date) -> Iterator[None]:
		"""Do the block as ``user`` in office hours of ``day``; what is done later on a day comes after."""
		self._minutes += 7
		moment = datetime.combine(day, time(8, 30)) + timedelta(minutes=self._minutes % 480)
		before = frappe.session.user
		with clock_at(moment):
			frappe.set_user(user)
			try:
				yield
			finally:
				frappe.set_user(before)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
	"""Let Frappe's clock (``today``, ``now``) go from ``moment`` on; never beyond the present."""
	present = data.now_datetime
	shift = min(moment - present(), timedelta(0))
	data.now_datetime = lambda: present() + shift
	try:
		yield
	finally:
		data.now_datetime = present
