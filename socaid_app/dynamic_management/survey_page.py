"""``/survey``: a family says with the code of its invitation how it was served, without a login.

Who guesses codes is made to wait as for petitions (petition_desk/attempts.py). Nothing of the family is shown: the page
knows the questions alone. The sentences are read by citizens and therefore Chinese in the source.
"""

from __future__ import annotations

import frappe
from frappe.utils import cint
from werkzeug.wrappers import Response

from socaid_app import website
from socaid_app.casework import tracking_codes
from socaid_app.casework.steps import StepNotOpen
from socaid_app.petition_desk import attempts, public_intake
from socaid_app.petition_desk.attempts import SlowDown
from socaid_app.service_management import surveys

LONGEST = 500
NOT_FOUND = "没有查到。请核对邀请单上的查询码；已经答过的，不用再答。"


def page() -> dict | Response:
	"""The form for the code; with a code the questions; with the answers thanks, or what is still missing."""
	values = {
		"title": "满意度调查",
		"error": "",
		"missing": [],
		"thanks": False,
		"survey": None,
		"answers": {},
		"longest": LONGEST,
		"code": str(frappe.form_dict.get("code") or "")[:40],
	}
	if frappe.request.method != "POST":
		return values
	try:
		name = _find(values["code"])
	except SlowDown as wait:
		return website.too_many(wait.retry_after)
	if not name:
		return values | {"error": NOT_FOUND, "http_status": 404}
	values |= {
		"survey": surveys.shown(name),
		"code": tracking_codes.spaced(tracking_codes.normalise(values["code"])),
	}
	return _answered(name, values) if cint(frappe.form_dict.get("answered")) else values


def _find(code: str) -> str | None:
	"""Raises SlowDown."""
	attempts.require_patience()
	name = surveys.waiting_for(code)
	if name:
		attempts.forgive()
	else:
		attempts.failed()
	return name


def _answered(name: str, values: dict) -> dict:
	answers = {
		row["idx"]: str(frappe.form_dict.get(f"q{row['idx']}") or "").replace("\x00", "").strip()[:LONGEST]
		for row in values["survey"]["questions"]
	}
	try:
		with public_intake.as_guest():
			surveys.answer_on_page(name, answers)
	except surveys.AnswersMissing as error:
		frappe.db.rollback()
		return values | {"answers": answers, "missing": error.args[0], "http_status": 422}
	except StepNotOpen:
		# the button was pressed twice: the first answer counts
		frappe.db.rollback()
		frappe.clear_messages()
	return values | {"thanks": True, "survey": None}
