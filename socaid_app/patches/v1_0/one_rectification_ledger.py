"""Issues of before say which check found them (casework/rectification.py)."""

import frappe

ISSUE = "Data Quality Issue"
BY_REFERENCE = {
	"Spot Check": ("Spot Check Item",),
	"Archive Custody": (
		"Archive Document",
		"Archive File",
		"Archive Handover",
		"Archive Loan",
		"Archive Room Check",
	),
	"Backup": ("Backup Destination",),
	"Recovery of Help": ("Assistance Application",),
}
# Where an issue stands in a row of the check, and the check is another record than what it is about.
CHECKS = (
	("Disclosure Inspection", "Disclosure Inspection Item", "parent", "issue"),
	("Spot Check", "Spot Check Item", "spot_check", "rectification"),
)


def execute() -> None:
	for kind, doctypes in BY_REFERENCE.items():
		frappe.db.sql(
			f"""update `tab{ISSUE}` set source_kind = %(kind)s, source_doctype = reference_doctype,
				source_name = reference_name
			where reference_doctype in %(doctypes)s and ifnull(source_doctype, '') = ''""",
			{"kind": kind, "doctypes": doctypes},
		)
	for check, rows, name, issue in CHECKS:
		frappe.db.sql(
			f"""update `tab{ISSUE}` i join `tab{rows}` r on r.`{issue}` = i.name
			set i.source_kind = %(check)s, i.source_doctype = %(check)s, i.source_name = r.`{name}`""",
			{"check": check},
		)
	frappe.db.sql(f"update `tab{ISSUE}` set source_kind = 'Quality Check' where ifnull(source_kind, '') = ''")
