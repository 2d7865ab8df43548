"""The web server's entry for a machine without nginx: gunicorn serves `socaid_app.wsgi:application`.

Frappe leaves static files and the realtime service to a reverse proxy. `make run` and the browser tests have one for
the realtime service only (scripts/haproxy.cfg), so this wraps Frappe's application with the two middlewares of its own
development server, the one for stored files made safe. It serves behind nginx as well, which answers for files itself:
here Frappe learns before the first request whom to believe about a visitor's address, and how a login that fails is
answered; and whoever comes while the database or the cache is away is told so.

Environment: SOCAID_SITE, the one site served whatever the Host header says; SITES_PATH, the bench's sites
directory.
"""

import os

import frappe
import frappe.app
from frappe.middlewares import StaticDataMiddleware
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound
from werkzeug.http import parse_options_header
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.utils import safe_join

from socaid_app import visitors
from socaid_app.overrides.headers import stored_file
from socaid_app.overrides.unavailable import Unavailable
from socaid_app.permissions import accounts

SITES_PATH = os.path.abspath(os.environ.get("SITES_PATH", "."))


class StoredFiles(StaticDataMiddleware):
	"""Public files of the site: of that directory alone, and shown in the browser only if they can do nothing there."""

	def get_directory_loader(self, directory):
		load = super().get_directory_loader(directory)

		def loader(path):
			# Frappe's joins any path: /files/../../site_config.json, /files//etc/passwd
			if not path or safe_join("/", path) is None:
				return None, None
			try:
				return load(path)
			except NotFound:
				return None, None

		return loader

	def __call__(self, environ, start_response):
		def start(status, headers, exc_info=None):
			headers = Headers(headers)
			if status.startswith("200"):
				mimetype = parse_options_header(headers.get("Content-Type"))[0]
				for name, value in stored_file(mimetype).items():
					headers.setdefault(name, value)
			return start_response(status, headers.to_wsgi_list(), exc_info)

		stored = environ["PATH_INFO"].startswith("/files/")
		return super().__call__(environ, start if stored else start_response)


def make_application():
	frappe.app._sites_path = SITES_PATH
	frappe.app._site = os.environ.get("SOCAID_SITE") or None
	visitors.answer_for_frappe()
	accounts.answer_for_frappe()
	if not frappe.cache:
		# no site: the connection to the cache, which is asked before every request
		frappe.init("", sites_path=SITES_PATH)
		frappe.destroy()

	application = SharedDataMiddleware(
		Unavailable(frappe.app.application), {"/assets": os.path.join(SITES_PATH, "assets")}
	)
	return StoredFiles(application, {"/files": SITES_PATH})


application = make_application()
