"""A finding of a kind its rule names is a warning of low-income monitoring by itself; the same fact is the same warning."""

import frappe
import pytest
from frappe.utils import add_days, add_months, today

from socaid_app.dynamic_management import finding_warnings
from socaid_app.dynamic_management import monitoring_warnings as warnings
from socaid_app.means_testing import rule_records
from socaid_app.patches.v1_0 import warnings_of_shipped_rules
from tests import builders
from tests.builders import comparisons as make

WARNING = warnings.DOCTYPE


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


@pytest.fixture
def officer(site):
	return builders.make_user("Data Officer")


@pytest.fixture
def household(team):
	household, benefit = make.family()
	frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(benefit.start_month, -3))
	return household


@pytest.fixture
def read(household, officer):
	"""A reply about the household, read with the data of a day."""
	colleague = builders.make_user("County Reviewer")

	def read(*lines: str, day: str = ""):
		request = make.sent(officer, colleague, household=household.name)
		return make.answer(request, officer, *lines, day=day or add_days(today(), -30))

	return read


def of(household):
	fields = [
		"kind",
		"status",
		"sightings",
		"name",
		"found_by",
		"source_doctype",
		"township",
		"triage_due_on",
	]
	return frappe.get_all(WARNING, {"household": household.name}, fields, order_by="name")


def test_a_finding_is_a_warning_and_next_month_the_same_one(read, household):
	head, wife = (row.recipient for row in household.members)
	car = make.vehicle(head, "吉D1")
	read(car)
	[warning] = of(household)
	assert (warning.kind, warning.status) == ("More Property Than Known", warnings.TO_TRIAGE)
	assert (warning.found_by, warning.source_doctype, warning.township, warning.sightings) == (
		"Data Comparison",
		make.FINDING,
		builders.TOWNSHIP_A,
		1,
	)
	assert warning.triage_due_on
	frappe.db.set_value(WARNING, {"household": household.name}, "status", warnings.NO_RISK)
	# next month: the same car, and another one
	read(car, make.vehicle(wife, "吉D2"), day=today())
	settled, new = of(household)
	assert (
		settled.status,
		settled.sightings,
		str(frappe.db.get_value(WARNING, settled.name, "last_seen_on")),
	) == (warnings.NO_RISK, 2, today())
	assert (new.status, new.sightings) == (warnings.TO_TRIAGE, 1)
	# the same data once more count for nothing
	read(car, day=today())
	assert [row.sightings for row in of(household)] == [2, 1]


def test_many_findings_cost_as_many_queries_as_one(household, officer, read, count_queries):
	head = household.members[0].recipient
	names = [
		read(*(make.vehicle(head, f"吉D{start + at}") for at in range(count)))
		for start, count in ((0, 1), (10, 9))
	]
	frappe.db.delete(WARNING, {"household": household.name})
	sent = []
	for request in names:
		with count_queries() as queries:
			finding_warnings.raise_for(request.name, request.data_day)
		sent.append(len(queries))
	assert len(of(household)) == 10 and sent[1] <= sent[0] + 1


def test_a_rule_without_a_kind_and_a_finding_concluded_before_warn_nobody(read, household):
	head = household.members[0].recipient
	frappe.db.set_value(rule_records.DOCTYPE, "vehicle", "warning", "")
	read(make.vehicle(head, "吉D3"))
	assert not of(household)
	frappe.db.set_value(make.FINDING, {"household": household.name}, "status", "Finding Concluded")
	# what an older version shipped gets its kind with the update
	warnings_of_shipped_rules.execute()
	assert frappe.db.get_value(rule_records.DOCTYPE, "vehicle", "warning") == "More Property Than Known"
	read(make.vehicle(head, "吉D3"), day=today())
	assert not of(household)
