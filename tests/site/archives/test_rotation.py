"""All secrets are changed by one command: what was stored stays readable, and a stop in the middle is taken up again."""

import os
import stat
from threading import Thread

import frappe
import pytest
from cryptography.fernet import Fernet
from frappe.utils.password import get_decrypted_password, set_encrypted_password, update_password

from socaid_app import rotation
from socaid_app.assistance_archives.backups import operations_log, restore
from socaid_app.casework import tracking_codes
from socaid_app.petition_desk import tracking
from tests import builders
from tests.builders import petitions as petition_cases

SECRET, PASSWORD = "geheim-1234", "Richtig-lang-99"


class Stopped(Exception):
	pass


@pytest.fixture(autouse=True)
def no_destinations(site):
	"""Places of other tests are gone by now; their keys cannot be changed."""
	frappe.db.set_value(operations_log.DESTINATION, {"key_label": ["is", "set"]}, "key_label", None)
	frappe.db.commit()


@pytest.fixture
def user(site):
	name = builders.make_user("County Reviewer")
	update_password(name, PASSWORD)
	set_encrypted_password("User", name, SECRET, "api_secret")
	frappe.db.set_value("User", name, "api_key", frappe.generate_hash(length=15))
	frappe.db.set_default(f"{name}_otpsecret", frappe.utils.password.encrypt("otp"))
	frappe.db.commit()
	return name


def config() -> dict:
	return frappe.get_file_json(frappe.get_site_path("site_config.json"))


def starts() -> bool:
	"""Whether a process that starts now opens the site."""
	found: list = []

	def begin(site: str) -> None:
		frappe.init(site=site, sites_path=os.environ["SITES_PATH"])
		frappe.connect()
		found.append(frappe.db.sql("select 1")[0][0])
		frappe.destroy()

	thread = Thread(target=begin, args=(frappe.local.site,))
	thread.start()
	thread.join()
	return found == [1]


def stored(user: str) -> str:
	return get_decrypted_password("User", user, "api_secret")


def sign_in(client, user: str):
	return client("Guest").post("/api/method/login", usr=user, pwd=PASSWORD)


def test_nothing_old_opens_anything_and_nothing_is_lost(client, user):
	before = config()
	petition = petition_cases.make()
	code = tracking.hand_out(petition.name)
	tail = frappe.db.get_value("Petition", petition.name, "phone_tail")
	session = sign_in(client, user).headers.getlist("Set-Cookie")
	sid = next(cookie.split(";")[0] for cookie in session if cookie.startswith("sid="))
	whoami = "/api/method/frappe.auth.get_logged_user"
	assert client("Guest").get(whoami, headers={"Cookie": sid}).json["message"] == user
	told: list[str] = []
	done = rotation.rotate(tell=told.append)
	after = config()
	assert len(told) == 4 and done.stored >= 2 and not done.unreadable
	assert before["encryption_key"] != after["encryption_key"]
	assert before["db_password"] != after["db_password"]
	assert stored(user) == SECRET, "what was stored is read with the new key"
	assert frappe.utils.password.decrypt(frappe.db.get_default(f"{user}_otpsecret")) == "otp"
	for (text,) in frappe.db.sql("select `password` from `__Auth` where `encrypted` = 1"):
		assert rotation._plain(text, [before["encryption_key"]]) is None, "and by nobody with the old one"
	with pytest.raises(Exception, match="1045|denied"):
		restore.connect(after["db_name"], before["db_password"], after["db_name"]).connect()
	assert starts()
	assert client("Guest").get(whoami, headers={"Cookie": sid}).status_code in (401, 403), "sessions ended"
	assert sign_in(client, user).status_code == 200, "people's own passwords are theirs"
	hashed = tracking_codes.fingerprint(code, tail)
	assert frappe.db.get_value("Petition", petition.name, "tracking_hash") == hashed, (
		"a citizen's code goes on"
	)


def test_the_file_is_whole_private_and_without_leftovers(user):
	rotation.rotate()
	path = frappe.get_site_path("site_config.json")
	assert stat.S_IMODE(os.stat(path).st_mode) == 0o600 and not os.path.exists(f"{path}.new")
	assert rotation.NEXT_KEY not in config()


def test_tracking_codes_outlive_any_number_of_changes(user):
	hashed = tracking_codes.fingerprint("AAAA-BBBB-CCCC", "1234")
	rotation.rotate()
	rotation.rotate()
	assert tracking_codes.fingerprint("AAAA-BBBB-CCCC", "1234") == hashed


STOPS = (
	"everything is encrypted again",
	"the key is in place",
	"the database accepts both",
	"the password is in place",
)


@pytest.mark.parametrize("stop", range(len(STOPS)), ids=STOPS)
def test_a_stop_before_or_after_any_step_leaves_a_site_that_starts(user, monkeypatch, stop):
	write, again, written = rotation.write_config, rotation._encrypt_again, []

	def stopping(values):
		written.append(values)
		if len(written) == 2 and stop == 1 or len(written) == 3 and stop == 2:
			raise Stopped
		write(values)
		if len(written) == 3 and stop == 3:
			raise Stopped

	def not_committed(*args, **kwargs):
		again(*args, **kwargs)
		if stop == 0:
			raise Stopped

	with monkeypatch.context() as patch:
		patch.setattr(rotation, "write_config", stopping)
		patch.setattr(rotation, "_encrypt_again", not_committed)
		with pytest.raises(Stopped):
			rotation.rotate()
	frappe.db.rollback()
	assert starts()
	done = rotation.rotate()
	assert stored(user) == SECRET and not done.unreadable
	assert starts() and rotation.NEXT_KEY not in config()


def test_a_dry_run_counts_and_changes_nothing(user):
	before, rows = config(), frappe.db.sql("select * from `__Auth` order by 1, 2, 3")
	done = rotation.rotate(dry_run=True, api_keys=True)
	assert done.stored >= 2 and done.api_keys >= 1
	assert config() == before and frappe.db.sql("select * from `__Auth` order by 1, 2, 3") == rows


def test_what_nobody_can_read_any_more_is_named_and_left(user):
	lost = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
	frappe.db.sql(
		"update `__Auth` set `password` = %s where `name` = %s and `fieldname` = 'api_secret'", (lost, user)
	)
	assert f"User.{user}.api_secret" in rotation.rotate(dry_run=True).unreadable
	assert f"User.{user}.api_secret" in rotation.rotate().unreadable


def test_keys_of_other_programs_end_on_demand(client, user):
	http = client(user)
	whoami = "/api/method/frappe.auth.get_logged_user"
	rotation.rotate()
	assert http.get(whoami).json["message"] == user
	rotation.rotate(api_keys=True)
	assert http.get(whoami).status_code in (401, 403)


def test_links_that_were_sent_end(user):
	frappe.get_doc("User", user).reset_password()
	rotation.rotate()
	assert not frappe.db.get_value("User", user, "reset_password_key")


def test_without_the_administrator_of_the_database_nothing_is_begun(user, monkeypatch):
	monkeypatch.setitem(frappe.local.conf, "root_password", "")
	before = config()
	with pytest.raises(restore.NoDatabaseAdmin):
		rotation.rotate()
	assert config() == before
