"""Working days as the State Council announces them, make-up workdays (调休) included.

Of a year that has not been announced the holidays are known that the standing rule fixes (国务院令第795号 Art. 2, in
force since 2025-01-01); make-up workdays and bridges are not, so every result that touches such a year is marked
provisional: a guess must never look like a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

HOLIDAY, MAKE_UP = "Holiday", "Make-up Workday"
ONE_DAY = timedelta(days=1)

# chinesecalendar names its occasions in English; these are their official names.
OCCASIONS = {
	chinese_calendar.Holiday.new_years_day.value: "元旦",
	chinese_calendar.Holiday.spring_festival.value: "春节",
	chinese_calendar.Holiday.tomb_sweeping_day.value: "清明节",
	chinese_calendar.Holiday.labour_day.value: "劳动节",
	chinese_calendar.Holiday.dragon_boat_festival.value: "端午节",
	chinese_calendar.Holiday.national_day.value: "国庆节",
	chinese_calendar.Holiday.mid_autumn_festival.value: "中秋节",
	chinese_calendar.Holiday.anti_fascist_70th_day.value: "抗战胜利纪念日",
}


@dataclass(frozen=True)
class OfficialDay:
	"""A day that differs from the plain week: a holiday, or a weekend that is worked."""

	day: date
	kind: str
	name: str


def official_days(year: int) -> list[OfficialDay]:
	"""Holidays and make-up workdays of an announced year, in order; empty when not announced."""
	found = [
		OfficialDay(day, HOLIDAY, OCCASIONS.get(name, name))
		for day, name in holidays.items()
		if day.year == year
	]
	found += [
		OfficialDay(day, MAKE_UP, OCCASIONS.get(name, name))
		for day, name in workdays.items()
		if day.year == year
	]
	return sorted(found, key=lambda item: item.day)


# Days of the lunar calendar and Qingming, which the standing rule names and the sun and moon date.
_MOON_AND_SUN: dict[int, dict[str, tuple[int, int]]] = {
	2027: {"new_year": (2, 6), "qingming": (4, 5), "dragon_boat": (6, 9), "mid_autumn": (9, 15)},
}


def standing_holidays(year: int) -> list[OfficialDay]:
	"""The holidays that the standing rule fixes in a year, in order; empty where its moon and sun are not entered.

	1 January; the eve and the first three days of the Spring Festival; Qingming; 1-2 May; Dragon Boat; Mid-Autumn;
	1-3 October.
	"""
	if year not in _MOON_AND_SUN:
		return []
	dates = {name: date(year, *month_and_day) for name, month_and_day in _MOON_AND_SUN[year].items()}
	first = dates["new_year"]
	named = [
		(date(year, 1, 1), "元旦"),
		*((first + ONE_DAY * n, "春节") for n in range(-1, 3)),
		(dates["qingming"], "清明节"),
		(date(year, 5, 1), "劳动节"),
		(date(year, 5, 2), "劳动节"),
		(dates["dragon_boat"], "端午节"),
		(dates["mid_autumn"], "中秋节"),
		*((date(year, 10, n), "国庆节") for n in range(1, 4)),
	]
	return sorted((OfficialDay(day, HOLIDAY, name) for day, name in named), key=lambda item: item.day)


def standing_years() -> list[int]:
	"""Years whose holidays are known by the standing rule alone."""
	return sorted(_MOON_AND_SUN.keys() - announced_years())


@lru_cache
def announced_years() -> frozenset[int]:
	"""The years that the installed chinesecalendar knows."""
	return frozenset(day.year for day in holidays)


@dataclass(frozen=True)
class WorkCalendar:
	"""``days``: date → is it a working day, for every day that differs from the plain week."""

	days: Mapping[date, bool] = field(default_factory=dict)
	years: frozenset[int] = frozenset()

	@classmethod
	def shipped(cls) -> WorkCalendar:
		"""All years of the installed chinesecalendar, and what the standing rule says of the next ones."""
		known = [item for year in announced_years() for item in official_days(year)]
		known += [item for year in standing_years() for item in standing_holidays(year)]
		return cls.from_days(known, announced_years())

	@classmethod
	def from_days(cls, days: Iterable[OfficialDay], years: Iterable[int]) -> WorkCalendar:
		return cls({item.day: item.kind == MAKE_UP for item in days}, frozenset(years))

	def announced(self, year: int) -> bool:
		return year in self.years

	def is_workday(self, day: date) -> bool:
		return self.days.get(day, day.weekday() < 5)

	def roll(self, day: date) -> tuple[date, bool]:
		"""``day`` or the next working day (民法典 Art. 203), and whether that is provisional."""
		while not self.is_workday(day):
			day += ONE_DAY
		return day, not self.announced(day.year)

	def add_workdays(self, start: date, count: int) -> tuple[date, bool]:
		"""The ``count``-th working day after ``start`` (the starting day is not counted, 民法典 Art. 201)
		and whether it rests on a year not yet announced."""
		if count < 0:
			raise ValueError("工作日数不能为负数。")
		if count == 0:
			return self.roll(start)
		day, provisional = start, False
		while count:
			day += ONE_DAY
			provisional = provisional or not self.announced(day.year)
			count -= self.is_workday(day)
		return day, provisional

	def add_days(self, start: date, count: int) -> tuple[date, bool]:
		"""``count`` calendar days after ``start``; a last day off moves to the next working day (Art. 203)."""
		return self.roll(start + timedelta(days=count))

	def workdays_between(self, start: date, end: date) -> int:
		"""Working days after ``start`` up to and including ``end``."""
		return sum(self.is_workday(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))
