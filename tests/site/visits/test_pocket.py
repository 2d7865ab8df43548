"""Visits without network: what a phone takes along and brings back is applied once, and nothing of it is lost."""

import base64
import hashlib
import io
import json

import frappe
import pytest
from frappe.utils import add_to_date, get_datetime, now_datetime
from PIL import Image, ImageCms

from socaid_app.casework import steps
from socaid_app.field_visits import payload, phone_app, visits
from socaid_app.field_visits.pocket import (
	pocket_conflicts,
	pocket_devices,
	pocket_photos,
	pocket_sync,
)
from socaid_app.socaid_app import rules, safety
from tests import builders
from tests.builders.pocket import Phone, fields, item
from tests.builders.visits import PIXEL, fill_in, make_family, make_visit, make_visit_team

ITEM, HOLDING = "Visit Sync Item", "Visit Device Holding"
SIGNATURE = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"


@pytest.fixture
def team():
	return make_visit_team()


@pytest.fixture
def visit(team):
	return make_visit(make_family()[0], team).name


@pytest.fixture
def phone(team):
	return Phone(team.first)


@pytest.fixture
def other(team):
	return Phone(team.second)


def stored(visit, field):
	return payload.value_of(frappe.get_doc("Home Visit", visit), field)


# --- devices and what they hold ---------------------------------------------------------------------------
def test_a_phone_takes_what_the_visit_needs_and_the_log_says_so(phone, visit):
	page = phone.pull()
	assert [row["name"] for row in page["visits"]] == [visit]
	taken = page["visits"][0]
	assert taken["household"]["members"] and taken["fields"]["members"]
	assert page["lists"]["fields"]["reception"]["options"][1]["label"] != "At Home"
	risk = [section for section in page["lists"]["sections"] if section["risk"]]
	assert "risk_person" in risk[0]["names"] and risk[0]["tab"] == "安全评估"
	assert phone.pull(lists_version=page["lists_version"])["lists"] is None
	held = {"device": phone.keys["device"], "household": taken["household"]["name"]}
	assert frappe.db.count(HOLDING, held) == 1
	# looked at once, logged once
	assert (
		frappe.db.count("Sensitive Access Log", {"reference_name": held["household"], "user": phone.user})
		== 1
	)


def test_pages_follow_each_other_and_many_take_no_more_queries(phone, visit, team, count_queries):
	phone.pull()
	with count_queries() as few:
		phone.pull()
	more = {make_visit(make_family()[0], team).name for _ in range(3)}
	phone.pull()
	with count_queries() as many:
		phone.pull()
	assert len(many) == len(few)
	first = phone.pull(limit=3)
	second = phone.pull(limit=3, after=first["next"])
	names = [row["name"] for page in (first, second) for row in page["visits"]]
	assert sorted(names) == sorted({visit, *more}) and not second["next"]


def test_a_lost_phone_gets_nothing_but_the_word_to_wipe_itself(phone, visit, team):
	phone.pull()
	with builders.acting_as(builders.make_user("Safety Officer", builders.TOWNSHIP_A)):
		pocket_devices.lost(phone.keys["device"])
	assert phone.pull() == {"wipe": True}
	assert phone.push(item("check_in", visit)) == {"wipe": True}
	with builders.acting_as(team.first):
		pocket_devices.wiped(**phone.keys)
	assert not frappe.db.count(HOLDING, {"device": phone.keys["device"], "released_at": ["is", "not set"]})
	with pytest.raises(pocket_devices.DeviceUnknown):
		phone.pull()


def test_a_token_is_of_one_user(phone, team):
	phone.user = team.second
	with pytest.raises(pocket_devices.DeviceUnknown):
		phone.pull()


# --- what comes back --------------------------------------------------------------------------------------
def test_an_entry_sent_twice_is_applied_once(phone, visit):
	taken = phone.pull()["visits"][0]
	sent = fields(visit, taken, illness="慢性病")
	first = phone.one(sent)
	assert first["outcome"] == "done" and stored(visit, "illness") == "慢性病"
	assert phone.one(sent) == first
	assert phone.one({**sent, "made_at": "2026-01-01"})["outcome"] == "refused"
	assert frappe.db.count(ITEM, {"visit": visit}) == 1


def test_a_broken_entry_does_not_stop_the_others(phone, visit):
	taken = phone.pull()["visits"][0]
	answers = phone.push(
		{"id": "x"},
		item("fields", "ZF-0", fields={}),
		item("fields", visit, fields={"status": "Reviewed"}),
		{**item("fields", visit), "made_at": "yesterday", "data": None},
		fields(visit, taken, illness="感冒"),
	)["answers"]
	assert [answer["outcome"] for answer in answers] == ["refused", "refused", "refused", "again", "done"]


def test_two_phones_lose_nothing_and_a_person_decides(phone, other, visit):
	mine, theirs = phone.pull()["visits"][0], other.pull()["visits"][0]
	assert phone.one(fields(visit, mine, illness="甲", work_wish="愿意"))["outcome"] == "done"
	# its own earlier entry is no foreign change
	assert phone.one(fields(visit, mine, illness="甲二"))["outcome"] == "done"
	sent = fields(visit, theirs, illness="乙", schooling_difficulty="无")
	answer = other.one(sent)
	assert answer["outcome"] == "conflict"
	assert [(hit["field"], hit["mine"], hit["theirs"]) for hit in answer["conflicts"]] == [
		("illness", "乙", "甲二")
	]
	assert (stored(visit, "illness"), stored(visit, "schooling_difficulty")) == ("甲二", "无")
	assert other.resolve(item=sent["id"], field="illness", choice="mine", reason="当面问过")["open"] == 0
	assert stored(visit, "illness") == "乙"
	kept = json.loads(frappe.db.get_value(ITEM, sent["id"], "answer"))["conflicts"][0]
	assert (kept["mine"], kept["theirs"], kept["decided"]["reason"]) == ("乙", "甲二", "当面问过")
	with pytest.raises(pocket_conflicts.NoSuchConflict):
		other.resolve(item=sent["id"], field="illness", choice="mine")


def test_rows_of_both_phones_stand_side_by_side(phone, other, visit):
	mine, theirs = phone.pull()["visits"][0], other.pull()["visits"][0]

	def income(key):
		return {"name": key, "kind": "Wage", "item": "Wages", "annual": 100}

	rows = mine["fields"]["incomes"]
	assert phone.one(fields(visit, mine, incomes=[*rows, income("phone-one-1")]))["outcome"] == "done"
	assert other.one(fields(visit, theirs, incomes=[*rows, income("phone-two-1")]))["outcome"] == "done"
	names = {row["name"] for row in stored(visit, "incomes")}
	assert {"phone-one-1", "phone-two-1"} <= names and len(names) == len(rows) + 2


def test_more_than_can_be_taken_at_once_is_refused_as_a_whole(phone, visit):
	many = [item("check_in", visit) for _ in range(pocket_sync.MOST_ITEMS + 1)]
	with pytest.raises(pocket_sync.TooManyEntries):
		phone.push(*many)
	assert not frappe.db.exists(ITEM, {"visit": visit})


def test_a_supervisor_settles_at_the_desk_what_two_phones_entered(phone, other, visit, team):
	mine, theirs = phone.pull()["visits"][0], other.pull()["visits"][0]
	phone.one(item("check_in", visit))
	phone.one(fields(visit, mine, illness="甲", work_wish="愿意"))
	sent = fields(visit, theirs, illness="乙", work_wish="不愿意")
	assert other.one(sent)["outcome"] == "conflict"
	record = frappe.get_doc(ITEM, sent["id"])
	told = pocket_conflicts.tell_form(record)["conflicts"]
	assert [(hit["mine"], hit["theirs"], hit["decided"]) for hit in told] == [
		("乙", "甲", ""),
		("不愿意", "愿意", ""),
	]
	with builders.acting_as(team.first), pytest.raises(frappe.PermissionError):
		pocket_conflicts.decide(sent["id"], "illness", "mine", "不是主管")
	with builders.acting_as(team.supervisor):
		steps.take(
			ITEM, sent["id"], "decide", {"field": "illness", "row": "", "choice": "mine", "reason": "问过"}
		)
		assert frappe.db.get_value(ITEM, sent["id"], "status") == "In Conflict"
		pocket_conflicts.decide(sent["id"], "work_wish", "theirs", "以后填的为准")
	assert (stored(visit, "illness"), stored(visit, "work_wish")) == ("乙", "愿意")
	assert frappe.db.get_value(ITEM, sent["id"], ["status", "decided_by"]) == ("Settled", team.supervisor)
	# the phone hears of it when it sends the same again
	assert other.one(sent)["outcome"] == "done"


def test_a_conflict_is_decided_after_the_visit_has_ended(phone, other, visit, team):
	mine, theirs = phone.pull()["visits"][0], other.pull()["visits"][0]
	phone.push(item("check_in", visit), fields(visit, mine, found_address="村东新房"))
	sent = fields(visit, theirs, found_address="村西新房")
	assert other.one(sent)["outcome"] == "conflict"
	fill_in(visit, team.first)
	with builders.acting_as(team.first):
		visits.check_out(visit)
	stranger = Phone(builders.make_user("Field Investigator", builders.TOWNSHIP_A))
	with pytest.raises(frappe.PermissionError):
		stranger.resolve(item=sent["id"], field="found_address", choice="mine")
	other.resolve(item=sent["id"], field="found_address", choice="mine")
	doc = frappe.get_doc("Home Visit", visit)
	assert (doc.status, doc.found_address) == (visits.FINISHED, "村西新房")
	assert [row.found_value for row in doc.differences if row.fact_key == "address"] == ["村西新房"]


# --- at the door ------------------------------------------------------------------------------------------
def test_the_time_of_the_device_is_corrected_and_both_are_kept(phone, visit):
	# the phone is an hour ahead; the visit began half an hour ago
	clock = add_to_date(now_datetime(), hours=1)
	sent = item("check_in", visit, add_to_date(clock, minutes=-30), latitude=42.9, longitude=125.0)
	assert phone.one(sent, clock=clock)["outcome"] == "done"
	row = frappe.db.get_value(ITEM, sent["id"], ["made_at", "happened_at", "clock_difference"], as_dict=True)
	assert abs(row.clock_difference + 3600) < 5
	ago = now_datetime() - get_datetime(frappe.db.get_value("Home Visit", visit, "check_in_at"))
	assert abs(ago.total_seconds() - 1800) < 10


def test_what_a_gate_forbids_is_held_and_the_supervisor_decides(phone, visit, team):
	frappe.db.set_value("Visit Officer", team.officers[1], "trained_on", None)
	taken = phone.pull()["visits"][0]
	begun, filled = item("check_in", visit), fields(visit, taken, illness="门内所见")
	answers = phone.push(begun, filled)["answers"]
	assert [answer["outcome"] for answer in answers] == ["held", "held"]
	assert "培训" in answers[0]["message"]
	assert frappe.db.get_value("Home Visit", visit, "status") == visits.PLANNED
	assert not stored(visit, "illness")
	with builders.acting_as(team.supervisor):
		# in the order it was made in
		with pytest.raises(frappe.ValidationError):
			pocket_sync.accept(filled["id"], "先后")
		pocket_sync.accept(begun["id"], "证书当日已补办")
		pocket_sync.accept(filled["id"], "属实")
	assert frappe.db.get_value("Home Visit", visit, "status") == visits.UNDER_WAY
	assert stored(visit, "illness") == "门内所见"
	assert phone.one(begun)["outcome"] == "done"


def test_a_rejected_entry_stays_on_record(phone, visit, team):
	frappe.db.set_value("Visit Officer", team.officers[1], "trained_on", None)
	sent = item("check_in", visit)
	phone.one(sent)
	with builders.acting_as(team.supervisor):
		pocket_sync.reject(sent["id"], "未培训")
	assert frappe.db.get_value(ITEM, sent["id"], ["status", "decision_reason"]) == ("Rejected", "未培训")
	assert frappe.db.get_value("Home Visit", visit, "status") == visits.PLANNED
	answer = phone.one(sent)
	assert answer["outcome"] == "refused" and "未培训" in answer["message"]


def test_a_whole_visit_comes_home(phone, visit, team):
	taken = phone.pull()["visits"][0]
	assert phone.one(item("check_in", visit))["outcome"] == "done"
	# not complete yet: the same entry is judged anew when the rest has come
	left = item("check_out", visit, latitude=42.9, longitude=125.0)
	early = phone.one(left)
	assert early["outcome"] == "again" and early["message"]
	person = taken["fields"]["members"][0]["recipient"]
	found = {"reception": "At Home", "member_present": person, "conclusion": "Unchanged", "member_signed": 1}
	photo = item("photo", visit, sha256=hashlib.sha256(PIXEL).hexdigest(), size=len(PIXEL), caption="房屋")
	phone.chunk(photo["id"], 0, PIXEL[:30])
	assert phone.one(photo)["outcome"] == "again"
	# a piece that comes twice, and one that comes too early
	assert (
		phone.chunk(photo["id"], 0, PIXEL[:30])
		== phone.chunk(photo["id"], 50, PIXEL[50:])
		== {"received": 30}
	)
	assert phone.chunk(photo["id"], 30, PIXEL[30:]) == {"received": len(PIXEL)}
	answers = phone.push(
		fields(visit, taken, **found),
		photo,
		*(item("sign", visit, officer=officer, signature=SIGNATURE) for officer in team.officers),
		left,
	)["answers"]
	assert {answer["outcome"] for answer in answers} == {"done"}, [answer["message"] for answer in answers]
	assert phone.one(photo)["outcome"] == "done"
	doc = frappe.get_doc("Home Visit", visit)
	assert doc.status == visits.FINISHED and len(doc.photos) == 1
	assert doc.photos[0].content_hash == photo["data"]["sha256"]


def test_a_photo_that_was_damaged_on_the_way_is_sent_again(phone, visit):
	photo = item("photo", visit, sha256="0" * 64, size=len(PIXEL))
	phone.chunk(photo["id"], 0, PIXEL)
	assert phone.one(photo)["outcome"] == "again"
	with builders.acting_as(phone.user):
		assert pocket_photos.photo_begin(**phone.keys, id=photo["id"]) == {"received": 0}


def test_a_photo_of_the_phone_is_stored_byte_for_byte(phone, visit):
	content = io.BytesIO()
	Image.effect_noise((80, 60), 40).convert("RGB").save(
		content,
		"JPEG",
		quality=75,
		icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
	)
	photo = item(
		"photo", visit, sha256=hashlib.sha256(content.getvalue()).hexdigest(), size=len(content.getvalue())
	)
	phone.chunk(photo["id"], 0, content.getvalue())
	assert phone.one(photo)["outcome"] == "done"
	row = frappe.get_doc("Home Visit", visit).photos[0]
	file = frappe.get_doc("File", {"file_url": row.photo})
	assert file.get_content() == content.getvalue() and row.content_hash == photo["data"]["sha256"]


def test_a_photo_taken_before_the_visit_ended_may_arrive_after(phone, visit, team):
	phone.one(item("check_in", visit))
	taken_at = now_datetime()
	fill_in(visit, team.first)
	with builders.acting_as(team.first):
		visits.check_out(visit)
	frappe.db.set_value("Home Visit", visit, "check_out_at", taken_at)
	for made_at, outcome in ((taken_at, "done"), (add_to_date(taken_at, hours=1), "held")):
		photo = item("photo", visit, made_at, sha256=hashlib.sha256(PIXEL).hexdigest(), size=len(PIXEL))
		phone.chunk(photo["id"], 0, PIXEL)
		assert phone.one(photo)["outcome"] == outcome
	assert len(frappe.get_doc("Home Visit", visit).photos) == 2


# --- the app itself ---------------------------------------------------------------------------------------
def test_the_shell_names_nobody_and_is_kept_for_everybody_alike(team):
	parts = {}
	for user in (team.first, "Guest"):
		with builders.acting_as(user):
			parts[user] = [
				phone_app.PhoneApp(path).render().get_data()
				for path in ("visits", "visits/sw.js", "visits/manifest.webmanifest")
			]
	assert parts[team.first] == parts["Guest"]
	with builders.acting_as("Guest"):
		answer = phone_app.PhoneApp("visits/session.json").render()
	assert (json.loads(answer.get_data()), answer.headers["Cache-Control"]) == ({"user": "Guest"}, "no-store")
	assert not phone_app.PhoneApp("visits/other").can_render()


def test_what_was_noticed_beside_the_form_becomes_a_record_of_its_own(phone, visit, team):
	# no gate stands before it: the visit has not begun
	lead = {
		"person_name": "邻居老人",
		"need": "Medical",
		"urgency": "Urgent Lead",
		"consent": "Not Asked Yet",
	}
	problem = {
		"subject": "房屋漏雨",
		"content": "西屋漏雨",
		"sent_to": "镇村建办",
		"due_on": str(builders.TODAY),
	}
	answers = phone.push(
		item("note", visit, text="下次带大字卡片 <b>"),
		item("lead", visit, **lead, situation="独居，卧床"),
		item("problem", visit, **problem),
		item("lead", visit, person_name="没有写明"),
	)["answers"]
	assert [answer["outcome"] for answer in answers] == ["done", "done", "done", "refused"]
	comment = frappe.db.get_value("Comment", {"reference_name": visit, "comment_type": "Comment"}, "content")
	assert comment == "下次带大字卡片 &lt;b&gt;"
	made = frappe.get_doc("Assistance Lead", {"person_name": "邻居老人"})
	assert (made.source, made.division, made.owner) == ("Visit by Staff", builders.VILLAGE_A, team.first)
	assert frappe.db.get_value("Visit Problem", {"visit": visit}, "subject") == "房屋漏雨"


def test_somebody_who_was_not_sent_brings_nothing(visit):
	stranger = Phone(builders.make_user("Field Investigator", builders.TOWNSHIP_A))
	assert stranger.one(item("check_in", visit))["outcome"] == "refused"
	assert safety.visitors_users(frappe.get_doc("Home Visit", visit))


# --- two visitors in one house ----------------------------------------------------------------------------
@pytest.fixture
def ended(phone, other, visit, team):
	"""Both have fetched the visit and checked in; the first has ended it. What the second's phone knows of it."""
	known = other.pull()["visits"][0]
	began = now_datetime()
	for one, minutes in ((phone, -30), (other, -40)):
		assert one.one(item("check_in", visit, add_to_date(began, minutes=minutes)))["outcome"] == "done"
	fill_in(visit, team.first, illness="甲")
	assert phone.one(item("check_out", visit, began))["outcome"] == "done"
	return known


def test_a_visit_lasts_from_the_first_of_its_visitors_to_the_last(other, visit, ended):
	doc = frappe.get_doc("Home Visit", visit)
	later = add_to_date(doc.check_out_at, seconds=1)
	assert other.one(item("check_out", visit, later))["outcome"] == "done"
	doc.reload()
	assert doc.status == visits.FINISHED and doc.check_out_at == min(later, get_datetime(doc.check_out_at))
	assert 2390 < (get_datetime(doc.check_out_at) - get_datetime(doc.check_in_at)).total_seconds() < 2415


def test_what_the_second_visitor_brings_after_the_end_is_the_supervisors_to_add(other, visit, team, ended):
	photo = item("photo", visit, add_to_date(now_datetime(), seconds=1))
	photo["data"] = {"sha256": hashlib.sha256(PIXEL).hexdigest(), "size": len(PIXEL)}
	other.chunk(photo["id"], 0, PIXEL)
	frappe.db.set_value("Home Visit", visit, "check_out_at", add_to_date(now_datetime(), minutes=-1))
	added = fields(visit, ended, found_address="村西新房", illness="乙")
	again = fields(visit, ended, found_address="村西新房二号")
	answers = other.push(added, again, photo)["answers"]
	assert [answer["outcome"] for answer in answers] == ["held", "held", "held"], answers
	assert "主管" in answers[0]["message"] and not stored(visit, "found_address")
	with builders.acting_as(team.supervisor):
		for sent in (added, again, photo):
			pocket_sync.accept(sent["id"], "两人当天都在场")
	doc = frappe.get_doc("Home Visit", visit)
	assert (doc.status, doc.found_address, doc.illness) == (visits.FINISHED, "村西新房二号", "甲")
	assert [row.found_value for row in doc.differences if row.fact_key == "address"] == ["村西新房二号"]
	assert doc.photos[-1].content_hash == photo["data"]["sha256"]
	# what both have entered differently is still a person's to decide
	answers = other.push(added, again, photo)["answers"]
	assert [answer["outcome"] for answer in answers] == ["conflict", "done", "done"]
	assert [(hit["mine"], hit["theirs"]) for hit in answers[0]["conflicts"]] == [("乙", "甲")]


def test_a_reviewed_visit_takes_nothing_more(other, visit, team, ended):
	frappe.db.set_value("Home Visit", visit, "status", visits.REVIEWED)
	answer = other.one(fields(visit, ended, found_address="村西新房"))
	assert answer["outcome"] == "refused" and "审核" in answer["message"]


def test_a_photo_whose_answer_was_lost_is_not_sent_again(phone, visit):
	photo = item("photo", visit, sha256=hashlib.sha256(PIXEL).hexdigest(), size=len(PIXEL))
	phone.chunk(photo["id"], 0, PIXEL)
	assert phone.one(photo)["outcome"] == "done"
	with builders.acting_as(phone.user):
		assert pocket_photos.photo_begin(**phone.keys, id=photo["id"]) == {"received": len(PIXEL)}


def test_the_later_word_of_a_hand_replaces_its_earlier_one(phone, other, visit):
	mine, theirs = phone.pull()["visits"][0], other.pull()["visits"][0]
	phone.one(fields(visit, mine, illness="甲"))
	first, second = fields(visit, theirs, illness="乙"), fields(visit, theirs, illness="乙二")
	assert [other.one(sent)["outcome"] for sent in (first, second)] == ["conflict", "conflict"]
	# nobody is asked twice; what was typed first stays on record
	assert other.one(first)["outcome"] == "done"
	kept = json.loads(frappe.db.get_value(ITEM, first["id"], "answer"))["conflicts"][0]
	assert (kept["mine"], kept["decided"]["choice"]) == ("乙", "later")
	told = pocket_conflicts.tell_form(frappe.get_doc(ITEM, first["id"]))["conflicts"]
	assert told[0]["decided"].startswith("后来又填过")


# --- what a phone takes along besides ---------------------------------------------------------------------
def test_the_county_sets_when_a_phone_locks_and_wipes_itself(phone):
	assert phone.pull()["rules"] == {"lock_minutes": 5, "wrong_tries": 8, "days_without_contact": 7}
	for key, value in (("visit_phone_lock_minutes", 2), ("visit_phone_wrong_tries", 0)):
		frappe.db.set_value("Policy Parameter", {"parameter_key": key}, "value", value)
	rules.forget()
	try:
		# a slip does not wipe every phone at its first wrong PIN
		assert phone.pull()["rules"] == {"lock_minutes": 2, "wrong_tries": 3, "days_without_contact": 7}
	finally:
		frappe.db.rollback()
		rules.forget()


def test_the_policy_answers_in_force_come_along_as_text(phone, visit):
	guides = phone.pull()["lists"]["guides"]
	assert guides and all(guide["question"] and guide["answer"] for guide in guides)
	assert not any("<" in guide["answer"] or "&" in guide["answer"] for guide in guides)


def test_a_callback_is_answered_at_the_door(phone, other, visit, team):
	household = frappe.db.get_value("Home Visit", visit, "household")
	made = [
		frappe.get_doc(
			{"doctype": "Service Callback", "household": home, "kind": kind, "due_on": builders.TODAY}
		)
		.insert(ignore_permissions=True)
		.name
		for home, kind in ((household, "Visit"), (household, "Phone"), (make_family()[0].name, "Phone"))
	]
	due = phone.pull()["visits"][0]["callbacks"]
	assert [row["name"] for row in due] == sorted(made[:2])

	def answered(name, **more):
		questions = next((row["questions"] for row in due if row["name"] == name), [])
		said = [
			{"question": one["question"], "answer": one["choices"][0] if one["choices"] else "都好"}
			for one in questions
		]
		return item("callback", visit, callback=name, answers=said, **more)

	at_home, by_phone, foreign = (answered(name) for name in made)
	incomplete = item("callback", visit, callback=made[1], answers=[])
	outcomes = [answer["outcome"] for answer in phone.push(at_home, incomplete, by_phone, foreign)["answers"]]
	assert outcomes == ["again", "refused", "done", "refused"]
	assert phone.one(item("check_in", visit))["outcome"] == "done"
	fill_in(visit, team.first)
	with builders.acting_as(team.first):
		visits.check_out(visit)
	assert phone.one(at_home)["outcome"] == "done"
	first, second = (frappe.get_doc("Service Callback", name) for name in made[:2])
	assert (first.status, second.status, first.visit) == ("Done", "Done", visit)
	assert [row.answer for row in second.answers].count(
		"都好"
	) > 0 and second.satisfaction == "Very Satisfied"


def test_a_visit_goes_from_phone_to_phone_and_is_taken_once(phone, other, visit, team):
	mine, theirs = phone.pull()["visits"][0], other.pull()["visits"][0]
	begun, filled = item("check_in", visit), fields(visit, mine, illness="甲", work_wish="愿意")
	handed = [{**sent, "author": team.first} for sent in (begun, filled)]
	# what is written after it was seen on the screen is no conflict with it
	added = fields(visit, theirs, illness="甲乙")
	added["data"]["after"] = [filled["id"]]
	assert [answer["outcome"] for answer in other.push(*handed, added)["answers"]] == ["done"] * 3
	assert [answer["outcome"] for answer in phone.push(begun, filled)["answers"]] == ["done"] * 2
	assert stored(visit, "illness") == "甲乙"
	assert frappe.db.get_value(ITEM, filled["id"], ["user", "author"]) == (team.second, team.first)
	assert frappe.db.count(ITEM, {"visit": visit}) == 3
	# the other way round, and whoever was not sent
	again = fields(visit, phone.pull()["visits"][0], work_wish="不愿意")
	assert phone.one(again)["outcome"] == "done"
	assert other.one({**again, "author": team.first})["outcome"] == "done"
	stranger = Phone(builders.make_user("Field Investigator", builders.TOWNSHIP_A))
	assert stranger.one({**again, "author": team.first})["outcome"] == "refused"
	assert other.one({**item("note", visit, text="x"), "author": stranger.user})["outcome"] == "refused"
