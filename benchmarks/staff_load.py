"""Two hundred of the staff at work, and how much of it the server bears beside Frappe's own Note.

The load comes from a process of its own over loopback (staff_traffic.py), on the same processors; its share of their
time is told. A save is that of an application that is being entered, with all its gates; each save that was confirmed
has to be a version of the record, and the last one what is stored.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import frappe
from frappe.installer import update_site_config
from frappe.utils import today
from frappe.utils.password import update_password

from benchmarks.listpage import page_arguments
from benchmarks.measure import milliseconds
from benchmarks.people import add_user
from benchmarks.public_pages import serving

if TYPE_CHECKING:
	from benchmarks.measure import Table

STAFF, MINUTES, THINK_SECONDS = 200, 3, 25.0
# Throughput: this many at once without a pause, in turns with Note.
AT_ONCE, SLICES, SLICE_SECONDS = 8, 3, 15
CASE, NOTE = "Assistance Application", "Note"
SHARE_BAR = 0.5
PASSWORD = uuid.uuid4().hex
TRAFFIC = Path(__file__).with_name("staff_traffic.py")


def measure(table: Table, staff: int = STAFF, minutes: float = MINUTES) -> None:
	people = make_staff(staff)
	with without_tokens(), serving() as url:
		before = versions(people)
		found = traffic(url, people["case"], minutes * 60, THINK_SECONDS)
		saves = found["took"]["save"]
		requests = sum(map(len, found["took"].values()))
		size = f"{staff} staff, {minutes:g} min, a request every {THINK_SECONDS:g} s each"
		table.add("staff: requests answered", size, f"{requests:,}, {requests / found['seconds']:.1f}/s")
		table.add("  errors", size, *_count(found["errors"]))
		table.add("  writes lost or doubled", f"{len(saves):,} saves", *_count(lost(people, before, found)))
		for kind, times in found["took"].items():
			if len(times) > 1:
				worst = quantiles(times, n=20)[-1]
				table.add(
					f"  {kind}",
					f"{len(times):,}",
					f"p50 {milliseconds(median(times))}, p95 {milliseconds(worst)}",
				)
		table.add("  the generator's share of the processors", "", f"{_share(found):.0%}")
		rates: dict[str, list[float]] = {"case": [], "note": []}
		for _slice in range(SLICES):
			for kind, answered in rates.items():
				found = traffic(url, people[kind][:AT_ONCE], SLICE_SECONDS, 0)
				if found["errors"]:
					raise AssertionError(found["errors"][:3])
				answered.append(sum(map(len, found["took"].values())) / found["seconds"])
	ours, theirs = median(rates["case"]), median(rates["note"])
	size = f"{AT_ONCE} at once, {SLICES} × {SLICE_SECONDS} s in turns"
	table.add("staff: throughput, applications", size, f"{ours:.1f}/s")
	table.add(
		"  the same work on Frappe's Note",
		size,
		f"{theirs:.1f}/s, share {ours / theirs:.2f}",
		theirs / ours,
		1 / SHARE_BAR,
	)


def _count(found: list[str]) -> tuple[str, float, float]:
	for text in found[:3]:
		print(text, file=sys.stderr)
	return f"{len(found)}", len(found), 0


def _share(found: dict) -> float:
	return found["processor"] / (found["seconds"] * (os.cpu_count() or 1))


def traffic(url: str, staff: list[dict], seconds: float, think: float) -> dict:
	job = json.dumps({"url": url, "seconds": seconds, "think": think, "staff": staff})
	run = subprocess.run(
		[sys.executable, str(TRAFFIC)], input=job, capture_output=True, text=True, check=False
	)
	if run.returncode:
		raise RuntimeError(run.stderr[-2000:])
	return json.loads(run.stdout)


def versions(people: dict) -> dict[str, int]:
	return {row["name"]: frappe.db.count("Version", {"docname": row["name"]}) for row in people["case"]}


def lost(people: dict, before: dict[str, int], found: dict) -> list[str]:
	"""Records whose versions are not as many as the saves that were confirmed, or whose last save is not stored."""
	frappe.db.rollback()
	after, wrong = versions(people), []
	for name, confirmed in found["confirmed"].items():
		stored = (frappe.db.get_value(CASE, name, "need_text") or "").partition(" ")[0]
		if after[name] - before[name] != confirmed or (confirmed and stored != str(confirmed)):
			wrong.append(
				f"{name}: {confirmed} confirmed, {after[name] - before[name]} versions, last {stored}"
			)
	return wrong


# --- staff ---------------------------------------------------------------------------------------------------
def make_staff(count: int) -> dict[str, list[dict]]:
	"""Township officers, each with an application of a family of the county that is being entered, and a note."""
	frappe.set_user("Administrator")
	category = frappe.db.get_value("Assistance Category", {"scheme": "Dibao"}, order_by="name")
	busy = frappe.get_all(CASE, filters={"docstatus": 0}, pluck="household")
	homes = frappe.get_all(
		"Recipient Household",
		filters={
			"status": "Active",
			"head": ["is", "set"],
			"name": ["not in", [name for name in busy if name] or [""]],
		},
		fields=["name", "head", "division", "township"],
		order_by="name",
		limit=count * 3,
	)
	found: dict[str, list[dict]] = {"case": [], "note": []}
	for home in homes:
		if len(found["case"]) == count:
			break
		number = len(found["case"])
		frappe.db.savepoint("staff")
		try:
			user = make_user(number, home.township)
			frappe.set_user(user)
			case = make_case(home, category)
		except frappe.ValidationError:
			# this family cannot apply now
			frappe.db.rollback(save_point="staff")
			continue
		finally:
			frappe.set_user("Administrator")
		note = frappe.get_doc(
			{"doctype": NOTE, "title": f"bench {uuid.uuid4()}", "content": "x", "owner": user}
		)
		note.insert(ignore_permissions=True)
		note.db_set("owner", user)
		account = {"user": user, "password": PASSWORD}
		found["case"].append(account | work(CASE, case.name, "need_text", "Recipient Household"))
		found["note"].append(account | work(NOTE, note.name, "content", NOTE))
		frappe.db.commit()
	if len(found["case"]) < count:
		raise AssertionError(f"only {len(found['case'])} families can apply; load a larger county")
	return found


def work(doctype: str, name: str, field: str, searched: str) -> dict:
	asked = {
		key: value if isinstance(value, str) else json.dumps(value)
		for key, value in page_arguments(doctype).items()
	}
	words = {"doctype": searched, "txt": "1", "page_length": 10}
	return {"doctype": doctype, "name": name, "field": field, "list": asked, "words": words}


def make_user(number: int, township: str) -> str:
	email = f"bench.staff.{township}.{number}@demo.invalid"
	add_user(email, "Township Officer", township)
	update_password(email, PASSWORD)
	return email


def make_case(home: frappe._dict, category: str):
	return frappe.get_doc(
		{
			"doctype": CASE,
			"category": category,
			"applicant": home.head,
			"household": home.name,
			"division": home.division,
			"applied_on": today(),
			"cause": "Illness",
			"members": [
				{"recipient": row.recipient, "kinship": row.kinship}
				for row in frappe.get_doc("Recipient Household", home.name).members
				if not row.left_on
			],
		}
	).insert()


@contextmanager
def without_tokens():
	"""The generator has no page to read a token from, and all its logins come from one address."""
	before = frappe.conf.get("ignore_csrf")
	update_site_config("ignore_csrf", 1)
	try:
		yield
	finally:
		update_site_config("ignore_csrf", "None" if before is None else before, validate=False)
