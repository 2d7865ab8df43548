"""What two records about a person can have in common, in levels from the strongest to none, with the clerk's words.

Each comparison is one line of the score. A condition is DuckDB's SQL over the columns that ``linkage.py`` prepares,
``_l`` the person on the roster, ``_r`` the other record.
"""

from __future__ import annotations

from dataclasses import dataclass

NAME, BORN, NUMBER, SEX, PLACE = "name", "born", "number", "sex", "place"
# Confused by machines and tired eyes: 0, 3 and 8; 1 and 7; 5 and 6.
ALIKE = ("3876", "0015")


@dataclass(frozen=True)
class Level:
	"""``key`` is what the shipped weights call it; ``frequency`` the column whose frequent values say less."""

	key: str
	said: str
	condition: str
	frequency: str = ""


@dataclass(frozen=True)
class Comparison:
	key: str
	label: str
	absent: str
	levels: tuple[Level, ...]


def _alike(side: str) -> str:
	return f"translate(number_{side}, '{ALIKE[0]}', '{ALIKE[1]}')"


# The costly distance only where it can be small.
DISTANCE = (
	"CASE WHEN length(number_l) <> length(number_r) THEN levenshtein(number_l, number_r)"
	" WHEN hamming(number_l, number_r) = 2 THEN damerau_levenshtein(number_l, number_r)"
	" ELSE hamming(number_l, number_r) END"
)
NEAR_YEAR = "(hamming(year_l, year_r) = 1 OR abs(year_l::INT - year_r::INT) BETWEEN 1 AND 3)"
COMPARISONS = (
	Comparison(
		NAME,
		"姓名",
		"folded_l IS NULL OR folded_r IS NULL",
		(
			Level("same", "姓名相同", "name_l = name_r", "folded"),
			Level("variant", "姓名相同，只是异体字、繁体字不同", "folded_l = folded_r", "folded"),
			Level("sound", "姓名读音相同，字不同", "list_has_any(readings_l, readings_r)", "sound"),
			Level("order", "姓名用字相同，前后颠倒", "signs_l = signs_r AND length(folded_l) > 1", "signs"),
			Level(
				"part",
				"少数民族姓名前半部分相同",
				"first_l = first_r AND length(first_l) > 1 AND (folded_l = first_l OR folded_r = first_r)",
			),
			Level(
				"sign",
				"姓名只差一个字",
				"least(length(folded_l), length(folded_r)) > 2 AND levenshtein(folded_l, folded_r) = 1",
			),
			Level("surname", "同姓，名字不同", "surname_l = surname_r"),
			Level("other", "姓名不同", "ELSE"),
		),
	),
	Comparison(
		BORN,
		"出生日期",
		"coalesce(year_l, monthday_l) IS NULL OR coalesce(year_r, monthday_r) IS NULL",
		(
			Level("same", "出生日期相同", "day_l = day_r"),
			Level("damaged", "没有另填出生日期，损坏的号码里日期不同", "NOT (stated_l AND stated_r)"),
			Level(
				"near_year",
				"出生月日相同，年份只错一个数字或相差三年以内",
				f"monthday_l = monthday_r AND {NEAR_YEAR}",
			),
			Level("monthday", "出生月日相同，年份不同", "monthday_l = monthday_r AND year_l <> year_r"),
			Level("no_year", "出生月日相同，缺年份", "monthday_l = monthday_r"),
			Level(
				"near",
				"出生年份相同，月日只差一个数字",
				"year_l = year_r AND hamming(monthday_l, monthday_r) = 1",
			),
			Level(
				"no_day",
				"出生年份相同，缺月日",
				"year_l = year_r AND (monthday_l IS NULL OR monthday_r IS NULL)",
			),
			Level("year", "出生年份相同，月日不同", "year_l = year_r"),
			Level("other", "出生日期不同", "ELSE"),
		),
	),
	Comparison(
		NUMBER,
		"身份证号",
		"number_l IS NULL OR number_r IS NULL",
		(
			Level("equal", "号码与曾用号码相同", "list_has_any(numbers_l, numbers_r)"),
			Level(
				"alike",
				"号码只有容易看错的数字不同（0、3、8，1、7，5、6）",
				f"{_alike('l')} = {_alike('r')}",
			),
			Level("valid_other", "两个号码都有效，是不同的号码", "state_l = 'valid' AND state_r = 'valid'"),
			Level(
				"masked",
				"号码可见的各位相同",
				"state_r = 'masked' AND number_l LIKE replace(number_r, '*', '_')",
			),
			Level("masked_other", "号码可见的各位不同", "state_r = 'masked'"),
			Level(
				"cut",
				"号码前15位相同，后3位已丢失",
				"left(number_l, 15) = left(number_r, 15) AND right(number_r, 3) = '000'",
			),
			Level("one", "号码只差一位，或相邻两位颠倒", f"{DISTANCE} <= 1"),
			Level(
				"year",
				"号码只有出生年份不同",
				"left(number_l, 6) = left(number_r, 6) AND substr(number_l, 11) = substr(number_r, 11)",
			),
			Level("two", "号码差两位", f"{DISTANCE} <= 2"),
			Level("some", "号码差三、四位", f"{DISTANCE} <= 4"),
			Level("other", "号码损坏，其余各位也不同", "ELSE"),
		),
	),
	Comparison(
		SEX,
		"性别",
		"sex_l IS NULL OR sex_r IS NULL",
		(Level("same", "性别相同", "sex_l = sex_r"), Level("other", "性别不同", "ELSE")),
	),
	Comparison(
		PLACE,
		"地址区划",
		"county_l IS NULL OR county_r IS NULL",
		(
			Level("village", "同一个村（社区）", "village_l = village_r"),
			Level("township", "同一个乡镇（街道）", "township_l = township_r"),
			Level("county", "同一个县", "county_l = county_r"),
			Level("other", "地址区划不同", "ELSE"),
		),
	),
)
START, RIVALS = "起点", "其他人选"
