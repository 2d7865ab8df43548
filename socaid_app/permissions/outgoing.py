"""What leaves the house about a person – a query of outside data, a need or a petition handed to another office – is
written to the access log for each person, with purpose and case (Social Assistance Law Arts 11, 70; 个人信息保护法
Arts 6, 55). This is the one place; without purpose or case nothing leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.permissions import access_log

ACTION = "Outgoing"
# Every DocType that records something going out (tests/site/doors/test_outgoing_queries.py looks for others).
SENDING = (
	"Check Report",
	"Comparison Request",
	"Home Visit",
	"Petition Transfer",
	"Service Record",
	"Service Referral",
	"Visit Problem",
)


class PurposeMissing(frappe.ValidationError):
	pass


def record(doc: Document, persons: Iterable[str | None], purpose: str | None, case: str | None) -> None:
	"""Log that ``doc`` sent out data of ``persons`` or asked for them; of ``doc`` itself where nobody is named.

	Raises PurposeMissing without a purpose or a case.
	"""
	require_purpose(purpose, case)
	named = list(dict.fromkeys(filter(None, persons)))
	if named:
		record_cases(doc, dict.fromkeys(named, case), purpose)
	else:
		access_log.record(ACTION, doc.doctype, doc.name, purpose.strip(), case=case)


def record_cases(doc: Document, cases: Mapping[str, str], purpose: str | None) -> None:
	"""The same for many: person → the case it is for. Raises PurposeMissing."""
	for case in cases.values():
		require_purpose(purpose, case)
	words = f"{purpose.strip()}（{_(doc.doctype)} {doc.name}）"
	access_log.record_all(ACTION, "Recipient", cases, words)


def require_purpose(purpose: str | None, case: str | None) -> None:
	if not (purpose or "").strip() or not case:
		frappe.throw(
			_(
				"Data about a person are asked for or passed on only for a case and a stated purpose"
				" (Social Assistance Law Arts 11 and 70). State the purpose."
			),
			PurposeMissing,
		)
