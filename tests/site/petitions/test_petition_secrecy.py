"""An accusation reaches its handlers and nobody else, whichever way one asks (信访工作条例 Art. 30)."""

import json
from types import SimpleNamespace

import frappe
import pytest
from frappe.desk.form.linked_with import get_linked_docs
from frappe.utils import add_days, today
from frappe.utils.file_manager import save_file

from socaid_app.casework import clocks as due_clocks
from socaid_app.permissions import break_glass, following
from socaid_app.petition_desk import (
	handling,
	petition_clocks,
	reclassifying,
	reviews,
	secrecy,
	taking_up,
	transfers,
)
from socaid_app.petition_desk.doctype.petition.petition import CategoryByStep
from tests import builders
from tests.builders.petitions import OPINION, answered, make, under_way, user

# Everybody with some claim to see it, and what they are called below.
OUTSIDERS = {
	"manager": ("Service Manager", None),
	"auditor": ("Socaid Auditor", None),
	"approver": ("County Approver", None),
	"reviewer": ("County Reviewer", None),
	"desk": ("Petition Handler", None),
	"system": (("System Manager", "Petition Handler"), None),
	"administrator": ("Socaid Administrator", None),
	"township": ("Township Officer", builders.TOWNSHIP_A),
	# the role, but concerned
	"accused": ("Accusation Handler", None),
	"relative": ("Accusation Handler", None),
	"namesake": ("Accusation Handler", None),
	"unit": (("Accusation Handler", "Petition Handler"), builders.VILLAGE_A),
}
# of this run: what earlier ones left may concern others
WORD = f"密件{builders.digits()}"


@pytest.fixture(scope="module")
def case(site):
	"""An accusation with everything that may hang on it, committed, since requests have connections of their own."""
	frappe.set_user("Administrator")
	users = {key: user(key, roles, division) for key, (roles, division) in OUTSIDERS.items()}
	users["handler"] = user("handler", "Accusation Handler")
	people = {key: builders.make_person(f"{WORD}亲{builders.digits(4)}") for key in ("relative",)}
	frappe.get_doc(
		{
			"doctype": "Relative Declaration",
			"staff": users["relative"],
			"staff_name": "佟经办",
			"post": "1",
			"staff_kind": "Handling Staff",
			"recipient": people["relative"].name,
			"relation": "Child",
			"declared_on": today(),
			"division": builders.VILLAGE_A,
		}
	).insert(ignore_permissions=True, ignore_mandatory=True)
	recipient = builders.make_person("访秘")
	doc = make(
		subject=f"{WORD}事由",
		category="Accusation",
		matter="Favouritism",
		petitioner_name=f"{WORD}访",
		phone="13912345678",
		recipient=recipient.name,
		content=f"{WORD}内容",
		accused=[
			{"user": users["accused"]},
			{"accused_name": people["relative"].full_name},
			{"accused_name": frappe.db.get_value("User", users["namesake"], "full_name")},
			{"accused_name": "村1", "unit_division": builders.TOWNSHIP_A},
		],
	)
	taking_up.take_up(doc.name)
	handling.assign(doc.name, users["handler"])
	transfer = transfers.pass_on(doc.name, f"{WORD}单位", "Assigned with Deadline", add_days(today(), 5))
	doc.reload()
	doc.add_comment("Comment", f"{WORD}评论")
	doc.add_tag(f"{WORD}标签")
	attached = save_file(f"{WORD}.txt", f"{WORD}{doc.name}".encode(), "Petition", doc.name, is_private=1)
	delivery = frappe.get_all("Document Delivery", filters={"reference_name": doc.name}, pluck="name")[0]
	frappe.get_doc(
		{
			"doctype": "ToDo",
			"reference_type": "Petition",
			"reference_name": doc.name,
			"allocated_to": users["handler"],
			"description": f"{WORD}待办",
		}
	).insert()
	normal = make(subject="平常件1", recipient=recipient.name)
	frappe.db.commit()
	return SimpleNamespace(
		doc=doc,
		number=doc.petition_number,
		transfer=transfer,
		delivery=delivery,
		file=attached,
		recipient=recipient.name,
		normal=normal,
		users=SimpleNamespace(**users),
		**users,
	)


@pytest.fixture(params=OUTSIDERS)
def outsider(case, request):
	return getattr(case.users, request.param)


HANGING = ("Petition", "Petition Transfer", "Document Delivery")


def names_of(case) -> dict[str, str]:
	return {"Petition": case.doc.name, "Petition Transfer": case.transfer, "Document Delivery": case.delivery}


# --- the criterion --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("doctype", HANGING)
def test_outsiders_neither_list_nor_read_it(case, outsider, as_user, doctype):
	name = names_of(case)[doctype]
	with as_user(outsider):
		doc = frappe.get_doc(doctype, name)
		for ptype in ("read", "write", "print", "email", "share", "export", "report", "delete"):
			assert not frappe.has_permission(doctype, ptype, doc=doc), ptype
		if frappe.has_permission(doctype):
			listed = frappe.get_list(doctype, filters={"name": name}, pluck="name")
			assert not listed


def test_its_handler_does(case, as_user):
	with as_user(case.handler):
		for doctype, name in names_of(case).items():
			assert frappe.get_list(doctype, filters={"name": name}, pluck="name") == [name]
			assert frappe.get_doc(doctype, name).has_permission("read")


def test_an_accusation_handler_lists_normal_petitions_too(case, as_user):
	with as_user(case.accused):
		assert frappe.get_list("Petition", filters={"name": case.normal.name}, pluck="name")


def test_names_cannot_be_guessed_from_numbers(case):
	assert case.number.startswith(f"JK-{today()[:4]}-") and case.doc.name.startswith(f"{case.number}-")
	assert len(case.doc.name) == len(case.number) + 1 + secrecy.RANDOM_LENGTH
	for name in (case.transfer, case.delivery):
		assert "-JK-" in name
	assert not frappe.db.exists("Petition", case.number)
	# the counters of series can be read by system managers
	assert not frappe.db.sql("select 1 from tabSeries where name like %s", "JK-%")


def test_accusations_are_numbered_one_after_the_other(site):
	first, second = make(category="Accusation"), make(category="Accusation")
	assert int(second.petition_number[-5:]) == int(first.petition_number[-5:]) + 1


# --- through the web stack: as a system manager of the petition desk, and as concerned handlers of the role ----------
@pytest.fixture(params=["system", "accused", "unit"])
def http(case, client, request):
	return client(getattr(case.users, request.param))


def body(response) -> str:
	return response.get_data(as_text=True)


def telling(case, response) -> bool:
	"""Whether an answer gives away that there is something."""
	text = body(response)
	text = text.encode().decode("unicode_escape", errors="ignore") if "\\u" in text else text
	return WORD in body(response) or WORD in text or case.doc.name in text or case.transfer in text


def message(response):
	data = response.get_json() or {}
	return data.get("message", data.get("data"))


def test_rest_and_the_client_functions(case, http):
	for doctype, name in names_of(case).items():
		assert http.get(f"/api/resource/{doctype}/{name}").status_code == 403
		assert http.put(f"/api/resource/{doctype}/{name}", subject="改").status_code in (403, 404)
		assert not telling(case, http.get(f"/api/resource/{doctype}", fields=["*"], limit_page_length=0)), (
			doctype
		)
		for function, data in {
			"frappe.client.get": {},
			"frappe.client.get_value": {"fieldname": "division", "filters": {"name": name}},
			"frappe.client.get_list": {"filters": {"name": name}, "fields": ["*"]},
			"frappe.client.validate_link": {"docname": name, "fields": ["division"]},
			"frappe.client.get_doc_permissions": {"docname": name},
			"frappe.desk.form.load.getdoc": {},
			"frappe.desk.form.load.get_docinfo": {},
			"frappe.desk.search.search_link": {"txt": name, "page_length": 50},
			"frappe.desk.search.search_widget": {"txt": "", "page_length": 1000},
			"frappe.desk.link_preview.get_preview_data": {"docname": name},
		}.items():
			response = http.call(function, **({"doctype": doctype, "name": name} | data))
			text = body(response).replace(name, "") if response.status_code >= 400 else body(response)
			assert WORD not in text and builders.VILLAGE_A not in json.dumps(message(response) or ""), (
				function
			)
		counted = http.call("frappe.client.get_count", doctype=doctype, filters={"name": name})
		assert message(counted) == 0


def test_a_wrong_name_and_a_secret_one_look_alike(case, http):
	for docname in (case.doc.name, "JK-2026-99999-0123456789", "XF-2026-999999"):
		answer = message(
			http.call("frappe.client.validate_link", doctype="Petition", docname=docname, fields=["subject"])
		)
		assert not (answer or {}).get("name") and "subject" not in (answer or {})
	# by its number there is nothing to be found at all
	number = case.number
	assert http.get(f"/api/resource/Petition/{number}").status_code == 404
	for filters in (
		{"petition_number": number},
		{"name": ["like", f"{number}%"]},
		{"phone": "13912345678"},
		{"recipient": case.recipient, "category": "Accusation"},
		{"name": ["like", "JK-%"]},
	):
		rows = message(
			http.call("frappe.client.get_list", doctype="Petition", filters=filters, fields=["name"])
		)
		assert case.doc.name not in {row["name"] for row in rows}


def test_titles_and_the_global_search(case, http):
	title = http.call("frappe.desk.search.get_link_title", doctype="Petition", docname=case.doc.name)
	assert message(title) == case.doc.name
	for text in (WORD, case.number, case.doc.name):
		found = http.call("frappe.utils.global_search.search", text=text)
		assert not (message(found) or [])


@pytest.mark.parametrize("function", ["get", "get_list", "get_count"])
def test_the_report_builder(case, http, function):
	response = http.call(
		f"frappe.desk.reportview.{function}",
		doctype="Petition",
		fields=["`tabPetition`.`name`", "`tabPetition`.`subject`"],
		filters=[["Petition", "name", "=", case.doc.name]],
		page_length=500,
	)
	assert not telling(case, response)
	if function == "get_count":
		assert message(response) == 0
	grouped = http.call(
		"frappe.desk.reportview.get",
		doctype="Petition",
		fields=["`tabPetition`.`matter`", "count(`tabPetition`.`name`) as _aggregate_column"],
		group_by="`tabPetition`.`matter`",
		filters=[["Petition", "name", "=", case.doc.name]],
	)
	assert "Favouritism" not in body(grouped)


def test_group_counts_sidebar_tags_states_and_connections(case, http):
	mine = json.dumps([["Petition", "name", "=", case.doc.name]])
	for field in ("matter", "assigned_to", "status", "owner"):
		rows = message(
			http.call(
				"frappe.desk.listview.get_group_by_count",
				doctype="Petition",
				current_filters=mine,
				field=field,
			)
		)
		assert not rows, field
	for function in ("get_stats", "get_sidebar_stats"):
		response = http.call(
			f"frappe.desk.reportview.{function}", doctype="Petition", stats='["_user_tags"]', filters=[]
		)
		assert not telling(case, response)
	for tag in (f"{WORD}标签", "%"):
		assert not telling(
			case, http.call("frappe.desk.doctype.tag.tag.get_tagged_docs", doctype="Petition", tag=tag)
		)
	assert not telling(
		case, http.call("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag=f"#{WORD}标签")
	)
	states = http.call(
		"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count",
		doctype="Petition",
		workflow_state_field="category",
		states="[]",
	)
	assert states.status_code == 403


def test_what_is_linked_to_the_person(case, client, as_user):
	"""From the file of the petitioner one must not see that there is an accusation."""
	for asking in (case.approver, case.manager, case.unit, case.accused):
		with as_user(asking):
			linked = get_linked_docs("Recipient", case.recipient, {"Petition": {"fieldname": ["recipient"]}})
		assert [row.name for row in linked["Petition"]] == [case.normal.name]
	counts = client(case.approver).call(
		"frappe.desk.notifications.get_open_count",
		doctype="Petition",
		name=case.normal.name,
		items=json.dumps(["Petition Transfer"]),
	)
	assert counts.status_code == 200 and not telling(case, counts)


def test_cards_and_charts_count_what_the_user_may_list(case, client):
	def count(asking):
		response = client(asking).call(
			"frappe.desk.doctype.number_card.number_card.get_result",
			doc=json.dumps({"document_type": "Petition", "function": "Count"}),
			filters=json.dumps([["Petition", "name", "=", case.doc.name, False]]),
		)
		return message(response)

	assert count(case.handler) == 1
	assert count(case.manager) == count(case.unit) == 0
	chart = {
		"name": "1",
		"chart_type": "Group By",
		"document_type": "Petition",
		"group_by_type": "Count",
		"group_by_based_on": "subject",
		"filters_json": "[]",
	}
	for asking in (case.manager, case.unit):
		response = client(asking).call(
			"frappe.desk.doctype.dashboard_chart.dashboard_chart.get", chart=json.dumps(chart), no_cache=1
		)
		assert not telling(case, response)


def test_exports_hold_none_of_it(case, client):
	for asking in (case.manager, case.desk):
		response = client(asking).post(
			"/api/method/frappe.desk.reportview.export_query",
			doctype="Petition",
			file_format_type="CSV",
			title="Petition",
			fields=json.dumps(["`tabPetition`.`name`", "`tabPetition`.`subject`"]),
			filters="[]",
		)
		assert response.status_code == 200 and not telling(case, response)


def test_print_and_pdf(case, http):
	for path in ("/printview", "/api/method/frappe.utils.print_format.download_pdf"):
		response = http.get(path, doctype="Petition", name=case.doc.name, format="Standard")
		assert WORD not in body(response) and response.status_code in (403, 404, 417, 500)


def test_rows_of_its_tables(case, http):
	for child in ("Petition Accused", "Petition Action", "Petition Representative"):
		response = http.call(
			"frappe.client.get_list",
			doctype=child,
			parent="Petition",
			fields=["parent", "name"],
			limit_page_length=0,
		)
		assert not telling(case, response)


def test_what_refers_to_it_is_not_listed(case, client):
	"""Versions, comments, messages, assignments, files: a system manager lists them all."""
	system = client(case.system)
	for doctype in secrecy.REFERENCES:
		response = system.call(
			"frappe.client.get_list",
			doctype=doctype,
			fields=["*"],
			limit_page_length=0,
			order_by="creation desc",
		)
		if response.status_code == 200:
			assert not telling(case, response), doctype
	desk = client(case.desk)
	for doctype in ("File", "Comment", "ToDo", "Tag Link"):
		assert not telling(
			case, desk.call("frappe.client.get_list", doctype=doctype, fields=["*"], limit_page_length=0)
		), doctype


def test_what_refers_to_it_is_not_opened(case, client):
	for doctype in ("Version", "Comment", "ToDo", "File", "Tag Link", "Notification Log"):
		kind, name = secrecy.REFERENCES[doctype]
		rows = frappe.get_all(doctype, filters={kind: "Petition", name: case.doc.name}, pluck="name")
		if doctype == "Tag Link" and not rows:
			continue
		assert rows, doctype
		response = client(case.system).get(f"/api/resource/{doctype}/{rows[0]}")
		assert response.status_code in (403, 404) and WORD not in body(response), doctype


def test_its_files_are_not_downloaded(case, http, client):
	assert http.get(case.file.file_url).status_code == 403
	assert client(case.handler).get(case.file.file_url).status_code == 200
	for function, data in {
		"frappe.core.api.file.get_files_by_search_text": {"text": WORD},
		"frappe.core.api.file.get_attached_images": {"doctype": "Petition", "names": [case.doc.name]},
	}.items():
		assert case.file.file_url not in body(http.call(function, **data))


def test_whoever_uploaded_a_paper_does_not_keep_it(case, client):
	uploaded = client(case.township).post(
		"/api/method/upload_file",
		doctype="Petition",
		docname=case.normal.name,
		file_name="a.txt",
		is_private=0,
		content="1",
	)
	assert uploaded.status_code >= 400
	assert frappe.db.get_value("File", case.file.name, "owner") == "Administrator"


# --- ways out ---------------------------------------------------------------------------------------------------
def test_it_is_not_shared_followed_mailed_or_assigned_by_rule(case, as_user):
	for automation in (
		{
			"doctype": "Notification",
			"subject": "1",
			"document_type": "Petition",
			"event": "New",
			"channel": "System Notification",
			"message": "1",
			"recipients": [{"receiver_by_role": "All"}],
		},
		{
			"doctype": "Webhook",
			"webhook_doctype": "Petition",
			"request_url": "https://files.example.invalid",
			"request_method": "POST",
			"webhook_docevent": "after_insert",
		},
		{
			"doctype": "DocShare",
			"share_doctype": "Petition",
			"share_name": case.doc.name,
			"user": case.desk,
			"read": 1,
		},
		{"doctype": "Milestone Tracker", "document_type": "Petition Review", "track_field": "status"},
	):
		with pytest.raises(secrecy.NoAutomation):
			frappe.get_doc({"name": "密件规则1", **automation}).insert(ignore_permissions=True)
	with pytest.raises(following.NotYours):
		frappe.get_doc(
			{
				"doctype": "Document Follow",
				"ref_doctype": "Petition",
				"ref_docname": case.doc.name,
				"user": case.township,
			}
		).insert(ignore_permissions=True)
	assert not frappe.db.exists("Document Follow", {"ref_docname": case.doc.name})


def test_no_reason_opens_it(case, as_user):
	with as_user(case.administrator), pytest.raises(frappe.ValidationError):
		break_glass.open_case("Petition", case.doc.name, "紧急检查需要")


def test_a_system_manager_neither_takes_the_role_nor_runs_sql(case, as_user, client):
	with as_user(case.system):
		own = frappe.get_doc("User", case.system)
		own.append("roles", {"role": "Accusation Handler"})
		with pytest.raises(secrecy.KeptSecret):
			own.save()
	console = {"doctype": "System Console", "type": "SQL", "console": "select subject from tabPetition"}
	response = client(case.system).call(
		"frappe.desk.doctype.system_console.system_console.execute_code", doc=json.dumps(console)
	)
	assert response.status_code == 403


def test_open_lists_hear_nothing(case, monkeypatch):
	heard = []
	monkeypatch.setattr(frappe, "publish_realtime", lambda *args, **kwargs: heard.append((args, kwargs)))
	doc = frappe.get_doc("Petition", case.doc.name)
	doc.save()
	make(category="Accusation")
	assert not [words for words, _how in heard if "Petition" in json.dumps(words, default=str)]
	make()
	assert [words for words, _how in heard if "Petition" in json.dumps(words, default=str)]


def test_messages_and_reminders_are_neutral_and_for_handlers_only(case, as_user):
	frappe.db.set_value("Petition", case.doc.name, {"current_due": today(), "due_status": "Due Today"})
	assert case.doc.name not in {item.name for item in due_clocks.open_items(add_days(today(), 90))}
	petition_clocks.remind_of_restricted()
	assert petition_clocks.remind_of_restricted() == 0
	doc = frappe.get_doc("Petition", case.doc.name)
	secrecy.tell([case.manager, case.accused, case.handler, case.unit], f"{WORD}", doc)
	rows = frappe.get_all(
		"Notification Log", filters={"document_name": case.doc.name}, fields=["for_user", "subject"]
	)
	told = {row.for_user for row in rows}
	assert case.handler in told and told <= set(secrecy.handlers_of(case.doc.name))
	assert told.isdisjoint(getattr(case.users, key) for key in OUTSIDERS)
	assert not [row for row in rows if WORD in row.subject or "JK-" in row.subject]
	assert not frappe.db.exists("Case Reminder", {"reference_name": case.doc.name})
	assert not frappe.db.exists("Email Queue", {"reference_name": case.doc.name})


def take(http, doctype: str, name: str, step: str, values: dict):
	return http.call("socaid_app.casework.steps.take", doctype=doctype, name=name, step=step, values=values)


def test_its_steps_are_closed_to_outsiders(case, client):
	for asking in (case.approver, case.accused, case.unit):
		http = client(asking)
		for step, data in (
			("take_up", {}),
			("answer", OPINION),
			("reclassify", {"category": "Suggestion", "reason": "1"}),
			("ask", {"stage": "Review", "request": "1", "reviewing_body": "1"}),
			("hand_out", {}),
		):
			response = take(http, "Petition", case.doc.name, step, data)
			assert response.status_code == 404 and WORD not in body(response), step
		response = take(http, "Petition Transfer", case.transfer, "report_back", {"feedback": "1"})
		assert response.status_code == 404 and WORD not in body(response)
		for doctype in ("Petition Hearing", "Petition Settlement", "Document Delivery"):
			response = http.post(
				f"/api/resource/{doctype}",
				petition=case.doc.name,
				reference_doctype="Petition",
				reference_name=case.doc.name,
				document_kind="Notice of Taking Up",
				chair="1",
				kind="Mediated",
			)
			assert response.status_code in (403, 417) and WORD not in body(response)


def test_links_from_elsewhere_do_not_tell(case, client):
	response = client(case.manager).post(
		"/api/resource/Reception Record",
		petition=case.doc.name,
		matter_text="1",
		family_type="Not Receiving Help",
		visitor_name="1",
		division=builders.VILLAGE_A,
	)
	assert WORD not in body(response)


# --- changing the category ---------------------------------------------------------------------------------------
def test_a_petition_that_becomes_an_accusation_disappears_with_all_its_traces(case, as_user):
	with as_user(case.township):
		doc = under_way(matter="Conduct of Staff", division=builders.OTHER_VILLAGE_A)
		doc.add_comment("Comment", "留言1")
	handling.assign(doc.name, case.township)
	attached = save_file("b.txt", doc.name.encode(), "Petition", doc.name, is_private=1)
	frappe.db.set_value("File", attached.name, "owner", case.township)
	old, papers = (
		doc.name,
		frappe.get_all("Document Delivery", filters={"reference_name": doc.name}, pluck="name"),
	)
	with as_user(case.desk):
		with pytest.raises(frappe.PermissionError):
			reclassifying.reclassify(old, "Accusation", "实为检举")
		form = frappe.get_doc("Petition", old)
		form.category = "Accusation"
		with pytest.raises(CategoryByStep):
			form.save()
	with as_user(case.handler):
		new = reclassifying.reclassify(old, "Accusation", "实为检举")
		assert new.startswith("JK-") and frappe.get_doc("Petition", new).has_permission("read")
	assert not frappe.db.exists("Petition", old)
	assert not [name for name in papers if frappe.db.exists("Document Delivery", name)]
	delivery = frappe.get_last_doc("Document Delivery", filters={"reference_name": new})
	assert delivery.restricted and "-JK-" in delivery.name
	assert not frappe.db.exists(
		"Notification Log", {"document_name": ["in", [old, new]], "for_user": case.township}
	)
	assert frappe.db.get_value("File", attached.name, ["attached_to_name", "owner"]) == (new, "Administrator")
	for asking in (case.township, case.desk, case.manager, case.system):
		with as_user(asking):
			assert not frappe.get_list("Petition", filters={"name": ["in", [old, new]]}, pluck="name")
			if frappe.has_permission("Comment"):
				hidden = {"reference_name": ["in", [old, new]]}
				assert not frappe.get_list("Comment", filters=hidden, pluck="name")
	with as_user(case.handler):
		back = reclassifying.reclassify(new, "Appeal for Help", "查明不是检举", "Handled as Petition")
	assert back.startswith("XF-")
	with as_user(case.desk):
		assert frappe.get_list("Petition", filters={"name": back}, pluck="name") == [back]


def test_who_recorded_it_may_do_so_until_somebody_else_acts(case, as_user):
	with as_user(case.desk):
		mine = make()
		assert reclassifying.reclassify(mine.name, "Accusation", "登记错误") is None
	with as_user(case.township):
		other = make(division=builders.OTHER_VILLAGE_A)
	with as_user(case.desk):
		taking_up.take_up(other.name, "Handled as Petition")
	with as_user(case.township), pytest.raises(frappe.PermissionError):
		reclassifying.reclassify(other.name, "Accusation", "晚了")


def test_within_one_side_the_number_stays(case):
	doc = make()
	assert reclassifying.reclassify(doc.name, "Suggestion", "更正") == doc.name


def test_a_clerk_who_records_an_accusation_loses_sight_of_it(case, client):
	http = client(case.township)
	response = http.post(
		"/api/resource/Petition",
		subject="登记1",
		category="Accusation",
		matter="Favouritism",
		channel="In Person",
		petitioner_name="访1",
		phone="13900000009",
		content="1",
		restricted=0,
		division=builders.OTHER_VILLAGE_A,
	)
	assert response.status_code == 200, body(response)
	name = message(response)["name"]
	assert http.get(f"/api/resource/Petition/{name}").status_code == 403
	assert frappe.db.get_value("Petition", name, "restricted") == 1


def test_the_flag_is_not_taken_off_by_a_client(case, as_user):
	with as_user(case.handler):
		doc = frappe.get_doc("Petition", case.doc.name)
		doc.restricted = 0
		doc.save()
		paper = frappe.get_doc("Petition Transfer", case.transfer)
		paper.restricted = 0
		paper.save()
	assert frappe.db.get_value("Petition", case.doc.name, "restricted") == 1
	assert frappe.db.get_value("Petition Transfer", case.transfer, "restricted") == 1


def test_a_repeated_accusation_points_only_where_its_readers_may_look(site):
	same = {
		"subject": "村干部优亲厚友吃低保",
		"content": "优亲厚友",
		"phone": "13966660000",
		"category": "Accusation",
	}
	first = make(**same, accused=[{"accused_name": "被甲1"}])
	other = make(**same, accused=[{"accused_name": "被乙1"}])
	again = make(**same, accused=[{"accused_name": "被甲1"}, {"accused_name": "被丙1"}])
	assert (other.repeat_of, again.repeat_of) == (None, first.name)


def test_reviews_of_normal_petitions_keep_their_series(site):
	review = reviews.ask(answered().name, "Review", "不服1", "县政府")
	assert review.startswith(f"FC-{today()[:4]}-")
