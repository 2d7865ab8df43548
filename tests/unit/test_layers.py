"""The layers of the app: nothing imports upwards, nothing in a circle, no two files of one name; the lint sees it."""

import runpy
from pathlib import Path

CHECK = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "import_check.py"))


def graph(**imports: str) -> dict[str, dict[str, int]]:
	"""``petition_desk__letters="casework.people"`` → the file imports that one, in line 1."""
	return {
		f"socaid_app.{name.replace('__', '.')}": {f"socaid_app.{other}": 1 for other in others.split()}
		for name, others in imports.items()
	}


def test_the_app_has_no_upward_import_and_no_circle():
	assert CHECK["findings"]() == []


def test_a_module_imports_what_lies_below_and_its_own_layer():
	found = graph(
		public_disclosure__board="petition_desk.secrecy website casework.people",
		website="printing",
		petition_desk__secrecy="",
		printing="",
		casework__people="policy.terms",
	)
	assert CHECK["upward"](found) == []


def test_what_lies_above_is_not_imported():
	found = graph(casework__people="petition_desk.secrecy", printing="assistance_archives.archive_files")
	assert [name for name, _line, _other in CHECK["upward"](found)] == [
		"socaid_app.casework.people",
		"socaid_app.printing",
	]


def test_a_circle_is_found_however_long_it_is():
	found = graph(
		petition_desk__a="petition_desk.b",
		petition_desk__b="petition_desk.c",
		petition_desk__c="petition_desk.a",
		petition_desk__d="petition_desk.a",
	)
	assert CHECK["circles"](found) == [[f"socaid_app.petition_desk.{name}" for name in "abc"]]


def test_two_files_of_one_name_are_found_but_for_those_that_frappe_names():
	files = [Path(name) for name in ("policy/steps.py", "casework/steps.py", "policy/visits.py")]
	files += [Path(name) for name in ("a/__init__.py", "b/__init__.py", "a/roll/roll.py", "b/roll/roll.py")]
	assert CHECK["namesakes"](files) == [files[:2]]


def test_an_import_inside_a_function_counts(tmp_path):
	file = tmp_path / "lazy.py"
	file.write_text(
		"def later():\n"
		"\tfrom socaid_app.petition_desk import secrecy\n"
		"\timport socaid_app.printing\n"
		"\tfrappe.enqueue('socaid_app.figures.count')\n"
	)
	known = dict.fromkeys(("socaid_app.petition_desk.secrecy", "socaid_app.printing", "socaid_app.figures"))
	assert CHECK["imports"](file, known) == {
		"socaid_app.petition_desk.secrecy": 2,
		"socaid_app.printing": 3,
		"socaid_app.figures": 4,
	}
