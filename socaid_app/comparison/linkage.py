"""Near match: who a record is probably about whose number is missing, damaged or nobody's; and who is registered twice.

Splink's model (Fellegi and Sunter) on DuckDB: what agrees and what does not each moves the score by a weight, in steps
of which each doubles the odds. The weights are shipped (``linkage_weights.json``) and not estimated anew from every
file, so that the same record has the same score next month and the score can be explained; how they were counted and
how well they find is in docs/linkage.zh.md. Nothing here accepts a candidate: a clerk does.

The connection has ``persons`` (see roster.py) and, to link, ``rows`` with ``row_no`` and whatever it knows of
``id_number``, ``name``, ``sex`` ('M', 'F'), ``born_on`` (a date, or a text that may lack the year, ``03-12``, or the
day, ``1965``), ``division`` (as many digits as are known).
"""

from __future__ import annotations

import json
from functools import cache
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

from socaid_app.comparison import readings
from socaid_app.comparison.linkage_levels import COMPARISONS, NAME, RIVALS, START, Comparison, Level
from socaid_app.comparison.optional import library

if TYPE_CHECKING:
	from duckdb import DuckDBPyConnection

WEIGHTS = Path(__file__).with_name("linkage_weights.json")
PURPOSE = "按姓名近似匹配"
# Pairs that fit less than the first are not shown at all; from the second on precision is at least 0.99 and recall 0.95
# (docs/linkage.zh.md). Of one row no more candidates are shown than a clerk compares.
SHOWN, THRESHOLD = 0.0, 3.0
DUPLICATES_SHOWN, DUPLICATES_THRESHOLD = 0.0, 2.0
MOST = 5
# Of the records that come here, the share that is about anybody on the roster, and of the persons on the roster those
# registered twice: where the score starts before anything is compared.
LINKED_SHARE, TWICE_SHARE = 0.5, 0.005
FULL_WIDTH, HALF_WIDTH = "０１２３４５６７８９ＸｘＯｏ＊", "0123456789XX00*"
CHECK = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Which pairs are compared at all: an equality each, so that a large source stays a few joins.
BLOCKS: tuple[tuple[str, ...], ...] = (
	("day",),
	("number_day",),
	("tail",),
	("ending", "surname"),
	("folded", "year"),
	("folded", "monthday"),
	("folded", "village"),
	("folded", "head"),
	("readings", "monthday"),
	("readings", "year", "township"),
	("readings", "village"),
)


# --- what the caller gets ------------------------------------------------------------------------------------
def candidates(connection: DuckDBPyConnection, shown: float = SHOWN) -> str:
	"""Fill the table ``candidates(row_no, person, score, parts)`` and return its name.

	``score`` is the logarithm (base 2) of the odds that the row is about this person and about none of the others;
	``parts`` a JSON list of ``{"field", "said", "weight"}`` that adds up to it. Raises LibraryMissing.
	"""
	splink = library("splink", "linkage", PURPOSE)
	prepare_persons(connection)
	prepare_rows(connection)
	count = _count(connection, "persons")
	_predict(
		splink, connection, ["linkage_persons", "linkage_rows"], "link", LINKED_SHARE / max(count, 1), shown
	)
	kind = _columns(connection, "rows")["row_no"]
	rivals = _part(RIVALS, "'另有同样相近的人'", "-rivals")
	connection.execute(f"""
		CREATE OR REPLACE TABLE candidates AS
		WITH odds AS (
			SELECT *, pow(2, least(weight, 60)) AS odd,
				sum(pow(2, least(weight, 60))) OVER (PARTITION BY other) AS all_odds
			FROM linkage_scored
		), best AS (
			FROM odds QUALIFY row_number() OVER (PARTITION BY other ORDER BY weight DESC, person) <= {MOST}
		), told AS (
			SELECT other::{kind} AS row_no, person, weight, parts, log2(1 + greatest(all_odds - odd, 0)) AS rivals
			FROM best
		)
		SELECT row_no, person, round(weight - rivals, 2) AS score,
			to_json(CASE WHEN rivals < 0.01 THEN parts
				ELSE list_append(parts, {rivals}) END) AS parts
		FROM told ORDER BY row_no, score DESC, person
	""")
	_tidy(connection)
	return "candidates"


def duplicates(connection: DuckDBPyConnection, shown: float = DUPLICATES_SHOWN) -> str:
	"""Fill the table ``duplicates(person, other, score, parts)``, the smaller key first, and return its name.

	Two persons with different sound numbers whose names are not even read alike are two persons, however much else
	agrees: twins. So are they where the names are only read alike (东强, 东江) and the two are on record in one household,
	whose register names both. Raises LibraryMissing.
	"""
	splink = library("splink", "linkage", PURPOSE)
	prepare_persons(connection)
	count = _count(connection, "persons")
	_predict(splink, connection, ["linkage_persons"], "duplicates", 2 * TWICE_SHARE / max(count, 2), shown)
	connection.execute("""
		CREATE OR REPLACE TABLE duplicates AS
		SELECT least(person, other) AS person, greatest(person, other) AS other, round(weight, 2) AS score,
			to_json(parts) AS parts
		FROM linkage_scored WHERE NOT twins ORDER BY score DESC, 1, 2
	""")
	_tidy(connection)
	return "duplicates"


# --- the two sides --------------------------------------------------------------------------------------------
def prepare_persons(connection: DuckDBPyConnection) -> None:
	"""``linkage_persons``: the roster in the columns that are compared."""
	there = _columns(connection, "persons")
	_plain_table(
		connection,
		"linkage_persons",
		f"""SELECT {_text("person", there)} AS unique_id, {_text("id_number", there)} AS number,
			{"coalesce(former_numbers, [])" if "former_numbers" in there else "[]"}::VARCHAR[] AS former,
			{_text("name", there)} AS written, {_text("sex", there)} AS sex, {_text("born_on", there)} AS born,
			{_text("division", there)} AS division, {_text("household", there)} AS household, {STATE} AS state
		FROM persons""",
	)


def prepare_rows(connection: DuckDBPyConnection) -> None:
	"""``linkage_rows``: the rows that an exact match could not give to anybody."""
	there = _columns(connection, "rows")
	connection.execute(f"""
		CREATE OR REPLACE TEMP TABLE linkage_read AS
		WITH squeezed AS (
			SELECT row_no, {_squeezed("id_number", there)} AS number, {_text("name", there)} AS written,
				{_text("sex", there)} AS sex, {_text("born_on", there)} AS born, {_text("division", there)} AS division
			FROM rows
		), eighteen AS (
			SELECT * REPLACE (CASE WHEN regexp_full_match(number, '[0-9]{{15}}')
				THEN left(number, 6) || '19' || substr(number, 7) || {_check_digit("left(number, 6) || '19' || substr(number, 7)")}
				WHEN length(number) < 8 THEN NULL ELSE number END AS number)
			FROM squeezed
		)
		SELECT *, {STATE} AS state FROM eighteen
	""")
	# A sound number that is nobody's is nearly always somebody else's; looked at are those born on the same day whose
	# name has a character in common, which leaves a few in ten thousand of a source about strangers.
	_plain_table(
		connection,
		"linkage_rows",
		"""WITH known AS (
			SELECT number FROM linkage_persons WHERE number IS NOT NULL
			UNION SELECT unnest(numbers) FROM linkage_persons
		), unmatched AS (SELECT * FROM linkage_read ANTI JOIN known USING (number)),
		near AS (
			SELECT DISTINCT r.row_no FROM unmatched r JOIN linkage_persons p
			ON p.day = coalesce(left(r.born, 10), strftime(strptime(substr(r.number, 7, 8), '%Y%m%d'), '%Y-%m-%d'))
			WHERE r.state = 'valid' AND (left(p.name, 1) = left(r.written, 1)
				OR right(p.name, 1) = right(r.written, 1) OR left(p.name, 2)[2:] = left(r.written, 2)[2:])
		)
		SELECT row_no AS unique_id, number, []::VARCHAR[] AS former, state, written, sex, born, division,
			NULL::VARCHAR AS household
		FROM unmatched WHERE state IS DISTINCT FROM 'valid' OR row_no IN (FROM near)""",
	)


def _plain_table(connection: DuckDBPyConnection, table: str, select: str) -> None:
	"""The compared columns of both sides alike, from ``unique_id, number, former, state, written, sex, born, division,
	household``."""
	connection.execute(f"CREATE OR REPLACE TEMP TABLE linkage_source AS {select}")
	_read_names(connection)
	# where no date is stated, the number's is compared
	number_day = r"nullif(regexp_extract(number, '^.{6}(\d{8})', 1), '')"
	digits = r"regexp_replace(division, '\D', '', 'g')"
	connection.execute(rf"""
		CREATE OR REPLACE TABLE {table} AS
		WITH dated AS (
			SELECT *, coalesce(nullif(regexp_replace(translate(born, '/.年月', '----'), '[^0-9-]', '', 'g'), ''),
				{number_day}) AS said, nullif(born, '') IS NOT NULL OR state = 'valid' AS stated FROM linkage_source
		), split AS (
			SELECT *, nullif(regexp_extract(said, '^(\d{{4}})(?:-?\d\d-?\d\d|-?\d\d)?$', 1), '') AS year,
				nullif(regexp_extract(said, '^(?:\d{{4}}-?)?(\d\d)-?(\d\d)$', 1) || '-'
					|| regexp_extract(said, '^(?:\d{{4}}-?)?(\d\d)-?(\d\d)$', 2), '-') AS monthday
			FROM dated
		)
		SELECT unique_id, household, number, list_concat(CASE WHEN number IS NULL THEN [] ELSE [number] END, former) AS numbers,
			state, n.name, n.folded, n.signs, n.surname, n.first, n.readings, n.sound, year,
			CASE WHEN length(said) <> 4 THEN monthday END AS monthday, year || '-' || monthday AS day, stated,
			{number_day} AS number_day,
			nullif(regexp_extract(number, '^\d{{10}}'), '') AS head,
			nullif(regexp_extract(number, '(\d{{7}}[0-9X])$', 1), '') AS tail,
			nullif(regexp_extract(number, '(\d\d[0-9X])$', 1), '') AS ending,
			nullif(sex, '') AS sex,
			CASE WHEN length({digits}) >= 12 AND NOT ends_with({digits}, '000') THEN left({digits}, 12) END AS village,
			CASE WHEN length({digits}) >= 9 AND substr({digits}, 7, 3) <> '000' THEN left({digits}, 9) END AS township,
			CASE WHEN length({digits}) >= 6 THEN left({digits}, 6) END AS county
		FROM split LEFT JOIN linkage_names n USING (written)
	""")


def _tidy(connection: DuckDBPyConnection) -> None:
	"""Nothing is left beside the result."""
	own = connection.execute(
		"SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'linkage_')"
	)
	for (table,) in own.fetchall():
		connection.execute(f"DROP TABLE {table}")


def _read_names(connection: DuckDBPyConnection) -> None:
	"""``linkage_names``: every name of ``linkage_source`` once, folded and read."""
	pa = library("pyarrow", "linkage", PURPOSE)
	written = [
		name
		for (name,) in connection.execute(
			"SELECT DISTINCT written FROM linkage_source WHERE written IS NOT NULL"
		).fetchall()
	]
	read = [_name_columns(name) for name in written]
	names = pa.table(
		{"written": pa.array(written, pa.string())}
		| {
			column: pa.array(
				[row[place] for row in read], pa.list_(pa.string()) if column == "readings" else pa.string()
			)
			for place, column in enumerate(
				("name", "folded", "signs", "surname", "first", "readings", "sound")
			)
		}
	)
	connection.register("linkage_names_read", names)
	connection.execute("CREATE OR REPLACE TEMP TABLE linkage_names AS FROM linkage_names_read")
	connection.unregister("linkage_names_read")


def _name_columns(written: str) -> tuple[str | None, ...]:
	plain = readings.folded(written)
	if not plain:
		return (None,) * 7
	said = readings.readings(written)
	return (
		readings.comparable(written),
		plain,
		"".join(sorted(plain)),
		readings.surname(written),
		plain.partition("·")[0],
		said,
		said[0] if said else plain,
	)


def _squeezed(column: str, there: dict[str, str]) -> str:
	"""Digits, X and the star of a mask; a number in scientific notation has lost its digits."""
	if column not in there:
		return "NULL"
	plain = f"upper(translate({column}::VARCHAR, '{FULL_WIDTH}', '{HALF_WIDTH}'))"
	return (
		f"CASE WHEN regexp_matches({plain}, '[0-9]E[+]?[0-9]') THEN NULL"
		f" ELSE nullif(regexp_replace({plain}, '[^0-9X*]', '', 'g'), '') END"
	)


def _check_digit(first: str) -> str:
	"""GB 11643: the check digit of the first seventeen."""
	total = " + ".join(
		f"{weight} * TRY_CAST(substr({first}, {place}, 1) AS INT)" for place, weight in enumerate(CHECK, 1)
	)
	return f"substr('10X98765432', ({total}) % 11 + 1, 1)"


def _columns(connection: DuckDBPyConnection, table: str) -> dict[str, str]:
	"""Name → type."""
	return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {table}").fetchall()}


def _text(column: str, there: dict[str, str]) -> str:
	return f"nullif(trim({column}::VARCHAR), '')" if column in there else "NULL::VARCHAR"


def _count(connection: DuckDBPyConnection, table: str) -> int:
	((count,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
	return count


STATE = f"""CASE WHEN number IS NULL THEN NULL
	WHEN regexp_full_match(number, '[0-9]{{17}}[0-9X]') AND try_strptime(substr(number, 7, 8), '%Y%m%d') IS NOT NULL
		AND right(number, 1) = {_check_digit("number")} THEN 'valid'
	WHEN length(number) = 18 AND contains(number, '*') THEN 'masked'
	ELSE 'damaged' END"""


# --- Splink ---------------------------------------------------------------------------------------------------
@cache
def shipped_weights() -> dict[str, dict[str, dict[str, list[float]]]]:
	"""Model → comparison → level → how often it is so for one person (m), and for two (u)."""
	return json.loads(WEIGHTS.read_text(encoding="utf-8"))


def _predict(
	splink, connection: DuckDBPyConnection, tables: list[str], model: str, prior: float, shown: float
) -> None:
	"""``linkage_scored(person, other, weight, parts, twins)`` of all pairs that reach ``shown``."""
	linker = make_linker(
		splink, connection, tables, settings(shipped_weights()[model], prior, len(tables) == 1)
	)
	scored = linker.inference.predict(threshold_match_weight=shown)
	connection.execute(f"""
		CREATE OR REPLACE TABLE linkage_scored AS
		SELECT unique_id_l AS person, unique_id_r AS other, match_weight AS weight, {_parts(prior)} AS parts,
			gamma_number = {_gamma("number", "valid_other")} AND (gamma_name < {_gamma("name", "sound")}
				OR gamma_name = {_gamma("name", "sound")} AND coalesce(household_l = household_r, false)) AS twins
		FROM {scored.physical_name}
	""")
	linker.table_management.delete_tables_created_by_splink_from_db()


def make_linker(splink, connection: DuckDBPyConnection, tables: list[str], config: dict):
	"""Splink over prepared tables; how frequent a name is, is counted on the roster alone."""
	api = splink.DuckDBAPI(connection=connection)
	linker = splink.Linker([api.register(table) for table in tables], config, log_level=None)
	for column in dict.fromkeys(level.frequency for level in COMPARISONS[0].levels if level.frequency):
		counted = f"linkage_frequency_{column}"
		connection.execute(f"""
			CREATE OR REPLACE TABLE {counted} AS
			SELECT {column}, count(*) / sum(count(*)) OVER () AS tf_{column} FROM linkage_persons
			WHERE {column} IS NOT NULL GROUP BY {column}
		""")
		linker.table_management.register_term_frequency_lookup(api.register(counted), column)
	return linker


def settings(
	weights: dict[str, dict[str, list[float]]],
	prior: float,
	one_table: bool,
	blocks: tuple[tuple[str, ...], ...] = BLOCKS,
) -> dict:
	"""Splink's settings; of weights comparison → level → m, u."""
	return {
		"link_type": "dedupe_only" if one_table else "link_only",
		"unique_id_column_name": "unique_id",
		"probability_two_random_records_match": prior,
		"retain_matching_columns": True,
		"retain_intermediate_calculation_columns": True,
		"additional_columns_to_retain": ["household"],
		"comparisons": [
			comparison_settings(comparison, weights[comparison.key]) for comparison in COMPARISONS
		],
		"blocking_rules_to_generate_predictions": [_block(columns) for columns in blocks],
	}


def comparison_settings(comparison: Comparison, shipped: dict[str, list[float]]) -> dict:
	levels = [{"sql_condition": comparison.absent, "label_for_charts": "absent", "is_null_level": True}]
	return {
		"output_column_name": comparison.key,
		"comparison_levels": levels + [_level(level, shipped[level.key]) for level in comparison.levels],
	}


def _level(level: Level, shipped: list[float]) -> dict:
	m, u = shipped
	found = {
		"sql_condition": level.condition,
		"label_for_charts": level.key,
		"m_probability": m,
		"u_probability": u,
		"fix_m_probability": True,
		"fix_u_probability": True,
	}
	if level.frequency:
		found |= {
			"tf_adjustment_column": level.frequency,
			"tf_adjustment_weight": 1.0,
			"disable_tf_exact_match_detection": True,
		}
	return found


def _block(columns: tuple[str, ...]) -> dict:
	rule = {"blocking_rule": " AND ".join(f"l.{column} = r.{column}" for column in columns)}
	if "readings" in columns:
		rule["arrays_to_explode"] = ["readings"]
	return rule


def _gamma(comparison: str, key: str) -> int:
	"""Splink numbers the levels of a comparison from below."""
	levels = next(one.levels for one in COMPARISONS if one.key == comparison)
	return len(levels) - 1 - next(place for place, level in enumerate(levels) if level.key == key)


def _part(field: str, said: str, weight: str) -> str:
	return f"{{'field': '{field}', 'said': {said}, 'weight': round({weight}, 2)}}"


def _parts(prior: float) -> str:
	"""SQL of the list of parts: where the score starts, then each comparison that could be made."""
	start = log2(prior / (1 - prior))
	found = ["[" + _part(START, "'比较之前'", str(start)) + "]"]
	for comparison in COMPARISONS:
		said = " ".join(
			f"WHEN {_gamma(comparison.key, level.key)} THEN '{level.said}'" for level in comparison.levels
		)
		weight = f"mw_{comparison.key}"
		if comparison.key == NAME:
			weight += f" + mw_tf_adj_{comparison.key}"
		found.append(
			f"CASE WHEN gamma_{comparison.key} = -1 THEN [] ELSE"
			f" [{_part(comparison.label, f'CASE gamma_{comparison.key} {said} END', weight)}] END"
		)
	return f"list_concat({', '.join(found)})"
