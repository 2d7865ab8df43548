"""A reply of millions of rows compared with 100,000 persons, against the bare join, pandas and a look-up for each row.

    python -m benchmarks.comparison [--rows 1000000,10000000] [--persons 100000] [--site SITE --sites-path PATH]

runs by itself; without a site the findings are not written. Each measurement is a process of its own, so that its
memory and its seconds of the processor are its own too, and begins with the two files: the roster and the reply.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from benchmarks.measure import Stopwatch, Table

PERSONS, ROWS = 100_000, 10_000_000
# Of so many people a reply tells, those of the roster among them.
PEOPLE = 3_000_000
ON = date(2026, 11, 1)
# Against the bare join there is a bar where the findings are written to a database, in the same run as a bare load.
BARE_BAR = 1.5
PANDAS_BAR, LOOKUP_BAR, GROWTH_BAR, MEMORY_BAR = 1 / 5, 1 / 50, 1.2, 4.0
# What both tell of a file, so that the one is known to have done the work of the other.
TOLD = ("matched", "states", "problems", "findings")
# Looked up one by one; the rest is reckoned from these.
LOOKED_UP = 20_000
COLUMNS = ("身份证号", "姓名", "号牌号码", "车辆类型", "状态", "登记日期", "购置价")
OWN = f"""read_csv('{{path}}', auto_detect=false, header=true, delim=',', quote='"', escape='"',
	columns={{{{{", ".join(f"'{column}': 'varchar'" for column in COLUMNS)}}}}})"""


# --- the files ------------------------------------------------------------------------------------------------
def write_files(folder: Path, persons: int, rows: int) -> None:
	"""An invented county and an invented reply: one row in fifty has a damaged number, one in a hundred a damaged cell."""
	import duckdb

	connection = duckdb.connect()
	weights = [pow(2, 17 - place) % 11 for place in range(17)]
	total = " + ".join(f"cast(s[{place + 1}] as int) * {weight}" for place, weight in enumerate(weights))
	connection.execute(f"create macro whole(s) as (s || substr('10X98765432', 1 + ({total}) % 11, 1))")
	connection.execute("""create macro number(i) as whole(
		'220422' || strftime(date '1940-01-01' + cast(i // 1000 * 8 as int), '%Y%m%d') || printf('%03d', i % 1000))""")
	connection.execute(f"""copy (
		select 'P' || i as 人员编号, number(i * {PEOPLE // persons}) as 身份证号, '张三' as 姓名, 'H' || i // 2 as 家庭编号,
			'低保' as 救助类别, '农村' as 城乡, '220422100001' as 区划代码, 2 as 保障人口, '是' as 在保
		from range({persons}) t(i)) to '{folder / "roster.csv"}' (header)""")
	connection.execute(f"""copy (
		select case when i % 50 = 7 then k[:15] || '000' when i % 50 = 8 then '2.20422E+17' else k end as 身份证号,
			'张' || chr(cast(19968 + i % 100 as int)) as 姓名, '吉D' || i as 号牌号码, case when i % 3 = 0 then 'M21' else 'K33' end as 车辆类型,
			case when i % 4 = 0 then '注销' else '正常' end as 状态,
			case when i % 100 = 3 then '不详' else '2020-01-' || lpad(cast(1 + i % 28 as varchar), 2, '0') end as 登记日期,
			(i % 200000) / 100 as 购置价
		from (select i, number(cast(hash(i) % {PEOPLE} as bigint)) as k from range({rows}) t(i))
	) to '{folder / "reply.csv"}' (header)""")


# --- what is measured -----------------------------------------------------------------------------------------
def ours(folder: Path, site: bool = False) -> dict:
	"""Read, normalised, joined, every cell understood, all rules of the source applied; with a site, the findings written."""
	from benchmarks import finding_load

	settings = _settings()
	watch = Stopwatch()
	connection, reply = _compared(folder, settings)
	compared = watch.read()
	if site:
		finding_load.write(connection, settings.rules, ON)
	whole = watch.read()
	found = connection.execute("select count(*) from findings").fetchone()[0]
	told = {"matched": reply.matched, "states": reply.states, "problems": reply.problems, "findings": found}
	return {"compared": compared, "whole": whole, **told}


def _settings() -> SimpleNamespace:
	from socaid_app.comparison import roster
	from socaid_app.comparison.data_sources import load_sources
	from socaid_app.comparison.finding_rules import load_rules
	from socaid_app.comparison.language.words import parameter_words
	from socaid_app.policy.parameters import load_parameters
	from socaid_app.policy.standards import load_standards

	parameters, sources, layout = load_parameters(), load_sources(), roster.load_layout()
	rules = {rule.key: rule for rule in load_rules(sources, layout, parameter_words(parameters))}
	return SimpleNamespace(
		parameters=parameters,
		standards=load_standards(),
		layout=layout,
		source=sources["vehicles"],
		rules=rules,
	)


def _compared(folder: Path, settings: SimpleNamespace) -> tuple:
	from socaid_app.comparison import engine, reply_rows, roster

	connection = engine.start(folder=str(folder))
	roster.load(connection, folder / "roster.csv", settings.layout)
	reply = reply_rows.read_rows(connection, folder / "reply.csv", settings.source)
	rules, standards = settings.rules.values(), settings.standards
	engine.run(connection, rules, settings.parameters, standards, ON, settings.source)
	return connection, reply


def bare(folder: Path, site: bool = False) -> dict:
	"""The plainest join of the same files: the same columns read, joined on the number as it is written, one row for each
	person and car – nothing normalised, nothing understood, nothing reported, no rules but the one that is written out
	here. With a site, then the bare bulk load of as many finished rows as there are findings; what makes them ready is not
	counted.
	"""
	import duckdb

	from benchmarks import finding_load

	if site:
		settings = _settings()
		connection, _reply = _compared(folder, settings)
		rows = finding_load.ready_rows(connection, settings.rules, ON)
		connection.close()
	watch = Stopwatch()
	connection = duckdb.connect(config={"threads": 2, "memory_limit": "3GB", "temp_directory": str(folder)})
	connection.execute(
		f"create temp table persons as select * from read_csv('{folder / 'roster.csv'}', all_varchar=true)"
	)
	connection.execute(f"""create temp table joined as select r.*, p.人员编号, p.家庭编号, p.在保
		from {OWN.format(path=folder / "reply.csv")} r join persons p on p.身份证号 = r.身份证号""")
	connection.execute("""create temp table found as select 人员编号, 号牌号码, any_value(家庭编号) as 家庭编号,
		any_value(车辆类型) as 车辆类型, any_value(状态) as 状态, count(*) as 行数 from joined
		where 车辆类型 in ('K33', 'H31') and 状态 not in ('注销', '转移') and 在保 = '是' group by 人员编号, 号牌号码""")
	compared = watch.read()
	if site:
		finding_load.bare(rows)
	whole = watch.read()
	matched, found = connection.execute(
		"select (select count(*) from joined), (select count(*) from found)"
	).fetchone()
	return {"compared": compared, "whole": whole, "matched": matched, "findings": found}


def pandas(folder: Path, site: bool = False) -> dict:
	"""The same work as somebody writes it in pandas: in pieces, vectorised, the rule of vehicles by hand. What is wrong with
	a number or a cell is told as well; :func:`measure` holds both tellings equal.
	"""
	import numpy
	import pandas as pd

	watch = Stopwatch()
	persons = pd.read_csv(folder / "roster.csv", dtype=str)[["人员编号", "身份证号", "在保"]]
	weights = numpy.array([pow(2, 17 - place) % 11 for place in range(17)])
	last = numpy.array(list("10X98765432"))
	narrow = str.maketrans("０１２３４５６７８９Ｘｘ×　", "0123456789XXX ")

	def sound(number):
		digits = numpy.array(number.tolist(), dtype="U18").view("U1").reshape(-1, 18)
		ends_well = last[(digits[:, :17].astype(int) @ weights) % 11] == digits[:, 17]
		return ends_well & pd.to_datetime(number.str[6:14], format="%Y%m%d", errors="coerce").notna()

	kept = []
	for piece in pd.read_csv(folder / "reply.csv", dtype=str, chunksize=500_000):
		number = piece["身份证号"].fillna("").str.translate(narrow)
		number = number.str.replace(r"[\x00-\x20\x7f`'-]", "", regex=True).str.upper()
		old = number.str.fullmatch(r"[0-9]{15}")
		if old.any():
			first = number[old].str[:6] + "19" + number[old].str[6:]
			digits = numpy.array(first.tolist(), dtype="U17").view("U1").reshape(-1, 17).astype(int)
			number[old] = first + last[(digits @ weights) % 11]
		shaped = number.str.fullmatch(r"[0-9]{17}[0-9X]")
		state = pd.Series("wrong", index=number.index)
		state[shaped & number.str.endswith("000")] = "rounded"
		state[number[shaped][sound(number[shaped])].index] = "whole"
		odd = number[~shaped]
		state[odd[odd.str.fullmatch(r"[A-Z0-9()/]{5,25}") & odd.str.contains("[A-Z]")].index] = "other"
		state[odd[odd.str.fullmatch(r"[0-9X]*[*#?]+[0-9X*#?]*")].index] = "masked"
		state[odd[odd.str.fullmatch(r"[0-9]+(?:\.[0-9]*)?E\+?[0-9]+|[0-9]+\.[0-9]*")].index] = "rounded"
		state[odd[odd == ""].index] = "missing"
		rows = piece.assign(身份证号=number.where(state == "whole"), written=number, state=state)
		rows = rows.merge(persons, on="身份证号", how="left")
		kept.append(rows[rows["人员编号"].notna() | (rows["state"] != "whole")])
	rows = pd.concat(kept)
	if (rows["state"] == "rounded").any():
		doubtful = (rows["state"] == "whole") & rows["written"].str.endswith("000")
		rows.loc[doubtful, ["state", "人员编号", "在保"]] = "doubtful", None, None
	days = pd.to_datetime(rows["登记日期"], format="%Y-%m-%d", errors="coerce")
	prices = pd.to_numeric(rows["购置价"], errors="coerce")
	problems = int(
		(days.isna() & rows["登记日期"].notna()).sum() + (prices.isna() & rows["购置价"].notna()).sum()
	)
	hit = (
		rows["车辆类型"].isin(["K33", "H31"]) & ~rows["状态"].isin(["注销", "转移"]) & (rows["在保"] == "是")
	)
	return {
		"compared": watch.read(),
		"matched": int(rows["人员编号"].notna().sum()),
		"states": {key: int(count) for key, count in rows["state"].value_counts().items() if key != "whole"},
		"problems": problems,
		"findings": len(rows[hit].drop_duplicates(["人员编号", "号牌号码"])),
	}


def lookups(folder: Path, site: bool = False, ask=None) -> dict:
	"""A question to an indexed table for each row, as a loop over an import does; reckoned from the first rows.

	Without a site it is asked of DuckDB itself.
	"""
	import csv

	if ask is None:
		import duckdb

		connection = duckdb.connect()
		connection.execute(
			f"create table persons as select * from read_csv('{folder / 'roster.csv'}', all_varchar=true)"
		)
		connection.execute("create unique index of_number on persons (身份证号)")

		def ask(number: str):
			return connection.execute(
				"select 人员编号, 在保 from persons where 身份证号 = ?", [number]
			).fetchone()

	watch, count, found = Stopwatch(), 0, set()
	with open(folder / "reply.csv", encoding="utf-8", newline="") as file:
		for count, row in enumerate(csv.DictReader(file), 1):
			person = ask(row["身份证号"].strip().upper())
			if (
				person
				and person[1] == "是"
				and row["车辆类型"] in ("K33", "H31")
				and row["状态"] not in ("注销", "转移")
			):
				found.add((person[0], row["号牌号码"]))
			if count == LOOKED_UP:
				break
		else:
			return {"compared": watch.read(), "findings": len(found)}
	taken = watch.read()
	with open(folder / "reply.csv", "rb") as file:
		rows = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 22), b"")) - 1
	return {"compared": {name: each / count * rows for name, each in taken.items()}, "findings": len(found)}


WAYS = {"ours": ours, "bare": bare, "pandas": pandas, "lookups": lookups}


def in_own_process(way: str, folder: Path, site: str = "", sites_path: str = ".") -> dict:
	"""What a way takes, with its highest memory in GiB."""
	ran = subprocess.run(
		[sys.executable, "-m", "benchmarks.comparison", "--way", way, "--folder", str(folder)]
		+ (["--site", site, "--sites-path", sites_path] if site else []),
		capture_output=True,
		text=True,
		check=True,
	)
	return json.loads(ran.stdout)


# --- the table ------------------------------------------------------------------------------------------------
def measure(
	table: Table,
	sizes: tuple[int, ...] = (ROWS // 10, ROWS),
	persons: int = PERSONS,
	repetitions: int = 3,
	site: str = "",
	sites_path: str = ".",
) -> None:
	"""The files of all sizes lie there at once, and the ways take turns: a busy machine disturbs all alike, and the best
	of each is what it can do. Pandas and the look-ups write nothing, so they stand against the comparison alone.
	"""
	with TemporaryDirectory(prefix="socaid-") as name:
		runs: dict[tuple[str, int], list[dict]] = {}
		for rows in sizes:
			write_files(_folder(name, rows), persons, rows)
		for turn in range(repetitions):
			for rows in sizes:
				for way in WAYS if not turn else ("bare", "ours", "pandas"):
					where = (site, sites_path) if way in ("bare", "ours") else ("",)
					runs.setdefault((way, rows), []).append(in_own_process(way, _folder(name, rows), *where))
	for rows in sizes:
		size = f"{persons:,} x {rows:,}"
		mine, theirs = runs["ours", rows][0], runs["pandas", rows][0]
		if told := {name: (mine[name], theirs[name]) for name in TOLD if mine[name] != theirs[name]}:
			raise AssertionError(f"not the same work: {told}")
		said = f"{mine['matched']:,} matched, {mine['findings']:,} found"
		memory = max(run["memory"] for run in runs["ours", rows])
		table.add("comparison: ours (GiB of memory)", size, said, memory, MEMORY_BAR)
		# of the smaller file much is what every comparison begins with
		last = rows == sizes[-1]
		for part, named in (("compared", "bare join"), ("whole", "bare join and load"))[: 2 if site else 1]:
			bar = BARE_BAR if last and part == "whole" else None
			_against(table, runs, rows, part, "bare", f"comparison: to {named}", bar)
		for way, bar in (("pandas", PANDAS_BAR), ("lookups", LOOKUP_BAR)):
			_against(table, runs, rows, "compared", way, f"comparison: to {way}", bar if last else None)
	if len(sizes) > 1:
		first, last = sizes[0], sizes[-1]
		for measured in ("seconds", "processor"):
			growth = _best(runs["ours", last], "whole", measured) / (
				_best(runs["ours", first], "whole", measured) * last / first
			)
			bar = GROWTH_BAR if measured == "seconds" else None
			name = "comparison: growth" if bar else "  of the processor"
			table.add(name, f"{first:,} to {last:,}", "", growth, bar)


def _against(table: Table, runs: dict, rows: int, part: str, way: str, name: str, bar: float | None) -> None:
	"""By the clock, which the bar is for, and by the seconds of the processor, which others on the machine cannot spoil."""
	for measured in ("seconds", "processor"):
		mine, other = (_best(runs[each, rows], part, measured) for each in ("ours", way))
		table.add(
			name if measured == "seconds" else "  of the processor",
			f"{rows:,} rows",
			f"{mine:.1f} s to {other:.1f} s",
			mine / other,
			bar if measured == "seconds" else None,
		)


def _best(runs: list[dict], part: str, measured: str) -> float:
	return min(run[part][measured] for run in runs)


def _folder(name: str, rows: int) -> Path:
	folder = Path(name) / str(rows)
	folder.mkdir(exist_ok=True)
	return folder


def _on_site(site: str, sites_path: str) -> None:
	import frappe

	from benchmarks import finding_load

	frappe.init(site=site, sites_path=sites_path)
	frappe.connect()
	finding_load.empty_table()


def main(argv: list[str] | None = None) -> int:
	parser = argparse.ArgumentParser(prog="benchmarks.comparison", description=__doc__.splitlines()[0])
	parser.add_argument("--rows", default=f"{ROWS // 10},{ROWS}")
	parser.add_argument("--persons", type=int, default=PERSONS)
	parser.add_argument("--repetitions", type=int, default=3)
	parser.add_argument("--site", default="")
	parser.add_argument("--sites-path", default=".")
	parser.add_argument("--way", choices=WAYS)
	parser.add_argument("--folder", type=Path)
	options = parser.parse_args(argv)
	if options.way:
		if options.site:
			_on_site(options.site, options.sites_path)
		taken = WAYS[options.way](options.folder, bool(options.site))
		highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
		print(json.dumps(taken | {"memory": highest}))
		return 0
	table = Table()
	sizes = tuple(int(each) for each in options.rows.split(","))
	measure(table, sizes, options.persons, options.repetitions, options.site, options.sites_path)
	print(table)
	return int(table.missed)


if __name__ == "__main__":
	raise SystemExit(main())
