"""Files for the bank: what is written is read back to the cent, and what cannot be read is refused in words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from socaid_app.policy import bank_files as files
from socaid_app.policy.bank_files import Column, FileRefused, Head, Layout

D = Decimal
MONTH = date(2026, 3, 1)
OUT = (
	Column(files.SERIAL, width=6, right=True, pad="0"),
	Column(files.ACCOUNT, width=20),
	Column(files.NAME, width=40),
	Column(files.AMOUNT, width=12, right=True, pad="0"),
)
ANSWER = (*OUT, Column(files.RESULT_CODE, width=4), Column(files.RESULT_TEXT, width=40))
LAYOUT = Layout(
	columns=OUT,
	first_line="{list}|{month}|{count}|{sum}",
	answer=ANSWER,
	answer_last_line="合计|{count}|{sum}",
	results={"0": "Paid", "01": "Wrong Account"},
)
SHAPES = [
	replace(LAYOUT, shape=shape, encoding=encoding, unit=unit, delimiter=delimiter)
	for shape in (files.DELIMITED, files.FIXED_WIDTH)
	for encoding in (files.UTF8, files.GB18030)
	for unit in (files.YUAN, files.FEN)
	for delimiter in ("|", ",")
]
ROWS = st.lists(
	st.tuples(
		st.from_regex(r"62[0-9]{14,17}", fullmatch=True),
		st.text("张王李赵㐂𠮷·", min_size=1, max_size=8),
		st.decimals("0.01", 99999, places=2),
	),
	min_size=1,
	max_size=5,
)


def rows_of(people):
	return [
		{files.SERIAL: number, files.ACCOUNT: account, files.NAME: name, files.AMOUNT: amount}
		for number, (account, name, amount) in enumerate(people, 1)
	]


def head_of(rows):
	return Head("ZF-1", MONTH, len(rows), sum((row[files.AMOUNT] for row in rows), D(0)))


@given(ROWS, st.sampled_from(SHAPES))
@example([("6200000000000000", "张", D("0.01"))], replace(LAYOUT, shape=files.FIXED_WIDTH))
def test_what_is_written_in_any_layout_is_read_back_to_the_cent(people, layout):
	rows = rows_of(people)
	answered = [row | {files.RESULT_CODE: "01", files.RESULT_TEXT: "账号不存在"} for row in rows]
	bank = replace(layout, columns=ANSWER, first_line="", last_line=layout.answer_last_line)
	content = files.write(bank, head_of(rows), answered)
	read = files.read(layout, content, head_of(rows))
	assert [(one.account, one.name, one.amount) for one in read] == people
	assert {(one.result, one.text) for one in read} == {("Wrong Account", "账号不存在")}


def test_the_file_has_the_banks_line_of_count_and_sum_and_its_encoding():
	rows = rows_of([("6212260000000000001", "张三", D("500")), ("6212260000000000002", "李四", D("0.05"))])
	content = files.write(replace(LAYOUT, encoding=files.GB18030, delimiter="|"), head_of(rows), rows)
	assert content.decode("gb18030").split("\r\n") == [
		"ZF-1|202603|2|500.05",
		"1|6212260000000000001|张三|500.00",
		"2|6212260000000000002|李四|0.05",
		"",
	]
	fixed = files.write(replace(LAYOUT, shape=files.FIXED_WIDTH, unit=files.FEN), head_of(rows), rows)
	assert fixed.decode().split("\r\n")[2] == "0000026212260000000000002 李四" + " " * 34 + "000000000005"


@pytest.mark.parametrize("name", ["=1+1", "+张", "@cmd", "张|三", "张\n三", '张"三'])
def test_a_name_that_would_be_a_formula_or_another_column_is_refused(name):
	rows = rows_of([("6212260000000000001", name, D("500"))])
	with pytest.raises(FileRefused, match="第1号"):
		files.write(replace(LAYOUT, delimiter="|"), head_of(rows), rows)


def test_what_does_not_fit_is_refused_and_never_cut_off():
	rows = rows_of([("6212260000000000001", "很" * 21, D("500"))])
	with pytest.raises(FileRefused, match="超出40字节"):
		files.write(replace(LAYOUT, shape=files.FIXED_WIDTH, encoding=files.GB18030), head_of(rows), rows)


def test_a_sum_that_is_not_the_lists_is_refused():
	rows = rows_of([("6212260000000000001", "张三", D("500"))])
	with pytest.raises(FileRefused, match="与清册1笔500.01元不符"):
		files.write(LAYOUT, Head("ZF-1", MONTH, 1, D("500.01")), rows)


GOOD = "1|622600000000001|张三|500.00|0|\r\n2|622600000000002|李四|300.50|01|无此账号\r\n合计|2|800.50\r\n"
READER = replace(LAYOUT, delimiter="|")
ABOUT = Head("ZF-1", MONTH, 2, D("800.50"))


@pytest.mark.parametrize(
	("content", "said"),
	[
		(b"", "空的"),
		(b"PK\x03\x04" + GOOD.encode(), "电子表格"),
		(GOOD.encode("gb18030"), "第1行：文件不是UTF-8编码"),
		(GOOD.encode()[:-20], "末行|不是UTF-8"),
		(GOOD.replace("合计|2|800.50\r\n", "").encode(), "与格式"),
		(GOOD.replace("合计|2|", "合计|3|").encode(), "写明3笔，实有2笔"),
		(GOOD.replace("|800.50", "|800.51").encode(), "明细合计800.50元"),
		(GOOD.replace("|01|", "|77|").encode(), "第2行：结果代码“77”没有登记"),
		(GOOD.replace("2|6226", "1|6226").encode(), "序号1与第1行重复"),
		(GOOD.replace("500.00", "5OO.00").encode(), "第1行：金额"),
		(GOOD.replace("500.00", "-500.00").encode(), "第1行：金额"),
		(GOOD.replace("500.00", "=500").encode(), "第1行：金额"),
		(GOOD.replace("张三|", "张三||").encode(), "有7列，格式要求6列"),
		(GOOD.replace("张三", "张\x00").encode(), "损坏"),
		(b"name,amount\r\nfoo,1\r\n", "末行"),
	],
)
def test_a_broken_foreign_or_damaged_file_is_refused_with_the_line(content, said):
	with pytest.raises(FileRefused, match=said):
		files.read(READER, content, ABOUT)


def test_a_good_file_is_read():
	read = files.read(READER, b"\xef\xbb\xbf" + GOOD.encode(), ABOUT)
	assert [(one.serial, one.result, one.text) for one in read] == [
		(1, "Paid", ""),
		(2, "Wrong Account", "无此账号"),
	]


def test_a_layout_says_what_it_lacks():
	said = files.faults(Layout(columns=(Column(files.NAME, pad="一"),), answer=(Column(files.SERIAL),)))
	assert any("账号" in one for one in said) and any("结果代码" in one for one in said)
	assert any("一个字节" in one for one in said)
	assert not files.faults(READER)
