"""Parts of a running installation are taken away under load and given back; prints what happened as a table.

Only inside the closed-off machine of scripts/test_bundle.sh (FAULTS=1), as root: it kills the database, both Redis, a
worker, fills the disks of files and database and cuts the network of the namespace it runs in. Standard library only.

    lab.py BENCH USER SITE PASSWORD-FILE [FAULT ...]
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

BENCH, USER, SITE, PASSWORD = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]).read_text()
STATE = BENCH / "config" / "socaid"
AT = "http://127.0.0.1:8000"
# of one run, so that what an earlier one wrote is not counted
RUN = f"{time.time():.0f}"
CLERKS, AWAY_SECONDS, SETTLE_SECONDS = 4, 8, 60
DATABASE = Path("/var/lib/mysql")
FILES = BENCH / "sites" / SITE / "private" / "files"


class Clerk:
	"""One session: what it asked for and what it was told."""

	def __init__(self) -> None:
		self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
		self.token = ""
		self.ask("/api/method/login", usr="Administrator", pwd=PASSWORD)
		self.token = re.search(r'csrf_token = "(\w+)"', self.ask("/app")[1])[1]

	def ask(self, path: str, **values) -> tuple[int, str]:
		"""(status, text); 0 when there was no answer."""
		data = urlencode(values).encode() if values else None
		headers = {"X-Frappe-CSRF-Token": self.token, "Accept": "application/json" if data else "text/html"}
		try:
			with self.browser.open(urllib.request.Request(AT + path, data, headers), timeout=30) as answer:
				return answer.status, answer.read().decode()
		except urllib.error.HTTPError as error:
			return error.code, error.read().decode(errors="replace")
		except OSError as error:
			return 0, type(error).__name__


class Load:
	"""Clerks who save a record again and again; which were confirmed, which were not."""

	def __init__(self, name: str) -> None:
		self.name, self.told, self.over = name, [], threading.Event()
		clerks = [Clerk() for _number in range(CLERKS)]
		self.threads = [threading.Thread(target=self.work, args=one) for one in enumerate(clerks)]

	def work(self, number: int, clerk: Clerk) -> None:
		turn = 0
		while not self.over.is_set():
			title = f"{self.name}-{RUN}-{number}-{turn}"
			status, _text = clerk.ask("/api/resource/Note", data=json.dumps({"title": title, "content": "x"}))
			self.told.append((title, status, time.time()))
			turn += 1
			time.sleep(0.1)

	def __enter__(self) -> "Load":
		for thread in self.threads:
			thread.start()
		time.sleep(3)
		return self

	def __exit__(self, *_args) -> None:
		self.over.set()
		for thread in self.threads:
			thread.join()


def run(*command: str, **options) -> str:
	return subprocess.run(command, capture_output=True, text=True, check=False, **options).stdout


def as_user(*command: str) -> str:
	return run("runuser", "-u", USER, "--", "env", f"HOME={BENCH.parent}", *command, cwd=BENCH / "sites")


def in_site(code: str) -> str:
	"""Run Python inside the site; returns what it printed."""
	head = f"import frappe; frappe.init(site={SITE!r}, sites_path='.'); frappe.connect()\n"
	return as_user(str(BENCH / "env/bin/python"), "-W", "ignore", "-c", head + code).strip()


def kill(name: str) -> None:
	os.killpg(pid_of(name), signal.SIGKILL)


def pid_of(name: str) -> int:
	return int((STATE / f"{name}.pid").read_text().split()[0])


def spawn(name: str, folder: Path, *command: str) -> None:
	"""What systemd does on a county's server (Restart=always)."""
	process = subprocess.Popen(
		["runuser", "-u", USER, "--", "env", f"HOME={BENCH.parent}", *command],
		cwd=folder,
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
		start_new_session=True,
	)
	(STATE / f"{name}.pid").write_text(f"{process.pid} 0\n")


def faulted(name: str, take, give, look=None) -> dict:
	"""Take a part away under load, look, give it back, and count."""
	with Load(name) as load:
		began = time.time()
		take()
		time.sleep(AWAY_SECONDS / 2)
		seen = (look or page)()
		time.sleep(AWAY_SECONDS / 2)
		given = time.time()
		give()
		until = time.time() + SETTLE_SECONDS
		while time.time() < until and not any(status == 200 and at > given for _t, status, at in load.told):
			time.sleep(0.2)
		time.sleep(5)
	titles = in_site(
		f"print(*frappe.get_all('Note', {{'title': ['like', {f'{name}-{RUN}-%'!r}]}}, pluck='title'))"
	).split()
	confirmed = [title for title, status, _at in load.told if status == 200]
	back = [at for _title, status, at in load.told if status == 200 and at > given]
	told = sorted({status for _title, status, at in load.told if status != 200})
	return {
		"fault": name,
		"asked": len(load.told),
		"confirmed": len(confirmed),
		"lost": len(set(confirmed) - set(titles)),
		"doubled": len(titles) - len(set(titles)),
		"not_confirmed_but_there": len(set(titles) - set(confirmed)),
		"other_answers": told,
		"seen": seen,
		"seconds_to_recover": round(min(back) - given, 1) if back else None,
		"seconds_away": round(given - began, 1),
	}


def page() -> str:
	"""What somebody sees who opens the desk now."""
	try:
		with urllib.request.urlopen(
			urllib.request.Request(AT + "/login", headers={"Accept": "text/html"}), timeout=20
		) as answer:
			status, text = answer.status, answer.read().decode()
	except urllib.error.HTTPError as error:
		status, text = error.code, error.read().decode(errors="replace")
	except OSError as error:
		return f"没有应答（{type(error).__name__}）"
	heading = re.search(r"<h1>(.*?)</h1>|<title>\s*(.*?)\s*</title>", text, re.DOTALL)
	return f"{status} {next(filter(None, heading.groups()), '')}" if heading else f"{status} {text[:60]}"


def redis(kind: str):
	def take():
		kill(f"redis-{kind}")

	def give():
		spawn(f"redis-{kind}", BENCH, "redis-server", f"config/redis_{kind}.conf")

	return take, give


def database():
	def take():
		pid = int(Path("/run/mysqld/mysqld.pid").read_text())
		parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
		# whoever watches it would start it again at once
		if re.search("(mysqld|mariadbd)[-_]safe", Path(f"/proc/{parent}/cmdline").read_text()):
			os.kill(parent, signal.SIGKILL)
		os.kill(pid, signal.SIGKILL)

	def give():
		run("service", "mariadb", "start")

	return take, give


def network():
	return lambda: run("ip", "link", "set", "lo", "down"), lambda: run("ip", "link", "set", "lo", "up")


def database_disk() -> dict:
	"""The database moves to a disk of its own, which fills up under load and is emptied again."""
	take, give = database()
	take()
	time.sleep(2)
	small = "/run/small-database"
	used = int(run("du", "-sm", str(DATABASE)).split()[0])
	Path(small).mkdir(exist_ok=True)
	run("mount", "-t", "tmpfs", "-o", f"size={used + 64}m,mode=0755", "tmpfs", small)
	run("cp", "-a", f"{DATABASE}/.", small)
	run("chown", "mysql:mysql", small)
	run("mount", "--bind", small, str(DATABASE))
	give()
	filler = Path(small, "filler")

	def fill() -> None:
		with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
			while file.write(b"x" * 65536):
				pass

	def look() -> str:
		return (
			f"{page()}; "
			+ Clerk().ask(
				"/api/resource/Note", data=json.dumps({"title": f"full-{RUN}", "content": "x" * 200_000})
			)[1][:400]
		)

	return faulted("database_disk", fill, filler.unlink, look)


def disk() -> dict:
	"""The disk of private files fills up: an attachment is refused, a record is saved, and the next one after room is made."""
	run("mount", "-t", "tmpfs", "-o", "size=1m,mode=0755", "tmpfs", str(FILES))
	run("chown", USER, str(FILES))
	full = FILES / "full"
	handle = os.open(full, os.O_WRONLY | os.O_CREAT)
	try:
		while os.write(handle, b"x" * 4096):
			pass
	except OSError:
		os.close(handle)
	clerk = Clerk()

	def attach(name: str) -> tuple[int, str]:
		boundary = "0e8c"
		content = f"{name} " * 4000
		body = (
			f'--{boundary}\r\nContent-Disposition: form-data; name="is_private"\r\n\r\n1\r\n'
			f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}.txt"\r\n'
			f"Content-Type: text/plain\r\n\r\n{content}\r\n--{boundary}--\r\n"
		).encode()
		headers = {
			"X-Frappe-CSRF-Token": clerk.token,
			"Content-Type": f"multipart/form-data; boundary={boundary}",
			"Accept": "application/json",
		}
		try:
			request = urllib.request.Request(AT + "/api/method/upload_file", body, headers)
			with clerk.browser.open(request, timeout=30) as answer:
				return answer.status, ""
		except urllib.error.HTTPError as error:
			return error.code, error.read().decode(errors="replace")

	refused, said = attach("refused")
	saved, _text = clerk.ask("/api/resource/Note", data=json.dumps({"title": "disk-full", "content": "x"}))
	full.unlink()
	taken, _text = attach("taken")
	records = in_site(
		"print(*frappe.get_all('File', {'file_name': ['in', ['refused.txt', 'taken.txt']]}, pluck='file_name'))"
	)
	messages = re.search(r'"_server_messages":\s*"(.*?)"[,}]', said)
	left = sorted(path.name for path in FILES.iterdir())
	run("umount", str(FILES))
	return {
		"fault": "disk",
		"attachment_while_full": refused,
		"said": (messages[1] if messages else said[:300]).encode().decode("unicode_escape", "replace")[:300],
		"record_while_full": saved,
		"attachment_afterwards": taken,
		"records": records,
		"left": left,
	}


def worker() -> dict:
	"""Killed while it works: jobs that wait are done by the next one; the one that ran is reported."""
	jobs = 40
	start = [str(BENCH / "env/bin/python"), "-m", "frappe.utils.bench_helper", "frappe", "worker", "--quiet"]
	if had_ended := not Path(f"/proc/{pid_of('worker')}").exists():
		spawn("worker", BENCH / "sites", *start)
		time.sleep(10)
	in_site(
		f"""for number in range({jobs}):
	frappe.enqueue("frappe.client.insert", queue="short", doc={{"doctype": "Note", "title": f"job-{RUN}-{{number}}", "content": "x"}})
"""
	)
	time.sleep(2)
	kill("worker")
	count = f"print(frappe.db.count('Note', {{'title': ['like', 'job-{RUN}-%']}}))"
	at_kill = in_site(count)
	time.sleep(3)
	spawn("worker", BENCH / "sites", *start)
	done, until = 0, time.time() + 180
	while time.time() < until and done < jobs:
		time.sleep(3)
		done = int(in_site(count) or 0)
	return {
		"fault": "worker",
		"jobs": jobs,
		"done_when_killed": at_kill,
		"done": done,
		"had_ended_before": had_ended,
	}


def crash() -> tuple:
	"""The database dies and is started again by whoever watches it."""
	return lambda: os.kill(int(Path("/run/mysqld/mysqld.pid").read_text()), signal.SIGKILL), lambda: None


FAULTS = {
	"database_crash": lambda: faulted("database_crash", *crash()),
	"database": lambda: faulted("database", *database()),
	"redis_cache": lambda: faulted("redis_cache", *redis("cache")),
	"redis_queue": lambda: faulted("redis_queue", *redis("queue")),
	"network": lambda: faulted("network", *network()),
	"disk": disk,
	"database_disk": database_disk,
	"worker": worker,
}


def main() -> None:
	for name in sys.argv[5:] or FAULTS:
		try:
			found = FAULTS[name]()
		except Exception as error:
			found = {"fault": name, "lab": f"{type(error).__name__}: {error}"}
		print(json.dumps(found, ensure_ascii=False), flush=True)


main()
