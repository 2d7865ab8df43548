"""Every screen of every role opens at the desk, on a tablet and on the phone: nothing fails, is cut or too small.

`make sweep` opens all of them on the demo county; the everyday tests a few. How a screen lies on the glass is measured
with the first role that has it.
"""

import json
import os
from pathlib import Path

import frappe
import pytest

from socaid_app.setup import seeds
from tests import builders
from tests.browser.conftest import artifacts
from tests.browser.every_screen import Findings, Looker, screens_of
from tests.browser.people import TOWNSHIP
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
	looker = Looker(desk, role, user, findings)
	screens = list(screens_of(desk, user))
	new = [screen for screen in screens if SWEEP == "1" and (screen.kind, screen.what) not in measured]
	for number, screen in enumerate(screens):
		if number % AFRESH == AFRESH - 1:
			looker._anew()
		if not looker.open(screen):
			continue
		looker.read(screen)
		if screen in new:
			looker.measure(screen, 1440)
			looker.judge(screen)
			desk.page.set_viewport_size(TABLET)
			desk.settle()
			looker.measure(screen, 768)
			desk.page.set_viewport_size(DESK)
	desk.page.close()
	phone = desk_as(user, **PHONE)
	looker = Looker(phone, role, user, findings)
	for number, screen in enumerate(new):
		if number % AFRESH == AFRESH - 1:
			looker._anew()
		if looker.open(screen):
			looker.measure(screen, 390, fingers=True)
			looker.judge(screen)
	measured.update((screen.kind, screen.what) for screen in new)
	findings.write(artifacts() / f"screens-{frappe.scrub(role)}.csv")
	print(f"\n{role}: {len(screens)} screens, {findings.opened} opened, {len(new)} measured")
	assert not findings.found, str(findings)
