"""A petition moves by lawful steps only, by people without an interest in it, and within its clocks."""

import frappe
import pytest
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.utils import add_days, getdate, today

from socaid_app.casework import clocks as due_clocks
from socaid_app.casework import steps, tracking_codes
from socaid_app.casework.deliveries import DeliveryInvalid
from socaid_app.permissions.rows import OnlyThroughTheRecord
from socaid_app.permissions.scope import DivisionOutOfScope, NeverDeleted
from socaid_app.petition_desk import (
	answering,
	delivering,
	extensions,
	handling,
	hearings,
	joining,
	papers,
	petition_clocks,
	ratings,
	reclassifying,
	recording,
	repeats,
	reviews,
	taking_up,
	tracking,
	transfers,
)
from socaid_app.petition_desk.conflicts import MustStandAside
from socaid_app.petition_desk.doctype.petition.petition import (
	PetitionClosed,
	PetitionIncomplete,
	TooManyRepresentatives,
)
from socaid_app.petition_desk.doctype.petition_settlement.petition_settlement import SettlementInvalid
from socaid_app.petition_desk.extensions import NotTheHead
from socaid_app.petition_desk.petition_records import ByStepOnly, WrongDay
from socaid_app.petition_desk.procedure import Incomplete, RuleBroken, StepNotOpen
from socaid_app.petition_desk.ratings import AlreadyRated
from socaid_app.petition_desk.reviews import ReviewClosed, ReviewIncomplete, ReviewNotAdmitted
from socaid_app.petition_desk.transfers import TransferIncomplete, WouldReachTheAccused
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import rules
from tests import builders
from tests.builders.petitions import OPINION, answered, make, under_way, user

HANDLED = "Handled as Petition"


@pytest.fixture(scope="module")
def staff(site):
	"""One user of each kind, committed once: users are slow to make."""
	frappe.set_user("Administrator")
	users = {
		"desk": user("desk", "Petition Handler"),
		"second": user("second", "Petition Handler"),
		"head": user("approver", "County Approver"),
		"manager": user("manager", "Service Manager"),
		"clerk": user("clerk", "Township Officer", builders.TOWNSHIP_A),
		"strange": user("strange", "Township Officer", builders.TOWNSHIP_B),
		"auditor": user("auditor", "Socaid Auditor"),
	}
	frappe.db.commit()
	return frappe._dict(users)


def deliveries_of(petition) -> list[tuple]:
	rows = frappe.get_all(
		"Document Delivery",
		filters={"reference_name": petition.name},
		fields=["document_kind", "delivered_on"],
		order_by="creation, name",
	)
	return [(row.document_kind, row.delivered_on) for row in rows]


def actions_of(petition) -> list[str]:
	return [row.action for row in frappe.get_doc("Petition", petition.name).actions]


# --- recording ------------------------------------------------------------------------------------------------
def test_a_petition_gets_its_number_its_notice_clock_and_its_first_line(site):
	doc = make()
	assert doc.name.startswith(f"XF-{today()[:4]}-") and doc.petition_number == doc.name
	assert (doc.status, doc.restricted, doc.group_petition, doc.people_count) == ("Recorded", 0, 0, 1)
	assert doc.notice_due == doc.current_due and doc.current_clock == "书面告知"
	assert actions_of(doc) == ["登记"] and doc.entered_by == frappe.session.user
	assert doc.township == builders.TOWNSHIP_A


def test_normal_numbers_have_no_gaps_whatever_accusations_come_between(site):
	first = make()
	make(category="Accusation")
	second = make()
	assert int(second.name[-6:]) == int(first.name[-6:]) + 1


def test_without_a_division_it_lies_with_the_county_or_with_the_clerks_township(staff, as_user):
	assert make(division=None).division == frappe.db.get_single_value("Socaid Settings", "county_division")
	with as_user(staff.clerk):
		assert make(division=None).division == builders.TOWNSHIP_A
		with pytest.raises(frappe.PermissionError):
			make(division=builders.VILLAGE_B)


@pytest.mark.parametrize(
	"values, allowed",
	[
		({"petitioner_name": ""}, False),
		({"phone": "", "address": ""}, False),
		({"phone": "", "address": "1组2号"}, True),
		({"real_name": 0, "petitioner_name": "", "phone": "", "address": ""}, True),
	],
)
@pytest.mark.parametrize("category", ["Suggestion", "Accusation", "Appeal for Help"])
def test_a_real_name_needs_a_name_and_a_way_to_answer(site, values, allowed, category):
	if allowed:
		make(category=category, **values)
	else:
		with pytest.raises(PetitionIncomplete):
			make(category=category, **values)


@pytest.mark.parametrize("channel", ["In Person", "By Letter", "Through the Web", "Passed on to Us"])
def test_a_group_sends_five_representatives_at_most(site, channel):
	people = [{"representative_name": f"代表{n}"} for n in range(6)]
	doc = make(channel=channel, representatives=people[:5])
	assert (doc.people_count, doc.group_petition) == (5, 1)
	assert make(channel=channel, people_count=4, representatives=people[:2]).group_petition == 0
	with pytest.raises(TooManyRepresentatives):
		make(channel=channel, people_count=60, representatives=people)


def test_an_id_number_is_checked_finds_the_person_and_is_kept_masked(site):
	person = builders.make_person("号码甲")
	number = frappe.db.get_value("Recipient Identity", person.name, "id_number")
	doc = make(id_number=number)
	assert doc.recipient == person.name and "*" in doc.id_number and number[6:14] not in doc.id_number
	assert (doc.gender, doc.age > 50) == ("Male", True)
	wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
	with pytest.raises(PetitionIncomplete):
		make(id_number=wrong)


def test_nothing_is_received_tomorrow(site):
	with pytest.raises(WrongDay):
		make(received_on=add_days(today(), 1))


def test_what_steps_set_cannot_be_entered(site, client, staff):
	forged = {
		"status": "Concluded",
		"answered_on": today(),
		"handler": "Administrator",
		"extension_days": 30,
		"final": 1,
		"satisfaction": "Very Satisfied",
		"petition_number": "XF-1",
		"entered_by": "Guest",
		"actions": [{"acted_on": today(), "action": "伪造"}],
	}
	doc = recording.record(make().as_dict() | {"name": None} | forged)
	assert (doc.status, doc.answered_on, doc.handler) == ("Recorded", None, None) and not doc.final
	assert doc.petition_number == doc.name and actions_of(doc) == ["登记"]
	client_save(doc.as_dict(convert_dates_to_str=True) | forged)
	client_set_value("Petition", doc.name, {"status": "Concluded", "route": HANDLED})
	submit_cancel_or_update_docs("Petition", frappe.as_json([doc.name]), "update", frappe.as_json(forged))
	doc.reload()
	assert (doc.status, doc.route, doc.satisfaction) == ("Recorded", None, None)
	frappe.db.commit()
	http = client(staff.desk)
	http.put(f"/api/resource/Petition/{doc.name}", **{k: v for k, v in forged.items() if k != "actions"})
	doc.reload()
	assert (doc.status, doc.answered_on, doc.entered_by) == ("Recorded", None, "Administrator")


def test_tracking_comes_from_the_public_form_alone(site, staff, as_user):
	values = {"tracking_hash": frappe.generate_hash(), "phone_tail": "1234"}
	with as_user(staff.desk):
		assert not make(**values).tracking_hash
	with as_user("Guest"):
		doc = recording.record(make_values(**values))
	assert doc.tracking_hash == values["tracking_hash"]
	doc.tracking_hash = "x"
	doc.save()
	assert doc.tracking_hash == values["tracking_hash"]


def make_values(**values) -> dict:
	return {
		"subject": "网上事由1",
		"category": "Appeal for Help",
		"matter": "Payment",
		"channel": "Through the Web",
		"petitioner_name": "访网1",
		"phone": "13900000001",
		"content": "内容1",
		"division": builders.VILLAGE_A,
		**values,
	}


def test_rows_and_records_are_neither_edited_singly_nor_deleted(site):
	doc = make()
	row = frappe.get_doc("Petition Action", doc.actions[0].name)
	row.note = "改写"
	with pytest.raises(OnlyThroughTheRecord):
		row.save()
	with pytest.raises(NeverDeleted):
		frappe.delete_doc("Petition", doc.name, force=True)


# --- taking up, or not -------------------------------------------------------------------------------------------
def test_an_appeal_is_taken_up_by_a_route_and_gets_sixty_days(site):
	doc = make()
	with pytest.raises(Incomplete):
		taking_up.take_up(doc.name)
	taking_up.take_up(doc.name, HANDLED)
	doc.reload()
	assert (doc.status, doc.accepted_on, doc.route) == ("Under Way", getdate(today()), HANDLED)
	expected = law.decide_deadline(
		getdate(today()), law.APPEAL, HANDLED, rules.parameters(), rules.calendar()
	)
	assert doc.decide_due == expected.due
	assert deliveries_of(doc) == [("Notice of Taking Up", None)]
	# told in person: the notice clock ends, the sixty days govern
	assert doc.current_clock == "书面告知"
	delivering.deliver(doc.name, "Notice of Taking Up", "Handed Over")
	doc.reload()
	assert (doc.notified_on, doc.current_clock) == (getdate(today()), "办结答复")
	assert doc.current_due == expected.due


@pytest.mark.parametrize(
	"category, route",
	[("Suggestion", HANDLED), ("Suggestion", None), ("Accusation", HANDLED)]
	+ [("Appeal for Help", route) for route in law.ROUTES if route != HANDLED],
)
def test_other_categories_and_routes_never_get_the_sixty_days(site, category, route):
	doc = make(category=category)
	taking_up.take_up(doc.name, route)
	delivering.deliver(doc.name, "Notice of Taking Up", "By Post")
	doc.reload()
	assert (doc.decide_due, doc.current_due, doc.due_status) == (None, None, "")
	with pytest.raises(RuleBroken, match="34"):
		extensions.extend(doc.name, "复杂")


def test_who_filed_on_the_web_reads_notices_at_once_but_opinions_are_delivered(site):
	doc = make(channel="Through the Web")
	taking_up.take_up(doc.name, HANDLED)
	doc.reload()
	assert doc.notified_on == getdate(today())
	answering.answer(doc.name, **OPINION)
	doc.reload()
	assert deliveries_of(doc)[-1] == ("Opinion on Handling", None) and not doc.review_until


def test_a_refusal_gives_its_reason_and_is_told(site):
	doc = make()
	with pytest.raises(Incomplete):
		taking_up.refuse(doc.name, " ")
	taking_up.refuse(doc.name, "属于法院管辖")
	doc.reload()
	assert (doc.status, doc.refusal_reason) == ("Not Taken Up", "属于法院管辖")
	assert doc.current_clock == "书面告知"
	delivering.deliver(doc.name, "Notice of Not Taking Up", "By Post")
	assert doc.reload().due_status == "Done"


def test_what_was_sent_to_us_goes_back_within_five_working_days(site):
	with pytest.raises(RuleBroken, match="23"):
		transfers.send_back(make().name, "不属于民政")
	late = make(channel="Passed on to Us", received_on=add_days(today(), -20))
	with pytest.raises(RuleBroken, match="23"):
		transfers.send_back(late.name, "不属于民政")
	doc = make(channel="Passed on to Us")
	assert doc.return_due
	transfer = transfers.send_back(doc.name, "不属于民政")
	assert doc.reload().status == "Sent Back"
	assert (doc.current_due, doc.due_status) == (None, "Done")
	assert frappe.db.get_value("Petition Transfer", transfer, "kind") == "Returned to Sender"


def test_an_assignment_comes_back_with_a_report_before_it_is_answered_or_concluded(site):
	doc = make()
	with pytest.raises(TransferIncomplete):
		transfers.pass_on(doc.name, "甲单位", "Assigned with Deadline")
	frappe.db.set_value("Petition", doc.name, "status", "Recorded")
	due_on = add_days(today(), 10)
	transfer = transfers.pass_on(doc.name, "甲单位", "Assigned with Deadline", due_on)
	delivering.deliver(doc.name, "Transfer Notice", "By Post")
	doc.reload()
	assert (doc.status, doc.current_due, doc.current_clock) == ("Passed On", getdate(due_on), "办理情况反馈")
	for step in (lambda: answering.conclude(doc.name), lambda: answering.answer(doc.name, **OPINION)):
		with pytest.raises(TransferIncomplete):
			step()
	with pytest.raises(TransferIncomplete):
		transfers.report_back(transfer, " ")
	transfers.report_back(transfer, "已办")
	doc.reload()
	assert doc.due_status == "Done" and actions_of(doc)[-1] == "收到反馈"
	answering.answer(doc.name, **OPINION)
	assert doc.reload().status == "Answered"


def test_whoever_assigned_it_to_us_gets_a_report_in_time(site):
	due_on = getdate(add_days(today(), 5))
	doc = make(channel="Assigned to Us", sender_unit="县信访局", sender_due=due_on)
	with pytest.raises(StepNotOpen):
		answering.tell_sender(doc.name)
	taking_up.take_up(doc.name, HANDLED)
	delivering.deliver(doc.name, "Notice of Taking Up", "Handed Over")
	assert (doc.reload().current_due, doc.current_clock) == (due_on, "向来文单位反馈")
	answering.answer(doc.name, **OPINION)
	assert doc.reload().current_due == due_on, "the report is still owed when the petitioner was answered"
	with pytest.raises(WrongDay):
		answering.tell_sender(doc.name, add_days(today(), 1))
	answering.tell_sender(doc.name)
	assert (doc.reload().sender_told_on, doc.due_status) == (getdate(today()), "Done")
	other = answered()
	with pytest.raises(StepNotOpen):
		answering.tell_sender(other.name)
	back = make(channel="Passed on to Us", sender_unit="县信访局")
	assert (
		frappe.db.get_value("Petition Transfer", transfers.send_back(back.name, "不属职权"), "to_unit")
		== "县信访局"
	)


def test_a_transfer_is_made_by_a_step_and_its_terms_stay(site):
	doc = make()
	with pytest.raises(ByStepOnly):
		frappe.get_doc(
			{
				"doctype": "Petition Transfer",
				"petition": doc.name,
				"kind": "Assigned with Deadline",
				"to_unit": "甲",
				"reason": "1",
			}
		).insert()
	transfer = frappe.get_doc(
		"Petition Transfer",
		transfers.pass_on(doc.name, "甲单位", "Assigned with Deadline", add_days(today(), 9)),
	)
	transfer.due_on, transfer.to_unit = add_days(today(), 99), "乙单位"
	transfer.received_by = "收1"
	transfer.save()
	transfer.reload()
	assert (transfer.due_on, transfer.to_unit) == (getdate(add_days(today(), 9)), "甲单位")
	assert transfer.received_by == "收1"


def test_a_complaint_is_not_passed_to_those_complained_about(site):
	doc = make(
		matter="Conduct of Staff",
		accused=[{"accused_name": "被1", "unit": "甲办", "unit_division": builders.TOWNSHIP_A}],
	)
	for unit, division in (("甲办", None), ("被1", None), ("村委1", builders.VILLAGE_A)):
		with pytest.raises(WouldReachTheAccused):
			transfers.pass_on(doc.name, unit, "Passed On to Competent Unit", to_division=division)
	transfers.pass_on(doc.name, "乙办", "Passed On to Competent Unit", to_division=builders.TOWNSHIP_B)


# --- extension, answer, conclusion ---------------------------------------------------------------------------------
def test_only_the_head_extends_and_once(staff, as_user):
	doc = under_way()
	with as_user(staff.desk), pytest.raises(NotTheHead):
		extensions.extend(doc.name, "情况复杂")
	with as_user(staff.head):
		for days in (31, 0):
			with pytest.raises(RuleBroken, match="34"):
				extensions.extend(doc.name, "情况复杂", days)
		with pytest.raises(RuleBroken):
			extensions.extend(doc.name, "")
		extensions.extend(doc.name, "情况复杂", 20)
		with pytest.raises(RuleBroken):
			extensions.extend(doc.name, "又复杂", 5)
	before = doc.decide_due
	doc.reload()
	assert (doc.extension_days, doc.extension_approved_by) == (20, staff.head)
	assert doc.extended_until == doc.decide_due > before
	assert ("Notice of Extension", None) in deliveries_of(doc)


def test_the_handler_asks_for_an_extension_and_the_head_grants_or_refuses_it(staff, as_user):
	doc = under_way()
	with as_user(staff.desk):
		with pytest.raises(RuleBroken, match="34"):
			extensions.ask_extension(doc.name, "情况复杂", 31)
		with pytest.raises(NotTheHead):
			extensions.refuse_extension(doc.name, "不必")
		extensions.ask_extension(doc.name, "须到外地核实", 20)
	doc.reload()
	assert (doc.extension_wanted, doc.extension_asked_by, doc.extension_days) == (20, staff.desk, 0)
	assert doc.extended_until is None and ("Notice of Extension", None) not in deliveries_of(doc)
	told = {"document_name": doc.name, "for_user": staff.head}
	assert frappe.db.exists("Notification Log", told)
	with as_user(staff.head):
		extensions.refuse_extension(doc.name, "可以在期限内办结")
		with pytest.raises(StepNotOpen):
			extensions.refuse_extension(doc.name, "可以在期限内办结")
	assert doc.reload().extension_wanted == 0 and not doc.extension_reason
	with as_user(staff.desk):
		extensions.ask_extension(doc.name, "须到外地核实", 20)
	with as_user(staff.head):
		extensions.extend(doc.name, "须到外地核实", 15)
	doc.reload()
	assert (doc.extension_wanted, doc.extension_days, doc.extension_approved_by) == (0, 15, staff.head)
	assert frappe.db.exists("Notification Log", {"document_name": doc.name, "for_user": staff.desk})
	asked = [action for action in actions_of(doc) if "延期" in action]
	assert asked == ["申请延期", "不同意延期", "申请延期", "延期"]


def offered(doc) -> dict[str, dict]:
	"""The steps that the form gets for the session's user, by the names of their functions."""
	form = frappe.get_doc("Petition", doc.name)
	form.run_method("onload")
	return {step["key"]: step for step in form.get_onload("steps")["open"]}


def test_the_form_offers_what_is_open(staff, as_user):
	nowhere = make(category="Suggestion", petitioner_name="", phone="", real_name=0)
	answering.answer(nowhere.name, answer="当场答复")
	assert offered(nowhere)["conclude"]["primary"], "who cannot be reached gets nothing delivered"
	doc = make()
	transfer = transfers.pass_on(doc.name, "乙办", "Assigned with Deadline", due=add_days(today(), 9))
	with as_user(staff.desk):
		found = offered(doc)
	assert found["record_report"]["opens"]["name"] == transfer
	assert found["deliver"]["values"] == {"document_kind": "Transfer Notice"}
	assert not {"answer", "conclude", "extend", "ask_extension"} & found.keys()
	transfers.report_back(transfer, "已办结")
	assert {"answer", "conclude"} <= offered(doc).keys() and "record_report" not in offered(doc)
	doc = under_way()
	for asker, step in ((staff.desk, "ask_extension"), (staff.head, "extend")):
		with as_user(asker):
			assert {"ask_extension", "extend", "refuse_extension"} & offered(doc).keys() == {step}
	doc = answered()
	with as_user(staff.head):
		found = offered(doc)
	assert list(found) == ["conclude", "ask", "record_satisfaction", "hand_out"]
	assert found["ask"]["fields"][0]["default"] == law.REVIEW
	review = reviews.ask(doc.name, law.REVIEW, "不服", "县政府")
	assert "ask" not in offered(doc) and offered(doc)["open_review"]["opens"]["name"] == review
	frappe.db.set_value("Petition Review", review, "status", "Answer Given")
	frappe.db.set_value("Petition", doc.name, "status", "Answered")
	assert offered(doc)["ask"]["fields"][0]["default"] == law.RECHECK


def test_what_stands_against_a_step_is_told_before_it_is_taken(staff, as_user):
	doc = complaint_about(staff.second)
	with as_user(staff.second):
		found = offered(doc)
	assert "28" in found["take_up"]["missing"][0] and "28" in found["answer"]["missing"][0]
	with as_user(staff.desk):
		assert offered(doc)["take_up"]["missing"] == []


def test_the_law_says_when_each_step_is_open_and_what_it_is_called(site):
	declared = steps.steps_of("Petition")
	papers = {"deliver", "ask"}
	for key, entry in declared.items():
		if entry.function and key not in papers:
			assert entry.at == law.STEPS[key] and law.STEP_NAMES[key], key
	# a review has a gate of its own (reviews.admit)
	assert set(law.STEPS) - declared.keys() == {"review"}


def test_what_only_opens_another_record_is_no_step_to_take(site):
	doc = under_way()
	assert "hold_hearing" in offered(doc)
	with pytest.raises(steps.NoSuchStep):
		steps.take("Petition", doc.name, "hold_hearing")


def test_steps_are_told_in_the_petition_and_in_no_comment(site):
	doc = answered()
	answering.conclude(doc.name)
	told = {"reference_doctype": "Petition", "reference_name": doc.name, "comment_type": "Workflow"}
	assert actions_of(doc) == ["登记", "受理", "送达", "答复", "送达", "办结"] and not frappe.db.exists(
		"Comment", told
	)


def test_a_paper_shows_what_its_petition_is_about(site):
	doc = under_way()
	paper = frappe.get_last_doc("Document Delivery", {"reference_name": doc.name})
	assert paper.title == doc.subject and paper.get_title() == doc.subject


def test_after_the_sixty_days_there_is_no_extension(site):
	doc = under_way(received_on=add_days(today(), -80))
	frappe.db.set_value("Petition", doc.name, "accepted_on", add_days(today(), -75))
	with pytest.raises(RuleBroken, match="34"):
		extensions.extend(doc.name, "情况复杂")


@pytest.mark.parametrize("missing", OPINION)
def test_an_opinion_states_facts_reasons_and_law(site, missing):
	doc = under_way()
	with pytest.raises(Incomplete):
		answering.answer(doc.name, **(OPINION | {missing: ""}))


def test_a_suggestion_is_answered_in_free_form_and_an_answer_may_be_drafted(site):
	doc = under_way(category="Suggestion")
	doc.answer = "采纳"
	doc.save()
	answering.answer(doc.name)
	doc.reload()
	assert (doc.status, doc.answered_by) == ("Answered", frappe.session.user)


def test_on_the_spot_means_at_once(site):
	doc = make(category="Suggestion")
	answering.answer(doc.name, answer="当场答复")
	doc.reload()
	assert (doc.status, doc.due_status) == ("Answered", "Done")


def test_after_the_answer_nothing_is_rewritten(site):
	doc = answered()
	for field, value in {
		"answer": "改",
		"content": "改",
		"matter": "Eligibility",
		"phone": "1380000",
	}.items():
		doc.reload()
		doc.set(field, value)
		with pytest.raises(PetitionClosed):
			doc.save()
	doc.reload()
	doc.archive_number = "GD1"
	doc.save()
	assert doc.archive_number == "GD1"


def test_the_day_of_receipt_and_the_accused_stay_once_a_step_was_taken(site):
	doc = make(accused=[{"accused_name": "被2"}], matter="Conduct of Staff")
	doc.received_on = add_days(today(), -2)
	doc.save()
	taking_up.take_up(doc.name, HANDLED)
	doc.reload()
	doc.received_on = today()
	with pytest.raises(PetitionClosed):
		doc.save()
	doc.reload()
	doc.set("accused", [])
	with pytest.raises(PetitionClosed):
		doc.save()
	doc.reload()
	doc.append("accused", {"accused_name": "被3"})
	doc.save()


def test_the_delivery_of_the_opinion_starts_the_time_for_a_review(site):
	doc = under_way()
	with pytest.raises(DeliveryInvalid):
		delivering.deliver(doc.name, "Opinion on Handling", "Handed Over")
	answering.answer(doc.name, **OPINION)
	with pytest.raises(Incomplete):
		answering.conclude(doc.name)
	with pytest.raises(DeliveryInvalid):
		delivering.deliver(doc.name, "Opinion on Handling", "By Phone")
	with pytest.raises(DeliveryInvalid):
		delivering.deliver(doc.name, "Opinion on Handling", "By Post", add_days(today(), 1))
	delivery = delivering.deliver(doc.name, "Opinion on Handling", "By Post")
	doc.reload()
	expected = law.request_deadline(law.REVIEW, getdate(today()), rules.parameters(), rules.calendar())
	assert (doc.delivered_on, doc.review_until) == (getdate(today()), expected.due)
	receipt = frappe.get_doc("Document Delivery", delivery)
	receipt.delivered_on = add_days(today(), -1)
	receipt.note = "补记"
	receipt.save()
	assert (receipt.delivered_on, receipt.note) == (getdate(today()), "补记")
	answering.conclude(doc.name)
	assert doc.reload().status == "Concluded"


def test_notices_are_in_writing_and_tell_of_a_step_that_was_taken(site):
	doc = make()
	for kind in ("Notice of Taking Up", "Notice of Not Taking Up", "Transfer Notice", "Notice of Extension"):
		with pytest.raises(DeliveryInvalid):
			delivering.deliver(doc.name, kind, "By Post")
	taking_up.take_up(doc.name, HANDLED)
	with pytest.raises(DeliveryInvalid, match="23"):
		delivering.deliver(doc.name, "Notice of Taking Up", "By Phone")
	extensions.extend(doc.name, "案情复杂")
	delivering.deliver(doc.name, "Notice of Extension", "By Phone")
	assert [row.document_kind for row in papers.open_papers(doc)] == ["Notice of Taking Up"]


def test_what_becomes_an_appeal_under_way_gets_its_route_and_the_sixty_days(site):
	doc = under_way(category="Suggestion")
	assert not doc.decide_due
	with pytest.raises(Incomplete):
		reclassifying.reclassify(doc.name, "Appeal for Help", "实为诉求")
	reclassifying.reclassify(doc.name, "Appeal for Help", "实为诉求", HANDLED)
	doc.reload()
	assert doc.route == HANDLED and doc.decide_due
	reclassifying.reclassify(doc.name, "Appeal for Help", "应当复议", "Litigation or Reconsideration")
	assert not doc.reload().decide_due
	reclassifying.reclassify(doc.name, "Suggestion", "只是建议")
	assert (doc.reload().category, doc.route) == ("Suggestion", "")


def test_what_was_taken_up_for_an_opinion_is_not_concluded_without_one(site):
	doc = under_way()
	transfers.pass_on(doc.name, "甲单位", "Passed On to Competent Unit")
	with pytest.raises(RuleBroken, match="32"):
		answering.conclude(doc.name)
	assert doc.reload().decide_due == doc.current_due, "the sixty days run on"
	extensions.extend(doc.name, "等待反馈")
	answering.answer(doc.name, **OPINION)
	other = make()
	transfers.pass_on(other.name, "甲单位", "Passed On to Competent Unit")
	with pytest.raises(Incomplete):
		answering.conclude(other.name)
	delivering.deliver(other.name, "Transfer Notice", "By Post")
	answering.conclude(other.name)
	assert (other.reload().status, other.due_status) == ("Concluded", "Done")


def test_an_appeal_answered_on_the_spot_has_a_route_and_its_review(site):
	doc = make()
	with pytest.raises(Incomplete):
		answering.answer(doc.name, **OPINION)
	answering.answer(doc.name, **OPINION, route=HANDLED)
	delivering.deliver(doc.name, "Opinion on Handling", "Handed Over")
	doc.reload()
	assert (doc.accepted_on, doc.route) == (getdate(today()), HANDLED) and doc.review_until
	quick = make()
	answering.answer(quick.name, answer="请到法院起诉", route="Litigation or Reconsideration")
	assert quick.reload().status == "Answered"


def test_whoever_did_not_file_on_the_web_is_handed_a_code(site):
	doc = make(phone="13912340001")
	codes = [tracking.hand_out(doc.name) for _time in range(2)]
	assert doc.reload().tracking_hash == tracking_codes.fingerprint(codes[1], "0001")
	assert codes[0] != codes[1] and actions_of(doc)[-1] == "交付查询码"
	with pytest.raises(StepNotOpen):
		tracking.hand_out(make(channel="Through the Web").name)


def test_a_suggestion_has_no_time_for_a_review(site):
	doc = answered(category="Suggestion")
	assert doc.delivered_on and not doc.review_until


def test_a_step_out_of_turn_is_refused(site):
	doc = make()
	for step in (
		lambda: extensions.extend(doc.name, "1"),
		lambda: answering.conclude(doc.name),
		lambda: joining.separate(doc.name, "1"),
	):
		with pytest.raises(StepNotOpen):
			step()
	taking_up.take_up(doc.name, HANDLED)
	for step in (
		lambda: taking_up.take_up(doc.name, HANDLED),
		lambda: taking_up.refuse(doc.name, "1"),
		lambda: transfers.send_back(doc.name, "1"),
	):
		with pytest.raises(StepNotOpen):
			step()


def test_a_real_name_report_on_dibao_is_always_answered(site):
	values = {"category": "Accusation", "matter": "Fraud by Others", "assistance_category": "农村低保"}
	doc = make(**values)
	with pytest.raises(RuleBroken, match="37"):
		taking_up.refuse(doc.name, "不查")
	transfers.pass_on(doc.name, "乙单位", "Passed On to Competent Unit")
	with pytest.raises(RuleBroken, match="37"):
		answering.conclude(doc.name)
	answering.answer(doc.name, answer="经查1")
	delivering.deliver(doc.name, "Opinion on Handling", "By Post")
	answering.conclude(doc.name)
	anonymous = make(**values, real_name=0)
	taking_up.refuse(anonymous.name, "线索不清")


# --- who acts -----------------------------------------------------------------------------------------------------
def test_steps_ask_for_permission_and_division(staff, as_user):
	doc = make()
	for stranger in (staff.strange, staff.auditor):
		with as_user(stranger), pytest.raises(frappe.PermissionError):
			taking_up.take_up(doc.name, HANDLED)
	with as_user(staff.clerk):
		taking_up.take_up(doc.name, HANDLED)
		with pytest.raises(DivisionOutOfScope):
			doc.reload()
			doc.division = builders.VILLAGE_B
			doc.save()


def test_a_handler_must_be_able_to_read_the_petition(staff, as_user):
	doc = make()
	with as_user(staff.desk):
		for handler in (staff.strange, staff.auditor, "nobody@example.invalid"):
			with pytest.raises(Incomplete):
				handling.assign(doc.name, handler)
		handling.assign(doc.name, staff.clerk)
	assert frappe.db.get_value("Petition", doc.name, "handler") == staff.clerk
	assert frappe.db.exists("Notification Log", {"for_user": staff.clerk, "document_name": doc.name})


def complaint_about(accused: str, **values):
	return make(matter="Conduct of Staff", accused=[{"user": accused}], **values)


def test_whoever_is_complained_about_takes_no_step_and_is_given_none(staff, as_user):
	doc = complaint_about(staff.desk)
	with as_user(staff.desk):
		for step in (
			lambda: taking_up.take_up(doc.name, HANDLED),
			lambda: taking_up.refuse(doc.name, "1"),
			lambda: handling.assign(doc.name, staff.second),
			lambda: answering.answer(doc.name, **OPINION),
			lambda: transfers.pass_on(doc.name, "甲", "Passed On to Competent Unit"),
		):
			with pytest.raises(MustStandAside):
				step()
		form = frappe.get_doc("Petition", doc.name)
		form.set("accused", [])
		with pytest.raises(MustStandAside):
			form.save()
	with as_user(staff.second), pytest.raises(MustStandAside):
		handling.assign(doc.name, staff.desk)


def test_so_it_is_over_the_network(staff, client):
	doc = complaint_about(staff.desk)
	http = client(staff.desk)
	url = f"/api/resource/Petition/{doc.name}"
	assert http.put(url, findings="改").status_code == 417
	for values in (OPINION, {}):
		taken = {"doctype": "Petition", "name": doc.name, "step": "answer", "values": values}
		assert http.call("socaid_app.casework.steps.take", **taken).status_code == 417
	http.call(
		"frappe.client.set_value", doctype="Petition", name=doc.name, fieldname="handler", value=staff.desk
	)
	assert not frappe.db.get_value("Petition", doc.name, "handler")


def declare(staff_user: str, recipient: str) -> None:
	frappe.get_doc(
		{
			"doctype": "Relative Declaration",
			"staff": staff_user,
			"staff_name": frappe.db.get_value("User", staff_user, "full_name"),
			"post": "1",
			"staff_kind": "Handling Staff",
			"recipient": recipient,
			"relation": "Child",
			"declared_on": today(),
			"division": builders.VILLAGE_A,
		}
	).insert(ignore_permissions=True, ignore_mandatory=True)
	frappe.local.request_cache.clear()


def test_relatives_of_the_accused_and_of_the_petitioner_stand_aside(staff, as_user):
	cousin, petitioner = builders.make_person("被4亲"), builders.make_person("访4")
	declare(staff.desk, cousin.name)
	declare(staff.second, petitioner.name)
	named = make(matter="Favouritism", accused=[{"accused_name": "被4亲"}])
	own = make(recipient=petitioner.name)
	with as_user(staff.desk), pytest.raises(MustStandAside):
		taking_up.take_up(named.name, HANDLED)
	with as_user(staff.second):
		with pytest.raises(MustStandAside):
			taking_up.take_up(own.name, HANDLED)
		taking_up.take_up(named.name, HANDLED)


def test_a_relative_the_accused_has_declared_stands_aside_as_well(staff, as_user):
	person = builders.make_person(frappe.db.get_value("User", staff.second, "full_name"))
	declare(staff.desk, person.name)
	doc = complaint_about(staff.desk)
	with as_user(staff.second), pytest.raises(MustStandAside):
		taking_up.take_up(doc.name, HANDLED)


def test_the_unit_complained_about_does_not_handle_it(staff, as_user):
	doc = make(
		matter="Slow Handling", accused=[{"accused_name": "甲乡1", "unit_division": builders.TOWNSHIP_A}]
	)
	village = make(
		matter="Slow Handling", accused=[{"accused_name": "村1", "unit_division": builders.VILLAGE_A}]
	)
	with as_user(staff.clerk):
		with pytest.raises(MustStandAside):
			taking_up.take_up(doc.name, HANDLED)
		taking_up.take_up(village.name, HANDLED)
	with as_user(staff.desk):
		with pytest.raises(MustStandAside):
			handling.assign(doc.name, staff.clerk)
		taking_up.take_up(doc.name, HANDLED)


def test_a_handler_stands_aside_on_the_record(staff, as_user):
	doc = make()
	handling.assign(doc.name, staff.desk)
	with as_user(staff.desk):
		handling.stand_aside(doc.name, "与信访人同村相识")
	doc.reload()
	assert not doc.handler and "同村" in doc.recused and actions_of(doc)[-1] == "回避"


# --- repeats, joining -------------------------------------------------------------------------------------------------
SAME = {"subject": "低保金三个月没有发放", "content": "低保金没有发放", "demand": "补发低保金"}


@pytest.mark.parametrize(
	"person",
	[
		{"phone": "13911112222"},
		{"petitioner_name": "重访1"},
		{"recipient": True},
		{"household": True},
	],
)
def test_the_same_person_on_the_same_matter_repeats(site, person):
	if "recipient" in person:
		person = {"recipient": builders.make_person("重访人").name}
	if "household" in person:
		person = {"household": builders.make_household(name="重访户").name}
	first = make(**SAME, **person)
	again = make(**SAME, **person)
	third = make(**(SAME | {"subject": "低保金还是没有发放"}), **person)
	other_matter = make(**person, subject="邻居占道", content="占道经营", demand="清理")
	assert not first.is_repeat and not other_matter.is_repeat
	assert (again.is_repeat, again.repeat_of) == (third.is_repeat, third.repeat_of) == (1, first.name)
	assert not make(**SAME).is_repeat


def test_the_way_a_number_is_written_does_not_hide_a_repeat(site):
	first = make(**SAME, phone="139 3333 4444")
	assert make(**SAME, phone="+86-13933334444").repeat_of == first.name


def test_the_history_shows_what_the_user_may_read_and_no_accusation(staff, as_user):
	here = make(**SAME, phone="13955556666")
	there = make(**SAME, phone="13955556666", division=builders.VILLAGE_B)
	secret = make(**SAME, phone="13955556666", category="Accusation")
	assert not secret.is_repeat
	again = make(**SAME, phone="13955556666")
	with as_user(staff.clerk):
		assert [row["name"] for row in repeats.history(frappe.get_doc("Petition", again.name))] == [here.name]
	with as_user(staff.desk):
		found = repeats.history(frappe.get_doc("Petition", again.name))
	assert {row["name"] for row in found} == {here.name, there.name}
	assert all(row["same_matter"] for row in found)


def test_duplicates_are_joined_with_their_history_and_can_be_separated(site):
	first, second, stranger = under_way(phone="13977776666"), make(phone="13977776666"), make()
	with pytest.raises(RuleBroken, match="同一信访人"):
		joining.join(stranger.name, first.name)
	joining.join(second.name, first.name)
	second.reload()
	assert (second.status, second.joined_into, second.due_status) == ("Joined", first.name, "Done")
	assert (
		actions_of(first)[-1] == "并案"
		and second.name in frappe.get_doc("Petition", first.name).actions[-1].note
	)
	joining.separate(second.name, "不是同一事项")
	second.reload()
	assert (second.status, second.joined_into) == ("Recorded", None)
	joining.join(second.name, first.name)
	answering.answer(first.name, **OPINION)
	with pytest.raises(StepNotOpen):
		joining.separate(second.name, "晚了")


def test_only_open_petitions_on_one_side_of_the_boundary_are_joined(site):
	first, second, secret = make(), make(), make(category="Accusation")
	with pytest.raises(StepNotOpen):
		joining.join(first.name, first.name)
	with pytest.raises(StepNotOpen):
		joining.join(first.name, answered().name)
	with pytest.raises(RuleBroken):
		joining.join(first.name, secret.name)
	with pytest.raises(RuleBroken):
		joining.join(secret.name, second.name)


# --- review, recheck, hearing ---------------------------------------------------------------------------------------------
def ask(doc, stage="Review", **values):
	return reviews.ask(doc.name, stage, **{"request": "不服1", "reviewing_body": "县政府", **values})


def reviewed(doc):
	review = ask(doc)
	reviews.answer(review, "Upheld", "事实1", "维持1", "依据1")
	return review


def test_a_review_is_asked_for_within_thirty_days_of_delivery(site):
	doc = answered()
	review = frappe.get_doc("Petition Review", ask(doc))
	doc.reload()
	assert (doc.status, doc.current_clock, doc.current_due) == ("In Review", "复查答复", review.due_on)
	late = answered(delivered_on=add_days(today(), -60))
	with pytest.raises(ReviewNotAdmitted, match="35"):
		ask(late)
	with pytest.raises(ReviewNotAdmitted, match="35"):
		ask(under_way())
	with pytest.raises(ReviewNotAdmitted, match="35"):
		ask(answered(category="Suggestion"))
	with pytest.raises(ReviewNotAdmitted):
		ask(doc)


def test_a_review_is_not_slipped_in_past_the_gate(staff, client):
	late = answered(delivered_on=add_days(today(), -60))
	response = client(staff.desk).post(
		"/api/resource/Petition Review",
		petition=late.name,
		stage="Review",
		requested_on=today(),
		request="1",
		reviewing_body="1",
		status="Answer Given",
		delivered_on=today(),
	)
	assert response.status_code == 417 and not frappe.db.exists("Petition Review", {"petition": late.name})


def test_the_reviewer_is_neither_the_handler_nor_who_answered(staff, as_user):
	doc = under_way()
	handling.assign(doc.name, staff.desk)
	with as_user(staff.second):
		answering.answer(doc.name, **OPINION)
		delivering.deliver(doc.name, "Opinion on Handling", "Handed Over")
	review = ask(doc)
	for involved in (staff.desk, staff.second):
		with as_user(involved), pytest.raises(MustStandAside):
			reviews.answer(review, "Upheld", "1", "1", "1")
		paper = frappe.get_doc("Petition Review", review)
		paper.handler = involved
		with pytest.raises(MustStandAside):
			paper.save()
	with as_user(staff.head):
		with pytest.raises(ReviewIncomplete):
			reviews.answer(review, "Upheld")
		reviews.answer(review, "Upheld", "1", "1", "1")
		with pytest.raises(ReviewClosed):
			reviews.answer(review, "Revoked", "1", "1", "1")
	assert doc.reload().status == "Answered"
	paper = frappe.get_doc("Petition Review", review)
	paper.opinion = "改写"
	with pytest.raises(ReviewClosed):
		paper.save()


def test_the_form_of_a_review_says_what_its_opinion_lacks(staff, as_user):
	with as_user(staff.desk):
		doc = answered()
	review = frappe.get_doc("Petition Review", ask(doc))

	def give() -> dict:
		review.reload().run_method("onload")
		return next(step for step in review.get_onload("steps")["open"] if step["key"] == "answer")

	with as_user(staff.head):
		assert len(give()["missing"]) == 4 and give()["fields"] == []
		review.update({"conclusion": "Upheld", "findings": "1", "opinion": "1", "legal_basis": "1"})
		review.save()
		assert give()["missing"] == []
	with as_user(staff.desk):
		assert "28" in give()["missing"][0]
	with as_user(staff.head):
		reviews.answer(review.name)
	with as_user(staff.desk):
		reviews.deliver(review.name, "By Post")
	assert deliveries_of(doc)[-1] == ("Review Opinion", getdate(today()))
	assert doc.reload().review_until and review.reload().delivered_on == getdate(today())


def test_whoever_made_the_review_does_not_make_the_recheck(staff, as_user):
	doc = answered()
	review = ask(doc)
	with as_user(staff.head):
		reviews.answer(review, "Upheld", "1", "1", "1")
	delivering.deliver(doc.name, "Review Opinion", "By Post", review=review)
	recheck = ask(doc, "Recheck")
	with as_user(staff.head), pytest.raises(MustStandAside):
		reviews.answer(recheck, "Upheld", "1", "1", "1")
	with as_user(staff.second):
		reviews.answer(recheck, "Upheld", "1", "1", "1")


def test_a_revoked_opinion_is_given_anew_and_may_be_reviewed_in_its_turn(site):
	doc = answered()
	review = ask(doc)
	reviews.answer(review, "Revoked", "1", "1", "1")
	doc.reload()
	assert (doc.status, doc.answered_on, doc.review_until) == ("Under Way", None, None)
	assert doc.decide_due and OPINION["answer"] in doc.actions[-1].note
	answering.answer(doc.name, **OPINION)
	delivering.deliver(doc.name, "Opinion on Handling", "Handed Over")
	with pytest.raises(ReviewNotAdmitted):
		ask(doc, "Recheck")
	assert ask(doc)


def test_a_paper_that_does_not_arrive_is_reminded_of(staff):
	doc = under_way()
	handling.assign(doc.name, staff.desk)
	answering.answer(doc.name, **OPINION)

	def waiting() -> list:
		items = due_clocks.open_items(getdate(add_days(today(), 10)))
		return [item for item in items if item.doctype == "Document Delivery" and item.title == doc.subject]

	(item,) = waiting()
	period = rules.parameters().get("petition_delivery_days", getdate(today()))
	assert item.due_on == rules.calendar().add_workdays(getdate(today()), int(period))[0]
	assert item.users == (staff.desk,)
	delivering.deliver(doc.name, "Opinion on Handling", "By Post")
	assert waiting() == []


def test_a_reminder_of_a_review_goes_to_who_makes_it(staff):
	doc = under_way()
	handling.assign(doc.name, staff.desk)
	answering.answer(doc.name, **OPINION)
	delivering.deliver(doc.name, "Opinion on Handling", "Handed Over")
	review = frappe.get_doc("Petition Review", ask(doc))

	def told() -> tuple:
		items = due_clocks.open_items(getdate(add_days(today(), 60)))
		return next(item.users for item in items if item.name == doc.name and item.doctype == "Petition")

	assert staff.desk not in told()
	review.handler = staff.second
	review.save()
	assert told() == (staff.second,)


def test_after_the_recheck_the_matter_is_final(site):
	doc = answered(**SAME, phone="13977778888")
	with pytest.raises(ReviewNotAdmitted, match="36"):
		ask(doc, "Recheck")
	review = reviewed(doc)
	delivering.deliver(doc.name, "Review Opinion", "By Post", review=review)
	assert doc.reload().review_until > getdate(today())
	recheck = ask(doc, "Recheck")
	assert doc.reload().status == "In Recheck"
	reviews.answer(recheck, "Upheld", "1", "1", "1")
	doc.reload()
	assert (doc.status, doc.final) == ("Concluded", 1)
	with pytest.raises(ReviewNotAdmitted):
		ask(doc)
	again = make(**SAME, phone="13977778888")
	assert repeats.final_before(again) == doc.name
	with pytest.raises(RuleBroken, match="36"):
		taking_up.take_up(again.name, HANDLED)
	taking_up.take_up(again.name, HANDLED, new_facts="新的银行流水1")


def test_a_request_that_is_not_admitted_leaves_the_petition_answered(site):
	doc = answered()
	review = ask(doc)
	with pytest.raises(ReviewIncomplete):
		reviews.refuse(review, "")
	reviews.refuse(review, "材料不全")
	assert doc.reload().status == "Answered"
	assert deliveries_of(doc)[-1] == ("Notice of Not Admitting a Review", None)
	until = doc.review_until
	delivering.deliver(doc.name, "Notice of Not Admitting a Review", "By Post", review=review)
	assert doc.reload().review_until == until, "no time for a recheck begins"
	letter = frappe.get_print("Petition Review", review, "Petition Review Opinion")
	assert "不予受理告知书" in letter and "材料不全" in letter
	assert "终结意见" not in letter and "请求复核" not in letter
	ask(doc)


def test_hearing_days_lengthen_a_recheck(site):
	doc = answered()
	review = reviewed(doc)
	delivering.deliver(doc.name, "Review Opinion", "By Post", review=review)
	start = add_days(today(), -10)
	frappe.db.set_value("Petition Review", review, {"delivered_on": start, "answered_on": start})
	recheck = ask(doc, "Recheck", requested_on=start)
	plain = frappe.db.get_value("Petition Review", recheck, "due_on")
	hearing = frappe.get_doc(
		{
			"doctype": "Petition Hearing",
			"petition": doc.name,
			"review": recheck,
			"announced_on": add_days(today(), -6),
			"held_on": add_days(today(), -4),
			"chair": "主持1",
		}
	).insert()
	hearing.ended_on = add_days(today(), -3)
	with pytest.raises(hearings.HearingInvalid):
		hearing.save()
	hearing.reload()
	hearing.update({"ended_on": add_days(today(), -3), "minutes": "笔录1"})
	hearing.save()
	days, due_on = frappe.db.get_value("Petition Review", recheck, ["hearing_days", "due_on"])
	assert days == 4 and due_on > plain
	assert doc.reload().current_due == due_on
	hearing.reload()
	hearing.ended_on = add_days(today(), -5)
	with pytest.raises(WrongDay):
		hearing.save()


def test_a_hearing_and_a_settlement_belong_to_an_open_matter(site):
	doc = answered()
	with pytest.raises(hearings.HearingInvalid):
		frappe.get_doc(
			{"doctype": "Petition Hearing", "petition": doc.name, "announced_on": today(), "chair": "主持1"}
		).insert()
	settlement = {"doctype": "Petition Settlement", "kind": "Mediated", "met_on": today()}
	with pytest.raises(SettlementInvalid):
		frappe.get_doc({**settlement, "petition": doc.name}).insert()
	opened = frappe.get_doc({**settlement, "petition": under_way().name}).insert()
	opened.outcome = "Agreement Reached"
	with pytest.raises(SettlementInvalid):
		opened.save()
	opened.reload()
	opened.update({"outcome": "Agreement Reached", "terms": "补发1", "other_party": "乙"})
	opened.save()
	opened.terms = "不补"
	with pytest.raises(SettlementInvalid):
		opened.save()


# --- urgent, satisfaction, clocks -------------------------------------------------------------------------------------------
def test_an_urgent_matter_is_reported_at_once(staff):
	doc = make()
	handling.report_urgent(doc.name)
	doc.reload()
	assert doc.urgent and doc.urgent_reported_on
	for told in (staff.head, staff.manager):
		assert frappe.db.exists("Notification Log", {"for_user": told, "document_name": doc.name})
	assert not frappe.db.exists("Notification Log", {"for_user": staff.desk, "document_name": doc.name})


def test_the_petitioner_rates_the_answer_once(staff, as_user):
	doc = under_way()
	with as_user("Guest"):
		with pytest.raises(StepNotOpen):
			ratings.rate(doc.name, "Satisfied")
	answering.answer(doc.name, **OPINION)
	with as_user("Guest"):
		with pytest.raises(Incomplete):
			ratings.rate(doc.name, "Perfect")
		ratings.rate(doc.name, "Dissatisfied", "太慢")
		with pytest.raises(AlreadyRated):
			ratings.rate(doc.name, "Very Satisfied")
	doc.reload()
	assert (doc.satisfaction, doc.satisfaction_comment) == ("Dissatisfied", "太慢")
	assert frappe.db.exists("Notification Log", {"for_user": staff.manager, "document_name": doc.name})


def test_colours_follow_the_days_in_a_few_statements(site, count_queries):
	docs = [make() for _n in range(3)]
	for doc, days in zip(docs, (-1, 0, 2), strict=True):
		frappe.db.set_value("Petition", doc.name, {"current_due": add_days(today(), days), "due_status": ""})
	with count_queries() as queries:
		due_clocks.mark_due("Petition")
	assert len([query for query in queries if query.lower().startswith("update")]) == 4
	assert [frappe.db.get_value("Petition", doc.name, "due_status") for doc in docs] == [
		"Overdue",
		"Due Today",
		"Due Soon",
	]


def test_a_provisional_date_is_settled_when_the_year_is_announced(site):
	doc = make()
	frappe.db.set_value(
		"Petition", doc.name, {"due_provisional": 1, "current_due": add_days(doc.current_due, 9)}
	)
	assert petition_clocks.refresh() >= 1
	assert frappe.db.get_value("Petition", doc.name, "current_due") == doc.current_due


def test_what_is_due_is_announced_to_the_handler_or_the_desk(staff):
	mine, nobodys, secret = make(), make(), make(category="Accusation")
	handling.assign(mine.name, staff.clerk)
	items = {item.name: item for item in due_clocks.open_items(add_days(today(), 60))}
	assert items[mine.name].users == (staff.clerk,)
	assert staff.desk in items[nobodys.name].users
	assert secret.name not in items
	assert {row["label"] for row in petition_clocks.strip(frappe.get_doc("Petition", mine.name))} == {
		"书面告知"
	}
