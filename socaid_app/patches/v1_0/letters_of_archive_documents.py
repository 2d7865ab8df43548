"""An archive document names its letter, and the letter rule its print format (casework/letters.py).

Letters are called like the print formats that were named before, except where one format printed three notices.
"""

import frappe

DOCUMENT, NOTICES = "Archive Document", ("Document Delivery", "Notice Delivery")
OLD, NEW = "print_format", "letter"
SHARED = "Rejection Notice"


def execute() -> None:
	if frappe.db.has_column(DOCUMENT, OLD):
		frappe.db.sql(
			f"update `tab{DOCUMENT}` set `{NEW}` = `{OLD}` where ifnull(`{NEW}`, '') = '' and `{OLD}` is not null"
		)
	for doctype in NOTICES:
		if frappe.db.table_exists(doctype):
			frappe.db.sql(
				f"""update `tab{DOCUMENT}` d join `tab{doctype}` n on n.name = d.source_name
				set d.letter = n.document_kind where d.source_doctype = %s and d.letter = %s""",
				(doctype, SHARED),
			)
