"""Every screen of every role opens at the desk, on a tablet and on the phone: nothing fails, is cut or too small.

`make sweep` opens all of them on the demo county, and writes what it found among the artifacts; the everyday tests open a
few. How a screen lies on the glass is measured with the first role that has it.
"""

import json
import os
from pathlib import Path
from statistics import median

import frappe
import pytest

from socaid_app.setup import seeds
from tests import builders
from tests.browser.conftest import artifacts
from tests.browser.every_screen import Findings, Looker, Screen, screens_of
from tests.browser.people import TOWNSHIP, VILLAGE, new_name
from tests.browser.test_phone import PHONE

# 1: all of it; open: every screen is opened and read, none measured
SWEEP = os.environ.get("SOCAID_SWEEP")
HOUSEHOLDS = 300
# The roles at the desk of a township or out in the field; the others see the county.
OF_A_TOWNSHIP = ("Village Assistant", "Field Investigator", "Township Officer", "Township Approver")
ROLES = json.loads(Path(seeds.__file__).with_name("roles.json").read_text())
# Who goes out comes first: what is measured first is measured for them.
FIRST = ("Field Investigator", "Village Assistant", "Township Officer")
DESK, TABLET = {"width": 1440, "height": 900}, {"width": 768, "height": 1024}
# A list has the columns of the screen on which it was opened.
DRAWN_ANEW = "() => { cur_list.setup_columns(); cur_list.render_header(true); cur_list.render_list(); }"
# So that no page grows without end.
AFRESH = 60

measured: set = set()


@pytest.fixture(scope="module")
def county(staff):
	if SWEEP:
		from socaid_demo import load

		if not frappe.db.get_default(load.MARKER):
			load.load(households=HOUSEHOLDS)


def person(role: str) -> str:
	user = builders.make_user(role, TOWNSHIP if role in OF_A_TOWNSHIP else None)
	frappe.db.set_value("User", user, {"first_name": "万巡看", "full_name": "万巡看", "language": "zh"})
	frappe.db.commit()
	return user


@pytest.mark.skipif(not SWEEP, reason="make sweep")
@pytest.mark.parametrize("role", sorted(ROLES, key=lambda role: (role not in FIRST, ROLES.index(role))))
def test_all_screens_of(role, county, desk_as):
	user, findings = person(role), Findings()
	desk = desk_as(user, viewport=DESK)
	screens = list(screens_of(desk, user))
	new = [screen for screen in screens if SWEEP == "1" and (screen.kind, screen.what) not in measured]
	try:
		look(desk, role, user, findings, screens, new)
		desk.page.close()
		touch(desk_as(user, **PHONE), role, user, findings, new)
	finally:
		findings.write(artifacts() / f"screens-{frappe.scrub(role)}.csv")
	measured.update((screen.kind, screen.what) for screen in new)
	print(f"\n{role}: {len(screens)} screens, {findings.opened} opened, {len(new)} measured")
	assert not findings.found, str(findings)


# Every kind of screen once, of those that most people have in front of them.
EVERYDAY = (
	Screen("page", "my-work"),
	Screen("page", "counter-intake"),
	Screen("workspace", "Township Desk"),
	Screen("list", "Assistance Application"),
	Screen("new", "Circumstance Change"),
	Screen("form", "Recipient Household"),
	Screen("report", "Applications by Due Date"),
)


def test_some_screens_of_everyday(desk_as, staff):
	household = builders.make_household(VILLAGE, 2, name=new_name("万"))
	builders.make_application(staff)
	frappe.db.commit()
	found = [
		Screen(screen.kind, screen.what, household.name if screen.kind == "form" else "")
		for screen in EVERYDAY
	]
	findings, role = Findings(), "Township Officer"
	look(desk_as(staff.officer, viewport=DESK), role, staff.officer, findings, found, found)
	touch(desk_as(staff.officer, **PHONE), role, staff.officer, findings, found)
	assert findings.opened == 2 * len(found) and not findings.found, str(findings)


def look(desk, role, user, findings, screens, new) -> None:
	"""All screens at the desk; those that are new on the tablet as well."""
	looker = Looker(desk, role, user, findings)
	for number, screen in enumerate(screens):
		if number % AFRESH == AFRESH - 1:
			looker.anew()
		if not looker.open(screen):
			continue
		looker.read(screen)
		if screen in new:
			looker.measure(screen, 1440)
			looker.judge(screen)
			desk.page.set_viewport_size(TABLET)
			if screen.kind == "list":
				desk.page.evaluate(DRAWN_ANEW)
			desk.settle()
			looker.measure(screen, 768)
			desk.page.set_viewport_size(DESK)


def touch(phone, role, user, findings, screens) -> None:
	"""The same on a phone."""
	looker = Looker(phone, role, user, findings)
	for number, screen in enumerate(screens):
		if number % AFRESH == AFRESH - 1:
			looker.anew()
		if looker.open(screen):
			looker.measure(screen, 390, fingers=True)
			looker.judge(screen)


# From the click until the form stands and nothing is under way, in milliseconds; the record is fetched each time.
OPENING = """([doctype, name]) => new Promise((done) => {
	// what the list still fetches is not the form's
	const begin = () => {
		if (frappe.request.ajax_count > 0) return setTimeout(begin, 50);
		frappe.model.remove_from_locals(doctype, name);
		const began = performance.now();
		const usable = (at = 0) => requestAnimationFrame(() => {
			const busy = frappe.request.ajax_count > 0 || !window.cur_frm || cur_frm.docname !== name;
			if (!busy && at >= 2) return done(performance.now() - began);
			usable(busy ? 0 : at + 1);
		});
		frappe.set_route("Form", doctype, name);
		usable();
	};
	frappe.set_route("List", doctype, "List").then(() => setTimeout(begin, 500));
})"""
TIMED = (
	"Assistance Application",
	"Recipient Household",
	"Recipient",
	"Home Visit",
	"Publicity Notice",
	"Petition",
	"Archive File",
)
OFTEN = 9


@pytest.mark.skipif(not SWEEP, reason="make sweep")
def test_forms_open_nearly_as_fast_as_frappes_own(county, desk_as, staff):
	"""The median of each form against Frappe's ToDo, turn by turn in one run, so that a busy machine slows both."""
	todo = frappe.get_doc(
		{"doctype": "ToDo", "description": "量一量", "allocated_to": staff.manager}
	).insert()
	frappe.db.commit()
	with builders.acting_as(staff.manager):
		names = {name: frappe.get_list(name, pluck="name", limit=1) for name in TIMED}
	opened = [("ToDo", todo.name), *((name, found[0]) for name, found in names.items() if found)]
	page = desk_as(staff.manager, viewport=DESK).page
	taken = {doctype: [] for doctype, _name in opened}
	for turn in range(OFTEN + 1):
		for doctype, name in opened:
			milliseconds = page.evaluate(OPENING, [doctype, name])
			# the first time also fetches what the DocType is
			if turn:
				taken[doctype].append(milliseconds)
	medians = {doctype: median(times) for doctype, times in taken.items()}
	print("\n" + "\n".join(f"{doctype}: {middle:.0f} ms" for doctype, middle in medians.items()))
	ours = median(medians[doctype] for doctype in medians if doctype != "ToDo")
	assert ours <= medians["ToDo"] * 1.5, medians
