"""``/visits``: the visits of an investigator on a phone, usable without network.

A page renderer instead of files in ``www``: the shell is kept on the phone for days, so it is a plain document that
names nobody, and each of its parts needs headers of its own. What is personal comes later, over the functions of the
sync, and is kept enciphered by ``public/js/visits``.
"""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlsplit

import frappe
from frappe.sessions import get_csrf_token
from frappe.utils.jinja_globals import bundled_asset
from werkzeug.wrappers import Response

from socaid_app import __version__
from socaid_app.overrides.headers import COMMON

ROUTE = "visits"
SCRIPT, STYLE, CODES = "visits.bundle.js", "visits.bundle.css", "visits_codes.bundle.js"
IMAGES = "/assets/socaid_app/images"
ICON = f"{IMAGES}/socaid.svg"
LOGGED_OUT = "visits_logged_out"
HEADERS = COMMON | {
	"X-Frame-Options": "DENY",
	"Content-Security-Policy": (
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self';"
		" manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	),
	"Permissions-Policy": "geolocation=(self), camera=(self)",
	"Cache-Control": "no-cache",
}


class PhoneApp:
	"""Hook ``page_renderer``."""

	def __init__(self, path: str, http_status_code: int | None = None):
		self.path = (path or "").strip("/ ")

	def can_render(self) -> bool:
		return self.path in PARTS

	def render(self) -> Response:
		response = PARTS[self.path]()
		for name, value in HEADERS.items():
			response.headers.setdefault(name, value)
		return response


def page() -> Response:
	"""The shell, the same for everybody: who is not logged in is asked to by its script."""
	return Response(_shell(), mimetype="text/html")


def _shell() -> str:
	script, style = _asset(SCRIPT), _asset(STYLE)
	built = hashlib.sha256((script + style).encode()).hexdigest()[:6]
	parts = {
		"codes": _asset(CODES),
		"script": script,
		"style": style,
		"icon": ICON,
		"touch_icon": f"{IMAGES}/visits-192.png",
	}
	return frappe.render_template(
		"templates/visits/page.html", parts | {"version": f"{__version__}-{built}"}, is_path=True
	)


def worker() -> Response:
	"""The service worker; another content of the shell gives another version, and thereby another cache."""
	files = [_asset(SCRIPT), _asset(STYLE), _asset(CODES), ICON, f"/{ROUTE}/manifest.webmanifest"]
	version = hashlib.sha256((_shell() + "".join(files)).encode()).hexdigest()[:16]
	script = frappe.render_template(
		"templates/visits/worker.js",
		{"version": json.dumps(version), "files": json.dumps(files), "page": json.dumps(f"/{ROUTE}")},
		is_path=True,
	)
	return Response(script, mimetype="text/javascript", headers={"Service-Worker-Allowed": f"/{ROUTE}"})


def manifest() -> Response:
	content = {
		"name": "离线走访",
		"short_name": "离线走访",
		"lang": "zh-CN",
		"id": f"/{ROUTE}",
		"start_url": f"/{ROUTE}",
		"scope": f"/{ROUTE}",
		"display": "standalone",
		"background_color": "#f4f6f9",
		"theme_color": "#1a4f86",
		"icons": [
			{"src": ICON, "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
			*(
				{
					"src": f"{IMAGES}/visits-{size}.png",
					"sizes": f"{size}x{size}",
					"type": "image/png",
					"purpose": "any maskable",
				}
				for size in (192, 512)
			),
		],
	}
	return Response(json.dumps(content, ensure_ascii=False), mimetype="application/manifest+json")


def session() -> Response:
	"""{"user", "csrf_token"} of the login; {"user": "Guest"} without one. Never kept on the phone."""
	answer = {"user": frappe.session.user}
	if frappe.session.user != "Guest":
		answer["csrf_token"] = get_csrf_token()
		frappe.db.commit()
	return Response(json.dumps(answer), mimetype="application/json", headers={"Cache-Control": "no-store"})


def remember_logout(login_manager=None) -> None:
	"""Hook ``on_logout``: the browser's app takes its data away when it is opened next; nothing personal in it."""
	if manager := getattr(frappe.local, "cookie_manager", None):
		manager.set_cookie(LOGGED_OUT, "1", max_age=30 * 86400)


def _asset(name: str) -> str:
	"""Path of a built file, without the host."""
	return urlsplit(bundled_asset(name)).path


PARTS = {
	ROUTE: page,
	f"{ROUTE}/sw.js": worker,
	f"{ROUTE}/manifest.webmanifest": manifest,
	f"{ROUTE}/session.json": session,
}
