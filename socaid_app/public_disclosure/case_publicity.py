"""The publicity of a case as the case hears of it: what its gates ask, and what its steps put up and take down.

The case knows no notices; hooks.py names these functions to it.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from socaid_app.policy import terms
from socaid_app.public_disclosure import (
	notice_drafts,
	notice_objections,
	notice_steps,
	results,
	statements,
	taking_down,
)
from socaid_app.public_disclosure.content import NOTICE


def known(case: Document, day: date) -> dict[str, object]:
	"""Hook ``socaid_case_facts``."""
	notice = _notice(case.publicity)
	return {
		"publicity_done": _is_done(notice, day),
		"publicity_ends": notice.ends_on,
		"objection_open": notice_objections.has_open_objection(case.name),
		"statements_waiting": bool(case.publicity) and statements.waiting_for(case.publicity) > 0,
	}


def _notice(name: str | None) -> frappe._dict:
	if not name:
		return frappe._dict()
	return frappe.db.get_value(NOTICE, name, ["status", "ends_on"], as_dict=True)


def _is_done(notice: frappe._dict, day: date) -> bool:
	"""Completed by the nightly job, or due for it: a job that did not run holds nobody up."""
	if notice.status == notice_steps.COMPLETED:
		return True
	return notice.status == notice_steps.RUNNING and bool(notice.ends_on) and getdate(notice.ends_on) < day


def follow_step(case: Document, from_state: str) -> None:
	"""Hook ``socaid_case_steps``: the preliminary notice comes and goes, a confirmation is announced."""
	if case.workflow_state == terms.PUBLICITY:
		notice_drafts.prepare(case)
	elif case.workflow_state == terms.CONFIRMED:
		results.announce(case)
	if from_state == terms.PUBLICITY and case.workflow_state != terms.REVIEW:
		taking_down.take_down(case.name, _("The case left the preliminary publicity."))
