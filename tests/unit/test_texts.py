"""Text is read by its bytes; what is no text, and who is called by no letter, is refused."""

import pytest

from socaid_app import fonts
from socaid_app.policy import texts

ROWS = "姓名,出生日期\r\n陈桂芳,1961-03-05\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_of_any_office_program_is_read(encoding):
	assert texts.decode(ROWS.encode(encoding)) == ROWS


@pytest.mark.parametrize(
	"content", [b"PK\x03\x04\x00\x00", b"\xff\xff\xff", b"\x89PNG\r\n\x1a\n", "名\ufffd".encode()]
)
def test_what_is_no_text_is_refused(content):
	with pytest.raises(texts.UnreadableText, match="另存为"):
		texts.decode(content)


@pytest.mark.parametrize(
	("old", "now"),
	[
		("\ue863", "䶮"),
		("\ue864", "龻"),
		("\ue816", "\U00020087"),
		("\ue81e", "龴"),
		("\ue7c7", "ḿ"),
		("\ue78d", "︐"),
		("\ue815", "⺁"),
	],
)
def test_characters_at_the_places_of_old_systems_become_the_true_ones(old, now):
	assert texts.canonical(f"张{old}") == f"张{now}"


def test_no_place_of_gbk_is_left_private():
	assert len(texts.PLACES) == 10 + 2 + 13 + 80
	assert not [place for place in texts.PLACES.values() if texts.is_private(chr(place))]


def test_a_gb18030_file_has_no_private_character_for_one_that_has_a_place():
	assert texts.decode(b"\xd5\xc5\xfe\x59,\xfe\x9f\xfe\x61") == "张\u9fb4,䶮\u9fb5"


@pytest.mark.parametrize("name", ["张䶮", "〇", "Ли", "ئايگۈل", "བཀྲ་ཤིས", "李\U00031350", "Anna 2"])
def test_people_are_called_by_letters_of_any_script(name):
	assert texts.is_name(name)


@pytest.mark.parametrize("name", ["", "123", "???", "—", "张\ufffd", "\ue000", "＊＊", "√"])
def test_nobody_is_called_so(name):
	assert not texts.is_name(name)


def test_what_no_font_has_is_named_by_its_number():
	assert fonts.missing("张三 A，\u200b") == []
	assert fonts.missing("张\ue000三\ue000") == ["\ue000"]
	assert fonts.described(["\ue000"]) == "〔U+E000〕"
