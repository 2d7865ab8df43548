"""What is sent to open desks names nobody to whoever may not know: heard at the channel that the desks hear."""

import json
from contextlib import contextmanager

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import get_redis_connection_without_auth

from socaid_app.field_visits import alarms, visits
from tests import builders
from tests.builders import petitions as petition_cases
from tests.builders.visits import make_family, make_visit, make_visit_team

# Rooms that every desk, or everybody with a session, is in.
EVERYBODY = ("all", "website", None)


@contextmanager
def heard():
	"""The events this site sends meanwhile, as Frappe's realtime server gets them."""
	channel = get_redis_connection_without_auth().pubsub()
	channel.subscribe("events")
	channel.get_message(timeout=2)
	events: list[dict] = []
	yield events
	frappe.db.commit()
	while message := channel.get_message(timeout=0.5):
		if message["type"] == "message":
			event = json.loads(message["data"])
			if event["namespace"] == frappe.local.site:
				events.append(event)
	channel.close()


@pytest.fixture
def late_visit(site):
	"""A team of township A that should be back; with a desk open in each township."""
	team = make_visit_team()
	team.elsewhere = builders.make_user("Township Approver", builders.TOWNSHIP_B)
	family, _benefit = make_family()
	frappe.db.set_value("Recipient Household", family.name, "address", f"并{builders.digits()}号")
	family.reload()
	visit = make_visit(family, team)
	with builders.acting_as(team.first):
		visits.check_in(visit.name, 42.9, 125.0, 12)
	frappe.db.set_value(
		"Home Visit",
		visit.name,
		{"due_back_at": add_to_date(now_datetime(), minutes=-1), "address": family.address},
		update_modified=False,
	)
	frappe.db.commit()
	yield frappe.get_doc("Home Visit", visit.name), team
	# what requests see is committed: nobody else's alarm counts these
	alarms.raise_overdue()
	frappe.db.commit()


def test_the_alarm_of_a_late_team_rings_at_the_supervisors_alone(late_visit):
	visit, team = late_visit
	with heard() as events:
		alarms.alarm(visit, alarms.Directory())
	rooms = {event["room"] for event in events}
	assert not rooms.intersection(EVERYBODY), events
	assert f"user:{team.supervisor}" in rooms and f"user:{team.elsewhere}" not in rooms
	text = json.dumps(events, ensure_ascii=False)
	assert visit.head_name not in text and visit.address not in text
	users = [room.removeprefix("user:") for room in rooms if room.startswith("user:")]
	assert all(frappe.has_permission("Home Visit", "read", doc=visit, user=user) for user in users)


def test_an_accusation_is_not_named_outside_its_own_room(site):
	handler = petition_cases.user("handler", "Accusation Handler")
	word = f"密{builders.digits()}"
	with heard() as events:
		with builders.acting_as(handler):
			doc = petition_cases.make(category="Accusation", subject=word)
			doc.content = f"{word}内容"
			doc.save()
			doc.add_comment("Comment", word)
			doc.add_tag("重要")
	text = {
		event["room"]: json.dumps(event, ensure_ascii=False)
		for event in events
		if event["room"] not in (f"doc:Petition/{doc.name}", f"user:{handler}")
	}
	assert not [room for room, said in text.items() if doc.name in said or word in said], text


@pytest.mark.parametrize("doctype", ["Recipient Household", "Home Visit"])
def test_the_room_of_a_record_is_entered_by_who_may_read_it(client, late_visit, doctype):
	visit, team = late_visit
	name = visit.household if doctype == "Recipient Household" else visit.name
	path = "/api/method/frappe.realtime.can_subscribe_doc"
	codes = {
		user: client(user).get(path, doctype=doctype, docname=name).status_code
		for user in (team.supervisor, team.elsewhere, "Guest")
	}
	assert codes == {team.supervisor: 200, team.elsewhere: 403, "Guest": 403}


def test_the_room_of_an_accusation_is_entered_by_its_handlers(client):
	doc = petition_cases.make(category="Accusation")
	path = "/api/method/frappe.realtime.can_subscribe_doc"
	for role, code in (("Accusation Handler", 200), ("Petition Handler", 403), ("System Manager", 403)):
		answer = client(builders.make_user(role)).get(path, doctype="Petition", docname=doc.name)
		assert answer.status_code == code, role
