"""One comparison on files from beginning to end: what ``socaid compare`` does."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from socaid_app.comparison import engine, explanations, linkage, reply_rows, roster, spark, summaries
from socaid_app.comparison.data_sources import Source, load_sources
from socaid_app.comparison.explanations import NoSuchPerson
from socaid_app.comparison.fields import LayoutError
from socaid_app.comparison.finding_rules import Rule, RuleError, load_rules
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.language.words import parameter_words
from socaid_app.comparison.optional import LibraryMissing
from socaid_app.comparison.spark import ClusterUnreachable
from socaid_app.policy.parameters import ParameterSet, load_parameters
from socaid_app.policy.reading import shown
from socaid_app.policy.standards import StandardSet, load_standards


class ComparisonError(ValueError):
	"""The comparison cannot be made; the message is a sentence that says what to do."""


def compare(options: Namespace, on: date) -> tuple[bool, str]:
	"""Whether something of the files could not be understood, and the report. Raises ComparisonError."""
	parameters, standards = load_parameters(), load_standards()
	try:
		layout = roster.load_layout(options.layout)
		sources = load_sources(options.sources)
		rules = load_rules(sources, layout, parameter_words(parameters), options.rules)
		replies = _replies(options.source, sources)
		with TemporaryDirectory(prefix="socaid-") as folder:
			connection = engine.start(folder=folder)
			try:
				with _runner(options.engine, options.engine_folder or folder) as run:
					return _compared(
						connection, run, options, replies, layout, rules, parameters, standards, on
					)
			finally:
				connection.close()
	except json.JSONDecodeError as error:
		raise ComparisonError(f"设置文件第{error.lineno}行第{error.colno}列不是有效的JSON。") from None
	except UnicodeDecodeError:
		raise ComparisonError("设置文件不是UTF-8编码。") from None
	except (
		LayoutError,
		RuleError,
		UnreadableReply,
		NoSuchPerson,
		LibraryMissing,
		ClusterUnreachable,
	) as error:
		raise ComparisonError(str(error)) from None


@contextmanager
def _runner(url: str | None, folder: str) -> Iterator[Callable]:
	"""What applies the rules: this machine, or Spark at ``url``."""
	if not url:
		yield engine.run
		return
	with spark.session(url) as session:
		yield partial(spark.run, session, Path(folder))


def _replies(written: list[str], sources: dict[str, Source]) -> list[tuple[Source, Path]]:
	found = []
	for each in written:
		key, equals, path = each.partition("=")
		if not equals or key not in sources:
			raise ComparisonError(
				f"“--source {shown(each)}”应写成“来源=文件”，来源为：{'、'.join(sources)}。"
			)
		found.append((sources[key], Path(path)))
	return found


def _compared(
	connection,
	run: Callable,
	options: Namespace,
	replies: list[tuple[Source, Path]],
	layout: roster.RosterLayout,
	rules: list[Rule],
	parameters: ParameterSet,
	standards: StandardSet,
	on: date,
) -> tuple[bool, str]:
	known = roster.load(connection, options.roster, layout)
	damaged = bool(known.problems)
	lines = [f"数据日：{on:%Y-%m-%d}", *summaries.roster_lines(known)]
	about: list[str] = []

	def judge(source: Source | None) -> None:
		lines.extend(summaries.rule_lines(run(connection, rules, parameters, standards, on, source)))
		if options.explain:
			said = explanations.explain(connection, options.explain, rules, parameters, standards, on, source)
			about.extend(each.text(on) for each in said)

	lines += ["", "仅按名册的规则："]
	judge(None)
	for source, path in replies:
		reply = reply_rows.read_rows(connection, path, source)
		damaged = damaged or bool(reply.problems or reply.states or reply.ambiguous)
		lines += ["", *summaries.reply_lines(connection, reply, on)]
		if options.linkage:
			linkage.candidates(connection)
			lines += summaries.candidate_lines(connection, linkage.THRESHOLD)
		judge(source)
	if about:
		lines += ["", f"对人员“{options.explain}”的说明：", *about]
	if options.out:
		titles = {source.key: source.title for source, _path in replies}
		by_key = {rule.key: rule for rule in rules}
		count = summaries.write(Path(options.out), summaries.findings(connection, by_key, titles, on))
		lines += ["", f"{count:,}条发现已写入“{options.out}”。发现只提示核实，不作任何决定。"]
	return damaged, "\n".join(lines)
