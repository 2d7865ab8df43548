import json
from pathlib import Path

import pytest

from socaid_app.cli import main

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_of_the_documentation_is_explained(example, capsys):
	assert main(["explain", str(example)]) == 0
	text = capsys.readouterr().out
	for heading in ("保障人口", "家庭收入", "条件", "各类救助", "结果", "时限"):
		assert heading in text


def test_the_explanation_gives_amount_shares_and_due_date(capsys):
	main(["explain", str(EXAMPLES / "rural_dibao.json")])
	text = capsys.readouterr().out
	assert "低保标准470.00元×3人－家庭月收入1,150.00元＝260.00元" in text
	assert "2026-10-12　作出决定" in text


def test_a_due_date_in_an_unannounced_year_is_shown_as_provisional(capsys):
	main(["explain", str(EXAMPLES / "tekun_elder.json")])
	assert "暂定" in capsys.readouterr().out


def test_the_rules_of_another_day_can_be_asked_for(capsys):
	main(["explain", str(EXAMPLES / "rural_dibao.json"), "--on", "2023-09-08"])
	assert "低保标准410.00元" in capsys.readouterr().out


def test_json_carries_the_same_amount(capsys):
	main(["explain", str(EXAMPLES / "rural_dibao.json"), "--json"])
	assert json.loads(capsys.readouterr().out)["amount"] == "260.00"


@pytest.mark.parametrize(
	"content, says",
	[
		("{", "不是有效的JSON"),
		("[]", "JSON对象"),
		('{"scheme": "Dibao"}', "applied_on"),
		('{"scheme": "x", "applied_on": "2026-09-01"}', "scheme"),
	],
)
def test_unusable_input_is_refused_in_chinese_with_exit_code_2(tmp_path, capsys, content, says):
	file = tmp_path / "case.json"
	file.write_text(content, encoding="utf-8")
	assert main(["explain", str(file)]) == 2
	captured = capsys.readouterr()
	assert says in captured.err and not captured.out


def test_a_missing_file_and_a_wrong_date_are_refused(capsys):
	assert main(["explain", "nowhere.json"]) == 2
	assert main(["explain", str(EXAMPLES / "rural_dibao.json"), "--on", "yesterday"]) == 2
	assert "无法读取" in capsys.readouterr().err


GOOD = {
	"scheme": "Dibao",
	"area": "Rural",
	"division": "220422201203",
	"applied_on": "2026-09-07",
	"members": [{"id": "户主", "name": "户主", "kinship": "02"}],
}


def explained(tmp_path, content: bytes) -> int:
	file = tmp_path / "case.json"
	file.write_bytes(content)
	return main(["explain", str(file)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_in_every_encoding_in_use(tmp_path, capsys, encoding):
	assert explained(tmp_path, json.dumps(GOOD, ensure_ascii=False).encode(encoding)) == 0
	assert "户主：470.00元" in capsys.readouterr().out


@pytest.mark.parametrize(
	"content, says",
	[
		(b"[" * 100_000, "嵌套过深"),
		(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "嵌套过深"),
		(b"", "不是有效的JSON"),
		(b"\xef\xbb\xbf", "不是有效的JSON"),
		(b"\xff\xff\xff", "不是UTF-8、UTF-16或GB18030"),
		(b"\xef\xbb\xbf\xff", "不是UTF-8、UTF-16或GB18030"),
		(b"null", "JSON对象"),
		(b'{"scheme": "Dibao", "scheme": "Edge"}', "写了两次"),
		(b'{"scheme": "Dibao", "applied_on": "2026-09-07", "members": [{"name": 5}]}', "members[1].name"),
	],
)
def test_a_file_that_is_no_case_is_refused_in_a_sentence(tmp_path, capsys, content, says):
	assert explained(tmp_path, content) == 2
	captured = capsys.readouterr()
	assert says in captured.err and captured.err.count("\n") == 1 and not captured.out


@pytest.mark.parametrize(
	"annual, says",
	[
		("9" * 5000, "过大"),
		("1e30", "过大"),
		("1e400", "过大"),
		("1e999999999999999999999", "不是有限的数"),
		("-1e-9", "不能为负数"),
		("NaN", "不是有限的数"),
		("-Infinity", "不是有限的数"),
		('"\\ud800"', "不是金额"),
		("[[]]", "不是金额"),
	],
)
def test_a_number_that_is_none_is_refused_with_its_path(tmp_path, capsys, annual, says):
	case = json.dumps(GOOD)[:-1] + ', "income": [{"member": "\\u6237\\u4e3b", "annual": ' + annual + "}]}"
	assert explained(tmp_path, case.encode()) == 2
	error = capsys.readouterr().err
	assert says in error and "income[1].annual" in error


def test_a_decimal_is_read_as_it_is_written(tmp_path, capsys):
	case = (
		json.dumps(GOOD)[:-1] + ', "income": [{"member": "\\u6237\\u4e3b", "annual": 5639.9999999999999999}]}'
	)
	assert explained(tmp_path, case.encode()) == 0
	assert "✓ 月人均收入" in capsys.readouterr().out


@pytest.mark.parametrize("day", ["2026-09-08banana", "20260908", "9999-01-01", "0000-00-00", "\ud800"])
def test_a_day_that_is_none_is_refused(day, capsys):
	assert main(["explain", str(EXAMPLES / "rural_dibao.json"), "--on", day]) == 2
	assert "--on" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["nowhere.json", ".", "a\0b", "\ud800.json"])
def test_a_path_that_cannot_be_read_is_refused(path, capsys):
	assert main(["explain", path]) == 2
	assert "无法读取" in capsys.readouterr().err


def test_a_terminal_without_chinese_and_a_closed_pipe_are_no_errors(tmp_path):
	import os
	import subprocess
	import sys

	command = [sys.executable, "-m", "socaid_app.cli", "explain", str(EXAMPLES / "rural_dibao.json")]
	ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(EXAMPLES.parents[1])}
	plain = subprocess.run(command, capture_output=True, env=ascii_only, check=False)
	assert (plain.returncode, plain.stderr) == (0, b"")
	reading, writing = os.pipe()
	os.close(reading)
	closed = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=ascii_only, check=False)
	os.close(writing)
	assert closed.stderr == b""
