"""What people see while the database or the cache is away: Frappe would let the error of the one through to the web
server, and work on without the other, reading everything anew, for half a minute a page.

Nothing here may ask the database, the cache or the translations: the words are Chinese in the source.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import frappe
import pymysql
import redis
from werkzeug.wrappers import Response

AWAY = (
	pymysql.err.OperationalError,
	pymysql.err.InterfaceError,
	redis.exceptions.ConnectionError,
	redis.exceptions.TimeoutError,
)
# What Frappe's connection to the cache lacks: a cache that takes connections and says nothing is away, too.
PATIENCE_SECONDS = {"socket_connect_timeout": 1, "socket_timeout": 3}
PAGE = (Path(__file__).parents[1] / "templates" / "unavailable.html").read_text(encoding="utf-8")
SAYS = "系统暂时不能使用，一般几分钟就好。这一步没有保存：请不要关闭页面，恢复后再试一次。"
AGAIN_SECONDS = 60


class Unavailable:
	"""WSGI middleware: 503 with a page, or with a sentence for the desk (public/js/socaid/unavailable.js)."""

	def __init__(self, application: Callable) -> None:
		self.application = application

	def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		try:
			ask_cache()
			return self.application(environ, start_response)
		except AWAY as error:
			print(f"socaid: {type(error).__name__}: {error}", file=environ["wsgi.errors"])
			return answer(environ)(environ, start_response)


def ask_cache() -> None:
	"""Raises one of AWAY. Before the first site was opened there is no connection to ask by."""
	if frappe.cache:
		frappe.cache.connection_pool.connection_kwargs.update(PATIENCE_SECONDS)
		frappe.cache.ping()


def answer(environ: dict) -> Response:
	for_program = environ["PATH_INFO"].startswith("/api/") or environ["REQUEST_METHOD"] == "POST"
	body, kind = (
		(json.dumps({"unavailable": SAYS}, ensure_ascii=False), "application/json")
		if for_program
		else (PAGE, "text/html; charset=utf-8")
	)
	headers = {
		"Retry-After": str(AGAIN_SECONDS),
		"Cache-Control": "no-store",
		"X-Content-Type-Options": "nosniff",
	}
	return Response(body, 503, headers, content_type=kind)
