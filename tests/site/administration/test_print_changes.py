"""Print copies, letter heads, notifications, templates and assignment rules of the Socaid Administrator say no more than they may."""

import json

import frappe
import pytest

from tests import builders

CASE, NOTICE = "Assistance Application", "Acceptance Notice"
FORMAT, RULE, HEAD = "/api/resource/Print Format", "/api/resource/Notification", "/api/resource/Letter Head"
LEAK = "{{ frappe.db.get_value('Recipient', {}, 'full_name') }}"


@pytest.fixture(scope="module", autouse=True)
def gone(site):
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	for kind in ("Print Format", "Letter Head", "Notification", "Email Template", "Assignment Rule"):
		for name in frappe.get_all(kind, {"name": ["like", "县级%"]}, pluck="name"):
			frappe.delete_doc(kind, name, force=True)
	frappe.db.commit()


def shipped_html(http) -> str:
	"""As the form shows it, and Duplicate takes it along."""
	answer = http.get("/api/method/frappe.desk.form.load.getdoc", doctype="Print Format", name=NOTICE)
	assert answer.status_code == 200, answer.text
	return answer.json["docs"][0]["html"]


def copy(http, html: str, **values):
	return http.post(
		FORMAT,
		**{
			"name": f"县级{builders.digits()}",
			"doc_type": CASE,
			"standard": "No",
			"custom_format": 1,
			"print_format_type": "Jinja",
			"html": html,
			**values,
		},
	)


def test_a_copy_with_words_and_fields_is_saved_and_prints(admin):
	html = shipped_html(admin).replace("社会救助申请受理通知书", "社会救助申请受理告知书")
	html += "<p class='body'>申请日期：{{ cn_date(doc.applied_on) }}{% if doc.route == 'Quick Relief' %}（快）{% endif %}</p>"
	answer = copy(admin, html)
	assert answer.status_code == 200, answer.text
	name = answer.json["data"]["name"]
	# and is changed again from there
	assert admin.put(f"{FORMAT}/{name}", html=html + "<p>落款</p>").status_code == 200
	frappe.db.rollback()
	case = builders.make_application()
	printed = frappe.get_print(CASE, case.name, print_format=name)
	assert "受理告知书" in printed and "申请日期" in printed and "落款" in printed


def test_a_format_of_the_builder_is_made(admin):
	made = admin.call(
		"frappe.printing.page.print_format_builder.print_format_builder.create_custom_format",
		doctype=CASE,
		name=f"县级{builders.digits()}",
	)
	assert made.status_code == 200, made.text
	name = made.json["message"]["name"]
	layout = [
		{
			"fieldname": "print_heading_template",
			"fieldtype": "Custom HTML",
			"options": "<h2>{{ doc.name }}</h2>",
		},
		{"fieldname": "applicant_name", "print_hide": 0, "label": "申请人"},
	]
	assert admin.put(f"{FORMAT}/{name}", format_data=json.dumps(layout)).status_code == 200
	layout[0]["options"] = LEAK
	answer = admin.put(f"{FORMAT}/{name}", format_data=json.dumps(layout))
	assert answer.status_code == 417 and "PrintRefused" in answer.text


@pytest.mark.parametrize(
	"added",
	[
		LEAK,
		"{{ doc.as_dict() }}",
		"{{ doc.get_password('x') }}",
		"{{ doc.db_set('status', 'x') }}",
		"{{ doc.applicant.__class__ }}",
		"{{ doc.get_formatted('nothing') }}",
		"{% set x = frappe %}",
		"{{ parts.heading('<b>', doc.name, township_office(doc.division)) }}",
		"{% include 'templates/print/notice.html' %}x{% import 'a' as b %}",
		"{% for row in frappe.get_all('Recipient') %}{{ row.name }}{% endfor %}",
		"{% for parts in doc.members %}{% endfor %}",
		"<script>alert(1)</script>",
		"<img src=x onerror=alert(1)>",
		"<img src='https://example.invalid/x.png'>",
		"<{{ doc.applicant_name }}>",
		'<b title={% if doc.name %}"{% endif %}><img src=x onerror=y>{% if doc.name %}"{% endif %}>',
		"{% raw %}{{ <script>x</script> }}{% endraw %}",
		"<style>@import 'x'</style>",
		"<iframe src='/app'></iframe>",
		"<p",
	],
)
def test_a_copy_computes_and_loads_nothing_of_its_own(admin, added):
	answer = copy(admin, shipped_html(admin) + added)
	assert answer.status_code == 417 and "PrintRefused" in answer.text, answer.text


def test_other_ways_to_a_print(admin):
	name = copy(admin, "<p>{{ doc.name }}</p>").json["data"]["name"]
	frappe.db.rollback()
	petition = frappe.db.get_value("Print Format", {"doc_type": "Petition"}, "name")
	before = frappe.db.get_value("Print Format", NOTICE, "modified")
	refused = (
		copy(admin, "<p>x</p>", doc_type="Petition"),
		copy(admin, "<p>x</p>", doc_type="User"),
		copy(admin, "<p>x</p>", standard="Yes"),
		copy(admin, "<p>x</p>", print_format_type="JS"),
		copy(admin, "", raw_printing=1, raw_commands=LEAK),
		copy(admin, "<p>x</p>", css="p { background: url(//x) }"),
		admin.put(f"{FORMAT}/{name}", html=LEAK),
		admin.put(f"{FORMAT}/{NOTICE}", html="<p>x</p>"),
		admin.put(f"{FORMAT}/{NOTICE}", standard="No"),
		admin.delete(f"{FORMAT}/{NOTICE}"),
		admin.delete(f"{FORMAT}/{petition}"),
		admin.call(
			"frappe.client.bulk_update",
			docs=json.dumps([{"doctype": "Print Format", "docname": name, "html": LEAK}]),
		),
		admin.post("/api/resource/Print Style", print_style_name="x", css="x"),
	)
	assert [at for at, answer in enumerate(refused) if answer.status_code == 200 and at != 11] == []
	assert frappe.db.get_value("Print Format", name, "html") == "<p>{{ doc.name }}</p>"
	assert frappe.db.get_value("Print Format", NOTICE, "modified") == before
	# what a letter is printed by stays
	letter = frappe.get_doc("Letter Rule", NOTICE)
	kept, letter.print_format = letter.print_format, name
	letter.save()
	assert admin.delete(f"{FORMAT}/{name}").status_code == 417
	letter = frappe.get_doc("Letter Rule", NOTICE)
	letter.print_format = kept
	letter.save()
	frappe.db.commit()
	assert admin.delete(f"{FORMAT}/{name}").status_code in (200, 202)


def test_a_letter_head_is_words_and_a_picture(admin):
	made = admin.post(
		HEAD,
		letter_head_name=f"县级{builders.digits()}",
		source="HTML",
		content="<div style='text-align: center'>东辽县民政局</div>",
	)
	assert made.status_code == 200, made.text
	name = made.json["data"]["name"]
	assert admin.put(f"{HEAD}/{name}", source="HTML", content="<h2>东辽县民政局</h2>").status_code == 200
	for values in (
		{"content": LEAK},
		{"footer": "<script>x</script>"},
		{"header_script": "alert(1)"},
		{"content": "<img src='//example.invalid/x'>"},
	):
		answer = admin.put(f"{HEAD}/{name}", **{"source": "HTML", "footer_source": "HTML", **values})
		assert answer.status_code == 417 and "PrintRefused" in answer.text, values
	assert frappe.db.get_value("Letter Head", name, "content") == "<h2>东辽县民政局</h2>"


# --- notifications -------------------------------------------------------------------------------------------------
GOOD = {
	"document_type": CASE,
	"channel": "System Notification",
	"event": "Value Change",
	"value_changed": "workflow_state",
	"subject": "{{ doc.name }}已到新的环节",
	"message": "<p>{{ doc.name }}：{{ _(doc.workflow_state) }}，期限{{ cn_date(doc.statutory_due) }}</p>",
	"condition": "doc.workflow_state == 'Confirmed'",
	"enabled": 1,
}
ROLE = [{"receiver_by_role": "County Reviewer"}]


def notify(http, recipients=ROLE, **values):
	return http.post(RULE, **{"name": f"县级{builders.digits()}", **GOOD, "recipients": recipients, **values})


def test_a_notification_of_a_state_is_made(admin):
	answer = notify(admin)
	assert answer.status_code == 200, answer.text
	name = answer.json["data"]["name"]
	assert admin.put(f"{RULE}/{name}", subject="{{ doc.name }}").status_code == 200
	assert admin.put(f"{RULE}/{name}", message="{{ doc.applicant_name }}").status_code == 417
	assert notify(admin, [{"receiver_by_document_field": "owner"}], channel="Email").status_code == 200
	assert admin.delete(f"{RULE}/{name}").status_code in (200, 202)


@pytest.mark.parametrize(
	"values",
	[
		{"message": "{{ doc.applicant_name }}"},
		{"subject": "{{ doc.total_income }}"},
		{"message": LEAK},
		{"message": "{{ comments }}"},
		{"condition": "doc.applicant_name == 'x'"},
		{"condition": "frappe.db.get_value('Recipient', {}, 'name')"},
		{"condition": "doc.update({'x': 1})"},
		{"value_changed": "applicant_name"},
		{"channel": "SMS"},
		{"channel": "Slack"},
		{"attach_print": 1},
		{"set_property_after_alert": "workflow_state", "property_value": "Confirmed"},
		{"event": "Method", "method": "x"},
		{"document_type": "Petition"},
		{"document_type": "User"},
		{"document_type": "Recipient Identity"},
		{"recipients": [{"cc": "a@example.invalid"}]},
		{"recipients": [{"bcc": "a@example.invalid", "receiver_by_role": "County Reviewer"}]},
		{"recipients": [{"receiver_by_role": "Guest"}]},
		{"recipients": [{"receiver_by_role": "Township Officer"}]},
		{"recipients": [{"receiver_by_role": "Socaid Administrator"}]},
		{"recipients": [{"receiver_by_role": "System Manager"}]},
		{"recipients": [{"receiver_by_document_field": "applicant_phone"}]},
		{"recipients": [{"receiver_by_role": "County Reviewer", "condition": "frappe.get_all('User')"}]},
	],
)
def test_a_notification_says_nothing_of_a_person_and_goes_to_nobody_else(admin, values):
	answer = notify(admin, **values)
	assert answer.status_code in (403, 417), answer.text


def test_an_email_template_has_the_known_placeholders(admin):
	url, name = "/api/resource/Email Template", f"县级{builders.digits()}"
	good = admin.post(url, name=name, subject="告知", response="<p>{{ bureau }}：{{ letter }}</p>")
	assert good.status_code == 200, good.text
	for values in (
		{"response": LEAK},
		{"subject": LEAK},
		{"use_html": 1, "response_html": "<script>x</script>"},
	):
		assert admin.put(f"{url}/{name}", **values).status_code == 417


# --- assignment rules ----------------------------------------------------------------------------------------------
def assign(http, users, **values):
	return http.post(
		"/api/resource/Assignment Rule",
		**{
			"name": f"县级{builders.digits()}",
			"document_type": CASE,
			"rule": "Round Robin",
			"description": "请办理",
			"assign_condition": "route == 'Quick Relief' and workflow_state == 'Under Review'",
			"assignment_days": [{"day": "Monday"}],
			"users": [{"user": user} for user in users],
			**values,
		},
	)


def test_an_assignment_goes_to_those_who_see_the_records_anyway(admin, user):
	reviewer = builders.make_user("County Reviewer")
	officer = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	frappe.db.commit()
	good = assign(admin, [reviewer])
	assert good.status_code == 200, good.text
	for answer in (
		assign(admin, [user]),
		assign(admin, [officer]),
		assign(admin, [builders.make_user("Petition Handler")]),
		assign(admin, [reviewer], description="{{ applicant_name }}"),
		assign(admin, [reviewer], assign_condition="frappe.db.get_value('User', {}, 'name')"),
		assign(admin, [reviewer], document_type="Petition"),
		assign(admin, [reviewer], rule="Based on Field", field="applicant"),
	):
		assert answer.status_code in (403, 417), answer.text
	frappe.delete_doc("Assignment Rule", good.json["data"]["name"], force=True)
	frappe.db.commit()


def test_who_has_no_such_duty_makes_none_of_it(client):
	director = builders.make_user("County Approver")
	clerk = client(director)
	for answer in (copy(clerk, "<p>x</p>"), notify(clerk), assign(clerk, [director])):
		assert answer.status_code == 403
