"""What an upload cannot do in the browser, what a page may load, and whose desk a request changes."""

import json
import mimetypes
import os
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import frappe
import frappe.app
import pytest
from frappe.utils import get_files_path, get_site_path
from werkzeug.test import Client as WSGIClient

from tests import builders
from tests.builders import petitions as petition_cases

ACTIVE = (
	"html",
	"htm",
	"xhtml",
	"svg",
	"svgz",
	"xml",
	"xsl",
	"js",
	"mjs",
	"css",
	"swf",
	"mht",
	"doc",
	"zip",
	"x",
)
SHOWN = ("png", "jpg", "gif", "webp", "bmp", "tiff", "mp4", "webm", "mp3", "pdf", "txt")
TITLE = "测试页面"


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		clerk=petition_cases.user("headers.clerk", "Township Officer", builders.TOWNSHIP_A),
		other=petition_cases.user("headers.other", "Township Officer", builders.TOWNSHIP_B),
		pages=petition_cases.user("headers.pages", ("Township Officer", "Workspace Manager")),
		admin=petition_cases.user("headers.admin", "System Manager"),
	)
	frappe.db.commit()
	yield found
	# pages that stay would stand on every desk of the site
	frappe.set_user("Administrator")
	for name in frappe.get_all("Workspace", {"title": ["like", f"{TITLE}%"]}, pluck="name", order_by="name"):
		frappe.delete_doc("Workspace", name, force=True)
	frappe.db.commit()


@pytest.fixture(scope="module")
def server(site):
	"""The application as gunicorn serves it, with the files before it."""
	from socaid_app import wsgi

	assert os.environ["SITES_PATH"] == wsgi.SITES_PATH
	return WSGIClient(wsgi.application, use_cookies=False)


def get(server, path: str):
	"""An address as a browser would not send it: nothing in it is resolved."""
	from threading import Thread

	frappe.app._site = frappe.local.site
	answer = []
	environ = {"PATH_INFO": path}
	thread = Thread(target=lambda: answer.append(server.get("/", environ_overrides=environ)))
	thread.start()
	thread.join()
	return answer[0]


def policy(response) -> dict[str, str]:
	return dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))


# --- uploads ----------------------------------------------------------------------------------------------
def assert_inert(answer, saved: bool) -> None:
	assert answer.status_code == 200
	assert answer.headers["X-Content-Type-Options"] == "nosniff"
	assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
	assert answer.headers.get("Content-Disposition", "inline").startswith("attachment") == saved


@pytest.mark.parametrize("suffix", ACTIVE + SHOWN)
def test_a_public_file_does_nothing_in_the_browser(server, suffix):
	path = Path(get_files_path(f"{builders.digits(9)}.{suffix}"))
	path.write_bytes(b"<script>1</script>")
	try:
		answer = get(server, f"/files/{path.name}")
		assert_inert(answer, saved=suffix in ACTIVE)
		if suffix in SHOWN:
			assert answer.mimetype == mimetypes.guess_type(path.name)[0]
	finally:
		path.unlink()


# Frappe opens what is called .jpg
@pytest.mark.parametrize("suffix", sorted({*ACTIVE, *SHOWN} - {"jpg"}))
def test_a_private_file_does_nothing_in_the_browser(people, client, as_user, suffix):
	with as_user(people.clerk):
		name, content = f"{builders.digits(9)}.{suffix}", f"<script>{builders.digits(9)}</script>".encode()
		doc = {"doctype": "File", "file_name": name, "content": content, "is_private": 1}
		file = frappe.get_doc(doc).insert()
	clerk = client(people.clerk)
	assert_inert(clerk.get(file.file_url), saved=suffix in ACTIVE)
	assert_inert(clerk.get("/api/method/download_file", file_url=file.file_url), saved=True)


def test_a_private_file_with_a_chinese_name_can_be_sent(client):
	"""gunicorn refuses an answer whose headers are not Latin; the test client would take it."""
	owner = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	with builders.acting_as(owner):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "低保证明.html", "content": "<p>1</p>", "is_private": 1}
		).insert()
	answer = client(owner).get(file.file_url)
	assert answer.status_code == 200
	disposition = answer.headers["Content-Disposition"]
	assert disposition.isascii() and disposition.startswith("attachment;")
	assert unquote(disposition).endswith(file.file_name)


@pytest.mark.parametrize(
	"path",
	[
		"/files/../../site_config.json",
		"/files/../../private/files/{name}",
		"/files/x/../../../private/files/{name}",
		"/files/{absolute}",
		"/files/",
	],
)
def test_no_address_of_a_public_file_leads_out_of_their_directory(server, path):
	secret = Path(get_site_path("private", "files", f"{builders.digits(9)}.txt")).resolve()
	secret.write_text("机密")
	try:
		answer = get(server, path.format(name=secret.name, absolute=secret))
		assert answer.status_code == 404 and "机密" not in answer.text and "db_password" not in answer.text
	finally:
		secret.unlink()


# --- pages ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/app", "/login", "/app/recipient", "/no-such-page", "/me", "/printview"])
def test_a_page_loads_nothing_from_elsewhere_and_is_framed_by_nobody_else(people, client, path):
	answer = client("Guest" if path == "/login" else people.clerk).get(path, headers={"Accept": "text/html"})
	assert answer.mimetype == "text/html" or answer.status_code in (301, 302)
	assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
	assert answer.headers["X-Content-Type-Options"] == "nosniff"
	assert answer.headers["Referrer-Policy"] == "same-origin"
	if answer.mimetype == "text/html" and answer.status_code not in (301, 302):
		rules = policy(answer)
		assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'self'"
		assert rules["frame-ancestors"] == "'self'" and rules["object-src"] == "'none'"
		for kind in ("script-src", "style-src", "font-src", "frame-src", "connect-src"):
			assert "*" not in rules[kind].split() and "http:" not in rules[kind].split()


def test_messages_come_from_the_own_host_alone(people, client):
	rules = policy(
		client(people.clerk).get("/app", headers={"Accept": "text/html", "Host": "county.example:81"})
	)
	sources = rules["connect-src"].split()
	assert "wss://county.example:81" in sources
	assert all(source == "'self'" or "://county.example:" in source for source in sources)


def test_a_name_for_this_site_writes_no_policy(site):
	from werkzeug.test import EnvironBuilder
	from werkzeug.wrappers import Request

	from socaid_app.overrides import headers

	request = Request(EnvironBuilder(headers={"Host": "x; script-src *"}).get_environ())
	assert "script-src *" not in headers.desk_policy(request)


def test_data_is_not_taken_for_a_page(people, client):
	answer = client(people.clerk).get("/api/method/frappe.auth.get_logged_user")
	assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_public_pages_keep_their_stricter_rules(client):
	for path in ("/disclosure", "/petition"):
		answer = client("Guest").get(path)
		assert policy(answer)["default-src"] == "'none'"
		assert answer.headers.getlist("X-Frame-Options") == ["DENY"]
		assert len(answer.headers.getlist("Content-Security-Policy")) == 1


# --- pages of the desk ------------------------------------------------------------------------------------
def page(**values) -> dict:
	title = f"{TITLE}{builders.digits(9)}"
	return {"doctype": "Workspace", "title": title, "label": title, "content": "[]", "public": 0, **values}


def stored(**values) -> str:
	return frappe.get_doc(page(**values)).insert().name


def test_nobody_puts_a_page_onto_the_desk_of_somebody_else(people, client):
	for user in (people.clerk, people.pages):
		answer = client(user).post("/api/resource/Workspace", **page(for_user=people.other))
		assert answer.status_code == 403 and "PageOfOthers" in answer.text


def test_a_page_of_nobody_is_not_made_by_a_clerk(people, client):
	assert client(people.clerk).post("/api/resource/Workspace", **page(for_user="")).status_code == 403


def test_an_own_page_is_made_changed_and_deleted(people, client):
	clerk = client(people.clerk)
	answer = clerk.post("/api/resource/Workspace", **page(for_user=people.clerk))
	assert answer.status_code == 200, answer.text
	path = f"/api/resource/Workspace/{answer.json['data']['name']}"
	assert clerk.put(path, icon="file").status_code == 200
	assert clerk.put(path, for_user=people.other).status_code == 403
	assert clerk.put(path, public=1, for_user="").status_code != 200
	assert clerk.delete(path).status_code == 202


@pytest.mark.parametrize("kind", ["public", "other"])
def test_pages_of_others_stay_as_they_are_on_every_way_in(people, client, kind):
	values = {"public": 1, "for_user": ""} if kind == "public" else {"for_user": people.other}
	name = stored(**values)
	clerk = client(people.clerk)
	path = f"/api/resource/Workspace/{name}"
	set_value = {"doctype": "Workspace", "name": name, "fieldname": "icon", "value": "file"}
	assert clerk.put(path, icon="file").status_code in (403, 417)
	assert clerk.put(path, public=0, for_user=people.clerk).status_code == 403
	assert clerk.call("frappe.client.set_value", **set_value).status_code in (403, 417)
	assert (
		clerk.call("frappe.client.rename_doc", doctype="Workspace", old_name=name, new_name="x").status_code
		== 403
	)
	assert clerk.delete(path).status_code in (403, 417)
	space = "frappe.desk.doctype.workspace.workspace"
	assert clerk.call(f"{space}.hide_page", page_name=name).status_code == 403
	doc = frappe.get_doc("Workspace", name)
	assert (doc.icon, doc.public, doc.is_hidden) == (None, values.get("public", 0), 0)


def test_public_pages_are_kept_by_those_whose_task_it_is(people, client):
	path = f"/api/resource/Workspace/{stored(public=1, for_user='')}"
	assert client(people.admin).put(path, icon="file").status_code != 200
	assert client(people.pages).put(path, icon="file").status_code == 200


def test_the_sidebar_makes_own_pages(people, client):
	space = "frappe.desk.doctype.workspace.workspace.new_page"
	own = page(for_user=people.clerk) | {"parent_page": "", "icon": "file", "indicator_color": ""}
	own["label"] = f"{own['title']}-{people.clerk}"
	assert client(people.clerk).call(space, new_page=json.dumps(own)).status_code == 200
	assert frappe.db.get_value("Workspace", own["label"], "for_user") == people.clerk
