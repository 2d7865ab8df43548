"""A reply compared with a roster: who is found, what is reported, and that nothing is half-read."""

from __future__ import annotations

import importlib.util
import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from socaid_app.cli import main
from socaid_app.comparison import engine, readers, reply_rows, roster
from socaid_app.comparison.data_sources import load_sources, source_from
from socaid_app.comparison.fields import LayoutError
from socaid_app.comparison.finding_rules import RuleError, load_rules, rule_from
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.language.words import parameter_words
from socaid_app.policy.identity import make_check_digit

ON = date(2026, 11, 1)
LAYOUT, SOURCES = roster.load_layout(), load_sources()


def number(sequence: int, born: str = "19700101") -> str:
	first = f"220422{born}{sequence:03}"
	return first + make_check_digit(first)


HEAD = "人员编号,身份证号,曾用身份证号,姓名,家庭编号,救助类别,城乡,区划代码,保障人口,在保,在办,申报月工资"
PEOPLE = [
	f"P1,{number(1)},,张三,H1,低保,农村,220422100001,2,是,否,0",
	f"P2,{number(2)},,李四,H1,低保,农村,220422100001,2,是,否,500",
	f"P3,{number(3)},{number(30)},王五,H2,特困、低保,农村,220422100001,1,是,否,",
	f"P4,{number(4)},,赵六,H3,,农村,220422100001,1,否,是,0",
	"P5,,,钱七,H4,低保,农村,220422100001,1,是,否,0",
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
	"""A connection with the roster."""
	file = tmp_path_factory.mktemp("roster") / "roster.csv"
	file.write_text("\n".join([HEAD, *PEOPLE]) + "\n", encoding="utf-8")
	connection = engine.start()
	roster.load(connection, file, LAYOUT)
	return connection


@pytest.fixture
def county(loaded):
	"""The roster, and nothing compared with it yet."""
	loaded.execute("delete from findings; delete from undecided; drop table if exists rows")
	return loaded


@pytest.fixture(scope="module")
def rules():
	from socaid_app.policy.parameters import load_parameters

	return load_rules(SOURCES, LAYOUT, parameter_words(load_parameters()))


def reply(tmp_path: Path, *lines: str, encoding: str = "utf-8", name: str = "reply.csv") -> Path:
	file = tmp_path / name
	file.write_bytes(("\n".join(lines) + "\n").encode(encoding))
	return file


def compared(connection, path, key, rules, parameters, standards) -> list[tuple]:
	read = reply_rows.read_rows(connection, path, SOURCES[key])
	engine.run(connection, rules, parameters, standards, ON, SOURCES[key])
	found = connection.execute(
		"select rule, coalesce(person, household), row_count from findings order by 1, 2"
	)
	return read, found.fetchall()


def refusal(connection, path, key="deaths") -> str:
	with pytest.raises(UnreadableReply) as caught:
		reply_rows.read_rows(connection, path, SOURCES[key])
	left = connection.execute(
		"select count(*) from information_schema.tables where table_name = 'rows'"
	).fetchone()
	assert left == (0,), "something of a refused file was left"
	return str(caught.value)


DEATHS = "逝者姓名,身份证号,死亡日期"


# --- matching -------------------------------------------------------------------------------------------------
def test_numbers_match_in_every_way_of_writing_and_by_former_numbers(
	county, tmp_path, rules, parameters, standards
):
	file = reply(
		tmp_path,
		DEATHS,
		f"张三,'{number(1)} ,2026-10-01",
		f"李四,{number(2)[:6]}{number(2)[8:17]},2026-10-01",
		f"王五,{number(30)},20261001",
		f"旁人,{number(77)},2026-10-01",
	)
	read, found = compared(county, file, "deaths", rules, parameters, standards)
	assert found == [("dead_but_paid", "P1", 1), ("dead_but_paid", "P2", 1), ("dead_but_paid", "P3", 1)]
	assert (read.rows, read.matched, read.strangers) == (4, 3, 1)


def test_rows_of_strangers_are_counted_and_not_kept(county, tmp_path, rules, parameters, standards):
	file = reply(
		tmp_path, DEATHS, f"旁人,{number(77)},不是日期", "无号,,2026-10-01", "损 坏,2.20422E+17,2026-10-01"
	)
	read, found = compared(county, file, "deaths", rules, parameters, standards)
	assert (read.strangers, read.states, read.problems, found) == (1, {"missing": 1, "rounded": 1}, 0, [])
	kept = county.execute("select name, born_on, division from rows order by row_no").fetchall()
	assert kept == [("无号", None, None), ("损坏", None, None)]


def test_of_every_source_only_the_rows_of_the_roster_are_kept(county, tmp_path):
	for source in SOURCES.values():
		head = ",".join([source.number[0], *(one.columns[0] for one in source.fields)])
		blank = "," * len(source.fields)
		file = reply(tmp_path, head, number(1) + blank, number(77) + blank, "1" + blank)
		read = reply_rows.read_rows(county, file, source)
		assert (read.matched, read.strangers, read.states, read.problems) == (1, 1, {"wrong": 1}, 0)
		assert county.execute("select row_no, person from rows order by 1").fetchall() == [
			(1, "P1"),
			(3, None),
		]


def test_a_number_that_two_persons_have_is_nobodys(tmp_path, rules, parameters, standards):
	file = reply(
		tmp_path,
		HEAD,
		*PEOPLE[:2],
		f"P9,{number(9)},{number(1)},双,H9,低保,农村,220422100001,1,是,否,0",
		name="r.csv",
	)
	connection = engine.start()
	problems = roster.load(connection, file, LAYOUT).problems
	assert [p.message for p in problems] == ["同一号码属于几个人：P1、P9，未按号码比对"]
	read, found = compared(
		connection,
		reply(tmp_path, DEATHS, f"张三,{number(1)},2026-10-01"),
		"deaths",
		rules,
		parameters,
		standards,
	)
	assert (found, read.ambiguous, read.strangers) == ([], 1, 0)


def test_a_number_with_noughts_is_doubted_only_where_the_file_lost_digits(
	tmp_path, rules, parameters, standards
):
	born = next(b for b in range(19500101, 19500129) if number(0, str(b)).endswith("000"))
	whole = number(0, str(born))
	file = reply(tmp_path, HEAD, f"P1,{whole},,张三,H1,低保,农村,220422100001,2,是,否,0", name="r.csv")
	connection = engine.start()
	roster.load(connection, file, LAYOUT)
	sound = reply(tmp_path, DEATHS, f"张三,{whole},2026-10-01")
	assert compared(connection, sound, "deaths", rules, parameters, standards)[1] == [
		("dead_but_paid", "P1", 1)
	]
	cut = reply(tmp_path, DEATHS, f"张三,{whole},2026-10-01", "李四,220422194001012000,2026-10-01")
	read = reply_rows.read_rows(connection, cut, SOURCES["deaths"])
	assert (read.matched, read.states) == (0, {"doubtful": 1, "rounded": 1})


def test_a_cell_that_cannot_be_understood_is_reported_and_the_rule_undecided(
	county, tmp_path, rules, parameters, standards
):
	read, found = compared(
		county, reply(tmp_path, DEATHS, f"张三,{number(1)},去年冬天"), "deaths", rules, parameters, standards
	)
	assert (found, read.problems) == ([], 1)
	problem = county.execute("select row_no, person, label, cell, message from cell_problems").fetchone()
	assert problem[:4] == (1, "P1", "死亡日期", "去年冬天") and "应为日期" in problem[4]
	assert ("dead_but_paid", "P1") in county.execute("select rule, person from undecided").fetchall()


# --- findings -------------------------------------------------------------------------------------------------
def test_the_same_fact_next_month_is_the_same_finding(county, tmp_path, rules, parameters, standards):
	head = "身份证号,号牌号码,车辆类型,状态"
	identities = []
	for month in range(2):
		county.execute("delete from findings")
		rows = [f"{number(1)},吉D1,轿车,正常", f"{number(1)},吉D1,轿车,正常", f"{number(1)},吉D2,轿车,正常"]
		_read, found = compared(
			county, reply(tmp_path, head, *rows[month:]), "vehicles", rules, parameters, standards
		)
		assert [(rule, person) for rule, person, _count in found] == [("vehicle", "P1")] * 2
		identities.append(county.execute("select identity from findings order by 1").fetchall())
	assert identities[0] == identities[1]


def test_a_finding_carries_the_facts_that_made_it(county, tmp_path, rules, parameters, standards):
	head = "身份证号,户名,余额,余额日期"
	file = reply(
		tmp_path, head, f"{number(1)},张三,20000,2026-10-31", f'{number(2)},李四,"20,000.00",2026-10-31'
	)
	_read, found = compared(county, file, "deposits", rules, parameters, standards)
	assert ("deposits_over", "H1", 0) in found
	facts = json.loads(
		county.execute("select facts from findings where rule = 'deposits_over'").fetchone()[0]
	)
	assert facts["合计（“余额”）"] == "40000.00" and facts["标准「低保标准」"] == "470.00"
	assert facts["家庭的“保障人口”"] == "2"


def test_thresholds_are_those_in_force_on_the_day_of_the_data(county, tmp_path, rules, parameters, standards):
	file = reply(tmp_path, "身份证号,户名,余额,余额日期", f"{number(1)},张三,16000,2026-10-31")
	read = reply_rows.read_rows(county, file, SOURCES["deposits"])
	assert read.matched == 1
	over = [rule for rule in rules if rule.key == "deposits_over"]
	counts = [
		engine.run(county, over, parameters, standards, on, SOURCES["deposits"])[0].findings
		for on in (date(2023, 6, 1), ON)
	]
	# 2 × 18 × 410 in 2023, 2 × 18 × 470 in 2026
	assert counts == [1, 1] and county.execute("select count(*) from findings").fetchone() == (1,)


def test_where_no_standard_is_in_force_it_is_said_and_undecided(
	county, tmp_path, rules, parameters, standards
):
	file = reply(tmp_path, "身份证号,户名,余额,余额日期", f"{number(1)},张三,99999,2021-10-31")
	reply_rows.read_rows(county, file, SOURCES["deposits"])
	result = engine.run(county, rules, parameters, standards, date(2021, 10, 1), SOURCES["deposits"])
	over = next(each for each in result if each.rule.key == "deposits_over")
	assert (over.findings, over.undecided) == (0, 1) and "没有在2021-10-01有效的低保标准" in over.lacking[0]


def test_a_rule_over_the_roster_alone_finds_who_has_two_benefits(county, rules, parameters, standards):
	engine.run(county, rules, parameters, standards, ON)
	assert county.execute("select rule, person from findings").fetchall() == [("dibao_and_tekun", "P3")]


def test_a_report_past_its_validity_or_freshness_is_told(county, tmp_path):
	days = ("2026-04-01", "2026-08-01", "2026-10-20", "2026-12-01")
	file = reply(tmp_path, "身份证号,户名,余额,余额日期", *(f"{number(1)},张三,1,{day}" for day in days))
	reply_rows.read_rows(county, file, SOURCES["deposits"])
	assert reply_rows.out_of_date(county, SOURCES["deposits"], ON) == (2, 1)


# --- files ----------------------------------------------------------------------------------------------------
GOOD = [DEATHS, f"张三,{number(1)},2026-10-01", f"李四,{number(2)},2026-10-02"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_text_is_read_in_every_encoding_in_use(county, tmp_path, encoding):
	assert (
		reply_rows.read_rows(county, reply(tmp_path, *GOOD, encoding=encoding), SOURCES["deaths"]).matched
		== 2
	)
	assert county.execute("select name from rows order by row_no").fetchall() == [("张三",), ("李四",)]


def test_the_name_of_a_file_is_a_name_and_no_pattern(county, tmp_path):
	reply(tmp_path, *GOOD, name="1.csv")
	assert (
		reply_rows.read_rows(county, reply(tmp_path, DEATHS, name="[1]*'.csv"), SOURCES["deaths"]).rows == 0
	)


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_columns_may_be_separated_otherwise_and_stand_below_a_title(county, tmp_path, delimiter):
	lines = ["2026年10月死亡人员信息", "", *(line.replace(",", delimiter) for line in GOOD)]
	assert reply_rows.read_rows(county, reply(tmp_path, *lines), SOURCES["deaths"]).matched == 2


def test_a_workbook_and_parquet_give_the_same_rows(county, tmp_path):
	book = tmp_path / "reply.xlsx"
	with xlsxwriter.Workbook(str(book)) as written:
		sheet = written.add_worksheet()
		sheet.write_row(0, 0, ["死亡人员信息"])
		sheet.write_row(1, 0, DEATHS.split(","))
		sheet.write_row(2, 0, ["张三", number(1)])
		sheet.write_datetime(2, 2, date(2026, 10, 1), written.add_format({"num_format": "yyyy-mm-dd"}))
		sheet.write_row(3, 0, ["李四", float(number(2)[:17] + "1"), "2026-10-02"])
	read = reply_rows.read_rows(county, book, SOURCES["deaths"])
	assert (read.rows, read.matched, read.states) == (2, 1, {"rounded": 1})
	assert county.execute("select person, died_on from rows where person is not null").fetchall() == [
		("P1", date(2026, 10, 1))
	]
	parquet = tmp_path / "reply.parquet"
	county.execute(f"""copy (select '张三' as 姓名, '{number(1)}' as 身份证号, date '2026-10-01' as 死亡日期
		union all select '李四', '{number(2)}', date '2026-10-02') to '{parquet}' (format parquet)""")
	assert reply_rows.read_rows(county, parquet, SOURCES["deaths"]).matched == 2


def test_a_damaged_workbook_or_one_with_formulas_is_refused(county, tmp_path):
	book = tmp_path / "reply.xlsx"
	with xlsxwriter.Workbook(str(book)) as written:
		sheet = written.add_worksheet()
		sheet.write_row(0, 0, DEATHS.split(","))
		sheet.write_formula(1, 1, "=CONCATENATE(A1, A2)", None, number(1))
	assert "公式（单元格B2）" in refusal(county, book)
	with xlsxwriter.Workbook(str(book)) as written:
		for name in ("甲", "乙"):
			written.add_worksheet(name).write_row(0, 0, DEATHS.split(","))
	assert "2个有内容的工作表：甲、乙" in refusal(county, book)
	book.write_bytes(book.read_bytes()[:-400])
	assert "损坏" in refusal(county, book)
	old = tmp_path / "reply.xls"
	old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 3000)
	assert "损坏" in refusal(county, old)
	(tmp_path / "reply.parquet").write_bytes(b"PAR1" + b"x" * 100 + b"PAR1")
	assert "Parquet" in refusal(county, tmp_path / "reply.parquet")


@pytest.mark.parametrize(
	"content, says",
	[
		(b"", "是空的"),
		("\n".join([*GOOD, "王五,1"]).encode(), "第4行第2列：列数不足（应为3列，现为2列）"),
		("\n".join([*GOOD, "王五,1,2,3"]).encode(), "第4行第4列：列数过多（应为3列，现为4列）"),
		("\n".join([*GOOD, 'x,"1,2', GOOD[1]]).encode(), "引号没有配对"),
		("\n".join(GOOD).encode()[:-1] + b"\xe5\xbc", "末尾中断"),
		(
			"\n".join(GOOD).encode().replace("李".encode(), b"\xff\xff") + b"\n" + b"x" * 9,
			"第3行第1列有不属于UTF-8",
		),
		(
			"\n".join(GOOD).encode("gb18030").replace("李".encode("gb18030"), b"\xff\xff") + b"\n" + b"x" * 9,
			"第3行第1列有不属于GB18030",
		),
		("\n".join(GOOD).encode().replace(b"2026", b"20\x0026"), "第2行第3列有不是文字的内容"),
		("\n".join(GOOD).replace("李", "\ufffd").encode(), "第3行第1列有不是文字的内容"),
		(b"%PDF-1.4", "PDF"),
		("姓名,身份证号\n张三,1\n".encode(), "没有找到这些列：“死亡日期”"),
		(DEATHS.encode() + ",死亡时间\n".encode(), "“死亡日期”对应的列不止一个"),
	],
)
def test_a_broken_file_is_refused_with_the_place_and_nothing_is_kept(county, tmp_path, content, says):
	file = tmp_path / "reply.csv"
	file.write_bytes(content)
	assert says in refusal(county, file)


# --- configuration --------------------------------------------------------------------------------------------
def test_what_cannot_be_a_source_or_rule_is_refused_with_its_place():
	good = {"key": "x", "title": "来源", "agency": "某局", "fields": [{"name": "a", "label": "甲"}]}
	for change, says in (
		({"key": "Ä"}, "代号"),
		({"agency": ""}, "缺少“agency”"),
		({"fields": [{"name": "a", "label": "甲"}, {"name": "b", "label": "甲"}]}, "标签“甲”出现了两次"),
		({"fields": [{"name": "person", "label": "甲"}]}, "由系统使用"),
		({"report_day": "a"}, "不是日期字段"),
		({"valid_months": 0}, "正整数"),
	):
		with pytest.raises(LayoutError, match=says):
			source_from(good | change)
	rule = {
		"key": "x",
		"title": "某",
		"unit": "row",
		"source": "x",
		"condition": "a = 1",
		"means": "x",
		"articles": ["x"],
		"severity": "Verify",
		"verify": "x",
	}
	with pytest.raises(RuleError, match="规则“某”的条件第3字（“= 1”处）：文字不能与数字比较"):
		rule_from(rule, {"x": source_from(good)}, LAYOUT, {})


# --- the command ----------------------------------------------------------------------------------------------
@pytest.fixture
def files(tmp_path):
	reply(tmp_path, HEAD, *PEOPLE[:4], name="roster.csv", encoding="gb18030")
	reply(tmp_path, DEATHS, f"张三,{number(1)},2026-10-01", name="deaths.csv")
	return tmp_path


def command(files: Path, *more: str) -> list[str]:
	return ["compare", "--roster", str(files / "roster.csv"), "--on", "2026-11-01", *more]


def test_the_command_reports_in_chinese_and_writes_the_findings(files, capsys):
	out = files / "findings.csv"
	assert main(command(files, "--source", f"deaths={files / 'deaths.csv'}", "--out", str(out))) == 0
	text = capsys.readouterr().out
	assert "人员名册：4人，3户" in text and "已死亡仍在保：发现1（疑似不符合条件）" in text
	written = out.read_text(encoding="utf-8-sig").splitlines()
	assert written[0].startswith("发现编号,来源,规则") and any(
		"“死亡日期” 2026-10-01" in line for line in written
	)
	assert (
		main(command(files, "--source", f"deaths={files / 'deaths.csv'}", "--out", str(files / "x.json")))
		== 0
	)
	assert {each["规则"] for each in json.loads((files / "x.json").read_text(encoding="utf-8"))} == {
		"已死亡仍在保",
		"同时享受低保和特困",
	}


def test_the_command_explains_a_person_rule_by_rule(files, capsys):
	assert main(command(files, "--source", f"deaths={files / 'deaths.csv'}", "--explain", "P1")) == 0
	text = capsys.readouterr().out
	assert "[命中] 已死亡仍在保（疑似不符合条件，数据第1行）" in text
	assert "事实：“死亡日期” 2026-10-01；本人的“在保” 是" in text
	assert "依据：2022年兜底保障通知一（三）；民发〔2021〕43号第24条" in text
	assert "[未命中] 同时享受低保和特困" in text


def test_what_could_not_be_understood_is_exit_code_1(files, capsys):
	reply(files, DEATHS, "张三,2.20422E+17,2026-10-01", name="deaths.csv")
	assert main(command(files, "--source", f"deaths={files / 'deaths.csv'}")) == 1
	assert "1行：身份证号的后几位被表格软件改掉了" in capsys.readouterr().out


@pytest.mark.parametrize(
	"more, says",
	[
		(["--source", "nobody=x.csv"], "应写成“来源=文件”"),
		(["--source", "deaths=nowhere.csv"], "无法读取文件“nowhere.csv”"),
		(["--rules", "nowhere.json"], "无法读写文件“nowhere.json”"),
		(["--explain", "P99"], "没有编号“P99”"),
		(["--on", "gestern"], "--on"),
	],
)
def test_what_cannot_be_used_is_exit_code_2_and_a_sentence(files, capsys, more, says):
	assert main(command(files, *more)) == 2
	captured = capsys.readouterr()
	assert says in captured.err and not captured.out


def test_rules_of_a_county_are_checked_before_anything_is_read(files, capsys):
	rule = {
		"key": "x",
		"title": "某",
		"unit": "person",
		"condition": "person.pays",
		"means": "x",
		"articles": ["x"],
	}
	(files / "rules.json").write_text(
		json.dumps([rule | {"severity": "Verify", "verify": "x"}]), encoding="utf-8"
	)
	assert main(command(files, "--rules", str(files / "rules.json"))) == 2
	assert "规则“某”的条件第8字（“pays”处）：没有字段“pays”" in capsys.readouterr().err


def test_the_command_applies_the_rules_on_spark_and_says_the_same(files, capsys):
	pytest.importorskip("pyspark", reason="pyspark不在：pip install 'socaid_app[spark]'")
	if not shutil.which("java"):
		pytest.skip("没有Java：apt-get install openjdk-17-jre-headless")
	# a row without a sound number is looked for beside it, on this machine, by the same linkage
	with open(files / "deaths.csv", "a", encoding="utf-8") as file:
		file.write(f"张三,{number(1)[:12]}******,2026-10-01\n")
	more = ["--source", f"deaths={files / 'deaths.csv'}"]
	if importlib.util.find_spec("splink"):
		more.append("--linkage")
	assert main(command(files, *more)) == 1
	here = capsys.readouterr().out
	assert main(command(files, *more, "--engine", "local[1]")) == 1
	assert capsys.readouterr().out == here
	assert ("近似匹配：1行有可能的人员" in here) == ("--linkage" in more)


def test_the_command_lists_who_a_damaged_row_may_be_about(files, capsys):
	pytest.importorskip("splink", reason="splink不在：pip install 'socaid_app[linkage]'")
	damaged = number(1)[:12] + "*" * 6
	reply(files, DEATHS, f"张三,{damaged},2026-10-01", name="deaths.csv")
	assert main(command(files, "--source", f"deaths={files / 'deaths.csv'}", "--linkage")) == 1
	text = capsys.readouterr().out
	assert (
		"近似匹配：1行有可能的人员，须由人确认" in text
		and f"数据第1行“{damaged}”" in text
		and "可能是P1，得分" in text
	)


def test_the_rows_of_a_large_file_keep_their_numbers(county, tmp_path):
	"""Read by several threads, each row still has the number somebody finds it under; nobody is passed over."""
	lines = [
		f"{sequence},{number(1) if sequence % 50_000 == 0 else number(sequence % 700 + 200)},2026-10-01"
		if sequence % 70_001
		else f"{sequence},2.20422E+17,2026-10-01"
		for sequence in range(1, 400_001)
	]
	read = reply_rows.read_rows(county, reply(tmp_path, DEATHS, *lines), SOURCES["deaths"])
	assert (read.rows, read.matched, read.states) == (400_000, 8, {"rounded": 5})
	rows = county.execute("select row_no, name, person from rows order by row_no").fetchall()
	assert len(rows) == 13 and all(str(row_no) == name for row_no, name, _person in rows)


def test_a_file_of_more_rows_than_one_may_have_is_refused_with_their_number(files, capsys, monkeypatch):
	"""Whatever it came as, and nothing of it is used; the bar of ten million is lowered here."""
	monkeypatch.setattr(readers, "MOST_ROWS", 3)
	rows = [f"张三,{number(sequence)},2026-10-01" for sequence in (1, 2, 3, 4)]
	reply(files, DEATHS, *rows, name="deaths.csv")
	duckdb.sql(f"select * from read_csv('{files / 'deaths.csv'}', all_varchar=true)").write_parquet(
		str(files / "deaths.parquet")
	)
	for name in ("deaths.csv", "deaths.parquet"):
		assert main(command(files, "--source", f"deaths={files / name}")) == 2
		said = capsys.readouterr()
		assert "文件有4行，最多3行，请分成几个文件" in said.err and not said.out
	reply(files, DEATHS, *rows[:3], name="deaths.csv")
	assert main(command(files, "--source", f"deaths={files / 'deaths.csv'}")) == 0
