"""When the holidays of a year become known, every due date that counts on them moves, and nothing that is done."""

import frappe
import pytest
from frappe.utils import getdate, today

from socaid_app.casework import holidays
from socaid_app.policy import petitions as law
from socaid_app.policy import terms
from socaid_app.socaid_app import rules
from tests import builders
from tests.builders import petitions

APPLICATION, NOTICE = "Assistance Application", "Publicity Notice"
ANY_DAY = "2020-01-02"


def put(doctype: str, **values):
	"""A record as it lies in the database."""
	doc = frappe.get_doc({"doctype": doctype, "division": builders.VILLAGE_A, **values})
	doc.name = frappe.generate_hash(length=12)
	doc.set_parent_in_children()
	doc.set_name_in_children()
	doc.db_insert()
	for row in doc.get_all_children():
		row.db_insert()
	return doc


@pytest.fixture
def records(site):
	"""(DocType, name, column) of open records, and of done ones."""
	item = frappe.get_all(
		"Disclosure Catalogue Item",
		filters={"frequency": ["!=", "Every Year"]},
		pluck="name",
		order_by="name",
	)[0]
	petition = petitions.make()
	asked = {"to_state": terms.SUPPLEMENT, "from_state": terms.DRAFT, "happened_at": frappe.utils.now()}
	opened = [
		(put("Standard Raise", status="Accepted", received_on=today()), "due_on"),
		(
			put(
				"Document Delivery", status="To Deliver", issued_on=today(), document_kind="Acceptance Notice"
			),
			"due_on",
		),
		(
			put("Disclosure Publication", status="To Be Published", formed_on=today(), catalogue_item=item),
			"due_on",
		),
		(put("Disclosure Correction", status="Reported", reported_on=today()), "due_on"),
		(put(NOTICE, status="Draft", kind="Preliminary"), "post_due"),
		(put("Circumstance Change", status="To Review", kind="Health Change", due_on=ANY_DAY), "due_on"),
		(put("Petition Review", status="Asked For", stage="Review", requested_on=today()), "due_on"),
		(petition, "current_due"),
		(petition, "notice_due"),
		(
			put(
				"Petition", delivered_on=today(), review_until=today(), category=law.APPEAL, route=law.HANDLED
			),
			"review_until",
		),
		(
			put(APPLICATION, workflow_state=terms.SUPPLEMENT, supplement_due=ANY_DAY, opinions=[asked]),
			"supplement_due",
		),
	]
	done = [
		(put("Standard Raise", status="Approved", received_on=today(), due_on=ANY_DAY), "due_on"),
		(put("Document Delivery", status="Delivered", issued_on=today(), due_on=ANY_DAY), "due_on"),
		(put("Disclosure Publication", status="Published", formed_on=today(), due_on=ANY_DAY), "due_on"),
		(put("Disclosure Correction", status="Put Right", reported_on=today(), due_on=ANY_DAY), "due_on"),
		(put(NOTICE, status="Withdrawn", kind="Preliminary", post_due=ANY_DAY), "post_due"),
		(put("Petition Review", status="Answer Given", requested_on=today(), due_on=ANY_DAY), "due_on"),
	]
	return opened, done


def dates(rows) -> dict[tuple[str, str, str], str]:
	return {
		(doc.doctype, doc.name, column): frappe.db.get_value(doc.doctype, doc.name, column)
		for doc, column in rows
	}


def take_off(days: set) -> None:
	for year in {day.year for day in days}:
		if not frappe.db.exists("Holiday Calendar", str(year)):
			frappe.get_doc({"doctype": "Holiday Calendar", "year": year}).insert()
		calendar = frappe.get_doc("Holiday Calendar", str(year))
		known = {getdate(row.day): row for row in calendar.days}
		for day in sorted(day for day in days if day.year == year):
			if day in known:
				known[day].kind = "Holiday"
			else:
				calendar.append("days", {"day": day, "kind": "Holiday", "day_name": "测试"})
		calendar.save()


def test_every_due_date_follows_a_new_holiday(records, monkeypatch):
	monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: None)
	opened, done = records
	modified = {doc.name: doc.modified for doc, _column in opened}
	holidays.recompute()
	before = dates(opened)
	assert all(before.values()), before
	take_off(set(before.values()))
	assert holidays.recompute() >= len({name for _kind, name, _column in before})
	after = dates(opened)
	stayed = [key for key in before if not after[key] > before[key]]
	assert stayed == []
	assert all(rules.calendar().is_workday(day) for day in after.values())
	assert set(map(str, dates(done).values())) == {ANY_DAY}
	# forms that staff have open stay valid
	for doc, _column in opened:
		assert str(frappe.db.get_value(doc.doctype, doc.name, "modified")) == str(modified[doc.name])


def test_a_second_time_changes_nothing(records):
	holidays.recompute()
	assert holidays.recompute() == 0


def test_what_fails_in_one_module_does_not_hold_up_the_others(records, monkeypatch):
	opened, _done = records
	hooks, get_attr = frappe.get_hooks("socaid_due_dates"), frappe.get_attr
	monkeypatch.setattr(
		holidays.frappe, "get_attr", lambda path: 1 / 0 if path == hooks[0] else get_attr(path)
	)
	holidays.recompute()
	found = {kind: day for (kind, _name, _column), day in dates(opened).items()}
	assert found["Standard Raise"] and found["Petition Review"] and not found["Document Delivery"]
	assert frappe.db.exists("Error Log", {"method": ["like", f"%{hooks[0]}%"]})
