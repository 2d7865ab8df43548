from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socaid_app.policy.identity import (
	IdentityError,
	age_on,
	check_id,
	make_check_digit,
	mask_account,
	mask_id,
	mask_name,
	mask_phone,
	normalise_id,
)

TODAY = date(2026, 11, 23)


def test_the_standards_own_example_is_valid():
	card = check_id("11010519491231002x", TODAY)
	assert (card.number, card.birth_date, card.sex) == ("11010519491231002X", date(1949, 12, 31), "Female")


def test_an_old_number_of_15_digits_becomes_18():
	assert normalise_id("110105491231002") == "11010519491231002X"


def test_full_width_characters_and_spaces_are_accepted():
	assert normalise_id(" １１０１０５ 19491231 002ｘ") == "11010519491231002X"


def test_an_abolished_division_code_is_no_reason_to_refuse():
	first = "999999" + "19800101" + "123"
	assert check_id(first + make_check_digit(first), TODAY).division_code == "999999"


@pytest.mark.parametrize(
	"number, says",
	[
		("", "请输入"),
		("1101051949123100", "18位"),
		("1101051949123100AX", "18位"),
		("110105194913310024", "出生日期不存在"),
		("110105194912310021", "校验码"),
		("110105209912310024", "在未来"),
	],
)
def test_a_wrong_number_is_refused_with_a_sentence_that_says_why(number, says):
	with pytest.raises(IdentityError, match=says):
		check_id(number, TODAY)


@given(st.dates(date(1930, 1, 1), TODAY), st.integers(0, 999), st.integers(110000, 659000))
def test_a_number_made_with_its_check_digit_is_valid_and_one_digit_off_is_not(born, sequence, place):
	first = f"{place}{born:%Y%m%d}{sequence:03d}"
	number = first + make_check_digit(first)
	assert check_id(number, TODAY).birth_date == born
	wrong = number[:16] + str((int(number[16]) + 1) % 10) + number[17]
	with pytest.raises(IdentityError):
		check_id(wrong, TODAY)


@given(st.text("0123456789", min_size=0, max_size=25))
def test_masks_keep_the_length_and_hide_the_middle(text):
	for mask, shown in ((mask_id, 5), (mask_phone, 7), (mask_account, 4)):
		masked = mask(text)
		assert len(masked) == len(text)
		assert sum(character != "*" for character in masked) <= shown
		if len(text) >= 10:
			assert "***" in masked


def test_the_masks_of_the_public_notices():
	assert mask_id("110105194912310021") == "11*************021"
	assert mask_phone("13812341234") == "138****1234"
	assert mask_name("张国民") == "张**"


def test_age_is_in_completed_years():
	assert age_on(date(2008, 11, 24), TODAY) == 17
	assert age_on(date(2008, 11, 23), TODAY) == 18
