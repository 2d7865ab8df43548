"""A record is read with its tables as Frappe reads it, in fewer words."""

from threading import Event

import frappe
import pytest
from frappe.model.document import Document

from socaid_app.permissions.loading import load_many
from tests import builders
from tests.builders import visits
from tests.builders.parallel import at_once

PEOPLE = 3


@pytest.fixture
def records(site):
	"""Records with few tables and with many, filled and empty ones."""
	team = visits.make_visit_team()
	household = builders.make_household(members=PEOPLE)
	application = builders.make_application()
	return [
		household,
		application,
		visits.make_visit(household, team),
		frappe.get_doc("Recipient", household.head),
	]


def test_it_is_what_frappe_reads(records):
	for doc in records:
		ours, theirs = (frappe.get_doc(doc.doctype, doc.name) for _ in range(2))
		Document.load_from_db(theirs)
		assert ours.as_dict() == theirs.as_dict()
		(alike,) = load_many(doc.doctype, [doc.name])
		for row in ours.get_all_children():
			# whoever reads many does not ask who wrote a row, and when
			row.update(dict.fromkeys(("creation", "modified", "owner", "modified_by")))
		assert alike.as_dict(no_nulls=True) == ours.as_dict(no_nulls=True)


def test_what_does_not_exist_is_told_as_before(site):
	with pytest.raises(frappe.DoesNotExistError):
		frappe.get_doc("Recipient Household", "没有这一户")
	assert load_many("Recipient Household", ["没有这一户"]) == []


def test_many_come_in_the_order_asked_for_each_with_its_own_rows(site):
	homes = [builders.make_household(members=number) for number in (1, 3, 2)]
	found = load_many("Recipient Household", [home.name for home in homes])
	assert [(home.name, len(home.members)) for home in found] == [
		(home.name, len(home.members)) for home in homes
	]


def test_whoever_waited_for_a_record_reads_the_rows_that_were_added_meanwhile(records):
	visit, added = records[2].name, Event()

	def add() -> None:
		doc = frappe.get_doc("Home Visit", visit, for_update=True)
		doc.append("incomes", {"kind": "Wage", "annual": 1200}).db_insert()
		added.set()

	def wait_and_read() -> int:
		assert not frappe.get_doc("Home Visit", visit).incomes
		added.wait(30)
		return len(frappe.get_doc("Home Visit", visit, for_update=True).incomes)

	assert at_once(add, wait_and_read) == [None, 1]
