"""The day that counts is the county's own, whatever the clock of the server says."""

from datetime import datetime
from unittest.mock import patch

import frappe
import pytest
import pytz
from frappe.utils import data, getdate, today

from socaid_app import visitors

# Half past seven in the morning in the county; in Greenwich it is still the evening before.
MOMENT = pytz.UTC.localize(datetime(2026, 11, 24, 23, 30))


class Clock(datetime):
	@classmethod
	def now(cls, tz=None):
		return MOMENT.astimezone(tz) if tz else MOMENT.replace(tzinfo=None)


@pytest.fixture
def morning(site):
	with (
		patch.object(data.datetime, "datetime", Clock),
		patch.object(visitors.time, "time", MOMENT.timestamp),
	):
		yield


def test_the_site_counts_in_the_countys_time(morning):
	assert frappe.get_system_settings("time_zone") == "Asia/Shanghai"
	assert today() == "2026-11-25"


def test_a_limit_of_the_day_is_of_the_countys_day(morning):
	assert visitors._window(visitors.DAY) == "2026-11-25"
	# an evening earlier in Greenwich is another day of the county
	with patch.object(visitors.time, "time", lambda: MOMENT.timestamp() - 8 * 3600):
		assert visitors._window(60) != visitors._window(visitors.DAY)


def test_tomorrow_begins_at_the_countys_midnight(morning):
	assert visitors.rest_of_day() == (16 * 60 + 30) * 60


def test_a_count_of_yesterday_is_not_todays(site):
	who = frappe.generate_hash()
	with patch.object(visitors, "today", lambda: "2026-11-24"):
		assert visitors.tally("petition", visitors.DAY, who) == 1
	with patch.object(visitors, "today", lambda: "2026-11-25"):
		assert visitors.tallied("petition", visitors.DAY, who) == 0
	assert getdate(today())
