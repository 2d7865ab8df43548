"""``/petition/change``: a family reports a change over the web and learns with a code what became of it.

The form is guarded as that of petitions is (petition_desk/public_intake.py): a ticket that belongs to a cookie, a count
by the day, a picture from the third form on, a wait for whoever guesses codes. Nothing of a family is shown to anybody:
not even whether it is on the register. The sentences are read by citizens and therefore Chinese in the source.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import frappe
from frappe.utils import getdate, today
from werkzeug.wrappers import Response

from socaid_app import visitors, website
from socaid_app.casework import tracking_codes, waiting
from socaid_app.dynamic_management import change_reports
from socaid_app.petition_desk import attempts, public_intake, same_form, tracking
from socaid_app.petition_desk.attempts import SlowDown
from socaid_app.policy import names, numbers, texts

KINDS = (
	("Population Change", "家庭人口：结婚、离婚、生育、迁入迁出、外出"),
	("Death", "家庭成员去世"),
	("Income Change", "收入增加或减少"),
	("Employment Change", "就业或失业"),
	("Property Change", "房屋、车辆、存款等财产"),
	("Health Change", "疾病、残疾、生活自理能力"),
	("Residence Change", "住址"),
	("Other", "其他变化"),
)
FIELDS = ("kind", "village", "family_words", "happened_on", "content", "reported_by", "phone", "consent")
ERRORS = ("form", *FIELDS, "captcha")
LONGEST = {"family_words": 100, "content": 1000, "reported_by": 40, "phone": 20, "happened_on": 10}
SHORTEST_CONTENT = 5
PROGRESS = {
	change_reports.RECEIVED: ("已收到", "工作人员正在核对，必要时会打电话联系您。"),
	change_reports.ENTERED: ("正在核实", "您报告的变化已经登记，正在核实。"),
	change_reports.ANSWERED: ("已答复", ""),
	change_reports.VOID: ("已了结", "这份报告没有另行办理。如有疑问，请打电话询问。"),
}


@dataclass
class Report:
	"""What was typed, and what is wrong with it: field → sentence."""

	values: dict[str, str]
	errors: dict[str, str] = field(default_factory=dict)


# --- the form -----------------------------------------------------------------------------------------------------
def form_page() -> dict:
	"""The form; once it is sent, the code or the form with what is wrong."""
	if frappe.request.method != "POST":
		return _form(Report(dict.fromkeys(FIELDS, "")))
	report = Report({name: _typed(name) for name in FIELDS})
	seed = public_intake.check_ticket(report)
	if seed:
		_take_turn(seed)
		if frappe.db.exists(change_reports.DOCTYPE, {"form_key": same_form.key_of(seed)}):
			# the button was pressed twice: the report is there, and this answer is the one that is seen
			return _received(report, seed)
	if visitors.tallied("petition", visitors.DAY) >= public_intake.most_a_day():
		attempts.refused(attempts.FILE, "daily limit")
		report.errors["form"] = "今天从您所在的网络提交的已经太多。请明天再来，或者打电话、到村里报告。"
		return _form(report) | {
			"http_status": 429,
			"http_headers": {"Retry-After": str(visitors.rest_of_day())},
		}
	check(report)
	if not report.errors:
		public_intake.check_captcha(report)
	if report.errors:
		return _form(report) | {"http_status": 422}
	with public_intake.as_guest():
		store(report, seed)
	return _received(report, seed)


def _typed(name: str) -> str:
	text = str(frappe.form_dict.get(name) or "").replace("\r\n", "\n").replace("\x00", "").strip()
	# a little more than allowed, so that the check notices
	return text[: LONGEST.get(name, 100) + 1]


def _take_turn(seed: str) -> None:
	"""Who pressed twice waits for the first."""
	try:
		waiting.take([(change_reports.DOCTYPE, same_form.key_of(seed))])
	except waiting.ChangedMeanwhile:
		# a new look at the database, in which the other one is stored
		frappe.clear_last_message()
		frappe.db.rollback()
		waiting.take([(change_reports.DOCTYPE, same_form.key_of(seed))])


def _form(report: Report) -> dict:
	cookie = frappe.request.cookies.get(public_intake.COOKIE) or secrets.token_urlsafe(24)
	return {
		"title": "报告家庭情况变化",
		"crumbs": (("petition", "网上信访"),),
		"sent": False,
		"values": report.values,
		"errors": report.errors,
		"error_order": [name for name in ERRORS if name in report.errors],
		"kinds": KINDS,
		"places": public_intake.places()[1:],
		"ticket": public_intake.make_ticket(cookie),
		"trap": public_intake.TRAP,
		"longest": LONGEST,
		"latest": today(),
		"captcha": public_intake.new_captcha() if public_intake.needs_captcha() else None,
		"http_cookie": {
			"key": public_intake.COOKIE,
			"value": cookie,
			"httponly": True,
			"samesite": "Lax",
			"path": "/petition",
			"secure": frappe.request.scheme == "https",
		},
	}


def _received(report: Report, seed: str) -> dict:
	return {
		"title": "已经收到",
		"crumbs": (),
		"sent": True,
		"code": tracking_codes.spaced(tracking_codes.make_code(seed)),
		"tail": tracking_codes.tail_of(report.values["phone"]),
		"received_on": today(),
	}


def check(report: Report) -> None:
	"""Fill ``report.errors``."""
	values, errors = report.values, report.errors
	if values["kind"] not in dict(KINDS):
		errors["kind"] = "请选择是哪方面的变化。"
	if not public_intake.is_place(values["village"]):
		errors["village"] = "请选择家庭所在的村（社区）。"
	if len(values["family_words"]) < 2:
		errors["family_words"] = "请填写户主姓名，便于工作人员找到您家。"
	if len(values["content"]) < SHORTEST_CONTENT:
		errors["content"] = f"请写清楚发生了什么变化，至少{SHORTEST_CONTENT}个字。"
	values["reported_by"] = names.canonical(values["reported_by"])
	if len(values["reported_by"]) < 2 or not texts.is_name(values["reported_by"]):
		errors["reported_by"] = "请填写您的姓名。"
	try:
		values["phone"] = numbers.check_phone(values["phone"])
	except numbers.NumberError as error:
		errors["phone"] = str(error)
	if not values["phone"]:
		errors["phone"] = "请留下电话，工作人员要与您核对；查询时也要用后四位。"
	check_day(report)
	if values["consent"] != "1":
		errors["consent"] = "请阅读并勾选个人信息处理说明；不同意的可以到村里或乡镇报告。"
	for name, longest in LONGEST.items():
		if len(values[name]) > longest:
			errors[name] = f"这一栏最多{longest}个字，请删减。"


def check_day(report: Report) -> None:
	day = report.values["happened_on"]
	try:
		if day and getdate(day) > getdate(today()):
			report.errors["happened_on"] = "还没有发生的变化，请在发生以后报告。"
	except (ValueError, TypeError, frappe.ValidationError):
		report.errors["happened_on"] = "请按“2026-07-01”的样子填写日期。"


def store(report: Report, seed: str) -> None:
	values = report.values
	frappe.get_doc(
		{
			"doctype": change_reports.DOCTYPE,
			"channel": change_reports.PUBLIC,
			"received_on": today(),
			"reported_by": values["reported_by"],
			"phone": values["phone"],
			"division": values["village"],
			"family_words": values["family_words"],
			"kind": values["kind"],
			"happened_on": values["happened_on"] or None,
			"content": values["content"],
			"tracking_hash": fingerprint(tracking_codes.make_code(seed), values["phone"]),
			"form_key": same_form.key_of(seed),
		}
	).insert(ignore_permissions=True)
	visitors.tally("petition", visitors.DAY)


def fingerprint(code: str, tail: str) -> str:
	"""Of code and telephone tail together, so that a wrong one of either is the same miss."""
	return tracking_codes.fingerprint(code, tail)


# --- what became of it --------------------------------------------------------------------------------------------
def status_page() -> dict | Response:
	"""``/petition/change/status``: the form; with code and tail, how far the report is."""
	values = {
		"title": "查询变化报告",
		"crumbs": (("petition/change", "报告家庭情况变化"),),
		"error": "",
		"progress": None,
		"code": "",
		"tail": "",
	}
	if frappe.request.method != "POST":
		return values
	code, tail = str(frappe.form_dict.get("code") or ""), str(frappe.form_dict.get("tail") or "")
	values |= {"code": code[:40], "tail": tail[:20]}
	try:
		return values | {"progress": progress(code, tail)}
	except SlowDown as wait:
		return website.too_many(wait.retry_after)
	except tracking.NotFound:
		return values | {"error": "没有查到。请核对查询码和电话后四位。", "http_status": 404}


def progress(code: str, tail: str) -> dict:
	"""What whoever reported may know. Raises SlowDown and NotFound, as for petitions."""
	attempts.require_patience()
	found = frappe.db.get_value(
		change_reports.DOCTYPE,
		{"tracking_hash": fingerprint(code, tail)},
		["status", "received_on", "answered_on", "answer"],
		as_dict=True,
	)
	if not found:
		attempts.failed()
		raise tracking.NotFound
	attempts.forgive()
	status, explanation = PROGRESS[found.status]
	return {
		"status": status,
		"explanation": explanation,
		"received_on": found.received_on,
		"answered_on": found.answered_on,
		"answer": found.answer or "",
	}
