"""Who has an account, and who handles accusations, is not told before a login; names are given, not chosen."""

import re
import statistics
import time

import frappe
import pytest
from frappe.utils.password import update_password

from socaid_app.permissions import accounts
from tests import builders
from tests.builders import notices as public_builders

RESET = "frappe.core.doctype.user.user.reset_password"
LINK = "frappe.www.login.send_login_link"
SIGN_UP = "frappe.core.doctype.user.user.sign_up"


@pytest.fixture(scope="module")
def names(site):
	"""One account of each kind, and a name nobody has."""
	frappe.set_user("Administrator")
	found = {
		"clerk": builders.make_user("Township Officer", builders.TOWNSHIP_A),
		"handler": builders.make_user("Accusation Handler"),
		"disabled": builders.make_user("Archivist"),
		"administrator": "Administrator",
		"guest": "Guest",
		"nobody": f"nobody{builders.digits()}@example.invalid",
	}
	frappe.db.set_value("User", found["disabled"], "enabled", 0)
	for key in ("clerk", "handler", "disabled"):
		update_password(found[key], "richtig-1234")
	frappe.db.commit()
	return found


def ask(client, path: str, **data):
	return client("Guest").request(
		"POST", path, json=data, environ_base={"REMOTE_ADDR": public_builders.address()}
	)


def said(answer) -> tuple:
	"""What a visitor sees of an answer, traces and names of headers included; the numbers of errors are random."""
	headers = {name for name, _value in answer.headers}
	return answer.status_code, re.sub("[0-9a-f]{40,}", "", answer.text), frozenset(headers)


def mailed(since: str) -> list[str]:
	return frappe.get_all(
		"Email Queue Recipient", filters={"creation": [">=", since]}, pluck="recipient", order_by="creation"
	)


@pytest.mark.parametrize(("method", "argument"), [(RESET, "user"), (LINK, "email")])
@pytest.mark.parametrize("path", ["/api/method/{0}", "/api/v2/method/{0}", "/"])
def test_every_name_gets_the_same_answer(client, names, method, argument, path):
	command = {"cmd": method} if path == "/" else {}
	answers = {
		key: said(ask(client, path.format(method), **{argument: name}, **command))
		for key, name in names.items()
	}
	assert len(set(answers.values())) == 1 and next(iter(answers.values()))[0] == 200, answers


def test_registration_says_nothing_about_who_is_registered(client, names):
	frappe.db.set_single_value("Website Settings", "disable_signup", 0)
	try:
		answers = {
			said(ask(client, f"/api/method/{SIGN_UP}", email=name, full_name="某", redirect_to=""))
			for name in names.values()
		}
	finally:
		frappe.db.set_single_value("Website Settings", "disable_signup", 1)
		frappe.db.commit()
	assert len(answers) == 1 and not frappe.db.exists("User", names["nobody"])


def test_keys_nobody_was_sent_get_one_answer(client, names):
	path = "/api/method/frappe.core.doctype.user.user.update_password"
	answers = {
		said(ask(client, path, new_password="Sehr-lang-und-neu-77", key=key, old_password=None))
		for key in ("x", frappe.generate_hash(), names["clerk"], names["handler"])
	}
	assert len(answers) == 1


def test_a_wrong_password_gets_the_same_answer_for_every_name(client, names):
	answers = {
		key: said(ask(client, "/api/method/login", usr=name, pwd="falsch")) for key, name in names.items()
	}
	assert len(set(answers.values())) == 1, answers


def test_names_are_locked_alike_whether_somebody_has_them_or_not(client, names):
	frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 3)
	try:
		answers = {
			key: [
				said(ask(client, "/api/method/login", usr=names[key], pwd="falsch")) for _attempt in range(6)
			]
			for key in ("clerk", "nobody")
		}
	finally:
		frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 10)
		for key in ("clerk", "nobody"):
			frappe.cache.hdel("login_failed_count", names[key])
			frappe.cache.hdel("login_failed_time", names[key])
		frappe.db.commit()
	assert answers["clerk"] == answers["nobody"] and len(set(answers["clerk"])) == 2


@pytest.mark.parametrize("kind", ["login", "reset"])
def test_a_name_nobody_has_takes_as_long(client, names, kind):
	def seconds(name: str) -> float:
		begun = time.perf_counter()
		if kind == "login":
			ask(client, "/api/method/login", usr=name, pwd="falsch")
		else:
			ask(client, f"/api/method/{RESET}", user=name)
		return time.perf_counter() - begun

	known, unknown = [], []
	for number in range(8):
		known.append(seconds(names["disabled"] if kind == "login" else names["clerk"]))
		unknown.append(seconds(f"nobody{number}{builders.digits()}@example.invalid"))
	frappe.cache.hdel("login_failed_count", names["disabled"])
	ratio = statistics.median(known) / statistics.median(unknown)
	assert 0.6 < ratio < 1.7, (known, unknown)


def test_the_mail_goes_only_to_accounts_that_may_be_opened_by_one(names):
	frappe.flags.mute_emails = False
	frappe.db.set_single_value("System Settings", "login_with_email_link", 1)
	since = frappe.utils.now()
	for kind in ("reset", "login"):
		for name in names.values():
			accounts.send(kind, name)
	frappe.flags.mute_emails = True
	assert set(mailed(since)) <= {names["clerk"]}
	assert frappe.db.get_value("User", names["clerk"], "reset_password_key")
	assert not frappe.db.get_value("User", names["handler"], "reset_password_key")


def test_an_account_is_not_flooded_with_mail(names):
	user = builders.make_user("Archivist")
	keys = set()
	for _request in range(accounts.MAILS_PER_HOUR + 3):
		accounts.send("reset", user)
		keys.add(frappe.db.get_value("User", user, "reset_password_key"))
	assert len(keys) == accounts.MAILS_PER_HOUR


def test_keys_of_an_account_that_was_disabled_open_nothing(client):
	user = builders.make_user("County Reviewer")
	http = client(user)
	assert http.get("/api/method/frappe.auth.get_logged_user").json["message"] == user
	frappe.db.set_value("User", user, "enabled", 0)
	for path in (
		"/api/method/frappe.auth.get_logged_user",
		"/api/resource/Recipient",
		"/api/v2/document/Recipient",
	):
		assert http.get(path).status_code == 401, path


# --- names ----------------------------------------------------------------------------------------------------
OWN = {
	"first_name": "改名",
	"middle_name": "改",
	"last_name": "名",
	"full_name": "改名",
	"birth_date": "1990-01-01",
	"username": "umbenannt",
	"email": "andere@example.invalid",
	"mobile_no": "13911112222",
}


@pytest.fixture(scope="module")
def own(site):
	frappe.set_user("Administrator")
	user = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	frappe.db.commit()
	return user


def stored(user: str) -> tuple:
	return frappe.db.get_value("User", user, list(OWN))


def channels(user: str, field: str, value: str) -> dict:
	whole = {"doctype": "User", "name": user, field: value}
	return {
		"set_value": (
			"POST",
			"/api/method/frappe.client.set_value",
			{
				"doctype": "User",
				"name": user,
				"fieldname": field,
				"value": value,
			},
		),
		"bulk": (
			"POST",
			"/api/method/frappe.client.bulk_update",
			{"docs": frappe.as_json([whole | {"docname": user}])},
		),
		"rest": ("PUT", f"/api/resource/User/{user}", {field: value}),
		"v2": ("PATCH", f"/api/v2/document/User/{user}", {field: value}),
		"profile": (
			"POST",
			"/api/method/frappe.desk.page.user_profile.user_profile.update_profile_info",
			{"profile_info": frappe.as_json({field: value})},
		),
		"web form": (
			"POST",
			"/api/method/frappe.website.doctype.web_form.web_form.accept",
			{
				"web_form": "edit-profile",
				"data": frappe.as_json(whole),
			},
		),
	}


@pytest.mark.parametrize("field", sorted(OWN))
def test_nobody_changes_what_recusal_rests_on_for_themselves(client, own, field):
	before, http = stored(own), client(own)
	for channel, (verb, path, data) in channels(own, field, OWN[field]).items():
		http.request(verb, path, json=data)
		assert stored(own) == before, channel
	form = frappe.get_doc("User", own).as_dict()
	form[field] = OWN[field]
	http.call("frappe.desk.form.save.savedocs", doc=frappe.as_json(form), action="Save")
	assert stored(own) == before, "form"


def test_nobody_renames_the_own_account(client, own):
	new = f"neu{builders.digits()}@example.invalid"
	client(own).call("frappe.client.rename_doc", doctype="User", old_name=own, new_name=new)
	assert frappe.db.exists("User", own) and not frappe.db.exists("User", new)


@pytest.mark.parametrize(
	("field", "value"), [("language", "en"), ("desk_theme", "Dark"), ("email_signature", "某"), ("bio", "某")]
)
def test_settings_of_the_own_remain_the_own(client, own, field, value):
	answer = client(own).put(f"/api/resource/User/{own}", **{field: value})
	assert answer.status_code == 200 and value in frappe.db.get_value("User", own, field)


def test_those_who_administer_users_write_names(client, own):
	manager = builders.make_user("System Manager")
	client(manager).put(f"/api/resource/User/{own}", first_name="登记名")
	assert frappe.db.get_value("User", own, "full_name") == "登记名"
