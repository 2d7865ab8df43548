"""What was heard, decided or paid is reached by its steps alone, on every way in: form, client API, REST of both
versions, import, bulk action and background job – and nothing is born decided.

One record of each kind stands where somebody would like to help it on; each way tries to write the end into it.
"""

import json
from contextlib import suppress

import frappe
import pytest
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.client import submit as client_submit
from frappe.core.doctype.data_import.importer import Importer
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.desk.reportview import delete_bulk
from frappe.utils import add_months
from frappe.utils.csvutils import to_csv

from socaid_app.means_testing import what_if, what_if_steps
from socaid_app.means_testing.payments.payment_records import LINE, LIST
from tests import builders
from tests.builders import adjustments as changes
from tests.builders import batches, recoveries, violations
from tests.builders import payments as pay
from tests.builders import visits as families

# What every save may touch.
RESTLESS = ("modified", "modified_by", "_user_tags", "_comments", "_assign", "_liked_by")


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


# --- the records: DocType, name, what somebody would like it to say, a user who may write such records ----------------
def a_violation_that_was_heard(team):
	case = violations.heard(builders.make_household(), team.clerk)
	wished = {
		"status": "Violation Concluded",
		"conclusion": "Order to Return",
		"return_amount": 1200,
		"concluded_by": team.approver,
		"told_on": builders.TODAY,
	}
	return case, wished, team.approver


def a_violation_that_was_concluded(team):
	case = violations.concluded(builders.make_household(), team)
	return (
		case,
		{"status": "Violation Closed", "conclusion": "No Violation", "return_amount": 0},
		team.approver,
	)


def a_recovery(team):
	recovery = recoveries.refunded(team, pay.paid_household(500, pay.month(-6)))
	wished = {"status": "Recovery Balanced", "amount": 0, "balance": 0, "waived": 600, "waiver_amount": 600}
	return recovery, wished, team.approver


def a_booking(team):
	recovery = recoveries.refunded(team, pay.paid_household(500, pay.month(-6)))
	entry = frappe.get_doc(recoveries.ENTRY, {"recovery": recovery.name})
	return entry, {"amount": 1, "kind": "Waiver"}, team.approver


def a_scenario(team):
	user = builders.make_user("County Approver")
	standard = {"kind": "Dibao", "area": "Rural", "docstatus": 1, "effective_to": ["is", "not set"]}
	change = {
		"what": "Assistance Standard",
		"standard": frappe.db.get_value("Assistance Standard", standard, "name"),
		"amount": 600,
	}
	with builders.acting_as(user):
		scenario = frappe.get_doc(
			{
				"doctype": what_if.SCENARIO,
				"subject": "测算",
				"month": changes.NEXT,
				"division": builders.TOWNSHIP_A,
				"changes": [change],
			}
		).insert()
		what_if_steps.compute(scenario.name)
		what_if.run(scenario.name)
	wished = {
		"status": "In Force",
		"chosen_by": user,
		"families": 99,
		"difference": 1,
		"became_standard": None,
	}
	return scenario.reload(), wished, user


def a_batch(team):
	_household, benefit = families.make_family()
	frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(changes.THIS, -3))
	made = batches.previewed(team)
	wished = {
		"status": "Batch Carried Out",
		"in_effect": 1,
		"amount_after": 99999,
		"approved_by": team.approver,
	}
	return made, wished, team.approver


def a_payment_list(team):
	payers = pay.payment_team()
	pay.paid_household(500)
	drafted = pay.new_list(payers)
	pay.draft(payers, drafted)
	wished = {
		"status": "Released",
		"total": 1,
		"line_count": 1,
		"checked_by": payers.checker,
		"lines_hash": "0",
	}
	return drafted.reload(), wished, payers.checker


def a_payment_line(team):
	drafted, _wished, _user = a_payment_list(team)
	line = frappe.get_doc(LINE, {"payment_list": drafted.name})
	wished = {"status": "Released", "net": 99999, "amount": 99999, "deduction": 0}
	return line, wished, pay.payment_team().preparer


RECORDS = (
	a_violation_that_was_heard,
	a_violation_that_was_concluded,
	a_recovery,
	a_booking,
	a_scenario,
	a_batch,
	a_payment_list,
	a_payment_line,
)


# --- the ways in ------------------------------------------------------------------------------------------------------
def as_sent(doc, wished) -> dict:
	return frappe.get_doc(doc.doctype, doc.name).as_dict(convert_dates_to_str=True) | {
		key: str(value) if key.endswith("_on") else value for key, value in wished.items()
	}


def by_form(doc, wished, http):
	frappe.response.docs = []
	savedocs(frappe.as_json(as_sent(doc, wished)), "Save")


def by_form_submitted(doc, wished, http):
	frappe.response.docs = []
	savedocs(frappe.as_json(as_sent(doc, wished)), "Submit")


def by_client_save(doc, wished, http):
	client_save(as_sent(doc, wished))


def by_set_value(doc, wished, http):
	client_set_value(doc.doctype, doc.name, frappe.as_json(wished))


def by_client_submit(doc, wished, http):
	client_submit(as_sent(doc, wished))


def by_rest(doc, wished, http):
	http.put(f"/api/resource/{doc.doctype}/{doc.name}", **_plain(wished))


def by_rest_of_the_second_version(doc, wished, http):
	http.request("PATCH", f"/api/v2/document/{doc.doctype}/{doc.name}", json=_plain(wished))


def by_rest_deleted(doc, wished, http):
	http.delete(f"/api/resource/{doc.doctype}/{doc.name}")
	http.request("DELETE", f"/api/v2/document/{doc.doctype}/{doc.name}")


def by_bulk_update(doc, wished, http):
	submit_cancel_or_update_docs(doc.doctype, json.dumps([doc.name]), "update", frappe.as_json(wished))


def by_bulk_submission_and_cancellation(doc, wished, http):
	for action in ("submit", "cancel"):
		submit_cancel_or_update_docs(doc.doctype, json.dumps([doc.name]), action)


def by_bulk_deletion(doc, wished, http):
	delete_bulk(doc.doctype, [doc.name])


def by_a_background_job(doc, wished, http):
	frappe.enqueue(
		"frappe.desk.doctype.bulk_update.bulk_update._bulk_action",
		now=True,
		doctype=doc.doctype,
		docnames=[doc.name],
		action="update",
		data=wished,
	)


def by_import(doc, wished, http):
	"""By an administrator: nobody else may import."""
	with builders.acting_as("Administrator"):
		imported(doc.doctype, "Update Existing Records", {"ID": doc.name} | _labelled(doc.doctype, wished))


WAYS = (
	by_form,
	by_form_submitted,
	by_client_save,
	by_set_value,
	by_client_submit,
	by_rest,
	by_rest_of_the_second_version,
	by_rest_deleted,
	by_bulk_update,
	by_bulk_submission_and_cancellation,
	by_bulk_deletion,
	by_a_background_job,
	by_import,
)


def _plain(values: dict) -> dict:
	return json.loads(frappe.as_json(values))


def _labelled(doctype: str, values: dict) -> dict:
	meta = frappe.get_meta(doctype)
	return {meta.get_label(name): value for name, value in values.items()}


def imported(doctype: str, kind: str, row: dict) -> None:
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=8)}.csv",
			"content": to_csv([list(row), list(row.values())]),
			"is_private": 1,
		}
	).insert()
	data = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": doctype,
			"import_type": kind,
			"import_file": file.file_url,
		}
	).insert()
	Importer(doctype, data_import=data).import_data()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_what_only_steps_decide_is_decided_on_no_other_way(team, client, record, request):
	doc, wished, user = record(team)
	http = client(user)
	before = stored(doc)
	request.addfinalizer(forget_lists)
	for way in WAYS:
		frappe.db.commit()
		with builders.acting_as(user), suppress(frappe.ValidationError, frappe.PermissionError):
			way(doc, wished, http)
			# what a way without a commit of its own achieved is seen before it is rolled back
			assert stored(doc) == before, way.__name__
		frappe.db.rollback()
		frappe.clear_messages()
		assert stored(doc) == before, way.__name__


def forget_lists() -> None:
	"""What was committed is not last month's list of another test."""
	frappe.db.rollback()
	for doctype in (LINE, LIST):
		frappe.db.delete(doctype)
	frappe.db.commit()


def stored(doc) -> dict:
	row = frappe.db.get_value(doc.doctype, doc.name, "*", as_dict=True)
	assert row, f"{doc.doctype} {doc.name} is gone"
	return {name: value for name, value in row.items() if name not in RESTLESS}
