"""How many requests were answered, and how fast: counted in Redis, so by all web processes and machines together.

What a request was about is not counted, only its kind. The counters begin anew when the cache is emptied, which
monitors expect of counters.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

import frappe

KEY = "socaid_requests"
# Upper ends, seconds; the last is open.
BOUNDS = (0.1, 0.3, 1.0, 3.0, 10.0)
# What people wait for, by the function that answers; whatever else is called is "other", pages are "page".
KINDS = {
	"frappe.desk.form.save.savedocs": "save",
	"frappe.client.save": "save",
	"frappe.client.insert": "save",
	"socaid_app.casework.steps.take": "step",
	"socaid_app.casework.workflows.apply_workflow": "step",
	"frappe.model.workflow.apply_workflow": "step",
	"frappe.desk.form.load.getdoc": "form",
	"frappe.desk.reportview.get": "list",
	"frappe.desk.reportview.get_count": "list",
	"frappe.desk.query_report.run": "report",
	"frappe.desk.search.search_link": "search",
	"frappe.utils.print_format.download_pdf": "print",
	"socaid_app.casework.my_work.of_mine": "work",
	"login": "login",
}


def begin() -> None:
	"""Hook ``before_request``."""
	frappe.local.socaid_began = time.perf_counter()


def end(response=None, request=None) -> None:
	"""Hook ``after_request``. A cache that is away costs the count, never the answer."""
	began = getattr(frappe.local, "socaid_began", None)
	if response is None or began is None:
		return
	seconds = time.perf_counter() - began
	kind = kind_of(request.path)
	bucket = next((str(bound) for bound in BOUNDS if seconds <= bound), "+Inf")
	try:
		key = frappe.cache.make_key(KEY)
		with frappe.cache.pipeline(transaction=False) as pipe:
			pipe.hincrby(key, f"answers|{kind}|{response.status_code // 100}xx", 1)
			pipe.hincrby(key, f"bucket|{kind}|{bucket}", 1)
			pipe.hincrby(key, f"micros|{kind}|", round(seconds * 1_000_000))
			pipe.execute()
	except Exception:
		return


def kind_of(path: str) -> str:
	if path.startswith("/api/method/"):
		return KINDS.get(path.removeprefix("/api/method/"), "other")
	if path.startswith("/api/"):
		return "api"
	return "page"


@dataclass
class Counted:
	"""``answers``: (kind, 2xx …) → number; ``seconds``: kind → sum; ``parts``: kind → upper end → number."""

	answers: dict[tuple[str, str], int] = field(default_factory=dict)
	seconds: dict[str, float] = field(default_factory=dict)
	parts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

	def buckets(self, kind: str) -> list[tuple[str, int]]:
		"""Cumulative, as a histogram is told."""
		total, found = 0, []
		for bound in (*map(str, BOUNDS), "+Inf"):
			total += self.parts[kind].get(bound, 0)
			found.append((bound, total))
		return found


def counted() -> Counted:
	found = Counted()
	for name, number in frappe.cache.execute_command("HGETALL", frappe.cache.make_key(KEY)).items():
		what, kind, of = name.decode().split("|")
		if what == "answers":
			found.answers[kind, of] = int(number)
		elif what == "bucket":
			found.parts[kind][of] = int(number)
		else:
			found.seconds[kind] = int(number) / 1_000_000
	return found
