"""File, answer and what did not arrive: full accounts for the duty alone, and the list to the cent."""

import hashlib
from contextlib import contextmanager

import frappe
import pytest

from socaid_app.casework.duties import NotYourDuty
from socaid_app.means_testing.payments import line_steps, list_steps, payment_layouts, payment_records
from socaid_app.means_testing.payments.bank_returns import ReturnFileRefused
from socaid_app.means_testing.payments.payment_layouts import BankFileRefused, LayoutIncomplete
from socaid_app.means_testing.payments.payment_records import LIST
from socaid_app.permissions import sensitive
from socaid_app.permissions.sensitive import PurposeRequired
from tests.builders import acting_as
from tests.builders import payments as build
from tests.site.payments.test_payment_lists import county, team

__all__ = ["county", "team"]


@pytest.fixture
def three(county):
	"""Three households, the list of which is with the bank."""
	granted = [build.paid_household(100.10 * number) for number in (1, 2, 3)]
	return county, granted, build.sent(county)


def test_the_file_has_the_full_accounts_and_is_logged_with_its_purpose(county):
	granted = build.paid_household(500.5)
	doc = build.released(county)
	before = frappe.db.count("Sensitive Access Log")
	content = build.bank_file(county, doc).decode("gb18030")
	number = sensitive.full_value(granted.recipient, "bank_account")
	name = frappe.db.get_value("Recipient", granted.recipient, "full_name")
	assert content == f"{doc.name}|1|500.50\r\n1|{number}|{name}|500.50\r\n"
	assert frappe.db.count("Sensitive Access Log") == before + 1
	log = frappe.get_last_doc("Sensitive Access Log")
	assert (log.action, log.reference_name, log.purpose, log.row_count) == (
		"Export",
		doc.name,
		"送代发银行",
		1,
	)


def test_the_file_is_for_the_duty_with_a_purpose_and_of_a_released_list(county):
	build.paid_household(500)
	drafted = build.new_list(county)
	build.draft(county, drafted)
	with acting_as(county.releaser), pytest.raises(BankFileRefused):
		payment_layouts.make_bank_file(drafted.name, "送代发银行")
	build.check(county, drafted)
	build.release(county, drafted)
	for user in (county.preparer, county.checker):
		with acting_as(user), pytest.raises(NotYourDuty):
			payment_layouts.make_bank_file(drafted.name, "送代发银行")
	with acting_as(county.releaser), pytest.raises(PurposeRequired):
		payment_layouts.make_bank_file(drafted.name, "  ")


def test_the_button_of_the_file_is_for_the_duty_and_a_released_list(county):
	build.paid_household(500)
	drafted = build.new_list(county)
	build.draft(county, drafted)

	def shown(user: str) -> bool:
		with acting_as(user):
			doc = frappe.get_doc(LIST, drafted.name)
			doc.run_method("onload")
			return bool(doc.get_onload("may_make_bank_file"))

	assert not shown(county.releaser)
	build.check(county, drafted)
	build.release(county, drafted)
	assert [shown(user) for user in (county.preparer, county.checker, county.releaser)] == [
		False,
		False,
		True,
	]


def test_nobody_without_the_key_of_the_site_finds_the_account_of_a_line_by_trying(county):
	granted = build.paid_household(500)
	doc = build.released(county)
	account = sensitive.full_value(granted.recipient, "bank_account")
	sealed = build.line_of(doc, granted).account_seal
	assert sealed == payment_records.seal(doc.name, account)
	assert sealed != hashlib.sha256(f"{doc.name}:{account}".encode()).hexdigest()
	with patched_key("another key"):
		assert payment_records.seal(doc.name, account) != sealed
	assert payment_records.is_sealed(sealed, doc.name, account)
	assert not payment_records.is_sealed(sealed, doc.name, build.account())


def test_a_list_of_the_time_before_the_key_is_known_again(county):
	earlier = hashlib.sha256(b"FF-1:6212").hexdigest()
	assert payment_records.is_sealed(earlier, "FF-1", "6212")
	assert not payment_records.is_sealed(earlier, "FF-1", "6213")
	assert payment_records.is_sealed(None, "FF-1", None) and not payment_records.is_sealed(
		None, "FF-1", "6212"
	)


@contextmanager
def patched_key(key: str):
	earlier = frappe.conf.get("socaid_seal_key")
	frappe.conf.socaid_seal_key = key
	try:
		yield
	finally:
		frappe.conf.socaid_seal_key = earlier


def test_an_account_changed_after_the_release_is_told_and_not_paid(county):
	granted = build.paid_household(500)
	doc = build.released(county)
	frappe.db.set_value("Recipient Identity", granted.recipient, "bank_account", build.account())
	with pytest.raises(BankFileRefused):
		build.bank_file(county, doc)


def test_a_layout_lacking_a_column_is_not_saved(site):
	with pytest.raises(LayoutIncomplete):
		build.make_layout(columns=[{"content": "Payee Name"}])


def test_the_answer_is_read_and_the_list_reconciled(three):
	team, granted, doc = three
	content = build.bank_file(team, doc)
	answer = build.read_return(team, doc, build.answer_of(content, {2: "1"}))
	assert answer == {"new": True, "line_count": 3, "paid_count": 2, "returned_count": 1}
	statuses = [build.line_of(doc, one).status for one in granted]
	assert statuses == ["Paid", "Returned", "Paid"]
	back = build.line_of(doc, granted[1])
	assert back.result == "Wrong Account" and back.resolve_due
	with acting_as(team.checker):
		list_steps.reconcile(doc.name)
	doc.reload()
	assert (doc.status, doc.paid_total, doc.returned_total, doc.total) == ("Reconciled", 400.4, 200.2, 600.6)


def test_the_same_file_twice_changes_nothing(three):
	team, granted, doc = three
	answer = build.answer_of(build.bank_file(team, doc), {2: "1"})
	build.read_return(team, doc, answer)
	build.pay_again(team, build.line_of(doc, granted[1]))
	assert build.read_return(team, doc, answer)["new"] is False
	assert build.line_of(doc, granted[1]).status == "To Pay Again"
	assert frappe.db.count("Payment Return", {"payment_list": doc.name}) == 1


@pytest.mark.parametrize(
	"damage",
	[
		lambda content: content[:-15],
		lambda content: content.decode("gb18030").encode(),
		lambda content: content.replace(b"100.10|0", b"100.11|0"),
		lambda content: content.replace(b"62122600", b"62122601", 1),
		lambda content: content.replace("甲".encode("gb18030"), "乙".encode("gb18030")),
		lambda content: content.replace(b"3|6212", b"9|6212"),
		lambda content: b"\r\n".join(content.split(b"\r\n")[1:]),
		lambda content: b"PK\x03\x04" + content,
		lambda content: b"\r\n",
	],
	ids=["cut", "encoding", "amount", "account", "name", "serial", "line lost", "spreadsheet", "empty"],
)
def test_a_damaged_or_foreign_file_is_refused_and_nothing_is_imported(three, damage):
	team, _granted, doc = three
	content = damage(build.answer_of(build.bank_file(team, doc)))
	with pytest.raises(ReturnFileRefused):
		build.read_return(team, doc, content)
	assert {line.status for line in build.lines(doc)} == {"Released"}
	assert not frappe.db.count("Payment Return", {"payment_list": doc.name})


def test_the_answer_to_another_list_is_refused(three):
	team, _granted, doc = three
	answer = build.answer_of(build.bank_file(team, doc))
	build.read_return(team, doc, answer)
	build.paid_household(900)
	other = build.sent(team)
	with pytest.raises(ReturnFileRefused):
		build.read_return(team, other, answer)


def test_a_payment_returned_after_it_was_paid_opens_the_list_again(three):
	team, granted, doc = three
	content = build.bank_file(team, doc)
	build.read_return(team, doc, build.answer_of(content))
	with acting_as(team.checker):
		list_steps.reconcile(doc.name)
	build.read_return(team, doc, build.answer_of(content, {3: "2"}))
	assert build.status(doc) == payment_records.SENT
	assert build.line_of(doc, granted[2]).result == "Account Closed"


def test_a_returned_payment_goes_on_the_next_list_with_the_new_account(three):
	team, granted, doc = three
	build.read_return(team, doc, build.answer_of(build.bank_file(team, doc), {2: "1"}))
	back = build.line_of(doc, granted[1])
	build.pay_again(team, back)
	person = frappe.get_doc("Recipient", granted[1].recipient)
	person.bank_account = number = build.account()
	person.save()
	following = build.sent(team, month=build.month(1))
	again = [line for line in build.lines(following) if line.reissue_of]
	assert [(line.reissue_of, line.reissued, line.net) for line in again] == [(back.name, 200.2, 200.2)]
	assert number in build.bank_file(team, following).decode("gb18030")
	back.reload()
	assert (back.status, back.reissued_by, back.resolve_due) == ("Paid Again", again[0].name, None)
	# it is on no third list
	third = build.new_list(team, month=build.month(1))
	build.draft(team, third)
	assert build.lines(third) == []


def test_a_held_payment_is_dropped_with_a_reason_by_who_releases(county):
	granted = build.paid_household(500)
	frappe.db.set_value("Recipient", granted.recipient, "deceased_on", "2020-01-01")
	doc = build.released(county)
	line = build.line_of(doc, granted)
	assert line.resolve_due
	with acting_as(county.preparer), pytest.raises(NotYourDuty):
		line_steps.drop(line.name, "已去世")
	with acting_as(county.releaser):
		line_steps.drop(line.name, "已去世，待遇已停发")
	line.reload()
	assert (line.status, line.resolution, line.resolve_due) == ("Dropped", "已去世，待遇已停发", None)


def test_a_list_with_an_open_payment_is_not_reconciled(three):
	team, _granted, doc = three
	with acting_as(team.checker), pytest.raises(frappe.ValidationError):
		list_steps.reconcile(doc.name)


def test_cash_is_paid_against_a_receipt(county):
	aid = build.paid_household(800, category="临时-急难（小额快救）")
	frappe.db.set_value("Recipient Identity", aid.recipient, "bank_account", None)
	doc = build.released(county, group="Temporary")
	line = build.line_of(doc, aid)
	with acting_as(county.preparer):
		line_steps.record_receipt(line.name, "测试户甲", frappe.utils.today())
	line.reload()
	assert (line.status, line.result, line.receiver_name) == ("Paid", "Paid", "测试户甲")
	assert frappe.db.get_value(LIST, doc.name, "paid_total") == 800


def test_the_content_has_to_be_a_file(three):
	team, _granted, doc = three
	with acting_as(team.preparer), pytest.raises(ReturnFileRefused):
		list_steps.read_return(doc.name, "x", "不是")
