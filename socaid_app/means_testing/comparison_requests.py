"""Asking an agency about the persons of one case, or of the roll of a month: drafted, approved by another, sent, the
reply read, closed.

Only for a stated purpose and one case or the periodic check of who receives support; only about recipients, applicants
and supporters, each with an authorisation of their own for this source in force on the day (Law Arts 11, 40-41, 70;
57号 Art. 9). What was asked about whom stands in the access log, which nobody changes.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, today
from frappe.utils.xlsxutils import make_xlsx

from socaid_app.assistance_intake import consents
from socaid_app.casework import duties
from socaid_app.casework.steps import AUTHOR, Ask, Steps
from socaid_app.means_testing import consent_scopes, roll_coverage, source_records
from socaid_app.permissions import access_log, outgoing, sensitive

DOCTYPE = "Comparison Request"
DRAFTED, APPROVED, SENT, READING, READ, CLOSED, WITHDRAWN = (
	"Request Drafted",
	"Request Approved",
	"Request Sent",
	"Reply Being Read",
	"Reply Read",
	"Request Closed",
	"Request Withdrawn",
)
QUERY, APPROVE = "Query Outside Data", "Approve Data Queries"
MEMBER, SUPPORTER = "Family Member", "Supporter"
ONE_CASE, ROLL = "One Case", "All Who Receive Support"


class RequestRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=RequestRefused)


# --- drafting -------------------------------------------------------------------------------------------------
def follow_case(doc: Document) -> None:
	"""From ``before_validate``: whose case it is, and where."""
	if doc.coverage == ROLL:
		doc.application = doc.household = doc.head_name = None
		doc.persons, doc.division = [], doc.roll_division
	elif doc.application:
		case = frappe.db.get_value(
			"Assistance Application",
			doc.application,
			["household", "applicant_name", "division"],
			as_dict=True,
		)
		if case:
			doc.head_name, doc.division = case.applicant_name, case.division
			doc.household = case.household
	elif doc.household:
		home = frappe.db.get_value(
			"Recipient Household", doc.household, ["head_name", "division"], as_dict=True
		)
		if home:
			doc.head_name, doc.division = home.head_name, home.division


def fill(doc: Document) -> None:
	"""From ``validate`` of the draft: about whom, each with what they signed."""
	if doc.coverage == ROLL:
		_fill_roll(doc)
	else:
		_fill_case(doc)
		doc.persons_count, doc.left_out, doc.left_out_note, doc.flags.roll = len(doc.persons), 0, None, []


def _fill_roll(doc: Document) -> None:
	level = frappe.db.get_value("Administrative Division", doc.roll_division, "level")
	if level not in ("County", "Township"):
		frappe.throw(_("Choose the county or a township."), RequestRefused)
	if getdate(doc.roll_month) > getdate(today()):
		frappe.throw(_("The month of the roll has not come yet."), RequestRefused)
	doc.flags.roll = roll_coverage.draw(doc)


def _fill_case(doc: Document) -> None:
	if not (doc.application or doc.household):
		frappe.throw(
			_(
				"Data are asked for in one case only. Enter the application, or the household that receives support."
			),
			RequestRefused,
		)
	people = people_of(doc)
	if not doc.persons:
		doc.set("persons", [{"recipient": person} for person in people])
	seen = set()
	for row in doc.persons:
		if row.recipient not in people or row.recipient in seen:
			frappe.throw(
				_(
					"Line {0}: {1} is nobody whom this case asks about, or stands there twice. Only recipients, applicants"
					" and supporters who consented are asked about (Social Assistance Law Art. 70)."
				).format(row.idx, row.person_name or row.recipient),
				RequestRefused,
			)
		seen.add(row.recipient)
		row.person_role = people[row.recipient]
		row.person_name = row.person_name or frappe.db.get_value("Recipient", row.recipient, "full_name")
	note_authorisations(doc)


def people_of(doc: Document) -> dict[str, str]:
	"""Person → role: who may be asked about in this case."""
	if doc.application:
		case = frappe.get_doc("Assistance Application", doc.application)
		supporters = {row.recipient for row in case.supporters}
		asked = [row.recipient for row in consents.asked_rows(case) if row.recipient]
		return {person: SUPPORTER if person in supporters else MEMBER for person in asked}
	rows = frappe.get_all(
		"Household Member",
		filters={"parent": doc.household, "parenttype": "Recipient Household", "left_on": ["is", "not set"]},
		pluck="recipient",
		order_by="idx",
	)
	return dict.fromkeys(filter(None, rows), MEMBER)


def keep_roll(doc: Document) -> None:
	"""From ``on_update``: what was drawn is stored under the name of the request."""
	if doc.flags.roll is not None:
		roll_coverage.store(doc, doc.flags.pop("roll"))


def note_authorisations(doc: Document) -> None:
	if doc.coverage == ROLL:
		roll_coverage.narrow(doc)
		return
	permitted = consent_scopes.permits(
		[row.recipient for row in doc.persons], doc.source, getdate(today()), doc.application
	)
	for row in doc.persons:
		row.authorization = permitted.get(row.recipient)


def what_is_missing(doc: Document) -> list[str]:
	"""Before it is approved and before it is sent: an agency that answers, and everybody's consent today."""
	found = []
	if not cint(frappe.db.get_value(source_records.DOCTYPE, doc.source, "enabled")):
		found.append(
			_("The source is switched off. The data officer switches it on when the agency answers.")
		)
	if doc.coverage == ROLL:
		return [*found, *([] if doc.persons_count else [_("Nobody is asked about.")])]
	permitted = consent_scopes.permits(
		[row.recipient for row in doc.persons], doc.source, getdate(today()), doc.application
	)
	if lacking := [row.person_name for row in doc.persons if row.recipient not in permitted]:
		found.append(
			_(
				"No authorisation for this source in force today: {0}. Have it signed and entered, or take them out"
				" (57号 Art. 9; Social Assistance Law Art. 41)."
			).format("、".join(lacking))
		)
	if not doc.persons:
		found.append(_("Nobody is asked about."))
	return found


# --- steps ----------------------------------------------------------------------------------------------------
@step(
	_lt("Approve the Query"),
	at=DRAFTED,
	to=APPROVED,
	duty=APPROVE,
	not_by=("owner", AUTHOR),
	missing=what_is_missing,
	stamps=("approved_by", "approved_on"),
	primary=True,
)
def approve(doc: Document) -> None:
	"""By another person than whoever asks."""
	note_authorisations(doc)


@step(
	_lt("Send to the Agency"),
	at=APPROVED,
	to=SENT,
	duty=QUERY,
	missing=what_is_missing,
	stamps=("asked_by", "asked_at"),
	confirm=_lt("Everybody who is asked about is written to the access log. Send the request?"),
	primary=True,
)
def send(doc: Document) -> None:
	"""Consents are looked at again, and the query is logged for each person; the file is then downloaded."""
	note_authorisations(doc)
	days = frappe.db.get_value(source_records.DOCTYPE, doc.source, "reply_days")
	doc.due_on = add_days(today(), cint(days))
	cases = {
		row.recipient: case_of(doc) or row.household or doc.name for row in roll_coverage.lines_of(doc.name)
	}
	outgoing.record_cases(doc, cases, doc.purpose)


def case_of(doc: Document) -> str | None:
	return doc.application or doc.household


@step(
	_lt("Close the Request"),
	at=READ,
	to=CLOSED,
	duty=QUERY,
	asks=(
		Ask(
			"check_report",
			reqd=False,
			filters=lambda doc: {"application": doc.application or ""},
		),
	),
	stamps=("closed_by", "closed_on"),
)
def close(doc: Document, check_report: str | None = None) -> None:
	"""With the case's report where there is one; findings go their own way."""
	if check_report and doc.application != frappe.db.get_value("Check Report", check_report, "application"):
		frappe.throw(_("The report is of another case."), RequestRefused)


@step(
	_lt("Withdraw"),
	at=(DRAFTED, APPROVED, SENT, READING),
	to=WITHDRAWN,
	duty=QUERY,
	asks=("withdrawal_reason",),
)
def withdraw(doc: Document, withdrawal_reason: str) -> None:
	"""Nothing more is asked; what was asked stays in the log."""


# --- what is sent ---------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def download_query(name: str) -> None:
	"""The file for the agency, in the layout of its source. It holds full numbers: it is never stored, and each
	download is logged."""
	doc = frappe.get_doc(DOCTYPE, name)
	doc.check_permission("read")
	duties.require(QUERY)
	if doc.status != SENT:
		frappe.throw(_("The file is made for a request that was sent and is not answered."), RequestRefused)
	rows = query_rows(doc)
	access_log.record(
		"Export", DOCTYPE, doc.name, doc.purpose, case=case_of(doc) or doc.name, rows=len(rows) - 1
	)
	frappe.response.filename = f"{doc.name}.xlsx"
	frappe.response.filecontent = make_xlsx(rows, "query").getvalue()
	frappe.response.type = "binary"


def query_rows(doc: Document) -> list[list[str]]:
	"""Headings as the agency writes them, and a line for each person."""
	source = source_records.source_of(frappe.get_doc(source_records.DOCTYPE, doc.source))
	name = source.field("name")
	people = roll_coverage.lines_of(doc.name)
	numbers, _former = sensitive.full_numbers([row.recipient for row in people])
	lines = [
		[number, row.person_name, numbers.get(row.recipient) or ""] for number, row in enumerate(people, 1)
	]
	return [["序号", name.columns[0] if name else "姓名", source.number[0]], *lines]
