"""``socaid explain case.json``, ``socaid compare``: the law and the comparison on the command line, no site needed."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from decimal import Decimal, InvalidOperation

from socaid_app import __version__
from socaid_app.policy.explain import explain
from socaid_app.policy.parameters import ParameterError, load_parameters
from socaid_app.policy.reading import CaseError, read_date, shown
from socaid_app.policy.standards import NoStandardInForce, load_standards
from socaid_app.policy.texts import UnreadableText, decode
from socaid_app.policy.workdays import WorkCalendar

BAD_INPUT = 2
# A longer integer is no number of a case; as a decimal it reaches the check that names its field.
MOST_DIGITS = 40


def main(arguments: list[str] | None = None) -> int:
	"""Entry point of the ``socaid`` command; returns the exit code (2: the input cannot be used)."""
	parser = argparse.ArgumentParser(prog="socaid", description="社会救助政策计算（与系统使用同一套规则）")
	parser.add_argument("--version", action="version", version=__version__)
	commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
	command = commands.add_parser("explain", help="读取一个家庭，逐条说明是否符合、金额和各项时限")
	command.add_argument("case", help="案例文件（JSON，UTF-8或GB18030编码），- 表示标准输入")
	command.add_argument(
		"--on", metavar="日期", help="按该日期有效的规定计算，形如 2026-09-07（默认为受理日期）"
	)
	command.add_argument("--json", action="store_true", help="输出JSON")
	_compare_arguments(commands)
	options = parser.parse_args(arguments)
	try:
		return _compare(options) if options.command == "compare" else _explain(options)
	except (CaseError, ParameterError, NoStandardInForce) as error:
		return _fail(str(error))


def _explain(options: argparse.Namespace) -> int:
	on = read_date("--on", options.on) if options.on else None
	case = _read(options.case)
	assessment, deadlines, text = explain(
		case, load_parameters(), load_standards(), WorkCalendar.shipped(), on
	)
	if options.json:
		result = assessment.to_dict()
		result["deadlines"] = [
			{**vars(item), "start": item.start.isoformat(), "due": item.due.isoformat()} for item in deadlines
		]
		text = json.dumps(result, ensure_ascii=False, indent=1)
	return _print(text)


def _compare_arguments(commands) -> None:
	command = commands.add_parser(
		"compare",
		help="把其他部门的数据与人员名册比对，列出需要核实的发现",
		description="发现只提示核实，不作任何决定。退出码：0 完成；1 完成，但有无法识别的号码或单元格；2 输入不能使用。",
	)
	command.add_argument("--roster", required=True, metavar="文件", help="人员名册（CSV、Excel或Parquet）")
	command.add_argument(
		"--source",
		action="append",
		default=[],
		metavar="来源=文件",
		help="来源的代号和它的数据文件，例如 deaths=死亡.csv；可写多次",
	)
	command.add_argument("--rules", metavar="文件", help="规则（JSON，默认为随附的规则）")
	command.add_argument("--sources", metavar="文件", help="数据来源的设置（JSON，默认为随附的）")
	command.add_argument("--layout", metavar="文件", help="人员名册的列（JSON，默认为随附的）")
	command.add_argument("--on", metavar="日期", help="数据日：按这一天有效的标准和参数比对（默认为今天）")
	command.add_argument("--explain", metavar="人员编号", help="逐条说明每条规则为什么命中或没有命中此人")
	command.add_argument(
		"--linkage", action="store_true", help="为号码缺失或损坏的行列出可能的人员，附得分和理由"
	)
	command.add_argument(
		"--engine", metavar="URL", help="在已有的Spark上应用规则，例如 spark://主机:7077 或 local[2]"
	)
	command.add_argument(
		"--engine-folder", metavar="目录", help="与Spark交换文件的目录，集群的所有机器都能读写"
	)
	command.add_argument("--out", metavar="文件", help="把发现写入文件（.csv或.json）")


def _compare(options: argparse.Namespace) -> int:
	"""The comparison's libraries are loaded here: explaining a case does without them."""
	try:
		from socaid_app.comparison.session import ComparisonError, compare
	except ModuleNotFoundError as error:
		return _fail(f"比对需要程序库 {error.name}，请先安装：pip install {error.name.replace('_', '-')}")
	on = read_date("--on", options.on) if options.on else date.today()  # noqa: DTZ011 the county's own machine
	try:
		damaged, text = compare(options, on)
	except ComparisonError as error:
		return _fail(str(error))
	except OSError as error:
		return _fail(f"无法读写文件“{shown(error.filename)}”：{error.strerror or error}。")
	return _print(text) or int(damaged)


def _read(path: str) -> dict:
	"""The case in a file; what is not JSON in a known encoding is said, with the place."""
	name = f"文件“{shown(path)}”"
	text = _decode(_bytes(path, name), name)
	try:
		return json.loads(
			text, object_pairs_hook=_no_name_twice, parse_int=_whole_number, parse_float=_decimal
		)
	except json.JSONDecodeError as error:
		raise CaseError(f"{name}第{error.lineno}行第{error.colno}列不是有效的JSON。") from None
	except RecursionError:
		raise CaseError(f"{name}的括号嵌套过深，不是一个案例。") from None


def _bytes(path: str, name: str) -> bytes:
	try:
		if path == "-":
			return sys.stdin.buffer.read()
		with open(path, "rb") as file:
			return file.read()
	except (OSError, ValueError) as error:
		raise CaseError(f"无法读取{name}：{getattr(error, 'strerror', None) or error}。") from None


def _decode(content: bytes, name: str) -> str:
	try:
		return decode(content)
	except UnreadableText:
		raise CaseError(f"{name}不是UTF-8、UTF-16或GB18030编码的文本。") from None


def _no_name_twice(pairs: list[tuple[str, object]]) -> dict:
	names = [name for name, _value in pairs]
	if twice := [name for name in names if names.count(name) > 1]:
		raise CaseError(f"同一个对象里字段 {shown(twice[0])} 写了两次，请删去一个。")
	return dict(pairs)


def _whole_number(digits: str) -> int | Decimal:
	return int(digits) if len(digits) <= MOST_DIGITS else Decimal(digits)


def _decimal(text: str) -> Decimal | float:
	try:
		return Decimal(text)
	except InvalidOperation:
		# An exponent beyond what a decimal can hold: infinity, or nothing.
		return float(text)


def _print(text: str) -> int:
	"""To whatever the output is: a terminal without Chinese, a pipe that was closed."""
	sys.stdout.reconfigure(errors="backslashreplace") if hasattr(sys.stdout, "reconfigure") else None
	try:
		print(text)
		sys.stdout.flush()
	except BrokenPipeError:
		# Python flushes again at exit; there is nobody left to tell.
		os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
	return 0


def _fail(message: str) -> int:
	print(message, file=sys.stderr)
	return BAD_INPUT


if __name__ == "__main__":
	sys.exit(main())
