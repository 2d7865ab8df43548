"""The invented county: the same seed gives the same people, and the law would grant what they get."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from socaid_app.policy import identity, names, snapshot, terms
from socaid_demo import county_staff, county_villages, invented_numbers, population
from socaid_demo.benefit_history import Rules

SEED, TODAY = 20260701, date(2026, 11, 23)


@pytest.fixture(scope="module")
def rules(parameters, standards, calendar):
	return Rules(parameters, standards, calendar)


def county(rules, count, seed=SEED, snapshots=False):
	made = population.Population(population.Plan(seed, TODAY, snapshots), rules, county_staff.roster(seed))
	for _index in made.families(count):
		pass
	return made.book


@pytest.fixture(scope="module")
def book(rules):
	return county(rules, 400, snapshots=True)


def test_the_same_seed_gives_identical_rows(rules):
	assert county(rules, 60).tables == county(rules, 60).tables
	assert county(rules, 60).tables != county(rules, 60, seed=1).tables


def test_a_small_county_is_the_beginning_of_a_large_one(rules):
	small, large = county(rules, 40), county(rules, 80)
	for doctype, rows in small.tables.items():
		assert large.tables[doctype][: len(rows)] == rows


def test_every_id_number_is_valid_unique_and_of_a_county_that_was_never_issued(book):
	found = [row["id_number"] for row in book.tables["Recipient Identity"]]
	assert len(found) == len(set(found))
	for number in found:
		assert identity.check_id(number, TODAY).division_code == invented_numbers.PREFIX == "220499"


def test_the_serials_of_a_day_run_out_rather_than_repeat():
	ids = invented_numbers.IdNumbers()
	given = {ids.next(date(1960, 1, 1), terms.MALE) for _ in range(invented_numbers.PER_DAY)}
	assert len(given) == invented_numbers.PER_DAY
	with pytest.raises(invented_numbers.SerialsExhausted):
		ids.next(date(1960, 1, 1), terms.MALE)


def test_birth_date_and_sex_are_those_of_the_number(book):
	people = {row["name"]: row for row in book.tables["Recipient"]}
	for row in book.tables["Recipient Identity"]:
		card = identity.check_id(row["id_number"], TODAY)
		person = people[row["recipient"]]
		assert (card.birth_date, card.sex) == (person["birth_date"], person["sex"])
		assert person["id_number"] == identity.mask_id(row["id_number"])
		assert person["pinyin"] == names.initials(person["full_name"])


def test_parents_are_old_enough_to_be_parents(book):
	born = {row["name"]: row["birth_date"] for row in book.tables["Recipient"]}
	heads = {row["name"]: born[row["head"]] for row in book.tables["Recipient Household"]}
	for row in book.tables["Household Member"]:
		years = (born[row["recipient"]] - heads[row["parent"]]).days / 365.25
		if row["kinship"] in ("20", "30"):
			assert years > 13, row
		if row["kinship"] in ("41", "42"):
			assert years > 35, row
		if row["kinship"] in ("51", "52"):
			assert years < -13, row


def test_every_amount_is_what_the_law_library_computes_from_its_basis(book):
	for row in book.tables["Entitlement"]:
		result = snapshot.replay(row["basis_snapshot"])
		assert result.eligible, [line.text for line in result.lines if line.outcome is False]
		assert result.amount == row["amount"], row
		assert result.category == row["category"]


def test_shares_add_up_to_the_amount(book):
	shares = Counter()
	for row in book.tables["Entitlement Share"]:
		shares[row["parent"]] += row["share"]
	for row in book.tables["Entitlement"]:
		assert shares[row["name"]] == row["amount"]


def test_a_changed_benefit_follows_the_one_it_replaces(book):
	by_name = {row["name"]: row for row in book.tables["Entitlement"]}
	followed = [row for row in by_name.values() if row["previous_entitlement"]]
	assert followed
	for row in followed:
		before = by_name[row["previous_entitlement"]]
		assert before["status"] == "Ended"
		assert before["household"] == row["household"]
		assert before["end_month"] < row["start_month"]


def test_amounts_follow_the_standards_as_they_rose(book):
	amounts = {
		(row["start_month"] < date(2025, 1, 1), row["amount"] > Decimal("611"))
		for row in book.tables["Entitlement"]
		if row["scheme"] == terms.TEKUN and row["area"] == terms.RURAL
	}
	assert (False, True) in amounts
	assert (True, True) in amounts or (True, False) in amounts


def test_every_state_of_the_workflow_is_shown_in_several_townships(rules):
	townships = {}
	for row in county(rules, 3000).tables["Assistance Application"]:
		townships.setdefault(row["workflow_state"], set()).add(row["township"])
	assert set(townships) == set(terms.STATES)
	assert min(len(places) for places in townships.values()) >= 3


def test_invented_villages_are_marked_and_lie_under_their_township():
	found = county_villages.villages(SEED)
	assert len({village.code for village in found}) == len(found)
	assert len({village.name for village in found}) == len(found)
	assert {village.township for village in found} == set(county_villages.townships())
	for village in found:
		assert village.code[:9] == village.township[:9]
		assert village.invented == (
			village.township not in (county_villages.JIASHAN, county_villages.JINZHOU)
		)
