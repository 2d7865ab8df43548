"""The pages without login: what hangs on the board can be read by all, listed by none, and is gone in time."""

import re

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app import visitors, website
from socaid_app.public_disclosure import board, content
from tests import builders
from tests.builders import notices as public_builders

VILLAGE, TOWNSHIP = builders.VILLAGE_B, builders.TOWNSHIP_B
NOTICE = "Publicity Notice"


@pytest.fixture
def visit(client):
	"""`visit("/disclosure")` as somebody who is not logged in, from an address of their own."""
	guest, address = client("Guest"), public_builders.address()

	def get(path, **headers):
		return guest.get(path, headers={"X-Forwarded-For": address, **headers})

	return get


@pytest.fixture
def notice():
	return public_builders.hang(division=VILLAGE, people=("公示甲",))


def change(notice, **values):
	"""As a step of the disclosure desk leaves it."""
	frappe.db.set_value(NOTICE, notice.name, values, update_modified=False)
	website.forget()


# --- the way to a notice ------------------------------------------------------------------------------------
def test_one_walks_from_township_to_village_to_notice(visit, notice):
	assert f"/disclosure/places/{TOWNSHIP}" in visit("/disclosure").text
	assert f"/disclosure/places/{VILLAGE}" in visit(f"/disclosure/places/{TOWNSHIP}").text
	village = visit(f"/disclosure/places/{VILLAGE}").text
	assert f"/disclosure/notice/{notice.public_key}" in village and "公示甲" not in village
	page = visit(f"/disclosure/notice/{notice.public_key}")
	assert page.status_code == 200 and "公示甲" in page.text and "640.50" in page.text


def test_a_monthly_roll_is_found_by_village_and_month(visit):
	month = getdate(today()).replace(day=1)
	public_builders.hang("Monthly Roll", VILLAGE, ("名单甲", "名单乙"), days=None, month=month)
	path = f"/disclosure/rolls/{VILLAGE}/{month:%Y-%m}"
	assert path in visit(f"/disclosure/places/{VILLAGE}").text
	page = visit(path).text
	assert "名单甲" in page and "名单乙" in page
	for wrong in (f"/disclosure/rolls/{VILLAGE}/1999-01", f"/disclosure/rolls/{VILLAGE}/x"):
		assert visit(wrong).status_code == 404


def test_what_is_printed_comes_from_the_frozen_text_alone(visit, notice):
	change(notice, applicant_name="后来改的名字", title="后来改的标题")
	page = visit(f"/disclosure/notice/{notice.public_key}").text
	assert "后来改的" not in page


def test_everything_printed_is_escaped(visit):
	row = public_builders.hang(division=VILLAGE, people=("<script>alert(1)</script>",))
	page = visit(f"/disclosure/notice/{row.public_key}").text
	assert "<script>alert" not in page and "&lt;script&gt;alert" in page


# --- gone in time -------------------------------------------------------------------------------------------
def test_a_notice_taken_down_is_gone_at_once_though_it_was_kept(visit, notice):
	path = f"/disclosure/notice/{notice.public_key}"
	assert visit(path).status_code == visit(path).status_code == 200
	change(notice, status="Withdrawn", taken_down_on=today())
	page = visit(path)
	assert page.status_code == 410 and "公示甲" not in page.text
	assert page.headers["Cache-Control"] == "no-store"


def test_a_draft_has_no_page(visit, notice):
	change(notice, status="Draft", posted_on=None)
	assert visit(f"/disclosure/notice/{notice.public_key}").status_code == 404


def test_a_notice_past_its_last_day_is_gone_whether_or_not_the_nightly_job_ran(visit, notice):
	change(notice, posted_on=add_days(today(), -8), ends_on=add_days(today(), -1))
	assert visit(f"/disclosure/notice/{notice.public_key}").status_code == 410
	assert notice.public_key not in visit(f"/disclosure/places/{VILLAGE}").text


def test_nothing_is_kept_beyond_midnight(visit, notice, monkeypatch):
	monkeypatch.setattr(visitors, "rest_of_day", lambda: 7)
	path = f"/disclosure/notice/{notice.public_key}"
	assert "max-age=7," in visit("/disclosure").headers["Cache-Control"]
	assert visit(path).headers["Cache-Control"] == "private, no-cache"
	page = website.PAGES["disclosure/notice/<key>"]
	frappe.local.session.user = "Guest"
	key = website._memory_key(page, path.strip("/"), website._version())
	assert 0 < frappe.cache.ttl(key) <= 7


@pytest.mark.parametrize(
	"doctype",
	[
		"Publicity Notice",
		"Disclosure Publication",
		"Policy Guide",
		"Disclosure Catalogue Item",
		"Socaid Settings",
	],
)
def test_a_change_of_what_is_shown_makes_the_pages_anew(doctype):
	hooks = frappe.get_doc_hooks().get(doctype, {}).get("on_change", [])
	assert f"{board.__name__}.forget" in hooks


def test_saving_a_guide_reaches_the_page_at_once(visit):
	guide = _guide("第一版的答案")
	path = f"/disclosure/guides/{guide.name}"
	assert "第一版的答案" in visit(path).text
	guide.reload()
	frappe.db.set_value("Policy Guide", guide.name, "answer", "<p>第二版的答案</p>")
	assert "第一版的答案" in visit(path).text, "kept"
	guide.run_method("on_change")
	assert "第二版的答案" in visit(path).text


# --- names are kept from machines ---------------------------------------------------------------------------
def test_search_engines_are_kept_from_names(visit, notice):
	page = visit(f"/disclosure/notice/{notice.public_key}")
	assert "noindex" in page.headers["X-Robots-Tag"] and "noarchive" in page.headers["X-Robots-Tag"]
	assert re.search(r'<meta name="robots" content="noindex', page.text)
	kept = visit(f"/disclosure/notice/{notice.public_key}")
	assert kept.headers["X-Robots-Tag"] == page.headers["X-Robots-Tag"]
	robots = visit("/robots.txt").text
	assert "Disallow: /disclosure/notice/" in robots and "Disallow: /disclosure/rolls/" in robots
	assert "X-Robots-Tag" not in visit("/disclosure/guides").headers


def test_the_feed_knows_no_address_but_the_configured_one(visit, monkeypatch):
	website.forget()
	assert "evil.invalid" not in visit("/disclosure/feed.xml", **{"X-Forwarded-Host": "evil.invalid"}).text
	assert website._url("/x") == f"{frappe.conf.host_name or ''}/x"
	monkeypatch.setitem(frappe.conf, "host_name", "https://jiuzhu.example/")
	assert website._url("/x") == "https://jiuzhu.example/x"


def test_a_notice_has_one_address_whatever_the_capitals(visit, notice):
	page = visit(f"/disclosure/notice/{notice.public_key.upper()}")
	assert page.status_code in (404, 410) and "公示甲" not in page.text


def test_what_is_sent_to_staff_is_kept_by_nobody_on_the_way(client, site):
	answer = client(builders.make_user("Disclosure Officer")).get("/disclosure")
	assert answer.headers["Cache-Control"] == "private, no-cache"


def test_neither_sitemap_nor_feed_nor_search_name_a_notice_or_a_person(visit, notice):
	feed = visit("/disclosure/feed.xml")
	assert feed.mimetype == "application/atom+xml" and "初审公示" in feed.text
	for text in (feed.text, visit("/sitemap.xml").text):
		assert notice.public_key not in text and "公示甲" not in text
	meta = frappe.get_meta(NOTICE)
	assert not meta.index_web_pages_for_search and not meta.has_web_view


@pytest.mark.parametrize("doctype", [NOTICE, "Publicity Entry", "Disclosure Publication", "Petition"])
def test_no_interface_lists_the_rows(client, doctype):
	guest = client("Guest")
	for path in (f"/api/resource/{doctype}", f"/api/method/frappe.client.get_list?doctype={doctype}"):
		assert guest.get(path).status_code in (401, 403)
	for function in (content.current, content.public_notice, board.place, board.notice):
		assert function not in frappe.whitelisted


def test_an_address_reads_a_limited_number_of_pages_a_minute(visit, monkeypatch):
	monkeypatch.setattr(website, "pages_per_minute", lambda: 3)
	# the minute may turn in between
	codes = [visit("/disclosure").status_code for _ in range(8)]
	assert codes[:3] == [200] * 3 and 429 in codes
	page = next(page for page in (visit("/disclosure/contact") for _ in range(5)) if page.status_code == 429)
	assert 0 < int(page.headers["Retry-After"]) <= 60 and "请稍后再试" in page.text
	other = public_builders.address()
	assert visit("/petition", **{"X-Forwarded-For": other}).status_code == 200, "others are not hindered"


@pytest.mark.parametrize("seconds", [website.MINUTE, visitors.DAY])
def test_an_address_reads_far_fewer_pages_with_names(visit, notice, monkeypatch, seconds):
	monkeypatch.setattr(website, "names_per", lambda window: 3 if window == seconds else 0)
	path = f"/disclosure/notice/{notice.public_key}"
	pages = [visit(path) for _ in range(8)]
	assert [page.status_code for page in pages[:3]] == [200] * 3 and pages[-1].status_code == 429
	assert "公示栏" in pages[-1].text and "公示甲" not in pages[-1].text
	assert 0 < int(pages[-1].headers["Retry-After"]) <= seconds
	assert visit("/disclosure").status_code == 200, "what names nobody is still read"
	assert visit(path, **{"X-Forwarded-For": public_builders.address()}).status_code == 200


def test_going_through_the_names_is_written_down_once(visit, notice, monkeypatch):
	monkeypatch.setattr(website, "names_per", lambda window: 1)
	before = frappe.db.count("Petition Web Attempt", {"purpose": "Read Names"})
	for _ in range(5):
		visit(f"/disclosure/notice/{notice.public_key}")
	assert frappe.db.count("Petition Web Attempt", {"purpose": "Read Names"}) == before + 1


def test_the_limit_on_names_is_a_setting_and_zero_is_none(monkeypatch):
	assert (website.names_per(website.MINUTE), website.names_per(visitors.DAY)) == (20, 150)
	monkeypatch.setitem(frappe.conf, "socaid_names_per_day", 0)
	assert website.names_per(visitors.DAY) == 0


def test_a_roll_is_reached_only_while_its_month_hangs(visit):
	old = public_builders.hang("Monthly Roll", VILLAGE, ("名单丙",), days=None, month="2026-02-01")
	path = f"/disclosure/rolls/{VILLAGE}/2026-02"
	assert "名单丙" in visit(path).text
	change(old, status="Completed", taken_down_on=today())
	page = visit(path)
	assert page.status_code == 404 and "名单丙" not in page.text


# --- guides, publications, catalogue ------------------------------------------------------------------------
def _guide(answer, **values):
	doc = frappe.get_doc(
		{
			"doctype": "Policy Guide",
			"question": "测试问题：多久答复？",
			"topic": "Other Matter",
			"answer": f"<p>{answer}</p>",
			"effective_from": today(),
			"sources": [{"document": "《信访工作条例》", "article": "第三十四条"}],
			"public": 1,
			**values,
		}
	)
	doc.flags.by_step = True
	doc.insert()
	frappe.db.set_value("Policy Guide", doc.name, "status", values.get("status", "In Force"))
	website.forget()
	return doc


def test_a_guide_shows_its_sources_and_since_when_it_applies(visit):
	guide = _guide("自受理之日起六十日内办结。")
	page = visit(f"/disclosure/guides/{guide.name}").text
	assert "六十日内" in page and "《信访工作条例》" in page and "第三十四条" in page
	assert f"{getdate(today()).year}年" in page


@pytest.mark.parametrize(
	("values", "status"),
	[({"public": 0}, 404), ({"status": "Being Written"}, 404), ({"status": "Replaced"}, 410)],
)
def test_guides_for_staff_drafts_and_old_versions_are_not_shown(visit, values, status):
	guide = _guide("不应当公开的内容", **values)
	page = visit(f"/disclosure/guides/{guide.name}")
	assert page.status_code == status and "不应当公开的内容" not in page.text
	assert guide.name not in visit("/disclosure/guides").text


def test_a_search_repeats_what_was_typed_escaped(visit):
	page = visit("/disclosure/guides?q=低保怎么申请")
	assert page.status_code == 200 and "低保怎么申请" in page.text
	assert "<b>" not in visit("/disclosure/guides?q=<b>").text


@pytest.fixture
def item():
	code = f"T{builders.digits()}"
	return frappe.get_doc(
		{
			"doctype": "Disclosure Catalogue Item",
			"item_code": code,
			"title": f"测试事项{code}",
			"topic": "General",
			"content_required": "政策法规",
			"basis": "标准目录",
			"publisher": "County Bureau",
			"frequency": "When Formed",
		}
	).insert()


def publish(item, status="Published Online", **values):
	doc = frappe.get_doc(
		{
			"doctype": "Disclosure Publication",
			"name": f"GK-2026-{builders.digits(8)}",
			"title": "关于提高低保标准的通知",
			"catalogue_item": item.name,
			"formed_on": today(),
			"due_on": today(),
			"body": "<p>自本月起执行。</p><script>alert(1)</script>",
			"status": status,
			"published_on": today() if status == "Published Online" else None,
			**values,
		}
	)
	doc.db_insert()
	website.forget()
	return doc


def test_a_publication_is_read_until_it_is_taken_down(visit, item):
	doc = publish(item)
	path = f"/disclosure/publications/{doc.name}"
	page = visit(path).text
	assert "自本月起执行" in page and "<script>alert" not in page
	assert (
		doc.name in visit("/disclosure/publications").text and doc.name in visit("/disclosure/feed.xml").text
	)
	frappe.db.set_value("Disclosure Publication", doc.name, "status", "Taken Down")
	website.forget()
	assert visit(path).status_code == 410


def test_the_attachment_of_a_publication_is_a_private_file_that_leaves_with_it(visit, item):
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"t{frappe.generate_hash(length=6)}.pdf",
			"is_private": 1,
			"content": b"%PDF-1.4 t",
		}
	).insert()
	doc = publish(item, attachment=file.file_url)
	file.db_set({"attached_to_doctype": doc.doctype, "attached_to_name": doc.name})
	path = f"/disclosure/publications/{doc.name}/attachment"
	assert path in visit(f"/disclosure/publications/{doc.name}").text
	assert visit(path).data == b"%PDF-1.4 t"
	assert visit(file.file_url).status_code == 403
	frappe.db.set_value("Disclosure Publication", doc.name, "status", "Taken Down")
	assert visit(path).status_code == 410


def test_a_publication_serves_no_file_but_its_own(visit, item):
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "密.txt", "is_private": 1, "content": frappe.generate_hash()}
	).insert()
	doc = publish(item, attachment=file.file_url)
	assert visit(f"/disclosure/publications/{doc.name}/attachment").status_code == 404


def test_what_is_due_once_a_year_names_its_day_and_not_a_number_of_days(visit):
	text = visit("/disclosure/catalogue").text
	assert "每年1月31日前</dd>" in text and "信息形成后，10个工作日内" in text


def test_the_catalogue_says_which_office_is_late_and_by_how_much(visit, item):
	publish(item, "To Be Published", due_on=add_days(today(), -4), township=TOWNSHIP)
	page = visit("/disclosure/catalogue").text
	assert item.title in page and f"{content.place_name(TOWNSHIP)}：应于" in page and "已逾期4天" in page


def test_a_roll_that_was_drawn_up_and_not_posted_in_time_is_late_too(visit, item):
	item.db_set("notice_kind", "Monthly Roll")
	frappe.get_doc(
		{
			"doctype": NOTICE,
			"name": f"GS-2026-{builders.digits(10)}",
			"kind": "Monthly Roll",
			"status": "Draft",
			"roll_month": "2026-01-01",
			"division": VILLAGE,
			"township": TOWNSHIP,
		}
	).db_insert()
	website.forget()
	assert f"{content.place_name(TOWNSHIP)}：2026年1月名单" in visit("/disclosure/catalogue").text


def test_notices_that_were_not_posted_in_time_are_counted_by_office_without_names(visit):
	for number in range(2):
		frappe.get_doc(
			{
				"doctype": NOTICE,
				"name": f"GS-2026-{builders.digits(10)}",
				"kind": "Preliminary",
				"status": "Draft",
				"applicant_name": f"未公示{number}",
				"category_name": "特困-分散",
				"division": VILLAGE,
				"township": TOWNSHIP,
				"creation": "2026-08-03 09:00:00",
			}
		).db_insert()
	frappe.db.set_value(NOTICE, {"applicant_name": ["like", "未公示%"]}, "creation", "2026-08-03 09:00:00")
	website.forget()
	page = visit("/disclosure/catalogue").text
	office = content.place_name(TOWNSHIP)
	assert f"{office}：初审公示2份，应于2026年8月17日前公开" in page and "未公示" not in page
	card = re.search(r"<h3>特困人员救助供养审核信息</h3>.*?</li>", page, re.S).group()
	assert f"{office}：初审公示2份" in card
	other = re.search(r"<h3>最低生活保障审核信息</h3>.*?</li>", page, re.S).group()
	assert f"{office}：初审公示2份" not in other
	frappe.db.delete(NOTICE, {"applicant_name": ["like", "未公示%"]})
	frappe.db.commit()


@pytest.mark.parametrize("frequency", ["Every Month", "Every Year"])
def test_a_regular_item_for_which_nothing_was_entered_is_late(item, frequency):
	item.db_set("frequency", frequency)

	def late():
		groups = board.catalogue()["groups"]
		return [row for _topic, rows in groups for one in rows if one.name == item.name for row in one.late]

	assert not late(), "not owed yet"
	item.db_set("creation", "2024-05-01 09:00:00")
	assert [row["what"] for row in late()] == ["还没有编制，"]
	due_on = late()[0]["due_on"]
	publish(item, formed_on=today(), due_on=due_on)
	assert not late()


def test_townships_that_have_entered_nothing_are_named_one_by_one(item):
	item.db_set(
		{"frequency": "Every Month", "publisher": "Township Office", "creation": "2024-05-01 09:00:00"}
	)
	publish(item, formed_on=today(), township=TOWNSHIP)
	rows = [
		r for _topic, rows in board.catalogue()["groups"] for i in rows if i.name == item.name for r in i.late
	]
	offices = {row["office"] for row in rows}
	assert content.place_name(builders.TOWNSHIP_A) in offices and content.place_name(TOWNSHIP) not in offices


# --- the pages themselves -----------------------------------------------------------------------------------
def test_an_unknown_page_is_a_page_in_chinese(visit):
	for path in (
		"/disclosure/nope",
		"/disclosure/places/000000000000",
		"/disclosure/notice/x",
		"/petition/x/y",
	):
		page = visit(path)
		assert page.status_code == 404 and "没有找到这个页面" in page.text, path


def test_a_visitor_gets_no_cookies_and_an_unchanged_page_only_once(visit):
	first = visit("/disclosure")
	assert not first.headers.getlist("Set-Cookie")
	again = visit("/disclosure", **{"If-None-Match": first.headers["ETag"]})
	assert again.status_code == 304 and not again.data


def test_a_kept_page_is_sent_without_asking_the_database(visit, client, notice, monkeypatch):
	path = f"/disclosure/notice/{notice.public_key}"
	first = visit(path).text
	monkeypatch.setattr(content, "public_notice", lambda key: pytest.fail("rendered again"))
	assert visit(path).text == first


def test_staff_see_the_pages_as_they_are_now_and_not_from_memory(client, notice):
	officer = client(builders.make_user("Township Officer", TOWNSHIP))
	path = f"/disclosure/notice/{notice.public_key}"
	assert officer.get(path).status_code == 200
	frappe.db.set_value(NOTICE, notice.name, "taken_down_on", today())
	assert officer.get(path).status_code == 410


def test_the_language_of_the_pages_is_chinese_whatever_the_browser_prefers(visit):
	page = visit("/disclosure", **{"Accept-Language": "en"})
	assert 'lang="zh-CN"' in page.text and "信息公开" in page.text


def test_the_front_door_and_a_dead_end_lead_citizens_to_their_pages(client):
	visitor = client("Guest")
	front = visitor.get("/")
	assert front.status_code == 200 and "信息公开" in front.text and "工作人员登录" in front.text
	lost = visitor.get("/no-such-page-here")
	assert lost.status_code == 404 and "没有找到这个页面" in lost.text
	assert all(f'href="{path}"' in lost.text for path in ("/disclosure", "/petition", "/petition/status"))
