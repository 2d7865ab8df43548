"""Letters of a petition: who signs, and whom they may name. Which letter belongs to which state is a Letter Rule."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from socaid_app.permissions.scope import scope_of
from socaid_app.petition_desk import secrecy
from socaid_app.policy import petitions as law
from socaid_app.policy.identity import mask_phone
from socaid_app.printing import division_path, township_office

# What the answer is called depends on how the matter was dealt with (Art. 31, 32).
TITLES = {law.HANDLED: "信访处理意见书", law.DUTY: "履行职责答复意见书"}


# --- for the templates ------------------------------------------------------------------------------------
def petition_of(paper: Document) -> Document:
	"""The petition a review, transfer, delivery, hearing or settlement belongs to; raises PermissionError where whoever
	prints may not read it."""
	name = secrecy.petition_of(paper)
	if not name:
		frappe.throw(_("This paper is about no petition. Choose the letter of its own case."))
	petition = frappe.get_cached_doc("Petition", name)
	petition.check_permission("read")
	return petition


def petition_office(petition: Document) -> str:
	"""Who signs: the township where its staff recorded the petition (or reception), otherwise the county bureau."""
	clerk = petition.get("entered_by") or petition.owner
	if clerk in ("Administrator", "Guest") or scope_of(clerk).everything:
		return frappe.get_cached_doc("Socaid Settings").bureau_name or ""
	return township_office(petition.division)


def petition_title(petition: Document) -> str:
	return TITLES.get(petition.route, "信访答复意见书")


def petition_addressee(petition: Document) -> str:
	"""How a letter to the petitioner begins."""
	return petition.petitioner_name if cint(petition.real_name) and petition.petitioner_name else "信访人"


def petition_sender(petition: Document) -> str:
	"""The petitioner in a letter to others: who is anonymous or accuses somebody is not named (Art. 30)."""
	if not cint(petition.real_name):
		return "匿名"
	if cint(petition.anonymous_wish) or cint(petition.restricted):
		return "（要求保密）"
	return petition.petitioner_name or ""


def petition_contact(petition: Document) -> str:
	"""``139****1234``."""
	return mask_phone(petition.phone or "")


def petition_place(petition: Document, outside: bool = False) -> str:
	"""The address: to the village only in letters to others."""
	path = division_path(petition.division)
	address = "" if outside else (petition.address or "").strip()
	# people write the village into their address, and often the township
	common = next((n for n in range(len(path), 0, -1) if address.startswith(path[-n:])), 0)
	return path + address[common:]


def petition_step_date(petition: Document, step: str) -> str | None:
	"""The day of the latest line of this name in the record of steps."""
	days = [row.acted_on for row in petition.actions if row.action == step]
	return max(days, key=get_datetime) if days else None


def petition_term(word: str | None, doctype: str = "Petition") -> str:
	"""A word of a Select field as its form shows it."""
	return _(word, context=doctype) if word else ""
