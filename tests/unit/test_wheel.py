"""What is built from this project is the app alone: no invented people, no tests."""

import ast
import zipfile
from pathlib import Path

import pytest
from flit_core import buildapi

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> list[str]:
	"""The files of the wheel, made by the function of the build backend that pip calls."""
	folder = tmp_path_factory.mktemp("wheel")
	with pytest.MonkeyPatch.context() as patch:
		patch.chdir(ROOT)
		return zipfile.ZipFile(folder / buildapi.build_wheel(str(folder))).namelist()


def test_a_wheel_carries_the_app_and_no_demo_county(names):
	assert {name.split("/")[0].split("-")[0] for name in names} == {"socaid_app"}
	assert {"socaid_app/hooks.py", "socaid_app/setup/divisions.csv", "socaid_app/locale/zh.po"} <= set(names)
	assert not [name for name in names if "/demo/" in name]


def test_the_app_asks_for_the_demo_county_in_its_command_alone():
	asking = {
		path.name
		for path in (ROOT / "socaid_app").rglob("*.py")
		for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
		if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("socaid_demo")
	}
	assert asking == {"commands.py"}
