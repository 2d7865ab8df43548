"""`make audit`: each kind of fault is planted in this installation and found, and nothing is said where there is none."""

import os
import re
import socket
import ssl
import subprocess
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from socaid_app.permissions import access_log, accounts
from socaid_app.upkeep import protected_accounts, protected_machine, protected_records, protection_audit
from tests import builders

ROOT = Path(__file__).parents[3]
SAFE = {
	"enable_two_factor_auth": 1,
	"two_factor_method": "OTP App",
	"bypass_2fa_for_retricted_ip_users": 0,
	"session_expiry": "01:00",
	"allow_consecutive_login_attempts": 5,
	"allow_login_after_fail": 900,
	"deny_multiple_sessions": 1,
	"enable_password_policy": 1,
	"minimum_password_score": "3",
	"force_user_to_reset_password": 90,
	"allow_error_traceback": 0,
}
OWN_NAME = "socaid-test.example"


def said(check) -> str:
	return "\n".join(one.says for one in check())


@pytest.fixture
def settings(transaction, monkeypatch):
	"""`settings(name=value)` changes System Settings, which are as they should be."""
	# whoever other tests left behind is not what this one is about
	monkeypatch.setattr(accounts, "_second_factor_asked", accounts._second_factor_asked)
	accounts.answer_for_frappe()

	def change(**values):
		for name, value in values.items():
			frappe.db.set_single_value("System Settings", name, value)
		frappe.clear_document_cache("System Settings", "System Settings")

	change(**SAFE)
	yield change
	frappe.db.rollback()
	frappe.clear_document_cache("System Settings", "System Settings")


@pytest.fixture
def nobody_else(transaction):
	"""No accounts but the built-in ones, and no keys."""
	user = frappe.qb.DocType("User")
	frappe.qb.update(user).set(user.enabled, 0).where(user.name.notin(frappe.STANDARD_USERS)).run()
	frappe.qb.update(user).set(user.api_key, None).run()


def role_asks(role: str, asks: int = 1) -> None:
	frappe.db.set_value("Role", role, "two_factor_auth", asks)


def test_whoever_gets_in_without_a_second_factor_is_named(settings, nobody_else):
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	role_asks("Township Officer", 0)
	role_asks("Administrator")
	assert clerk in said(protected_accounts.two_factors)
	role_asks("Township Officer")
	assert said(protected_accounts.two_factors) == ""
	role_asks("Administrator", 0)
	assert "Administrator" in said(protected_accounts.two_factors)
	role_asks("Administrator")
	settings(bypass_2fa_for_retricted_ip_users=1)
	assert "限定了登录地址" in said(protected_accounts.two_factors)
	settings(enable_two_factor_auth=0)
	assert "没有启用" in said(protected_accounts.two_factors)


def test_a_key_that_opens_from_everywhere_is_found(nobody_else):
	monitor = builders.make_user("System Monitor")
	frappe.db.set_value("User", monitor, "api_key", frappe.generate_hash(length=15))
	assert "任何地址" in said(protected_accounts.keys_of_programs)
	frappe.db.set_value("User", monitor, "restrict_ip", "10.1.2.3")
	assert said(protected_accounts.keys_of_programs) == ""
	frappe.get_doc("User", monitor).add_roles("System Manager")
	assert "又能管理系统" in said(protected_accounts.keys_of_programs)


def test_a_key_opens_from_its_own_place_alone(client):
	monitor = builders.make_user("System Monitor")
	program = client(monitor)
	path = "/api/method/frappe.auth.get_logged_user"
	for places, status in (("", 200), ("10.1.2.3", 401), ("10.1.2.3, 10.9.9.9", 200)):
		frappe.db.set_value("User", monitor, "restrict_ip", places)
		frappe.clear_document_cache("User", monitor)
		answer = program.request("GET", path, environ_overrides={"REMOTE_ADDR": "10.9.9.9"})
		assert answer.status_code == status, places


@pytest.mark.parametrize(
	("values", "words"),
	[
		({"session_expiry": "170:00"}, "170:00"),
		({"session_expiry": ""}, "240:00"),
		({"allow_consecutive_login_attempts": 0}, "不会锁定"),
		({"allow_consecutive_login_attempts": 10}, "10 次"),
		({"allow_login_after_fail": 60}, "60 秒"),
		({"deny_multiple_sessions": 0}, "几处登录"),
	],
)
def test_sessions_and_failed_logins(settings, values, words):
	assert said(protected_accounts.sessions) == ""
	settings(**values)
	assert words in said(protected_accounts.sessions)


def test_passwords_that_are_weak_old_or_guessed(settings):
	def of_administrator(password):
		frappe.utils.password.update_password("Administrator", password)

	of_administrator(frappe.generate_hash(length=20))
	assert said(protected_accounts.passwords) == ""
	of_administrator("admin")
	assert "一猜就中" in said(protected_accounts.passwords)
	settings(minimum_password_score="2", force_user_to_reset_password=0)
	assert "强度" in said(protected_accounts.passwords) and "定期更换" in said(protected_accounts.passwords)


def test_accounts_nobody_uses(nobody_else):
	gone, there = builders.make_user("Township Officer"), builders.make_user("Township Officer")
	assert said(protected_accounts.unused_accounts) == ""
	for user in (gone, there):
		frappe.db.set_value("User", user, "creation", add_days(now_datetime(), -200))
	frappe.db.set_value("User", there, "last_active", add_days(now_datetime(), -3))
	assert gone in said(protected_accounts.unused_accounts)
	assert there not in said(protected_accounts.unused_accounts)


def test_one_person_who_runs_the_system_and_reads_its_log(nobody_else):
	assert "没有人核查" in said(protected_accounts.duties_apart)
	auditor = builders.make_user("Socaid Auditor")
	assert said(protected_accounts.duties_apart) == ""
	frappe.get_doc("User", auditor).add_roles("Socaid Administrator")
	assert auditor in said(protected_accounts.duties_apart)


# --- records -----------------------------------------------------------------------------------------------------
def test_an_access_log_that_was_written_in(transaction):
	entry = access_log.record("Print", "Recipient", "R-1", "核对")
	access_log.record("Print", "Recipient", "R-2", "核对")
	assert said(protected_records.access_log_whole) == ""
	frappe.db.set_value(access_log.LOG, entry.name, "purpose", "别的", update_modified=False)
	assert f"第 {entry.name} 条" in said(protected_records.access_log_whole)


def test_logs_that_are_thrown_away_too_soon(transaction, monkeypatch, tmp_path):
	rotation = tmp_path / "socaid"
	monkeypatch.setattr(protected_records, "ROTATION", rotation)
	assert "轮转" in said(protected_records.logs_kept)
	rotation.write_text((ROOT / "deploy" / "logrotate").read_text())
	# as this app's own installation leaves it
	assert said(protected_records.logs_kept) == ""
	rotation.write_text("x {\n\trotate 30\n}\n")
	assert "180 天" in said(protected_records.logs_kept)
	kept = frappe.get_single("Log Settings")
	kept.add_default_logtypes()
	kept.save()
	assert said(protected_records.logs_kept).count("天") == 1
	frappe.db.set_value("Logs To Clear", {"ref_doctype": "Activity Log"}, "days", 30)
	assert "30 天" in said(protected_records.logs_kept)


def test_copies_that_are_few_late_or_never_read(transaction):
	from socaid_app.assistance_archives.backups.operations_log import DESTINATION, TEST

	frappe.db.delete(DESTINATION)
	frappe.db.delete(TEST)
	assert "一处也没有" in said(protected_records.copies)
	assert "恢复测试" in said(protected_records.restore_proved)

	def destination(name, kind, address):
		return frappe.get_doc(
			{
				"doctype": DESTINATION,
				"destination_name": name,
				"kind": kind,
				"repository": address,
				"frequency": "Daily",
				"keep_days": 30,
				"responsible": "Administrator",
			}
		).insert()

	here = destination("本机", "Local Disk", "/mnt/backup/socaid")
	assert "没有异地的" in said(protected_records.copies)
	there = destination("异地", "Remote Store", "sftp:backup@10.0.0.5:/srv/socaid")
	assert "从未送达" in said(protected_records.copies)
	for doc in (here, there):
		doc.db_set({"last_success": now_datetime(), "last_check": now_datetime()})
	assert said(protected_records.copies) == ""
	there.db_set({"last_success": add_days(now_datetime(), -3), "last_check": add_days(now_datetime(), -60)})
	assert "已经过期" in said(protected_records.copies) and "读回检查" in said(protected_records.copies)

	test = frappe.new_doc(TEST)
	test.update({"destination": here.name, "outcome": "Succeeded", "finished_on": now_datetime()})
	test.db_insert()
	assert said(protected_records.restore_proved) == ""
	test.db_set("finished_on", now_datetime() - timedelta(days=45))
	assert "恢复测试" in said(protected_records.restore_proved)


def test_copies_that_nobody_looks_after(tmp_path, monkeypatch):
	monkeypatch.setitem(frappe.conf, "backup_work_dir", str(tmp_path))
	left = tmp_path / "restored" / "database.sql"
	left.parent.mkdir()
	left.write_text("-- dump")
	assert str(tmp_path) not in said(protected_records.nothing_left_over)
	os.utime(left, (0, 0))
	assert str(tmp_path) in said(protected_records.nothing_left_over)


# --- the machine --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("switch", protected_machine.SWITCHES)
def test_switches_of_developers(settings, monkeypatch, switch):
	for name in protected_machine.SWITCHES:
		monkeypatch.setitem(frappe.conf, name, 0)
	assert said(protected_machine.program) == ""
	monkeypatch.setitem(frappe.conf, switch, 1)
	assert switch in said(protected_machine.program)


def test_what_the_program_shows_when_it_fails_and_doors_that_were_opened(settings, monkeypatch):
	settings(allow_error_traceback=1)
	monkeypatch.setitem(frappe.conf, "socaid_doors", {"hrms.api.get_leaves": "staff"})
	assert "内部情况" in said(protected_machine.program)
	assert "hrms.api.get_leaves" in said(protected_machine.program)


def test_a_frappe_with_known_holes(monkeypatch):
	monkeypatch.setattr(frappe, "__version__", "15.55.1")
	assert "15.55.1" in said(protected_machine.release)
	monkeypatch.setattr(frappe, "__version__", "15.120.0")
	assert said(protected_machine.release) == ""


@contextmanager
def server(address: str, context: ssl.SSLContext | None = None):
	"""Something that listens; gives its port."""
	listener = socket.create_server((address, 0))
	if context:
		listener = context.wrap_socket(listener, server_side=True)

	def answer():
		while True:
			try:
				listener.accept()[0].close()
			except ssl.SSLError:
				continue
			except OSError:
				return

	Thread(target=answer, daemon=True).start()
	try:
		yield listener.getsockname()[1]
	finally:
		# close alone leaves it to whoever still waits for a caller
		listener.shutdown(socket.SHUT_RDWR)
		listener.close()


def test_a_port_that_other_machines_reach():
	with server("0.0.0.0") as shown, server("127.0.0.1") as own:
		ports = protected_machine.listening()
		assert shown in ports and own not in ports
		assert str(shown) in said(protected_machine.open_ports)


@pytest.mark.parametrize(
	("bound", "found"),
	[
		("127.0.0.1", False),
		("127.0.0.1 -::1", False),
		("localhost", False),
		("", True),
		("*", True),
		("0.0.0.0", True),
		("127.0.0.1,10.0.0.4", True),
	],
)
def test_a_database_and_a_cache_that_listen_for_others(monkeypatch, bound, found):
	class Cache:
		def config_get(self, name):
			return {name: bound if name == "bind" else ""}

	monkeypatch.setattr(protected_machine, "get_redis_conn", Cache)
	monkeypatch.setattr(frappe.local, "db", FakeAnswer([(0, bound)]))
	assert bool(said(protected_machine.database_shown)) is found
	assert ("redis_queue" in said(protected_machine.cache_shown)) is found


class FakeAnswer:
	"""A database that cannot be had on this machine: one of another setting."""

	def __init__(self, rows):
		self.rows = rows

	def sql(self, *args, **kwargs):
		return self.rows


def test_rights_of_the_database_account(monkeypatch):
	assert said(protected_machine.database_rights) == ""
	own = frappe.conf.db_name.replace("_", r"\_")
	monkeypatch.setattr(
		frappe.local,
		"db",
		FakeAnswer(
			[
				("GRANT FILE, SUPER ON *.* TO `x`@`localhost`",),
				("GRANT USAGE ON *.* TO `y`@`localhost`",),
				(f"GRANT ALL PRIVILEGES ON `{own}`.* TO `x`@`localhost`",),
				("GRANT SELECT ON `other`.* TO `x`@`localhost`",),
			]
		),
	)
	found = said(protected_machine.database_rights)
	assert "FILE, SUPER" in found and "other.*" in found and len(found.splitlines()) == 2


def test_files_that_any_user_of_the_machine_reads(tmp_path, monkeypatch):
	folder = tmp_path / "private" / "files"
	folder.mkdir(parents=True)
	for above in (*folder.parents, folder):
		if above.is_relative_to(tmp_path):
			above.chmod(0o755)
	# what lies above is the machine's
	outside = all(path.stat().st_mode & 0o001 for path in tmp_path.parents)
	assert protected_machine.others_may_read(folder) is outside
	folder.parent.chmod(0o750)
	assert not protected_machine.others_may_read(folder)
	config = Path(frappe.get_site_path("site_config.json"))
	mode = config.stat().st_mode
	monkeypatch.setattr(protected_machine, "others_may_read", lambda path: bool(path.stat().st_mode & 0o004))
	assert "站点配置" not in said(protected_machine.files_closed)
	try:
		config.chmod(0o644)
		assert "站点配置" in said(protected_machine.files_closed)
	finally:
		config.chmod(mode)


def test_a_key_of_the_site_that_is_missing_or_broken(monkeypatch):
	for key, words in (("", "没有可用"), ("short", "不能用")):
		monkeypatch.setitem(frappe.conf, "encryption_key", key)
		assert words in said(protected_machine.secrets_encrypted)


def test_a_disk_is_known_to_be_encrypted_by_what_lies_below_it(tmp_path):
	volume, below = tmp_path / "volume", tmp_path / "below"
	(volume / "slaves").mkdir(parents=True)
	(below / "dm").mkdir(parents=True)
	(volume / "slaves" / "dm-0").symlink_to(below)
	(below / "dm" / "uuid").write_text("LVM-x")
	assert not protected_machine._is_encrypted(volume)
	(below / "dm" / "uuid").write_text("CRYPT-LUKS2-x")
	assert protected_machine._is_encrypted(volume)


@pytest.mark.parametrize(("told", "certain"), [("yes", None), ("no", True), ("", False)])
def test_a_clock_nobody_keeps(monkeypatch, tmp_path, told, certain):
	program = tmp_path / "timedatectl"
	program.write_text(f"#!/bin/sh\necho {told}\n")
	program.chmod(0o755)
	monkeypatch.setattr(protected_machine.shutil, "which", lambda name: str(program))
	assert [one.certain for one in protected_machine.clock_kept()] == ([] if certain is None else [certain])


def test_an_address_that_is_not_encrypted_well(monkeypatch, tmp_path):
	monkeypatch.setitem(frappe.conf, "host_name", "http://10.0.0.3")
	assert "不是 HTTPS" in said(protected_machine.encrypted_in_transit)
	certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
	subprocess.run(
		f"openssl req -x509 -newkey rsa:2048 -nodes -days 5 -subj /CN={OWN_NAME} -keyout {key} -out {certificate}",
		shell=True,
		check=True,
		capture_output=True,
	)
	context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
	context.load_cert_chain(certificate, key)
	with server("127.0.0.1", context) as port:
		monkeypatch.setitem(frappe.conf, "host_name", f"https://127.0.0.1:{port}")
		found = said(protected_machine.encrypted_in_transit)
		assert "自签" in found and "天到期" in found and "TLSv1" not in found
		context.set_ciphers("ALL:@SECLEVEL=0")
		context.minimum_version = ssl.TLSVersion.TLSv1
		assert "TLSv1" in said(protected_machine.encrypted_in_transit)
	assert "连不上" in said(protected_machine.encrypted_in_transit)


# --- all of it ----------------------------------------------------------------------------------------------------
def test_what_cannot_be_checked_is_no_pass(monkeypatch):
	def away():
		raise PermissionError("/etc/secret")
		yield

	monkeypatch.setattr(protection_audit, "CHECKS", {("8.1.4.4 b", "端口"): away})
	answers = protection_audit.take()
	assert not protection_audit.passed(answers)
	assert "没有查成（PermissionError" in protection_audit.report("a.example", answers)


def test_every_check_stands_in_the_table_and_what_is_asked_for_a_look_fails_nothing():
	table = (ROOT / "socaid_app/manual/protection.zh.md").read_text(encoding="utf-8")
	named = {word for words in re.findall("（自查：([^）]+)）", table) for word in words.split("、")}
	assert named == {subject for _clause, subject in protection_audit.CHECKS}
	look = protection_audit.Difference("看不到", "看一看", certain=False)
	assert protection_audit.passed([protection_audit.Answer("8.1", "磁盘", [look])])


def test_a_phone_is_bound_at_the_server(transaction, monkeypatch):
	import pyotp
	from frappe import twofactor

	clerk = builders.make_user("Township Officer")
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	address = accounts.give_second_factor(clerk)
	assert pyotp.parse_uri(address).secret == twofactor.get_otpsecret_for_(clerk)
	assert twofactor.get_default(f"{clerk}_otplogin")
