"""What cannot be read is refused, not tried (in place of ``frappe.app.make_form_dict`` and ``handle_exception``).

Frappe parses what it is sent wherever it needs it: JSON nested too deeply, numbers without end, halves of
characters and bytes of another encoding end in error 500, an entry in the error log, or a text full of question
marks in a record. Here the whole request is read once, as strictly as the functions behind would need it, and
answered with 400 and a sentence.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

import frappe
import frappe.app
from frappe import _
from werkzeug.wrappers import Request, Response

# Frappe's own requests reach a dozen; Python gives up at about a thousand.
DEEPEST = 64
# What MariaDB holds; Python gives up at 4,300 digits.
LARGEST = 2**63 - 1
LONGEST_NUMBER = 30
LONGEST_DIGITS = 300
# Where a list begins and how long it is, which Frappe writes into the statement as it is.
PAGES = ("limit", "limit_start", "limit_page_length", "start", "page_length", "page_len")
TEXT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
BRACKET = re.compile(r"[\[{]|[\]}]")
DIGITS = re.compile(rf"\s*[+-]?\d{{{LONGEST_DIGITS},}}")


# What Frappe's functions raise for a value that is missing or of another kind than they look for.
STUMBLES = (
	TypeError,
	ValueError,
	LookupError,
	AttributeError,
	ImportError,
	NameError,
	ArithmeticError,
	AssertionError,
)
# Unknown column, unknown table, a value that the column does not hold.
NO_SUCH_THING = (1054, 1064, 1146, 1264, 1292, 1366, 1406)
# Of a function that is given what it does not take.
NOT_ASKED_FOR = "unexpected keyword argument"
OURS = str(Path(__file__).parents[1])


class Unreadable(frappe.ValidationError):
	http_status_code = 400


def check(request: Request) -> None:
	"""Raises Unreadable."""
	body, sent = request.get_data(), None
	_text(request.path)
	_bytes(request.query_string)
	for name, value in request.args.items(multi=True):
		_value(name)
		_value(value)
	if request.is_json:
		sent = _parse_body(_bytes(body, quoted=False)) if body else None
		_value(sent)
	elif request.mimetype == "application/x-www-form-urlencoded":
		_bytes(body)
	for name, value in request.form.items(multi=True):
		_value(name)
		_value(value)
		# a form with files was read with marks in place of what is no UTF-8
		if "\ufffd" in value and request.mimetype == "multipart/form-data":
			_not_utf8()
	for page in PAGES:
		for values in (request.args, request.form, sent if isinstance(sent, dict) else {}):
			_page(values.get(page))


def _page(value) -> None:
	try:
		number = float(value)
	except (TypeError, ValueError):
		return
	if not 0 <= number <= LARGEST:
		_no_number(value)


def _bytes(sent: bytes, quoted: bool = True) -> str:
	try:
		return (unquote_to_bytes(sent) if quoted else sent).decode()
	except UnicodeDecodeError:
		return _not_utf8()


def _parse_body(text: str):
	try:
		return _parse(text)
	except json.JSONDecodeError:
		return _no_json()


def _parse(text: str):
	if too_deep(text):
		_nested()
	return json.loads(text, parse_int=_whole, parse_float=_decimal, parse_constant=_no_number)


def too_deep(text: str) -> bool:
	"""Whether brackets outside of quotes stand one in another more than DEEPEST times."""
	if text.count("[") + text.count("{") <= DEEPEST:
		return False
	depth = 0
	for bracket in BRACKET.findall(TEXT.sub("", text)):
		depth += 1 if bracket in "[{" else -1
		if depth > DEEPEST:
			return True
	return False


def _whole(digits: str) -> int:
	number = int(digits) if len(digits) <= LONGEST_NUMBER else LARGEST + 1
	return number if abs(number) <= LARGEST else _no_number(digits)


def _decimal(text: str) -> float:
	number = float(text)
	return number if abs(number) <= LARGEST else _no_number(text)


def _value(value, level: int = 0) -> None:
	"""A value as parsed, whatever stands in it; JSON in JSON is read as well."""
	if level > 2 * DEEPEST:
		_nested()
	if isinstance(value, dict):
		for key, one in value.items():
			_text(key)
			_value(one, level + 1)
	elif isinstance(value, list):
		for one in value:
			_value(one, level + 1)
	elif isinstance(value, str):
		_text(value)
		if value.lstrip()[:1] in ("[", "{"):
			try:
				carried = _parse(value)
			except json.JSONDecodeError:
				# a text that begins with a bracket
				return
			_value(carried, level + 1)


def _text(text: str) -> None:
	try:
		text.encode()
	except UnicodeEncodeError:
		_not_utf8()
	if "\0" in text:
		_no_text()
	if DIGITS.match(text):
		_no_number(text)


# --- the sentences ------------------------------------------------------------------------------------------------
def _not_utf8():
	_speak()
	frappe.throw(_("The request is not in UTF-8."), Unreadable)


def _no_json():
	_speak()
	frappe.throw(_("The request is not valid JSON."), Unreadable)


def _nested():
	_speak()
	frappe.throw(_("The request is nested too deeply."), Unreadable)


def _no_text():
	_speak()
	frappe.throw(_("The request holds characters that no text has."), Unreadable)


def _no_number(value: object):
	_speak()
	frappe.throw(_("The request holds a number that cannot be calculated with."), Unreadable)


def _speak() -> None:
	"""A request is read before it is known who asks, and what they speak."""
	frappe.local.lang = frappe.get_system_settings("language") or frappe.local.lang


# --- in their place -----------------------------------------------------------------------------------------------
def install() -> None:
	"""Once a process (:func:`socaid_app.overrides.install`)."""
	their_form, their_handling = frappe.app.make_form_dict, frappe.app.handle_exception

	def make_form_dict(request: Request):
		if frappe.get_hooks("socaid_scoped_doctypes"):
			check(request)
		return their_form(request)

	def handle_exception(error: Exception):
		if frappe.flags.socaid_fence and not hasattr(error, "http_status_code"):
			if _was_sent(error):
				_answer(error, _("The request is not valid JSON."))
			elif _stumbled(error):
				frappe.logger("requests").warning("a request does not fit", exc_info=error)
				_answer(
					error,
					_("The request does not fit what was called; nothing was changed. Load the page again."),
				)
		return their_handling(error)

	frappe.app.make_form_dict = make_form_dict
	frappe.app.handle_exception = handle_exception


def _answer(error: Exception, sentence: str) -> None:
	error.http_status_code = Unreadable.http_status_code
	frappe.msgprint(sentence)


def _stumbled(error: Exception) -> bool:
	"""Whether Frappe, or a library, fell over what it was sent. Where our own code does, that is a fault of ours and
	stays an error of the server."""
	stumbles = isinstance(error, STUMBLES) or (
		isinstance(error, frappe.db.ProgrammingError | frappe.db.OperationalError | frappe.db.DataError)
		# Frappe raises these by itself for a DocType that does not exist, without a number
		and (not isinstance(error.args[0], int) or error.args[0] in NO_SUCH_THING)
	)
	return stumbles and not _where(error).startswith(OURS)


def _where(error: Exception) -> str:
	"""The file in which an error arose; where ours only handed on what was sent, it is not ours."""
	trace = error.__traceback__
	while trace and trace.tb_next:
		trace = trace.tb_next
	code = trace.tb_frame.f_code if trace else None
	if not code or (code.co_flags & inspect.CO_VARKEYWORDS and NOT_ASKED_FOR in str(error)):
		return ""
	return code.co_filename


def _was_sent(error: Exception) -> bool:
	"""Whether what could not be parsed is what was sent."""
	return isinstance(error, json.JSONDecodeError) and error.doc in frappe.local.form_dict.values()


def answer_first(response: Response | None, request: Request) -> None:
	"""Hook ``after_request``: the first request of a process is parsed before this app is loaded."""
	if response is None or response.status_code < 500 or frappe.flags.socaid_fence:
		return
	try:
		check(request)
	except Unreadable as error:
		response.status_code = error.http_status_code
		response.mimetype = "application/json"
		response.data = json.dumps({"exc_type": "Unreadable", "message": str(error)}, ensure_ascii=False)
