"""Medians of interleaved repetitions, so that a busy machine disturbs all rows alike."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time


def medians(tasks: dict[str, Callable[[], object]], repetitions: int) -> dict[str, float]:
	"""Median seconds of each task; the tasks take turns."""
	taken: dict[str, list[float]] = {name: [] for name in tasks}
	for task in tasks.values():
		task()
	for _ in range(repetitions):
		for name, task in tasks.items():
			began = perf_counter()
			task()
			taken[name].append(perf_counter() - began)
	return {name: median(times) for name, times in taken.items()}


def queries(task: Callable[[], object]) -> int:
	"""How many SQL statements a task sends."""
	# here, so that what needs no site is measured without one
	import frappe

	count, send = 0, frappe.db.sql

	def counted(*args, **kwargs):
		nonlocal count
		count += 1
		return send(*args, **kwargs)

	frappe.db.sql = counted
	try:
		task()
	finally:
		del frappe.db.sql
	return count


class Stopwatch:
	"""Seconds by the clock and of the processor, all threads together: on a busy machine the second says what the first
	hides.
	"""

	def __init__(self) -> None:
		self.began, self.processor_began = perf_counter(), process_time()

	def read(self) -> dict[str, float]:
		return {"seconds": perf_counter() - self.began, "processor": process_time() - self.processor_began}


class Table:
	"""The printed result, and whether every bar was met."""

	HEAD = ("item", "size", "time", "ratio", "bar", "")

	def __init__(self) -> None:
		self.rows: list[tuple[str, ...]] = []
		self.missed = False

	def add(
		self, item: str, size: str, time: str, ratio: float | None = None, bar: float | None = None
	) -> None:
		verdict = ""
		if bar is not None:
			met = ratio <= bar
			self.missed |= not met
			verdict = "ok" if met else "MISSED"
		shown = "" if ratio is None else f"{ratio:.2f}"
		self.rows.append((item, size, time, shown, "" if bar is None else f"<= {bar:g}", verdict))

	def __str__(self) -> str:
		rows = [self.HEAD, *self.rows]
		widths = [max(len(row[column]) for row in rows) for column in range(len(self.HEAD))]
		lines = [
			"  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
			for row in rows
		]
		lines.insert(1, "-" * (sum(widths) + 2 * len(widths)))
		return "\n".join(lines)


def milliseconds(seconds: float) -> str:
	return f"{seconds * 1000:.1f} ms"
