"""The pages that everybody may read: petitions of citizens and the disclosure pages.

They are one page renderer instead of files in ``www``: Frappe's own templates load the scripts of the framework,
set cookies for guests, list their pages in the sitemap, and do not escape what is printed into them. Here each
page is a plain document with a small style sheet, escaped throughout; what it shows comes from
``public_disclosure/board.py``, ``petition_desk/public_intake.py`` and, in ``dynamic_management/``, ``change_page.py``,
``application_page.py``, ``application_status.py`` and ``survey_page.py``.

A rendered page is kept in Redis under a version that every publication changes (``board.forget``), and never
beyond midnight, when notices end. :func:`answer_early` serves such a page before Frappe opens the database.
Addresses may read a limited number of pages a minute (``socaid_public_pages_per_minute`` in the site
configuration; 0 is no limit, for load tests), and of pages with names far fewer (``socaid_names_per_minute``,
``socaid_names_per_day``): the address of a roll follows from village and month, and without such a limit anybody
could carry off the names of a whole county.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import frappe
from frappe.sessions import get_csrf_token
from frappe.utils import cint, sanitize_html
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as NoSuchRoute
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Response

from socaid_app import printing, visitors
from socaid_app.casework import events
from socaid_app.errors import log_without_words
from socaid_app.overrides.headers import PUBLIC_PAGE

CSS, SCRIPT = "css/public.css", "js/public.js"
PAGES_PER_MINUTE = 60
# Somebody reads the notices of a village, a committee those of a township; nobody reads a county's.
NAMES_PER_MINUTE, NAMES_PER_DAY = 20, 150
MINUTE = 60
READ_NAMES = "Read Names"
# A safety net under the version: what was changed past the documents shows after this time at the latest.
KEEP_SECONDS = 15 * 60
BROWSER_SECONDS = 60
VERSION_KEY = "socaid-public-version"
NAMES_ROBOTS = "noindex, nofollow, noarchive, nosnippet"


class Missing(frappe.DoesNotExistError):
	"""There is no such page."""


class Gone(frappe.DoesNotExistError):
	"""There was such a page; it was taken down."""


@dataclass(frozen=True)
class Page:
	"""``show(**arguments of the address)`` gives the values of ``template``; see board.py for their shapes.

	``names``: persons are named on it, so search engines are kept out. ``cached``: the same for everybody.
	``query``: the parameters after the question mark that change what it shows.
	"""

	show: str
	template: str
	names: bool = False
	cached: bool = True
	query: tuple[str, ...] = ()
	mimetype: str = "text/html"


BOARD = "socaid_app.public_disclosure.board"
INTAKE = "socaid_app.petition_desk.public_intake"
CHANGES = "socaid_app.dynamic_management.change_page"
APPLYING = "socaid_app.dynamic_management"
PAGES = {
	"disclosure": Page(f"{BOARD}.home", "disclosure.html"),
	"disclosure/places/<code>": Page(f"{BOARD}.place", "place.html"),
	"disclosure/notice/<key>": Page(f"{BOARD}.notice", "notice.html", names=True),
	"disclosure/rolls/<village>/<month>": Page(f"{BOARD}.roll", "roll.html", names=True),
	"disclosure/guides": Page(f"{BOARD}.guides", "guides.html", query=("q",)),
	"disclosure/guides/<name>": Page(f"{BOARD}.guide", "guide.html"),
	"disclosure/catalogue": Page(f"{BOARD}.catalogue", "catalogue.html"),
	"disclosure/publications": Page(f"{BOARD}.publications", "publications.html"),
	"disclosure/publications/<name>": Page(f"{BOARD}.publication", "publication.html"),
	"disclosure/publications/<name>/attachment": Page(f"{BOARD}.attachment", "", cached=False),
	"disclosure/contact": Page(f"{BOARD}.contact", "contact.html"),
	"disclosure/feed.xml": Page(f"{BOARD}.feed", "feed.xml", mimetype="application/atom+xml"),
	"petition": Page(f"{INTAKE}.form_page", "petition.html", cached=False),
	"petition/status": Page(f"{INTAKE}.status_page", "status.html", cached=False),
	"petition/change": Page(f"{CHANGES}.form_page", "change.html", cached=False),
	"petition/change/status": Page(f"{CHANGES}.status_page", "change_status.html", cached=False),
	"apply": Page(f"{APPLYING}.application_page.page", "apply.html", cached=False),
	"apply/status": Page(f"{APPLYING}.application_status.page", "apply_status.html", cached=False),
	"survey": Page(f"{APPLYING}.survey_page.page", "survey.html", cached=False),
	"robots.txt": Page(f"{BOARD}.robots", "robots.txt", mimetype="text/plain"),
}
SECTIONS = ("disclosure", "petition", "apply", "survey")
ROUTES = Map([Rule(f"/{path}", endpoint=path) for path in PAGES], strict_slashes=False, merge_slashes=False)


# --- where Frappe comes in --------------------------------------------------------------------------------
class PublicPage:
	"""Hook ``page_renderer``."""

	def __init__(self, path: str, http_status_code: int | None = None):
		self.path = (path or "").strip("/ ")

	def can_render(self) -> bool:
		return is_public(self.path)

	def render(self) -> Response:
		return respond(self.path)


def answer_early() -> None:
	"""Hook ``before_request``: a page kept in memory is sent before the database is opened for its sake."""
	request = frappe.local.request
	path = request.path.strip("/ ")
	if request.method not in ("GET", "HEAD") or not is_public(path):
		return
	response = _limited(path) or _remembered(path)
	# the renderer need not count this request again
	frappe.flags.public_page_counted = True
	if response:
		raise HTTPException(response=_finish(response))


def is_public(path: str) -> bool:
	return path == "robots.txt" or path.split("/", 1)[0] in SECTIONS


def home_page(user: str) -> str:
	"""Hook ``get_website_user_home_page``: visitors find the pages of citizens, staff their desk."""
	return "disclosure" if user == "Guest" else "login"


def forget() -> None:
	"""Throw away all rendered pages, once what was changed is stored."""
	_next_version()
	if frappe.db:
		frappe.db.after_commit.add(_next_version)


def _next_version() -> None:
	frappe.cache.set(frappe.cache.make_key(VERSION_KEY), frappe.generate_hash(length=12))


# --- answering --------------------------------------------------------------------------------------------
def respond(path: str) -> Response:
	"""The page of a path, or the page that says why there is none."""
	frappe.local.lang = "zh"
	try:
		response = None if frappe.flags.public_page_counted else _limited(path)
		response = response or _remembered(path) or _build(path)
	except Missing:
		response = _plain("没有找到这个页面", "网址可能有误，或者内容已经移走。请从公开首页重新查找。", 404)
	except Gone:
		response = _plain(
			"这份公示已经撤下", "公示期已满或者已经撤回，依照规定不再公开。如有疑问，请与我们联系。", 410
		)
	except Exception as error:
		frappe.db.rollback()
		log_without_words("Public page", error)
		frappe.db.commit()
		response = _plain("系统暂时不能办理", "请过几分钟再试。着急的事情请拨打下面的电话。", 500)
	return _finish(response)


def _build(path: str) -> Response:
	endpoint, arguments = _route(path)
	page = PAGES[endpoint]
	version = _version()
	values = frappe.get_attr(page.show)(**arguments)
	if isinstance(values, Response):
		return values
	status = values.pop("http_status", 200)
	body = render(page.template, path=path, names=page.names, **values)
	response = Response(body, status=status, mimetype=page.mimetype)
	if page.names:
		response.headers["X-Robots-Tag"] = NAMES_ROBOTS
	if not page.cached:
		response.headers["Cache-Control"] = "no-store"
		for name, value in values.get("http_headers", {}).items():
			response.headers[name] = value
		if cookie := values.get("http_cookie"):
			response.set_cookie(**cookie)
		return response
	response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
	if status == 200 and frappe.request.method in ("GET", "HEAD"):
		_remember(page, path, version, response)
	return _for_browser(page, response)


def _route(path: str) -> tuple[str, dict[str, str]]:
	try:
		return ROUTES.bind("").match(f"/{path}")
	except (NoSuchRoute, RequestRedirect):
		raise Missing


def render(template: str, **values: object) -> str:
	"""A template of ``templates/public`` with what all of them need; everything printed is escaped."""
	settings = frappe.get_cached_doc("Socaid Settings")
	values = {
		"names": False,
		"crumbs": (),
		"path": "",
		"bureau": settings.bureau_name or "民政局",
		"phone": settings.bureau_phone or "",
		"address": settings.bureau_address or "",
		"csrf": get_csrf_token() if frappe.session.user != "Guest" else "",
		"robots": NAMES_ROBOTS,
		"asset": _asset,
		"url": _url,
	} | values
	return _templates().get_template(template).render(values)


@lru_cache(maxsize=1)
def _templates() -> Environment:
	found = Environment(
		loader=PackageLoader("socaid_app", "templates/public"),
		autoescape=True,
		undefined=StrictUndefined,
		trim_blocks=True,
		lstrip_blocks=True,
	)
	found.filters |= {
		"date": printing.cn_date,
		"month": printing.cn_month,
		"yuan": printing.yuan,
		"paragraphs": paragraphs,
		"rich": rich,
	}
	return found


def paragraphs(text: str | None) -> Markup:
	"""Text as typed into a box, line by line."""
	lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
	return Markup("\n").join(Markup("<p>{}</p>").format(line) for line in lines)


def rich(html: str | None) -> Markup:
	"""Text of the editor: once more freed from everything that is not text."""
	return Markup(sanitize_html(html or "", always_sanitize=True))


def _url(path: str) -> str:
	"""The full address where the site knows its own (``host_name``), otherwise the path: what a request calls this
	site must not stand in a page that is kept for others."""
	host = (frappe.conf.host_name or "").rstrip("/")
	if host and "://" not in host:
		host = f"https://{host}"
	return f"{host}{path}"


@lru_cache(maxsize=8)
def _asset(path: str) -> str:
	"""Address of a file of ``public/`` that changes with its content, so that browsers may keep it for long."""
	with open(frappe.get_app_path("socaid_app", "public", *path.split("/")), "rb") as file:
		return f"/assets/socaid_app/{path}?v={hashlib.sha256(file.read()).hexdigest()[:10]}"


def _plain(title: str, text: str, status: int, **headers: object) -> Response:
	body = render("message.html", title=title, text=text)
	response = Response(body, status=status, mimetype="text/html")
	response.headers["X-Robots-Tag"] = NAMES_ROBOTS
	response.headers["Cache-Control"] = "no-store"
	response.headers.extend({name.replace("_", "-"): str(value) for name, value in headers.items()})
	return response


def too_many(seconds: int) -> Response:
	"""429, with the time after which to come back."""
	after = f"{seconds}秒" if seconds < 120 else f"{-(-seconds // 60)}分钟"
	return _plain("请稍后再试", f"从您所在的网络来的请求太多。请{after}后再试。", 429, Retry_After=seconds)


def pages_per_minute() -> int:
	"""How many pages an address may read; 0 is no limit."""
	return cint(frappe.conf.get("socaid_public_pages_per_minute", PAGES_PER_MINUTE))


def names_per(seconds: int) -> int:
	"""How many pages with names an address may read in a minute or a day; 0 is no limit."""
	if seconds == MINUTE:
		return cint(frappe.conf.get("socaid_names_per_minute", NAMES_PER_MINUTE))
	return cint(frappe.conf.get("socaid_names_per_day", NAMES_PER_DAY))


def _limited(path: str) -> Response | None:
	frappe.local.lang = "zh"
	limit = pages_per_minute()
	if limit and visitors.tally("page", MINUTE) > limit:
		return too_many(visitors.rest_of_minute())
	return _names_limited() if _names_persons(path) and frappe.session.user == "Guest" else None


def _names_persons(path: str) -> bool:
	try:
		return PAGES[_route(path)[0]].names
	except Missing:
		return False


def _names_limited() -> Response | None:
	"""429 for whoever goes through the names one page after the other; written down once a day per address."""
	for seconds, wait in ((MINUTE, visitors.rest_of_minute()), (visitors.DAY, visitors.rest_of_day())):
		limit = names_per(seconds)
		if not limit or visitors.tally("names", seconds) <= limit:
			continue
		if visitors.tally("names-refused", visitors.DAY) == 1:
			events.tell("socaid_readers_refused", READ_NAMES, f"{limit}/{seconds}s")
			frappe.db.commit()
		when = "一分钟后再看" if seconds == MINUTE else "明天再看"
		return _plain(
			"请稍后再看名单",
			f"为保护公示中的个人信息，同一网络短时间内只能看有限的名单和公示。请{when}；着急的可以到村（社区）"
			"公示栏查看，或者拨打下面的电话询问。",
			429,
			Retry_After=wait,
		)
	return None


def _finish(response: Response) -> Response:
	response.headers.extend(PUBLIC_PAGE)
	if frappe.session.user == "Guest":
		# a visitor needs none of the session's cookies, and a page without any may be kept on the way
		frappe.local.cookie_manager.cookies.clear()
	elif response.headers.get("Cache-Control") != "no-store":
		# what is sent to a session is kept by nobody on the way
		response.headers["Cache-Control"] = "private, no-cache"
	return response.make_conditional(frappe.request.environ)


# --- what is kept -----------------------------------------------------------------------------------------
def _version() -> str:
	key = frappe.cache.make_key(VERSION_KEY)
	# a version that Redis lost is never used again: what was kept under it may be old
	version = frappe.cache.get(key)
	if not version:
		frappe.cache.set(key, frappe.generate_hash(length=12), nx=True)
		version = frappe.cache.get(key)
	return version.decode()


def _memory_key(page: Page, path: str, version: str) -> bytes | None:
	"""None for a request that is answered afresh: staff, or a search with words of its own."""
	if not page.cached or frappe.session.user != "Guest":
		return None
	query = [(name, value) for name in page.query if (value := (frappe.request.args.get(name) or "").strip())]
	# what is typed into a search box has no end; only the page without it is kept
	if query:
		return None
	return frappe.cache.make_key(f"socaid-public:{version}:{path}?{urlencode(query)}")


def _remembered(path: str) -> Response | None:
	try:
		endpoint, _arguments = _route(path)
	except Missing:
		return None
	page = PAGES[endpoint]
	key = _memory_key(page, path, _version())
	kept = frappe.cache.hmget(key, ("body", "etag")) if key else None
	if not kept or not kept[0]:
		return None
	response = Response(kept[0], mimetype=page.mimetype)
	response.set_etag(kept[1].decode())
	if page.names:
		response.headers["X-Robots-Tag"] = NAMES_ROBOTS
	return _for_browser(page, response)


def _remember(page: Page, path: str, version: str, response: Response) -> None:
	key = _memory_key(page, path, version)
	if not key:
		return
	pipeline = frappe.cache.pipeline()
	pipeline.hset(key, mapping={"body": response.get_data(), "etag": response.get_etag()[0]})
	pipeline.expire(key, min(KEEP_SECONDS, visitors.rest_of_day()))
	pipeline.execute()


def _for_browser(page: Page, response: Response) -> Response:
	"""What names persons is asked for again each time: it may have been taken down a second ago."""
	seconds = min(BROWSER_SECONDS, visitors.rest_of_day())
	kept = "private, no-cache" if page.names else f"max-age={seconds}, must-revalidate"
	response.headers["Cache-Control"] = kept
	return response
