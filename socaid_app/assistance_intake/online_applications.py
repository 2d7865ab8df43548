"""Applications sent from the public page (nobody is asked for what data prove, Law Art. 62).

A submission is no application yet: it lies with the township, which takes it over at the counter into household, case
and checklist, sends it back once with everything that is missing (57号 Art. 10), passes it on to the township whose it
is, or says where else to apply. The full ID numbers are kept encrypted beside the record until then, and are gone after.
"""

from __future__ import annotations

import json

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, now_datetime, today
from frappe.utils.password import get_decrypted_password, remove_encrypted_password

from socaid_app.assistance_intake import materials
from socaid_app.assistance_intake.desk import APPLICATION
from socaid_app.casework import holidays, records, steps, waiting
from socaid_app.casework.steps import Ask, Steps
from socaid_app.permissions import sensitive
from socaid_app.permissions.seals import seal
from socaid_app.socaid_app import rules

DOCTYPE, PAPER = "Online Application", "Online Application Paper"
RECEIVED, SENT_BACK, TAKEN_OVER, ELSEWHERE, WITHDRAWN = (
	"Online Received",
	"Sent Back to Citizen",
	"Taken Over",
	"Referred Elsewhere",
	"Withdrawn by Citizen",
)
OPEN = (RECEIVED, SENT_BACK)
RECEIVE = "Receive Online Applications"
THE_APPLICANT, OF_THE_FAMILY, AGENT, VILLAGE_HELPER = (
	"The Applicant",
	"Somebody of the Family",
	"An Agent",
	"A Village Helper",
)
# Whoever sends another form within these days is the same matter to the clerk.
SAME_WITHIN_DAYS = 30
KEEP_DAYS = 180


class OnlineRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=OnlineRefused)


# --- receiving ------------------------------------------------------------------------------------------------
def check(doc: Document) -> None:
	"""From ``validate``."""
	if not doc.tracking_hash:
		frappe.throw(
			_("An online application is written on the public page. Enter a family at the counter instead."),
			OnlineRefused,
		)
	doc.waiting_since = doc.waiting_since or doc.received_on
	if doc.status == RECEIVED:
		set_due_date(doc)


def set_due_date(doc: Document) -> None:
	doc.due_on = rules.workdays_after("online_reception_days", doc.waiting_since)


def receive(values: dict, numbers: dict[int, str]) -> Document:
	"""Store what the page has checked. ``numbers``: full ID numbers by the place of the member, from 1."""
	person = numbers.get(1) or f"{values['applicant_name']}:{values['phone']}"
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"received_on": today(),
			"person_seal": seal("online applicant", person),
			"sealed_numbers": json.dumps(numbers) if numbers else "",
			**values,
		}
	)
	doc.same_person = _earlier(doc.person_seal)
	return doc.insert(ignore_permissions=True)


def _earlier(person_seal: str) -> str | None:
	found = frappe.get_all(
		DOCTYPE,
		filters={
			"person_seal": person_seal,
			"received_on": [">=", add_days(today(), -SAME_WITHIN_DAYS)],
			"status": ["!=", WITHDRAWN],
		},
		pluck="name",
		order_by="creation desc",
		limit=1,
	)
	return found[0] if found else None


def full_numbers(doc: Document) -> dict[int, str]:
	"""The full ID numbers by the place of the member; whoever shows them logs it."""
	stored = get_decrypted_password(DOCTYPE, doc.name, "sealed_numbers", raise_exception=False)
	return {cint(place): number for place, number in json.loads(stored or "{}").items()}


def masked(number: str) -> str:
	return sensitive.mask("id_number", number)


# --- what the citizen does with the code ------------------------------------------------------------------------
def of_citizen(name: str) -> Document:
	"""The submission, locked, for somebody who has shown its code. Raises OnlineRefused once the office is through."""
	waiting.take([(DOCTYPE, name)])
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	if doc.status not in OPEN:
		frappe.throw(_("This application is no longer with the citizen."), OnlineRefused)
	return doc


def add(doc: Document, words: str) -> None:
	"""The citizen has added what was missing; the office's days begin anew."""
	if words:
		doc.citizen_words = "\n".join(filter(None, (doc.citizen_words, words)))
	if doc.status == SENT_BACK:
		doc.update({"status": RECEIVED, "waiting_since": today()})
	_save(doc)


def withdraw(doc: Document) -> None:
	doc.update({"status": WITHDRAWN, "withdrawn_on": today()})
	_forget_numbers(doc)
	_save(doc)


def _save(doc: Document) -> None:
	with records.step(doc):
		doc.save(ignore_permissions=True)


def _forget_numbers(doc: Document) -> None:
	remove_encrypted_password(DOCTYPE, doc.name, "sealed_numbers")
	doc.sealed_numbers = None


# --- what the office does -----------------------------------------------------------------------------------------
def _asked_before(doc: Document) -> list[str]:
	if not doc.sent_back_on:
		return []
	return [
		_(
			"What is missing was told once already, on {0} (57号 Art. 10). Take it over, and ask for the rest by telephone or by a supplement notice."
		).format(doc.sent_back_on)
	]


@step(
	_lt("Send Back to the Citizen"),
	at=RECEIVED,
	to=SENT_BACK,
	duty=RECEIVE,
	missing=_asked_before,
	asks=(
		Ask(
			"supplement_words",
			description=_lt("Everything at once, in plain words. The citizen reads it with the code."),
		),
	),
	stamps=("sent_back_by", "sent_back_on"),
)
def send_back(doc: Document, supplement_words: str) -> None:
	"""Everything that is missing is told at once (57号 Art. 10)."""


@step(
	_lt("Pass On to Another Township"),
	at=OPEN,
	duty=RECEIVE,
	asks=(
		Ask(
			"division",
			label=_lt("Village or Community It Belongs To"),
			fieldtype="Link",
			options="Administrative Division",
		),
	),
)
def pass_on(doc: Document, division: str) -> None:
	"""Whoever received it sees to it that it gets where it belongs; the citizen need not apply anew."""
	level = frappe.db.get_value("Administrative Division", division, "level")
	if level not in ("Township", "Village"):
		frappe.throw(_("Choose the township or village it belongs to."), OnlineRefused)
	doc.division = division
	# it leaves the divisions of whoever passes it on
	doc.flags.ignore_permissions = True


@step(
	_lt("Not of This County"),
	at=RECEIVED,
	to=ELSEWHERE,
	duty=RECEIVE,
	asks=(
		Ask(
			"referred_to",
			description=_lt("The office that takes the application, as the citizen should look for it."),
		),
	),
	stamps=("referred_by", "referred_on"),
)
def refer_elsewhere(doc: Document, referred_to: str) -> None:
	"""The one ground on which nothing is taken up: the family belongs to another county."""
	_forget_numbers(doc)


def locked(name: str) -> Document:
	"""For the counter: nobody else takes it over meanwhile. Raises OnlineRefused when somebody has."""
	doc = steps.locked(DOCTYPE, name)
	if doc.status == TAKEN_OVER:
		frappe.throw(
			_("{0} was taken over already: application {1}.").format(doc.name, doc.application), OnlineRefused
		)
	if doc.status not in OPEN:
		frappe.throw(
			_("{0} stands at “{1}” and cannot be taken over.").format(
				doc.name, _(doc.status, context=DOCTYPE)
			),
			OnlineRefused,
		)
	return doc


def take_over(doc: Document, application: Document) -> None:
	"""The case goes on with the citizen's code and papers."""
	_hand_papers_over(doc, application)
	application.update({"tracking_hash": doc.tracking_hash, "online_application": doc.name})
	with records.step(application):
		application.save()
	doc.update(
		{
			"status": TAKEN_OVER,
			"application": application.name,
			"taken_over_by": frappe.session.user,
			"taken_over_on": today(),
		}
	)
	_forget_numbers(doc)
	with records.step(doc):
		doc.save()


def _hand_papers_over(doc: Document, application: Document) -> None:
	"""Each paper to its line of the checklist; whether it will do is for the clerk to see."""
	rows = {row.material: row for row in application.materials}
	for paper in doc.papers:
		file = frappe.db.get_value("File", {"file_url": paper.file, "attached_to_name": doc.name})
		if not file:
			continue
		frappe.db.set_value(
			"File", file, {"attached_to_doctype": APPLICATION, "attached_to_name": application.name}
		)
		row = rows.get(paper.material)
		if not row:
			row = rows[paper.material] = application.append(
				"materials", {"material": paper.material, "requirement": materials.IF_APPLICABLE}
			)
		if not row.file:
			row.update({"file": paper.file, "received": 1, "received_on": paper.sent_on})


# --- keeping time ---------------------------------------------------------------------------------------------------
def clear(days: int = KEEP_DAYS) -> None:
	"""Daily (Frappe's Log Settings): what never became an application goes with its papers, some days after it came to
	rest (PIPL Art. 47). What the office still owes an answer stays."""
	resting = frappe.get_all(
		DOCTYPE,
		filters={
			"status": ["in", (SENT_BACK, ELSEWHERE, WITHDRAWN)],
			"modified": ["<", add_days(now_datetime(), -max(cint(days), 1))],
		},
		pluck="name",
		order_by="name",
	)
	for name in resting:
		doc = frappe.get_doc(DOCTYPE, name)
		doc.flags.keeping_time_over = True
		doc.delete(ignore_permissions=True, force=True, delete_permanently=True)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	return holidays.settle(DOCTYPE, {"status": RECEIVED}, ("due_on",), set_due_date)


def waits_until(doc: Document):
	return getdate(doc.due_on) if doc.status == RECEIVED and doc.due_on else None
