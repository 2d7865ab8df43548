"""Chinese questions become words that MariaDB's index holds, and one thing has one name."""

import pytest

from socaid_app.petition_desk import segmentation as text


def test_every_indexed_word_is_long_enough_for_the_index():
	for token in text.padded(text.words("低保户申请，每月领多少钱？")).split():
		assert len(token) >= text.WIDTH


def test_a_two_character_word_is_padded_and_not_lost():
	assert text.padded(["低保"]) == "低保__"


@pytest.mark.parametrize("name", ["最低生活保障", "低保", "低保金", "低保户"])
def test_different_names_of_the_minimum_living_benefit_are_one_word(name):
	assert text.words(name) == ["低保"]


@pytest.mark.parametrize(("name", "word"), [("五保户", "特困"), ("养老院", "敬老院"), ("上访", "信访")])
def test_what_people_say_is_found_under_the_official_word(name, word):
	assert word in text.words(name)


def test_a_longer_name_goes_before_the_shorter_one_inside_it():
	assert "低保边缘" in text.words("边缘家庭")
	assert text.normal("最低生活保障金") == "低保"


def test_no_group_replaces_a_name_by_a_word_that_another_group_replaces():
	canonical = {group[0] for group in text.SYNONYMS}
	replaced = {name for group in text.SYNONYMS for name in group[1:]}
	assert not canonical & replaced


def test_no_name_means_two_things():
	names = [name for group in text.SYNONYMS for name in group]
	assert len(names) == len(set(names))


def test_how_to_do_it_asks_for_the_application():
	assert "申请" in text.words("低保怎么办")
	assert "申请" not in text.words("低保停发怎么办")


def test_words_without_a_subject_are_left_out():
	assert text.words("请问我可以吗？") == []
	assert text.words("") == text.words(None) == []


def test_full_width_letters_and_digits_are_plain():
	assert text.words("１２３４５") == ["12345"]


def test_search_operators_of_the_database_do_not_survive():
	assert "+" not in text.padded(text.words('+低保 -"特困"* @公示 (x'))


def test_single_characters_do_not_mix_with_words():
	signs = text.single(text.characters("低保"))
	assert text.characters_of(signs) == {"低", "保"}
	assert not set(signs.split()) & set(text.padded(["低保", "低", "保"]).split())


def test_a_text_always_gives_the_same_words():
	assert text.words("刚性支出困难家庭认定后管多久") == text.words("刚性支出困难家庭认定后管多久")
