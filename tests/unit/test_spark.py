"""The rules on Spark, for real in local mode: the same findings as on one machine."""

from __future__ import annotations

import json
import random
import shutil
import sys
from decimal import Decimal

import pytest

from socaid_app.comparison import engine, spark
from socaid_app.comparison.data_sources import load_sources
from socaid_app.comparison.finding_rules import load_rules
from socaid_app.comparison.language.words import parameter_words
from socaid_app.comparison.optional import LibraryMissing
from socaid_app.comparison.roster import load_layout
from socaid_app.policy.parameters import load_parameters
from tests.rule_worlds import DAY, World

LAYOUT, SOURCES = load_layout(), load_sources()
RULES = load_rules(SOURCES, LAYOUT, parameter_words(load_parameters()))


@pytest.fixture(scope="module")
def session():
	pytest.importorskip("pyspark", reason="pyspark不在：pip install 'socaid_app[spark]'")
	if not shutil.which("java"):
		pytest.skip("没有Java：apt-get install openjdk-17-jre-headless")
	with spark.session("local[2]") as running:
		running.conf.set("spark.sql.shuffle.partitions", "2")
		yield running


@pytest.fixture(scope="module")
def county():
	county = World(LAYOUT.person_words.values(), LAYOUT.household_words.values(), 7, 800)
	county.connection.execute("alter table households add column division varchar default '220422100001'")
	return county


def told(connection) -> tuple[list, list]:
	"""What the rules said, and nothing of it left."""
	found = connection.execute("select * exclude (facts), facts from findings order by all").fetchall()
	undecided = connection.execute("select * from undecided order by all").fetchall()
	connection.execute("delete from findings; delete from undecided")
	return [(*row[:-1], json.loads(row[-1])) for row in found], undecided


@pytest.mark.parametrize("key", ["", *SOURCES])
def test_every_shipped_rule_finds_the_same_on_spark(session, county, tmp_path, parameters, standards, key):
	source = SOURCES.get(key)
	county.fill(source.fields if source else (), {}, rows=(0, 1, 1, 2, 4))
	here = engine.run(county.connection, RULES, parameters, standards, DAY, source)
	found = told(county.connection)
	there = spark.run(session, tmp_path, county.connection, RULES, parameters, standards, DAY, source)
	assert told(county.connection) == found
	assert here == there
	if here:
		assert found[0], "a county in which nothing is found proves nothing"


def test_the_functions_of_the_language_are_exact_on_spark(session, county, tmp_path):
	dice = random.Random(3)
	amounts = [Decimal(dice.randint(-(10**12), 10**12)).scaleb(-4) for _ in range(300)] + [Decimal(0)]
	pairs = [(dice.choice(amounts), dice.choice(amounts)) for _ in range(2000)]
	file = str(tmp_path / "pairs.parquet")
	county.connection.execute(
		f"""copy (select row_number() over () as n, cast(unnest(?) as decimal(38, 4)) as x, cast(unnest(?) as decimal(38, 4)) as y,
			date '1980-01-31' + cast(unnest(?) as int) as "from", date '2024-02-29' - cast(unnest(?) as int) as "to") to '{file}'""",
		[
			[str(x) for x, _y in pairs],
			[str(y) for _x, y in pairs],
			*([dice.randint(0, 16000) for _ in pairs] for _ in range(2)),
		],
	)
	asked = """select n, exact_quotient(x, y), age_from_to("from", "to"), months_from_to("from", "to"),
		days_from_to("from", "to") from {} order by n"""
	session.read.parquet(file).createOrReplaceTempView("pairs")
	there = [tuple(row) for row in session.sql(asked.format("pairs")).collect()]
	assert there == county.connection.execute(asked.format(f"'{file}'")).fetchall()


def test_without_the_library_it_is_said_what_to_install(monkeypatch):
	monkeypatch.setitem(sys.modules, "pyspark", None)
	with pytest.raises(LibraryMissing, match=r"socaid_app\[spark\]"), spark.session("local[2]"):
		pass


def test_without_java_it_is_said_what_to_install(monkeypatch):
	pytest.importorskip("pyspark", reason="pyspark不在：pip install 'socaid_app[spark]'")
	monkeypatch.setenv("PATH", "")
	with pytest.raises(LibraryMissing, match="openjdk-17"), spark.session("local[2]"):
		pass


@pytest.mark.parametrize(
	"url, says",
	[
		("spark://127.0.0.1:1,127.0.0.1:2", "没有应答。请核对地址和端口"),
		("spark://nowhere", "没有应答"),
		("yarn2", "应写成spark://主机:7077或local"),
	],
)
def test_where_no_cluster_answers_it_is_said_what_to_look_after(url, says):
	pytest.importorskip("pyspark", reason="pyspark不在：pip install 'socaid_app[spark]'")
	if not shutil.which("java"):
		pytest.skip("没有Java：apt-get install openjdk-17-jre-headless")
	with pytest.raises(spark.ClusterUnreachable, match=says), spark.session(url):
		pass
