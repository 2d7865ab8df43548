"""Figures from the counties to their prefecture: drawn up and signed there, received, held against the list and kept here.

The county draws them up once the month is over, somebody signs them, and they leave as a file or, where there is a
network, by themselves. The prefecture knows each county by its key. What it has is the text that was signed: figures of
a fixed list (policy/figures_statement.py), and nothing that opens anything in the county.
"""

from __future__ import annotations

import json
from datetime import date

import frappe
import requests
from frappe import _, _lt
from frappe.model.document import Document
from frappe.rate_limiter import rate_limit
from frappe.utils import add_months, cint, get_datetime, get_first_day, getdate, now_datetime, today

from socaid_app import figures, printing
from socaid_app.casework import steps
from socaid_app.casework.steps import Steps
from socaid_app.management_insight import statement_keys
from socaid_app.management_insight.statistics_table import Table
from socaid_app.permissions import files
from socaid_app.policy import figures_statement as statements

DOCTYPE, COUNTY = "Figures Statement", "Reporting County"
DRAWN, SIGNED, RECEIVED, REPLACED = (
	"Figures Drawn Up",
	"Figures Signed",
	"Figures Received",
	"Figures Replaced",
)
REPORT = "Report Figures"
ANSWERS = "socaid_app.management_insight.roll_up.receive"
SECONDS = 30


class NotYetOver(frappe.ValidationError):
	pass


class CountyNotSet(frappe.ValidationError):
	pass


class StatementRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE)


# --- in the county --------------------------------------------------------------------------------------------------
def draw_up(doc: Document) -> None:
	"""The figures of ``doc.month`` into the new record. Raises NotYetOver, CountyNotSet."""
	doc.month = get_first_day(getdate(doc.month))
	if doc.month >= get_first_day(getdate(today())):
		frappe.throw(_("The month is not over yet."), NotYetOver)
	settings = printing.settings()
	code = (settings.county_division or "")[:6]
	if not statements.HEAD["county"].fullmatch(code):
		frappe.throw(_("Enter the county in the settings first."), CountyNotSet)
	doc.update(
		{
			"status": DRAWN,
			"county_code": code,
			"county_name": frappe.db.get_value(
				"Administrative Division", settings.county_division, "division_name"
			),
			"made_at": now_datetime().replace(microsecond=0),
			"due_on": due_on(doc.month, settings.figures_due_day),
		}
	)
	doc.statement = statements.write(code, doc.month, doc.made_at, counted(doc.month))


def counted(month: date) -> statements.Figures:
	"""group → line → number, of the whole county; the work that waits, as of today."""
	found = {
		group: {
			**{line: cint(row.get(line)) for line in statements.COUNTS},
			**{line: round(float(row.get(line) or 0), 2) for line in statements.MONEY},
		}
		for group, row in Table(month, whole=True).figures().items()
	}
	on = getdate(today())
	work = {}
	for key in statements.WORK:
		figure = figures.figure(key)
		work[key] = frappe.db.count(figure.doctype, figure.where(on))
	return {**found, "work": work}


def due_on(month: date, day: int | None) -> date:
	return add_months(getdate(month), 1).replace(day=cint(day) or 5)


@step(
	_lt("Sign the Figures"),
	at=DRAWN,
	to=SIGNED,
	duty=REPORT,
	not_by=("owner",),
	stamps=("signed_by", "signed_at"),
	primary=True,
)
def sign(doc: Document) -> None:
	"""By another person than whoever drew them up. They leave as the file attached, or are sent."""
	doc.signature, doc.public_key = statement_keys.sign(doc.statement), statement_keys.public()
	_replace(doc)
	files.keep(
		file_of(doc),
		f"数字报送-{doc.county_code}-{doc.month:%Y-%m}.json",
		attached_to_doctype=DOCTYPE,
		attached_to_name=doc.name,
	)
	if printing.settings().prefecture_address:
		frappe.enqueue(deliver, name=doc.name, enqueue_after_commit=True)


def file_of(doc: Document) -> bytes:
	return json.dumps({"statement": doc.statement, "signature": doc.signature}).encode()


def deliver(name: str) -> None:
	"""To the prefecture's system; what it answers stands on the record. Once it has it, without effect."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	if doc.status != SIGNED or doc.delivered_at:
		return
	try:
		answer = requests.post(
			f"{printing.settings().prefecture_address.rstrip('/')}/api/method/{ANSWERS}",
			data={"statement": doc.statement, "signature": doc.signature},
			timeout=SECONDS,
			# an authority of the government's network
			verify=frappe.conf.socaid_prefecture_authority or True,
		)
		answer.raise_for_status()
	except requests.RequestException as error:
		status = getattr(error.response, "status_code", None)
		refused = _("The prefecture's system refused it ({0}).").format(status)
		note = (
			refused if status else _("The prefecture's system does not answer; it is sent again every day.")
		)
		doc.db_set("delivery_note", note, update_modified=False)
	else:
		doc.db_set({"delivered_at": now_datetime(), "delivery_note": None}, update_modified=False)


def nightly() -> None:
	"""Figures of the month that is over are drawn up, where they are reported; what did not arrive is sent again."""
	settings = printing.settings()
	if cint(settings.figures_due_day):
		month = add_months(get_first_day(getdate(today())), -1)
		if not frappe.db.exists(DOCTYPE, {"month": month, "status": ["in", [DRAWN, SIGNED]]}):
			frappe.get_doc({"doctype": DOCTYPE, "month": month}).insert(ignore_permissions=True)
	if settings.prefecture_address:
		for name in frappe.get_all(
			DOCTYPE,
			filters={"status": SIGNED, "delivered_at": ["is", "not set"]},
			pluck="name",
			order_by="name",
		):
			frappe.enqueue(deliver, name=name)
	for name in frappe.get_all(COUNTY, filters={"enabled": 1}, pluck="name", order_by="name"):
		look_up_next(frappe.get_doc(COUNTY, name, for_update=True))


# --- at the prefecture ----------------------------------------------------------------------------------------------
@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=60, seconds=60 * 60)
def receive(statement: str, signature: str) -> str:
	"""From a county's system, which its signature shows; the answer is the name of the record. Raises StatementRefused."""
	doc = frappe.get_doc({"doctype": DOCTYPE})
	if known := take_in(doc, statement, signature):
		return known
	return doc.insert(ignore_permissions=True).name


def read_file(doc: Document) -> None:
	"""What the file attached to the new record says, if a county listed here signed it. Raises StatementRefused."""
	file = files.readable(doc.file)
	try:
		said = json.loads(file.get_content()) if file else None
		text, signature = said["statement"], said["signature"]
	except (ValueError, TypeError, KeyError):
		frappe.throw(_("This file is no statement of figures."), StatementRefused)
	if known := take_in(doc, str(text), str(signature)):
		frappe.throw(_("This statement was received already: {0}.").format(known), StatementRefused)


def take_in(doc: Document, text: str, signature: str) -> str | None:
	"""Fills the new record, which replaces what the county said before; the name of the one that says the very same."""
	try:
		said = statements.read(text)
		county = _county(said["county"])
		statement_keys.check(text, signature, county.public_key)
	except statements.NotAStatement as error:
		frappe.throw(str(error), StatementRefused)
	month, made_at = getdate(f"{said['month']}-01"), get_datetime(said["made_at"])
	if month >= get_first_day(getdate(today())):
		frappe.throw(_("The month is not over yet."), StatementRefused)
	before = frappe.db.get_value(
		DOCTYPE,
		{"county_code": county.name, "month": month, "status": RECEIVED},
		["name", "statement", "made_at"],
		as_dict=True,
	)
	if before and before.statement == text:
		return before.name
	if before and get_datetime(before.made_at) >= made_at:
		frappe.throw(_("A later statement of this month is here already."), StatementRefused)
	doc.update(
		{
			"month": month,
			"status": RECEIVED,
			"county_code": county.name,
			"county_name": county.county_name,
			"made_at": made_at,
			"received_at": now_datetime(),
			"due_on": due_on(month, county.due_day),
			"statement": text,
			"signature": signature,
			"public_key": county.public_key,
		}
	)
	return None


def _county(code: str) -> Document:
	"""Locked, so that statements of one county follow one another."""
	if not frappe.db.get_value(COUNTY, code, "enabled"):
		raise statements.NotAStatement(_("No county of this code reports here."))
	return frappe.get_doc(COUNTY, code, for_update=True)


def kept(doc: Document) -> None:
	"""After a new record: what it replaces, and what the county owes next."""
	if doc.status == RECEIVED:
		_replace(doc)
		look_up_next(frappe.get_doc(COUNTY, doc.county_code, for_update=True))


def _replace(doc: Document) -> None:
	frappe.db.set_value(
		DOCTYPE,
		{
			"county_code": doc.county_code,
			"month": doc.month,
			"status": RECEIVED if doc.status == RECEIVED else SIGNED,
			"name": ["!=", doc.name],
		},
		"status",
		REPLACED,
	)


def look_up_next(county: Document) -> None:
	"""Which month is missing first, and until when it was to come."""
	there = received_months(county.name)
	month, this = get_first_day(getdate(county.reports_from)), get_first_day(getdate(today()))
	while month < this and month in there:
		month = add_months(month, 1)
	values = {"next_due": due_on(month, county.due_day), "newest_month": max(there, default=None)}
	if any(county.get(field) != value for field, value in values.items()):
		county.update(values)
		with steps.records.step(county):
			county.save(ignore_permissions=True)


def received_months(county: str) -> set[date]:
	return set(
		frappe.get_all(
			DOCTYPE,
			filters={"county_code": county, "status": RECEIVED},
			pluck="month",
			order_by="month",
		)
	)
