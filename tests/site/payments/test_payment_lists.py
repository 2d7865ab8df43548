"""The list of a month: from the ledger, by three persons, frozen, and nobody on it who may not be."""

import json
from contextlib import suppress

import frappe
import pytest
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.utils import add_days

from socaid_app.casework.duties import NotYourDuty
from socaid_app.means_testing.payments import list_drafting, list_steps, payment_records, registry_check
from socaid_app.means_testing.payments.line_steps import PaymentLineInvalid
from socaid_app.means_testing.payments.list_steps import PaymentListInvalid
from socaid_app.means_testing.payments.payment_records import LINE, LIST
from tests.builders import TOWNSHIP_A, TOWNSHIP_B, VILLAGE_B, acting_as, make_user
from tests.builders import payments as build


@pytest.fixture
def team(site):
	return build.payment_team()


@pytest.fixture
def county(team):
	"""Only what the test grants is in the ledger."""
	for doctype in ("Entitlement", "Entitlement Share", LIST, LINE, "Payment Return"):
		frappe.db.delete(doctype)
	return team


def test_a_list_has_everybody_on_the_roll_of_its_place_and_scheme(county):
	here = build.paid_household(500.55)
	build.paid_household(300, division=VILLAGE_B)
	build.paid_household(800, category="特困-分散")
	build.paid_household(400, build.month(1))
	drafted = build.new_list(county)
	assert build.draft(county, drafted) == payment_records.DRAFTED
	(line,) = build.lines(drafted)
	assert (line.entitlement, line.net, line.status) == (here.name, 500.55, "Proposed")
	assert line.payee == here.recipient and "*" in line.account_mask
	assert frappe.db.get_value(LIST, drafted.name, ["line_count", "total"]) == (1, 500.55)


def test_a_late_decision_pays_the_months_since_the_first_list(county):
	build.paid_household(500, build.month(-3))
	build.released(county, month=build.month(-2))
	late = build.paid_household(200.10, build.month(-3))
	drafted = build.new_list(county)
	build.draft(county, drafted)
	line = build.line_of(drafted, late)
	# before the first list people were paid otherwise
	assert (str(line.from_month), line.amount, line.arrears, line.net) == (
		build.month(-2),
		200.10,
		400.20,
		600.30,
	)


def test_a_raise_decided_late_pays_the_difference(county):
	old = build.paid_household(500, build.month(-2))
	build.released(county, month=build.month(-1))
	build.stop(old, build.month(-2))
	new = frappe.copy_doc(old)
	new.update(
		{"amount": 620, "start_month": build.month(-1), "end_month": None, "previous_entitlement": old.name}
	)
	new.flags.ignore_permissions = new.flags.restates = True
	new.insert()
	new.submit()
	drafted = build.new_list(county)
	build.draft(county, drafted)
	(line,) = build.lines(drafted)
	assert (line.amount, line.arrears) == (620, 120)


def test_drafting_again_begins_anew_until_somebody_has_checked(county):
	build.paid_household(500)
	drafted = build.new_list(county)
	build.draft(county, drafted)
	build.paid_household(300)
	build.draft(county, drafted)
	assert [line.net for line in build.lines(drafted)] == [500, 300]
	build.check(county, drafted)
	with pytest.raises(PaymentListInvalid), acting_as(county.preparer):
		list_steps.draft(drafted.name)


def test_entry_check_and_release_are_three_persons(county):
	build.paid_household(500)
	both = make_user(("Data Officer", "Service Manager", "County Approver"))
	drafted = build.new_list(county)
	with acting_as(both):
		list_steps.draft(drafted.name)
		list_drafting.draft_chunk(drafted.name)
		with pytest.raises(NotYourDuty):
			list_steps.check(drafted.name)
	build.check(county, drafted)
	with acting_as(both), pytest.raises(NotYourDuty):
		list_steps.release(drafted.name)
	with acting_as(county.checker), pytest.raises(NotYourDuty):
		list_steps.release(drafted.name)
	assert build.release(county, drafted) == payment_records.RELEASED


def test_a_draft_killed_at_any_chunk_goes_on_without_a_line_lost_or_doubled(county, monkeypatch):
	granted = [build.paid_household(100 + number).name for number in range(7)]
	monkeypatch.setattr(list_drafting, "CHUNK", 2)
	for killed_after in range(4):
		drafted = build.new_list(county)
		with acting_as(county.preparer):
			list_steps.draft(drafted.name)
		for _chunk in range(killed_after):
			list_drafting.draft_chunk(drafted.name)
		frappe.db.savepoint("killed")
		list_drafting.draft_chunk(drafted.name)
		# the worker dies before its transaction is committed
		frappe.db.rollback(save_point="killed")
		while list_drafting.draft_chunk(drafted.name):
			pass
		found = build.lines(drafted)
		assert [line.entitlement for line in found] == granted
		assert [line.serial for line in found] == list(range(1, 8))
		# and the job that comes again after all is done changes nothing
		assert list_drafting.draft_chunk(drafted.name) is False
		with acting_as(county.releaser):
			list_steps.withdraw(drafted.name, "测试")


def test_what_the_registry_says_holds_the_line_in_words(county):
	alive, dead, jailed, bare, half = (build.paid_household(100) for _n in range(5))
	before = add_days(build.MONTH, -5)
	frappe.db.set_value("Recipient", dead.recipient, "deceased_on", before)
	other = half.shares[1].recipient
	frappe.db.set_value("Recipient", other, "deceased_on", before)
	frappe.db.set_value("Recipient Identity", bare.recipient, "bank_account", None)
	for share in jailed.shares:
		person = frappe.get_doc("Recipient", share.recipient)
		person.append("absences", {"reason": "Imprisonment", "absent_from": before})
		person.save()
	drafted = build.new_list(county)
	build.draft(county, drafted)
	said = {line.entitlement: line for line in build.lines(drafted)}
	assert [said[one.name].hold_reason for one in (alive, dead, jailed, bare, half)] == [
		None,
		"Dead",
		"Imprisoned",
		"No Account",
		None,
	]
	assert "去世" in said[dead.name].finding and "服刑" in said[jailed.name].finding
	# one of two has died: the family is paid until it was heard, and the line says so
	assert "听取意见" in said[half.name].finding and said[half.name].status == "Proposed"
	assert frappe.db.get_value(LIST, drafted.name, ["held_count", "total"]) == (3, 200)


def test_what_turns_up_before_the_release_is_shown_and_the_list_checked_again(county):
	build.paid_household(100)
	dies, stops = build.paid_household(200), build.paid_household(300)
	drafted = build.new_list(county)
	build.draft(county, drafted)
	build.check(county, drafted)
	frappe.db.set_value("Recipient", dies.recipient, "deceased_on", add_days(build.MONTH, -5))
	build.stop(stops, build.month(-1))
	assert build.release(county, drafted) == payment_records.DRAFTED
	assert build.line_of(drafted, dies).hold_reason == "Dead"
	assert build.line_of(drafted, stops).hold_reason == "Support Stopped"
	build.check(county, drafted)
	assert build.release(county, drafted) == payment_records.RELEASED
	doc = frappe.get_doc(LIST, drafted.name)
	assert (doc.total, doc.held_count, doc.line_count) == (100, 2, 3)


def test_of_two_lists_with_the_same_people_the_first_released_pays(county):
	granted = build.paid_household(500)
	one, other = build.new_list(county), build.new_list(county)
	with acting_as(county.preparer):
		list_steps.draft(one.name)
		list_drafting.draft_chunk(one.name)
	# both were drafted before either knew of the other
	frappe.db.set_value(LINE, {"payment_list": one.name}, "status", "Withdrawn")
	build.draft(county, other)
	frappe.db.set_value(LINE, {"payment_list": one.name}, "status", "Proposed")
	for drafted in (one, other):
		build.check(county, drafted)
	assert build.release(county, one) == payment_records.RELEASED
	assert build.release(county, other) == payment_records.DRAFTED
	line = build.line_of(other, granted)
	assert line.hold_reason == "Twice" and one.name in line.finding


def test_a_person_with_two_basic_benefits_is_paid_one(county):
	first = build.paid_household(500)
	second = frappe.copy_doc(first)
	second.flags.ignore_permissions = second.flags.restates = True
	second.insert()
	second.submit()
	drafted = build.new_list(county)
	build.draft(county, drafted)
	assert build.line_of(drafted, first).hold_reason is None
	assert build.line_of(drafted, second).hold_reason == "Twice"


def test_a_released_list_is_frozen_with_its_hash(county):
	build.paid_household(500)
	doc = build.released(county)
	assert doc.lines_hash == payment_records.lines_hash(doc) and len(doc.lines_hash) == 64
	line = build.lines(doc)[0]
	frappe.db.set_value(LINE, line.name, "net", 500.01)
	assert payment_records.lines_hash(doc) != doc.lines_hash
	frappe.db.set_value(LINE, line.name, "net", 500)
	with pytest.raises(Exception, match="SHA-256"):
		frappe.db.set_value(LINE, line.name, "account_seal", "x")
		build.bank_file(county, doc)


def test_no_channel_writes_a_line(team, client):
	"""What a client writes is committed: nothing is deleted before."""
	granted = build.paid_household(500, division=VILLAGE_B)
	line = build.line_of(build.released(team, division=TOWNSHIP_B), granted)
	sent = {"net": 1, "payee": None, "status": "Paid", "account_mask": "62", "hold_reason": "Dead"}
	for user in ("Administrator", team.preparer):
		browser = client(user)
		for field, value in sent.items():
			browser.request("PUT", f"/api/resource/Payment Line/{line.name}", json={field: value})
			browser.request("PUT", f"/api/v2/document/Payment Line/{line.name}", json={field: value})
			browser.request(
				"POST",
				"/api/method/frappe.client.set_value",
				json={"doctype": LINE, "name": line.name, "fieldname": field, "value": value},
			)
	stored = frappe.get_doc(LINE, line.name)
	assert {field: stored.get(field) for field in sent} == {field: line.get(field) for field in sent}
	with pytest.raises((PaymentLineInvalid, frappe.PermissionError)):
		frappe.copy_doc(line).insert(set_name=f"{line.name}-1")
	with pytest.raises(frappe.ValidationError):
		stored.delete()


def by_bulk_edit(doctype, name, values):
	# takes back what fails, and everything before it
	frappe.db.commit()
	submit_cancel_or_update_docs(doctype, json.dumps([name]), "update", json.dumps(values))


def by_import(doctype, name, values):
	"""As the data import saves a row of a file that names the record."""
	frappe.flags.in_import = True
	try:
		doc = frappe.get_doc(doctype, name)
		doc.update(values)
		doc.save()
	finally:
		frappe.flags.in_import = False


def by_import_as_a_new_one(doctype, name, values):
	frappe.flags.in_import = True
	try:
		frappe.copy_doc(frappe.get_doc(doctype, name)).update(values).insert(set_name=f"{name}-NEU")
	finally:
		frappe.flags.in_import = False


def by_a_job(doctype, name, values):
	frappe.flags.in_job = True
	try:
		frappe.get_doc(doctype, name).update(values).save()
	finally:
		frappe.flags.in_job = False


def by_the_form(doctype, name, values):
	savedocs(
		frappe.as_json(frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True) | values), "Save"
	)


@pytest.mark.parametrize(
	"channel",
	[by_bulk_edit, by_import, by_import_as_a_new_one, by_a_job, by_the_form],
	ids=lambda channel: channel.__name__,
)
def test_no_channel_moves_a_list_or_pays_a_line(county, channel):
	"""A list is released by three persons and paid by the bank's answer, whatever a file or a bulk edit says."""
	granted = build.paid_household(500)
	drafted = build.new_list(county)
	build.draft(county, drafted)
	line = build.line_of(drafted, granted)
	moved = {"status": "Released", "released_by": county.releaser, "total": 1, "lines_hash": "x"}
	paid = {"status": "Paid", "net": 1, "result": "Paid", "payee": None}
	for doctype, name, values in ((LIST, drafted.name, moved), (LINE, line.name, paid)):
		before = frappe.get_doc(doctype, name)
		with suppress(frappe.ValidationError, frappe.PermissionError):
			channel(doctype, name, values)
		frappe.local.message_log = []
		after = frappe.get_doc(doctype, name)
		assert {field: after.get(field) for field in values} == {field: before.get(field) for field in values}
		new = frappe.db.get_value(doctype, f"{name}-NEU", list(values), as_dict=True) or {}
		assert new.get("status") in (None, "Not Drafted") and not new.get("released_by")


def test_a_withdrawn_list_is_kept_and_its_months_are_due_again(county):
	granted = build.paid_household(500)
	doc = build.released(county)
	with acting_as(county.releaser):
		list_steps.withdraw(doc.name, "账户批量变更")
	again = build.new_list(county)
	build.draft(county, again)
	assert build.line_of(again, granted).net == 500
	assert build.line_of(doc, granted).status == "Withdrawn"


def test_after_the_file_was_made_nothing_is_withdrawn(county):
	build.paid_household(500)
	doc = build.released(county)
	build.bank_file(county, doc)
	with pytest.raises(PaymentListInvalid), acting_as(county.releaser):
		list_steps.withdraw(doc.name, "太晚")


def test_a_township_sees_its_own_lists_and_lines(county):
	build.paid_household(500)
	build.paid_household(300, division=VILLAGE_B)
	own, whole = build.new_list(county), build.new_list(county, division="220422000000")
	build.draft(county, own)
	build.draft(county, whole)
	reader = make_user("Township Officer", TOWNSHIP_A)
	other = make_user("Township Officer", TOWNSHIP_B)
	with acting_as(reader):
		assert frappe.get_list(LIST, pluck="name") == [own.name]
		assert {line.township for line in frappe.get_list(LINE, fields=["township"])} == {TOWNSHIP_A}
	with acting_as(other):
		assert frappe.get_list(LIST, pluck="name") == []
		assert {line.township for line in frappe.get_list(LINE, fields=["township"])} == {TOWNSHIP_B}


def test_deductions_of_other_modules_stay_under_the_limit(county, monkeypatch):
	granted = build.paid_household(500)
	hooks = frappe.get_hooks
	monkeypatch.setattr(list_drafting, "a_recovery", a_recovery, raising=False)
	path = f"{list_drafting.__name__}.a_recovery"
	monkeypatch.setattr(
		frappe,
		"get_hooks",
		lambda hook=None, *rest, **named: (
			[path] if hook == "socaid_payment_deductions" else hooks(hook, *rest, **named)
		),
	)
	drafted = build.new_list(county)
	build.draft(county, drafted)
	line = build.line_of(drafted, granted)
	assert (line.deduction, line.net) == (150, 350) and "ZH-1" in line.deduction_reference


def a_recovery(month, entitlements):
	return [{"entitlement": name, "reference": "ZH-1", "amount": 400} for name in entitlements]


def test_one_off_aid_is_paid_once_in_cash_where_there_is_no_account(county):
	aid = build.paid_household(800, category="临时-急难（小额快救）")
	frappe.db.set_value("Recipient Identity", aid.recipient, "bank_account", None)
	doc = build.released(county, group="Temporary")
	line = build.line_of(doc, aid)
	assert (line.method, line.net, line.status) == ("Cash", 800, "Released")
	again = build.new_list(county, group="Temporary", month=build.month(1))
	build.draft(county, again)
	assert build.lines(again) == []


def test_screening_twice_says_the_same(county):
	granted = build.paid_household(500)
	frappe.db.set_value("Recipient", granted.recipient, "deceased_on", add_days(build.MONTH, -5))
	drafted = build.new_list(county)
	build.draft(county, drafted)
	assert registry_check.screen(drafted.name) == registry_check.screen(drafted.name)
