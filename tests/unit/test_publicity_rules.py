"""What may be public, what must not, and how long a notice hangs."""

from datetime import date

import pytest

from socaid_app.policy import publicity
from socaid_app.policy.parameters import Parameter, ParameterSet
from socaid_app.policy.workdays import WorkCalendar

CALENDAR = WorkCalendar.shipped()


def parameters(day_type="calendar", days=7):
	keys = dict.fromkeys(publicity.DAYS.values(), days) | {"pub_day_type": day_type}
	return ParameterSet(Parameter(key, value) for key, value in keys.items())


def whats(text, **how):
	return {finding.what for finding in publicity.findings(text, **how)}


# --- the whitelist ----------------------------------------------------------------------------------------
FORBIDDEN = {"id_number", "phone", "address", "bank_account", "health", "disability_type", "annual_income"}


@pytest.mark.parametrize("kind", publicity.KINDS)
def test_the_whitelist_of_every_kind_has_nothing_of_what_is_forbidden(kind):
	assert not {field for field, _label in publicity.COLUMNS[kind]} & FORBIDDEN
	assert publicity.TITLES[kind] and publicity.BASIS[kind] and publicity.INTROS[kind]


@pytest.mark.parametrize("kind", publicity.KINDS)
def test_a_row_keeps_its_permitted_values_and_loses_all_others(kind):
	row = dict.fromkeys(FORBIDDEN, "x") | {field: 1 for field, _label in publicity.COLUMNS[kind]}
	assert set(publicity.only_permitted(kind, row)) == {field for field, _label in publicity.COLUMNS[kind]}


def test_the_announcement_of_a_confirmation_says_what_article_24_names_and_no_more():
	fields = {field for field, _label in publicity.COLUMNS[publicity.CONFIRMED]}
	assert fields == {"person_name", "member_count", "amount", "category_name", "village_name"}


def test_a_correction_has_no_column_for_a_name():
	assert "person_name" not in dict(publicity.COLUMNS[publicity.CORRECTION])


def test_a_column_nobody_fills_is_left_out():
	rows = [{"person_name": "甲", "ground": None}]
	assert "ground" not in dict(publicity.columns(publicity.ROLL, rows))
	assert "ground" in dict(publicity.columns(publicity.ROLL, [*rows, {"ground": publicity.URGENT}]))


@pytest.mark.parametrize(
	("born", "minor"),
	[
		(date(2008, 11, 24), False),
		(date(2008, 11, 25), True),
		(date(2020, 1, 1), True),
		(date(1950, 1, 1), False),
		(date(2008, 2, 29), False),
		(None, False),
	],
)
def test_under_eighteen_on_the_day_of_posting_the_name_is_kept_back(born, minor):
	shown = publicity.public_name("李小明", born, date(2026, 11, 24))
	assert shown == (publicity.MINOR_NAME if minor else "李小明")


@pytest.mark.parametrize(
	("reason", "word"),
	[
		("保障对象死亡", publicity.DIED),
		("本人自愿退出", publicity.LEFT),
		("收入超过保障标准", publicity.MEANS),
		("新增法定赡养义务人", publicity.SUPPORTERS),
		("被判处刑罚在监狱服刑", publicity.ENDED),
		("恢复劳动能力", publicity.ENDED),
		("", publicity.ENDED),
	],
)
def test_a_reason_becomes_a_public_word_that_says_neither_prison_nor_health(reason, word):
	assert publicity.termination_ground(reason) == word
	said = publicity.TERMINATION_GROUNDS[word]
	assert said in publicity.GROUNDS and not publicity.findings(said)


def test_a_ground_of_ones_own_is_found():
	row = {"person_name": "王某", "ground": "因赌博"}
	assert {f.what for f in publicity.row_findings(publicity.TERMINATION, row)} == {"不在固定用语之内的事由"}


# --- texts ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("text", "what"),
	[
		("身份证220422196103050012", "身份证号"),
		("身份证 220422 19610305 001X", "身份证号"),
		("220422-1961-03-05-0012", "身份证号"),
		("２２０４２２１９６１０３０５００１２", "身份证号"),
		("220422610305001", "身份证号"),
		("电话13812345678", "手机号"),
		("138 1234 5678", "手机号"),
		("138-1234-5678", "手机号"),
		("+8613812345678", "手机号"),
		("一三八一二三四五六七八", "手机号"),
		("1<b>38</b>1234<i>5678</i>", "手机号"),
		("138\u200b12345678", "手机号"),
		("&#49;3812345678", "手机号"),
		("6228 4800 1234 5678 901", "银行账号"),
		("6228480012345678901", "银行账号或证件号"),
		("0437-3222222", "电话号码"),
		("3222222", "电话或账号"),
		("zhang@example.com", "电子邮箱"),
		("和平路12号", "村以下住址"),
		("3号楼2单元501室", "村以下住址"),
		("三组12户", "村以下住址"),
		("患有糖尿病", "疾病、残疾等个人情况"),
		("其子视力残疾一级", "疾病、残疾等个人情况"),
		("年收入8000元", "疾病、残疾等个人情况"),
		('<p><img src="x.png"></p>', "无法检查的图片"),
	],
)
def test_what_must_not_be_public_is_found_and_named(text, what):
	assert what in whats(text)


@pytest.mark.parametrize(
	"text",
	[
		"村（社区）公示栏",
		"甲山乡甲山村",
		"公示时间2026年11月24日至2026-12-01",
		"《最低生活保障审核确认办法》（民发〔2021〕57号）",
		"农村低保",
		"张三丰",
		"司马相如",
		"测试甲01",
		"金额695.00元，共12户30人",
		"村委会二组公示栏",
	],
)
def test_what_a_notice_has_to_say_may_stand(text):
	assert publicity.findings(text) == []


def test_the_standards_of_a_year_in_a_table_are_not_taken_for_a_number():
	table = "<table><tr><td>620</td><td>470</td><td>806</td></tr><tr><td>1780</td><td>2026</td></tr></table>"
	assert publicity.findings(table, office=True) == []


@pytest.mark.parametrize(
	"text", ["咨询电话0437-3222222", "重度残疾人可以单人保", "因病支出较大的家庭", "信箱 a@b.gov.cn"]
)
def test_a_guide_may_speak_of_the_office_and_of_the_law(text):
	assert publicity.findings(text) and not publicity.findings(text, office=True)


@pytest.mark.parametrize(
	"text", ["13812345678", "220422196103050012", "6228480012345678901", "尿毒症患者张三"]
)
def test_a_guide_carries_nobodys_own_numbers_or_illness_either(text):
	assert publicity.findings(text, office=True)


def test_the_bureaus_own_phone_and_address_may_stand_and_nothing_like_them():
	own = ("0437-5550000", "东辽县白泉镇东交大街12号")
	assert not publicity.findings("监督电话0437-5550000，东辽县白泉镇东交大街12号", own)
	assert publicity.findings("监督电话0437-5550001", own)


def test_a_finding_never_repeats_the_whole_of_what_it_found():
	found = publicity.findings("电话13812345678")[0]
	assert "13812345678" not in str(found) and found.sample.startswith("138")


@pytest.mark.parametrize(
	"number", ["0437-5550000", "04375550000", "12345", "12349", "400-123-4567", "5550000"]
)
def test_an_office_number_may_take_complaints(number):
	assert publicity.office_phone(number)


@pytest.mark.parametrize("number", ["13812345678", "138-1234-5678", "", None, "220422196103050012", "张三"])
def test_a_mobile_phone_may_not(number):
	assert not publicity.office_phone(number)


# --- the clock --------------------------------------------------------------------------------------------
def test_seven_days_begin_the_day_after_posting():
	end = publicity.ending(publicity.PRELIMINARY, date(2026, 11, 24), parameters(), CALENDAR)
	assert (end.due, end.planned, end.provisional) == (date(2026, 12, 1), date(2026, 12, 1), False)


def test_working_days_pass_over_holidays_and_count_make_up_days():
	# 2026-10-01 to 10-07 are holidays, 10-10 is worked
	end = publicity.ending(publicity.PRELIMINARY, date(2026, 9, 30), parameters("working", 3), CALENDAR)
	assert end.due == date(2026, 10, 10)


def test_a_year_not_announced_makes_working_days_provisional():
	end = publicity.ending(publicity.PRELIMINARY, date(2035, 3, 1), parameters("working"), CALENDAR)
	assert end.provisional


def test_a_roll_hangs_until_the_next():
	assert publicity.ending(publicity.ROLL, date(2026, 11, 1), parameters(), CALENDAR).due is None


@pytest.mark.parametrize(
	("pauses", "due"),
	[
		([(date(2026, 11, 26), date(2026, 11, 28))], date(2026, 12, 3)),  # two days lost
		([(date(2026, 11, 24), date(2026, 11, 25))], date(2026, 12, 1)),  # the day of posting never counted
		([(date(2026, 11, 24), date(2026, 11, 26))], date(2026, 12, 2)),
		([(date(2026, 11, 26), date(2026, 11, 26))], date(2026, 12, 1)),  # put up again the same day
		# two records of the same flood are one
		(
			[(date(2026, 11, 26), date(2026, 11, 28)), (date(2026, 11, 27), date(2026, 11, 29))],
			date(2026, 12, 4),
		),
		# a second pause in the added days is added too
		(
			[(date(2026, 11, 26), date(2026, 11, 28)), (date(2026, 12, 2), date(2026, 12, 5))],
			date(2026, 12, 6),
		),
		([(date(2026, 12, 5), date(2026, 12, 9))], date(2026, 12, 1)),  # after the end
	],
)
def test_days_it_did_not_hang_are_added(pauses, due):
	end = publicity.ending(publicity.PRELIMINARY, date(2026, 11, 24), parameters(), CALENDAR, pauses)
	assert (end.due, end.planned) == (due, date(2026, 12, 1))


def test_while_it_does_not_hang_nobody_knows_the_end():
	posted, start = date(2026, 11, 24), date(2026, 11, 27)
	assert (
		publicity.ending(publicity.PRELIMINARY, posted, parameters(), CALENDAR, [(start, None)]).due is None
	)


def test_a_weekend_it_did_not_hang_costs_no_working_day():
	pauses = [(date(2026, 11, 28), date(2026, 11, 30))]  # Saturday, Sunday
	working = parameters("working")
	plain = publicity.ending(publicity.PRELIMINARY, date(2026, 11, 24), working, CALENDAR)
	assert publicity.ending(publicity.PRELIMINARY, date(2026, 11, 24), working, CALENDAR, pauses) == plain
