"""Set the county up, let every role try, print what was found; the number of findings is the exit status."""

from __future__ import annotations

import os
import sys
import time
from contextlib import redirect_stdout
from functools import partial

import frappe

from audit import canaries
from audit.scan import Findings, Scan
from socaid_app import overrides
from socaid_demo import county_staff, load

HOUSEHOLDS = int(os.environ.get("SOCAID_AUDIT_HOUSEHOLDS", 400))
SECONDS = int(os.environ.get("SOCAID_AUDIT_SECONDS", 1800))
# One of each role: its account in the demo county.
ROLES = {
	"Village Assistant": "jiashan.assistant",
	"Township Officer": "jiashan.officer1",
	"Township Approver": "jiashan.approver1",
	"Field Investigator": "jiashan.investigator",
	**{role: f"county.{name}" for name, role in county_staff.COUNTY_STAFF if not name.endswith("2")},
}


def main() -> int:
	report = partial(print, file=sys.stdout, flush=True)
	# Frappe prints the trace of whatever it refuses
	with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
		return audit(report)


def audit(say) -> int:
	frappe.init(site=os.environ["SOCAID_SITE"], sites_path=os.environ["SITES_PATH"])
	os.chdir(os.environ["SITES_PATH"])
	frappe.connect()
	frappe.set_user("Administrator")
	load.load(households=HOUSEHOLDS)
	overrides.begin()
	marked, secret = canaries.place(), canaries.secrets()
	chosen = os.environ.get("SOCAID_AUDIT_ROLES")
	people = {"Guest": "Guest"} | {role: f"{name}@{county_staff.DOMAIN}" for role, name in ROLES.items()}
	if chosen:
		people = {role: user for role, user in people.items() if role in chosen.split(",")}
	say(f"标记记录 {len(marked)} 条，角色 {len(people)} 种")
	total, started = Findings(), time.monotonic()
	for role, user in people.items():
		begun = time.monotonic()
		scan = Scan(role, user, marked, secret, started + SECONDS)
		try:
			scan.run()
		except TimeoutError as error:
			say(f"  {role}：没有试完，{error}")
			scan.found.failures.add(f"{role}: {error}")
		found = scan.found
		for part in ("leaks", "writes", "failures"):
			getattr(total, part).update(getattr(found, part))
		total.requests += found.requests
		say(
			f"  {role}：{found.requests} 次请求，泄露 {len(found.leaks)}，改写 {len(found.writes)}，"
			f"出错 {len(found.failures)}，{time.monotonic() - begun:.0f} 秒",
		)
		for title, lines in (("泄露", found.leaks), ("改写", found.writes), ("出错", found.failures)):
			for line in sorted(lines):
				say(f"    {title}  {line}")
	leaks, writes, failures = total.count()
	say(
		f"共 {total.requests} 次请求，{time.monotonic() - started:.0f} 秒：泄露 {leaks}，改写 {writes}，出错 {failures}"
	)
	frappe.destroy()
	return 1 if leaks or writes or failures else 0
