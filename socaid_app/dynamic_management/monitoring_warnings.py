"""Warnings of low-income monitoring: found by rules or by others, triaged, sent one of four ways, settled with proof.

Whoever finds a fact calls :func:`warn` (modules below: the hook ``socaid_warnings``). The same fact is the same
warning: found again it is counted, not entered again, and what was settled stays settled.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, today

from socaid_app.casework import holidays, records
from socaid_app.casework.steps import Ask, Steps, Turn
from socaid_app.policy import monitoring as law
from socaid_app.policy import terms
from socaid_app.policy.income import money
from socaid_app.socaid_app import registry, rules

DOCTYPE, HOUSEHOLD = "Monitoring Warning", "Recipient Household"
TO_TRIAGE, ROUTED, SETTLED, NO_RISK = (
	"Warning to Triage",
	"Warning Routed",
	"Warning Settled",
	"No Risk Found",
)
REGISTRY, COMPARISON, VISIT, BY_HAND = "Registry", "Data Comparison", "Home Visit", "Entered by Hand"
CARRIED, NOT_CONFIRMED, NOT_WANTED = "Carried Through", "Not Confirmed", "Family Does Not Want It"
TRIAGE = "Triage Warnings"
# Expenses by which a family may be in rigid expenditure (民发〔2024〕57号 Art. 5); living is no risk by itself.
NECESSARY = ("Medical", "Education", "Disability Rehabilitation")


class WarningRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=WarningRefused)


# --- finding ------------------------------------------------------------------------------------------------------
def warn(
	household: str,
	kind: str,
	details: str,
	recipient: str | None = None,
	found_by: str = COMPARISON,
	source: tuple[str, str] | None = None,
	fact: str = "",
) -> str | None:
	"""Hook ``socaid_warnings``: somebody found a fact; returns the warning if it is new.

	``source``: DocType and name of the record that tells it; ``fact``: what tells this fact from another of its kind
	about the same person, so that next month's finding is the same.
	"""
	key = law.fact_key(household, recipient or "", kind, fact)
	if seen_again(key):
		return None
	doctype, name = source or (None, None)
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"household": household,
			"recipient": recipient,
			"kind": kind,
			"details": details,
			"found_by": found_by,
			"source_doctype": doctype,
			"source_name": name,
			"fact_key": key,
		}
	)
	# whoever finds a fact need not be allowed to enter warnings
	return doc.insert(ignore_permissions=True).name


def seen_again(key: str) -> str | None:
	"""The warning of a fact that is known, with this time counted; its turn keeps two from entering it at once."""
	name = frappe.db.get_value(DOCTYPE, {"fact_key": key}, "name")
	if name:
		doc = frappe.get_doc(DOCTYPE, name, for_update=True)
		doc.update({"sightings": cint(doc.sightings) + 1, "last_seen_on": today()})
		with records.step(doc):
			doc.save(ignore_permissions=True)
	return name


def fill(doc: Document) -> None:
	"""From ``before_validate`` of a new one: its clocks and its key."""
	doc.first_seen_on = doc.last_seen_on = getdate(today())
	doc.sightings = 1
	doc.fact_key = doc.fact_key or law.fact_key(
		doc.household, doc.recipient or "", doc.kind, doc.details or ""
	)
	doc.triage_due_on = rules.workdays_after("warning_triage_days")


def check(doc: Document) -> None:
	"""From ``validate`` of a new one."""
	if known := frappe.db.get_value(DOCTYPE, {"fact_key": doc.fact_key}, "name"):
		frappe.throw(_("This fact is known already: {0}.").format(known), WarningRefused)


# --- rules over the registry ----------------------------------------------------------------------------------------
def watch_person(person: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Recipient: what has become of somebody since the registry last said something else."""
	before = person.get_doc_before_save()
	if not before:
		return
	facts = law.new_facts(
		{name: before.get(name) for name in law.WATCHED}, {name: person.get(name) for name in law.WATCHED}
	)
	homes = facts and registry.households_of(person.name)
	for fact in facts:
		for household in homes:
			details = f"{person.full_name}：{fact.words}"
			warn(
				household, fact.kind, details, person.name, REGISTRY, (person.doctype, person.name), fact.key
			)


def follow_life_event(occurrence) -> None:
	"""Hook ``socaid_life_events``: with an earner's death the family loses an income."""
	person = occurrence.person
	if occurrence.event != terms.DEATH or occurrence.undone or person.employment not in law.EARNING:
		return
	for household in homes_left_by(person.name):
		details = f"{person.full_name}去世，家庭失去其收入"
		warn(household, law.EARNER_DIED, details, person.name, REGISTRY, (person.doctype, person.name))


def homes_left_by(recipient: str) -> list[str]:
	"""The households in which somebody lived and others still live."""
	rows = frappe.get_all(
		"Household Member",
		filters={"recipient": recipient, "parenttype": HOUSEHOLD, "residence": terms.LIVING_TOGETHER},
		pluck="parent",
		order_by="joined_on desc",
	)
	return [name for name in dict.fromkeys(rows) if registry.residents_of(name) - {recipient}][:1]


def watch_visit(visit: Document, method: str | None = None) -> None:
	"""Hook ``on_change`` of Home Visit: necessary expenses beyond what the income bears, once a year."""
	if visit.status != "Reviewed" or not visit.check_out_at:
		return
	day = getdate(visit.check_out_at)
	spent = sum(
		max(flt(row.annual) - flt(row.reimbursed), 0) for row in visit.expenses if row.kind in NECESSARY
	)
	ratio = rules.parameters().get("rigid_expense_ratio", day)
	if law.high_expenses(money(spent), money(visit.annual_income or 0), ratio):
		details = f"走访发现一年必需支出{spent:g}元，家庭年收入{flt(visit.annual_income):g}元"
		source = (visit.doctype, visit.name)
		warn(visit.household, law.EXPENSES, details, None, VISIT, source, str(day.year))


# --- triage -------------------------------------------------------------------------------------------------------
@step(
	_lt("Triage Warning"),
	at=(TO_TRIAGE, ROUTED),
	to=ROUTED,
	duty=TRIAGE,
	asks=(
		Ask(
			"route",
			options=lambda doc: list(law.ROUTES),
			default=lambda doc: doc.route or law.usual_route(doc.kind),
		),
		Ask("triage_reason"),
	),
	stamps=("triaged_by", "triaged_on"),
	primary=lambda doc: doc.status == TO_TRIAGE,
)
def triage(doc: Document, route: str, triage_reason: str) -> None:
	"""One of the four ways."""
	if route not in law.ROUTES:
		frappe.throw(_("Choose one of the four routes."), WarningRefused)
	set_settle_day(doc)


def set_settle_day(doc: Document) -> None:
	doc.settle_due_on = rules.workdays_after("warning_settle_days", doc.triaged_on)


@step(
	_lt("No Risk"),
	at=TO_TRIAGE,
	to=NO_RISK,
	duty=TRIAGE,
	asks=("triage_reason",),
	stamps=("triaged_by", "triaged_on"),
)
def dismiss(doc: Document, triage_reason: str) -> None:
	"""The fact is right and nothing follows from it, or it is not right; found again it stays so."""


# --- the four routes ----------------------------------------------------------------------------------------------
def head_of(doc: Document) -> str | None:
	return frappe.db.get_value(HOUSEHOLD, doc.household, "head")


def referral_to_begin(doc: Document) -> list[Turn]:
	values = {"household": doc.household, "recipient": doc.recipient, "detail": doc.details}
	return [Turn(values=values)]


def application_to_begin(doc: Document) -> list[Turn]:
	return [Turn(values={"household": doc.household, "applicant": head_of(doc)})]


def change_to_begin(doc: Document) -> list[Turn]:
	values = {
		"household": doc.household,
		"recipient": doc.recipient,
		"found_by": COMPARISON if doc.found_by == COMPARISON else "Other",
		"happened_on": str(doc.first_seen_on),
		"state_after": doc.details,
	}
	return [Turn(values=values)]


def visit_to_begin(doc: Document) -> list[Turn]:
	return [Turn(values={"household": doc.household, "purpose": "Regular Visit"})]


def on_route(*routes: str):
	return lambda doc: doc.route in routes


step.opens(
	"refer",
	_lt("Refer to the Office in Charge"),
	"Service Referral",
	at=ROUTED,
	when=on_route(law.CARRY_OUT),
	each=referral_to_begin,
)
step.opens(
	"apply",
	_lt("Begin Application"),
	"Assistance Application",
	at=ROUTED,
	when=on_route(law.PUSH, law.DECIDE_JOINTLY),
	each=application_to_begin,
)
step.opens(
	"verify_by_visit",
	_lt("Verify by a Visit"),
	"Home Visit",
	at=ROUTED,
	when=on_route(law.VERIFY),
	each=visit_to_begin,
)
step.opens(
	"report_change",
	_lt("Enter the Change"),
	"Circumstance Change",
	at=ROUTED,
	when=on_route(law.VERIFY),
	each=change_to_begin,
)

# Which record proves that a route was gone to its end.
PROOF = {
	law.CARRY_OUT: "referral",
	law.PUSH: "application",
	law.DECIDE_JOINTLY: "decided_on",
	law.VERIFY: "change",
}


def of_household(doc: Document) -> dict:
	return {"household": doc.household}


def settling(doc: Document) -> tuple[Ask, ...]:
	proof = PROOF.get(doc.route, "decided_on")
	filters = None if proof == "decided_on" else of_household
	shown = f"eval:doc.result === {frappe.as_json(CARRIED)}"
	return (
		Ask("result"),
		Ask(proof, reqd=False, filters=filters, depends_on=shown, mandatory_depends_on=shown),
		Ask("result_note"),
	)


@step(
	_lt("Settle Warning"),
	at=ROUTED,
	to=SETTLED,
	duty=TRIAGE,
	asks=settling,
	stamps=("settled_by", "settled_on"),
	primary=True,
)
def settle(
	doc: Document,
	result: str,
	result_note: str,
	referral: str | None = None,
	application: str | None = None,
	decided_on: str | None = None,
	change: str | None = None,
) -> None:
	"""Carried through with the record that proves it, not confirmed, or not wanted by the family."""
	proof = PROOF[doc.route]
	if result != CARRIED:
		doc.set(proof, None)
	elif not doc.get(proof):
		label = _(doc.meta.get_label(proof), context=DOCTYPE)
		frappe.throw(
			_("Name what proves that the route was gone to its end: “{0}”.").format(label), WarningRefused
		)
	elif proof == "decided_on":
		if getdate(decided_on) > getdate(today()):
			frappe.throw(_("The joint decision lies in the future."), WarningRefused)
	else:
		require_own(doc, proof)


def require_own(doc: Document, proof: str) -> None:
	record = frappe.get_doc(doc.meta.get_field(proof).options, doc.get(proof))
	record.check_permission("read")
	if record.household != doc.household:
		frappe.throw(
			_("{0} is about another family. Choose the record of this one.").format(record.name),
			WarningRefused,
		)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	return holidays.settle(DOCTYPE, {"status": ROUTED}, ("settle_due_on",), set_settle_day)
