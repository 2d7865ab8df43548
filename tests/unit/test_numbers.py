"""One form of each number, and what is no such number."""

from datetime import date

import pytest

from socaid_app.policy import identity, numbers

ID = "11010519491231002X"


@pytest.mark.parametrize(
	"written",
	[
		"13988881112", "+8613988881112", "0086 139 8888 1112", "86-139-8888-1112", "139-8888-1112",
		"１３９８８８８１１１２", "139 8888 1112", "139\u20148888\u20141112", "\u200b13988881112", "(+86)13988881112",
		13988881112, "'13988881112",
	],
)  # fmt: skip
def test_a_mobile_number_is_one_number_however_it_is_written(written):
	assert numbers.check_phone(written) == numbers.normalise_phone(written) == "13988881112"


@pytest.mark.parametrize(
	"written, stored",
	[
		("0437-5550000", "04375550000"),
		("(0437) 5550000", "04375550000"),
		("+86 437 5550000", "04375550000"),
		("0437-5550000-8001", "04375550000-8001"),
		("0437-5550000转8001", "04375550000-8001"),
		("5550000", "5550000"),
		("5550000-801", "5550000-801"),
		("+7 912 345-67-89", "+79123456789"),
		("", ""),
		(None, ""),
	],
)
def test_other_telephones(written, stored):
	assert numbers.check_phone(written) == stored


@pytest.mark.parametrize(
	"nonsense",
	["没有", "无", "暂无", "1.39E+10", "139888811", "139888811123", "11111111111", "00000000000", "12345678901",
	 "13988881112 张三", "13988881112/13988881113", "13988881112,13988881113", "abc", "1112", "0", "138****1234"],
)  # fmt: skip
def test_nonsense_is_no_telephone(nonsense):
	with pytest.raises(numbers.NumberError, match="电话"):
		numbers.check_phone(nonsense)


def test_short_numbers_belong_to_offices():
	assert numbers.check_phone("12345", service=True) == "12345"
	with pytest.raises(numbers.NumberError):
		numbers.check_phone("12345")


@pytest.mark.parametrize(
	"written",
	["6228 4806 7000 1812 345", "6228-4806-7000-1812-345", "６２２８480670001812345", 6228480670001812345],
)
def test_blanks_in_an_account_are_fine(written):
	assert numbers.check_account(written) == "6228480670001812345"


@pytest.mark.parametrize(
	"nonsense",
	["6.21700001001234E+18", "6.217e+18", 6.217e18, "没有", "6228480670001812345（农行）", "13988881112",
	 "0000000000000000000", "123456789012345678", "62284806700018", "622848067000181234567", "621700*******0012"],
)  # fmt: skip
def test_nonsense_is_no_account(nonsense):
	with pytest.raises(numbers.NumberError, match="银行"):
		numbers.check_account(nonsense)


@pytest.mark.parametrize("written", [f"{ID}44", f"{ID[:-1]}x 4 4", f"{ID}44B1"])
def test_a_certificate_begins_with_an_identity_number(written):
	assert numbers.check_certificate(written, identity.is_id).startswith(f"{ID}44")


@pytest.mark.parametrize(
	"nonsense", ["没有", ID, f"{ID}84", f"{ID}45", "11010519491231002144", "6.2E+19", "二级"]
)
def test_nonsense_is_no_certificate(nonsense):
	with pytest.raises(numbers.NumberError, match="残疾人证"):
		numbers.check_certificate(nonsense, identity.is_id)


@pytest.mark.parametrize(
	"written",
	[
		f"'{ID}",
		"110105 19491231 002x",
		"１１０１０５19491231002Ｘ",
		"11010519491231002×",
		"110105‑19491231‑002X",
	],
)
def test_an_identity_number_is_one_number_however_it_is_written(written):
	assert identity.check_id(written, date(2026, 11, 24)).number == ID


def test_what_a_spreadsheet_made_of_an_identity_number_is_said():
	with pytest.raises(numbers.NumberError, match="科学计数法"):
		identity.check_id("1.10105194912310E+17", date(2026, 11, 24))


@pytest.mark.parametrize(
	"number, asked",
	[
		("220422199001011000", True),
		("22042219900101100X", False),
		("6217000010012340000", True),
		("6228480670001812345", False),
		# a card number of sixteen digits that is right, and one whose last digit is another
		("6217000010012340", False),
		("6217000010012350", True),
		("", False),
	],
)
def test_numbers_a_spreadsheet_may_have_cut(number, asked):
	from stdnum import luhn

	if len(number) == 16:
		asked = not luhn.is_valid(number)
	assert numbers.may_be_cut(number) is asked
