"""What apps have sent that may still lie in a pocket: recorded from the app of each release, taken by this server.

A release that changes what the app sends adds a recording beside the old ones; one goes when its protocol is understood
no more (pocket_devices.OLDEST_PROTOCOL, two releases at the least).
"""

import base64
import hashlib
import json
from pathlib import Path

import frappe
import pytest
from frappe.utils import now_datetime

from socaid_app.field_visits import visits
from socaid_app.field_visits.pocket import pocket_devices, pocket_sync
from tests import builders
from tests.builders.pocket import Phone
from tests.builders.visits import PIXEL, make_family, make_visit, make_visit_team

RECORDED = sorted(Path(__file__).with_name("recorded").glob("*.json"))
SIGNATURE = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"


def played(recording: dict, **values) -> list[dict]:
	"""The items with what is another one here: the visit, its people, the day."""

	def put(value):
		if isinstance(value, dict):
			return {key: put(inner) for key, inner in value.items()}
		if isinstance(value, list):
			return [put(inner) for inner in value]
		return values.get(value[1:], value) if isinstance(value, str) and value.startswith("$") else value

	return put(recording["items"])


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_what_an_older_app_has_sent_is_taken(path):
	recording, team = json.loads(path.read_text()), make_visit_team()
	family = make_family()[0]
	visit, phone = make_visit(family, team), Phone(team.second)
	callback = frappe.get_doc(
		{"doctype": "Service Callback", "household": family.name, "kind": "Phone", "due_on": builders.TODAY}
	).insert(ignore_permissions=True)
	known = phone.pull()["visits"][0]
	photo = next(item for item in recording["items"] if item["kind"] == "photo")["id"]
	phone.chunk(photo, 0, PIXEL)
	items = played(
		recording,
		visit=visit.name,
		person=visit.incomes[0].recipient,
		row=visit.incomes[0].name,
		user=team.first,
		first=team.officers[0],
		second=team.officers[1],
		time=str(now_datetime())[:19],
		day=str(builders.TODAY),
		sha256=hashlib.sha256(PIXEL).hexdigest(),
		size=len(PIXEL),
		signature=SIGNATURE,
		callback=callback.name,
		answers=[
			{"question": one["question"], "answer": "没有谈到"} for one in known["callbacks"][0]["questions"]
		],
	)
	with builders.acting_as(phone.user):
		told = {"protocol": recording["protocol"], "clock": str(now_datetime()), "app_version": path.stem}
		answers = pocket_sync.push(**phone.keys, **told, items=json.dumps(items))["answers"]
	assert [answer["outcome"] for answer in answers] == ["done"] * len(items), answers
	doc = frappe.get_doc("Home Visit", visit.name)
	assert (doc.status, doc.illness, len(doc.photos)) == (visits.FINISHED, "慢性病", 1)
	assert [row.annual for row in doc.incomes] == [3600, 1200] and all(row.signed for row in doc.visitors)


def test_every_protocol_that_is_understood_has_a_recording():
	recorded = {json.loads(path.read_text())["protocol"] for path in RECORDED}
	assert recorded == set(range(pocket_devices.OLDEST_PROTOCOL, pocket_devices.PROTOCOL + 1))
	# the two releases before are understood
	assert max(1, pocket_devices.PROTOCOL - 2) >= pocket_devices.OLDEST_PROTOCOL
