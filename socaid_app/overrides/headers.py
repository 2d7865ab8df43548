"""What browsers are told about an answer: one place for the pages of the desk, for files, and for what anybody reads.

A stored file is shown in the browser only if it can do nothing there; every other is saved, and none may run
scripts. Public files are served without Frappe: by wsgi.py with the same headers, in production by nginx
(socaid_app/manual/administrator.zh.md).
"""

from __future__ import annotations

import re
from urllib.parse import quote

from werkzeug.http import parse_options_header
from werkzeug.wrappers import Request, Response

COMMON = {
	"X-Content-Type-Options": "nosniff",
	# the address of a record, the key of a notice or a code must not travel to another site
	"Referrer-Policy": "same-origin",
}
FRAMED_BY_OURSELVES = COMMON | {"X-Frame-Options": "SAMEORIGIN"}
# website.py: pages without any script of Frappe's.
PUBLIC_PAGE = COMMON | {
	"X-Frame-Options": "DENY",
	"Content-Security-Policy": (
		"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self';"
		" base-uri 'none'; frame-ancestors 'none'"
	),
}
FILE = FRAMED_BY_OURSELVES | {"Content-Security-Policy": "sandbox; default-src 'none'"}
STORED = ("/private/files/", "/backups/")
# Pictures, sound, films, paper: what no browser runs.
INERT = frozenset(
	(
		"application/pdf",
		"audio/mpeg",
		"image/bmp",
		"image/gif",
		"image/jpeg",
		"image/png",
		"image/tiff",
		"image/webp",
		"text/plain",
		"video/mp4",
		"video/webm",
	)
)
# Frappe's maps are put together from there (frappe.utils.map_defaults).
MAP_TILES = "https://tile.openstreetmap.org"
HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d+)?")


def secure(response: Response | None, request: Request) -> None:
	"""Hook ``after_request``. What an answer says of itself, such as a public page, stays."""
	if response is None:
		return
	if request.path.startswith(STORED) and response.status_code < 300:
		headers = stored_file(response.mimetype)
	elif "Content-Disposition" in response.headers:
		headers = FILE
	elif response.mimetype == "text/html":
		headers = FRAMED_BY_OURSELVES | {"Content-Security-Policy": desk_policy(request)}
	else:
		headers = FRAMED_BY_OURSELVES
	for name, value in headers.items():
		response.headers.setdefault(name, value)
	if "Content-Disposition" in response.headers:
		response.headers["Content-Disposition"] = sendable(response.headers["Content-Disposition"])


def sendable(disposition: str) -> str:
	"""A file name in Chinese as headers can carry it (RFC 6266): web servers refuse other letters, and the file with them."""
	if disposition.isascii():
		return disposition
	kind, options = parse_options_header(disposition)
	return f"{kind}; filename*=UTF-8''{quote(options.get('filename', ''))}"


def stored_file(mimetype: str | None) -> dict[str, str]:
	"""The headers of an upload."""
	return FILE if mimetype in INERT else FILE | {"Content-Disposition": "attachment"}


def desk_policy(request: Request) -> str:
	"""What a page with Frappe's scripts may load: this site, and the pieces of a map.

	Frappe's scripts stand in the page and compile their templates, hence the two ``unsafe``; none comes from, or
	sends anything to, another site.
	"""
	sources = {
		"default-src": "'self'",
		"script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
		"style-src": "'self' 'unsafe-inline'",
		"img-src": f"'self' data: blob: {MAP_TILES}",
		"media-src": "'self' blob:",
		"font-src": "'self' data:",
		"connect-src": " ".join(("'self'", *_realtime(request))),
		# the editor for code
		"worker-src": "'self' blob:",
		"frame-src": "'self' blob:",
		"object-src": "'none'",
		"base-uri": "'self'",
		"form-action": "'self'",
		"frame-ancestors": "'self'",
	}
	return "; ".join(f"{name} {value}" for name, value in sources.items())


def _realtime(request: Request) -> list[str]:
	"""Messages come from this host, over a WebSocket, which not every browser counts as its 'self'."""
	host = HOST.fullmatch(request.host)
	return [f"ws://{host[0]}", f"wss://{host[0]}"] if host else []
