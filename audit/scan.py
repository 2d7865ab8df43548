"""What each role is tried with, and what may not come of it.

For every role: each function of the inventory (permissions/doors.csv), by POST and by GET, with the name of a record
that is not the role's, with an unsaved copy under that name, with hostile fields, filters and orders; the routes of
documents; prints; methods of documents. Three findings count: a **leak** (words of a record that the role may not
read), a **write** (a record changed, or something hung on it, that the role may not write) and a **failure** (500).
"""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import frappe

from audit.canaries import NAMED_ABOVE, Canary, differences, states
from audit.visitor import Visitor
from socaid_app.permissions import doors

HOSTILE = (
	"max((select id_number from `tabRecipient Identity` limit 1))",
	"ifnull(1,1)--",
	"name`=1 or 1=1 -- ",
)
NAMES = {
	*(
		"name",
		"docname",
		"doc_name",
		"dn",
		"reference_name",
		"ref_docname",
		"source_name",
		"docnames",
		"names",
	),
	*("source_names", "reference_docname", "reminder_docname", "value", "chart_name", "old_name", "old"),
}
KINDS = {"doctype", "dt", "reference_doctype", "ref_doctype", "share_doctype", "reminder_doctype"}
DOCUMENTS = {"doc", "docs", "document", "target_doc"}
WORDS = {
	"fields",
	"filters",
	"or_filters",
	"order_by",
	"group_by",
	"sort_field",
	"searchfield",
	"filter_fields",
}
WORDS |= {"field", "fieldname", "current_filters", "stats", "field_map", "columns", "select_columns"}
# Long jobs of other processes, or the end of the scan itself.
SKIPPED = {
	"socaid_app.assistance_archives.backups.jobs.back_up": "starts a backup",
	"socaid_app.assistance_archives.backups.jobs.restore_test": "restores a backup",
	"socaid_app.assistance_archives.backups.jobs.verify": "reads a whole backup",
	"socaid_app.assistance_archives.backups.jobs.compare": "reads a whole backup",
	"socaid_app.field_visits.routes.plan": "solves a route for a minute",
}
# So many records are tried with each of Frappe's functions.
AT_MOST = 5
# Tried with every method; the others with two.
CLOSELY = ("Petition", "Recipient Household", "Entitlement", "Assistance Application")
METHODS = ("rename", "add_comment", "add_tag", "submit", "cancel", "delete", "save", "db_set", "unlock")


@dataclass
class Findings:
	leaks: set[str] = field(default_factory=set)
	writes: set[str] = field(default_factory=set)
	failures: set[str] = field(default_factory=set)
	requests: int = 0

	def count(self) -> tuple[int, int, int]:
		return len(self.leaks), len(self.writes), len(self.failures)


class Scan:
	"""All requests of one role."""

	def __init__(self, role: str, user: str, canaries: list[Canary], secrets: list[str], until: float):
		self.role, self.until = role, until
		self.visitor = Visitor(user)
		self.found = Findings()
		readable = {c for c in canaries if user != "Guest" and _may(c, "read", user)}
		self.hidden = [c for c in canaries if c not in readable]
		self.kept = [c for c in canaries if user == "Guest" or not _may(c, "write", user)]
		# what one may choose in a link is shown by its name, number and kind
		named = {
			c
			for c in canaries
			if user != "Guest" and (_may(c, "select", user) or _leads_to_readable(c, user))
		}
		shown = {word for canary in readable | named for word in canary.words}
		self.words = {
			word: f"{canary.doctype} {canary.name}"
			for canary in self.hidden
			for word in canary.words
			if word not in shown
		}
		self.words |= dict.fromkeys(secrets, "a password, key or session")
		self.readable = readable
		self.states = states(self.kept, readable)
		# one of each kind that is not theirs to read, else not theirs to write, else any
		self.targets = list({c.doctype: c for c in [*canaries, *self.kept, *self.hidden]}.values())

	def run(self) -> Findings:
		replaced = frappe.get_hooks("override_whitelisted_methods")
		for path, door in sorted(doors.listed().items()):
			if path not in SKIPPED:
				self._try_function(path, self._is_open(path, door, replaced))
		for target in self.targets:
			self._try_document(target)
		return self.found

	# --- functions ---------------------------------------------------------------------------------------------
	def _is_open(self, path: str, door: doors.Door, replaced: dict) -> bool:
		"""Whether the role is answered at all; a closed door is tried once."""
		if door.who == doors.REPLACED:
			door = doors.listed()[replaced[path][-1]] if path in replaced else doors.UNKNOWN
		frappe.set_user(self.visitor.user)
		try:
			return doors.may(door.who)
		finally:
			frappe.set_user("Administrator")

	def _try_function(self, path: str, is_open: bool) -> None:
		if path.split(".")[-2][:1].isupper():
			# methods of documents are reached by their document
			return
		try:
			function = frappe.get_attr(path)
		except Exception:
			return
		parameters = list(inspect.signature(function).parameters)
		url = f"/api/method/{path}"
		if not is_open:
			# one knock
			self._ask("POST", url, self._filled(parameters, self.targets[0]))
			return
		for number, arguments in enumerate(self._arguments(path, parameters)):
			self._ask("POST", url, arguments)
			if not number:
				self._ask("GET", url, arguments)
		self._compare(path)

	def _arguments(self, path: str, parameters: list[str]) -> Iterator[dict]:
		named = (
			bool(set(parameters) & (NAMES | KINDS | DOCUMENTS)) or not parameters or parameters == ["args"]
		)
		targets = self.targets
		own = [t for t in targets if frappe.scrub(frappe.get_meta(t.doctype).module) in path]
		chosen = own if path.startswith("socaid_app.") else targets[:: max(1, len(targets) // AT_MOST)]
		for target in (chosen if named else []) or targets[:1]:
			yield self._filled(parameters, target)
		if set(parameters) & WORDS or not parameters:
			for text in HOSTILE:
				yield self._filled(parameters, targets[0], text)

	def _filled(self, parameters: list[str], target: Canary, text: str | None = None) -> dict:
		copy = {"doctype": target.doctype, "name": target.name, "__islocal": 1, "__unsaved": 1}
		everything = parameters or [*KINDS, *NAMES, *WORDS, "items", "doc"]
		values = {}
		for name in everything:
			if name in ("self", "args", "kwargs", "cmd"):
				values["args"] = json.dumps(copy)
			elif name in KINDS:
				values[name] = target.doctype
			elif name in DOCUMENTS:
				values[name] = json.dumps([copy] if name == "docs" else copy)
			elif name in ("docnames", "names", "source_names", "items"):
				values[name] = json.dumps([target.name])
			elif name in WORDS:
				values[name] = _words(name, target.doctype, text)
			elif name in NAMES or frappe.scrub(target.doctype).endswith(name):
				values[name] = target.name
			else:
				values[name] = _plain(name)
		return values

	# --- documents -----------------------------------------------------------------------------------------------
	def _try_document(self, target: Canary) -> None:
		kind, name = quote(target.doctype), quote(target.name)
		copy = json.dumps(
			{
				"doctype": target.doctype,
				"name": target.name,
				"__islocal": 1,
				"__unsaved": 1,
				"owner": self.visitor.user,
			}
		)
		asked = [
			("GET", f"/api/resource/{kind}/{name}", {}),
			("GET", f"/api/v2/document/{kind}/{name}", {}),
			("PUT", f"/api/resource/{kind}/{name}", {"remark": "x", "owner": self.visitor.user}),
			("PUT", f"/api/v2/document/{kind}/{name}", {"division": "220422201201"}),
			("DELETE", f"/api/resource/{kind}/{name}", {}),
			("DELETE", f"/api/v2/document/{kind}/{name}", {}),
			("GET", "/printview", {"doctype": target.doctype, "name": target.name}),
			("GET", f"/api/resource/{kind}", {"limit_page_length": "200", "fields": '["*"]'}),
			("GET", f"/api/v2/doctype/{kind}/count", {}),
			("POST", "/api/method/frappe.www.printview.get_html_and_style", {"doc": copy}),
			("POST", "/api/method/frappe.desk.form.save.savedocs", {"doc": copy, "action": "Save"}),
		]
		asked += [
			("GET", f"/api/resource/{kind}", {part: json.dumps([text]) if part == "fields" else text})
			for text in HOSTILE
			for part in ("fields", "order_by", "group_by", "filters")
		]
		for method in METHODS if target.doctype in CLOSELY else METHODS[:2]:
			arguments = json.dumps({"name": "NEU", "text": "x", "comment_type": "Comment", "tag": "x"})
			asked += [
				("POST", "/api/method/run_doc_method", {"method": method, "docs": copy, "args": arguments}),
				(
					"POST",
					"/api/method/run_doc_method",
					{"method": method, "dt": target.doctype, "dn": target.name, "args": arguments},
				),
				(
					"POST",
					"/api/v2/method/run_doc_method",
					{"method": method, "document": copy, "kwargs": arguments},
				),
				("POST", f"/api/resource/{kind}/{name}", {"run_method": method, "text": "x", "name": "NEU"}),
				("POST", f"/api/v2/document/{kind}/{name}/method/{method}", {}),
			]
		for verb, path, arguments in asked:
			self._ask(verb, path, arguments)
		self._compare(f"documents of {target.doctype}")

	# --- judging -------------------------------------------------------------------------------------------------
	def _ask(self, verb: str, path: str, arguments: dict) -> None:
		if time.monotonic() > self.until:
			raise TimeoutError("the scan takes longer than SOCAID_AUDIT_SECONDS")
		status, text = self.visitor.ask(verb, path, arguments)
		self.found.requests += 1
		sent = json.dumps(arguments, ensure_ascii=False)
		where = f"{self.role}: {verb} {path} {sent[:160]}"
		if status >= 500:
			self.found.failures.add(f"{where} → {status} {_last_line(text)}")
		for word, record in self.words.items():
			if word in text and word not in sent:
				self.found.leaks.add(f"{where} → {record}")

	def _compare(self, what: str) -> None:
		frappe.db.rollback()
		now = states(self.kept, self.readable)
		for canary in self.kept:
			if now[canary] != self.states[canary]:
				changed = differences(self.states[canary], now[canary])
				self.found.writes.add(f"{self.role}: {what} → {canary.doctype} {canary.name}: {changed}")
		self.states = now


def _may(canary: Canary, right: str, user: str) -> bool:
	return bool(frappe.has_permission(canary.doctype, right, doc=canary.name, user=user))


def _leads_to_readable(canary: Canary, user: str) -> bool:
	if canary.doctype not in NAMED_ABOVE:
		return False
	below = frappe.db.get_descendants(canary.doctype, canary.name)
	return any(_may(Canary(canary.doctype, name, None, ()), "read", user) for name in below)


def _last_line(text: str) -> str:
	try:
		trace = json.loads(text)
	except ValueError:
		return text[:80]
	return str(trace.get("exception") or trace.get("exc_type") or "")[:160]


def _words(name: str, doctype: str, text: str | None) -> str:
	if name in ("fields", "filter_fields", "stats"):
		return json.dumps([text or "name"])
	if name in ("filters", "or_filters", "current_filters"):
		return json.dumps([[doctype, text or "name", "like", "%"]])
	if name == "field_map":
		return json.dumps({"start": text or "creation", "end": text or "creation", "title": text or "name"})
	if name in ("columns", "select_columns"):
		return json.dumps({doctype: [text or "name"]})
	return text or "name"


def _plain(name: str) -> str:
	"""A value that a parameter of this name may have."""
	if any(word in name for word in ("date", "_on", "from", "start", "end")):
		return "2026-08-01"
	if any(word in name for word in ("start", "limit", "length", "count", "page_len", "value")):
		return "1"
	if name in ("user", "users", "assign_to", "owner"):
		return "Administrator"
	return "x"
