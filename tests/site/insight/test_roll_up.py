"""Figures leave the county signed and without names; the prefecture takes them from the counties it knows, and nothing else."""

import json
from contextlib import suppress
from datetime import datetime

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.casework import due_rules, duties, steps
from socaid_app.management_insight import roll_up, statement_keys, statement_lines, statistics_table
from socaid_app.management_insight.report.statutory_statistics import statutory_statistics
from socaid_app.permissions import files
from socaid_app.policy import figures_statement as statements
from socaid_app.policy.clock import add_months
from tests import builders

THIS = builders.TODAY.replace(day=1)
LAST = add_months(THIS, -1)
NAME = "欧阳不可外传"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_KEY = "eHl6MzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture
def key(monkeypatch):
	monkeypatch.setitem(frappe.conf, statement_keys.CONFIGURED, KEY)
	monkeypatch.setattr(statement_keys, "update_site_config", lambda key, value: None)


@pytest.fixture
def ledger(transaction, key):
	"""Six families of urban dibao and one of tekun last month."""
	for doctype in ("Entitlement", "Entitlement Share", roll_up.DOCTYPE, roll_up.COUNTY):
		frappe.db.delete(doctype)
	for number in range(6):
		household = builders.make_household(builders.VILLAGE_A, 1 + number % 2, name=NAME)
		builders.grant_benefit(household, amount=500 + number, start=add_months(LAST, -2))
	lonely = builders.make_household(builders.VILLAGE_A, 1, name=NAME)
	builders.grant_benefit(lonely, amount=777, start=LAST, category="特困-分散")


def drawn(month=LAST):
	return frappe.get_doc({"doctype": roll_up.DOCTYPE, "month": month}).insert()


def reporting(public=None, **values):
	code = (frappe.db.get_single_value("Socaid Settings", "county_division"))[:6]
	frappe.delete_doc_if_exists(roll_up.COUNTY, code, force=1)
	return frappe.get_doc(
		{
			"doctype": roll_up.COUNTY,
			"county_code": code,
			"county_name": "东辽县",
			"reports_from": LAST,
			"public_key": public or statement_keys.public(),
			"due_day": 5,
			**values,
		}
	).insert()


def signed(as_user):
	"""Drawn up by a reviewer, signed by an approver."""
	with as_user(builders.make_user("County Reviewer")):
		doc = drawn()
	with as_user(builders.make_user("County Approver")):
		steps.take(roll_up.DOCTYPE, doc.name, "sign")
	return frappe.get_doc(roll_up.DOCTYPE, doc.name)


def received(doc):
	"""As the prefecture's system is called by the county's; without a session."""
	frappe.set_user("Guest")
	try:
		return roll_up.receive(doc.statement, doc.signature)
	finally:
		frappe.set_user("Administrator")


def text_at(made_at, **change):
	said = json.loads(drawn().statement) | {"made_at": made_at} | change
	return json.dumps(said, sort_keys=True, separators=(",", ":"))


# --- in the county --------------------------------------------------------------------------------------------------
def test_the_list_of_what_leaves_is_that_of_the_monthly_table(site):
	assert set(statements.GROUPS) == set(statistics_table.GROUPS)
	lines = {key for key, *_rest in statutory_statistics.LINES}
	assert set(statements.LINES) == lines - {"mean"}
	assert list(statement_lines.names()) == [
		*(key for key, *_rest in statutory_statistics.LINES if key != "mean"),
		*statements.WORK,
	]


def test_figures_of_the_month_are_told_and_a_single_family_is_not(ledger):
	doc = drawn()
	found = statements.read(doc.statement)["figures"]
	area = next(group for group in ("dibao_urban", "dibao_rural") if group in found)
	assert (found[area]["households"], found[area]["persons"]) == (6, 9)
	assert found[area]["cost"] == sum(500 + number for number in range(6))
	tekun = next(group for group in ("tekun_urban", "tekun_rural") if group in found)
	assert set(found[tekun].values()) == {None}
	assert NAME not in doc.as_json() and "777" not in doc.statement
	assert doc.status == roll_up.DRAWN and doc.due_on == roll_up.due_on(LAST, 5)


def test_the_whole_county_is_counted_whoever_draws_up(ledger, as_user):
	whole = statements.read(drawn().statement)["figures"]
	with as_user(builders.make_user("County Reviewer", builders.TOWNSHIP_B)):
		assert statements.read(drawn().statement)["figures"] == whole


@pytest.mark.parametrize("month", [THIS, add_months(THIS, 1)])
def test_a_month_is_drawn_up_when_it_is_over(ledger, month):
	with pytest.raises(roll_up.NotYetOver):
		drawn(month)


def test_another_person_signs_and_the_file_is_what_was_signed(ledger, as_user):
	with as_user(builders.make_user(("County Reviewer", "County Approver"))):
		own = drawn()
		with pytest.raises(duties.NotYourDuty):
			steps.take(roll_up.DOCTYPE, own.name, "sign")
	doc = signed(as_user)
	assert doc.status == roll_up.SIGNED and doc.signed_by
	file = frappe.get_doc("File", {"attached_to_doctype": roll_up.DOCTYPE, "attached_to_name": doc.name})
	said = json.loads(file.get_content())
	assert said == {"statement": doc.statement, "signature": doc.signature}
	statement_keys.check(doc.statement, doc.signature, doc.public_key)


@pytest.mark.parametrize("field", ["statement", "signature", "status", "county_code", "month"])
def test_nobody_writes_figures_by_hand(ledger, as_user, field):
	doc = signed(as_user)
	before = doc.get(field)
	with as_user(builders.make_user("County Reviewer")), suppress(frappe.ValidationError):
		doc = frappe.get_doc(roll_up.DOCTYPE, doc.name)
		doc.set(field, add_months(LAST, -1) if field == "month" else "x")
		doc.save()
	assert frappe.db.get_value(roll_up.DOCTYPE, doc.name, field) == before


def test_whoever_enters_a_statement_gets_the_countys_own_figures(ledger, as_user):
	said = {"status": roll_up.RECEIVED, "county_code": "999999", "statement": "x", "signature": "x"}
	with as_user(builders.make_user("County Reviewer")):
		doc = frappe.get_doc({"doctype": roll_up.DOCTYPE, "month": LAST, **said}).insert()
	assert (doc.status, doc.signature) == (roll_up.DRAWN, None)
	assert statements.read(doc.statement)["county"] == doc.county_code != "999999"


def test_each_month_is_drawn_up_once_where_figures_are_reported(ledger):
	frappe.db.delete(roll_up.DOCTYPE)
	roll_up.nightly()
	assert not frappe.db.count(roll_up.DOCTYPE)
	frappe.db.set_single_value("Socaid Settings", "figures_due_day", 8)
	for _night in range(2):
		roll_up.nightly()
	(doc,) = frappe.get_all(roll_up.DOCTYPE, fields=["month", "due_on", "status"], order_by="name")
	assert (doc.month, doc.due_on, doc.status) == (LAST, roll_up.due_on(LAST, 8), roll_up.DRAWN)


# --- at the prefecture ----------------------------------------------------------------------------------------------
def test_a_statement_arrives_once_and_a_later_one_takes_its_place(ledger, as_user):
	doc, county = signed(as_user), reporting()
	name = received(doc)
	assert received(doc) == name
	there = frappe.get_doc(roll_up.DOCTYPE, name)
	assert (there.status, there.statement, there.county_name) == (roll_up.RECEIVED, doc.statement, "东辽县")
	county.reload()
	assert (county.newest_month, county.next_due) == (LAST, roll_up.due_on(THIS, 5))

	later = text_at("2099-01-01T00:00:00")
	newer = received(frappe._dict(statement=later, signature=statement_keys.sign(later)))
	assert frappe.db.get_value(roll_up.DOCTYPE, name, "status") == roll_up.REPLACED
	assert frappe.db.get_value(roll_up.DOCTYPE, newer, "status") == roll_up.RECEIVED
	with pytest.raises(roll_up.StatementRefused):
		received(doc)


def test_what_no_listed_county_signed_is_refused(ledger, as_user, monkeypatch):
	doc = signed(as_user)
	with pytest.raises(roll_up.StatementRefused):
		received(doc)  # nobody is listed
	reporting()
	before = frappe.db.count(roll_up.DOCTYPE)
	named = text_at("2026-11-02T08:00:00", name=NAME)
	future = text_at("2026-11-02T08:00:00", month=f"{THIS:%Y-%m}")
	for text, signature in (
		(doc.statement.replace(":6", ":7"), doc.signature),
		(doc.statement, "x"),
		(named, statement_keys.sign(named)),
		(future, statement_keys.sign(future)),
	):
		with pytest.raises(roll_up.StatementRefused):
			received(frappe._dict(statement=text, signature=signature))
	monkeypatch.setitem(frappe.conf, statement_keys.CONFIGURED, OTHER_KEY)
	with pytest.raises(roll_up.StatementRefused):
		received(frappe._dict(statement=doc.statement, signature=statement_keys.sign(doc.statement)))
	frappe.db.set_value(roll_up.COUNTY, {"county_name": "东辽县"}, "enabled", 0)
	with pytest.raises(roll_up.StatementRefused):
		received(doc)
	assert frappe.db.count(roll_up.DOCTYPE, {"status": roll_up.RECEIVED}) == 0 and before


def test_a_file_is_read_in_as_well_as_what_is_sent(ledger, as_user):
	doc = signed(as_user)
	reporting()
	with as_user(builders.make_user("Data Officer")):
		file = files.keep(roll_up.file_of(doc), "数字报送.json")
		there = frappe.get_doc({"doctype": roll_up.DOCTYPE, "file": file.file_url}).insert()
		assert (there.status, there.statement, there.month) == (roll_up.RECEIVED, doc.statement, LAST)
		with pytest.raises(roll_up.StatementRefused):
			frappe.get_doc({"doctype": roll_up.DOCTYPE, "file": file.file_url}).insert()
		other = files.keep(b"[1]", "x.json")
		with pytest.raises(roll_up.StatementRefused):
			frappe.get_doc({"doctype": roll_up.DOCTYPE, "file": other.file_url}).insert()


def report(**filters):
	frappe.set_user(builders.make_user("County Reviewer"))
	try:
		_columns, rows, message, chart, summary = frappe.get_attr(
			"socaid_app.management_insight.report.county_figures.county_figures.execute"
		)(filters)
	finally:
		frappe.set_user("Administrator")
	return rows, message, chart, summary[0]["value"]


def test_the_report_says_who_is_missing_and_shows_what_came(ledger, as_user):
	doc = signed(as_user)
	county = reporting(due_day=1)
	rows, message, _chart, missing = report(month=str(LAST))
	(row,) = [row for row in rows if row.name == county.name]
	late = getdate(today()) > roll_up.due_on(LAST, 1)
	assert missing == int(late) and ("东辽县" in message) == late and row.get("dibao_urban") is None
	name = received(doc)
	rows, message, chart, missing = report(month=str(LAST))
	(row,) = [row for row in rows if row.name == county.name]
	assert (row.statement, missing) == (name, 0) and "东辽县" not in message
	assert 6 in (row.dibao_urban, row.dibao_rural)
	assert None in (row.tekun_urban, row.tekun_rural)
	(row,) = report(month=str(LAST), by="By Month")[0]
	assert row[f"{LAST:%Y-%m}"] == 6 and row[f"{add_months(LAST, -1):%Y-%m}"] is None
	assert chart["data"]["datasets"][0]["values"][-1] == 6


def test_who_owes_a_statement_stands_in_the_due_list(ledger):
	county = reporting(reports_from=add_months(THIS, -3))
	roll_up.nightly()
	county.reload()
	assert county.next_due == roll_up.due_on(add_months(THIS, -3), 5)
	rule = due_rules.rule("reporting_county")
	assert county.name in frappe.get_all(
		roll_up.COUNTY, filters=rule.overdue_filters(add_days(getdate(today()), 0)), pluck="name"
	)


def test_it_is_sent_and_sent_again_until_the_prefecture_has_it(ledger, as_user, monkeypatch):
	doc = signed(as_user)
	frappe.db.set_single_value("Socaid Settings", "prefecture_address", "https://city.example/")
	asked = []

	class Answer:
		status_code = 417

		def raise_for_status(self):
			if self.status_code != 200:
				raise roll_up.requests.HTTPError(response=self)

	def post(url, data, timeout, verify):
		asked.append((url, data, verify))
		if len(asked) == 1:
			raise roll_up.requests.ConnectionError
		return Answer()

	monkeypatch.setattr(roll_up.requests, "post", post)
	roll_up.deliver(doc.name)
	assert "没有应答" in frappe.db.get_value(roll_up.DOCTYPE, doc.name, "delivery_note")
	roll_up.deliver(doc.name)
	assert "417" in frappe.db.get_value(roll_up.DOCTYPE, doc.name, "delivery_note")
	Answer.status_code = 200
	roll_up.deliver(doc.name)
	roll_up.deliver(doc.name)
	doc.reload()
	assert doc.delivered_at and not doc.delivery_note and len(asked) == 3
	url, data, verify = asked[-1]
	assert url == f"https://city.example/api/method/{roll_up.ANSWERS}" and verify is True
	assert data == {"statement": doc.statement, "signature": doc.signature}


def test_over_the_web_it_is_taken_from_anybody_whom_the_signature_vouches_for(key, client):
	code = "220499"
	text = statements.write(code, LAST, datetime(2026, 11, 2), {"edge": {"households": 7}})
	frappe.get_doc(
		{
			"doctype": roll_up.COUNTY,
			"county_code": code,
			"county_name": "邻县",
			"reports_from": LAST,
			"public_key": statement_keys.public(),
		}
	).insert()
	try:
		guest = client("Guest")
		answer = guest.call(roll_up.ANSWERS, statement=text, signature=statement_keys.sign(text))
		assert answer.status_code == 200, answer.get_data(as_text=True)
		assert guest.call(roll_up.ANSWERS, statement=text, signature="x").status_code == 417
		assert guest.get(f"/api/resource/{roll_up.DOCTYPE}").status_code in (401, 403)
	finally:
		frappe.db.delete(roll_up.DOCTYPE, {"county_code": code})
		frappe.db.delete(roll_up.COUNTY, {"name": code})
		frappe.db.commit()
