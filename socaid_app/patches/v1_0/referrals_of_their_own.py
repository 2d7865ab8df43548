"""What a violation case says of its one referral becomes a referral of its own, which its letter is about.

The columns stay where an older version left them; nothing reads them any more.
"""

import json

import frappe

from socaid_app.casework import due_rules, number_series
from socaid_app.means_testing.violations import violation_letters, violation_referrals

CASE, REFERRAL, LETTER = "Violation Case", violation_referrals.DOCTYPE, violation_letters.REFERRAL
FIELDS = (
	"referral_to",
	"referral_office",
	"referral_reason",
	"referred_by",
	"referred_on",
	"referral_reply_due",
	"referral_reply",
	"referral_replied_on",
)


def execute() -> None:
	point_rules()
	if not set(FIELDS) <= set(frappe.db.get_table_columns(CASE)):
		return
	# Raw SQL: the columns are no fields any more.
	columns = ", ".join(f"`{field}`" for field in ("name", *FIELDS))
	move(
		frappe.db.sql(
			f"select {columns} from `tab{CASE}` c where referred_on is not null"
			f" and not exists (select 1 from `tab{REFERRAL}` r where r.violation = c.name)",
			as_dict=True,
		)
	)


def move(rows: list[dict]) -> None:
	for row, name in zip(rows, number_series.names(REFERRAL, len(rows)), strict=True):
		case = frappe.db.get_value(
			CASE, row["name"], ["head_name", "household", "division", "township"], as_dict=True
		)
		answered = row["referral_replied_on"]
		doc = frappe.get_doc(
			{
				"doctype": REFERRAL,
				"name": name,
				"violation": row["name"],
				"status": violation_referrals.ANSWERED if answered else violation_referrals.REFERRED,
				**case,
				**{field: row[field] for field in FIELDS},
			}
		)
		doc.db_insert()
		letters = {"reference_doctype": CASE, "reference_name": row["name"], "document_kind": LETTER}
		about = {
			"reference_doctype": REFERRAL,
			"reference_name": name,
			"paper_type": REFERRAL,
			"paper": name,
		}
		frappe.db.set_value("Document Delivery", letters, about, update_modified=False)


def point_rules() -> None:
	"""The reminder and the letter are about the referral; whatever else a county has set in them stays."""
	shipped = {row["name"]: row for row in json.loads(due_rules.SEEDS.read_text(encoding="utf-8"))}
	for name in ("violation_referral", "violation_letter"):
		values = {
			"conditions": json.dumps(shipped[name]["conditions"]),
			"document_type": shipped[name]["document_type"],
		}
		frappe.db.set_value(due_rules.RULE, name, values, update_modified=False)
	stages = "\n".join((violation_referrals.REFERRED, violation_referrals.ANSWERED))
	values = {"document_type": REFERRAL, "stages": stages, "filters": None}
	frappe.db.set_value("Letter Rule", LETTER, values, update_modified=False)
	due_rules.changed()
