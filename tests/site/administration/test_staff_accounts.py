"""Accounts of the staff are made and changed by the Socaid Administrator, and open cases to nobody without a second person."""

import frappe
import pytest

from socaid_app.permissions.scope import scope_of
from socaid_app.socaid_app import account_steps
from tests import builders

CHANGE = "Staff Account Change"
URL = f"/api/resource/{CHANGE}"
TAKE = "socaid_app.casework.steps.take"


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = {
		"admin": builders.make_user("Socaid Administrator"),
		"second_admin": builders.make_user("Socaid Administrator"),
		"director": builders.make_user("County Approver"),
		"clerk": builders.make_user("Township Officer", builders.TOWNSHIP_A),
		"handler": builders.make_user("Accusation Handler"),
		"manager": builders.make_user("System Manager"),
	}
	frappe.db.commit()
	return frappe._dict(found)


@pytest.fixture
def admin(people, client):
	return client(people.admin)


def ask(http, kind: str, roles=(), places=(), **values):
	return http.post(
		URL,
		change_kind=kind,
		reason="新到岗",
		roles=[{"role": role} for role in roles],
		places=[{"division": place} for place in places],
		**values,
	)


def new(http, roles=("Township Officer",), places=(builders.TOWNSHIP_A,), login: str = ""):
	return ask(
		http,
		account_steps.NEW,
		roles,
		places,
		full_name="王新来",
		login_email=login or f"wang{builders.digits()}@account.invalid",
		phone=f"139{builders.digits(8)}",
	)


def take(http, name: str, step: str, **values):
	return http.call(TAKE, doctype=CHANGE, name=name, step=step, values=frappe.as_json(values))


def name_of(answer) -> str:
	assert answer.status_code == 200, answer.text
	return answer.json["data"]["name"]


def roles(user: str) -> set[str]:
	return set(frappe.get_all("Has Role", {"parenttype": "User", "parent": user}, pluck="role"))


# --- what it does -------------------------------------------------------------------------------------------------
def test_an_account_with_duty_and_township_is_asked_for_and_confirmed(people, admin, client):
	login = f"Wang{builders.digits()}@account.invalid"
	name = name_of(new(admin, login=login))
	assert not frappe.db.exists("User", login.lower())
	answer = take(client(people.director), name, "confirm")
	assert answer.status_code == 200, answer.text
	# the site of the tests sends no mail: the link is shown to who confirms, and kept nowhere
	assert "/update-password?key=" in answer.text
	user = frappe.get_doc("User", login.lower())
	assert (user.first_name, user.enabled, user.user_type) == ("王新来", 1, "System User")
	assert [row.role for row in user.roles] == ["Township Officer"]
	assert scope_of(user.name).divisions == (builders.TOWNSHIP_A,)
	change = frappe.get_doc(CHANGE, name)
	assert (change.status, change.confirmed_by, change.account_user) == (
		account_steps.DONE,
		people.director,
		user.name,
	)
	assert "update-password" not in frappe.as_json(change.as_dict())


def test_somebody_moves_to_another_township_with_other_duties(people, admin, client):
	user = builders.make_user(("Township Officer", "Report Manager"), builders.TOWNSHIP_A)
	name = name_of(
		ask(
			admin,
			account_steps.DUTIES,
			["Township Approver", "Field Investigator"],
			[builders.TOWNSHIP_B],
			account_user=user,
		)
	)
	assert scope_of(user).divisions == (builders.TOWNSHIP_A,)
	assert (answer := take(client(people.director), name, "confirm")).status_code == 200, answer.text
	assert scope_of(user).divisions == (builders.TOWNSHIP_B,)
	# what is no duty of the staff was given by somebody else, and stays
	assert roles(user) == {"Township Approver", "Field Investigator", "Report Manager"}
	assert frappe._("Township Officer") in frappe.db.get_value(CHANGE, name, "as_it_was")


def test_an_account_is_switched_off_at_once_and_on_again_by_two(people, admin, client):
	user = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	own = client(user)
	assert own.get("/api/method/frappe.auth.get_logged_user").status_code == 200
	name = name_of(ask(admin, account_steps.OFF, account_user=user))
	assert (answer := take(admin, name, "carry_out")).status_code == 200, answer.text
	assert own.get("/api/method/frappe.auth.get_logged_user").status_code == 401
	name = name_of(ask(admin, account_steps.ON, account_user=user))
	assert take(admin, name, "confirm").status_code in (403, 417)
	assert take(admin, name, "carry_out").status_code in (403, 417)
	assert not frappe.db.get_value("User", user, "enabled")
	assert (answer := take(client(people.director), name, "confirm")).status_code == 200, answer.text
	assert frappe.db.get_value("User", user, "enabled")


def test_a_second_factor_is_set_up_anew(people, admin):
	frappe.db.set_default(f"{people.clerk}_otpsecret", "GEHEIM")
	name = name_of(ask(admin, account_steps.FACTOR, account_user=people.clerk))
	assert (answer := take(admin, name, "carry_out")).status_code == 200, answer.text
	assert not frappe.db.get_default(f"{people.clerk}_otpsecret")


def test_a_password_goes_through_the_hands_of_who_confirms(people, admin, client):
	before = frappe.db.get_value("User", people.clerk, "reset_password_key")
	name = name_of(ask(admin, account_steps.PASSWORD, account_user=people.clerk))
	refused = take(admin, name, "confirm")
	assert refused.status_code in (403, 417) and "update-password" not in refused.text
	assert frappe.db.get_value("User", people.clerk, "reset_password_key") == before
	assert "/update-password?key=" in take(client(people.director), name, "confirm").text


def test_the_accounts_are_listed_for_those_who_keep_them(people, admin, client):
	run = {"report_name": "Staff Accounts", "filters": "{}"}
	answer = admin.call("frappe.desk.query_report.run", **run)
	row = next(row for row in answer.json["message"]["result"] if row["account"] == people.clerk)
	assert frappe._("Township Officer") in row["duties"] and row["places"]
	assert client(people.clerk).call("frappe.desk.query_report.run", **run).status_code == 403


def test_a_mobile_that_a_colleague_has_is_said_before(people, admin):
	number = f"138{builders.digits(8)}"
	frappe.db.set_value("User", people.clerk, "mobile_no", number)
	answer = ask(
		admin,
		account_steps.NEW,
		["Township Officer"],
		[builders.TOWNSHIP_A],
		full_name="王新来",
		login_email=f"wang{builders.digits()}@account.invalid",
		phone=number,
	)
	assert answer.status_code == 417 and "AccountRefused" in answer.text


# --- what it refuses ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"granted",
	["System Manager", "Accusation Handler", "Administrator", "Script Manager", "Workspace Manager"],
)
def test_roles_that_open_everything_are_not_given(admin, granted):
	answer = new(admin, roles=["Township Officer", granted])
	assert answer.status_code == 417 and "AccountRefused" in answer.text, answer.text


def test_who_configures_sees_no_case(admin):
	answer = new(admin, roles=["Socaid Administrator", "County Reviewer"], places=[])
	assert answer.status_code == 417 and "AccountRefused" in answer.text
	answer = new(admin, roles=["Township Officer"], places=[])
	assert answer.status_code == 417 and "AccountRefused" in answer.text


@pytest.mark.parametrize("kind", [account_steps.DUTIES, account_steps.FACTOR, account_steps.PASSWORD])
def test_nobody_changes_the_own_account(people, admin, kind):
	answer = ask(admin, kind, ["County Approver"], account_user=people.admin)
	assert answer.status_code == 417 and "AccountRefused" in answer.text


@pytest.mark.parametrize("whose", ["handler", "manager", "Administrator", "Guest"])
@pytest.mark.parametrize("kind", [account_steps.OFF, account_steps.PASSWORD, account_steps.FACTOR])
def test_accounts_that_open_everything_are_not_touched(people, admin, kind, whose):
	answer = ask(admin, kind, account_user=people.get(whose, whose))
	assert answer.status_code == 417 and "AccountRefused" in answer.text


def test_two_administrators_open_no_case_whatever_the_duties_say(people, admin, client):
	settings = frappe.get_single("Socaid Settings")
	settings.append("duties", {"duty": account_steps.CONFIRM, "role": "Socaid Administrator"})
	settings.save()
	frappe.db.commit()
	try:
		login = f"puppe{builders.digits()}@account.invalid"
		name = name_of(new(admin, roles=["County Approver"], places=[], login=login))
		answer = take(client(people.second_admin), name, "confirm")
		assert answer.status_code in (403, 417) and not frappe.db.exists("User", login)
	finally:
		settings = frappe.get_single("Socaid Settings")
		settings.set(
			"duties",
			[
				row
				for row in settings.duties
				if (row.duty, row.role) != (account_steps.CONFIRM, "Socaid Administrator")
			],
		)
		settings.save()
		frappe.db.commit()


def test_full_numbers_are_not_the_administrators_to_give_himself(admin):
	settings = admin.get("/api/resource/Socaid Settings/Socaid Settings").json["data"]
	rows = [*settings["reveal_roles"], {"role": "Socaid Administrator"}]
	answer = admin.put("/api/resource/Socaid Settings/Socaid Settings", reveal_roles=rows)
	assert answer.status_code == 417 and "RoleSeesNoNumbers" in answer.text, answer.text


def test_who_confirms_is_nobody_who_asked_wrote_or_is_meant(people, admin, client):
	director = client(people.director)
	assert new(director).status_code == 403
	# whoever changed what was asked for does not confirm it
	name = name_of(new(admin))
	assert director.put(f"{URL}/{name}", reason="改一下").status_code == 200
	assert take(director, name, "confirm").status_code in (403, 417)
	# nor whoever it is about
	name = name_of(ask(admin, account_steps.DUTIES, ["County Approver"], account_user=people.director))
	assert take(director, name, "confirm").status_code in (403, 417)
	# what was carried out is not asked for differently, and its state is nobody's to write
	name = name_of(new(admin))
	assert (
		admin.put(f"{URL}/{name}", status=account_steps.DONE, confirmed_by=people.director).status_code == 200
	)
	assert frappe.db.get_value(CHANGE, name, ["status", "confirmed_by"]) == (account_steps.ASKED, None)


def test_no_other_way_leads_to_an_account(people, admin):
	"""REST, bulk, import, permission and role of the administrator and of others."""
	user, before = people.clerk, roles(people.clerk)
	own = roles(people.admin)
	role = frappe.db.get_value("Has Role", {"parent": user}, "name")
	place = frappe.db.get_value("User Permission", {"user": user}, "name")
	permission = {"allow": "Administrative Division", "for_value": builders.TOWNSHIP_B, "user": people.admin}
	attempts = [
		admin.post("/api/resource/User", email="neu@account.invalid", first_name="某", send_welcome_email=0),
		admin.put(f"/api/resource/User/{user}", roles=[{"role": "County Approver"}]),
		admin.put(f"/api/resource/User/{user}", enabled=0),
		admin.put(f"/api/resource/User/{user}", new_password="Ein-neues-Wort-77"),
		admin.put(f"/api/resource/User/{people.admin}", roles=[{"role": "County Approver"}]),
		admin.put(f"/api/resource/User/{people.admin}", role_profile_name="x"),
		admin.call(
			"frappe.client.insert",
			doc={
				"doctype": "Has Role",
				"parent": people.admin,
				"parenttype": "User",
				"parentfield": "roles",
				"role": "County Approver",
			},
		),
		admin.call(
			"frappe.client.set_value",
			doctype="Has Role",
			name=role,
			fieldname="role",
			value="County Approver",
		),
		admin.delete(f"/api/resource/Has Role/{role}"),
		admin.post("/api/resource/User Permission", **permission),
		admin.delete(f"/api/resource/User Permission/{place}"),
		admin.post("/api/resource/Role Profile", role_profile="x", roles=[{"role": "County Approver"}]),
		admin.call("frappe.core.doctype.user.user.generate_keys", user=user),
		admin.call("frappe.core.doctype.user.user.impersonate", user=user, reason="x"),
		admin.call("frappe.twofactor.reset_otp_secret", user=user),
		admin.call(
			"frappe.client.bulk_update",
			docs=frappe.as_json([{"doctype": "User", "docname": user, "enabled": 0}]),
		),
		admin.post(
			"/api/resource/Custom DocPerm",
			parent="Recipient",
			role="Socaid Administrator",
			read=1,
			permlevel=0,
		),
		admin.call(
			"frappe.core.page.permission_manager.permission_manager.add",
			parent="Recipient",
			role="Socaid Administrator",
			permlevel=0,
		),
	]
	passed = [at for at, answer in enumerate(attempts) if answer.status_code == 200]
	assert (roles(user), roles(people.admin)) == (before, own)
	assert frappe.db.get_value("User", user, "enabled") and not frappe.db.exists(
		"User", "neu@account.invalid"
	)
	assert frappe.db.exists("User Permission", place) and not frappe.db.exists("User Permission", permission)
	# a bulk update answers with what it could not do; one's own form drops what one may not write
	assert set(passed) <= {4, 5, 15}, [(at, attempts[at].text[:200]) for at in passed]
