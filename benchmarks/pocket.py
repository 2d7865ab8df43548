"""Phones without network: what an investigator's 200 households cost to take along, and what they bring back.

Over HTTP against a web server of its own, beside Frappe's ping on the same server; wrk sends the entries.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar
from statistics import quantiles
from typing import TYPE_CHECKING

import frappe
from frappe.utils import add_days, now_datetime, today
from frappe.utils.password import update_password

from benchmarks.measure import milliseconds, queries
from benchmarks.people import add_user
from benchmarks.public_pages import CONNECTIONS, PING, SECONDS, rate, serving
from socaid_app.field_visits.pocket import pocket_devices, pocket_pull, pocket_sync
from socaid_app.field_visits.pocket.field_merge import merge_rows

if TYPE_CHECKING:
	from benchmarks.measure import Table

USER, PASSWORD = "bench.visitor@demo.invalid", uuid.uuid4().hex
HOUSEHOLDS, PAGE, ROUNDS, PHONES = 200, 20, 10, 16
PAGE_BAR, REPLAY_BAR, SYNCS_BAR = 0.060, 5.0, 60
RECORDS, ROWS = 50_000, 50
API = "/api/method/socaid_app.field_visits.pocket."
VISIT = "Home Visit"
# One note of one visit with every request, each with a number of its own.
SENDS = """
local thread = 0
function setup(t) thread = thread + 1; t:set("number", thread) end
function init(args) math.randomseed(number); count = 0 end
function request()
	count = count + 1
	local id = string.format("%08x-0000-4000-8000-%04x%08x", {run}, number, count)
	local phone = ({{{phones}}})[math.random({many})]
	local item = string.format([[{{"id":"%s","kind":"note","visit":"%s","made_at":"{now}","data":{{"text":"x"}}}}]],
		id, ({{{visits}}})[math.random({count})])
	return wrk.format("POST", "{path}", {{["Content-Type"]="application/json", ["Cookie"]="{cookie}"}},
		[[{{"protocol":1,"clock":"{now}",]] .. phone .. [[,"items":[]] .. item .. "]}}")
end
"""
_statements: dict[str, int] = {}


def count_statements(table: Table, size: int) -> None:
	"""A pull of one page and a push of one entry; the first size is the bar of the others."""
	keys, visits = take_along()
	frappe.set_user(USER)
	note = {"kind": "note", "made_at": str(now_datetime()), "visit": visits[0], "data": {"text": "x"}}

	def push() -> None:
		item = note | {"id": str(uuid.uuid4())}
		pocket_sync.push(**keys, protocol=1, clock=str(now_datetime()), items=[item])

	for name, task in {"pull": lambda: pocket_pull.pull(**keys, limit=PAGE), "push": push}.items():
		task()
		count = queries(task)
		first = _statements.setdefault(name, count)
		table.add(f"phones: SQL queries of a {name}", f"{size:,} households", str(count), count / first, 1)
	frappe.db.commit()
	frappe.set_user("Administrator")


def measure(table: Table) -> None:
	keys, visits = take_along()
	with serving() as url:
		opener = logged_in(url)
		pages = sorted(seconds for _ in range(ROUNDS) for seconds in pull(opener, url, keys))
		worst = quantiles(pages, n=20)[-1]
		size = f"{len(visits)} households, {PAGE} a page"
		table.add("phones: pull, p95 of a page over HTTP", size, milliseconds(worst), worst / PAGE_BAR, 1)
		if shutil.which("wrk"):
			ping = rate(url + PING)
			phones = [opener.post(f"{API}pocket_devices.register", label="bench") for _ in range(PHONES)]
			phones = [{key: phone[key] for key in keys} for phone in phones]
			found = send(url, opener, phones, visits)
			table.add("phones: Frappe's ping", f"{CONNECTIONS} connections", f"{ping:,.0f}/s")
			table.add("phones: syncs", "share of ping", f"{found:,.0f}/s", found / ping)
			table.add(
				f"  {SYNCS_BAR}/s against it", f"{SECONDS} s", "", SYNCS_BAR / found if found else 9.99, 1
			)
		else:
			table.add("phones: syncs", "", "not measured: wrk is missing (apt-get install wrk)")
	took = replay()
	table.add("phones: replay of changed records", f"{RECORDS:,}", f"{took:.2f} s", took / REPLAY_BAR, 1)


def take_along() -> tuple[dict, list[str]]:
	"""Keys of an investigator's phone and the visits of this week that it takes along, one for each household."""
	frappe.set_user("Administrator")
	if not frappe.db.exists("User", USER):
		homes = frappe.get_all(
			"Recipient Household",
			filters={"status": "Active"},
			pluck="name",
			order_by="name",
			limit=HOUSEHOLDS,
		)
		county = frappe.db.get_value("Recipient Household", homes[0], "division")[:6] + "000000"
		add_user(USER, "Field Investigator", county)
		officers = [
			frappe.get_doc(
				{
					"doctype": "Visit Officer",
					"officer_name": f"bench {user or ''}",
					"user": user,
					"employer": "Contractor",
					"division": county,
					"trained_on": today(),
					"background_checked_on": today(),
				}
			)
			.insert(ignore_permissions=True)
			.name
			for user in (USER, None)
		]
		for number, home in enumerate(homes):
			frappe.get_doc(
				{
					"doctype": VISIT,
					"household": home,
					"purpose": "Regular Visit",
					"planned_on": add_days(today(), number % 6),
					"visitors": [{"officer": officer} for officer in officers],
				}
			).insert(ignore_permissions=True)
	update_password(USER, PASSWORD)
	frappe.set_user(USER)
	device = pocket_devices.register("bench")
	frappe.set_user("Administrator")
	frappe.db.commit()
	visits = frappe.get_all(
		"Home Visit Visitor", filters={"user": USER, "parenttype": VISIT}, pluck="parent", order_by="parent"
	)
	return {key: device[key] for key in ("device", "token")}, visits


class Opener:
	"""A phone's login; what it asks goes to the server itself, past any proxy."""

	def __init__(self, url: str):
		self.url, self.jar = url, CookieJar()
		self.open = urllib.request.build_opener(
			urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
		).open

	def post(self, path: str, **values) -> dict:
		request = urllib.request.Request(
			self.url + path, json.dumps(values).encode(), {"Content-Type": "application/json"}
		)
		with self.open(request, timeout=60) as answer:
			return json.loads(answer.read())["message"]


def logged_in(url: str) -> Opener:
	opener = Opener(url)
	opener.post("/api/method/login", usr=USER, pwd=PASSWORD)
	return opener


def pull(opener: Opener, url: str, keys: dict) -> list[float]:
	"""Seconds of each page; the phone knows the lists of the form already."""
	taken, after, known = [], "", pull.lists
	while True:
		began = time.perf_counter()
		page = opener.post(f"{API}pocket_pull.pull", **keys, after=after, limit=PAGE, lists_version=known)
		taken.append(time.perf_counter() - began)
		pull.lists, after = page["lists_version"], page["next"]
		if not after:
			return taken


pull.lists = ""


def send(url: str, opener: Opener, phones: list[dict], visits: list[str]) -> float:
	"""Entries a second that are taken; 0 when any of them failed."""
	script = SENDS.format(
		run=int(time.time()) % 2**31,
		now=now_datetime().isoformat(" ", "seconds"),
		visits=",".join(f'"{name}"' for name in visits),
		count=len(visits),
		path=f"{API}pocket_sync.push",
		cookie="; ".join(f"{one.name}={one.value}" for one in opener.jar if one.name == "sid"),
		# each phone is one that sends one thing after the other
		phones=",".join(f"[[{json.dumps(phone)[1:-1]}]]" for phone in phones),
		many=len(phones),
	)
	before = frappe.db.count(pocket_sync.ITEM)
	with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
		file.write(script)
		file.flush()
		command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "20s"]
		command += ["-s", file.name, url]
		said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
	frappe.db.commit()
	taken = frappe.db.count(pocket_sync.ITEM, {"status": "Applied"}) - before
	if "Non-2xx" in said or "Socket errors" in said or not taken:
		print(said, file=sys.stderr)
		return 0.0
	return taken / float(re.search(r"requests in\s+([\d.]+)s", said).group(1))


def replay() -> float:
	"""Seconds to bring together what two hands have made of as many rows, a form at a time."""
	forms = [
		[{"name": f"row-{number}-{row}", "annual": row, "note": "as fetched"} for row in range(ROWS)]
		for number in range(RECORDS // ROWS)
	]
	began = time.perf_counter()
	for base in forms:
		here = [{**row, "note": "desk"} if index % 2 else row for index, row in enumerate(base)]
		mine = [{**row, "annual": -1} for row in base]
		merged, collisions = merge_rows(base, here, mine)
		assert len(merged) == ROWS and len(collisions) == ROWS // 2
	return time.perf_counter() - began
