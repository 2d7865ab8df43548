"""The buttons a form draws from what the server tells of the open steps (public/js/socaid/steps.js), run under Node."""

import json
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "socaid_app" / "public" / "js" / "socaid" / "steps.js"
# A form as the script sees it: one place in front, and the buttons beside it.
FORM = """
const drawn = { front: null, beside: [] };
let refresh;
globalThis.document = {};
globalThis.socaid = {};
globalThis.__ = (text) => text;
globalThis.frappe = { provide: () => (socaid.steps = {}), utils: { escape_html: (text) => text } };
globalThis.$ = () => ({ on: (name, handler) => (refresh = handler) });
const { open, dirty } = JSON.parse(process.argv[1]);
const frm = {
	doc: { __onload: { steps: { open, waits_for: "" } } },
	is_new: () => false,
	is_dirty: () => dirty,
	add_custom_button: (label, click, group) => drawn.beside.push(label),
	page: { set_primary_action: (label) => (drawn.front = label) },
	set_intro: () => {},
};
require(process.env.STEPS);
refresh({}, frm);
console.log(JSON.stringify(drawn));
"""


def drawn(*open_steps: dict, dirty: bool = False) -> tuple[str | None, list[str]]:
	"""(the button in front, those beside it)"""
	out = subprocess.run(
		["node", "-e", FORM, json.dumps({"open": open_steps, "dirty": dirty})],
		env={"STEPS": str(SCRIPT), "PATH": "/usr/local/bin:/usr/bin:/bin"},
		capture_output=True,
		text=True,
		check=True,
	)
	found = json.loads(out.stdout)
	return found["front"], found["beside"]


def step(label: str, primary: int = 1, missing: tuple[str, ...] = ()) -> dict:
	return {"key": label, "label": label, "primary": primary, "missing": missing, "fields": [], "values": {}}


RESUME, PHOTO, WITHDRAW = step("Hangs Again"), step("Attach Photo"), step("Withdraw", primary=0)


def test_of_two_steps_that_ask_for_the_front_one_each_keeps_a_button():
	assert drawn(RESUME, PHOTO, WITHDRAW) == ("Hangs Again", ["Attach Photo", "Withdraw"])


@pytest.mark.parametrize(
	("steps", "front", "beside"),
	[
		((WITHDRAW, PHOTO), "Attach Photo", ["Withdraw"]),
		# what still lacks something does not stand in front, and says so when it is pressed
		((step("Hangs Again", missing=("x",)), PHOTO), "Attach Photo", ["Hangs Again"]),
		((step("Hangs Again", missing=("x",)),), None, ["Hangs Again"]),
		((WITHDRAW,), None, ["Withdraw"]),
		((), None, []),
	],
)
def test_the_first_step_that_can_be_taken_stands_in_front(steps, front, beside):
	assert drawn(*steps) == (front, beside)


def test_a_form_with_unsaved_changes_keeps_its_own_save_in_front():
	assert drawn(RESUME, PHOTO, dirty=True) == (None, ["Hangs Again", "Attach Photo"])
