"""What people say about a notice is heard before it ends; who said it stays with the county (57号 Art. 19)."""

import json

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.casework import clocks
from socaid_app.petition_desk import public_intake, same_form
from socaid_app.petition_desk.public_intake import Filing
from socaid_app.public_disclosure import (
	content,
	notice_objections,
	objections,
	statements,
	taking_down,
	undated,
)
from socaid_app.public_disclosure.content import NOTICE, PublicityRefused
from tests import builders
from tests.builders import acting_as
from tests.builders import notices as public_builders
from tests.builders import petitions as petition_cases

TEXT = "这户人家在城里有两套房子，不符合低保条件。"
SUMMARY = "反映该户在城区有房产"


@pytest.fixture
def team(site):
	return builders.make_team()


@pytest.fixture
def case(team):
	return builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)


@pytest.fixture
def notice(case, team):
	return builders.post_notice(case, team.reviewer)


@pytest.fixture(scope="module")
def handlers(site):
	"""(petition handler, accusation handler) of the county; committed, as users are slow to make."""
	made = (
		petition_cases.user("notice.desk", "Petition Handler"),
		petition_cases.user("notice.accusations", ("Petition Handler", "Accusation Handler")),
	)
	frappe.db.commit()
	return made


def said_on_the_web(notice, category="Suggestion", **values) -> str:
	"""Files as the public form does, from the button on the notice; returns the petition."""
	typed = public_builders.form(
		category=category, content=TEXT, village=notice.division, demand="", **values
	)
	filing = Filing(typed, sent=same_form.sent(typed, []))
	before = set(frappe.get_all("Petition", pluck="name", order_by="name"))
	with public_intake.as_guest():
		public_intake.file(filing, frappe.generate_hash(), content.public_notice(notice.public_key))
	return (set(frappe.get_all("Petition", pluck="name", order_by="name")) - before).pop()


@pytest.fixture(autouse=True)
def visitor(monkeypatch):
	"""Filing counts the visitor's address, which a test has not."""
	monkeypatch.setattr(public_intake.visitors, "tally", lambda *args, **kwargs: 1)


def let_expire(notice):
	frappe.db.set_value(
		NOTICE,
		notice.name,
		{"posted_on": add_days(today(), -8), "ends_on": add_days(today(), -1)},
		update_modified=False,
	)


def status(notice) -> str:
	return frappe.db.get_value(NOTICE, notice.name, "status")


# --- heard before it ends -----------------------------------------------------------------------------------
def test_a_notice_about_which_something_was_said_on_the_web_does_not_end_unheard(notice, team):
	said_on_the_web(notice)
	let_expire(notice)
	assert taking_down.complete_expired() == 0
	assert status(notice) == "In Publicity"
	with acting_as(team.officer):
		doc = frappe.get_doc(NOTICE, notice.name)
		doc.status = "Completed"
		with pytest.raises(PublicityRefused):
			doc.save()


def test_nor_does_the_case_go_on_to_review(case, notice, team):
	said_on_the_web(notice)
	let_expire(notice)
	with pytest.raises(frappe.ValidationError, match="审看"):
		builders.act(case.reload(), "Submit for Review", team.officer)


def test_nor_is_it_withdrawn_to_be_rid_of_what_was_said(notice, team):
	said_on_the_web(notice)
	with acting_as(team.officer), pytest.raises(PublicityRefused):
		taking_down.withdraw(notice.name, "张贴地点有误")
	taking_down.withdraw_by_system(notice.name, "内容调整")
	assert status(notice) == "Withdrawn"


def test_what_counts_sends_the_case_back_like_any_objection(case, notice, team, handlers):
	petition = said_on_the_web(notice)
	with acting_as(handlers[0]):
		assert [row.name for row in objections.waiting(notice.name)] == [petition]
		assert objections.count(petition, SUMMARY) == "Objection Raised"
	row = frappe.get_doc(NOTICE, notice.name).objections[0]
	assert (row.content, row.channel, row.objector) == (SUMMARY, "Through the Web", None)
	assert case.reload().workflow_state == "Under Investigation"
	assert frappe.db.get_value("Petition", petition, "objection_state") == "Counts as Objection"
	assert notice_objections.has_open_objection(case.name)


def test_what_does_not_count_lets_the_notice_end_and_the_reason_stays(notice, team):
	petition = said_on_the_web(notice)
	let_expire(notice)
	with acting_as(team.disclosure):
		with pytest.raises(PublicityRefused):
			objections.dismiss(petition, " ")
		objections.dismiss(petition, "只问了何时发钱")
	assert status(notice) == "Completed"
	doc = frappe.get_doc("Petition", petition)
	assert (doc.objection_state, doc.objection_reason) == ("No Objection", "只问了何时发钱")
	# the petition is still owed its answer
	assert doc.status == "Recorded"


def test_it_is_decided_once(notice, team):
	petition = said_on_the_web(notice)
	with acting_as(team.disclosure):
		objections.dismiss(petition, "与本公示无关")
		with pytest.raises(PublicityRefused):
			objections.count(petition, SUMMARY)


def test_the_county_decides_and_not_who_prepared_the_notice(notice, team):
	petition = said_on_the_web(notice)
	for user in (team.officer, team.reviewer):
		with acting_as(user):
			assert objections.waiting(notice.name) == []
			for step in (objections.count, objections.dismiss):
				with pytest.raises(frappe.PermissionError):
					step(petition, SUMMARY)


def test_nobody_takes_a_petition_off_the_notice_or_its_decision_by_saving_a_form(notice):
	petition = frappe.get_doc("Petition", said_on_the_web(notice))
	petition.update({"publicity_notice": None, "objection_state": "No Objection", "objection_reason": "x"})
	petition.save()
	petition.reload()
	assert (petition.publicity_notice, petition.objection_state) == (notice.name, "To Be Looked At")
	assert not petition.objection_reason


def test_what_is_told_to_the_petition_desk_about_a_notice_is_heard_as_well(notice, team):
	petition = petition_cases.make(publicity_notice=notice.name, channel="By Telephone")
	assert petition.objection_state == "To Be Looked At"
	with acting_as(team.disclosure):
		objections.count(petition.name, SUMMARY)
	assert frappe.get_doc(NOTICE, notice.name).objections[0].channel == "By Telephone"


def test_a_petition_about_a_notice_that_came_down_holds_nothing_up(notice):
	let_expire(notice)
	taking_down.complete_expired()
	assert not petition_cases.make(publicity_notice=notice.name).objection_state


def test_what_waits_about_a_roll_goes_on_about_the_next_one(team):
	old = public_builders.hang("Monthly Roll", days=None, month="2026-10-01")
	petition = said_on_the_web(old)
	new = public_builders.hang("Monthly Roll", days=None, month="2026-11-01")
	taking_down.replace(old.name, new.name)
	assert status(old) == "Completed"
	assert frappe.db.get_value("Petition", petition, "publicity_notice") == new.name
	assert statements.waiting_for(new.name) == 1


def test_the_county_is_reminded_a_day_before_the_last(notice, team, handlers):
	said_on_the_web(notice)
	last = getdate(notice.ends_on)
	item = next(i for i in clocks.open_items(last) if i.name == notice.name and "1" in i.label)
	assert item.due_on == getdate(add_days(last, -1))
	assert {team.disclosure, handlers[0]} <= set(item.users)
	assert team.officer not in item.users and team.reviewer not in item.users


# --- accusations --------------------------------------------------------------------------------------------
def accusation(notice) -> str:
	return said_on_the_web(notice, category="Accusation", petitioner_name="举报人甲", accused="村会计某某")


def test_an_accusation_holds_the_notice_and_only_its_handlers_decide(notice, team, handlers):
	petition = accusation(notice)
	assert statements.waiting_for(notice.name) == 1
	for user in (team.disclosure, handlers[0], team.county_reviewer):
		with acting_as(user):
			assert objections.waiting(notice.name) == []
			with pytest.raises(frappe.PermissionError):
				objections.dismiss(petition, "x")
	with acting_as(handlers[1]):
		assert [row.name for row in objections.waiting(notice.name)] == [petition]
		assert objections.count(petition) == "Objection Raised"


def test_of_an_accusation_the_notice_shows_that_there_is_an_objection_and_nothing_else(
	case, notice, handlers
):
	petition = accusation(notice)
	with acting_as(handlers[1]):
		objections.count(petition, TEXT)
	records = [frappe.get_doc(NOTICE, notice.name).as_dict(), case.reload().as_dict()]
	everything = json.dumps(records, ensure_ascii=False, default=str)
	assert objections.KEPT_BY_COUNTY in everything
	for secret in (TEXT, "举报人甲", "村会计某某", petition, handlers[1]):
		assert secret not in everything


def test_no_reminder_tells_that_there_is_an_accusation(notice, team, handlers):
	petition = accusation(notice)
	last = getdate(notice.ends_on)
	assert not [i for i in clocks.open_items(last) if i.name in (notice.name, petition) and "1" in i.label]
	frappe.db.set_value(NOTICE, notice.name, "ends_on", add_days(today(), 1), update_modified=False)
	assert undated.remind_of_restricted() >= 1
	assert undated.remind_of_restricted() == 0
	told = frappe.get_all(
		"Notification Log",
		filters={"document_name": petition, "subject": ["like", f"%{today()}%"]},
		pluck="for_user",
		order_by="for_user",
	)
	assert handlers[1] in told and not {team.disclosure, handlers[0], team.officer} & set(told)


# --- who objects --------------------------------------------------------------------------------------------
def test_a_summary_that_names_who_objects_is_refused(notice, team):
	petition = said_on_the_web(notice, petitioner_name="李大胆")
	with acting_as(team.disclosure):
		for words in (f"李大胆{SUMMARY}", f"{SUMMARY}，电话13900005678", ""):
			with pytest.raises(PublicityRefused):
				objections.count(petition, words)


@pytest.fixture
def readers(team):
	return {
		"village": builders.make_user("Village Assistant", builders.CASE_VILLAGE),
		"officer": team.officer,
		"approver": team.reviewer,
		"disclosure": team.disclosure,
		"county": team.county_reviewer,
	}


def test_the_objector_entered_at_the_township_is_read_by_the_county_alone(team, readers, client):
	notice = public_builders.hang("Confirmed List", builders.CASE_VILLAGE)
	name, words = frappe.generate_hash(length=8), frappe.generate_hash(length=8)
	with acting_as(team.officer):
		notice_objections.record_objection(notice.name, words, objector=name)
	assert frappe.get_doc(NOTICE, notice.name).objections[0].objector == name
	for who, user in readers.items():
		session = client(user)
		row = {"doctype": "Publicity Objection", "parent": NOTICE, "fields": ["*"]}
		answers = [
			session.get(f"/api/resource/{NOTICE}/{notice.name}"),
			session.get("/api/method/frappe.desk.form.load.getdoc", doctype=NOTICE, name=notice.name),
			session.put(f"/api/resource/{NOTICE}/{notice.name}", complaint_phone="0437-5550000"),
			session.call("frappe.client.get_list", **row, filters={"parent": notice.name}),
			session.get(
				"/api/method/frappe.www.printview.get_html_and_style",
				doc=NOTICE,
				name=notice.name,
				print_format="Publicity Result Record",
			),
		]
		assert [answer.status_code for answer in answers[:3]] == [200] * 3, who
		spoken = "".join(answer.text for answer in answers)
		assert (name in spoken) == (who in ("disclosure", "county")), who
		assert (words in spoken) == (who != "village"), who
	# neither has saving by those who do not read them struck them out
	row = frappe.get_doc(NOTICE, notice.name).objections[0]
	assert (row.objector, row.content) == (name, words)
	taking_down.withdraw_by_system(notice.name, "测试结束")
	frappe.db.commit()


def test_a_case_sent_back_does_not_carry_the_words_of_the_objection(case, notice, team):
	with acting_as(team.disclosure):
		notice_objections.record_objection(notice.name, SUMMARY, objector="李大胆")
	opinion = case.reload().opinions[-1].opinion
	assert notice.name in opinion and SUMMARY not in opinion and "李大胆" not in opinion
