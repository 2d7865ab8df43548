"""What the Socaid Administrator has made stays through a migrate, and every link of the page 系统配置 leads somewhere."""

import frappe
import pytest
from frappe.boot import get_allowed_pages, get_allowed_reports
from frappe.desk.desktop import get_desktop_page
from frappe.desk.form.load import getdoctype

from socaid_app import install
from tests import builders

PAGE, OBJECT = "System Configuration", "Service Object"
# How each is changed once more.
CHANGED = {
	"Assignment Rule": {"description": "改过"},
	"Custom Field": {"label": "改过"},
	"Email Template": {"subject": "改过"},
	"Letter Head": {"footer": "<p>改过</p>"},
	"Notification": {"subject": "改过"},
	"Print Format": {"html": "<p>改过</p>"},
	"Property Setter": {"value": "DESC"},
}


def test_every_link_of_the_page_opens(user, as_user):
	with as_user(user):
		page = get_desktop_page(frappe.as_json({"name": PAGE, "title": PAGE, "public": 1}))
		shown = [link for card in page["cards"]["items"] for link in card["links"]]
		shown += page["shortcuts"]["items"]
		stored = frappe.get_doc("Workspace", PAGE)
		wanted = [row.link_to for row in stored.links if row.type == "Link"]
		wanted += [row.link_to for row in stored.shortcuts]
		assert sorted(row["link_to"] for row in shown) == sorted(wanted)
		assert {"print-format-builder", "system-condition"} <= set(get_allowed_pages())
		for row in shown:
			kind, name = row.get("link_type") or row["type"], row["link_to"]
			if kind == "Report":
				assert name in get_allowed_reports()
			elif kind == "DocType":
				assert frappe.has_permission(name, "read"), name
				getdoctype(name)
				if not frappe.get_meta(name).issingle:
					frappe.get_list(name, limit_page_length=1)


@pytest.fixture
def account(admin, client):
	"""Somebody whom the administrator asked for and a director let in: the account and its township."""
	login = f"zhang{builders.digits()}@account.invalid"
	asked = admin.post(
		"/api/resource/Staff Account Change",
		change_kind="New Account",
		reason="新到岗",
		full_name="张到岗",
		login_email=login,
		roles=[{"role": "Township Officer"}],
		places=[{"division": builders.TOWNSHIP_A}],
	)
	assert asked.status_code == 200, asked.text
	director = builders.make_user("County Approver")
	frappe.db.commit()
	confirmed = client(director).call(
		"socaid_app.casework.steps.take",
		doctype="Staff Account Change",
		name=asked.json["data"]["name"],
		step="confirm",
		values="{}",
	)
	assert confirmed.status_code == 200, confirmed.text
	frappe.db.rollback()
	place = frappe.db.get_value("User Permission", {"user": login})
	return [("User", login), ("User Permission", place)]


@pytest.fixture
def made(admin, user):
	"""One of each, made over the desk's own requests."""
	word = f"县级{builders.digits()}"
	answers = {
		("Custom Field", f"{OBJECT}-custom_{word}"): admin.post(
			"/api/resource/Custom Field", dt=OBJECT, label=word, fieldtype="Data", in_list_view=1
		),
		("Property Setter", f"{OBJECT}-main-sort_order"): admin.post(
			"/api/resource/Property Setter",
			doctype_or_field="DocType",
			doc_type=OBJECT,
			property="sort_order",
			value="ASC",
		),
		("Print Format", word): admin.post(
			"/api/resource/Print Format",
			name=word,
			doc_type=OBJECT,
			standard="No",
			custom_format=1,
			html="<p>{{ doc.name }}</p>",
		),
		("Letter Head", word): admin.post(
			"/api/resource/Letter Head", letter_head_name=word, source="HTML", content="<p>东辽县民政局</p>"
		),
		("Notification", word): admin.post(
			"/api/resource/Notification",
			name=word,
			document_type="Assistance Application",
			channel="System Notification",
			event="Value Change",
			value_changed="workflow_state",
			subject="{{ doc.name }}",
			message="{{ doc.name }}",
			recipients=[{"receiver_by_role": "County Reviewer"}],
		),
		("Email Template", word): admin.post(
			"/api/resource/Email Template", name=word, subject="告知", response="<p>{{ bureau }}</p>"
		),
	}
	users = [{"user": builders.make_user("County Reviewer")}]
	frappe.db.commit()
	answers["Assignment Rule", word] = admin.post(
		"/api/resource/Assignment Rule",
		name=word,
		document_type="Assistance Application",
		rule="Round Robin",
		description="请办理",
		assign_condition="workflow_state == 'Under Review'",
		unassign_condition="workflow_state == 'Confirmed'",
		assignment_days=[{"day": "Monday"}],
		users=users,
	)
	refused = {key: answer.text[:500] for key, answer in answers.items() if answer.status_code != 200}
	assert refused == {}
	frappe.db.rollback()
	yield answers
	frappe.set_user("Administrator")
	frappe.db.rollback()
	for doctype, name in answers:
		frappe.delete_doc(doctype, name, force=True, ignore_missing=True)
	frappe.clear_cache(doctype=OBJECT)
	frappe.db.commit()


def test_a_migrate_leaves_all_of_it_in_place(admin, made, account):
	rule = admin.put("/api/resource/Due Rule/case_step", soon_days=9)
	assert rule.status_code == 200, rule.text
	parameter = frappe.get_all("Policy Parameter", {"value_type": ["!=", ""]}, limit=1)[0].name
	answer = admin.put(f"/api/resource/Policy Parameter/{parameter}", note="县里核对过")
	assert answer.status_code == 200, answer.text
	kept = [*made, *account, ("Policy Parameter", parameter), ("Due Rule", "case_step")]
	before = {key: frappe.get_doc(*key).as_json() for key in kept}
	rights = frappe.get_all("Custom DocPerm", ["*"], order_by="parent, name")
	install.after_migrate()
	assert {key: frappe.get_doc(*key).as_json() for key in kept} == before
	assert frappe.get_all("Custom DocPerm", ["*"], order_by="parent, name") == rights
	# and it is changed again
	for doctype, name in made:
		changed = admin.put(f"/api/resource/{doctype}/{name}", **CHANGED[doctype])
		assert changed.status_code == 200, (doctype, changed.text)
