"""``socaid explain case.json``: the law on the command line, no site needed."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date

from socaid_app import __version__
from socaid_app.policy.cases import CaseError
from socaid_app.policy.explain import explain
from socaid_app.policy.parameters import ParameterError, load_parameters
from socaid_app.policy.standards import NoStandardInForce, load_standards
from socaid_app.policy.workdays import WorkCalendar

BAD_INPUT = 2


def main(arguments: list[str] | None = None) -> int:
	"""Entry point of the ``socaid`` command; returns the exit code (2: the input cannot be used)."""
	parser = argparse.ArgumentParser(prog="socaid", description="社会救助政策计算（与系统使用同一套规则）")
	parser.add_argument("--version", action="version", version=__version__)
	commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
	command = commands.add_parser("explain", help="读取一个家庭，逐条说明是否符合、金额和各项时限")
	command.add_argument("case", help="案例文件（JSON），- 表示标准输入")
	command.add_argument(
		"--on", metavar="日期", help="按该日期有效的规定计算，形如 2026-09-07（默认为受理日期）"
	)
	command.add_argument("--json", action="store_true", help="输出JSON")
	options = parser.parse_args(arguments)
	try:
		on = date.fromisoformat(options.on) if options.on else None
	except ValueError:
		return _fail(f"--on 的值“{options.on}”不是日期，应形如 2026-09-07。")
	try:
		case = _read(options.case)
		assessment, deadlines, text = explain(
			case, load_parameters(), load_standards(), WorkCalendar.shipped(), on
		)
	except (CaseError, ParameterError, NoStandardInForce) as error:
		return _fail(str(error))
	if options.json:
		result = assessment.to_dict()
		result["deadlines"] = [
			{**vars(item), "start": item.start.isoformat(), "due": item.due.isoformat()} for item in deadlines
		]
		text = json.dumps(result, ensure_ascii=False, indent=1)
	print(text)
	return 0


def _read(path: str) -> dict:
	try:
		if path == "-":
			return json.load(sys.stdin)
		with open(path, encoding="utf-8") as file:
			return json.load(file)
	except OSError as error:
		raise CaseError(f"无法读取文件“{path}”：{error.strerror}。") from None
	except UnicodeDecodeError:
		raise CaseError(f"文件“{path}”不是UTF-8编码的文本。") from None
	except json.JSONDecodeError as error:
		raise CaseError(f"文件“{path}”第{error.lineno}行第{error.colno}列不是有效的JSON。") from None


def _fail(message: str) -> int:
	print(message, file=sys.stderr)
	return BAD_INPUT


if __name__ == "__main__":
	sys.exit(main())
