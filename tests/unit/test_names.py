"""One form of a name, and what it is found by."""

import pytest

from socaid_app.policy.names import canonical, initials, legible, parts, pinyin_initials, same

NAME = "阿依古丽·买买提"


@pytest.mark.parametrize(
	"dot",
	[
		"•",
		"‧",
		"∙",
		"⋅",
		"・",
		"･",
		"᛫",
		"·",
		"·",
		"ㆍ",
		"ꞏ",
		"⸱",
		"●",
		".",
		"．",
		"。",
		"｡",
		" · ",
		"\u200b·",
		"··",
		" •",
	],
)
def test_every_look_alike_of_the_dot_is_the_dot(dot):
	assert canonical(f"阿依古丽{dot}买买提") == NAME
	assert same(f"阿依古丽{dot}买买提", NAME)


@pytest.mark.parametrize(
	"written",
	[
		"陈　桂芳",
		"陈 桂 芳",
		"\u200b陈桂芳",
		"陈\u200d桂\ufeff芳",
		"陈\u00a0桂芳 ",
		"陈\u2003桂芳",
		"陈\ufe00桂芳",
		"陈\U000e0100桂芳",
		"陈\u2060桂芳",
	],
)
def test_blanks_between_han_characters_and_what_nobody_sees_are_no_part_of_a_name(written):
	assert canonical(written) == "陈桂芳"


@pytest.mark.parametrize(
	"written, stored",
	[
		("Maria   Santos", "Maria Santos"),
		("Ｍａｒｉａ Santos", "Maria Santos"),
		("J. Smith", "J. Smith"),
		("张三、李四", "张三、李四"),
		("", ""),
		(None, ""),
		("·张三·", "张三"),
		("李𬱖", "李𬱖"),
		# newer than the tables of this Python: a character is not thrown away because nobody told what it is
		("李\U000323af", "李\U000323af"),
	],
)
def test_everything_else_of_a_name_stays(written, stored):
	assert canonical(written) == stored
	assert canonical(canonical(written)) == stored


def test_four_byte_characters_are_different_characters():
	assert not same("李𬱖", "李𫖯")
	assert not same("", "")


def test_a_search_is_cut_at_dots_and_blanks():
	assert parts("阿依古丽•买买提") == ["阿依古丽", "买买提"]
	assert parts("陈　桂芳") == ["陈", "桂芳"]


def test_what_was_written_of_several_persons_keeps_its_blanks():
	assert legible("王某某　 某镇民政办") == "王某某 某镇民政办"


@pytest.mark.parametrize(
	"name, found_by",
	[
		("张国民", "zgm"),
		("单小丽", "sxl dxl"),
		("曾 伟", "zw"),
		("覃国民", "qgm tgm"),
		("么国民", "ygm"),
		("种国民", "cgm zgm"),
		("繁国民", "pgm fgm"),
		("折国民", "sgm zgm"),
		("祭国民", "zgm jgm"),
		("召国民", "sgm zgm"),
		("藏国民", "zgm cgm"),
		("隗国民", "wgm kgm"),
		("句国民", "ggm jgm"),
		("秘国民", "bgm mgm"),
		("阚国民", "kgm"),
		("单于飞", "cyf syf"),
		("乐正明", "yzm lzm"),
		("尉迟明", "ycm"),
		("万俟明", "mqm"),
		("长孙明", "zsm"),
		(NAME, "ayglmmt mmt"),
		("Maria Santos", "mariasantos santos"),
	],
)
def test_every_reading_of_a_surname_finds_it(name, found_by):
	assert set(found_by.split()) <= set(initials(name).split())
	assert pinyin_initials(name) == found_by.split()[0]


def test_the_compound_surname_comes_first():
	assert pinyin_initials("单于飞") == "cyf"
	assert pinyin_initials("欧阳测试") == "oycs"
	assert initials("") == pinyin_initials("") == ""
