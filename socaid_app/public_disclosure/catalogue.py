"""The disclosure catalogue (民办函〔2019〕52号): what must be public, by when, and whether it was in time.

Information is to be published within 10 working days of being formed; 政府信息公开条例 Art. 26 allows 20 in
general. A Disclosure Publication is prepared by one person and published by another; from then on its text
stands, until a newer one replaces it or it is taken down. Its steps are a workflow (setup/flows).
"""

from __future__ import annotations

import hashlib
from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_months, cint, getdate, today

from socaid_app import documents, fonts
from socaid_app.casework import records, steps
from socaid_app.casework.steps import Steps, Turn
from socaid_app.permissions import files
from socaid_app.policy import clock
from socaid_app.policy import publicity as rules_of
from socaid_app.printing import settings
from socaid_app.socaid_app import rules

PUBLICATION, ITEM = "Disclosure Publication", "Disclosure Catalogue Item"
CORRECTION = "Disclosure Correction"
WAITING, ONLINE, DOWN = "To Be Published", "Published Online", "Taken Down"
# 政府信息公开条例 Art. 49: the department's report on the year before.
REPORT_MONTH, REPORT_DAY = 1, 31
EVERY_YEAR, EVERY_MONTH = "Every Year", "Every Month"
PUBLISH, TAKE_DOWN = "Check and Publish", "Take Down"
CHECKLIST = (
	"没有具体救助对象的姓名和情况。",
	"没有身份证号、手机号、账号、家庭住址。",
	"附件已经逐页看过。",
	"内容与文件原文一致，依据和日期正确。",
	"本人不是本信息的编制人。",
)


class PublicationRefused(frappe.ValidationError):
	pass


# --- the clock --------------------------------------------------------------------------------------------
def due_on(item: str, formed_on: date, reported_year: int | None = None) -> tuple[date, bool]:
	"""The last day to publish what was formed on a day, and whether it is provisional.

	What is due once a year is due on 31 January after the year it reports on, whenever it was written.
	"""
	if is_yearly(item):
		return report_due(formed_on, reported_year), False
	days = cint(rules.parameters().get("catalogue_publish_days", formed_on))
	return clock.after(formed_on, days, clock.WORKING, rules.calendar())


def is_yearly(item: str) -> bool:
	return frappe.get_cached_value(ITEM, item, "frequency") == EVERY_YEAR


def year_reported(formed_on: date) -> int:
	"""The year a report is about when nobody says so: in the first half of a year, however late, the year before."""
	return formed_on.year - (formed_on.month <= 6)


def report_due(formed_on: date, reported_year: int | None = None) -> date:
	"""31 January after the year reported on (政府信息公开条例 Art. 49)."""
	return date((reported_year or year_reported(formed_on)) + 1, REPORT_MONTH, REPORT_DAY)


def last_period(frequency: str, on: date) -> tuple[date, date] | None:
	"""(since, due) of the latest month or year whose last day to publish has passed; None for other items.

	``since``: from that day on something formed belongs to the period.
	"""
	if frequency == EVERY_YEAR:
		due = date(on.year, REPORT_MONTH, REPORT_DAY)
		due = due if due < on else due.replace(year=due.year - 1)
		return date(due.year - 1, 7, 1), due
	if frequency != EVERY_MONTH:
		return None
	for month in (on.replace(day=1), add_months(on.replace(day=1), -1)):
		due = clock.after(month, publish_days(month), clock.WORKING, rules.calendar())[0]
		if due < on:
			return month, due
	return None


def publish_days(on: date | None = None) -> int:
	"""Working days the catalogue allows (parameter ``catalogue_publish_days``)."""
	return cint(rules.parameters().get("catalogue_publish_days", on or getdate(today())))


def mark_late(on: date | str | None = None) -> int:
	"""Daily job: flag what is not published in time; one UPDATE, safe to run again. Returns how many."""
	table = frappe.qb.DocType(PUBLICATION)
	wanted = (table.status == WAITING) & (table.due_on < getdate(on or today())) & (table.late == 0)
	names = frappe.qb.from_(table).select(table.name).where(wanted).run()
	if names:
		frappe.qb.update(table).set(table.late, 1).where(wanted).run()
	return len(names)


@frappe.whitelist()
def checklist() -> tuple[str, ...]:
	"""What the second person ticks before publishing."""
	frappe.has_permission(PUBLICATION, "read", throw=True)
	return CHECKLIST


# --- beside the workflow ----------------------------------------------------------------------------------
step = Steps(PUBLICATION, refusal=PublicationRefused)


@step(
	_lt("Newer Version"),
	at=ONLINE,
	permission="read",
	hidden=lambda doc: not frappe.has_permission(PUBLICATION, "create"),
)
def revise(doc: Document, formed_on: str | None = None) -> str:
	"""Draft the next version of a published text; publishing it takes this one down. Returns its name."""
	steps.nothing_to_save(doc)
	new = frappe.get_doc(
		{
			"doctype": PUBLICATION,
			**{field: doc.get(field) for field in ("title", "catalogue_item", "division", "body")},
			"formed_on": formed_on or today(),
			"replaces": doc.name,
		}
	)
	with records.step(new):
		return new.insert().name


step.opens(
	"report_error",
	_lt("Report an Error"),
	CORRECTION,
	at=ONLINE,
	permission="read",
	hidden=lambda doc: not frappe.has_permission(CORRECTION, "create"),
	each=lambda doc: [Turn(values={"publication": doc.name})],
)


def take_off(name: str, **why) -> None:
	"""A publication comes down because it is corrected (``withdrawal_reason``), or replaced (``replaced_by``)."""
	doc = frappe.get_doc(PUBLICATION, name)
	doc.update({"status": DOWN, **why})
	with records.step(doc):
		doc.save(ignore_permissions=True)


# --- privacy ----------------------------------------------------------------------------------------------
def findings(publication: Document) -> list[str]:
	"""What stands in title, body or attachment that must not be public, in words."""
	office = settings()
	allowed = (office.bureau_phone, office.bureau_address)
	found = []
	for label, text in (
		("标题", publication.title),
		("正文", publication.body),
		("附件", attachment_text(publication)),
	):
		found += [f"{label}{finding}" for finding in rules_of.findings(text, allowed, office=True)]
		if label != "附件" and (boxes := fonts.missing(rules_of.normalised(text))):
			found.append(f"{label}含有本机字体没有、只能显示为方框的字{fonts.described(boxes)}")
	return found


def attachment_text(publication: Document) -> str:
	"""Every word of the attached file (documents.py). Raises PublicationRefused for what cannot be read to the end;
	pictures and scans are read by whoever ticks that they were."""
	if not publication.attachment:
		return ""
	data, name = _attachment(publication)
	try:
		return documents.read(data, name.rpartition("/")[2])
	except documents.UnreadableDocument as error:
		frappe.throw(_("The attachment cannot be published: {0}").format(error), PublicationRefused)


def attachment_hash(publication: Document) -> str | None:
	"""SHA-256 of the attached file."""
	return hashlib.sha256(_attachment(publication)[0]).hexdigest() if publication.attachment else None


def attached_file(publication: Document) -> Document | None:
	"""The file behind the Attach field that hangs on this publication: an address alone opens no other file."""
	for row in files.records(publication.attachment):
		if (row.attached_to_doctype, row.attached_to_name) == (PUBLICATION, publication.name):
			return frappe.get_doc(row)
	return None


def _attachment(publication: Document) -> tuple[bytes, str]:
	"""Content and address in small letters; before the text is saved with it, of a file its author may read."""
	file = attached_file(publication) or files.readable(publication.attachment)
	if not file:
		return b"", ""
	data = file.get_content()
	return (data if isinstance(data, bytes) else data.encode()), file.file_url.lower()


def text_hash(publication: Document) -> str:
	"""SHA-256 over what is published: headline, item, body and the attached file."""
	parts = (publication.title, publication.catalogue_item, publication.body, publication.attachment_hash)
	return hashlib.sha256("\n".join(part or "" for part in parts).encode()).hexdigest()
