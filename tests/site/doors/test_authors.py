"""Who wrote something is who was logged in, and who follows a record may read it."""

import json
from types import SimpleNamespace

import frappe
import pytest
from frappe.desk.form import assign_to, document_follow

from socaid_app.permissions import following
from tests import builders

HOUSEHOLD, FOLLOW = "Recipient Household", "Document Follow"
ADD = "frappe.desk.form.utils.add_comment"


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		other=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		stranger=builders.make_user("Township Officer", builders.TOWNSHIP_B),
		manager=builders.make_user(("System Manager", "Inbox User")),
		household=builders.make_household(builders.VILLAGE_A).name,
	)
	for user in (found.clerk, found.other, found.stranger):
		frappe.db.set_value("User", user, {"document_follow_notify": 1, "document_follow_frequency": "Daily"})
	frappe.db.commit()
	return found


def comment(http, people, **values):
	return http.call(
		ADD, reference_doctype=HOUSEHOLD, reference_name=people.household, content="意见", **values
	)


# --- comments -------------------------------------------------------------------------------------------------------
def test_a_comment_is_by_whoever_is_logged_in(people, client):
	answer = comment(client(people.clerk), people, comment_email=people.other, comment_by="局长")
	assert answer.status_code == 200
	written = frappe.get_doc("Comment", answer.get_json()["message"]["name"])
	own_name = frappe.utils.get_fullname(people.clerk)
	assert (written.owner, written.comment_email, written.comment_by) == (
		people.clerk,
		people.clerk,
		own_name,
	)


@pytest.mark.parametrize("path", ["/api/resource/Comment", "/api/v2/document/Comment"])
def test_a_comment_sent_as_a_record_is_as_well(people, client, path):
	forged = {
		"comment_type": "Comment",
		"reference_doctype": HOUSEHOLD,
		"reference_name": people.household,
		"content": "同意",
		"comment_email": people.other,
		"comment_by": "局长",
		"owner": people.other,
	}
	answer = client(people.manager).post(path, **forged)
	if answer.status_code == 200:
		written = frappe.get_doc("Comment", answer.get_json()["data"]["name"])
		assert (written.owner, written.comment_email) == (people.manager, people.manager)
		assert written.comment_by != "局长"
	else:
		# who may not read the record comments on none
		assert answer.status_code == 403
	answer = client(people.manager).post(
		path, **{**forged, "reference_doctype": "User", "reference_name": people.manager}
	)
	assert answer.status_code == 200
	written = frappe.get_doc("Comment", answer.get_json()["data"]["name"])
	assert (written.owner, written.comment_email) == (people.manager, people.manager)


@pytest.mark.parametrize("kind", ["Workflow", "Submitted", "Info", "Like", "Assigned"])
def test_what_the_system_notes_is_not_sent(people, client, kind):
	answer = client(people.manager).post(
		"/api/resource/Comment",
		comment_type=kind,
		reference_doctype="User",
		reference_name=people.manager,
		content="已审批",
	)
	assert answer.status_code == 403


def test_words_are_changed_by_whoever_wrote_them(people, client):
	name = comment(client(people.clerk), people, comment_email=people.clerk, comment_by="x").get_json()[
		"message"
	]["name"]
	for user in (people.other, people.manager, "Administrator"):
		for answer in (
			client(user).call("frappe.desk.form.utils.update_comment", name=name, content="改了"),
			client(user).put(f"/api/resource/Comment/{name}", content="改了"),
			client(user).call(
				"frappe.client.set_value", doctype="Comment", name=name, fieldname="content", value="改了"
			),
		):
			assert answer.status_code == 403, (user, answer.get_data(as_text=True))
	assert (
		client(people.clerk)
		.call("frappe.desk.form.utils.update_comment", name=name, content="我改了")
		.status_code
		== 200
	)
	assert "我改了" in frappe.db.get_value("Comment", name, "content")
	assert client("Administrator").put(f"/api/resource/Comment/{name}", comment_by="局长").status_code == 403


def test_messages_bear_the_address_of_whoever_sends_them(people, client):
	answer = client(people.manager).call(
		"frappe.core.doctype.communication.email.make",
		doctype="User",
		name=people.manager,
		content="内容",
		subject="事由",
		sender="mayor@example.invalid",
		sender_full_name="县长",
		sent_or_received="Received",
		communication_medium="Other",
	)
	assert answer.status_code == 200, answer.get_data(as_text=True)
	sent = frappe.get_doc("Communication", answer.get_json()["message"]["name"])
	assert (sent.sent_or_received, sent.user) == ("Sent", people.manager)
	assert people.manager in sent.sender and "mayor" not in sent.sender
	assert sent.sender_full_name == frappe.utils.get_fullname(people.manager)
	answer = client(people.manager).post(
		"/api/resource/Communication",
		subject="事由",
		content="内容",
		communication_type="Communication",
		communication_medium="Other",
		sender="mayor@example.invalid",
		user=people.other,
		owner=people.other,
	)
	sent = frappe.get_doc("Communication", answer.get_json()["data"]["name"])
	assert (sent.owner, sent.user) == (people.manager, people.manager)
	assert people.manager in sent.sender and "mayor" not in sent.sender


def test_a_task_is_assigned_by_whoever_assigns_it(people, client):
	answer = client(people.clerk).call(
		"frappe.desk.form.assign_to.add",
		doctype=HOUSEHOLD,
		name=people.household,
		assign_to=json.dumps([people.other]),
		assigned_by=people.manager,
	)
	assert answer.status_code == 200
	task = frappe.get_last_doc("ToDo", {"reference_name": people.household})
	assert (task.assigned_by, task.allocated_to) == (people.clerk, people.other)
	sent = {"description": "查", "allocated_to": people.other}
	for forged in (people.manager, people.clerk):
		answer = client(people.clerk).post("/api/resource/ToDo", assigned_by=forged, **sent)
		assert answer.status_code == 403 or answer.get_json()["data"]["assigned_by"] == people.clerk
	hidden = {"reference_type": HOUSEHOLD, "reference_name": people.household}
	assert client(people.stranger).post("/api/resource/ToDo", **sent, **hidden).status_code == 403
	assert (
		client(people.other).put(f"/api/resource/ToDo/{task.name}", assigned_by=people.other).status_code
		== 403
	)


def test_a_task_of_ones_own_is_reworded_by_whoever_wrote_it(people, client):
	"""However it came: a program names nobody who assigns it."""
	http = client(people.clerk)
	sent = {"description": "查", "allocated_to": people.clerk, "assigned_by_full_name": "县长"}
	made = http.post("/api/resource/ToDo", **sent).get_json()["data"]
	assert made["assigned_by_full_name"] == frappe.db.get_value("User", people.clerk, "full_name")
	for words in ("查清", "已查"):
		assert http.put(f"/api/resource/ToDo/{made['name']}", description=words).status_code == 200
	assert "已查" in frappe.db.get_value("ToDo", made["name"], "description")


@pytest.mark.parametrize(
	"doctype, values",
	[
		("Version", {"ref_doctype": "User", "docname": "Administrator", "data": "{}"}),
		("View Log", {"viewed_by": "x", "reference_doctype": "User", "reference_name": "Administrator"}),
		("Activity Log", {"subject": "登录", "user": "Administrator", "full_name": "x"}),
		(
			"Notification Log",
			{"subject": "请批准", "for_user": "Administrator", "from_user": "Administrator"},
		),
		("Access Log", {"user": "Administrator"}),
		("Deleted Document", {"deleted_doctype": "ToDo", "deleted_name": "x", "data": "{}"}),
	],
)
def test_logs_are_written_by_what_they_log(people, client, doctype, values):
	for user in (people.clerk, people.manager, "Administrator"):
		assert client(user).post(f"/api/resource/{doctype}", **values).status_code == 403


def test_the_system_goes_on_noting(people, client):
	"""What its functions write about work is not sent by anybody."""
	household = builders.make_household(builders.VILLAGE_A).name
	answer = client(people.clerk).call(
		"frappe.desk.form.assign_to.add",
		doctype=HOUSEHOLD,
		name=household,
		assign_to=json.dumps([people.other]),
	)
	assert answer.status_code == 200
	noted = frappe.get_last_doc("Comment", {"reference_name": household, "comment_type": "Assigned"})
	assert noted.owner == people.clerk


# --- hearts ---------------------------------------------------------------------------------------------------------
def test_only_what_one_may_read_can_be_liked(people, client):
	like = {"doctype": HOUSEHOLD, "name": people.household, "add": "Yes"}
	assert client(people.stranger).call("frappe.desk.like.toggle_like", **like).status_code == 403
	assert not frappe.db.exists("Comment", {"comment_type": "Like", "reference_name": people.household})
	assert client(people.clerk).call("frappe.desk.like.toggle_like", **like).status_code == 200
	assert people.clerk in frappe.db.get_value(HOUSEHOLD, people.household, "_liked_by")


@pytest.mark.parametrize("doctype", ["Discussion Topic", "Discussion Reply"])
def test_there_are_no_discussions(people, client, doctype):
	assert client(people.clerk).post(f"/api/resource/{doctype}", title="x", reply="x").status_code == 403
	assert (
		client(people.clerk)
		.call(
			"frappe.website.doctype.discussion_topic.discussion_topic.submit_discussion",
			doctype=HOUSEHOLD,
			docname=people.household,
			reply="x",
			title="x",
		)
		.status_code
		== 403
	)


# --- followers ------------------------------------------------------------------------------------------------------
def follow(http, people, user):
	return http.call(
		"frappe.desk.form.document_follow.follow_document",
		doctype=HOUSEHOLD,
		doc_name=people.household,
		user=user,
	)


def test_one_follows_for_oneself_what_one_may_read(people, client):
	frappe.db.delete(FOLLOW)
	switch = {"doctype": HOUSEHOLD, "doc_name": people.household, "following": True}
	record = {"ref_doctype": HOUSEHOLD, "ref_docname": people.household}
	for http, user in ((client(people.stranger), people.stranger), (client(people.clerk), people.stranger)):
		assert follow(http, people, user).status_code == 403
		assert http.post(f"/api/resource/{FOLLOW}", user=user, **record).status_code == 403
		assert http.post(f"/api/v2/document/{FOLLOW}", user=user, **record).status_code == 403
		doc = json.dumps({"doctype": FOLLOW, "name": "new-1", "__islocal": 1, "user": user, **record})
		assert http.call("frappe.desk.form.save.savedocs", doc=doc, action="Save").status_code == 403
	answer = client(people.stranger).call("frappe.desk.form.document_follow.update_follow", **switch)
	assert answer.status_code == 403
	assert not frappe.db.count(FOLLOW)
	assert follow(client(people.clerk), people, people.clerk).status_code == 200
	assert frappe.get_all(FOLLOW, pluck="user") == [people.clerk]


def test_followers_are_named_to_readers_and_ended_by_themselves(people, client):
	follow(client(people.clerk), people, people.clerk)
	asked = {"doctype": HOUSEHOLD, "doc_name": people.household}
	function = "frappe.desk.form.document_follow.get_follow_users"
	assert client(people.stranger).call(function, **asked).status_code == 403
	assert people.clerk in client(people.other).call(function, **asked).get_data(as_text=True)
	function = "frappe.desk.form.document_follow.unfollow_document"
	assert client(people.other).call(function, user=people.clerk, **asked).status_code == 403
	name = frappe.db.get_value(FOLLOW, {"user": people.clerk})
	assert client(people.other).get(f"/api/resource/{FOLLOW}/{name}").status_code == 403
	assert client(people.other).put(f"/api/resource/{FOLLOW}/{name}", user=people.other).status_code == 403
	assert name not in client(people.manager).get(f"/api/resource/{FOLLOW}").get_data(as_text=True)
	assert client(people.clerk).call(function, user=people.clerk, **asked).status_code == 200


def test_who_is_assigned_is_made_no_follower_and_the_assignment_stands(people, client):
	frappe.db.delete(FOLLOW)
	frappe.db.set_value("User", people.other, "follow_assigned_documents", 1)
	frappe.db.delete("ToDo", {"reference_name": people.household})
	answer = client(people.clerk).call(
		"frappe.desk.form.assign_to.add",
		doctype=HOUSEHOLD,
		name=people.household,
		assign_to=json.dumps([people.other]),
	)
	assert answer.status_code == 200 and not frappe.db.count(FOLLOW)


def test_outside_of_a_request_an_assignment_stands_as_well(people):
	"""A job of the console or of a migrate assigns in nobody's name."""
	frappe.db.set_value("User", people.other, "follow_assigned_documents", 1)
	frappe.db.delete("ToDo", {"reference_name": people.household})
	frappe.flags.socaid_fence = False
	try:
		assign_to.add({"doctype": HOUSEHOLD, "name": people.household, "assign_to": [people.other]})
	finally:
		frappe.flags.socaid_fence = True
	assert frappe.db.exists("ToDo", {"reference_name": people.household, "allocated_to": people.other})


def test_who_may_no_longer_read_a_record_is_mailed_nothing_of_it(people):
	household = frappe.get_doc(HOUSEHOLD, people.household)
	household.add_comment("Comment", "邻居反映其有轿车")
	for user in (people.clerk, people.stranger):
		# as somebody left it who followed before moving to another township
		frappe.get_doc(
			{"doctype": FOLLOW, "ref_doctype": HOUSEHOLD, "ref_docname": household.name, "user": user}
		).db_insert()
	# a mail of the day tells of yesterday
	frappe.db.set_value(
		"Comment",
		{"reference_name": household.name, "content": ["like", "%轿车%"]},
		"modified",
		f"{frappe.utils.add_days(frappe.utils.nowdate(), -1)} 12:00:00",
		update_modified=False,
	)
	said, _records = document_follow.get_message_for_user("Daily", people.clerk)
	assert "轿车" in str(said)
	assert document_follow.get_message_for_user("Daily", people.stranger) == ([], [])


def test_a_mail_tells_no_field_that_the_follower_may_not_read(people):
	hidden = next(df.fieldname for df in frappe.get_meta("Recipient").fields if df.permlevel)
	told = {"type": "field changed", "doctype": "Recipient", "data": {"field": hidden}}
	readable = frappe.get_meta("Recipient").get_permitted_fieldnames(user=people.clerk)
	assert following._may_see(told, people.clerk) == (hidden in readable)
	assert not following._may_see(told, builders.make_user("Petition Handler"))
	assert following._may_see({**told, "data": {"field": "full_name"}}, people.clerk)
