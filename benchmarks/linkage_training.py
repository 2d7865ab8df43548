"""Count the weights of the linkage on a planted county, and write them where the app ships them.

    python -m benchmarks.linkage_training

m, how often a level is met by two records of one person, is counted on the true pairs. u, how often by two persons, on
pairs born on the same day (those are who is confused with one another, twins among them); that of the birth date
itself on random pairs. What was met by none of n pairs counts as met once in n.
"""

from __future__ import annotations

import json
import sys

import duckdb
import splink

from benchmarks import planted, planted_damage
from socaid_app.comparison import linkage
from socaid_app.comparison.linkage_levels import BORN, COMPARISONS

SEED, SIZE, SHARE, TWICE = 20260101, 100_000, 0.5, 0.05
BUCKETS = 1000


def main() -> int:
	found = {"link": link(), "duplicates": duplicates()}
	linkage.WEIGHTS.write_text(json.dumps(found, ensure_ascii=False, indent="\t") + "\n", encoding="utf-8")
	print(f"{linkage.WEIGHTS.name} written")
	return 0


def link() -> dict:
	connection = duckdb.connect()
	county = planted.county(SEED, SIZE)
	planted.load(connection, "persons", county.persons)
	planted.load(connection, "rows", planted_damage.rows(county, SEED, SHARE))
	linkage.prepare_persons(connection)
	linkage.prepare_rows(connection)
	connection.execute("ALTER TABLE linkage_persons ADD COLUMN truth VARCHAR")
	connection.execute("UPDATE linkage_persons SET truth = unique_id")
	connection.execute("ALTER TABLE linkage_rows ADD COLUMN truth VARCHAR")
	connection.execute(
		"UPDATE linkage_rows SET truth = rows.person FROM rows WHERE rows.row_no = linkage_rows.unique_id"
	)
	return weigh(connection, ["linkage_persons", "linkage_rows"])


def duplicates() -> dict:
	connection = duckdb.connect()
	county = planted.county(SEED + 1, SIZE)
	added, truth = planted_damage.registered_twice(county, SEED, TWICE)
	planted.load(connection, "persons", county.persons + added)
	planted.load(connection, "twice", truth)
	linkage.prepare_persons(connection)
	connection.execute("ALTER TABLE linkage_persons ADD COLUMN truth VARCHAR")
	connection.execute("""UPDATE linkage_persons SET truth = twice.person FROM twice
		WHERE unique_id IN (twice.person, twice.other)""")
	return weigh(connection, ["linkage_persons"])


def weigh(connection, tables: list[str]) -> dict:
	for table in tables:
		connection.execute(f"ALTER TABLE {table} ADD COLUMN bucket BIGINT")
		connection.execute(f"UPDATE {table} SET bucket = hash(unique_id::VARCHAR) % {BUCKETS}")
	same = count(connection, tables, "truth", True)
	born_together = count(connection, tables, "day", False)
	random = count(connection, tables, "bucket", False, (BORN,))
	return {
		comparison.key: {
			level.key: [
				share(same[comparison.key], place),
				share((random if comparison.key == BORN else born_together)[comparison.key], place),
			]
			for place, level in enumerate(comparison.levels)
		}
		for comparison in COMPARISONS
	}


def count(
	connection, tables: list[str], block: str, matching: bool, wanted: tuple[str, ...] = ()
) -> dict[str, list[int]]:
	"""Comparison → pairs at each of its levels, of those that agree in ``block`` and are one person, or are not."""
	compared = [comparison for comparison in COMPARISONS if not wanted or comparison.key in wanted]
	config = linkage.settings(even(), 0.001, len(tables) == 1, ((block,),))
	config["additional_columns_to_retain"] += ["truth"]
	config["comparisons"] = [
		one for one in config["comparisons"] if one["output_column_name"] in {c.key for c in compared}
	]
	linker = linkage.make_linker(splink, connection, tables, config)
	pairs = linker.inference.predict().physical_name
	about = "truth_l = truth_r" if matching else "truth_l IS DISTINCT FROM truth_r"
	found = {}
	for comparison in compared:
		met = dict(
			connection.execute(
				f"SELECT gamma_{comparison.key}, count(*) FROM {pairs} WHERE {about} GROUP BY 1"
			).fetchall()
		)
		levels = len(comparison.levels)
		found[comparison.key] = [met.get(levels - 1 - place, 0) for place in range(levels)]
	linker.table_management.delete_tables_created_by_splink_from_db()
	return found


def even() -> dict:
	"""Weights that say nothing: only the levels are looked at."""
	return {
		comparison.key: {level.key: [0.5, 0.5] for level in comparison.levels} for comparison in COMPARISONS
	}


def share(counts: list[int], place: int) -> float:
	return float(f"{max(counts[place], 1) / max(sum(counts), 1):.4g}")


if __name__ == "__main__":
	sys.exit(main())
