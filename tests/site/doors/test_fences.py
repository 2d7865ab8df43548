"""No function of Frappe tells what its lists do not show, and no system manager becomes a handler of accusations.

Frappe answers many questions past its permissions: suggestions that ignore user permissions, charts that count with
any filter, filters in place of names. And who administers accounts, reports and scripts must not get at accusations
(信访工作条例 Art. 30) by way of them.
"""

import inspect
import json
from types import SimpleNamespace

import frappe
import pytest
from frappe.model.rename_doc import rename_doc

from socaid_app.casework.people import Directory
from socaid_app.permissions import accounts, record_names
from socaid_app.petition_desk import (
	escalation,
	guards,
	handling,
	phone_intake,
	reception,
	reclassifying,
	secrecy,
	taking_up,
)
from tests import builders
from tests.builders.petitions import make, user

WORD = f"密件{builders.digits()}"


@pytest.fixture(scope="module")
def case(site):
	frappe.set_user("Administrator")
	handler = user("handler", "Accusation Handler")
	doc = make(
		subject=f"{WORD}事由",
		category="Accusation",
		matter="Favouritism",
		accused=[{"accused_name": f"{WORD}某，某镇民政办，主任"}],
	)
	taking_up.take_up(doc.name)
	handling.assign(doc.name, handler)
	system = user("system", ("System Manager", "Petition Handler"))
	frappe.get_doc("User", system).add_roles("Script Manager", "Report Manager")
	frappe.db.commit()
	return SimpleNamespace(
		doc=doc,
		handler=handler,
		system=system,
		clerk=user("township", "Township Officer", builders.TOWNSHIP_A),
		desk=user("desk", "Petition Handler"),
	)


@pytest.fixture
def http(case, client):
	return client(case.system)


def body(response) -> str:
	text = response.get_data(as_text=True)
	return text.encode().decode("unicode_escape", errors="ignore") + text if "\\u" in text else text


def message(response):
	return (response.get_json() or {}).get("message")


# --- lists and figures ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("function", ["search_link", "search_widget"])
@pytest.mark.parametrize(
	"asked",
	[
		{"doctype": "Petition", "filter_fields": '["content"]'},
		{"doctype": "Petition Accused", "reference_doctype": "Petition", "filter_fields": '["accused_name"]'},
		{"doctype": "Version", "filter_fields": '["data"]'},
	],
)
def test_suggestions_show_what_the_list_shows(case, http, function, asked):
	response = http.call(
		f"frappe.desk.search.{function}", txt="", page_length=1000, ignore_user_permissions=1, **asked
	)
	assert WORD not in body(response) and case.doc.name not in body(response)


def test_suggestions_stay_within_the_township(case, client):
	stranger = builders.make_household(builders.VILLAGE_B)
	response = client(case.clerk).call(
		"frappe.desk.search.search_link",
		doctype="Household Event",
		txt="",
		page_length=1000,
		ignore_user_permissions=1,
		filter_fields='["household"]',
	)
	assert response.status_code == 200 and stranger.name not in body(response)


def test_functions_named_in_a_request_are_ours_as_well(case, http):
	"""Where a request names the function that answers, it is not the one we replaced."""
	subject = json.dumps({"subject": case.doc.subject})
	mapped = http.post(
		"/api/method/frappe.model.mapper.map_docs",
		method="frappe.client.get_count",
		source_names='["Petition"]',
		target_doc=subject,
	)
	assert message(mapped) in (0, None)
	chart = json.dumps(heatmap("Petition", case))
	for function, data in {
		"frappe.desk.search.search_widget": {
			"doctype": "",
			"txt": chart,
			"query": "frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
		},
		"frappe.desk.treeview.get_all_nodes": {
			"doctype": "Petition",
			"label": subject,
			"parent": subject,
			"tree_method": "frappe.client.get_count",
		},
	}.items():
		response = http.call(function, **data)
		assert "dataPoints" not in body(response) or not message(response)["dataPoints"]


def heatmap(doctype: str, case) -> dict:
	return {
		"name": "1",
		"type": "Heatmap",
		"chart_type": "Count",
		"document_type": doctype,
		"based_on": "creation",
		"filters_json": json.dumps([[doctype, "name", "=", case.doc.name, False]]),
	}


@pytest.mark.parametrize("doctype", ["Petition", "Petition Accused", "Version", "Recipient Identity"])
def test_heatmaps_count_no_records_that_are_not_listed(case, http, doctype):
	response = http.call(
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get", chart=json.dumps(heatmap(doctype, case))
	)
	assert response.status_code == 403


def test_goals_count_no_records_that_are_not_listed(case, http):
	for doctype in ("Petition", "Petition Accused", "Recipient Identity"):
		response = http.call(
			"frappe.utils.goal.get_monthly_goal_graph_data",
			title="1",
			doctype="User",
			docname=case.system,
			goal_value_field="name",
			goal_total_field="name",
			goal_history_field="name",
			goal_doctype=doctype,
			goal_doctype_link="owner",
			goal_field="name",
			date_field="creation",
			aggregation="count",
		)
		assert response.status_code == 403


def test_charts_go_on_counting_what_each_user_may_list(case, client):
	name = f"图{builders.digits()}"
	frappe.get_doc(
		{
			"doctype": "Dashboard Chart",
			"chart_name": name,
			"chart_type": "Group By",
			"document_type": "Petition",
			"group_by_type": "Count",
			"group_by_based_on": "subject",
			"filters_json": json.dumps([["Petition", "name", "=", case.doc.name, False]]),
			"is_public": 1,
		}
	).insert(ignore_permissions=True)
	function = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
	assert case.doc.subject in body(client(case.handler).call(function, chart_name=name))
	answer = client(case.desk).call(function, chart_name=name)
	assert answer.status_code == 200 and WORD not in body(answer)


def test_words_of_a_record_are_no_fields_of_another(case, client):
	doc = {
		"doctype": "Petition",
		"__islocal": 1,
		"name": "new-petition-1",
		"subject": "材料见附件",
		"category": "Suggestion",
		"matter": "Other Matter",
		"channel": "In Person",
		"petitioner_name": "访客",
		"phone": "13900007777",
		"content": "见petition.pdf",
		"division": builders.VILLAGE_A,
	}
	answer = client(case.desk).call("frappe.desk.form.save.savedocs", doc=json.dumps(doc), action="Save")
	assert answer.status_code == 200, answer.text


def test_charts_of_other_records_go_on_working(case, http):
	chart = heatmap("Role", case) | {"filters_json": "[]"}
	response = http.call(
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get", chart=json.dumps(chart), no_cache=1
	)
	assert response.status_code == 200 and message(response)["dataPoints"]


# --- names ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("doctype", ["Petition", "Petition Accused", "Version"])
def test_a_filter_that_matches_and_one_that_does_not_get_the_same_answer(case, http, doctype):
	field = {"Petition": "subject", "Petition Accused": "accused_name", "Version": "data"}[doctype]
	answers = []
	for wanted in (f"%{WORD}%", "%没有这样的字%"):
		response = http.call(
			"frappe.client.get", doctype=doctype, filters={field: ["like", wanted]}, parent="Petition"
		)
		assert "JK-" not in body(response)
		answers.append((response.status_code, (response.get_json() or {}).get("exc_type")))
	assert answers[0] == answers[1]


@pytest.mark.parametrize(
	"function, name",
	[
		("frappe.client.get", "name"),
		("frappe.client.get_doc_permissions", "docname"),
		("frappe.client.has_permission", "docname"),
		("frappe.client.set_value", "name"),
		("frappe.client.delete", "name"),
		("frappe.desk.form.load.getdoc", "name"),
		("frappe.desk.form.load.get_docinfo", "name"),
	],
)
def test_a_record_is_asked_for_by_its_name(case, http, function, name):
	for asked in ({"subject": ["like", f"%{WORD}%"]}, [["subject", "like", f"%{WORD}%"]], 0):
		response = http.post(
			f"/api/method/{function}",
			doctype="Petition",
			fieldname="subject",
			value="改",
			**{name: asked},
		)
		assert response.status_code == 417 or (asked == 0 and function == "frappe.client.get")
		assert "JK-" not in body(response) and WORD not in body(response).replace(f"%{WORD}%", "")


def test_names_inside_documents_are_names_too(case, http):
	for function, data in {
		"frappe.client.save": {"doc": json.dumps({"doctype": "Version", "name": {"data": ["like", "%1%"]}})},
		"frappe.client.bulk_update": {
			"docs": json.dumps([{"doctype": "Version", "docname": {"data": ["like", "%1%"]}}])
		},
	}.items():
		response = http.call(function, **data)
		assert response.status_code == 417 and response.get_json()["exc_type"] == "NotAName"


def test_whoever_asks_by_a_filter_finds_what_the_list_shows(case, as_user):
	with as_user(case.system), pytest.raises(frappe.DoesNotExistError):
		frappe.get_doc("Petition", {"subject": case.doc.subject})
	with as_user(case.handler):
		assert frappe.get_doc("Petition", {"subject": case.doc.subject}).name == case.doc.name


def test_a_hidden_petition_is_missing(case, http):
	answers = []
	for name in (case.doc.name, "JK-2026-99999-0123456789"):
		response = http.call("frappe.client.get", doctype="Petition", name=name)
		said = response.get_json()
		messages = [json.loads(one)["message"] for one in json.loads(said["_server_messages"])]
		answers.append((response.status_code, said["exc_type"], [one.replace(name, "") for one in messages]))
	assert answers[0] == answers[1]


# --- receptions ---------------------------------------------------------------------------------------------------
def test_a_reception_says_nothing_of_what_became_an_accusation(case, as_user):
	"""Also where the petition was something else at first."""
	with as_user(case.clerk):
		record = frappe.get_doc(
			{
				"doctype": "Reception Record",
				"visitor_name": f"{WORD}访",
				"phone": "13912345678",
				"matter_text": f"{WORD}来访",
				"division": builders.OTHER_VILLAGE_A,
			}
		).insert()
		petition = reception.turn_into_petition(record.name, "Appeal for Help", "Conduct of Staff")
	later = make(division=builders.OTHER_VILLAGE_A)
	frappe.db.set_value("Petition", later.name, "repeat_of", petition)
	record.add_comment("Comment", f"{WORD}评")
	with as_user(case.handler):
		accusation = reclassifying.reclassify(petition, "Accusation", "实为检举")
	with as_user(case.clerk):
		stored = frappe.get_doc("Reception Record", record.name)
		assert not stored.petition and WORD not in frappe.as_json(stored.as_dict())
	for reference in ("Version", "Comment"):
		kind, column = secrecy.REFERENCES[reference]
		assert not frappe.db.exists(reference, {kind: "Reception Record", column: record.name})
	assert not frappe.db.get_value("Petition", later.name, "repeat_of")
	assert WORD in frappe.db.get_value("Petition", accusation, "content")


@pytest.mark.parametrize(
	"said",
	[
		{"fields": ["name", "petition.content"]},
		{"fields": ["name", "petition.content as c"]},
		{"order_by": "petition.content"},
	],
)
def test_a_list_of_receptions_reads_no_petitions(case, http, said):
	for path in ("/api/resource/Reception Record", "/api/method/frappe.client.get_list"):
		response = http.get(path, doctype="Reception Record", **said)
		assert response.status_code >= 400


# --- accounts -----------------------------------------------------------------------------------------------------
def test_the_role_is_not_taken_by_its_row(case, http, as_user):
	row = frappe.db.get_value("Has Role", {"parent": case.system, "role": "Petition Handler"})
	assert http.put(f"/api/resource/Has Role/{row}", role="Accusation Handler").status_code == 403
	created = http.post(
		"/api/resource/Has Role",
		parent=case.system,
		parenttype="User",
		parentfield="roles",
		role="Accusation Handler",
	)
	assert created.status_code >= 400
	assert "Accusation Handler" not in frappe.get_roles(case.system)


def test_the_role_is_not_taken_by_another_name(case, as_user):
	own = frappe.get_doc({"doctype": "Role", "role_name": f"角{builders.digits()}"}).insert()
	with as_user(case.system):
		for old, new, merge in (
			(own.name, "Accusation Handler", True),
			("Accusation Handler", "角2", False),
		):
			with pytest.raises(secrecy.KeptSecret):
				rename_doc("Role", old, new, merge=merge, show_alert=False)
		for old, new, merge in (
			(case.handler, "new@example.invalid", False),
			(case.system, case.handler, True),
		):
			with pytest.raises(secrecy.KeptSecret):
				rename_doc("User", old, new, merge=merge, show_alert=False)


def test_the_role_is_not_taken_by_a_profile(case, as_user):
	profile = frappe.get_doc(
		{
			"doctype": "Role Profile",
			"role_profile": f"组{builders.digits()}",
			"roles": [{"role": "Accusation Handler"}],
		}
	).insert()
	with as_user(case.system):
		own = frappe.get_doc("User", case.system)
		own.role_profile_name = profile.name
		if own.meta.has_field("role_profiles"):
			own.append("role_profiles", {"role_profile": profile.name})
		with pytest.raises(secrecy.KeptSecret):
			own.save()


@pytest.mark.parametrize("account", ["handler", "Administrator"])
@pytest.mark.parametrize(
	"values",
	[
		{"new_password": "Long-Enough-2026!"},
		{"email": "x@example.invalid"},
		{"first_name": "别人"},
		{"api_secret": "0123456789"},
		{"reset_password_key": "0123"},
		{"enabled": 0},
	],
)
def test_a_system_manager_does_not_become_a_handler(case, as_user, account, values):
	with as_user(case.system):
		doc = frappe.get_doc("User", getattr(case, account, account))
		doc.update(values)
		with pytest.raises(frappe.PermissionError):
			doc.save()


def test_keys_of_handlers_are_made_by_the_administrator(case, http):
	for account in (case.handler, "Administrator"):
		response = http.call("frappe.core.doctype.user.user.generate_keys", user=account)
		assert response.status_code == 403
	asked = {"doctype": "User", "name": case.handler, "fieldname": "api_secret"}
	assert http.call("frappe.client.get_password", **asked).status_code == 403
	# of others they go on making them
	other = http.call("frappe.core.doctype.user.user.generate_keys", user=case.clerk)
	assert other.status_code == 200


def test_a_handler_keeps_the_own_name_and_changes_the_own_password(case, as_user, client):
	"""By another name nobody is accused."""
	response = client(case.handler).call(
		"frappe.desk.page.user_profile.user_profile.update_profile_info",
		profile_info=json.dumps({"first_name": "别人", "full_name": "别人"}),
	)
	assert response.status_code == 403
	with as_user(case.handler):
		doc = frappe.get_doc("User", case.handler)
		doc.desk_theme = "Dark"
		doc.save()
	from frappe.core.doctype.user.user import reset_user_data

	with as_user("Guest"):
		reset_user_data(case.handler)


def test_links_that_open_a_handlers_account_are_not_mailed(case, http):
	before = frappe.db.count("Email Queue")
	http.call("frappe.core.doctype.user.user.reset_password", user=case.handler)
	http.call("frappe.www.login.send_login_link", email=case.handler)
	for kind in ("reset", "login"):
		accounts.send(kind, case.handler)
	assert frappe.db.count("Email Queue") == before


def test_a_link_or_another_site_opens_no_handlers_account(case, client):
	# earlier runs have used up the hour's links
	frappe.cache.delete_keys("rl:")
	for account, opened in ((case.handler, False), (case.clerk, True)):
		key = frappe.generate_hash(length=20)
		frappe.cache.set_value(f"one_time_login_key:{key}", account, expires_in_sec=60)
		response = client("Guest").get("/api/method/frappe.www.login.login_via_key", key=key)
		assert response.status_code == (302 if opened else 401), body(response)


def test_a_handler_logs_in_with_the_password(case, client):
	from frappe.utils.password import update_password

	update_password(case.handler, "Long-Enough-2026!")
	frappe.db.commit()
	response = client("Guest").post("/api/method/login", usr=case.handler, pwd="Long-Enough-2026!")
	assert response.status_code == 200


def test_users_are_disabled_and_not_deleted(case, as_user):
	with as_user(case.system), pytest.raises(guards.NeverDeleted):
		frappe.delete_doc("User", case.clerk)


# --- reports, scripts, backups --------------------------------------------------------------------------------------
def test_a_report_is_run_with_the_own_eyes(case, http, as_user):
	with as_user(case.system):
		for who in (case.handler, "Administrator"):
			assert not frappe.get_list("Petition", filters={"name": case.doc.name}, user=who)
		assert not frappe.has_permission("Petition", "read", doc=case.doc, user=case.handler)
	response = http.call(
		"frappe.desk.query_report.run",
		report_name="Permitted Documents For User",
		filters=json.dumps({"user": case.handler, "doctype": "Petition"}),
		user=case.handler,
	)
	assert case.doc.name not in body(response)


@pytest.mark.parametrize(
	"values",
	[
		{"doctype": "Report", "report_type": "Script Report", "report_script": "data = []"},
		{"doctype": "Server Script", "script_type": "API", "api_method": "a1", "script": "pass"},
		{"doctype": "Client Script", "dt": "Petition", "script": "1"},
		{"doctype": "Print Format", "doc_type": "Petition", "standard": "No"},
		{"doctype": "Web Form", "doc_type": "Petition", "title": "1", "route": "a1", "is_standard": 0},
		{"doctype": "Workflow", "document_type": "Petition", "workflow_name": "流程1"},
		{
			"doctype": "Notification",
			"document_type": "Version",
			"subject": "1",
			"channel": "System Notification",
		},
	],
)
def test_what_carries_code_is_the_administrators(case, as_user, values):
	with as_user(case.system):
		doc = frappe.get_doc(
			{
				"name": f"件{builders.digits()}",
				"ref_doctype": "User",
				"is_standard": "No",
				**values,
			}
		)
		doc.report_name = doc.name
		with pytest.raises(secrecy.KeptSecret):
			doc.insert(ignore_permissions=True, ignore_mandatory=True)


def test_reports_on_petitions_are_not_mailed_nor_others_in_a_strangers_name(case, as_user):
	mailed = {
		"doctype": "Auto Email Report",
		"email_to": "x@example.invalid",
		"frequency": "Daily",
		"format": "HTML",
		"filters": "{}",
	}
	with pytest.raises(secrecy.NoAutomation):
		frappe.get_doc(mailed | {"report": "Petition Ledger", "user": "Administrator"}).insert()
	with as_user(case.system), pytest.raises(secrecy.NoAutomation):
		frappe.get_doc(mailed | {"report": "Permitted Documents For User", "user": case.handler}).insert(
			ignore_permissions=True
		)


def test_a_prepared_report_is_its_owners(case, http, as_user):
	frappe.set_user(case.handler)
	prepared = frappe.get_doc(
		{"doctype": "Prepared Report", "report_name": "Petition Ledger", "filters": "{}"}
	)
	prepared.name = frappe.generate_hash(length=10)
	prepared.owner = prepared.modified_by = case.handler
	prepared.db_insert()
	frappe.set_user("Administrator")
	assert http.get(f"/api/resource/Prepared Report/{prepared.name}").status_code == 403
	attached = "frappe.core.doctype.prepared_report.prepared_report.download_attachment"
	assert http.call(attached, dn=prepared.name).status_code >= 400
	run = http.call(
		"frappe.desk.query_report.run",
		report_name="Petition Ledger",
		filters=json.dumps({"prepared_report_name": prepared.name}),
	)
	assert run.status_code == 403
	with as_user(case.system):
		assert not frappe.get_list("Prepared Report", filters={"name": prepared.name})


def test_backups_are_the_administrators(case, http):
	assert http.get("/backups/20260101_000000-site-database.sql.gz").status_code == 403


def test_where_backups_go_is_the_administrators(case, as_user):
	with as_user(case.system):
		for settings in ("S3 Backup Settings", "Dropbox Settings", "Google Drive"):
			with pytest.raises(secrecy.KeptSecret):
				guarded = frappe.get_doc(settings)
				guarded.flags.ignore_mandatory = True
				guarded.save()


def test_raw_conditions_are_the_administrators(case, as_user):
	with as_user(case.system):
		assert not frappe.has_permission("Bulk Update", "write", doc=frappe.get_doc("Bulk Update"))


# --- who is meant ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"text, names_, meant",
	[
		("王小明，西河镇民政办，主任", ["王小明"], True),
		("西河镇 王 小 明", ["王小明"], True),
		("西河镇\u3000王\u200b小明", ["王 小明"], True),
		("ＷＡＮＧ Ｌｉ，副主任", ["Wang Li"], True),
		("王小明", ["王小红"], False),
		("王小明", ["王"], False),
		("100%的王_明", ["王%明"], False),
		("O'Brien", ["o'brien"], True),
		("", ["王小明"], False),
		("王小明", [], False),
		("王小明", ["", " "], False),
	],
)
def test_a_name_within_what_was_said_means_the_user_in_python_and_in_sql(site, text, names_, meant):
	"""The web form stores name, unit and post in one line."""
	assert secrecy.is_named(text, names_) is meant
	stored = frappe.db.escape(secrecy.tidy(text), percent=False)
	condition = secrecy.named_condition("said", names_)
	assert bool(frappe.db.sql(f"select 1 from (select {stored} as said) t where {condition}")) is meant


def test_an_accused_handler_is_neither_told_nor_shown_it(case, as_user):
	accused = user("accused", "Accusation Handler")
	name = frappe.db.get_value("User", accused, "full_name")
	doc = make(category="Accusation", accused=[{"accused_name": f"某镇民政办 {name} 副主任"}])
	assert accused not in secrecy.handlers_of(doc.name)
	assert not frappe.db.exists("Notification Log", {"document_name": doc.name, "for_user": accused})
	with as_user(accused):
		assert not frappe.get_list("Petition", filters={"name": doc.name})
		assert not frappe.has_permission("Petition", "read", doc=doc)


def test_who_is_accused_on_the_telephone_or_at_the_desk_is_known_before_anybody_is_told(case, as_user):
	accused = user("accused", "Accusation Handler")
	said = f"{frappe.db.get_value('User', accused, 'full_name')}，镇民政办；另一人"
	with as_user(case.desk):
		phone_intake.save(
			"Petition", f"{WORD}电话", category="Accusation", division=builders.VILLAGE_A, accused=said
		)
		record = frappe.get_doc(
			{"doctype": "Reception Record", "matter_text": f"{WORD}窗口", "division": builders.VILLAGE_A}
		).insert()
		reception.turn_into_petition(record.name, "Accusation", "Favouritism", accused=said)
	for content in (f"{WORD}电话", f"{WORD}窗口"):
		name = frappe.db.get_value("Petition", {"content": content})
		assert len(secrecy.accused_of(name)) == 2
		assert not frappe.db.exists("Notification Log", {"document_name": name, "for_user": accused})
		assert frappe.db.exists("Notification Log", {"document_name": name, "for_user": case.handler})


def test_an_accusation_against_the_bureau_is_kept_from_its_own_staff(case, as_user):
	"""Nobody is left who may handle it; the Administrator hears, and finds somebody."""
	county = frappe.db.get_single_value("Socaid Settings", "county_division")
	assert county in secrecy.units_of(case.handler)
	doc = make(category="Accusation", accused=[{"unit": "县民政局", "unit_division": county}])
	assert case.handler not in secrecy.handlers_of(doc.name)
	if not secrecy.handlers_of(doc.name):
		told = frappe.get_all(
			"Notification Log", filters={"document_name": doc.name}, fields=["for_user", "subject"]
		)
		assert [row.for_user for row in told] == ["Administrator"]
		assert doc.subject not in told[0].subject


def test_what_cannot_be_escalated_is_logged_without_words(site):
	"""Frappe's own log keeps every variable, the petition's text among them."""
	doc = make(content=f"{WORD}正文", real_name=1)
	frappe.db.set_value("Petition", doc.name, "petitioner_name", None)
	rule = frappe._dict(
		name="规则1", rule_name="规则1", notify_role="Service Manager", condition="Repeat Petition"
	)
	assert escalation._try(rule, doc.name, Directory()) == 0
	logged = frappe.get_last_doc("Error Log")
	assert logged.method.startswith("A petition could not be escalated")
	assert "escalation.py" in logged.error and WORD not in logged.error and doc.name not in logged.error


def test_our_functions_take_what_frappes_take(site):
	"""A call that fits the one must fit the other."""
	for theirs, ours in frappe.get_hooks("override_whitelisted_methods").items():
		if not ours[-1].startswith("socaid_app."):
			continue
		wanted, given = (inspect.signature(frappe.get_attr(path)).parameters for path in (theirs, ours[-1]))
		if any(one.kind == one.VAR_KEYWORD for one in given.values()):
			continue
		assert list(given) == list(wanted), theirs


def test_names_are_names():
	assert record_names.require_plain(["XF-1", "XF-2"]) == ["XF-1", "XF-2"]
	for asked in ({"name": "1"}, [["name", "=", "1"]], ["1", {}], 0, False, 1.5):
		with pytest.raises(record_names.NotAName):
			record_names.require_plain(asked)
