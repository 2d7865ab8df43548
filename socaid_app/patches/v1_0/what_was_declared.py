"""The application form used to print "declares no income" and "no property" for empty tables, and the applicant signed it:
cases that were accepted keep that answer. Drafts are asked."""

import frappe

from socaid_app.policy import terms

ASKED = (terms.DRAFT, terms.SUPPLEMENT)


def execute() -> None:
	for table, none in (("Application Income", "no_income"), ("Application Property", "no_property")):
		# one statement per table: there are as many cases as the county ever had
		frappe.db.sql(
			f"""update `tabAssistance Application` a set a.`{none}` = 1
			where a.workflow_state not in %(asked)s and a.`{none}` = 0
				and not exists (select 1 from `tab{table}` r where r.parent = a.name)""",
			{"asked": ASKED},
		)
