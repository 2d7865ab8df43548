"""A petition over the web: anybody may file one and learn what became of it, nobody may learn of another's."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest
from frappe.utils import add_days, now_datetime, today
from PIL import Image

from socaid_app.casework import tracking_codes
from socaid_app.petition_desk import answering, attachments, attempts, joining, public_intake
from tests import builders
from tests.builders import notices as public_builders
from tests.builders.petitions import make

CODE = re.compile(r'id="code">([A-Z0-9-]+)<')
PETITION, ATTEMPT = "Petition", "Petition Web Attempt"
GPS = 0x8825


class Visitor:
	"""A browser at an address of its own."""

	def __init__(self, client, address=None):
		self.client = client
		self.headers = {
			"X-Forwarded-For": address or public_builders.address(),
			"Cookie": f"{public_intake.COOKIE}={public_builders.COOKIE}",
		}

	def post(self, path, data, **headers):
		return self.client.request(
			"POST", path, data=data, content_type="multipart/form-data", headers=self.headers | headers
		)

	def file(self, path="/petition", **values):
		return self.post(path, public_builders.form(**values))

	def look_up(self, code, tail="", **values):
		return self.post("/petition/status", {"code": code, "tail": tail, **values})


@pytest.fixture
def visitor(client):
	return Visitor(client("Guest"))


def code_on(page):
	assert page.status_code == 200, errors_on(page)
	return CODE.search(page.text).group(1)


def errors_on(page):
	return re.findall(r'class="error"[^>]*>([^<]+)<', page.text)


def petition_of(code, tail=""):
	return frappe.get_doc(PETITION, {"tracking_hash": tracking_codes.fingerprint(code, tail)})


def petitions_saying(content):
	return frappe.get_all(PETITION, filters={"content": content}, pluck="name", order_by="name")


# --- filing -------------------------------------------------------------------------------------------------
def test_a_citizen_files_a_petition_and_gets_a_code_of_which_only_a_hash_is_kept(visitor):
	code = code_on(visitor.file())
	plain = tracking_codes.normalise(code)
	assert len(plain) == tracking_codes.LENGTH and set(plain) <= set(tracking_codes.ALPHABET)

	petition = petition_of(code, "5678")
	assert (petition.channel, petition.category, petition.status) == (
		"Through the Web",
		"Appeal for Help",
		"Recorded",
	)
	assert petition.petitioner_name == "测试信访人" and petition.division == builders.VILLAGE_A
	assert petition.township == builders.TOWNSHIP_A
	stored = str(petition.as_dict())
	assert plain not in stored and code not in stored


def test_the_code_and_the_last_digits_of_the_telephone_show_how_far_it_is(visitor):
	code = code_on(visitor.file())
	page = visitor.look_up(f" {code.lower()} ", "5678")
	assert page.status_code == 200 and "已登记" in page.text
	assert page.headers["Cache-Control"] == "no-store"


def test_a_wrong_code_and_a_wrong_tail_get_the_same_answer(visitor):
	code = code_on(visitor.file())
	wrong_tail, wrong_code = visitor.look_up(code, "0000"), visitor.look_up("AAAA-BBBB-CCCC", "5678")
	assert wrong_tail.status_code == wrong_code.status_code == 404
	hide = re.compile(r'value="[^"]*"')
	assert hide.sub("", wrong_tail.text) == hide.sub("", wrong_code.text)


def test_who_leaves_no_telephone_gets_a_longer_code_that_suffices_alone(visitor):
	page = visitor.file(identity="anonymous", petitioner_name="", phone="")
	code = code_on(page)
	assert len(tracking_codes.normalise(code)) == tracking_codes.LENGTH_ALONE
	assert visitor.look_up(code).status_code == 200
	petition = petition_of(code)
	assert not petition.real_name and not petition.petitioner_name


def test_an_anonymous_petition_keeps_no_name_even_when_one_was_typed(visitor):
	code = code_on(visitor.file(identity="anonymous", petitioner_name="测试留名", address="某处"))
	petition = petition_of(code, "5678")
	assert not petition.petitioner_name and not petition.address


def test_an_accusation_is_restricted_from_its_first_moment(visitor, as_user):
	code = code_on(visitor.file(category="Accusation", matter="Favouritism", accused="某村干部"))
	petition = petition_of(code, "5678")
	assert petition.restricted and petition.accused[0].accused_name == "某村干部"
	for role, division in (("Township Approver", builders.TOWNSHIP_A), ("Service Manager", None)):
		user = builders.make_user(role, division)
		with as_user(user):
			assert not frappe.get_list(PETITION, filters={"name": petition.name})
			assert not frappe.has_permission(PETITION, "read", petition.name)


def test_staff_who_file_while_logged_in_are_citizens_like_all_others(client):
	user = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	page = Visitor(client(user)).file(category="Accusation", matter="Favouritism")
	petition = petition_of(code_on(page), "5678")
	assert petition.owner == petition.entered_by == "Guest" and user not in str(petition.as_dict())


def test_a_petition_can_be_about_a_notice_on_the_board(visitor):
	notice = public_builders.hang()
	page = visitor.client.get(f"/petition?notice={notice.public_key}", headers=visitor.headers)
	assert notice.title in page.text
	sent = visitor.file(f"/petition?notice={notice.public_key}", matter="Publicity Matter")
	assert petition_of(code_on(sent), "5678").publicity_notice == notice.name
	assert "审看之前，这份公示不会结束" in sent.text


def test_the_same_form_sent_twice_is_one_petition_with_one_code(visitor):
	form = public_builders.form(content="重复点击提交按钮时只应当登记一次。" + builders.digits())
	codes = {code_on(visitor.post("/petition", form)) for _ in range(2)}
	assert len(codes) == 1
	assert len(petitions_saying(form["content"])) == 1


def test_two_clicks_at_the_same_moment_are_one_petition_too(site, client):
	form = public_builders.form(content="同一时刻的两次提交。" + builders.digits())
	visitor = Visitor(client("Guest"))
	sent = {"data": form, "content_type": "multipart/form-data", "headers": visitor.headers}
	frappe.db.commit()
	with ThreadPoolExecutor() as pool:
		pages = list(
			pool.map(lambda _number: visitor.client._open("POST", "/petition", dict(sent)), range(3))
		)
	frappe.db.rollback()
	assert len({code_on(page) for page in pages}) == 1
	assert len(petitions_saying(form["content"])) == 1


def test_the_same_form_with_other_words_is_asked_about_and_nothing_is_thrown_away(visitor):
	form = public_builders.form(content="第一次写的内容，写得不够清楚。" + builders.digits())
	code_on(visitor.post("/petition", form))
	other = form | {"content": "第二次写的内容，说的是另外的情况。" + builders.digits()}
	page = visitor.post("/petition", other)
	assert page.status_code == 422 and 'id="again"' in page.text
	assert other["content"] in page.text and form["ticket"] in page.text
	assert "已经收到" not in page.text and not petitions_saying(other["content"])


def test_a_correction_stays_one_petition_and_is_no_repeated_one(visitor):
	who = {"petitioner_name": f"更{builders.digits()}", "phone": f"137{builders.digits(4)}5678"}
	form = public_builders.form(content="低保金没有发到卡上，电话写错了。" + builders.digits(), **who)
	first = code_on(visitor.post("/petition", form))
	other = form | {"phone": f"136{builders.digits(4)}9999", "demand": "请尽快补发。", "again": "correction"}
	page = visitor.post("/petition", other)
	assert "不算重复信访" in page.text
	(name,) = petitions_saying(form["content"])
	petition = frappe.get_doc(PETITION, name)
	assert (petition.phone[-4:], petition.demand) == ("9999", "请尽快补发。")
	assert not petition.is_repeat and not petition.repeat_of
	assert code_on(page) == first, "the code stays; the last digits are those of the new telephone"
	assert visitor.look_up(first, "9999").status_code == 200
	# pressed once more it is the same correction
	assert code_on(visitor.post("/petition", other)) == first
	assert [row.action for row in petition.reload().actions].count("网上更正") == 1


def test_what_was_said_first_stays_below_the_corrected_words(visitor):
	form = public_builders.form(content="原来写的是九月份没有发。" + builders.digits())
	code = code_on(visitor.post("/petition", form))
	visitor.post("/petition", form | {"content": "应当是十月份没有发到。", "again": "correction"})
	content = petition_of(tracking_codes.normalise(code), "5678").content
	assert content.startswith("应当是十月份没有发到。") and form["content"] in content


def test_another_matter_on_the_same_form_is_a_second_petition_with_a_code_of_its_own(visitor):
	form = public_builders.form(content="第一件事，低保金没有发。" + builders.digits())
	first = code_on(visitor.post("/petition", form))
	other = form | {"content": "第二件事，村里没有张贴公示名单。" + builders.digits(), "again": "another"}
	second = code_on(visitor.post("/petition", other))
	assert first != second
	assert code_on(visitor.post("/petition", other)) == second
	assert len(petitions_saying(form["content"])) == len(petitions_saying(other["content"])) == 1


def test_a_correction_does_not_make_an_accusation_of_an_appeal(visitor):
	form = public_builders.form(content="先反映的是金额不对。" + builders.digits())
	code_on(visitor.post("/petition", form))
	page = visitor.post("/petition", form | {"category": "Accusation", "again": "correction"})
	assert page.status_code == 422 and "类别不能这样更正" in page.text


def test_no_answer_says_what_was_sent_before_to_another_browser(visitor):
	form = public_builders.form(content="别人的表。" + builders.digits())
	code_on(visitor.post("/petition", form))
	foreign = {"Cookie": f"{public_intake.COOKIE}=another"}
	page = visitor.post("/petition", form | {"content": "换一个浏览器提交的内容。"}, **foreign)
	assert page.status_code == 422 and 'id="again"' not in page.text


# --- what is missing or wrong -------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("field", "value"),
	[
		("category", ""),
		("category", "Nonsense"),
		("matter", ""),
		("village", ""),
		("village", "110101001000"),
		("petitioner_name", ""),
		("petitioner_name", "123"),
		("phone", ""),
		("phone", "12345"),
		("content", "太短"),
		("content", "长" * 5001),
		("demand", ""),
		("consent", ""),
	],
)
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(visitor, field, value):
	form = public_builders.form(
		**{"content": "这一段文字应当原样保留。<b>&" + builders.digits(), field: value}
	)
	page = visitor.post("/petition", form)
	assert page.status_code == 422
	assert f'id="{field}-error"' in page.text and f'href="#{field}"' in page.text
	if field != "content":
		assert frappe.utils.escape_html(form["content"]) in page.text
		assert not petitions_saying(form["content"])


def test_the_form_is_for_the_page_it_came_from_and_the_browser_that_opened_it(visitor):
	for broken in ({"ticket": ""}, {"ticket": "1.2.3"}):
		assert visitor.file(**broken).status_code == 422
	other = {"Cookie": f"{public_intake.COOKIE}=another"}
	assert visitor.post("/petition", public_builders.form(), **other).status_code == 422


def test_a_form_sent_at_once_or_with_the_hidden_field_filled_in_is_no_petition(visitor):
	at_once = public_intake.make_ticket(public_builders.COOKIE)
	text = "机器填写的内容不应当登记。" + builders.digits()
	assert visitor.file(ticket=at_once, content=text).status_code == 422
	assert visitor.file(content=text, **{public_intake.TRAP: "http://x"}).status_code == 422
	assert not petitions_saying(text)
	assert frappe.db.exists(ATTEMPT, {"address": visitor.headers["X-Forwarded-For"], "outcome": "Refused"})


def test_from_the_third_petition_of_a_day_on_a_picture_has_to_be_read(visitor):
	for _ in range(public_intake.FREE_OF_CAPTCHA):
		code_on(visitor.file())
	page = visitor.file()
	assert page.status_code == 422 and 'id="captcha-error"' in page.text
	key = re.search(r'name="captcha_key" value="([^"]+)"', page.text).group(1)
	answer = frappe.cache.get(public_intake._captcha_key(key)).decode()
	code_on(visitor.file(captcha_key=key, captcha=answer))
	assert visitor.file(captcha_key=key, captcha=answer).status_code == 422, "a picture counts once"


def test_after_a_number_of_petitions_an_address_has_to_wait_for_the_next_day(visitor, monkeypatch):
	monkeypatch.setattr(public_intake, "DAILY", 1)
	code_on(visitor.file())
	page = visitor.file()
	assert page.status_code == 429 and int(page.headers["Retry-After"]) > 0
	assert "九月份的低保金" in page.text, "what was typed stays"
	code_on(Visitor(visitor.client).file())


# --- papers -------------------------------------------------------------------------------------------------
def picture(kind="JPEG", **options):
	written = io.BytesIO()
	Image.new("RGB", (40, 20), "white").save(written, kind, **options)
	return written.getvalue()


def word(*names):
	written = io.BytesIO()
	with zipfile.ZipFile(written, "w") as archive:
		for name in ("[Content_Types].xml", "word/document.xml", *names):
			archive.writestr(name, "x")
	return written.getvalue()


def with_files(visitor, *files, **values):
	form = public_builders.form(**values)
	return visitor.post(
		"/petition", form | {"attachments": [(io.BytesIO(data), name) for name, data in files]}
	)


def test_papers_become_private_files_of_the_petition_that_no_guest_can_open(visitor):
	code = code_on(with_files(visitor, ("通知.pdf", b"%PDF-1.4\n" + frappe.generate_hash().encode())))
	name = petition_of(code, "5678").name
	file = frappe.get_doc("File", {"attached_to_doctype": PETITION, "attached_to_name": name})
	assert file.is_private and file.file_name.endswith(".pdf")
	assert visitor.client.get(file.file_url).status_code == 403


def test_a_photograph_loses_where_and_when_it_was_taken(visitor):
	exif = Image.Exif()
	exif[0x010F] = "相机厂商"
	exif.get_ifd(GPS)[1] = "N"
	original = picture(exif=exif, comment=b"secret")
	(paper,) = attachments.accept([_upload("现场.jpg", original)])
	kept = Image.open(io.BytesIO(paper.content))
	assert not kept.getexif() and "comment" not in kept.info and b"secret" not in paper.content
	assert kept.size == (40, 20)


def _upload(name, content):
	from werkzeug.datastructures import FileStorage

	return FileStorage(io.BytesIO(content), filename=name)


@pytest.mark.parametrize(
	("name", "content"),
	[
		("照片.jpg", b"MZ\x90\x00" + b"\x00" * 200),
		("网页.pdf", b"<html><script>alert(1)</script></html>"),
		("宏.docx", word("word/vbaProject.bin")),
		("压缩包.docx", b"PK\x03\x04" + b"\x00" * 100),
		("矢量.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
		("坏图.jpg", picture()[:40]),
		("太大.pdf", b"%PDF-1.4" + b"0" * attachments.LARGEST),
	],
)
def test_what_a_paper_is_decides_its_content_not_its_name(name, content):
	with pytest.raises(attachments.AttachmentRefused):
		attachments.accept([_upload(name, content)])


def test_pictures_pdf_and_word_are_accepted_with_the_extension_of_what_they_are():
	papers = attachments.accept(
		[
			_upload("a.exe", picture("PNG")),
			_upload("../../b.png", b"%PDF-1.7\n"),
			_upload("c.bin", word()),
		]
	)
	assert [paper.name for paper in papers] == ["a.png", "b.pdf", "c.docx"]


def test_papers_are_unfolded_only_when_all_else_is_right(visitor, monkeypatch):
	opened = []
	monkeypatch.setattr(attachments, "accept", lambda uploads: opened.append(uploads) or [])
	paper = ("现场.jpg", picture())
	assert "附件没有保留" in with_files(visitor, paper, content="短").text
	assert with_files(visitor, paper, ticket="x").status_code == 422
	assert not opened
	code_on(with_files(visitor, paper))
	assert len(opened) == 1


def test_a_picture_of_more_than_25_megapixels_is_refused():
	written = io.BytesIO()
	Image.new("1", (5001, 5001)).save(written, "PNG")
	with pytest.raises(attachments.AttachmentRefused):
		attachments.accept([_upload("大.png", written.getvalue())])


def test_more_than_five_papers_are_refused_and_said_so(visitor):
	files = [(f"{n}.pdf", b"%PDF-1.4") for n in range(6)]
	page = with_files(visitor, *files)
	assert page.status_code == 422 and 'id="attachments-error"' in page.text


def test_the_files_of_an_accusation_are_listed_to_nobody(visitor, as_user):
	code = code_on(
		with_files(
			visitor, ("证据.pdf", b"%PDF-1.4 " + frappe.generate_hash().encode()), category="Accusation"
		)
	)
	name = petition_of(code, "5678").name
	user = builders.make_user("Township Approver", builders.TOWNSHIP_A)
	with as_user(user):
		assert not frappe.get_list("File", filters={"attached_to_name": name})


def test_the_code_of_a_joined_petition_shows_the_answer_to_both(visitor):
	code = code_on(visitor.file())
	joined = petition_of(code, "5678")
	main = make(phone=joined.phone, petitioner_name=joined.petitioner_name)
	joining.join(joined.name, main.name)
	answering.answer(main.name, answer="两件一并答复1", route="Answer of Duty")
	assert "两件一并答复1" in visitor.look_up(code, "5678").text


# --- guessing -----------------------------------------------------------------------------------------------
def test_after_five_wrong_codes_an_address_has_to_wait_longer_and_longer(visitor):
	code = code_on(visitor.file())
	for _ in range(attempts.FREE_FAILURES):
		assert visitor.look_up("AAAA-BBBB-CCCC", "1111").status_code == 404
	slowed = visitor.look_up(code, "5678")
	assert slowed.status_code == 429, "even the right code is not looked at"
	assert 0 < int(slowed.headers["Retry-After"]) <= attempts.FIRST_WAIT
	assert Visitor(visitor.client).look_up(code, "5678").status_code == 200, "others are not slowed"

	address = visitor.headers["X-Forwarded-For"]
	outcomes = frappe.get_all(
		ATTEMPT, filters={"address": address}, pluck="outcome", order_by="attempted_on, creation"
	)
	assert outcomes == ["Nothing Found"] * attempts.FREE_FAILURES + ["Slowed Down"]
	visitor.look_up(code, "5678")
	assert frappe.db.count(ATTEMPT, {"address": address}) == len(outcomes), "one line per wait"


def test_the_wait_doubles_up_to_an_hour():
	waits = [attempts.wait_for(failures) for failures in range(4, 9)]
	assert waits == [0, 30, 60, 120, 240]
	assert attempts.wait_for(100) == attempts.LONGEST_WAIT


def test_the_right_code_ends_the_count(visitor):
	code = code_on(visitor.file())
	for _ in range(attempts.FREE_FAILURES - 1):
		visitor.look_up("AAAA-BBBB-CCCC", "1111")
	assert visitor.look_up(code, "5678").status_code == 200
	assert visitor.look_up("AAAA-BBBB-CCCC", "1111").status_code == 404


def test_ones_own_code_does_not_buy_free_guesses(visitor):
	code = code_on(visitor.file())
	answers = []
	for _round in range(attempts.FORGIVEN + 2):
		answers += [visitor.look_up("AAAA-BBBB-CCCC", "1111").status_code for _guess in range(4)]
		answers.append(visitor.look_up(code, "5678").status_code)
	assert answers[-1] == 429 and answers.count(404) <= 4 * (attempts.FORGIVEN + 2)


def test_a_visitor_cannot_choose_the_address_under_which_it_is_counted(visitor):
	mine = visitor.headers["X-Forwarded-For"]
	for number in range(attempts.FREE_FAILURES):
		# what a visitor writes stands before what our proxy appends
		visitor.headers["X-Forwarded-For"] = f"10.0.0.{number}, {mine}"
		visitor.look_up("AAAA-BBBB-CCCC", "1111")
	visitor.headers["X-Forwarded-For"] = f"10.9.9.9, {mine}"
	assert visitor.look_up("AAAA-BBBB-CCCC", "1111").status_code == 429


def test_the_header_of_a_visitor_who_comes_without_a_proxy_is_not_read(visitor):
	for number in range(attempts.FREE_FAILURES):
		_direct(visitor, "198.51.100.77", f"10.1.0.{number}")
	assert _direct(visitor, "198.51.100.77", "10.2.0.1").status_code == 429
	frappe.cache.delete_keys("socaid-petition")


def _direct(visitor, peer, claimed):
	return visitor.client.request(
		"POST",
		"/petition/status",
		data={"code": "AAAA-BBBB-CCCC", "tail": "1111"},
		headers={"X-Forwarded-For": claimed},
		environ_base={"REMOTE_ADDR": peer},
	)


def test_heavy_guessing_is_reported_to_the_administrators_once(visitor, monkeypatch):
	monkeypatch.setattr(attempts, "HEAVY", 3)
	administrator = builders.make_user("Socaid Administrator")
	for _ in range(4):
		visitor.look_up("AAAA-BBBB-CCCC", "1111")
	told = frappe.get_all(
		"Notification Log",
		filters={"for_user": administrator, "document_type": ATTEMPT},
		pluck="subject",
		order_by="creation",
	)
	assert len(told) == 1 and visitor.headers["X-Forwarded-For"] in told[0]


def test_nobody_is_written_down_for_filing_or_for_finding_their_own(visitor):
	code = code_on(visitor.file())
	visitor.look_up(code, "5678")
	assert not frappe.db.exists(ATTEMPT, {"address": visitor.headers["X-Forwarded-For"]})


def test_attempts_are_kept_for_ninety_days():
	assert frappe.get_hooks("default_log_clearing_doctypes")[ATTEMPT] == [attempts.KEEP_DAYS]
	names = []
	for days in (91, 89):
		doc = frappe.get_doc({"doctype": ATTEMPT, "address": "203.0.113.9", "purpose": attempts.LOOK_UP})
		doc.attempted_on, doc.outcome = add_days(now_datetime(), -days), attempts.NOT_FOUND
		names.append(doc.insert(ignore_permissions=True).name)
	frappe.get_doc("Log Settings").append("logs_to_clear", {"ref_doctype": ATTEMPT, "days": 90})
	from frappe.model.base_document import get_controller

	get_controller(ATTEMPT).clear_old_logs(90)
	assert [bool(frappe.db.exists(ATTEMPT, name)) for name in names] == [False, True]


# --- the answer ---------------------------------------------------------------------------------------------
def answer(name, **values):
	"""As if the petition desk had answered: what the citizen sees is read from the record."""
	frappe.db.set_value(
		PETITION,
		name,
		{
			"status": "Answered",
			"findings": "经查，因账号变更漏发一个月。",
			"answer": "九月份的低保金已于今日补发。",
			"decision": "Supported",
			"route": "Handled as Petition",
			"legal_basis": "《社会救助暂行办法》",
			"answered_on": today(),
			"answered_by": "Administrator",
			"review_until": add_days(today(), 30),
			**values,
		},
		update_modified=False,
	)


def test_the_answer_is_shown_once_given_with_the_time_for_a_review(visitor):
	code = code_on(visitor.file())
	name = petition_of(code, "5678").name
	frappe.db.set_value(PETITION, name, {"answer": "内部草稿", "first_opinion": "内部意见"})
	page = visitor.look_up(code, "5678").text
	assert "内部草稿" not in page and "内部意见" not in page
	answer(name, first_opinion="内部意见")
	page = visitor.look_up(code, "5678").text
	assert "已于今日补发" in page and "复查" in page
	assert "内部意见" not in page and "Administrator" not in page and name not in page
	answer(name, review_until=add_days(today(), -1))
	assert "书面请求复查" not in visitor.look_up(code, "5678").text


def test_an_answer_is_rated_once(visitor):
	code = code_on(visitor.file())
	name = petition_of(code, "5678").name
	assert visitor.look_up(code, "5678", satisfaction="Satisfied").status_code == 200
	assert not frappe.db.get_value(PETITION, name, "satisfaction"), "not before the answer"
	answer(name)
	visitor.look_up(code, "5678", satisfaction="Satisfied", comment="办得很快")
	assert frappe.db.get_value(PETITION, name, ["satisfaction", "satisfaction_comment"]) == (
		"Satisfied",
		"办得很快",
	)
	visitor.look_up(code, "5678", satisfaction="Dissatisfied")
	assert frappe.db.get_value(PETITION, name, "satisfaction") == "Satisfied"


# --- when something breaks ----------------------------------------------------------------------------------
def test_an_error_is_logged_without_the_words_of_the_citizen(visitor, monkeypatch):
	secret = "不应当出现在日志里的话" + frappe.generate_hash(length=8)

	def broken(*_args):
		raise RuntimeError(secret)

	monkeypatch.setattr(public_intake, "file", broken)
	page = visitor.file(content=secret)
	assert page.status_code == 500 and secret not in page.text
	log = frappe.get_last_doc("Error Log")
	assert "RuntimeError" in log.method and "public_intake.py" in log.error
	assert secret not in log.error and secret not in log.method


def test_the_page_is_protected_against_what_others_put_around_it(visitor):
	page = visitor.client.get("/petition", headers=visitor.headers)
	assert (
		page.headers["Cache-Control"] == "no-store"
		and "default-src 'none'" in page.headers["Content-Security-Policy"]
	)
	cookies = page.headers.getlist("Set-Cookie")
	assert len(cookies) == 1 and "HttpOnly" in cookies[0] and "SameSite=Lax" in cookies[0]
