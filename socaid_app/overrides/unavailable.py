"""What people see while the database or the cache is away, where Frappe would let the error through to the web server.

Nothing here may ask the database, the cache or the translations: the words are Chinese in the source.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pymysql
import redis
from werkzeug.wrappers import Response

AWAY = (pymysql.err.OperationalError, pymysql.err.InterfaceError, redis.exceptions.ConnectionError)
PAGE = (Path(__file__).parents[1] / "templates" / "unavailable.html").read_text(encoding="utf-8")
SAYS = "系统暂时不能使用，一般几分钟就好。这一步没有保存：请不要关闭页面，恢复后再试一次。"
AGAIN_SECONDS = 60


class Unavailable:
	"""WSGI middleware: 503 with a page, or with a sentence for the desk (public/js/socaid/unavailable.js)."""

	def __init__(self, application: Callable) -> None:
		self.application = application

	def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
		try:
			return self.application(environ, start_response)
		except AWAY as error:
			print(f"socaid: {type(error).__name__}: {error}", file=environ["wsgi.errors"])
			return answer(environ)(environ, start_response)


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
