"""A difference to its end: checked, a measure taken with the right record, closed with evidence – where money may change
by another person. Nothing here changes a benefit: the buttons open the record that does (服务方案 1.1.1-18)."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.casework import copies
from socaid_app.casework.steps import Ask, Steps, Turn
from socaid_app.means_testing import adjustments
from socaid_app.moving_in import list_matching as matching
from socaid_app.moving_in.difference_writing import handle_by
from socaid_app.moving_in.reconciliation_records import (
	ADJUSTED,
	CHECKED,
	CONFIRM,
	CORRECTED,
	DIFFERENCE,
	ENDED,
	MEASURED,
	OPEN,
	RECONCILE,
	RECORDS,
	REGISTRATION,
	UPDATED,
	VISIT,
)

METHOD_OF = {matching.IDENTITY: REGISTRATION, matching.BENEFIT: RECORDS, matching.FAMILY: VISIT}
MEASURE_OF = {matching.IDENTITY: CORRECTED, matching.BENEFIT: ADJUSTED, matching.FAMILY: UPDATED}
ADJUSTMENT, CHANGE, LEAD = "Benefit Adjustment", "Circumstance Change", "Assistance Lead"


class DifferenceRefused(frappe.ValidationError):
	pass


class AnotherPersonCloses(frappe.PermissionError):
	pass


step = Steps(DIFFERENCE, refusal=DifferenceRefused, foreign=AnotherPersonCloses)


@step(
	_lt("Record the Check"),
	at=OPEN,
	to=CHECKED,
	duty=RECONCILE,
	asks=(Ask("check_method", default=lambda doc: METHOD_OF.get(doc.aspect)), "check_result"),
	stamps=("checked_by", "checked_on"),
	primary=True,
)
def check(doc: Document, check_method: str, check_result: str) -> None:
	"""With the household registration, in the records and files, or at the family's home."""


@step(
	_lt("Record the Measure"),
	at=CHECKED,
	to=MEASURED,
	duty=RECONCILE,
	asks=(
		Ask("measure", default=lambda doc: MEASURE_OF.get(doc.aspect)),
		"measure_note",
		Ask("followed_doctype", reqd=False, mandatory_depends_on=f"eval:doc.measure === '{ADJUSTED}'"),
		Ask("followed_record", reqd=False, depends_on="followed_doctype"),
		"evidence",
	),
	stamps=("measured_by", "measured_on"),
	primary=True,
)
def take_measure(
	doc: Document,
	measure: str,
	measure_note: str,
	evidence: str,
	followed_doctype: str | None = None,
	followed_record: str | None = None,
) -> None:
	"""What was done about it, in which record, and the paper that shows it."""
	if not copies.of_reader(evidence):
		frappe.throw(
			_("Attach the paper itself as a private file: a difference is closed with its evidence."),
			DifferenceRefused,
		)
	if bool(followed_doctype) != bool(followed_record):
		frappe.throw(_("Name the record in which it was followed up, with its kind."), DifferenceRefused)
	if measure == ADJUSTED and followed_doctype != ADJUSTMENT:
		frappe.throw(
			_("An amount changes by a Benefit Adjustment only. Draft it, and name it here."),
			DifferenceRefused,
		)
	if followed_record:
		_require_about(doc, followed_doctype, followed_record)
	doc.return_reason = None


def _require_about(doc: Document, doctype: str, name: str) -> None:
	"""The record is there, the clerk may read it, and it is about the same people."""
	if not frappe.db.exists(doctype, name):
		frappe.throw(_("There is no {0} {1}.").format(_(doctype), name), DifferenceRefused)
	record = frappe.get_doc(doctype, name)
	record.check_permission("read")
	theirs = {record.name, record.get("household"), record.get("recipient"), record.get("entitlement")}
	ours = {doc.household, doc.recipient, doc.entitlement} - {None, ""}
	if ours and not ours & theirs:
		frappe.throw(
			_("{0} {1} is about somebody else than this difference.").format(_(doctype), name),
			DifferenceRefused,
		)


def same_person(doc: Document) -> str:
	"""Where money may change, four eyes see it."""
	if cint(doc.money) and frappe.session.user in (doc.checked_by, doc.measured_by):
		return _("Money may change by it: another person closes it than who checked it or took the measure.")
	return ""


def what_is_missing(doc: Document) -> list[str]:
	"""An adjustment that is named has been decided."""
	if doc.followed_doctype != ADJUSTMENT or not doc.followed_record:
		return []
	if frappe.db.get_value(ADJUSTMENT, doc.followed_record, "status") not in adjustments.OPEN:
		return []
	return [_("The adjustment {0} has not been decided yet.").format(doc.followed_record)]


@step(
	_lt("Close the Difference"),
	at=MEASURED,
	to=ENDED,
	duty=CONFIRM,
	not_by=(same_person,),
	missing=what_is_missing,
	asks=(Ask("closing_note", reqd=False),),
	stamps=("closed_by", "closed_on"),
	primary=True,
)
def close(doc: Document, closing_note: str = "") -> None:
	"""It is settled, and the evidence shows it."""


@step(_lt("Send Back"), at=MEASURED, to=CHECKED, duty=CONFIRM, asks=("return_reason",))
def send_back(doc: Document, return_reason: str) -> None:
	"""The measure does not settle it yet."""


@step(
	_lt("Reopen the Difference"),
	at=ENDED,
	to=OPEN,
	duty=CONFIRM,
	asks=("return_reason",),
)
def reopen(doc: Document, return_reason: str) -> None:
	"""It turned out not to be settled."""
	doc.due_on = handle_by()
	doc.times_reopened = cint(doc.times_reopened) + 1


# --- the records that change something -----------------------------------------------------------------------------
def _words(doc: Document) -> str:
	return "；".join(filter(None, (doc.title, doc.differing, doc.check_result)))


step.opens(
	"adjust",
	_lt("Draft an Adjustment"),
	ADJUSTMENT,
	at=CHECKED,
	when=lambda doc: doc.entitlement and doc.money,
	each=lambda doc: [
		Turn(
			values={
				"entitlement": doc.entitlement,
				"reference_doctype": DIFFERENCE,
				"reference_name": doc.name,
				"reason": _words(doc),
			}
		)
	],
)
step.opens(
	"change",
	_lt("Enter a Change of Circumstances"),
	CHANGE,
	at=CHECKED,
	when=lambda doc: doc.household,
	each=lambda doc: [
		Turn(
			values={
				"household": doc.household,
				"recipient": doc.recipient,
				"found_by": "Data Comparison",
				"state_before": doc.register_says,
				"state_after": doc.list_says or _words(doc),
			}
		)
	],
)
step.opens(
	"lead",
	_lt("Enter a Lead"),
	LEAD,
	at=CHECKED,
	when=lambda doc: doc.kind in (matching.ONLY_THERE, matching.UNKNOWN) and not doc.entitlement,
	each=lambda doc: [
		Turn(
			values={
				"source": "Other Body",
				"reporting_body": doc.layout,
				"recipient": doc.recipient,
				"person_name": doc.person_name,
				"household": doc.household,
				"division": doc.division,
				"situation": _words(doc),
			}
		)
	],
)
step.opens(
	"person",
	_lt("Open the Person"),
	"Recipient",
	at=(OPEN, CHECKED),
	when=lambda doc: doc.recipient,
	each=lambda doc: [Turn(name=doc.recipient)],
)
