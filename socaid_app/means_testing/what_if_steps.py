"""What becomes of a scenario: computed in the background, chosen as the proposal, and the standard it turned into."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate

from socaid_app.casework import duties
from socaid_app.casework.steps import Ask, Steps, Turn
from socaid_app.means_testing import rule_records, what_if, what_if_rules
from socaid_app.means_testing.what_if import (
	CHOSEN,
	COMPUTED,
	COMPUTING,
	IN_FORCE,
	NEW,
	RULE,
	SCENARIO,
	ScenarioInvalid,
)
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import batch_changes, standards

WEIGH = "Weigh New Standards"
PROPOSE = "Propose Adjustments"
# What carries a standard out, and the states of one that does not any more (means_testing/batches/).
BATCH, OVER = "Adjustment Batch", ("Batch Taken Back", "Batch Given Up")

step = Steps(SCENARIO, refusal=ScenarioInvalid, every={"duty": WEIGH})


@step(_lt("Compute"), at=(NEW, COMPUTED), to=COMPUTING, primary=lambda doc: doc.status == NEW)
def compute(doc: Document) -> None:
	"""In the background; earlier results of the scenario go. What it changes has to be in force still."""
	doc.check()
	what_if.begin(doc)


@step(
	_lt("Choose as the Proposal"),
	at=COMPUTED,
	to=CHOSEN,
	missing=lambda doc: [] if (doc.reason or "").strip() else [_("Write down why it is proposed.")],
	stamps=("chosen_by", "chosen_on"),
	primary=True,
)
def choose(doc: Document) -> None:
	"""It is printed and proposed; what was computed stays as it is. A standard that was approved is what it became."""
	doc.became_standard = next((row.standard for row in doc.changes if cint(row.approved)), None)


@step(
	_lt("Take the Choice Back"),
	at=CHOSEN,
	to=COMPUTED,
	missing=lambda doc: _versions_that_wait(doc),
)
def take_back(doc: Document) -> None:
	doc.chosen_by = doc.chosen_on = doc.became_standard = doc.became_rule = None


def _versions_that_wait(doc: Document) -> list[str]:
	"""A version of a rule that nobody has taken over or turned down yet."""
	waits = frappe.get_all(RULE, filters={"proposed_in": doc.name}, pluck="title", order_by="name")
	return [
		_(
			"The version proposed for “{0}” waits for another person. It is taken over or turned down first."
		).format(title)
		for title in waits
	]


def _rows_of_rules(doc: Document) -> list[Document]:
	return [row for row in doc.changes if row.what == RULE]


@step(
	_lt("Propose the Rule"),
	at=CHOSEN,
	when=lambda doc: not doc.became_rule and _rows_of_rules(doc),
	confirm=_lt("The rule stays as it is until another person has checked the version proposed. Propose it?"),
	primary=True,
)
def propose_rule(doc: Document) -> None:
	"""A version beside the rule of today, or a new rule that is switched off: both wait for a second person."""
	for row in _rows_of_rules(doc):
		if row.rule:
			rule_records.propose(row.rule, row.condition, doc.name)
		name = row.rule or _new_rule(doc, row).name
		doc.became_rule = doc.became_rule or name


def _new_rule(doc: Document, row: Document) -> Document:
	"""Complete as far as the scenario knows it; whoever reviews it may say it better."""
	rule = frappe.get_doc(
		{
			"doctype": RULE,
			"rule_key": f"{frappe.scrub(doc.name)}_{row.idx}",
			"title": row.rule_title,
			"source": row.source,
			"unit": row.unit,
			"condition": row.condition,
			"fact": row.fact,
			"means": row.rule_title,
			"verify": doc.reason,
			"articles": doc.subject,
			"to_be_confirmed": 1,
			"note": doc.name,
		}
	)
	# whoever weighs rules need not be allowed to write them
	return rule.insert(ignore_permissions=True)


def _standards_to_enter(doc: Document) -> list[Turn]:
	"""A new standard for each that would change, as the scenario has it."""
	return [
		Turn(
			label=_("Enter New Standard ({0})").format(_(row.kind, context="Assistance Standard")),
			values={
				"kind": row.kind,
				"area": row.area,
				"amount": row.amount,
				"care_full": row.care_full,
				"care_half": row.care_half,
				"care_self": row.care_self,
				"effective_from": str(doc.month),
				"note": doc.name,
			},
		)
		for row in doc.changes
		if row.what == "Assistance Standard" and not cint(row.approved)
	]


step.opens(
	"enter_standard",
	_lt("Enter New Standard"),
	"Assistance Standard",
	at=CHOSEN,
	permission="read",
	each=_standards_to_enter,
)


@step(
	_lt("Note What It Became"),
	at=CHOSEN,
	to=IN_FORCE,
	asks=(
		Ask("became_standard", reqd=False, filters={"docstatus": 1}),
		Ask("became_parameter", reqd=False),
		Ask("became_rule", reqd=False, filters={"status": rule_records.ON}),
		Ask("became_batch", reqd=False),
	),
	missing=lambda doc: (
		_versions_that_wait(doc)
		if doc.became_standard or doc.became_parameter or doc.became_rule
		else [_("Choose the standard, the parameter value or the rule that the proposal became.")]
	),
)
def note_what_it_became(
	doc: Document,
	became_standard: str = "",
	became_parameter: str = "",
	became_rule: str = "",
	became_batch: str = "",
) -> None:
	"""The standard, value or rule in force, and the batch of adjustments by which it was carried out."""


# --- carried out --------------------------------------------------------------------------------------------------
def _batches_to_prepare(doc: Document) -> list[Turn]:
	"""A batch for each category of which somebody would get more, that has none yet."""
	prepared = set(
		frappe.get_all(
			BATCH,
			filters={"scenario": doc.name, "status": ["not in", OVER]},
			pluck="category",
			order_by="name",
		)
	)
	raised = dict.fromkeys(row.category for row in what_if.by_place(doc.name) if row.raised)
	return [
		Turn(
			label=_("Prepare the Batch ({0})").format(category),
			values={
				"title": f"{doc.subject}（{category}）"[:140],
				"category": category,
				"division": doc.division,
				"effective_month": str(doc.month),
				"change": batch_changes.STANDARD,
				"scenario": doc.name,
				"standard": doc.became_standard,
				**_grounds(doc.became_standard),
			},
			primary=True,
		)
		for category in raised
		if category not in prepared
	]


def _grounds(standard: str) -> dict:
	"""The reason and the basis, as every family is going to read them."""
	record = frappe.get_doc("Assistance Standard", standard)
	replaced = what_if.replaced_by(record)
	since, name = getdate(record.effective_from), standards.NAMES[record.kind]
	reason = f"自{since.year}年{since.month}月起，{name}提高"
	if record.kind != standards.CARE and replaced:
		reason = f"自{since.year}年{since.month}月起，{name}由每人每月{replaced.amount:g}元提高到{record.amount:g}元"
	return {"reason": f"{reason}（{record.document}）。", "legal_basis": record.document}


step.opens(
	"prepare_batch",
	_lt("Prepare the Batch"),
	BATCH,
	at=(CHOSEN, IN_FORCE),
	permission="read",
	when=lambda doc: doc.became_standard,
	who=lambda doc: "" if duties.holds(PROPOSE) else duties.refusal(PROPOSE),
	each=_batches_to_prepare,
)


def places_weighed(scenario: str) -> list[dict]:
	"""For the form and the print: township and category, as far as the reader works for them."""
	return _with_places(what_if.by_place(scenario, scope_condition(what_if.RESULT)))


def rules_weighed(scenario: str) -> list[dict]:
	"""The same for township and rule of comparison."""
	return _with_places(what_if_rules.by_rule(scenario, scope_condition(what_if_rules.FINDING)))


def _with_places(rows: list[dict]) -> list[dict]:
	names = dict(
		frappe.get_all(
			"Administrative Division",
			filters={"name": ["in", [row.township for row in rows if row.township] or [""]]},
			fields=["name", "division_name"],
			order_by="name",
			as_list=True,
		)
	)
	return [frappe._dict(row, place=names.get(row.township, row.township)) for row in rows]
