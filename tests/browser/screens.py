"""Driving Desk as a clerk does: opening screens, typing into forms, pressing what is labelled.

Everything is addressed by what stands on the screen or by field name, never by a URL path: paths differ
between Frappe versions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

from playwright.sync_api import Locator, Page, TimeoutError

# Nothing frozen, no request under way, and nothing to come a moment later (clock.js): for three pictures in a row, since
# number cards and link titles are asked for when they come into sight. A page that always means to do something later
# stands still when it has asked for nothing all the while.
IDLE = """(look) => {
	const now = performance.now(), pending = window.__pending;
	if (pending.look !== look) Object.assign(pending, { look, asked: now, still: 0 });
	const busy = !window.frappe || pending.fetches > 0 || frappe.request?.ajax_count > 0 || window.jQuery?.active > 0
		|| document.querySelector("#freeze:not(.grid-form)");
	const desk = document.querySelector("#page-Workspaces");
	const empty = desk && desk.offsetParent && !desk.querySelector(".ce-block .widget");
	if (busy || empty) pending.asked = now;
	if (busy || empty || (pending.timers.size && now - pending.asked < 3000)) {
		pending.still = 0;
		return false;
	}
	return ++pending.still >= 3;
}"""

LOOKS = count(1)

SAVED = "() => !!window.cur_frm && !cur_frm.is_dirty() && !cur_frm.is_new()"

# What a field shows has come into its record; a field of a dialog has none.
TAKEN = """(element) => {
	const { doctype, docname, df } = element.fieldobj || {};
	const value = doctype && docname ? frappe.model.get_value(doctype, docname, df.fieldname) : true;
	return value != null && value !== "";
}"""

# The screen asked for stands in front; or a message, or the page that says why it does not. Frappe first fetches
# scripts and metadata, between which nothing seems to be under way.
ARRIVED = """([kind, doctype, name]) => {
	if (document.querySelector(".modal.show")) return true;
	const container = [...document.querySelectorAll(".page-container")].find((page) => page.offsetParent);
	if (!container) return false;
	if (["not-found", "403", "404"].includes(document.body.dataset.route)) return true;
	if (container.id.startsWith("page-") && container.querySelector(".error-page, .page-card")) return true;
	if (kind === "Form")
		return !!window.cur_frm && cur_frm.doctype === doctype && !!cur_frm.doc && cur_frm.layout?.wrapper.is(":visible")
			&& (!name || cur_frm.doc.name === name);
	if (kind === "List") return !!window.cur_list && cur_list.doctype === doctype && cur_list.$page?.is(":visible");
	return true;
}"""

# The text that a person can see or that a screen reader says, piece by piece.
VISIBLE_TEXT = """() => {
	const found = new Map();
	const add = (text, kind, element) => {
		text = (text || "").trim();
		if (!/[A-Za-z]{2}/.test(text)) return;
		const path = [];
		for (let at = element; at && path.length < 4; at = at.parentElement) {
			path.unshift(at.tagName.toLowerCase() + (at.id ? "#" + at.id : "")
				+ (typeof at.className === "string" && at.className ? "." + at.className.trim().split(/\\s+/).slice(0, 3).join(".") : ""));
		}
		const field = element.closest("[data-fieldname]");
		found.set(kind + "|" + text, { text, kind, where: path.join(" > "), field: field ? field.dataset.fieldname : "" });
	};
	const shown = (element) => {
		if (!element || element.closest("script, style, noscript, template")) return false;
		for (let at = element; at; at = at.parentElement)
			if (getComputedStyle(at).opacity === "0") return false;
		return getComputedStyle(element).visibility !== "hidden" && element.getClientRects().length > 0;
	};
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const node = walker.currentNode;
		if (!/[A-Za-z]{2}/.test(node.nodeValue) || !shown(node.parentElement)) continue;
		if (node.parentElement.closest("select")) continue;
		add(node.nodeValue, "text", node.parentElement);
	}
	document.querySelectorAll("[placeholder], [data-placeholder], [title], [data-original-title], [aria-label], [alt]").forEach((element) => {
		if (!shown(element)) return;
		["placeholder", "data-placeholder", "title", "data-original-title", "aria-label", "alt"].forEach((name) =>
			add(element.getAttribute(name), name, element)
		);
	});
	document.querySelectorAll("input, textarea").forEach((element) => {
		if (shown(element) && !["password", "hidden", "checkbox", "radio", "file"].includes(element.type))
			add(element.value, "value", element);
	});
	document.querySelectorAll("select").forEach((element) => {
		if (shown(element)) [...element.options].forEach((option) => add(option.textContent, "option", element));
	});
	return [...found.values()];
}"""


# What a hand does on a page, kept in its tab: every press of the mouse or the finger; and the choices made in boxes that
# unfold, which are typed at the desk, and are two presses on a telephone.
PRESSES = """(() => {
	const add = (what) => (sessionStorage[what] = Number(sessionStorage[what] || 0) + 1);
	const hear = (event, heard) => addEventListener(event, heard, { capture: true, passive: true });
	hear("pointerdown", ({ isTrusted }) => isTrusted && add("presses"));
	hear("change", ({ target }) => target.tagName === "SELECT" && add("choices"));
})()"""


class Desk:
	"""One user at one screen. ``shoot`` keeps numbered screenshots in the artifacts."""

	def __init__(self, page: Page, shoot: Callable[[Page, str], Path] | None = None):
		self.page = page
		self._shoot = shoot

	def count_presses(self) -> Desk:
		"""From here on; see PRESSES."""
		self.page.add_init_script(PRESSES)
		self.page.evaluate(PRESSES)
		self.page.evaluate("sessionStorage.presses = 0")
		return self

	def presses(self) -> int:
		return int(self.page.evaluate("sessionStorage.presses"))

	# --- where ---------------------------------------------------------------------------------------
	def open(self, *route: str) -> Desk:
		"""Go to a screen: ``open("List", "Recipient")``, ``open("Form", "Recipient", name)``."""
		self.page.evaluate("route => { frappe.set_route(route); }", list(route))
		return self.arrive(*route)

	def new(self, doctype: str, **values) -> Desk:
		self.page.evaluate("([doctype, values]) => { frappe.new_doc(doctype, values); }", [doctype, values])
		return self.arrive("Form", doctype)

	def arrive(self, kind: str, doctype: str = "", name: str = "") -> Desk:
		"""Wait for the screen that ``open`` asks for; of a list, whatever its view."""
		self.page.wait_for_function(ARRIVED, arg=[kind, doctype, name if kind == "Form" else ""], polling=50)
		return self.settle()

	def settle(self) -> Desk:
		self.page.wait_for_function(IDLE, arg=next(LOOKS))
		return self

	@property
	def body(self) -> Locator:
		"""The screen in front: the uppermost dialog, or the page shown."""
		dialog = self.page.locator(".modal.show")
		if dialog.count():
			return dialog.last
		return self.page.locator(".page-container:visible").last

	def dialog(self, title: str) -> Locator:
		"""The dialog with this title, once it stands still."""
		found = (
			self.page.locator(".modal.show")
			.filter(has=self.page.locator(".modal-title", has_text=title))
			.last
		)
		found.wait_for(state="visible")
		self.settle()
		return found

	@property
	def form(self) -> Locator:
		return self.page.locator(".page-container:visible").last

	def name(self) -> str:
		"""The name of the record in front."""
		return self.page.evaluate("cur_frm.doc.name")

	def value(self, field: str):
		# a record that was just saved or left is fetched anew
		self.page.wait_for_function("() => window.cur_frm?.doc")
		return self.page.evaluate("field => cur_frm.doc[field]", field)

	def shoot(self, name: str) -> Path | None:
		self.settle()
		# a picture of the whole page shows sticky parts where the page was scrolled to
		if not self.page.locator(".modal.show, .grid-row-open").count():
			self.page.evaluate("() => window.scrollTo(0, 0)")
		return self._shoot(self.page, name) if self._shoot else None

	# --- filling in ----------------------------------------------------------------------------------
	def tab(self, label: str) -> Desk:
		self.form.locator(".form-tabs .nav-link", has_text=re.compile(rf"^\s*{label}\s*$")).click()
		return self.settle()

	def control(self, field: str, within: Locator | None = None) -> Locator:
		found = (within or self.body).locator(f'.frappe-control[data-fieldname="{field}"]')
		return found.and_(self.page.locator(":visible")).first

	def fill(self, within: Locator | None = None, **values) -> Desk:
		"""Type into fields by name. A Link takes what is typed, or ``(typed, line to choose)``."""
		for field, value in values.items():
			self._fill_one(self.control(field, within), value)
		return self

	def _fill_one(self, control: Locator, value) -> None:
		control.scroll_into_view_if_needed()
		kind = control.get_attribute("data-fieldtype")
		if kind == "Check":
			box = control.locator("input[type=checkbox]").first
			# by the keyboard: the list of a link field before may lie over it until its answer has come
			box.focus()
			if box.is_checked() != bool(value):
				box.press("Space")
		elif kind == "Select":
			control.locator("select").first.select_option(label=str(value))
		elif kind in ("Attach", "Attach Image"):
			self._attach(control, value)
		else:
			box = control.locator("input, textarea").first
			typed, choice = value if isinstance(value, tuple) else (str(value), str(value))
			for _try in range(3):
				# the list of a link field that is left folds up, however late its answer comes
				box.focus()
				box.click()
				if kind in ("Link", "Dynamic Link"):
					self._choose(control, box, typed, choice)
				else:
					box.fill(typed)
					box.press("Tab")
					# a link field that comes next would unfold its list over what is pressed next
					self.page.evaluate("() => document.activeElement?.blur()")
				self.settle()
				# the late answer to an earlier field may have drawn this one anew while it was typed
				if not typed or not box.is_visible() or (box.input_value() and control.evaluate(TAKEN)):
					break
		self.settle()

	def _choose(self, control: Locator, box: Locator, typed: str, choice: str) -> None:
		box.fill("")
		box.press_sequentially(typed, delay=10)
		# the list as it is when all answers to what was typed have come
		self.settle()
		control.locator('[role="option"]', has_text=choice).first.click()

	def _attach(self, control: Locator, path) -> None:
		control.locator(".btn-attach").first.click()
		self.upload(path)

	def upload(self, path) -> None:
		"""What is asked for in the dialog for files."""
		# it may open above a dialog that stays
		dialog = self.page.locator(".modal.show", has=self.page.locator(".file-uploader")).last
		dialog.locator('input[type="file"]').first.set_input_files(str(path))
		dialog.locator(
			".btn-modal-primary, .modal-footer .btn-primary, .modal-actions .btn-primary"
		).first.click()
		dialog.wait_for(state="hidden")

	def add_row(self, table: str, **values) -> Desk:
		"""Add a row to a child table and fill it in its own little form."""
		grid = self.control(table, self.form)
		grid.scroll_into_view_if_needed()
		grid.locator(".grid-add-row").click()
		self.settle()
		return self.edit_row(table, grid.locator(".grid-body .rows > .grid-row").count(), **values)

	def edit_row(self, table: str, number: int, **values) -> Desk:
		grid = self.control(table, self.form)
		row = grid.locator(".grid-body .rows > .grid-row").nth(number - 1)
		for field, value in values.items():
			control = self._opened(row).locator(f'.frappe-control[data-fieldname="{field}"]')
			self._fill_one(control.and_(self.page.locator(":visible")).first, value)
		self._opened(row).locator(".grid-collapse-row").first.click()
		return self.settle()

	def _opened(self, row: Locator) -> Locator:
		"""The little form of a row, opened when it is not: a form that was just refreshed closes its rows."""
		opened = row.locator(".form-in-grid")
		for _try in range(3):
			if opened.is_visible():
				break
			# on a telephone the pencil at the end of the row is out of reach, in a narrow table the number is hidden
			row.locator(".btn-open-row:visible, .row-index:visible").first.click()
			self.settle()
		return opened

	# --- pressing ------------------------------------------------------------------------------------
	def press(self, label: str, within: Locator | None = None) -> Desk:
		"""Press the button with this label on the screen in front."""
		pattern = re.compile(rf"^\s*{re.escape(label)}\s*$")
		buttons = (within or self.body).locator("button:visible, a.btn:visible").filter(has_text=pattern)
		buttons.first.click()
		return self.settle()

	def menu(self, group: str, label: str) -> Desk:
		"""Choose from a drop-down of buttons, such as 新建 › 核对授权书."""
		head = self.page.locator(
			".page-container:visible .page-head, .page-container:visible .page-actions"
		).last
		button = (
			head.locator("button:visible").filter(has_text=re.compile(rf"^\s*{re.escape(group)}\s*$")).first
		)
		line = head.locator(".dropdown-menu.show a:visible, .dropdown-menu.show li:visible").filter(
			has_text=re.compile(rf"^\s*{re.escape(label)}\s*$")
		)
		for _try in range(3):
			button.click()
			self.settle()
			# buttons that are drawn anew take the unfolded menu with them
			if line.count():
				break
		line.first.click()
		return self.settle()

	def save(self) -> Desk:
		"""Save the record in front, and again what a field's late answer has changed meanwhile."""
		for _try in range(3):
			self.press("保存", self.form)
			if self.page.evaluate(SAVED) or self.page.locator(".modal.show").count():
				break
		try:
			self.page.wait_for_function(SAVED)
		except TimeoutError as error:
			raise AssertionError(f"not saved; the screen says: {self.body.inner_text()}") from error
		return self.settle()

	def submit(self) -> Desk:
		"""Submit the record in front and say yes to the question."""
		self.press("提交", self.form)
		self.press("是", self.dialog("确认"))
		self.page.wait_for_function("() => cur_frm?.doc?.docstatus === 1")
		return self.settle()

	def refresh_list(self) -> Desk:
		"""Fetch the list anew, also within the three seconds in which Frappe does not ask the same again."""
		self.page.evaluate("() => { cur_list.last_args = null; cur_list.refresh(); }")
		return self.settle()

	def reload(self) -> Desk:
		"""Fetch the record anew, as opening it the next day would."""
		self.page.evaluate("() => cur_frm.reload_doc()")
		return self.settle()

	def step(self, action: str, opinion: str | None = None, **values) -> Desk:
		"""Take a step of the case from the menu of steps, giving the opinion that it asks for."""
		before = self.value("workflow_state")
		self.menu("操作", action)
		dialog = self.page.locator(".modal.show").last
		dialog.wait_for(state="visible")
		if opinion is not None:
			values["opinion"] = opinion
		self.fill(dialog, **values)
		dialog.locator(".btn-modal-primary").click()
		self.page.wait_for_function(
			"before => document.querySelector('.msgprint-dialog.show, .modal.show .msgprint')"
			" || (cur_frm?.doc?.workflow_state !== before && !cur_frm.is_dirty())",
			arg=before,
		)
		return self.settle()

	# --- reading -------------------------------------------------------------------------------------
	def message(self) -> str:
		"""The text of the message box in front, which is then closed."""
		dialog = self.page.locator(".modal.show").last
		dialog.wait_for(state="visible")
		text = dialog.inner_text()
		return text

	def close_dialogs(self) -> Desk:
		self.page.evaluate(
			"() => { document.querySelectorAll('.modal.show').forEach((m) => jQuery(m).modal('hide')); }"
		)
		self.page.wait_for_function("() => !document.querySelector('.modal.show')")
		return self.settle()
