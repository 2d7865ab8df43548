"""The same rules on Spark: past one machine they run on a cluster that is there already, named by its URL.

Reading and matching a reply stay with DuckDB, whose tables go to Spark as Parquet files in a folder that all machines
see; what the rules find comes back the same way, into ``findings`` and ``undecided``. A condition is compiled once: its
SQL is understood by both, where Spark has the functions of the language (:data:`FUNCTIONS`) and reads texts and names in
quotes as the standard has them (:data:`SETTINGS`).
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from socaid_app.comparison import engine, rule_queries
from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.engine import RuleResult
from socaid_app.comparison.finding_rules import Rule
from socaid_app.comparison.kinds import literal
from socaid_app.comparison.optional import LibraryMissing, library
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.reading import shown
from socaid_app.policy.standards import StandardSet

PURPOSE = "在Spark上比对"
SETTINGS = {
	"spark.sql.ansi.enabled": "true",
	"spark.sql.ansi.doubleQuotedIdentifiers": "true",
	"spark.sql.parser.escapedStringLiterals": "true",
	# money stays exact to four places
	"spark.sql.decimalOperations.allowPrecisionLoss": "false",
}
# A machine alone opens nothing to its network.
ALONE = {
	"spark.ui.enabled": "false",
	"spark.driver.host": "127.0.0.1",
	"spark.driver.bindAddress": "127.0.0.1",
}
# An object that keeps what is missing, as DuckDB's does.
OBJECT = "to_json(named_struct({}), map('ignoreNullFields', 'false'))"
_ABOVE = "(cast(2 * abs(x) * 100000000 as decimal(30, 0)) + cast(abs(y) * 10000 as decimal(30, 0)))"
_BELOW = "cast(2 * abs(y) * 10000 as decimal(30, 0))"
FUNCTIONS = {
	"list_contains(x array<string>, y string) returns boolean": "array_contains(x, y)",
	"list_sort(x array<bigint>) returns array<bigint>": "sort_array(x)",
	"list_slice(x array<bigint>, y int, z int) returns array<bigint>": "slice(x, y, z)",
	"sha256(x string) returns string": "sha2(x, 256)",
	"age_from_to(x date, y date) returns int": """year(y) - year(x)
		- cast(month(y) * 100 + day(y) < month(x) * 100 + day(x) as int)""",
	"months_from_to(x date, y date) returns int": """(year(y) - year(x)) * 12 + month(y) - month(x)
		- cast(day(y) < day(x) as int)""",
	"days_from_to(x date, y date) returns int": "datediff(y, x)",
	# as in DuckDB: half away from zero, by whole numbers
	"exact_quotient(x decimal(38, 4), y decimal(38, 4)) returns decimal(38, 4)": f"""case when y = 0 then null
		else cast(sign(x) * sign(y) * cast(({_ABOVE} - {_ABOVE} % {_BELOW}) / {_BELOW} as decimal(30, 0)) * 0.0001
		as decimal(38, 4)) end""",
}
ROSTER = ("persons", "households", "household_constants")
CLUSTER = "spark://"
# What Spark takes as the place of its work.
MASTER = re.compile(r"local(\[[^\]]+\])?|yarn|(spark|k8s)://.+")
# Spark itself asks an address that does not answer for a minute before it says so.
SECONDS = 10


class ClusterUnreachable(RuntimeError):
	"""The message says what to look after."""


@contextlib.contextmanager
def session(url: str) -> Iterator:
	"""Spark at ``url``: ``local[2]``, ``spark://host:7077``. Raises LibraryMissing where it or Java is not there,
	ClusterUnreachable where nothing answers at the URL.
	"""
	library("pyspark", "spark", PURPOSE)
	from py4j.protocol import Py4JError
	from pyspark.errors import PySparkException
	from pyspark.sql import SparkSession

	if not shutil.which("java"):
		raise LibraryMissing(
			f"{PURPOSE}需要Java，这台机器上没有。请管理员执行“apt-get install openjdk-17-jre-headless”。其余功能不受影响。"
		)
	if url.startswith(CLUSTER) and not any(map(_answers, url.removeprefix(CLUSTER).split(","))):
		raise ClusterUnreachable(
			f"{PURPOSE}：“{shown(url)}”没有应答。请核对地址和端口，确认集群已启动、防火墙放行；不写--engine则在本机比对。"
		)
	unusable = f"{PURPOSE}：“{shown(url)}”不能使用。应写成spark://主机:7077或local[2]，并确认集群可用；不写--engine则在本机比对。"
	if not MASTER.fullmatch(url):
		# a session that is there already would answer under any name
		raise ClusterUnreachable(unusable)
	builder = SparkSession.builder.master(url).appName("socaid")
	for name, value in (SETTINGS | (ALONE if url.startswith("local") else {})).items():
		builder = builder.config(name, value)
	try:
		spark = builder.getOrCreate()
	except (Py4JError, PySparkException) as error:
		raise ClusterUnreachable(unusable) from error
	try:
		for head, body in FUNCTIONS.items():
			spark.sql(f"create or replace temporary function {head} return {body}")
		yield spark
	finally:
		spark.stop()


def _answers(address: str) -> bool:
	host, _colon, port = address.rpartition(":")
	with contextlib.suppress(OSError, ValueError), socket.create_connection((host, int(port)), SECONDS):
		return True
	return False


def run(
	spark,
	folder: Path,
	connection,
	rules: Iterable[Rule],
	parameters: ParameterSet,
	standards: StandardSet,
	on: date,
	source: Source | None = None,
) -> list[RuleResult]:
	"""As :func:`engine.run`. All machines see ``folder``."""
	folder = Path(tempfile.mkdtemp(dir=folder))
	wanted, lacking = engine.prepared(connection, rules, parameters, standards, on, source)
	spark.sql(
		f"create or replace temporary function getvariable(x string) returns date return date '{on.isoformat()}'"
	)
	for table in (*ROSTER, *(("rows",) if source else ())):
		file = folder / f"{table}.parquet"
		connection.execute(f"copy {table} to {literal(str(file))} (format parquet)")
		spark.read.parquet(str(file)).createOrReplaceTempView(table)
	return [_apply(spark, folder, connection, rule, lacking) for rule in wanted]


def _apply(spark, folder: Path, connection, rule: Rule, lacking: dict[str, str]) -> RuleResult:
	judged = spark.sql(rule_queries.query(rule.tree, rule.unit, rule.fact, OBJECT)).cache()
	judged.createOrReplaceTempView("judged")
	for table, query in (
		("findings", rule_queries.found_sql(rule)),
		("undecided", rule_queries.undecided_sql(rule)),
	):
		back = folder / f"{rule.key}-{table}"
		spark.sql(query).write.parquet(str(back))
		connection.execute(f"insert into {table} by name from read_parquet({literal(f'{back}/*.parquet')})")
	judged.unpersist()
	return engine.result_of(connection, rule, lacking)
