"""What the family declares: rows, or that there are none. What nobody filled in is not declared.

Whoever applies declares the means of the family and vouches for it (57号 Art. 9): an empty table says nothing,
"none" is an answer that somebody gives and signs.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.assistance_intake.application_case import DeclarationInvalid
from socaid_app.policy import terms

# table → the answer "none"
NONE_OF = {"incomes": "no_income", "properties": "no_property", "expenses": "no_expenses"}
MEANS_TESTED = frozenset({terms.DIBAO, terms.TEKUN, terms.EDGE, terms.RIGID, terms.TEMPORARY})


def asked(application: Document) -> tuple[str, ...]:
	"""The tables that need an answer. In an emergency help comes before the means are looked at; expenses are asked
	where they decide."""
	if application.scheme not in MEANS_TESTED or application.route == terms.QUICK_RELIEF:
		return ()
	spends = application.scheme == terms.RIGID or application.route == terms.EXPENDITURE
	return ("incomes", "properties", "expenses") if spends else ("incomes", "properties")


def check(application: Document) -> None:
	"""Rows and "none" contradict each other."""
	for table, none in NONE_OF.items():
		if cint(application.get(none)) and application.get(table):
			frappe.throw(
				_("“{0}” is ticked, but there are rows. Clear the box, or remove the rows.").format(
					_(application.meta.get_label(none), context=application.doctype)
				),
				DeclarationInvalid,
			)


def undeclared(application: Document) -> list[str]:
	"""The names of the tables that nobody has answered."""
	return [
		_(application.meta.get_label(table), context=application.doctype)
		for table in asked(application)
		if not application.get(table) and not cint(application.get(NONE_OF[table]))
	]


def declared(application: Document, table: str) -> str:
	"""What the print says in place of the rows of an empty table: what was declared, if anything."""
	none = NONE_OF[table]
	if cint(application.get(none)):
		return _(application.meta.get_label(none), context=application.doctype)
	return _("Not declared")
