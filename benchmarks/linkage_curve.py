"""How well the linkage finds, on planted counties whose seed the weights have never seen: precision and recall at every
threshold, by kind of damage; and how long it takes on a large source.

    python -m benchmarks.linkage_curve [--write]

With ``--write`` the tables and pictures of docs/linkage.zh.md are made anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import duckdb

from benchmarks import planted, planted_damage
from socaid_app.comparison import linkage

if TYPE_CHECKING:
	from benchmarks.measure import Table

DOCS = Path(__file__).resolve().parent.parent / "docs"
SEED, SIZE, SHARE, TWICE = 7, 100_000, 0.3, 0.01
# One county has some thousand persons registered twice in ten years: five counties tell a percent from chance.
TWICE_SEEDS = (505, 606, 707, 808, 909)
PRECISION_BAR, RECALL_BAR = 0.99, 0.95
THRESHOLDS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16)


@dataclass(frozen=True)
class Point:
	"""What is found from a threshold on."""

	threshold: float
	right: int
	wrong: int
	sought: int

	@property
	def precision(self) -> float:
		return self.right / max(self.right + self.wrong, 1)

	@property
	def recall(self) -> float:
		return self.right / max(self.sought, 1)


@dataclass(frozen=True)
class Result:
	"""Scores of right candidates by kind, of wrong ones by kind, how many of each kind there were."""

	right: dict[str, list[float]]
	wrong: dict[str, list[float]]
	rows: dict[str, int]
	bare: frozenset[str]
	seconds: float

	def point(self, threshold: float, kinds: Iterable[str] | None = None) -> Point:
		"""Over all kinds: recall over those that say enough, precision over everything that is shown."""
		every = kinds is None
		kinds = list(self.rows) if every else list(kinds)
		counted = [kind for kind in kinds if not (every and kind in self.bare)]
		right = sum(score >= threshold for kind in counted for score in self.right.get(kind, ()))
		wrong = sum(score >= threshold for kind in kinds for score in self.wrong.get(kind, ()))
		return Point(threshold, right, wrong, sum(self.rows[kind] for kind in counted if self.sought(kind)))

	def sought(self, kind: str) -> bool:
		return kind not in planted_damage.NOBODY


def link(seed: int = SEED, size: int = SIZE, share: float = SHARE) -> Result:
	connection = duckdb.connect()
	county = planted.county(seed, size)
	rows = planted_damage.rows(county, seed, share)
	planted.load(connection, "persons", county.persons)
	planted.load(connection, "rows", rows)
	began = perf_counter()
	linkage.candidates(connection)
	seconds = perf_counter() - began
	found = connection.execute("""
		SELECT rows.kind, coalesce(rows.person = candidates.person, false), score
		FROM candidates JOIN rows USING (row_no)""").fetchall()
	return result(found, [row.kind for row in rows], seconds)


def duplicates(seeds: Iterable[int] = TWICE_SEEDS, size: int = SIZE, share: float = TWICE) -> Result:
	"""Of several counties together."""
	found, kinds, seconds = [], ["不同的人"], 0.0
	for seed in seeds:
		rows, planted_kinds, took = _duplicates_of(seed, size, share)
		found, kinds, seconds = found + rows, kinds + planted_kinds, seconds + took
	return result(found, kinds, seconds)


def _duplicates_of(seed: int, size: int, share: float) -> tuple[list[tuple], list[str], float]:
	connection = duckdb.connect()
	county = planted.county(seed, size)
	added, truth = planted_damage.registered_twice(county, seed, share)
	planted.load(connection, "persons", county.persons + added)
	planted.load(connection, "twice", truth)
	began = perf_counter()
	linkage.duplicates(connection)
	seconds = perf_counter() - began
	found = connection.execute("""
		SELECT coalesce(kind, '不同的人'), kind IS NOT NULL, score FROM duplicates LEFT JOIN twice
		ON least(twice.person, twice.other) = duplicates.person AND greatest(twice.person, twice.other) = duplicates.other
		""").fetchall()
	return found, [pair.kind for pair in truth], seconds


def result(found: list[tuple], kinds: list[str], seconds: float) -> Result:
	right: dict[str, list[float]] = {}
	wrong: dict[str, list[float]] = {}
	for kind, true, score in found:
		(right if true else wrong).setdefault(kind, []).append(score)
	rows = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
	bare = frozenset(kind.label for kind in planted_damage.KINDS if kind.bare)
	bare |= {"不同的人", planted_damage.TWICE_YEAR_MOVED}
	return Result(right, wrong, rows, bare, seconds)


# --- a large source ---------------------------------------------------------------------------------------------
LARGE, GROWTH, GROWTH_BAR = 40_000, 10, 1.2


def large(rows: int, size: int = SIZE) -> float:
	"""Seconds for a source of which every row has a missing or damaged number, nearly all about strangers."""
	connection = duckdb.connect()
	planted.load(connection, "persons", planted.county(SEED, size).persons)
	connection.execute(f"""
		CREATE TABLE rows AS
		SELECT n AS row_no, left(a.name, 1) || substr(b.name, 2) AS name, b.sex,
			(a.born_on + (hash(n) % 200)::INT)::VARCHAR AS born_on, a.division,
			CASE n % 3 WHEN 0 THEN '' ELSE left(a.id_number, 14) || (hash(n, 1) % 8999 + 1000) END AS id_number
		FROM range({rows}) t(n)
		JOIN (SELECT *, row_number() OVER () AS place FROM persons) a ON a.place = 1 + hash(n, 2) % {size}
		JOIN (SELECT *, row_number() OVER () AS place FROM persons) b ON b.place = 1 + hash(n, 3) % {size}
	""")
	began = perf_counter()
	linkage.candidates(connection)
	return perf_counter() - began


def measure(table: Table) -> None:
	"""The bars of the linkage in ``make bench``; a share that is missed is compared with the share that may be."""
	found = link()
	point = found.point(linkage.THRESHOLD)
	size = f"{SIZE:,} persons, {sum(found.rows.values()):,} rows"
	table.add("near match", size, f"{found.seconds:.1f} s")
	for name, reached, bar in (
		("precision", point.precision, PRECISION_BAR),
		("recall", point.recall, RECALL_BAR),
	):
		table.add(f"  {name} {reached:.4f}, share missed", "", "", (1 - reached) / (1 - bar), 1.0)
	twice = duplicates()
	point = twice.point(linkage.DUPLICATES_THRESHOLD)
	table.add(
		f"registered twice: precision {point.precision:.4f}, recall {point.recall:.4f}",
		f"{len(TWICE_SEEDS)} × {SIZE:,} persons",
		f"{twice.seconds:.1f} s",
	)
	few, many = large(LARGE), large(LARGE * GROWTH)
	table.add("near match of strangers", f"{LARGE:,} rows", f"{few:.1f} s")
	table.add(
		"near match of strangers, growth",
		f"{LARGE * GROWTH:,} rows",
		f"{many:.1f} s",
		many / few / GROWTH,
		GROWTH_BAR,
	)


# --- docs/linkage.zh.md -----------------------------------------------------------------------------------------
BEGIN, END = "<!-- 以下由 python -m benchmarks.linkage_curve --write 生成 -->", "<!-- 生成部分到此为止 -->"


def main() -> int:
	parser = argparse.ArgumentParser(prog="benchmarks.linkage_curve", description=__doc__.splitlines()[0])
	parser.add_argument("--write", action="store_true", help="make the tables of docs/linkage.zh.md anew")
	options = parser.parse_args()
	linked, twice = link(), duplicates()
	text = "\n".join((BEGIN, "", *report(linked, twice), "", END))
	print(text)
	if options.write:
		page = DOCS / "linkage.zh.md"
		before, rest = page.read_text(encoding="utf-8").split(BEGIN)
		page.write_text(before + text + rest.split(END)[1], encoding="utf-8")
		(DOCS / "images" / "linkage-curve.svg").write_text(picture(linked, twice), encoding="utf-8")
	point = linked.point(linkage.THRESHOLD)
	return int(point.precision < PRECISION_BAR or point.recall < RECALL_BAR)


def report(linked: Result, twice: Result) -> list[str]:
	lines = ["### 精确率与召回率（与外部数据比对）", "", *curve(linked, linkage.THRESHOLD)]
	lines += ["", f"### 各种损坏（阈值 {linkage.THRESHOLD:g}）", ""]
	lines += ["| 损坏 | 行数 | 找到 | 召回率 | 认错人 |", "|---|--:|--:|--:|--:|"]
	for kind in [one.label for one in planted_damage.KINDS]:
		point = linked.point(linkage.THRESHOLD, [kind])
		mark = "（信息不足，不计入目标）" if kind in linked.bare else ""
		lines.append(
			f"| {kind}{mark} | {linked.rows[kind]:,} | {point.right:,} | {point.recall:.1%} | {point.wrong} |"
		)
	for kind in planted_damage.NOBODY:
		wrong = linked.point(linkage.THRESHOLD, [kind]).wrong
		lines.append(f"| {kind} | {linked.rows[kind]:,} | — | — | {wrong} |")
	lines += ["", "### 名册内重复登记", "", *curve(twice, linkage.DUPLICATES_THRESHOLD), ""]
	lines += ["| 重复登记 | 对数 | 找到 | 召回率 |", "|---|--:|--:|--:|"]
	for kind in sorted(kind for kind in twice.rows if kind != "不同的人"):
		point = twice.point(linkage.DUPLICATES_THRESHOLD, [kind])
		mark = "（信息不足，不计入目标）" if kind in twice.bare else ""
		lines.append(f"| {kind}{mark} | {twice.rows[kind]:,} | {point.right:,} | {point.recall:.1%} |")
	return lines


def curve(result: Result, shipped: float) -> list[str]:
	lines = ["| 阈值 | 精确率 | 召回率 | 找对 | 认错 |", "|--:|--:|--:|--:|--:|"]
	for threshold in sorted({*THRESHOLDS, shipped}):
		point = result.point(threshold)
		mark = "**" if threshold == shipped else ""
		lines.append(
			f"| {mark}{threshold:g}{mark} | {point.precision:.2%} | {point.recall:.2%} | {point.right:,} | {point.wrong} |"
		)
	return lines


def picture(linked: Result, twice: Result) -> str:
	"""Recall to the right, precision upwards, from 0.9 on; a dot for each threshold."""
	width, height, margin, least = 640, 420, 60, 0.9

	def place(recall: float, precision: float) -> tuple[float, float]:
		across, up = ((max(value, least) - least) / (1 - least) for value in (recall, precision))
		return margin + across * (width - 2 * margin), height - margin - up * (height - 2 * margin)

	found = [
		f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
		f'<rect width="{width}" height="{height}" fill="#fff"/>',
	]
	for step in range(6):
		value = least + step * (1 - least) / 5
		x, y = place(value, value)
		found.append(
			f'<path d="M{x:.0f} {margin}V{height - margin}M{margin} {y:.0f}H{width - margin}" stroke="#ddd"/>'
		)
		found.append(f'<text x="{x:.0f}" y="{height - margin + 20}" text-anchor="middle">{value:.0%}</text>')
		found.append(f'<text x="{margin - 8}" y="{y + 4:.0f}" text-anchor="end">{value:.0%}</text>')
	left, top = place(RECALL_BAR, 1)
	right, bottom = place(1, PRECISION_BAR)
	found.append(
		f'<rect x="{left:.0f}" y="{top:.0f}" width="{right - left:.0f}" height="{bottom - top:.0f}" fill="#2a9d3a" opacity="0.15"/>'
	)
	for result, shipped, colour in (
		(linked, linkage.THRESHOLD, "#1f5fa8"),
		(twice, linkage.DUPLICATES_THRESHOLD, "#b5541c"),
	):
		points = [result.point(threshold) for threshold in THRESHOLDS]
		dots = [place(one.recall, one.precision) for one in points if one.recall >= least]
		path = "L".join(f"{x:.1f} {y:.1f}" for x, y in dots)
		found.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
		found += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in dots]
		here = result.point(shipped)
		x, y = place(here.recall, here.precision)
		found.append(
			f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="none" stroke="{colour}" stroke-width="2"/>'
		)
	found += [
		f'<text x="{width / 2:.0f}" y="{height - 15}" text-anchor="middle">召回率</text>',
		f'<text x="18" y="{height / 2:.0f}" text-anchor="middle" transform="rotate(-90 18 {height / 2:.0f})">精确率</text>',
		f'<text x="{margin}" y="22" fill="#1f5fa8">● 与外部数据比对</text>',
		f'<text x="{margin + 160}" y="22" fill="#b5541c">● 名册内重复登记</text>',
		f'<text x="{margin}" y="42" fill="#555">圈出的是出厂阈值；绿色为目标（精确率≥99%，召回率≥95%）</text>',
		"</svg>",
	]
	return "\n".join(found) + "\n"


if __name__ == "__main__":
	sys.exit(main())
