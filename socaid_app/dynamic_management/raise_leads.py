"""Whoever newly qualifies by a raise becomes a lead, with somebody who contacts them (服务方案 1.1.2-11, 1.1.2-12).

From the save by which a batch was carried out, once for each household. A raise that was taken back takes back the leads
of it that nobody has followed yet.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import fmt_money, getdate, today

from socaid_app.casework import duties, records
from socaid_app.casework.people import Directory
from socaid_app.dynamic_management import leads
from socaid_app.means_testing.batches import batch_records, newly_qualifying

TAKEN_BACK = "提标已撤回"


def follow_batch(batch: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Adjustment Batch."""
	before = batch.get_doc_before_save()
	if not before or before.status == batch.status:
		return
	if batch.status == batch_records.CARRIED_OUT:
		_report(batch)
	elif batch.status == batch_records.TAKEN_BACK:
		_declare_void(batch)


def _report(batch: Document) -> None:
	known = set(
		frappe.get_all(leads.DOCTYPE, filters={"batch": batch.name}, pluck="household", order_by="name")
	)
	directory = Directory()
	for row in newly_qualifying.of_batch(batch):
		person = row.applicant or row.head
		if row.household in known or frappe.db.get_value("Recipient", person, "deceased_on"):
			continue
		known.add(row.household)
		frappe.db.savepoint("raise_lead")
		try:
			_lead(batch, row, person, directory)
		except frappe.ValidationError:
			# one family that cannot be reported does not hold up the raise of all others
			frappe.db.rollback(save_point="raise_lead")
			frappe.clear_last_message()
			frappe.log_error(
				title=f"Lead of {row.household} could not be entered", reference_doctype=batch.doctype
			)


def _lead(batch: Document, row: frappe._dict, person: str, directory: Directory) -> None:
	month = getdate(batch.effective_month)
	lead = frappe.get_doc(
		{
			"doctype": leads.DOCTYPE,
			"reported_on": today(),
			"source": "Monitoring",
			"answer_wanted": 0,
			"recipient": person,
			"household": row.household,
			"need": "Food",
			"situation": f"{batch.title}：从{month.year}年{month.month}月起按新标准测算，可能符合{batch.category}条件，"
			f"每月约{fmt_money(row.amount)}元。请联系并告知可以申请，协助准备材料。",
			"batch": batch.name,
		}
	)
	with records.step(lead):
		# whoever decides on the raise need not be allowed to enter leads
		lead.insert(ignore_permissions=True)
		follower = next(iter(directory.of_first(_followers(), lead.division)), None)
		if follower and not lead.resembles:
			lead.update({"follower": follower, "assigned_on": today(), "status": leads.ASSIGNED})
			lead.save(ignore_permissions=True)


def _followers() -> list[str]:
	"""The officers of the township before others who have the duty."""
	roles = duties.roles_of(leads.FOLLOW)
	return sorted(roles, key=lambda role: role != "Township Officer")


def _declare_void(batch: Document) -> None:
	for name in frappe.get_all(
		leads.DOCTYPE,
		filters={"batch": batch.name, "status": ["in", (leads.REPORTED, leads.ASSIGNED)]},
		pluck="name",
		order_by="name",
	):
		lead = frappe.get_doc(leads.DOCTYPE, name)
		lead.update({"status": leads.VOID, "void_reason": TAKEN_BACK})
		with records.step(lead):
			lead.save(ignore_permissions=True)
