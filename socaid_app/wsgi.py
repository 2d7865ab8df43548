"""The web server's entry for a machine without nginx: gunicorn serves `socaid_app.wsgi:application`.

Frappe leaves static files and the realtime service to a reverse proxy. `make run` and the browser tests have
none, so this wraps Frappe's application with the two middlewares of its own development server, and answers
`/socket.io/` with a redirect to the realtime port (socket.io then stays on polling). It serves behind nginx as well,
which answers for these itself: here Frappe learns before the first request whom to believe about a visitor's address,
and how a login that fails is answered.

Environment: SOCAID_SITE, the one site served whatever the Host header says; SITES_PATH, the bench's sites
directory.
"""

import os

import frappe
import frappe.app
from frappe.middlewares import StaticDataMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware

from socaid_app import visitors
from socaid_app.permissions import accounts

SITES_PATH = os.path.abspath(os.environ.get("SITES_PATH", "."))


class RealtimeRedirect:
	def __init__(self, app, port: int):
		self.app = app
		self.port = port

	def __call__(self, environ, start_response):
		if not environ["PATH_INFO"].startswith("/socket.io/"):
			return self.app(environ, start_response)

		# host without its port; an IPv6 literal keeps its brackets
		host = environ.get("HTTP_HOST", "127.0.0.1").rsplit(":", 1)[0]
		location = f"http://{host}:{self.port}{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
		# 307 keeps method and body; CORS lets the page read the redirected answer
		start_response("307 Temporary Redirect", [("Location", location), ("Content-Length", "0")])
		return [b""]


def make_application():
	frappe.app._sites_path = SITES_PATH
	frappe.app._site = os.environ.get("SOCAID_SITE") or None
	visitors.answer_for_frappe()
	accounts.answer_for_frappe()

	application = SharedDataMiddleware(
		frappe.app.application, {"/assets": os.path.join(SITES_PATH, "assets")}
	)
	application = StaticDataMiddleware(application, {"/files": SITES_PATH})
	return RealtimeRedirect(application, _socketio_port())


def _socketio_port() -> int:
	config = frappe.get_file_json(os.path.join(SITES_PATH, "common_site_config.json"))
	return int(os.environ.get("FRAPPE_SOCKETIO_PORT") or config.get("socketio_port") or 9000)


application = make_application()
