"""Notices say what they are about by a dynamic link, and the deliveries of petitions join them with their names.

Their files, comments, versions and whatever else refers to them follow. The access log keeps what was written: its
entries are chained by their hashes. The old table stays in the database, unread.
"""

import frappe
from frappe.model.rename_doc import get_link_fields, rename_dynamic_links
from frappe.utils import getdate

from socaid_app.casework import deliveries, letters
from socaid_app.petition_desk import secrecy
from socaid_app.policy import clock
from socaid_app.setup import seeds
from socaid_app.socaid_app import rules

NEW, NOTICES, PAPERS = deliveries.DOCTYPE, "Notice Delivery", "Petition Delivery"
DUE_RULE = "Due Rule"
APPLICATION, PETITION, REVIEW = "Assistance Application", secrecy.PETITION, "Petition Review"
METHODS = {
	"Direct": "Handed Over",
	"Left at Home": "Left at the Home",
	"Post": "By Post",
	"Electronic": "Electronically",
	"Public Notice": "By Notice",
}
# What belongs to the old DocType itself, or must not change.
NOT_FOLLOWED = (
	"Custom DocPerm",
	"Custom Field",
	"Property Setter",
	"Sensitive Access Log",
	"User Permission",
)


def execute() -> None:
	seeds.seed_letter_rules()
	name_cases()
	if frappe.db.table_exists(PAPERS):
		keep_custom_fields()
		move_papers()
	follow(PAPERS)
	renew_due_rules()
	refile()
	frappe.delete_doc("DocType", PAPERS, force=True, ignore_missing=True)
	deliveries.mark_overdue()


def name_cases() -> None:
	"""The notices of applications, which were linked by a field of their own."""
	if frappe.db.has_column(NEW, "application"):
		frappe.db.sql(
			f"""update `tab{NEW}` set reference_doctype = %(case)s, reference_name = application,
				paper_type = %(case)s, paper = application, title = recipient_name
			where ifnull(reference_name, '') = '' and application is not null""",
			{"case": APPLICATION},
		)
	for old, new in METHODS.items():
		frappe.db.set_value(NEW, {"method": old}, "method", new, update_modified=False)


def keep_custom_fields() -> None:
	"""What an administrator added to the deliveries of petitions is a field of the common record."""
	known = {df.fieldname for df in frappe.get_meta(NEW).fields}
	rows = frappe.get_all(
		"Custom Field", filters={"dt": PAPERS}, fields=["name", "fieldname"], order_by="idx"
	)
	moved = [row for row in rows if row.fieldname not in known]
	for row in moved:
		frappe.db.set_value("Custom Field", row.name, "dt", NEW)
		frappe.rename_doc("Custom Field", row.name, f"{NEW}-{row.fieldname}", force=True, show_alert=False)
	if moved:
		frappe.clear_cache(doctype=NEW)
		frappe.db.updatedb(NEW)


def move_papers() -> None:
	there = set(frappe.db.get_table_columns(NEW))
	common = [column for column in frappe.db.get_table_columns(PAPERS) if column in there]
	own = {
		"reference_doctype": f"'{PETITION}'",
		"reference_name": "petition",
		"title": "subject",
		"paper_type": f"if(ifnull(review, '') = '', '{PETITION}', '{REVIEW}')",
		"paper": "if(ifnull(review, '') = '', petition, review)",
		"status": f"if(delivered_on is null, '{deliveries.TO_DELIVER}', '{deliveries.DELIVERED}')",
	}
	common = [column for column in common if column not in own]
	columns = ", ".join(f"`{column}`" for column in (*common, *own))
	values = ", ".join((*(f"`{column}`" for column in common), *own.values()))
	frappe.db.sql(
		f"insert into `tab{NEW}` ({columns}) select {values} from `tab{PAPERS}` p"
		f" where not exists (select 1 from `tab{NEW}` d where d.name = p.name)"
	)
	for day in frappe.get_all(
		NEW,
		filters={"reference_doctype": PETITION, "due_on": ["is", "not set"]},
		pluck="issued_on",
		distinct=True,
		order_by="issued_on",
	):
		_set_due(getdate(day))


def _set_due(issued) -> None:
	period = rules.parameters().record("petition_delivery_days", issued)
	due, provisional = clock.after(issued, int(period.value), period.unit, rules.calendar())
	frappe.db.set_value(
		NEW,
		{"reference_doctype": PETITION, "issued_on": issued, "due_on": ["is", "not set"]},
		{"due_on": due, "due_provisional": int(provisional)},
		update_modified=False,
	)


def follow(old: str) -> None:
	"""Whatever names a record by its DocType and name."""
	for link in get_link_fields("DocType"):
		if link.parent not in NOT_FOLLOWED and not link.issingle and frappe.db.table_exists(link.parent):
			_replace(link.parent, link.fieldname, old)
	for doctype, (column, _name) in secrecy.REFERENCES.items():
		if doctype not in NOT_FOLLOWED:
			_replace(doctype, column, old)
	if frappe.db.exists("DocType", old):
		rename_dynamic_links("DocType", old, NEW)
	frappe.db.set_value(
		letters.DOCTYPE,
		{"name": "Petition Delivery Receipt", "filters": ["is", "not set"]},
		"filters",
		frappe.as_json([["reference_doctype", "=", PETITION]], indent=0),
		update_modified=False,
	)


def _replace(doctype: str, column: str, old: str) -> None:
	if frappe.db.has_column(doctype, column):
		frappe.db.set_value(doctype, {column: old}, column, NEW, update_modified=False)


def renew_due_rules() -> None:
	"""A rule whose conditions name an old DocType finds nothing; the shipped ones come anew with the seeds."""
	for old in (NOTICES, PAPERS):
		for name in frappe.get_all(
			DUE_RULE, filters={"conditions": ["like", f"%{old}%"]}, pluck="name", order_by="name"
		):
			# required by law, and back with the seeds
			frappe.delete_doc(DUE_RULE, name, force=True, ignore_permissions=True, ignore_on_trash=True)


def refile() -> None:
	"""The archive knows a document by what it was made of."""
	for doctype, column in (("Archive Document", "source_key"), ("Archive Template Item", "source")):
		frappe.db.sql(
			f"update `tab{doctype}` set `{column}` = concat(%(new)s, substr(`{column}`, %(end)s))"
			f" where `{column}` = %(old)s or `{column}` like %(begin)s",
			{"new": NEW, "old": NOTICES, "begin": f"{NOTICES}:%", "end": len(NOTICES) + 1},
		)
	frappe.db.set_value(
		"Archive Document", {"source_doctype": NOTICES}, "source_doctype", NEW, update_modified=False
	)
