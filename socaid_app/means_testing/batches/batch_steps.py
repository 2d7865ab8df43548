"""The steps of a batch: previewed, approved by another person, carried out, taken back while nothing of it was paid."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import flt, fmt_money, get_first_day, getdate, now, today

from socaid_app.casework import steps
from socaid_app.casework.steps import AUTHOR, Ask, Steps, Turn
from socaid_app.means_testing import adjustments
from socaid_app.means_testing.batches import batch_decisions, batch_jobs, batch_preview, batch_undoing
from socaid_app.means_testing.batches import batch_records as batches
from socaid_app.means_testing.batches.batch_records import ADJUSTMENT, BatchRefused
from socaid_app.policy import batch_changes as batch_law
from socaid_app.policy import clock, terms

SCENARIO, STANDARD = "What-if Scenario", "Assistance Standard"

step = Steps(batches.DOCTYPE, refusal=BatchRefused, foreign=adjustments.AnotherPersonDecides)


def check(doc: Document) -> None:
	"""From ``validate`` of a draft."""
	doc.effective_month = get_first_day(getdate(doc.effective_month))
	if doc.effective_month < clock.next_month(getdate(today())):
		frappe.throw(_("A batch begins with the next month at the earliest."), BatchRefused)
	if frappe.db.get_value("Assistance Category", doc.category, "payment") != terms.MONTHLY:
		frappe.throw(_("Only what is paid monthly is adjusted."), BatchRefused)
	if doc.change == batch_law.STANDARD:
		doc.amount = 0
		check_standard(doc)
	elif flt(doc.amount) <= 0:
		frappe.throw(_("Enter by how much it changes for each person or household."), BatchRefused)
	else:
		doc.standard = doc.scenario = None
	doc.remedy_text = doc.remedy_text or batch_preview.remedy_text()


def check_standard(doc: Document) -> None:
	"""What is carried out was approved and is in force in the first month; what was simulated is the same raise."""
	if doc.scenario:
		month, became = frappe.db.get_value(SCENARIO, doc.scenario, ["month", "became_standard"])
		if getdate(month) != getdate(doc.effective_month):
			frappe.throw(
				_("{0} was simulated for {1}. Begin in that month, or simulate again.").format(
					doc.scenario, f"{getdate(month):%Y-%m}"
				),
				BatchRefused,
			)
		doc.standard = doc.standard or became
	if not doc.standard:
		return
	docstatus, since = frappe.db.get_value(STANDARD, doc.standard, ["docstatus", "effective_from"])
	if docstatus != 1:
		frappe.throw(
			_("{0} has not been approved: it is submitted first.").format(doc.standard), BatchRefused
		)
	if getdate(since) > getdate(doc.effective_month):
		frappe.throw(
			_("{0} is in force from {1} on; the batch cannot begin before.").format(doc.standard, since),
			BatchRefused,
		)


def begin(doc: Document, count: int, **values) -> None:
	"""Within a step: the job starts with the first family."""
	steps.done(doc, reached=None, looked_at=0, to_look_at=count, **values)
	batch_jobs.JOB.enqueue(doc.name)


@step(_lt("Preview"), at=batches.DRAFTED, to=batches.PREVIEWING, duty=adjustments.PROPOSE, primary=True)
def preview(doc: Document) -> None:
	"""A draft for each family whose amount changes, and why others are left out; nothing is decided by it."""
	begin(doc, batch_preview.how_many(doc), previewed_by=frappe.session.user, previewed_on=today())


def not_the_deciding(doc: Document) -> str:
	"""Who decides is who confirms the category."""
	return adjustments.not_the_deciding(doc)


def over_the_limits(doc: Document) -> list[str]:
	if not (doc.raises or doc.to_hear):
		return [_("Nothing would change.")]
	if flt(doc.limit_total) and flt(doc.difference) > flt(doc.limit_total):
		return [
			_("It would cost {0} more a month, and {1} is the most it may.").format(
				fmt_money(doc.difference), fmt_money(doc.limit_total)
			)
		]
	return []


ANOTHER = _lt("Whoever entered or previewed a batch does not decide on it.")


@step(
	_lt("Approve Batch"),
	at=batches.PREVIEWED,
	to=batches.CARRYING_OUT,
	who=not_the_deciding,
	not_by=("owner", AUTHOR, "previewed_by"),
	another=ANOTHER,
	missing=over_the_limits,
	asks=(Ask("opinion"),),
	stamps=("approved_by", "approved_on"),
	primary=True,
)
def approve(doc: Document, opinion: str) -> None:
	"""One decision for all drafts that may be; the others stay drafts, each with the reason."""
	begin(doc, batch_decisions.how_many(doc))


def heard_since(doc: Document) -> int:
	return frappe.db.count(ADJUSTMENT, {"batch": doc.name, "status": adjustments.HEARD})


@step(
	_lt("Carry Out Those Heard Since"),
	at=batches.CARRIED_OUT,
	to=batches.CARRYING_OUT,
	who=not_the_deciding,
	not_by=("owner", AUTHOR, "previewed_by"),
	another=ANOTHER,
	when=heard_since,
	asks=(Ask("opinion"),),
	stamps=("approved_by", "approved_on"),
	primary=True,
)
def approve_heard(doc: Document, opinion: str) -> None:
	"""Families from whom something is taken, after each of them was heard."""
	begin(doc, batch_decisions.how_many(doc))


@step(
	_lt("Take the Batch Back"),
	at=batches.CARRIED_OUT,
	to=batches.TAKING_BACK,
	who=not_the_deciding,
	missing=batch_undoing.too_late,
	asks=(Ask("return_reason", label=_lt("Why It Is Taken Back")),),
)
def take_back(doc: Document, return_reason: str) -> None:
	"""Whatever was neither paid nor delivered."""
	begin(doc, batch_undoing.how_many(doc), return_reason=return_reason)


@step(
	_lt("Give the Batch Up"),
	at=(batches.DRAFTED, batches.PREVIEWED),
	to=batches.GIVEN_UP,
	asks=(Ask("return_reason", label=_lt("Why It Is Given Up")),),
)
def give_up(doc: Document, return_reason: str) -> None:
	"""Its drafts are withdrawn; what was heard stays on record."""
	doc.return_reason = return_reason
	table = frappe.qb.DocType(ADJUSTMENT)
	(
		frappe.qb.update(table)
		.set(table.status, adjustments.WITHDRAWN)
		.set(table.return_reason, return_reason)
		.set(table.modified, now())
		.set(table.modified_by, frappe.session.user)
		.where((table.batch == doc.name) & table.status.isin(batches.WAITING))
		.run()
	)


# --- making it known ----------------------------------------------------------------------------------------------
def activity_to_enter(doc: Document) -> list[Turn]:
	"""A poster, handbook, event or post about the raise (服务方案 1.1.2-10)."""
	return [Turn(values={"batch": doc.name, "subject": doc.title, "division": doc.division})]


step.opens(
	"make_known",
	_lt("Make It Known"),
	"Outreach Activity",
	at=batches.CARRIED_OUT,
	permission="read",
	when=lambda doc: (
		doc.change == batch_law.STANDARD and frappe.has_permission("Outreach Activity", "create")
	),
	each=activity_to_enter,
	group=_lt("Telling"),
)


def publication_to_enter(doc: Document) -> list[Turn]:
	"""What the public is told: what rises, from when, and that nobody has to apply for it."""
	month = getdate(doc.effective_month)
	body = (
		f"<p>{frappe.utils.escape_html(doc.reason)}</p>"
		f"<p>本次共为{doc.in_effect}户提高{frappe.utils.escape_html(doc.category)}待遇，"
		f"从{month.year}年{month.month}月起按新标准发放，在保家庭不需要另行申请。"
		"认为自己符合条件而没有在保的家庭，可以向户籍地或经常居住地乡镇人民政府（街道办事处）申请。</p>"
	)
	return [Turn(values={"title": doc.title, "formed_on": today(), "body": body, "division": doc.division})]


step.opens(
	"publish_raise",
	_lt("Publish It"),
	"Disclosure Publication",
	at=batches.CARRIED_OUT,
	permission="read",
	when=lambda doc: (
		doc.change == batch_law.STANDARD and frappe.has_permission("Disclosure Publication", "create")
	),
	each=publication_to_enter,
	group=_lt("Telling"),
)
