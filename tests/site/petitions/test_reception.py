"""Receptions and calls: recorded in one go, explained from published answers, turned into petitions by one step."""

import json
import time

import frappe
import pytest
from frappe.client import insert as client_insert
from frappe.client import set_value as client_set_value
from frappe.utils import add_days, today
from frappe.www.printview import get_rendered_template

from socaid_app.casework import steps
from socaid_app.permissions.scope import NeverDeleted
from socaid_app.petition_desk import phone_intake, reception
from socaid_app.petition_desk.phone_intake import NothingSaid
from socaid_app.petition_desk.reception import ByTheButton, GuideNotPublished, PetitionMade
from socaid_app.petition_desk.report.reception_summary import reception_summary
from tests import builders
from tests.builders.petition_records import make_petition

RECORD = reception.DOCTYPE
# nobody else calls from here: what other tests file is committed
PHONE = "13900005679"


def make_reception(**values):
	return frappe.get_doc(
		{
			"doctype": RECORD,
			"matter_text": "测试询问1：低保标准是多少",
			"visitor_name": "测试来访人1",
			"phone": PHONE,
			"division": builders.VILLAGE_A,
			**values,
		}
	).insert()


def clerk() -> str:
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


def household_with_phone(division: str = builders.VILLAGE_A, phone: str = PHONE, name: str = "来电户"):
	household = builders.make_household(division, name=name)
	person = frappe.get_doc("Recipient", household.head)
	person.phone = phone
	person.save()
	return household


# --- reception --------------------------------------------------------------------------------------------
def test_who_received_is_whoever_is_logged_in(site, as_user):
	user = clerk()
	with as_user(user):
		doc = make_reception(received_by="Administrator")
	assert doc.received_by == user
	client_set_value(RECORD, doc.name, "received_by", "Administrator")
	assert frappe.db.get_value(RECORD, doc.name, "received_by") == user


@pytest.mark.parametrize(
	("benefit", "kind"),
	[
		("农村低保", "Rural Minimum Living"),
		("城市低保", "Urban Minimum Living"),
		("特困-分散", "Destitute Person"),
		("低保边缘", "Edge Family"),
		("刚性支出困难", "Rigid Expenditure Family"),
		("农村低保、临时-支出型", "Rural Minimum Living"),
		(None, "Not Receiving Help"),
	],
)
def test_the_kind_of_family_follows_from_the_household(site, benefit, kind):
	household = builders.make_household(name="接待户").name
	frappe.db.set_value("Recipient Household", household, "current_benefit", benefit)
	doc = make_reception(household=household, division=None)
	assert (doc.family_type, doc.division, doc.township) == (kind, builders.VILLAGE_A, builders.TOWNSHIP_A)


def test_explained_answers_are_published_ones(site):
	draft = frappe.get_doc(
		{"doctype": "Policy Guide", "question": "测试草稿1", "topic": "Other Matter", "answer": "<p>1</p>"}
	).insert()
	with pytest.raises(GuideNotPublished):
		make_reception(guides=[{"guide": draft.name}])
	live = frappe.get_all("Policy Guide", filters={"status": "In Force"}, pluck="name", limit=1)[0]
	assert make_reception(guides=[{"guide": live}]).guides[0].question


def test_one_step_makes_a_petition_of_it(site, as_user):
	with as_user(clerk()):
		doc = make_reception(household=builders.make_household(name="接待户").name, explanation="已讲解")
		name = reception.turn_into_petition(doc.name, "Appeal for Help", "Payment", "补发")
		petition = frappe.get_doc("Petition", name)
		assert (petition.petitioner_name, petition.phone, petition.real_name) == ("测试来访人1", PHONE, 1)
		assert (petition.content, petition.demand, petition.household) == (
			doc.matter_text,
			"补发",
			doc.household,
		)
		assert (petition.division, petition.channel) == (doc.division, "In Person")
		doc.reload()
		assert (doc.petition, doc.result) == (name, "Petition Recorded")
		with pytest.raises(PetitionMade):
			reception.turn_into_petition(doc.name, "Appeal for Help", "Payment")


def test_the_form_offers_a_petition_once_and_leaves_no_comment_about_it(site, as_user):
	with as_user(clerk()):
		doc = make_reception()
		doc.run_method("onload")
		(step,) = doc.get_onload("steps")["open"]
		assert [field["fieldname"] for field in step["fields"]] == ["category", "matter", "demand", "accused"]
		steps.take(RECORD, doc.name, step["key"], {"category": "Suggestion", "matter": "Other Matter"})
		doc = frappe.get_doc(RECORD, doc.name)
		doc.run_method("onload")
		assert "steps" not in doc.get_onload() and doc.result == "Petition Recorded"
	assert not frappe.db.exists("Comment", {"reference_name": doc.name, "comment_type": "Workflow"})


def test_without_a_name_the_petition_is_anonymous(site):
	doc = make_reception(visitor_name=None)
	name = reception.turn_into_petition(doc.name, "Suggestion", "Other Matter")
	assert frappe.db.get_value("Petition", name, "real_name") == 0


def test_an_accusation_leaves_nothing_behind_in_the_record(site, as_user):
	with as_user(clerk()):
		doc = make_reception(matter_text="测试举报1：某某优亲厚友", explanation="已讲解")
		doc.follow_up = "转某某"
		doc.save()
		assert reception.turn_into_petition(doc.name, "Accusation", "Favouritism") is None
	doc.reload()
	text = json.dumps(doc.as_dict(convert_dates_to_str=True), ensure_ascii=False)
	for word in ("举报", "某某", "测试来访人1", PHONE):
		assert word not in text
	assert not doc.petition and not frappe.db.exists("Version", {"ref_doctype": RECORD, "docname": doc.name})
	assert frappe.db.exists("Petition", {"content": "测试举报1：某某优亲厚友", "restricted": 1})


def test_result_and_link_are_not_taken_from_a_client(site):
	petition = make_petition()
	assert make_reception(petition=petition.name).petition is None
	with pytest.raises(ByTheButton):
		make_reception(result="Petition Recorded")
	doc = make_reception()
	reception.turn_into_petition(doc.name, "Suggestion", "Other Matter")
	with pytest.raises(PetitionMade):
		client_set_value(RECORD, doc.name, "result", "Explained on the Spot")


def test_records_are_never_deleted(site):
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(RECORD, make_reception().name)


def test_a_township_sees_and_records_its_own(site, as_user):
	own, other = make_reception(), make_reception(division=builders.VILLAGE_B)
	with as_user(clerk()):
		assert frappe.get_list(RECORD, pluck="name", filters={"name": ["in", [own.name, other.name]]}) == [
			own.name
		]
		with pytest.raises(frappe.PermissionError):
			reception.turn_into_petition(other.name, "Suggestion", "Other Matter")
		with pytest.raises(frappe.PermissionError):
			client_insert(
				{
					"doctype": RECORD,
					"matter_text": "1",
					"family_type": "Not Receiving Help",
					"division": builders.VILLAGE_B,
				}
			)


def test_a_reader_makes_no_petition(site, as_user):
	doc = make_reception()
	with as_user(builders.make_user("Socaid Auditor")), pytest.raises(frappe.PermissionError):
		reception.turn_into_petition(doc.name, "Suggestion", "Other Matter")


def test_the_summary_counts_by_month_and_kind_of_family(site, as_user):
	frappe.db.delete(RECORD)
	make_reception(family_type="Edge Family", received_at="2026-10-05 09:00:00", people_count=3)
	make_reception(family_type="Edge Family", received_at="2026-10-31 17:00:00", understood="Objects")
	make_reception(family_type="Edge Family", received_at="2026-11-01 08:00:00")
	make_reception(received_at="2026-11-02 08:00:00", division=builders.VILLAGE_B)
	rows = {(row.month, row.family_type): row for row in reception_summary.execute({})[1]}
	october = rows["2026-10", "Edge Family"]
	assert (october.receptions, october.people, october.understood, october.objected) == (2, 4, 1, 1)
	assert october.understood_rate == 50 and len(rows) == 3
	with as_user(clerk()):
		assert sum(row.receptions for row in reception_summary.execute({})[1]) == 3
	assert len(reception_summary.execute({"from_date": "2026-10-06", "to_date": "2026-10-31"})[1]) == 1


def test_the_record_prints_with_the_policies_explained_and_a_masked_number(site):
	guide = frappe.db.get_value("Policy Guide", {"status": "In Force"}, ["name", "question"], as_dict=True)
	doc = make_reception(guides=[{"guide": guide.name}], explanation="已讲解<b>1</b>", phone="13900001234")
	sheet = frappe.get_doc("Print Format", "Reception Record Sheet")
	html = get_rendered_template(doc, print_format=sheet)
	assert "接待与政策讲解记录" in html and guide.question in html
	assert "139****1234" in html and "13900001234" not in html
	assert "已讲解&lt;b&gt;1" in html


# --- calls ------------------------------------------------------------------------------------------------
def test_the_number_leads_to_person_household_and_history(site, as_user):
	household = household_with_phone()
	petition = make_petition(phone=PHONE)
	record = make_reception()
	with as_user(clerk()):
		found = phone_intake.lookup("139 0000 5679")
	assert [row["name"] for row in found["households"]] == [household.name]
	assert found["caller"] == household.head_name
	assert [row["name"] for row in found["petitions"]] == [petition.name]
	assert [row["name"] for row in found["receptions"]] == [record.name]


def test_the_last_four_digits_are_enough(site):
	household = household_with_phone(phone="13900009876")
	found = phone_intake.lookup("9876")
	assert household.name in [row["name"] for row in found["households"]]
	assert found["caller"] is None


@pytest.mark.parametrize("phone", ["", "56", "abc"])
def test_too_little_finds_nothing(site, phone):
	household_with_phone()
	found = phone_intake.lookup(phone)
	assert not found["households"] and not found["petitions"]


def test_a_name_finds_households_of_the_head_and_of_members(site):
	household = builders.make_household(name="来电名")
	for caller in ("来电名甲", "来电名乙"):
		found = phone_intake.lookup(caller=caller)
		assert household.name in [row["name"] for row in found["households"]]


def test_nothing_of_other_townships_is_shown(site, as_user):
	household_with_phone(builders.VILLAGE_B)
	make_petition(phone=PHONE, division=builders.VILLAGE_B)
	make_reception(division=builders.VILLAGE_B)
	with as_user(clerk()):
		found = phone_intake.lookup(PHONE)
	assert not (found["households"] or found["petitions"] or found["receptions"] or found["caller"])


def test_accusations_of_the_caller_are_not_shown(site, as_user):
	make_petition(phone=PHONE, category="Accusation", matter="Favouritism")
	with as_user(builders.make_user("Petition Handler")):
		assert phone_intake.lookup(PHONE)["petitions"] == []
	with as_user(builders.make_user("Accusation Handler")):
		assert len(phone_intake.lookup(PHONE)["petitions"]) == 1


def test_a_call_is_a_petition_with_the_text_alone(site, as_user):
	with as_user(clerk()):
		saved = phone_intake.save("Petition", "测试来电1：低保金没有到账")
	doc = frappe.get_doc("Petition", saved["name"])
	assert (doc.channel, doc.category, doc.real_name) == ("By Telephone", "Appeal for Help", 0)
	assert doc.subject == doc.content == "测试来电1：低保金没有到账"
	assert (doc.division, str(doc.received_on)) == (builders.TOWNSHIP_A, today())


def test_a_call_takes_number_name_and_household_along(site):
	household = household_with_phone()
	saved = phone_intake.save(
		"Petition", "测试来电2" * 20, PHONE, "来电户甲", matter="Payment", household=household.name
	)
	doc = frappe.get_doc("Petition", saved["name"])
	assert (doc.petitioner_name, doc.phone, doc.real_name, doc.matter) == ("来电户甲", PHONE, 1, "Payment")
	assert (doc.household, doc.division) == (household.name, builders.VILLAGE_A)
	assert len(doc.subject) == reception.SUBJECT


def test_a_call_that_only_asked_is_a_reception_record(site, as_user):
	guide = frappe.get_all("Policy Guide", filters={"status": "In Force"}, pluck="name", limit=1)[0]
	with as_user(clerk()):
		saved = phone_intake.save("Reception Record", "问低保标准", PHONE, guides=json.dumps([guide]))
	doc = frappe.get_doc(RECORD, saved["name"])
	assert (doc.channel, doc.phone, doc.result) == ("By Telephone", PHONE, "Explained on the Spot")
	assert [row.guide for row in doc.guides] == [guide]


def test_a_call_that_accuses_goes_out_of_sight(site, as_user):
	with as_user(clerk()):
		saved = phone_intake.save("Petition", "测试举报2", category="Accusation", matter="Favouritism")
	assert saved == {"doctype": "Petition", "name": None}
	assert frappe.db.exists("Petition", {"content": "测试举报2", "restricted": 1})


@pytest.mark.parametrize("kind", ["Petition", "Reception Record", "User"])
def test_a_call_without_words_or_kind_is_refused(site, kind):
	with pytest.raises(NothingSaid):
		phone_intake.save(kind, "  " if kind != "User" else "有话")


@pytest.mark.parametrize("role", ["Socaid Auditor", "Archivist", "Field Investigator"])
def test_who_records_nothing_looks_nobody_up(site, as_user, role):
	with as_user(builders.make_user(role)):
		with pytest.raises(frappe.PermissionError):
			phone_intake.lookup(PHONE)
		for kind in ("Petition", "Reception Record"):
			with pytest.raises(frappe.PermissionError):
				phone_intake.save(kind, "测试")


def test_the_household_of_another_township_is_refused(site, as_user):
	theirs = household_with_phone(builders.VILLAGE_B)
	with as_user(clerk()):
		for kind in ("Petition", "Reception Record"):
			with pytest.raises(frappe.PermissionError):
				phone_intake.save(kind, "测试来电3", household=theirs.name)


def test_answering_a_call_is_quick(site):
	household_with_phone()
	make_petition(phone=PHONE)
	phone_intake.lookup(PHONE)
	started = time.perf_counter()
	phone_intake.lookup(PHONE)
	phone_intake.save("Petition", "测试来电4", PHONE)
	# two requests of the dialog; a human waits half a second without noticing
	assert time.perf_counter() - started < 1.5


def test_over_rest(site, client):
	user = builders.make_user("Petition Handler")
	answer = client(user).call(
		"socaid_app.petition_desk.phone_intake.save", kind="Petition", text="测试来电5"
	)
	assert answer.status_code == 200 and answer.json["message"]["name"]
	assert (
		client("Guest").call("socaid_app.petition_desk.phone_intake.lookup", phone=PHONE).status_code == 403
	)
	assert client(user).get(
		"/api/method/socaid_app.petition_desk.phone_intake.save", kind="Petition", text="1"
	).status_code in (403, 405)


def test_dates_of_a_reception_become_those_of_the_petition(site):
	doc = make_reception(received_at=f"{add_days(today(), -2)} 10:00:00")
	name = reception.turn_into_petition(doc.name, "Suggestion", "Other Matter")
	assert str(frappe.db.get_value("Petition", name, "received_on")) == add_days(today(), -2)
