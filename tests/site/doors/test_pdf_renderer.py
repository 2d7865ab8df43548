"""A PDF is made of what the document holds: no file of the server, no address, no option of its own."""

import base64
import io
import socket
import subprocess
import time
from contextlib import contextmanager
from threading import Thread

import frappe
import pytest
from frappe.utils import pdf as frappe_pdf
from frappe.utils import print_format as print_formats
from PIL import Image
from pypdf import PdfReader

from socaid_app.overrides import pdf
from tests import builders

SECRET = "GEHEIMNIS"


@pytest.fixture(scope="module")
def canary(tmp_path_factory):
	"""A file that the server could read."""
	file = tmp_path_factory.mktemp("pdf") / "secret.txt"
	file.write_text(f"{SECRET} {SECRET}")
	return file


@contextmanager
def listening(answers: bool = False):
	"""A port of this machine; the addresses of those who came."""
	came = []
	with socket.socket() as server:
		server.bind(("127.0.0.1", 0))
		server.listen(8)
		server.settimeout(0.2)
		open_ = [True]

		def wait():
			while open_[0]:
				try:
					connection, address = server.accept()
				except (TimeoutError, OSError):
					continue
				came.append(address)
				# says nothing: whoever asks waits
				if answers:
					connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + SECRET.encode())
				connection.close() if answers else None

		thread = Thread(target=wait, daemon=True)
		thread.start()
		try:
			yield server.getsockname()[1], came
		finally:
			open_[0] = False
			thread.join()


def words(content: bytes) -> str:
	return subprocess.run(
		["pdftotext", "-", "-"], input=content, capture_output=True, check=True
	).stdout.decode()


def printed(html: str, options: dict | None = None) -> bytes:
	return frappe_pdf.get_pdf(html, options)


FILE, WEB = "file://{file}", "http://127.0.0.1:{port}/x"
VECTORS = [
	f'<object data="{FILE}" type="text/plain" width="500" height="300"></object>',
	f'<iframe src="{FILE}"></iframe>',
	f'<iframe srcdoc="<object data={FILE}></object>"></iframe>',
	f'<embed src="{FILE}" type="text/plain">',
	f'<frameset><frame src="{FILE}"></frameset>',
	f'<img src="{FILE}"><img srcset="{FILE} 2x">',
	f'<link rel="stylesheet" href="{FILE}">',
	f'<style>@import url("{FILE}");</style>',
	f"<style>@im\\port '{FILE}';</style>",
	f'<style>p {{ background: url("{FILE}") }} p::before {{ content: u\\72l({FILE}) }}</style>',
	f"<style>@font-face {{ font-family: x; src: url({WEB}) }} p {{ font-family: x }}</style>",
	f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{FILE}" xlink:href="{FILE}" width="9" height="9"/></svg>',
	f'<svg><foreignObject><iframe src="{FILE}"></iframe></foreignObject></svg>',
	f'<svg><use xlink:href="{FILE}#x"/></svg>',
	f'<svg><style><object data="{FILE}"></object></style></svg>',
	f'<meta http-equiv="refresh" content="0; url={FILE}">',
	f'<base href="file:///"><img src="etc/passwd"><object data="{FILE}"></object>',
	f'<!--><object data="{FILE}"></object>-->',
	f'<noscript><object data="{FILE}"></object></noscript>',
	f'<table background="{WEB}"><tr><td style="background: url({WEB})">x</td></tr></table>',
	f'<script>document.write("<object data={FILE}></object>")</script>',
	f"<body onload=\"location='{FILE}'\">",
	f'<video src="{WEB}" poster="{WEB}"></video><audio src="{WEB}"></audio>',
	f'<form action="{WEB}"><input type="image" src="{WEB}"></form>',
	f'<img src="{WEB}"><iframe src="{WEB}"></iframe><object data="{WEB}"></object>',
	f'<link rel="stylesheet" href="{WEB}"><link rel="prefetch" href="{WEB}">',
	'<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"><image href="{file}"/></svg>\'>',
	'<img src="/assets/../../../etc/passwd"><img src="/private/files/../site_config.json">',
	'<meta name="pdfkit-enable-local-file-access" content=""><object data="file://{file}"></object>',
	'<meta name="pdfkit-cover" content="{file}">',
	'<meta name="pdfkit-header-html" content="{file}"><meta name="pdfkit-footer-html" content="{file}">',
	'<meta name="pdfkit-allow" content="/"><iframe src="{file}"></iframe>',
	'<meta name="pdfkit-post-file" content="a {file}"><meta name="pdfkit-cookie-jar" content="{file}">',
	'<meta name="pdfkit-run-script" content="document.body.innerHTML=1">',
	'<meta name="pdfkit-proxy" content="http://127.0.0.1:{port}"><img src="http://example.invalid/x">',
	"<style>.print-format {{ enable-local-file-access: yes; cover: {file}; header-html: {file} }}</style>",
]


@pytest.mark.parametrize("vector", VECTORS)
def test_a_document_brings_nothing_from_outside(site, canary, vector):
	with listening(answers=True) as (port, came):
		html = (
			vector.replace("{file}", str(canary))
			.replace("{port}", str(port))
			.replace("{{", "{")
			.replace("}}", "}")
		)
		content = printed(f"<html><body><p>Anfang</p>{html}<p>Ende</p></body></html>")
	text = words(content)
	assert SECRET not in text and "root:" not in text and "db_name" not in text
	assert "Anfang" in text or "frameset" in vector
	assert came == []
	assert canary.read_text().startswith(SECRET)


def test_a_report_is_printed_by_the_same_renderer(site, canary, client):
	clerk = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	html = f'<p>Anfang</p><object data="file://{canary}" width="500" height="200"></object>'
	answer = client(clerk).post("/api/method/frappe.utils.print_format.report_to_pdf", html=html)
	assert answer.status_code == 200 and answer.get_data()[:4] == b"%PDF"
	assert "Anfang" in words(answer.get_data()) and SECRET not in words(answer.get_data())


def test_a_silent_port_holds_nobody(site):
	with listening() as (port, came):
		started = time.monotonic()
		printed(
			f'<p>x</p><iframe src="http://127.0.0.1:{port}/"></iframe><img src="http://127.0.0.1:{port}/a.png">'
		)
		assert time.monotonic() - started < 30
	assert came == []


def test_whatever_reaches_the_renderer_it_has_no_network_and_no_files(site, canary):
	"""The second wall: a document that was not enclosed."""
	with listening(answers=True) as (port, came):
		content = pdf.render(
			f'<p>Anfang</p><iframe src="file://{canary}"></iframe><object data="file://{canary}"></object>'
			f'<img src="http://127.0.0.1:{port}/"><iframe src="http://127.0.0.1:{port}/"></iframe>'
			f'<script>document.write("{SECRET}")</script>',
			{"enable-local-file-access": "", "allow": "/", "header-html": str(canary), "cover": str(canary)},
		)
	assert SECRET not in words(content) and came == []


def test_what_takes_too_long_is_ended_with_all_its_children(site, monkeypatch):
	frappe.local.conf.socaid_pdf_seconds = 1
	try:
		before = running()
		row = "<tr>" + "<td>字</td>" * 40 + "</tr>"
		with pytest.raises(pdf.PdfRefused):
			pdf.render(f"<table>{row * 30000}</table>", {})
		assert running() <= before
	finally:
		frappe.local.conf.pop("socaid_pdf_seconds")


def running() -> set[str]:
	"""The wkhtmltopdf processes of this machine."""
	found = subprocess.run(["pgrep", "-x", "wkhtmltopdf"], capture_output=True, check=False).stdout
	return set(found.decode().split())


def test_too_much_is_refused_before_it_is_read(site):
	with pytest.raises(pdf.PdfRefused):
		printed("x" * (pdf.LARGEST_HTML + 1))
	with pytest.raises(pdf.PdfRefused):
		printed("<div>" * 60000)


# --- what stays -----------------------------------------------------------------------------------------------------
def picture() -> bytes:
	stream = io.BytesIO()
	Image.new("RGB", (40, 40), "red").save(stream, "PNG")
	return stream.getvalue()


def images(content: bytes) -> int:
	return sum(len(page.images) for page in PdfReader(io.BytesIO(content)).pages)


def test_pictures_are_printed_that_the_user_may_read(site, as_user):
	file = frappe.get_doc(
		{"doctype": "File", "file_name": f"{builders.digits()}.png", "content": picture(), "is_private": 1}
	).insert()
	data = base64.b64encode(picture()).decode()
	assert images(printed(f'<p>x</p><img src="data:image/png;base64,{data}">')) == 1
	assert images(printed(f'<p>x</p><img src="{file.file_url}">')) == 1
	assert "data:image/png" in str(pdf.enclosed(f'<p style="background: url({file.file_url})">x</p>'))
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		assert images(printed(f'<p>x</p><img src="{file.file_url}">')) == 0


def test_styles_and_margins_of_a_print_are_kept(site):
	css = "<style>.print-format { page-size: A5; margin-top: 50mm } p { color: red }</style>"
	page = PdfReader(io.BytesIO(printed(f'{css}<div class="print-format"><p>x</p></div>'))).pages[0]
	assert round(float(page.mediabox.width)) in range(415, 425)
	assert "color: red" in str(pdf.enclosed(css)).replace("color:red", "color: red")


def test_letters_are_printed_as_before(site):
	household = builders.make_household(builders.VILLAGE_A)
	frappe.local.response = frappe._dict()
	print_formats.download_pdf("Recipient Household", household.name)
	content = frappe.local.response.filecontent
	assert household.head_name in words(content)
	print_formats.download_multi_pdf("Recipient Household", frappe.as_json([household.name]), "Standard")
	assert frappe.local.response.filecontent[:4] == b"%PDF"


def test_a_county_s_copy_of_a_print_format_escapes_as_ours_do(site):
	copy = frappe.get_doc(
		{
			"doctype": "Print Format",
			"name": f"县版{builders.digits()}",
			"doc_type": "Recipient Household",
			"custom_format": 1,
			"print_format_type": "Jinja",
			"standard": "No",
			"html": "<p>{{ doc.address }}</p>",
		}
	).insert()
	household = builders.make_household(builders.VILLAGE_A)
	frappe.db.set_value("Recipient Household", household.name, "address", "<img src=x onerror=alert(1)>号")
	html = frappe.get_print("Recipient Household", household.name, copy.name)
	assert "<img src=x" not in html and "&lt;img src=x" in html


def test_a_style_is_read_once_and_sets_the_page_of_every_document_that_carries_it(monkeypatch):
	read, parse = [], frappe_pdf.get_print_format_styles
	monkeypatch.setattr(frappe_pdf, "get_print_format_styles", lambda soup: read.append(soup) or parse(soup))
	style = f"<style>.print-format {{ margin-top: 33mm }} .n{time.time_ns()} {{ color: red }}</style>"
	for words_of in ("first", "second"):
		_html, options = pdf.read_options(f"{style}<div class='print-format'>{words_of}</div>")
		assert options["margin-top"] == "33mm"
	assert len(read) == 1
	_html, options = pdf.read_options(style.replace("33mm", "44mm") + "<div class='print-format'></div>")
	assert options["margin-top"] == "44mm"
