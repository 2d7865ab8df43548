"""`make lint` finds a standard record that was changed in its file and that no migrate would load."""

import json
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "metadata_check.py"
NAME = "socaid_app/petition_desk/doctype/thing/thing.json"
EARLY, LATE = "2026-11-01 08:00:00.000000", "2026-11-02 08:00:00.000000"

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


@pytest.fixture
def checkout(tmp_path):
	"""A repository with one standard record, two commits old; ``write`` changes it, ``lint`` tells what is found."""

	class Checkout:
		def git(self, *arguments: str) -> None:
			author = ["-c", "user.name=a", "-c", "user.email=a@example.invalid"]
			subprocess.run(["git", *author, *arguments], cwd=tmp_path, check=True, capture_output=True)

		def write(self, label: str, modified: str) -> None:
			path = tmp_path / NAME
			path.parent.mkdir(parents=True, exist_ok=True)
			record = {"doctype": "DocType", "name": "Thing", "label": label, "modified": modified}
			path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")

		def commit(self) -> None:
			self.git("add", "-A")
			self.git("commit", "-q", "-m", "x", "--allow-empty")

		def lint(self) -> list[str]:
			checks = runpy.run_path(str(SCRIPT), run_name="metadata_check")
			names = checks["check_modified"].__globals__
			names["ROOT"] = tmp_path
			records, path = checks["Records"](), tmp_path / NAME
			records.add(path, json.loads(path.read_text(encoding="utf-8")))
			checks["findings"].clear()
			checks["check_modified"](records)
			return [text for _path, text in checks["findings"]]

	made = Checkout()
	made.git("init", "-q")
	made.commit()
	made.write("旧", EARLY)
	made.commit()
	return made


def test_nothing_changed(checkout):
	assert checkout.lint() == []


@pytest.mark.parametrize("committed", [False, True])
def test_a_change_that_migrate_would_not_load_is_found(checkout, committed):
	checkout.write("新", EARLY)
	if committed:
		checkout.commit()
	(text,) = set(checkout.lint())
	assert "modified" in text


@pytest.mark.parametrize("committed", [False, True])
def test_with_a_newer_time_it_is_loaded(checkout, committed):
	checkout.write("新", LATE)
	if committed:
		checkout.commit()
	assert checkout.lint() == []


def test_a_second_change_needs_a_second_time(checkout):
	checkout.write("新", LATE)
	checkout.commit()
	checkout.write("更新", LATE)
	assert checkout.lint()


def test_a_change_earlier_on_the_branch_is_found(checkout, tmp_path):
	checkout.git("branch", "base")
	checkout.git("branch", "--set-upstream-to=base")
	checkout.write("新", EARLY)
	checkout.commit()
	checkout.commit()
	assert checkout.lint()


def test_without_history_it_is_said_that_nothing_was_compared(checkout, tmp_path, capsys):
	checkout.write("新", EARLY)
	shutil.rmtree(tmp_path / ".git")
	assert checkout.lint() == []
	assert "未核对" in capsys.readouterr().out
