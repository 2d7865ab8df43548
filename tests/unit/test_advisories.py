"""Advisories are told with the version that mends them; nobody asked is not nothing found."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import advisories

PIP = json.dumps(
	{
		"dependencies": [
			{"name": "sound", "version": "1.0", "vulns": []},
			{"name": "own", "skip_reason": "not found"},
			{
				"name": "broken",
				"version": "2.10",
				"vulns": [
					{
						"id": "PYSEC-1",
						"aliases": ["CVE-1"],
						"fix_versions": ["2.11"],
						"description": "escapes\nthe box",
					}
				],
			},
		],
		"fixes": [],
	}
)


def line(kind, **data):
	return json.dumps({"type": kind, "data": data})


ADVISORY = {
	"id": 7,
	"module_name": "pad",
	"title": "Prototype pollution",
	"patched_versions": ">=4.17.19",
	"github_advisory_id": "GHSA-1",
	"cves": ["CVE-2"],
	"findings": [{"version": "4.17.15", "paths": ["a>pad"]}],
}
YARN = "\n".join(
	[
		line("auditAdvisory", resolution={"path": "a>pad"}, advisory=ADVISORY),
		line("auditAdvisory", resolution={"path": "b>pad"}, advisory=ADVISORY),
		line("auditSummary", vulnerabilities={"high": 1}, totalDependencies=900),
	]
)
CLEAN = line("auditSummary", vulnerabilities={}, totalDependencies=900)


def run(tmp_path, capsys, python, javascript, ignored=()):
	files = [tmp_path / name for name in ("ignored.csv", "python.json", "javascript.jsonl")]
	for path, text in zip(
		files, ("\n".join(["advisory,until,reason", *ignored]), python, javascript), strict=True
	):
		path.write_text(text, encoding="utf-8")
	with pytest.raises(SystemExit) as end:
		advisories.main(*map(str, files), "2026-11-27")
	return end.value.code, capsys.readouterr().out


def test_each_is_told_once_with_the_version_that_mends_it(tmp_path, capsys):
	code, said = run(tmp_path, capsys, PIP, YARN)
	assert code == 1
	assert "broken 2.10：PYSEC-1、CVE-1 escapes the box\n    修正于 2.11" in said
	assert said.count("pad 4.17.15：GHSA-1、CVE-2") == 1 and "修正于 >=4.17.19" in said
	assert "Python：2 个组件，1 条" in said and "JavaScript：900 个组件，1 条" in said


def test_what_is_passed_over_has_a_reason_and_a_day(tmp_path, capsys):
	reasons = ["CVE-1,2026-11-27,不用这个功能", "GHSA-1,2026-12-31,等 Frappe 升级"]
	code, said = run(tmp_path, capsys, PIP, YARN, reasons)
	assert code == 0 and "暂不处理：不用这个功能（至 2026-11-27）" in said
	code, _said = run(tmp_path, capsys, PIP, YARN, ["CVE-1,2026-11-26,过期", reasons[1]])
	assert code == 1


@pytest.mark.parametrize(
	("python", "javascript"),
	[
		("", ""),
		("{}", line("error")),
		(
			json.dumps({"dependencies": [{"name": "x", "skip_reason": "no"}], "fixes": []}),
			"405 Method Not Allowed",
		),
	],
)
def test_nobody_asked_is_said_and_fails_nothing(tmp_path, capsys, python, javascript):
	code, said = run(tmp_path, capsys, python, javascript)
	assert code == 0 and said.count("没有查成") == 2 and "条公告" not in said


def test_nothing_found_is_said_as_well(tmp_path, capsys):
	sound = json.dumps({"dependencies": [{"name": "sound", "version": "1.0", "vulns": []}], "fixes": []})
	code, said = run(tmp_path, capsys, sound, CLEAN)
	assert code == 0 and said.count("0 条公告要处理") == 2


def test_every_reason_of_ours_can_be_read():
	text = (ROOT / "scripts/advisories_ignored.csv").read_text(encoding="utf-8")
	assert isinstance(advisories.ignored(text, date(2026, 11, 27)), dict)
