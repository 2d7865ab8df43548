"""A reply compared with the roster by rules, set-based in DuckDB.

One connection holds one comparison. :func:`start` opens it, :func:`roster.load` reads the roster,
:func:`reply_rows.read_rows` a reply, :func:`run` applies the rules: what they say is in ``findings`` and ``undecided``.

A finding never decides anything. Its identity is made of the rule, who it is about and the fact, so that the same fact
in next month's reply is the same finding.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import duckdb

from socaid_app.comparison import fields, id_numbers
from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.finding_rules import Rule
from socaid_app.comparison.language import sql as language_sql
from socaid_app.comparison.rule_constants import place_constants
from socaid_app.comparison.rule_queries import found_sql, query, undecided_sql
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.standards import StandardSet

MEMORY, THREADS = "3GB", 2


@dataclass
class RuleResult:
	"""``lacking`` says which constants are not in force for how many households."""

	rule: Rule
	findings: int
	undecided: int
	lacking: list[str] = field(default_factory=list)


def start(memory: str = MEMORY, threads: int = THREADS, folder: str | None = None):
	"""A connection whose memory is bounded: what does not fit goes to ``folder``."""
	connection = duckdb.connect(
		config={
			"memory_limit": memory,
			"threads": threads,
			"temp_directory": folder or tempfile.gettempdir(),
			# a reply is data: nothing in it or about it fetches anything
			"autoinstall_known_extensions": False,
			"autoload_known_extensions": False,
		}
	)
	id_numbers.prepare(connection)
	fields.prepare(connection)
	language_sql.prepare(connection)
	connection.execute("""
		create temp table findings (identity varchar, rule varchar, severity varchar, unit varchar, person varchar,
			household varchar, facts varchar, row_count bigint, row_numbers bigint[]);
		create temp table undecided (rule varchar, person varchar, household varchar, row_no bigint);
	""")
	return connection


def run(
	connection,
	rules: Iterable[Rule],
	parameters: ParameterSet,
	standards: StandardSet,
	on: date,
	source: Source | None = None,
) -> list[RuleResult]:
	"""Applies the rules of one source, or those of the roster alone, with the numbers in force on ``on``."""
	wanted, lacking = prepared(connection, rules, parameters, standards, on, source)
	connection.execute(f"set variable data_day = date '{on.isoformat()}'")
	return [_apply(connection, rule, lacking) for rule in wanted]


def prepared(
	connection,
	rules: Iterable[Rule],
	parameters: ParameterSet,
	standards: StandardSet,
	on: date,
	source: Source | None,
) -> tuple[list[Rule], dict[str, str]]:
	"""The rules of the source that are not paused, wherever they are applied, and what is to be said of the numbers they
	lack; those in force are in ``household_constants``.
	"""
	wanted = [rule for rule in rules if rule.source == (source.key if source else "") and not rule.paused]
	return wanted, place_constants(connection, wanted, parameters, standards, on)


def _apply(connection, rule: Rule, lacking: dict[str, str]) -> RuleResult:
	connection.execute(f"create or replace temp table judged as {query(rule.tree, rule.unit, rule.fact)}")
	connection.execute(f"insert into findings {found_sql(rule)}")
	connection.execute(f"insert into undecided {undecided_sql(rule)}")
	connection.execute("drop table judged")
	return result_of(connection, rule, lacking)


def result_of(connection, rule: Rule, lacking: dict[str, str]) -> RuleResult:
	found, undecided = (
		connection.execute(f"select count(*) from {table} where rule = ?", [rule.key]).fetchone()[0]
		for table in ("findings", "undecided")
	)
	said = [lacking[each.name] for each in rule.constants if each.name in lacking]
	return RuleResult(rule, found, undecided, said)
