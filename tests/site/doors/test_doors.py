"""Every function that a request can reach is listed with who may call it; what is not answers administrators alone."""

import io
import json
import re
from contextlib import contextmanager
from types import SimpleNamespace

import frappe
import frappe.desk.like
import frappe.handler
import pytest
from frappe.desk.doctype.todo.todo import ToDo
from frappe.utils.change_log import get_versions

import socaid_app
from socaid_app.permissions import door_review, doors, signatures
from tests import builders


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		manager=builders.make_user("System Manager"),
		own=builders.make_household(builders.VILLAGE_A),
		other=builders.make_household(builders.VILLAGE_B),
	)
	frappe.db.commit()
	return found


def reachable() -> dict[str, object]:
	return {
		path: function
		for package in ("frappe", "socaid_app")
		for function in door_review.whitelisted(package)
		if (path := signatures.path_of(function)) != NEWCOMER
	}


def test_every_function_is_listed_and_every_listed_one_exists(site):
	found = set(reachable())
	assert found - set(doors.listed()) == set()
	# what another version of Frappe has is listed for it
	ours = {path for path in doors.listed() if not path.startswith("frappe.") or path in signatures.judged()}
	assert {path for path in ours - found if doors.listed()[path].who != doors.ADMINISTRATORS} == set()


def test_the_inventory_is_no_wider_than_the_functions(site):
	"""A guest's door stands in a function that Frappe lets guests call; our verbs are those of the function."""
	for path, function in reachable().items():
		door = doors.listed()[path]
		if door.who == doors.GUEST:
			assert function in frappe.guest_methods, path
		allowed = set(frappe.allowed_http_methods_for_whitelisted_func[function])
		if door.who not in (doors.REPLACED, doors.ADMINISTRATORS):
			assert door.verbs - {"HEAD"} <= allowed, path
			assert door.judged, path


def test_what_is_replaced_is_answered_by_what_the_inventory_names(site):
	hooks = frappe.get_hooks("override_whitelisted_methods")
	for path, door in doors.listed().items():
		if door.who == doors.REPLACED:
			assert hooks[path][-1] == door.judged, path
	named = {path for path, ours in hooks.items() if ours[-1].startswith("socaid_app.")}
	assert {path for path, door in doors.listed().items() if door.who == doors.REPLACED} >= {
		path for path in named if path in doors.listed()
	}


def test_what_changes_something_does_not_answer_to_get(site):
	"""By what functions are called and by what they say they do."""
	changing = re.compile(
		r"^(set|add|remove|delete|update|save|create|insert|submit|cancel|make|toggle|mark|move)_?"
	)
	for path, door in doors.listed().items():
		if changing.match(path.rsplit(".", 1)[1]) and door.who not in (doors.ADMINISTRATORS, doors.REPLACED):
			assert "GET" not in door.verbs, path


# --- who is answered ----------------------------------------------------------------------------------------------
@frappe.whitelist()
def newcomer() -> str:
	return "answered"


# Frappe takes functions of installed apps.
newcomer.__module__ = "socaid_app"
socaid_app.newcomer = newcomer
NEWCOMER = "socaid_app.newcomer"


def test_a_function_that_nobody_judged_answers_administrators(people, client):
	assert client(people.manager).call(NEWCOMER).get_json()["message"] == "answered"
	for path in (f"/api/method/{NEWCOMER}", f"/api/v2/method/{NEWCOMER}"):
		assert client(people.clerk).post(path).status_code == 403
		assert client(people.clerk).get(path).status_code == 403
		assert client("Guest").post(path).status_code == 403


def test_a_site_opens_a_function_in_its_configuration(people, client):
	frappe.installer.update_site_config("socaid_doors", {NEWCOMER: "staff"})
	try:
		assert client(people.clerk).call(NEWCOMER).status_code == 200
		assert client("Guest").call(NEWCOMER).status_code == 403
	finally:
		frappe.installer.update_site_config("socaid_doors", "None")
		frappe.local.conf.pop("socaid_doors", None)


# --- a newer Frappe ----------------------------------------------------------------------------------------------
@contextmanager
def newer_frappe(holder, name: str, function, **whitelist):
	"""Frappe's next version has ``function`` at ``holder.name``; what was there is put back afterwards."""
	path = holder.__name__ if not isinstance(holder, type) else holder.__module__
	before = getattr(holder, name, None)
	function.__module__ = path
	function.__qualname__ = name if not isinstance(holder, type) else f"{holder.__qualname__}.{name}"
	made = frappe.whitelist(**whitelist)(function)
	stood = before in list(frappe.whitelisted)
	if stood:
		frappe.whitelisted.remove(before)
	setattr(holder, name, made)
	try:
		yield signatures.path_of(made)
	finally:
		setattr(holder, name, before) if before else delattr(holder, name)
		frappe.whitelisted.remove(made)
		if stood:
			# a list in Frappe 15, a set later
			(frappe.whitelisted.add if isinstance(frappe.whitelisted, set) else frappe.whitelisted.append)(
				before
			)
		if made in frappe.guest_methods:
			frappe.guest_methods.remove(made)


def kinds() -> dict[str, str]:
	return {found.function: found.kind for found in door_review.outstanding()}


def test_nothing_waits_for_review_with_the_frappe_that_was_reviewed(site):
	assert door_review.outstanding() == []
	assert set(signatures.judged()) <= set(doors.listed())
	written = io.StringIO()
	signatures.write(door_review.whitelisted("frappe"), written)
	assert written.getvalue() == signatures.JUDGED.read_text(encoding="utf-8")


def test_a_new_function_of_frappe_answers_administrators_on_every_way_in(people, client):
	def count_everything():
		return "answered"

	with newer_frappe(frappe.handler, "count_everything", count_everything) as path:
		ways = (
			("POST", f"/api/method/{path}", {}),
			("POST", f"/api/v2/method/{path}", {}),
			("POST", "/", {"cmd": path}),
			("GET", f"/api/method/{path}", {}),
		)
		for verb, way, data in ways:
			asked = {"data": data} if data else {}
			refused = client(people.clerk).request(verb, way, **asked)
			assert refused.status_code == 403, way
			assert "在本应用发布新版完成复核之前只对管理员开放" in str(refused.get_json()), way
			assert client(people.manager).request(verb, way, **asked).status_code == 200, way
			guest = client("Guest").request(verb, way, **asked)
			assert guest.status_code == 403 and "NotReviewed" not in guest.get_data(as_text=True)
		assert kinds() == {path: door_review.NEW}


def test_a_new_method_of_frappes_own_documents_answers_administrators(people, client):
	mine = frappe.get_doc(
		{"doctype": "ToDo", "description": "x", "allocated_to": people.clerk, "owner": people.clerk}
	).insert()

	def hand_over(self):
		return "answered"

	with newer_frappe(ToDo, "hand_over", hand_over) as path:
		asked = {"dt": "ToDo", "dn": mine.name, "method": "hand_over"}
		for user, code in ((people.clerk, 403), (people.manager, 200)):
			assert client(user).post("/api/method/run_doc_method", **asked).status_code == code
			way = f"/api/v2/document/ToDo/{mine.name}/method/hand_over"
			assert client(user).post(way).status_code == code
			way = f"/api/resource/ToDo/{mine.name}"
			assert client(user).post(way, run_method="hand_over").status_code == code
		assert kinds() == {path: door_review.NEW}


def test_a_function_that_is_not_as_it_was_judged_answers_administrators(people, client):
	"""Another argument, another preset, another verb or a door for guests: the judgement was of something else."""
	changes = (
		(lambda everybody=False: {}, {}),
		(lambda: {}, {"allow_guest": True}),
		(lambda: {}, {"methods": ["GET"]}),
	)
	path = signatures.path_of(get_versions)
	holder = frappe.utils.change_log
	assert client(people.clerk).call(path).status_code == 200
	for function, whitelist in changes:
		with newer_frappe(holder, "get_versions", function, **whitelist):
			assert client(people.clerk).get(f"/api/method/{path}").status_code == 403
			assert client("Guest").get(f"/api/method/{path}").status_code == 403
			assert client(people.manager).get(f"/api/method/{path}").status_code == 200
			assert kinds() == {path: door_review.CHANGED}
	assert client(people.clerk).call(path).status_code == 200
	assert kinds() == {}


def test_an_annotation_is_no_change(people, client):
	def get_versions() -> dict:
		return {}

	with newer_frappe(frappe.utils.change_log, "get_versions", get_versions) as path:
		assert client(people.clerk).call(path).status_code == 200


def test_what_moves_away_from_under_our_function_is_found_and_closed(people, client):
	"""Our function answers for the old name only; by the new one Frappe's own would answer anybody."""
	path = "frappe.desk.like.toggle_like"
	moved = frappe.desk.like.toggle_like

	def toggle_like(doctype, name, add=False):
		return "answered"

	with newer_frappe(frappe.handler, "toggle_like", toggle_like) as new:
		del frappe.desk.like.toggle_like
		try:
			assert client(people.clerk).call(new, doctype="ToDo", name="x").status_code == 403
			found = {each.function: each for each in door_review.outstanding()}
			assert found[path].kind == door_review.UNGUARDED
			assert found[new].kind == door_review.NEW
			frappe.desk.like.toggle_like = frappe.handler.toggle_like
			found = {each.function: each for each in door_review.outstanding()}
			assert (found[path].kind, found[path].found) == (door_review.UNGUARDED, new)
		finally:
			frappe.desk.like.toggle_like = moved


def test_administrators_hear_of_it_at_their_bell_until_it_is_reviewed(people, client):
	def bells(user: str) -> list:
		return frappe.get_all(
			"Notification Log",
			filters={"for_user": user, "document_name": door_review.REPORT},
			fields=["subject", "link"],
			order_by="creation",
		)

	def count_everything():
		return "answered"

	with newer_frappe(frappe.handler, "count_everything", count_everything) as path:
		door_review.tell_administrators()
		door_review.tell_administrators()
		[bell] = bells(people.manager)
		assert "1" in bell.subject and bell.link.endswith("query-report/Functions%20Not%20Yet%20Reviewed")
		assert len(bells("Administrator")) == 1 and not bells(people.clerk)
		asked = {"report_name": door_review.REPORT, "filters": "{}"}
		shown = client(people.manager).call("frappe.desk.query_report.run", **asked)
		assert shown.status_code == 200, shown.get_data(as_text=True)
		assert [row["function"] for row in shown.get_json()["message"]["result"]] == [path]
		assert client(people.clerk).call("frappe.desk.query_report.run", **asked).status_code == 403
	door_review.tell_administrators()
	assert not bells(people.manager)
	frappe.db.commit()


def test_a_release_that_judges_it_opens_it(people, client, monkeypatch):
	def count_everything():
		return "answered"

	with newer_frappe(frappe.handler, "count_everything", count_everything) as path:
		shape = signatures.shape_of(frappe.handler.count_everything)
		door = doors.Door(doors.STAFF, frozenset({"POST"}), False, "counts nothing")
		monkeypatch.setitem(signatures.judged(), path, shape)
		monkeypatch.setitem(doors.listed(), path, door)
		assert client(people.clerk).call(path).status_code == 200
		assert kinds() == {}


def test_what_is_named_inside_a_request_has_to_be_made_for_that(people, client):
	for function, arguments in {
		"frappe.desk.search.search_widget": {"doctype": "ToDo", "txt": "", "query": "frappe.client.get_list"},
		"frappe.desk.search.search_link": {"doctype": "ToDo", "txt": "", "query": "frappe.client.get_count"},
		"frappe.desk.treeview.get_all_nodes": {
			"doctype": "ToDo",
			"label": "x",
			"parent": "x",
			"tree_method": "frappe.client.get_list",
		},
		"frappe.model.mapper.make_mapped_doc": {"method": "frappe.client.get_list", "source_name": "x"},
		"frappe.model.mapper.map_docs": {
			"method": "frappe.client.delete",
			"source_names": '["x"]',
			"target_doc": "{}",
		},
	}.items():
		answer = client(people.clerk).post(f"/api/method/{function}", **arguments)
		assert answer.status_code in (403, 404) or answer.get_json().get("message") in ([], None), function


def test_an_upload_calls_no_function(people, client):
	answer = client(people.clerk).request(
		"POST",
		"/api/method/upload_file",
		data={"method": "frappe.desk.reportview.export_query", "doctype": "Recipient"},
	)
	assert answer.status_code in (403, 417)


def test_functions_with_templates_answer_administrators(people, client):
	"""A template of the request reads every table."""
	answer = client(people.clerk).call(
		"frappe.automation.doctype.auto_repeat.auto_repeat.generate_message_preview",
		reference_dt="Recipient",
		reference_doc=people.own.head,
		message="{{ frappe.db.get_value('Recipient Identity', {}, 'id_number') }}",
	)
	assert answer.status_code == 403


def test_a_request_gives_itself_no_powers(people, client):
	answer = client(people.clerk).call(
		"frappe.desk.form.assign_to.add",
		doctype="Recipient Household",
		name=people.other.name,
		assign_to=json.dumps([people.clerk]),
		ignore_permissions=1,
	)
	assert answer.status_code == 403
	assert not frappe.db.exists("ToDo", {"reference_name": people.other.name})


@pytest.mark.parametrize(
	"function, arguments",
	[
		("frappe.desk.reportview.delete_items", {"doctype": "ToDo", "items": "[]"}),
		("frappe.desk.like.toggle_like", {"doctype": "ToDo", "name": "x", "add": "Yes"}),
		("frappe.model.mapper.make_mapped_doc", {"method": "x", "source_name": "x"}),
		("frappe.client.set_value", {"doctype": "ToDo", "name": "x", "fieldname": "x", "value": "1"}),
		("frappe.desk.form.save.savedocs", {"doc": "{}", "action": "Save"}),
		("frappe.share.add", {"doctype": "ToDo", "name": "x"}),
		("frappe.model.workflow.apply_workflow", {"doc": "{}", "action": "x"}),
	],
)
def test_get_changes_nothing(people, client, function, arguments):
	answer = client(people.clerk).get(f"/api/method/{function}", **arguments)
	assert answer.status_code == 403
	assert "not whitelisted" in answer.get_data(as_text=True) or "PermissionError" in answer.get_data(
		as_text=True
	)


# --- what was judged and replaced -----------------------------------------------------------------------------------
def test_tags_are_set_by_those_who_may_change_the_record(people, client):
	http = client(people.clerk)
	tagging = {"tag": "标记", "dt": "Recipient Household"}
	assert (
		http.call("frappe.desk.doctype.tag.tag.add_tag", dn=people.other.name, **tagging).status_code == 403
	)
	docs = json.dumps([people.own.name, people.other.name])
	assert (
		http.call(
			"frappe.desk.doctype.tag.tag.add_tags", tags='["标记"]', dt="Recipient Household", docs=docs
		).status_code
		== 403
	)
	assert not frappe.db.get_value("Recipient Household", people.own.name, "_user_tags")
	assert http.call("frappe.desk.doctype.tag.tag.add_tag", dn=people.own.name, **tagging).status_code == 200
	assert "标记" in frappe.db.get_value("Recipient Household", people.own.name, "_user_tags")
	hostile = "Recipient` set full_name='x' where 1=1 -- "
	answer = http.call("frappe.desk.doctype.tag.tag.add_tag", tag="x", dt=hostile, dn="x")
	assert answer.status_code in (403, 404, 417)


def test_the_records_of_a_tag_are_those_one_may_read(people, client):
	client("Administrator").call(
		"frappe.desk.doctype.tag.tag.add_tag",
		tag="重点",
		dt="Recipient Household",
		dn=people.other.name,
	)
	answer = client(people.clerk).call("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag="#重点")
	assert people.other.name not in answer.get_data(as_text=True)


def test_what_hangs_on_a_record_is_told_of_the_stored_one(people, client):
	answer = client(people.clerk).call(
		"frappe.desk.form.load.get_docinfo",
		doc={"doctype": "Recipient Household", "name": people.other.name},
		doctype="Recipient Household",
		name=people.other.name,
	)
	assert answer.status_code == 403


def test_appointments_are_ones_own(people, client):
	frappe.get_doc(
		{
			"doctype": "Event",
			"subject": "密谈",
			"event_type": "Private",
			"starts_on": "2026-08-03 10:00:00",
			"owner": "Administrator",
		}
	).insert()
	answer = client(people.clerk).call(
		"frappe.desk.doctype.event.event.get_events",
		start="2026-08-01",
		end="2026-08-31",
		user="Administrator",
	)
	assert answer.status_code == 200 and "密谈" not in answer.get_data(as_text=True)


def test_the_inventory_names_real_parameters_of_rights(site):
	for door in doors.listed().values():
		if " " in door.who:
			right, doctype = door.who.split(" ", 1)
			assert right in ("read", "write", "create") and frappe.db.exists("DocType", doctype)
