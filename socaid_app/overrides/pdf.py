"""One renderer for every PDF: it is given a document that fetches nothing, and it can fetch nothing.

Frappe hands wkhtmltopdf whatever HTML a request holds: options in its ``meta`` tags, files of the server in its
``object`` tags, addresses that never answer. Here the document is enclosed first: what loads or runs is taken out,
pictures and style sheets of the app and files that the user may read are put in as data, options come from the
server alone. Then wkhtmltopdf runs without JavaScript, local files, cookies and network, with limits of time and
size, in a process group of its own that ends as a whole.

wkhtmltopdf stays because the letters are laid out for it; WeasyPrint would need none of this, but neither knows
Frappe's style sheets for prints (floats, zoom) nor prints a bound file of 200 pages in reasonable time.
"""

from __future__ import annotations

import base64
import mimetypes
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import frappe
import tinycss2
from bs4 import BeautifulSoup
from bs4.element import PreformattedString
from frappe import _
from frappe.utils import cint, pdf

from socaid_app import documents
from socaid_app.permissions import files

# What loads, runs or changes the meaning of what follows.
REMOVED = (
	*("script", "noscript", "iframe", "frame", "frameset", "noframes", "object", "embed", "applet", "param"),
	*(
		"base",
		"meta",
		"audio",
		"video",
		"source",
		"track",
		"template",
		"portal",
		"xmp",
		"plaintext",
		"noembed",
	),
	*("foreignobject", "animate", "set", "use", "feimage", "handler", "listener"),
)
ADDRESSES = frozenset(
	(
		"src",
		"srcset",
		"href",
		"xlink:href",
		"data",
		"poster",
		"background",
		"action",
		"formaction",
		"longdesc",
	)
	+ ("cite", "classid", "codebase", "profile", "manifest", "ping", "dynsrc", "lowsrc", "code", "archive")
)
INLINE = re.compile(
	r"data:(image/(png|jpeg|gif|webp|bmp)|font/[\w-]+|application/font-[\w-]+|text/css)[;,]", re.I
)
LINKS = re.compile(r"(https?|mailto|tel):", re.I)
PICTURES = re.compile(r"image/(png|jpeg|gif|webp|bmp|svg\+xml)")
# Options that the server's own code and the style of the page may set, and how their values look.
OPTIONS = {
	"page-size": r"[A-Za-z0-9]{1,12}",
	"orientation": r"Portrait|Landscape",
	"encoding": r"[A-Za-z0-9-]{1,12}",
	**dict.fromkeys(("page-width", "page-height"), r"[\d.]{1,8}(mm|cm|in|px|pt)?"),
	**dict.fromkeys(
		("margin-top", "margin-bottom", "margin-left", "margin-right", "header-spacing", "footer-spacing"),
		r"[\d.]{1,8}(mm|cm|in|px|pt)?",
	),
}
SWITCHES = frozenset({"print-media-type", "background", "images", "disable-smart-shrinking"})
# Written by Frappe beside the document, out of parts of it.
PIECES = ("header-html", "footer-html")
PIECE = re.compile(r"/tmp/frappe-pdf-[\w-]+\.html")
CLOSED = (
	*("--quiet", "--disable-javascript", "--disable-local-file-access", "--disable-plugins"),
	*("--load-error-handling", "ignore", "--load-media-error-handling", "ignore"),
	# nothing listens there: what would be fetched in spite of all is refused at once
	*("--proxy", "http://127.0.0.1:9"),
)
ENVIRONMENT = (
	"PATH",
	"LANG",
	"LC_ALL",
	"DISPLAY",
	"XAUTHORITY",
	"QT_QPA_PLATFORM",
	"FONTCONFIG_PATH",
	"FONTCONFIG_FILE",
)
# Tags that are always closed; a list or a table may leave others open.
NESTING = re.compile(
	r"<(/?)(?:div|span|b|i|u|a|font|em|strong|section|article|table|blockquote|ul|ol|svg|g)\b", re.I
)
DEEPEST = 300
# Longer than the style of Frappe and the app together; longer ones are read anew each time.
KEPT_CSS = 1024 * 1024
LARGEST_HTML = 40 * 1024 * 1024
LARGEST_PDF = 300 * 1024 * 1024
LARGEST_MEMORY = 3 * 1024 * 1024 * 1024
SECONDS = 100


class PdfRefused(frappe.ValidationError):
	pass


def install() -> None:
	"""Put the renderer into Frappe's; once a process (:func:`socaid_app.overrides.install`)."""
	theirs = {name: getattr(pdf, name) for name in ("read_options_from_html", "inline_private_images")}
	theirs["pdfkit"] = pdf.pdfkit
	theirs["get_cookie_options"] = pdf.get_cookie_options

	def choose(name: str, ours):
		def function(*args, **kwargs):
			return (ours if frappe.flags.socaid_fence else theirs[name])(*args, **kwargs)

		setattr(pdf, name, function)

	choose("read_options_from_html", read_options)
	choose("inline_private_images", lambda html: html)
	choose("get_cookie_options", dict)

	class Renderer:
		"""Stands where Frappe looks for pdfkit."""

		@staticmethod
		def from_string(html, options=None, **kwargs):
			if frappe.flags.socaid_fence:
				return render(html, options or {})
			return theirs["pdfkit"].from_string(html, options=options, **kwargs)

	pdf.pdfkit = Renderer


# --- the document -------------------------------------------------------------------------------------------------
def read_options(html: str) -> tuple[str, dict]:
	"""In place of Frappe's: the enclosed document, and the options of its own style (margins, size of the page)."""
	if len(html) > LARGEST_HTML:
		frappe.throw(_("There is too much to print at once. Print fewer records."), PdfRefused)
	if depth(html) > DEEPEST:
		frappe.throw(_("This is nested too deeply to be printed."), PdfRefused)
	soup = enclosed(html)
	options = pdf.prepare_header_footer(soup)
	pdf.toggle_visible_pdf(soup)
	css = "".join(style.string or "" for style in soup.find_all("style"))
	options |= (page_style if len(css) <= KEPT_CSS else page_style.__wrapped__)(css)
	return str(soup), options


@lru_cache(maxsize=16)
def page_style(css: str) -> dict[str, str]:
	"""The options that a style sets on the whole page. To read the style which nearly every document carries takes
	Frappe's parser longer than all the rest of the printing."""
	soup = BeautifulSoup("<style></style>", "html5lib")
	soup.style.string = css
	return {style.name: style.value for style in pdf.get_print_format_styles(soup) if style.name in OPTIONS}


def depth(html: str) -> int:
	"""About how deep the tags lie in each other; counted before a parser spends its time on them."""
	deepest = now = 0
	for found in NESTING.finditer(html):
		now += -1 if found.group(1) else 1
		now, deepest = max(now, 0), max(deepest, now)
	return deepest


def enclosed(html: str) -> BeautifulSoup:
	"""The document as the renderer's own parser would read it, without anything that fetches or runs."""
	soup = BeautifulSoup(html, "html5lib")
	for text in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
		# comments and the like, which parsers do not agree upon
		text.extract()
	for tag in soup.find_all(True):
		if tag.decomposed:
			continue
		name = tag.name.lower()
		if name in REMOVED or (name == "link" and not _style_sheet(tag)):
			tag.decompose()
			continue
		for attribute in list(tag.attrs):
			_enclose_attribute(tag, attribute)
		if name == "style":
			tag.string = enclosed_css("".join(map(str, tag.contents)))
	soup.head.insert(0, soup.new_tag("meta", charset="utf-8"))
	return soup


def _style_sheet(tag) -> bool:
	"""Whether a ``link`` is a style sheet of the app; it is put in as data."""
	if "stylesheet" not in (tag.get("rel") or []):
		return False
	data = _inlined(str(tag.get("href") or ""), styles=True)
	if not data:
		return False
	tag.attrs = {"rel": "stylesheet", "href": data, "media": tag.get("media") or "all"}
	return True


def _enclose_attribute(tag, attribute: str) -> None:
	name = attribute.lower()
	value = tag[attribute]
	text = " ".join(value) if isinstance(value, list) else str(value)
	if name.startswith("on") or name == "srcdoc":
		del tag[attribute]
	elif tag.name.lower() == "link":
		return
	elif name in ADDRESSES or name.endswith(":href"):
		if tag.name.lower() == "a" and LINKS.match(text.strip()):
			return
		data = _inlined(text) if name in ("src", "href", "xlink:href", "background") else None
		if data and tag.name.lower() != "a":
			tag[attribute] = data
		else:
			del tag[attribute]
	elif name == "style" or "(" in text:
		tag[attribute] = (
			enclosed_css(text) if name == "style" else re.sub(r"(?i)url\s*\([^)]*\)?", "none", text)
		)


def enclosed_css(css: str) -> str:
	"""CSS that fetches nothing: addresses become data or nothing, imports go. Read as tokens: an escape hides a word
	from whoever looks for it in the text."""
	tokens = tinycss2.parse_component_value_list(css)
	# "<" would end the style for one parser and not for the other
	return tinycss2.serialize(_closed(tokens)).replace("<", "\\3c ")


def _closed(tokens: list) -> list:
	kept, importing = [], False
	for token in tokens:
		if importing:
			importing = not (token.type == "literal" and token.value == ";")
			continue
		if token.type == "at-keyword" and token.lower_value in ("import", "charset", "namespace"):
			importing = True
		elif token.type == "url":
			kept += _address(token.value)
		elif token.type == "function" and token.lower_name in ("url", "src", "image"):
			kept += _address("".join(part.value for part in token.arguments if part.type == "string"))
		elif token.type == "function":
			token.arguments = _closed(token.arguments)
			kept.append(token)
		elif token.type in ("{} block", "[] block", "() block"):
			token.content = _closed(token.content)
			kept.append(token)
		elif token.type not in ("bad-url", "bad-string"):
			kept.append(token)
	return kept


def _address(address: str) -> list:
	data = _inlined(address)
	return tinycss2.parse_component_value_list(f'url("{data}")' if data else "none")


def _inlined(address: str, styles: bool = False) -> str | None:
	"""An address as data: of the app's own assets, and of files that the user may read; None for all others."""
	address = "".join(address.split())
	if INLINE.match(address):
		return address
	path = unquote(urlsplit(address).path) if _is_here(address) else ""
	kind = mimetypes.guess_type(path)[0] or ""
	if path.startswith("/assets/"):
		if not (PICTURES.fullmatch(kind) or kind.startswith("font/") or (styles and kind == "text/css")):
			return None
		content = _asset(path)
		if content and kind == "text/css":
			content = enclosed_css(content.decode(errors="replace")).encode()
	else:
		file = files.readable(path) if PICTURES.fullmatch(kind) and kind != "image/svg+xml" else None
		content = file and file.get_content()
	if not content:
		return None
	content = content.encode() if isinstance(content, str) else content
	if kind.startswith("image/") and not path.startswith("/assets/"):
		# the renderer shows a photo as the chip saw it
		content, kind = documents.upright(content, kind)
	return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _is_here(address: str) -> bool:
	try:
		parts = urlsplit(address)
	except ValueError:
		return False
	if parts.scheme and parts.scheme not in ("http", "https"):
		return False
	return not parts.netloc or address.startswith(f"{frappe.utils.get_url()}/")


def _asset(path: str) -> bytes | None:
	"""A built file of an app. Links within the directory of assets lead into the apps; none leads elsewhere."""
	if ".." in path.split("/"):
		return None
	file = Path(frappe.local.sites_path) / path.lstrip("/")
	return file.read_bytes() if file.is_file() else None


# --- the process --------------------------------------------------------------------------------------------------
def render(html: str, options: dict) -> bytes:
	"""The PDF of an enclosed document; raises PdfRefused where it takes too long or grows too large."""
	program = shutil.which("wkhtmltopdf")
	if not program:
		frappe.throw(_("wkhtmltopdf is not installed on the server. Ask the person in charge of the system."))
	with tempfile.TemporaryDirectory(prefix="socaid-pdf-") as directory:
		target = Path(directory) / "print.pdf"
		command = [*_limits(), program, *CLOSED, *_arguments(options), "-", str(target)]
		environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
		environment |= {"HOME": directory, "TMPDIR": directory, "XDG_RUNTIME_DIR": directory}
		seconds = cint(frappe.conf.get("socaid_pdf_seconds")) or SECONDS
		said = _run(command, html.encode("utf-8", "replace"), environment, seconds)
		if not target.is_file() or not target.stat().st_size:
			frappe.logger("pdf").error(f"wkhtmltopdf: {said[-400:]!r}")
			frappe.throw(
				_("This could not be printed. Print fewer records, or ask the person in charge."), PdfRefused
			)
		return target.read_bytes()


def _arguments(options: dict) -> list[str]:
	arguments = []
	for name, value in options.items():
		name, value = name.lstrip("-"), "" if value is None else str(value)
		if name in SWITCHES:
			arguments.append(f"--{name}")
		elif (
			name in OPTIONS
			and re.fullmatch(OPTIONS[name], value)
			or name in PIECES
			and PIECE.fullmatch(value)
		):
			arguments += [f"--{name}", value]
	return arguments


def _limits() -> list[str]:
	prlimit = shutil.which("prlimit")
	return (
		[prlimit, f"--as={LARGEST_MEMORY}", f"--fsize={LARGEST_PDF}", f"--cpu={SECONDS}"] if prlimit else []
	)


def _run(command: list[str], html: bytes, environment: dict, seconds: int) -> bytes:
	"""Run it in a process group of its own, which is killed with all its children when the time is over."""
	process = subprocess.Popen(
		command,
		stdin=subprocess.PIPE,
		stdout=subprocess.DEVNULL,
		stderr=subprocess.PIPE,
		env=environment,
		cwd="/",
		start_new_session=True,
	)
	try:
		return process.communicate(html, timeout=seconds)[1]
	except subprocess.TimeoutExpired:
		return frappe.throw(_("Printing takes too long. Print fewer records at once."), PdfRefused)
	finally:
		with suppress(ProcessLookupError):
			os.killpg(process.pid, signal.SIGKILL)
		process.wait()
