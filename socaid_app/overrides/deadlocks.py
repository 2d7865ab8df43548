"""A request that met another one at the same rows is tried again (in place of ``frappe.api.handle``).

Where two transactions wait for each other, MariaDB takes everything back that one of them wrote, so that the whole
request can begin anew. Frappe does this with jobs; a request it answers with error 500 and the words of the database.
So it does when the database has no room left on its disk, which is said here in words as well.
"""

from __future__ import annotations

import random
from copy import deepcopy
from time import sleep

import frappe
import frappe.api
import pymysql
from frappe import _
from werkzeug.wrappers import Request, Response

ATTEMPTS = 4
# Seconds at most before the first new attempt; twice as many before each that follows.
PAUSE = 0.1


# MariaDB's numbers for "no space left on device".
NO_ROOM = (1021, 1026, 1114)


class SavedAtOnce(frappe.ValidationError):
	http_status_code = 409


class DatabaseFull(frappe.ValidationError):
	http_status_code = 507


def install() -> None:
	handle = frappe.api.handle

	def handled(request: Request) -> Response:
		asked, flags = deepcopy(dict(frappe.local.form_dict)), dict(frappe.local.flags)
		for attempt in range(ATTEMPTS):
			try:
				return handle(request)
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError) as error:
				frappe.db.rollback()
				# whoever waited in vain has waited for most of a minute already
				if isinstance(error, frappe.QueryTimeoutError) or attempt == ATTEMPTS - 1:
					_refuse()
				_begin_anew(request, asked, flags)
				sleep(random.uniform(0, PAUSE * 2**attempt))
			except pymysql.err.Error as error:
				if not error.args or error.args[0] not in NO_ROOM:
					raise
				frappe.db.rollback()
				frappe.throw(
					_(
						"The disk of the database is full. Nothing was saved: please tell the administrator, keep the"
						" page open and try again later."
					),
					DatabaseFull,
				)

	frappe.api.handle = handled


def _begin_anew(request: Request, asked: dict, flags: dict) -> None:
	"""What the request has left in the process, back to how it came."""
	for file in request.files.values():
		file.stream.seek(0)
	local = frappe.local
	local.form_dict = frappe._dict(deepcopy(asked))
	local.flags = frappe._dict(flags)
	local.response = frappe._dict({"docs": []})
	local.message_log, local.error_log = [], []
	local.document_cache = {}
	getattr(local, "request_cache", {}).clear()


def _refuse() -> None:
	frappe.throw(
		_("Somebody else was saving the same records at this moment. Nothing was changed: please try again."),
		SavedAtOnce,
	)
