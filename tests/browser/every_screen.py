"""Looking at every screen that somebody's Desk leads to, and writing down what is wrong there.

A screen is opened as the Desk opens it. What is found is counted by what it is, with the first screen that shows it:
the same narrow button on a hundred forms is one thing to mend.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import frappe
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error

from tests import builders
from tests.browser.latin import latin_words
from tests.browser.screens import VISIBLE_TEXT, Desk
from tests.browser.test_phone import TOO_WIDE

# Where a report asks which of several it shall show, its own tests do.
DESK_LEADS_TO = """() => ({
	read: frappe.boot.user.can_read,
	create: frappe.boot.user.can_create,
	workspaces: frappe.boot.allowed_workspaces
		.filter((one) => one.public && frappe.boot.module_app[frappe.scrub(one.module || "")] === "socaid_app")
		.map((one) => one.title),
	pages: Object.keys(frappe.boot.page_info),
	reports: Object.keys(frappe.boot.user.all_reports),
})"""

NEW_RECORD = """(doctype) => new Promise((done) => frappe.model.with_doctype(doctype, () => {
	const doc = frappe.model.get_new_doc(doctype);
	frappe.set_route("Form", doctype, doc.name);
	done(doc.name);
}))"""

# What says that somebody may not, or that something is not there.
REFUSALS = re.compile("没有权限|权限不足|无权|未找到|不存在|出错|错误信息|Not permitted|Not found", re.I)
# Messages, and the pages that stand in a screen's place.
SAID = """() => [...document.querySelectorAll(
	".modal.show .modal-body, .page-card, .error-page, .desk-alert, .msgprint, .chart-container .chart-error"
)].filter((element) => element.getClientRects().length && !element.closest("[hidden]")).map((element) => [element.innerText.trim(), !!element.closest(".modal")])"""

_PATH = """const path = (element) => {
	const one = (at) => at.tagName.toLowerCase() + [...at.classList].filter((name) => !/\\d|^ellipsis$|^form-group$/.test(name))
		.slice(0, 3).map((name) => "." + name).join("");
	const parent = element.parentElement.closest("[class]");
	return (parent ? one(parent) + " > " : "") + one(element);
};
const shown = (element) => {
	if (!element.getClientRects().length || getComputedStyle(element).visibility === "hidden") return false;
	const { width, height } = element.getBoundingClientRect();
	return width > 1 && height > 1;
};"""

# Figures of which the end is not to be seen.
CUT = (
	"() => {"
	+ _PATH
	+ """
	const found = [];
	for (const element of document.querySelectorAll(".page-container *")) {
		const input = ["INPUT", "SELECT"].includes(element.tagName);
		if (!input && (element.children.length || !/\\d/.test(element.textContent))) continue;
		const text = (input ? element.value || "" : element.textContent).trim();
		if (input && ["checkbox", "radio", "hidden", "file"].includes(element.type)) continue;
		if (!/\\d/.test(text) || /[\\u4e00-\\u9fff]{3}/.test(text) || !shown(element)) continue;
		for (let at = element; at && !at.matches(".page-container"); at = at.parentElement) {
			const { overflowX } = getComputedStyle(at);
			if (at !== element && overflowX !== "hidden") { if (overflowX === "auto" || overflowX === "scroll") break; continue; }
			const cut = at === element ? at.scrollWidth > at.clientWidth + 1 && (input || overflowX === "hidden")
				: element.getBoundingClientRect().right > at.getBoundingClientRect().right + 1;
			if (cut) { found.push([path(element), text.slice(0, 40)]); break; }
		}
	}
	return found;
}"""
)

# What a finger has to hit, and its size where that is less than SMALLEST in one direction. A box to tick is hit by its
# label as well, or by what lies around it; a link in a sentence is as high as the sentence; a row of a list is opened where
# it is touched.
SMALLEST = 40
SMALL = (
	"(smallest) => {"
	+ _PATH
	+ """
	const found = [];
	const targets = "button, a[href], a.btn, .btn, [role=button], [role=tab], select, textarea, input, .list-row-container .list-row";
	for (let element of document.querySelectorAll(targets)) {
		if (element.matches("[type=hidden], :disabled, [tabindex='-1'][aria-hidden]") || !shown(element)) continue;
		if (element.closest(".leaflet-container, .ql-toolbar, .datatable, .ace_editor, .gantt, .sr-only, [inert]")) continue;
		if (element.matches(".list-row a") || getComputedStyle(element).pointerEvents === "none") continue;
		if (getComputedStyle(element).display === "inline" && element.tagName === "A"
			&& element.parentElement.innerText.trim().length > element.innerText.trim().length) continue;
		if (element.matches("[type=checkbox], [type=radio]")) element = element.closest("label") || element;
		let { width, height, left, right } = element.getBoundingClientRect();
		const around = getComputedStyle(element, "::after");
		if (around.content !== "none" && around.position === "absolute") {
			width = Math.max(width, parseFloat(around.width) || 0);
			height = Math.max(height, parseFloat(around.height) || 0);
		}
		if (right <= 0 || left >= innerWidth) continue;
		if (Math.round(width) < smallest || Math.round(height) < smallest)
			found.push([path(element), `${Math.round(width)}×${Math.round(height)} ${element.innerText?.trim().slice(0, 20) || ""}`]);
	}
	return found;
}"""
)

# What this app draws itself.
OWN = "[class*='socaid-'], [class*='work-'], [class*='counter-'], [class*='condition-'], [class*='manual-']"
AXE = """async (own) => {
	const include = [...document.querySelectorAll(own)].filter((element) => element.getClientRects().length
		&& !element.parentElement.closest(own));
	if (!include.length) return [];
	const { violations } = await axe.run({ include }, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
		rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false } },
		resultTypes: ["violations"],
	});
	return violations.flatMap((one) => one.nodes.map((node) => [one.id, `${node.target.join(" ")} ${node.failureSummary.slice(0, 160)}`]));
}"""


# What may be Latin: initials, keys and columns of comparisons, which are a language of their own (comparison.zh.md).
CODED = ("pinyin", "parameter_key", "field_name", "value", "condition", "articles", "source_key", "rule_key")


@cache
def CODES() -> re.Pattern:
	"""Names of records that are codes, or the keys of a program."""
	names = [
		name
		for doctype in ("Comparison Rule", "Comparison Source")
		for name in frappe.get_all(doctype, pluck="name")
	]
	names += frappe.get_all("Archive Template", pluck="class_code") + frappe.get_all(
		"Relative Declaration", pluck="name"
	)
	return re.compile(
		r"\b(?:" + "|".join(map(re.escape, sorted(filter(None, names), key=len, reverse=True))) + r")\b"
	)


@dataclass(frozen=True)
class Screen:
	"""``kind`` is workspace, list, new, form, report or page; ``what`` its name; ``name`` the record of a form."""

	kind: str
	what: str
	name: str = ""

	def __str__(self) -> str:
		return f"{self.kind} {self.what}"


@dataclass
class Findings:
	"""What was found: (kind, which) → [how often, the first place, detail]."""

	found: dict[tuple[str, str], list] = field(default_factory=dict)
	opened: int = 0

	def add(self, kind: str, which: str, where: str, detail: str = "") -> None:
		line = self.found.setdefault((kind, which), [0, where, " ".join(detail.split())[:300]])
		line[0] += 1

	def lines(self) -> list[tuple]:
		return [(kind, which, *line) for (kind, which), line in sorted(self.found.items())]

	def write(self, path: Path) -> None:
		with path.open("w", newline="") as file:
			csv.writer(file).writerows([("kind", "which", "times", "first", "detail"), *self.lines()])

	def __str__(self) -> str:
		return "\n".join(
			f"{times}× {kind}: {which} [{first}] {detail}"
			for kind, which, times, first, detail in self.lines()
		)


def screens_of(desk: Desk, user: str) -> Iterator[Screen]:
	"""Every screen that the Desk of ``user``, which is open, leads to."""
	leads = desk.page.evaluate(DESK_LEADS_TO)
	ours = frappe.get_all("Module Def", {"app_name": "socaid_app"}, pluck="name")
	for page in frappe.get_all(
		"Page", {"module": ["in", ours], "name": ["in", leads["pages"]]}, pluck="name"
	):
		yield Screen("page", page)
	for title in leads["workspaces"]:
		yield Screen("workspace", title)
	kinds = frappe.get_all(
		"DocType",
		{"module": ["in", ours], "istable": 0, "is_virtual": 0, "name": ["in", leads["read"]]},
		["name", "issingle"],
		order_by="name",
	)
	for kind in kinds:
		if kind.issingle:
			yield Screen("form", kind.name, kind.name)
			continue
		yield Screen("list", kind.name)
		if kind.name in leads["create"]:
			yield Screen("new", kind.name)
		with builders.acting_as(user):
			for name in frappe.get_list(kind.name, pluck="name", order_by="modified desc", limit=1):
				yield Screen("form", kind.name, name)
	reports = {
		"module": ["in", ours],
		"disabled": 0,
		"name": ["in", leads["reports"]],
		"report_type": ["!=", "Report Builder"],
	}
	for report in frappe.get_all("Report", reports, pluck="name", order_by="name"):
		yield Screen("report", report)


class Looker:
	"""Opens screens on one Desk and adds to ``findings``. ``who`` says whose Desk it is."""

	def __init__(self, desk: Desk, who: str, user: str, findings: Findings):
		self.user = user
		self.desk, self.page, self.who, self.findings = desk, desk.page, who, findings
		self.answers: list[str] = []
		self.page.set_default_timeout(20_000)
		self.page.on("response", self._hear)
		self.page.on(
			"console",
			lambda said: self.answers.append(f"console: {said.text}") if said.type == "error" else None,
		)

	def _hear(self, response) -> None:
		if response.status >= 400:
			self.answers.append(f"{response.status} {response.url.split('?')[0].split('/', 3)[-1]}")

	def open(self, screen: Screen) -> bool:
		"""Whether the screen came; what went wrong on the way is written down."""
		self.answers.clear()
		self.page.errors.clear()
		where = f"{self.who}: {screen}"
		try:
			self._go(screen)
		except Error as error:
			self.findings.add("does not open", str(screen), where, str(error))
			self._note_said(where)
			self.anew()
			return False
		self.findings.opened += 1
		self._note_said(where)
		return True

	def _go(self, screen: Screen) -> None:
		desk = self.desk
		desk.close_dialogs()
		if screen.kind == "new":
			name = self.page.evaluate(NEW_RECORD, screen.what)
			desk.arrive("Form", screen.what, name)
		elif screen.kind == "page":
			desk.open(screen.what)
			self.page.wait_for_function("(name) => frappe.get_route()[0] === name", arg=screen.what)
		else:
			kind = {"workspace": "Workspaces", "list": "List", "form": "Form", "report": "query-report"}[
				screen.kind
			]
			desk.open(*filter(None, (kind, screen.what, screen.name or ("List" if kind == "List" else ""))))
		desk.settle()

	def anew(self) -> None:
		"""What stands in the way is left behind."""
		with suppress(Error):
			self.page.goto("/app", timeout=60_000)
		self.page.wait_for_function(
			"window.frappe && frappe.boot && document.body.dataset.route !== undefined"
		)

	def _note_said(self, where: str) -> None:
		for error in self.page.errors:
			self.findings.add("script error", error.splitlines()[0][:120], where, error)
		for answer in dict.fromkeys(self.answers):
			self.findings.add("answer or console", re.sub(r"http\S+", "", answer)[:160], where, answer)
		for said, asks in self.page.evaluate(SAID):
			if asks or REFUSALS.search(said):
				self.findings.add("message", said[:80], where, said)

	def read(self, screen: Screen) -> None:
		"""Latin words outside names and codes, on the screen in front."""
		for piece in self.page.evaluate(VISIBLE_TEXT):
			if piece["field"] in CODED or " code" in piece["where"] or self.user in piece["text"]:
				continue
			text = CODES().sub(" ", piece["text"])
			if latin_words(text):
				where = f"{piece['kind']} {piece['field']} {piece['where']}"
				self.findings.add("not Chinese", piece["text"][:80], f"{self.who}: {screen}", where)

	def measure(self, screen: Screen, width: int, fingers: bool = False) -> None:
		"""Nothing beyond the edge, no figure cut; for ``fingers``, nothing too small."""
		where = f"{self.who}: {screen} at {width}"
		if self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
			widest = self.page.evaluate(TOO_WIDE)
			self.findings.add("wider than the screen", str(screen), where, "; ".join(widest[:4]))
		for which, text in self.page.evaluate(CUT):
			self.findings.add(f"cut at {width}", which, where, text)
		if fingers:
			for which, size in self.page.evaluate(SMALL, SMALLEST):
				self.findings.add("small target", which, where, size)

	def judge(self, screen: Screen) -> None:
		"""What axe finds in what this app draws."""
		if not self.page.evaluate("!!window.axe"):
			self.page.evaluate(AXE_SCRIPT)
		for rule, detail in self.page.evaluate(AXE, OWN):
			self.findings.add(
				"axe", f"{rule} {detail.split(' Fix ')[0][:90]}", f"{self.who}: {screen}", detail
			)
