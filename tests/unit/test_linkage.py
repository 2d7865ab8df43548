"""Near match: who a damaged record is probably about, who is registered twice, and why the score is what it is."""

import json

import duckdb
import pytest

from benchmarks import linkage_curve, planted, planted_damage
from socaid_app.comparison import linkage, linkage_levels, optional, readings
from socaid_app.policy import identity, names

VILLAGE = "220499101201"
NUMBER = "22049919650312123"


def number(first: str) -> str:
	return first + identity.make_check_digit(first)


# --- names ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("written", "otherwise"),
	[
		("张国升", "張國昇"),
		("闫喆", "閻哲"),
		("宁淼", "甯渺"),
		("傅峰", "付峯"),
		("阿依古丽·买买提", "阿依古丽•买买提"),
	],
)
def test_a_name_in_variant_or_traditional_characters_folds_to_the_same(written, otherwise):
	assert readings.folded(written) == readings.folded(otherwise)


@pytest.mark.parametrize("surname", names.SURNAMES)
def test_every_reading_of_a_surname_that_search_knows_is_compared(surname):
	said = {reading[:1] for reading in readings.readings(surname)}
	assert set(names.SURNAMES[surname]) & said


@pytest.mark.parametrize(
	("name", "heard"),
	[
		("单国民", "善国民"),
		("曾蕾", "增蕾"),
		("曾蕾", "赠磊"),
		("解放", "谢放"),
		("仇英", "求英"),
		("朴正", "飘正"),
		("区明", "欧明"),
	],
)
def test_a_surname_is_recognised_by_any_of_its_readings(name, heard):
	assert set(readings.readings(name)) & set(readings.readings(heard))


def test_a_name_in_pinyin_is_read_with_the_surname_in_front_or_behind():
	assert set(readings.readings("LYU GUOMIN")) & set(readings.readings("吕国民"))
	assert set(readings.readings("Guomin Shan")) & set(readings.readings("单国民"))


def test_a_compound_surname_is_one():
	assert [readings.surname(name) for name in ("尉迟恭", "单于飞", "張三", "古丽·买买提")] == [
		"尉迟",
		"单于",
		"张",
		"古丽",
	]


# --- the planted county ---------------------------------------------------------------------------------------
def test_the_same_seed_plants_the_same_county():
	first, second, other = planted.county(3, 300), planted.county(3, 300), planted.county(4, 300)
	assert first.persons == second.persons != other.persons
	assert planted_damage.rows(first, 3) == planted_damage.rows(second, 3)


def test_every_planted_number_is_right_and_says_when_its_owner_was_born():
	for person in planted.county(3, 500).persons:
		card = identity.check_id(person.id_number, planted.TODAY)
		assert (card.birth_date, card.sex[0]) == (person.born_on, person.sex)


def test_a_planted_fact_is_found_by_the_number_however_it_is_written():
	county = planted.county(3, 2000)
	own = {n: person.person for person in county.persons for n in (person.id_number, *person.former_numbers)}
	for fact in planted.facts(county, 3, "pensions", strangers=100):
		assert own.get(identity.normalise_id(fact.id_number.replace("'", ""))) == fact.person


def test_no_damaged_row_has_the_right_number():
	county = planted.county(3, 2000)
	for row in planted_damage.rows(county, 3, 1.0):
		assert row.id_number not in county.numbers or row.kind == planted_damage.STRANGER


# --- candidates -----------------------------------------------------------------------------------------------
PERSONS = [
	("P1", number(NUMBER), [number("22049919650312567")], "单国民", "M", "1965-03-12", VILLAGE),
	("P2", number("22049919700101222"), [], "欧阳秀英", "F", "1970-01-01", VILLAGE),
	("P3", number("22049919700101444"), [], "王丽", "F", "1980-05-05", VILLAGE),
	("P4", number("22049919700101666"), [], "王丽", "F", "1980-05-05", VILLAGE),
]


@pytest.fixture(scope="module")
def others():
	return planted.county(11, 1000).persons


@pytest.fixture
def county(others):
	"""A thousand invented persons, and the ones that a test is about."""
	connection = duckdb.connect()
	planted.load(connection, "persons", others)
	connection.executemany(
		"INSERT INTO persons (person, id_number, former_numbers, name, sex, born_on, division)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		PERSONS,
	)
	return connection


def link(connection, *rows, columns="row_no, id_number, name, sex, born_on, division"):
	connection.execute(
		f"CREATE OR REPLACE TABLE rows AS SELECT * FROM (VALUES {', '.join(map(str, rows))}) AS t({columns})"
	)
	linkage.candidates(connection)
	return connection.execute("SELECT row_no, person, score, parts FROM candidates").fetchall()


def sure(found) -> dict[int, str]:
	return {row_no: person for row_no, person, score, _parts in found if score >= linkage.THRESHOLD}


def test_a_damaged_record_finds_its_person_and_says_why(county):
	whole = number(NUMBER)
	found = link(
		county,
		(1, whole.replace("1965", "1966", 1), "單國民", "M", "", VILLAGE),
		(2, "", "SHAN GUOMIN", "M", "1965-03-12", VILLAGE),
		(3, whole[:6] + "********" + whole[14:], "单国民", "", "", ""),
		(4, "", "国单民", "M", "1965年3月12日".replace("3月", "03月"), VILLAGE),
		(5, "", "单国民", "M", "1956-03-12", VILLAGE),
	)
	assert sure(found) == dict.fromkeys((1, 2, 3, 4, 5), "P1")
	for _row_no, _person, score, parts in found:
		parts = json.loads(parts)
		assert parts[0]["field"] == linkage_levels.START
		assert sum(part["weight"] for part in parts) == pytest.approx(score, abs=0.05)
	said = {part["field"]: part["said"] for part in json.loads(found[1][3])}
	assert said["姓名"] == "姓名读音相同，字不同"
	assert said["出生日期"] == "出生日期相同"


def test_a_row_with_a_number_that_is_somebodys_needs_no_candidate(county):
	found = link(
		county,
		(1, number(NUMBER), "单国民", "M", "1965-03-12", VILLAGE),
		(2, number("22049919650312567").lower(), "单国民", "M", "1965-03-12", VILLAGE),
		(3, "２２０４９９６５０３１２１２３", "单国民", "M", "1965-03-12", VILLAGE),
	)
	assert found == []


def test_of_two_persons_who_fit_alike_neither_is_sure(county):
	found = link(county, (1, "", "王丽", "F", "1980-05-05", VILLAGE))
	assert {person for _row, person, _score, _parts in found} == {"P3", "P4"}
	assert sure(found) == {}
	assert json.loads(found[0][3])[-1]["field"] == linkage_levels.RIVALS


def test_a_namesake_born_in_the_same_year_in_the_same_village_is_not_taken_for_the_person(county):
	assert sure(link(county, (1, "", "单国民", "M", "1965-11-30", VILLAGE))) == {}


def test_another_sound_number_speaks_against_the_person(county):
	other = number("22049919650312789")
	((_row, _person, score, _parts),) = link(county, (1, other, "单国民", "M", "1965-03-12", VILLAGE))
	((_row, _person, without, _parts),) = link(county, (1, "", "单国民", "M", "1965-03-12", VILLAGE))
	assert score < without


def test_a_source_that_knows_name_and_number_alone_is_linked(county):
	found = link(county, (1, number(NUMBER)[:17], "单国民"), columns="row_no, id_number, name")
	assert sure(found) == {1: "P1"}


def test_the_same_rows_in_another_order_have_the_same_scores(county):
	rows = [(1, "", "单国民", "M", "1965-03-12", VILLAGE), (2, "", "欧阳秀英", "F", "1970-01-01", VILLAGE)]
	assert link(county, *rows) == link(county, *reversed(rows))


def test_nothing_to_link_gives_no_candidates_and_leaves_nothing_behind(county):
	county.execute("CREATE TABLE rows (row_no BIGINT, name VARCHAR)")
	linkage.candidates(county)
	assert county.execute("SELECT * FROM candidates").fetchall() == []
	assert county.execute("SHOW TABLES").fetchall() == [("candidates",), ("persons",), ("rows",)]
	county.execute("INSERT INTO rows VALUES (1, '单国民')")
	linkage.candidates(county)
	assert county.execute("SHOW TABLES").fetchall() == [("candidates",), ("persons",), ("rows",)]


# --- duplicates -----------------------------------------------------------------------------------------------
def test_who_is_registered_twice_is_found_and_twins_are_not(county):
	county.executemany(
		"INSERT INTO persons (person, id_number, former_numbers, name, sex, born_on, division)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		[
			("Q1", None, [], "單國民", "M", "1965-03-12", VILLAGE),
			("T1", number("22049920100606011"), [], "孙浩宇", "M", "2010-06-06", VILLAGE),
			("T2", number("22049920100606013"), [], "孙浩轩", "M", "2010-06-06", VILLAGE),
		],
	)
	linkage.duplicates(county)
	found = county.execute("SELECT person, other, score, parts FROM duplicates").fetchall()
	pairs = {(person, other) for person, other, score, _ in found if score >= linkage.DUPLICATES_THRESHOLD}
	assert ("P1", "Q1") in pairs
	assert not [pair for pair in pairs if pair[0].startswith("T")]
	parts = json.loads(found[0][3])
	assert sum(part["weight"] for part in parts) == pytest.approx(found[0][2], abs=0.05)


# --- the bars, on a small county ------------------------------------------------------------------------------
def test_the_shipped_threshold_reaches_its_bars_on_a_county_the_weights_never_saw():
	point = linkage_curve.link(seed=linkage_curve.SEED + 1, size=6000, share=0.5).point(linkage.THRESHOLD)
	assert point.sought > 2000
	assert point.precision >= linkage_curve.PRECISION_BAR
	assert point.recall >= linkage_curve.RECALL_BAR


def test_every_level_has_its_weights_and_they_are_shares():
	for model in ("link", "duplicates"):
		for comparison in linkage_levels.COMPARISONS:
			shipped = linkage.shipped_weights()[model][comparison.key]
			assert list(shipped) == [level.key for level in comparison.levels]
			assert sum(m for m, _u in shipped.values()) == pytest.approx(1, abs=0.01)


# --- the library ----------------------------------------------------------------------------------------------
def test_without_splink_the_administrator_is_told_what_to_install(monkeypatch, county):
	present = optional.importlib.import_module

	def without(name, *rest):
		if name.startswith("splink"):
			raise ImportError("No module named 'splink'")
		return present(name, *rest)

	monkeypatch.setattr(optional.importlib, "import_module", without)
	with pytest.raises(optional.LibraryMissing, match=r"socaid_app\[linkage\]"):
		link(county, (1, "", "单国民", "M", "1965-03-12", VILLAGE))
