"""Two requests that wait for each other's rows: both are answered, each is written once."""

from contextlib import suppress
from io import BytesIO
from threading import Barrier, BrokenBarrierError, Thread

import frappe
import pymysql
import pytest
from frappe.core.doctype.file.file import File
from frappe.desk.doctype.note.note import Note

from tests import builders

RESOURCE = "/api/resource/Note"


@pytest.fixture
def clerk(client):
	return client(builders.make_user("Township Officer"))


def title() -> str:
	return f"并{builders.digits()}"


def notes(name: str) -> int:
	return frappe.db.count("Note", {"title": name})


def meets(monkeypatch, kind, times: int, error=frappe.QueryDeadlockError) -> list[str]:
	"""After its insert a record of the kind loses this many times; what was tried."""
	tried = []

	def lose(self):
		tried.append(self.name)
		if len(tried) <= times:
			frappe.msgprint("said by an attempt that was lost")
			raise error(1213, "Deadlock found when trying to get lock")

	monkeypatch.setattr(kind, "on_update", lose, raising=False)
	return tried


def test_a_request_that_lost_is_tried_again_and_written_once(clerk, monkeypatch):
	tried, name = meets(monkeypatch, Note, 2), title()
	answer = clerk.post(RESOURCE, title=name)
	assert (answer.status_code, len(tried), notes(name)) == (200, 3, 1)
	assert "lost" not in answer.get_data(as_text=True)


def test_a_request_that_always_loses_is_refused_in_a_sentence_with_nothing_written(clerk, monkeypatch):
	tried, name = meets(monkeypatch, Note, 99), title()
	answer = clerk.post(RESOURCE, title=name)
	assert answer.status_code == 409 and "请再试一次" in answer.get_data(as_text=True).encode().decode(
		"unicode_escape"
	)
	assert len(tried) > 2 and not notes(name)


@pytest.mark.parametrize(("number", "known"), [(1114, True), (1021, True), (1146, False)])
def test_a_full_disk_of_the_database_is_said_in_a_sentence(clerk, monkeypatch, number, known):
	def full(self):
		raise pymysql.err.OperationalError(number, "The table 'tabNote' is full")

	monkeypatch.setattr(Note, "on_update", full, raising=False)
	name = title()
	answer = clerk.post(RESOURCE, title=name)
	said = answer.get_data(as_text=True).encode().decode("unicode_escape")
	assert (answer.status_code == 507, "磁盘满了" in said) == (known, known)
	assert answer.status_code >= 400 and not notes(name)


def test_who_waited_in_vain_is_not_made_to_wait_again(clerk, monkeypatch):
	tried, name = meets(monkeypatch, Note, 99, frappe.QueryTimeoutError), title()
	assert clerk.post(RESOURCE, title=name).status_code == 409
	assert len(tried) == 1 and not notes(name)


def test_an_uploaded_file_is_whole_on_the_second_attempt(clerk, monkeypatch):
	meets(monkeypatch, File, 1)
	name = f"{title()}.txt"
	answer = clerk.request(
		"POST",
		"/api/method/upload_file",
		data={"is_private": "1", "file": (BytesIO("第一行\n第二行".encode()), name)},
	)
	assert answer.status_code == 200, answer.get_data(as_text=True)
	(file,) = frappe.get_all("File", {"file_name": name}, pluck="name")
	assert frappe.get_doc("File", file).get_content() == "第一行\n第二行"


def test_two_that_wait_for_each_other_are_both_written(clerk, monkeypatch):
	first, second, made = title(), title(), {}
	for name in (first, second):
		made[name] = (
			frappe.get_doc({"doctype": "Note", "title": name, "owner": "Administrator"}).insert().name
		)
	frappe.db.commit()
	both = Barrier(2, timeout=10)

	def cross(self):
		mine, other = (first, second) if self.title.startswith(first) else (second, first)
		lock = "select name from tabNote where name = %s for update"
		frappe.db.sql(lock, made[mine])
		with suppress(BrokenBarrierError):
			both.wait()
		frappe.db.sql(lock, made[other])
		both.abort()

	monkeypatch.setattr(Note, "on_update", cross, raising=False)
	answers: dict[str, int] = {}

	def ask(name: str) -> None:
		answers[name] = clerk._open(
			"POST", RESOURCE, {"json": {"title": f"{name}的便条"}, "headers": {}}
		).status_code

	threads = [Thread(target=ask, args=(name,)) for name in (first, second)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	frappe.db.rollback()
	assert answers == {first: 200, second: 200}
	assert [notes(f"{name}的便条") for name in (first, second)] == [1, 1]
