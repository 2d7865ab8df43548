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
