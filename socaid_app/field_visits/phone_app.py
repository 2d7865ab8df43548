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
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from socaid_app.overrides.headers import COMMON

ROUTE = "visits"
SCRIPT, STYLE, ICON = "visits.bundle.js", "visits.bundle.css", "/assets/socaid_app/images/socaid.svg"
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
	"""The shell. Who is not logged in goes to the login first; the phone keeps it for later without network."""
	if frappe.session.user == "Guest":
		return redirect(f"/login?redirect-to=/{ROUTE}")
	return Response(_shell(), mimetype="text/html")


def _shell() -> str:
	parts = {"script": _asset(SCRIPT), "style": _asset(STYLE), "icon": ICON}
	return frappe.render_template("templates/visits/page.html", parts)


def worker() -> Response:
	"""The service worker; another content of the shell gives another version, and thereby another cache."""
	files = [_asset(SCRIPT), _asset(STYLE), ICON, f"/{ROUTE}/manifest.webmanifest"]
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
		"icons": [{"src": ICON, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
	}
	return Response(json.dumps(content, ensure_ascii=False), mimetype="application/manifest+json")


def session() -> Response:
	"""{"user", "csrf_token"} of the login; {"user": "Guest"} without one. Never kept on the phone."""
	answer = {"user": frappe.session.user}
	if frappe.session.user != "Guest":
		answer["csrf_token"] = get_csrf_token()
		frappe.db.commit()
	return Response(json.dumps(answer), mimetype="application/json", headers={"Cache-Control": "no-store"})


def _asset(name: str) -> str:
	"""Path of a built file, without the host."""
	return urlsplit(bundled_asset(name)).path


PARTS = {
	ROUTE: page,
	f"{ROUTE}/sw.js": worker,
	f"{ROUTE}/manifest.webmanifest": manifest,
	f"{ROUTE}/session.json": session,
}
