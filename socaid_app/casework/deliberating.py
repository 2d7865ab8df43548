"""What every collective deliberation has in common (集体评议、一事一议): who sits in it, who stands aside, who is there.

Which case it is about, how it votes and what its result does is the module's; the numbers are of policy/violations.py.
A member's row says ``member_name``, ``user``, ``part``, ``present`` and ``recusal``.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework.relatives import Related
from socaid_app.policy import violations as law
from socaid_app.policy.names import comparable_name
from socaid_app.policy.parameters import ParameterSet

CHAIR, RECORDER = "Chair", "Minute Taker"
RELATIVE, INVESTIGATED = "Near Relative", "Investigated the Case"
CARRIED, NOT_CARRIED = "Carried", "Not Carried"


def check_members(doc: Document, refusal: type[Exception]) -> None:
	seen = set()
	for row in doc.members:
		if row.user and not row.member_name:
			row.member_name = frappe.utils.get_fullname(row.user)
		key = row.user or comparable_name(row.member_name)
		if key in seen:
			frappe.throw(_("{0} stands on the list twice.").format(row.member_name), refusal)
		seen.add(key)


def name_recusals(doc: Document, related: Related, involved: Iterable[str]) -> None:
	"""Who stands aside whether they say so or not (民发〔2021〕57号第11条、第20条); ``involved``: who worked on the case."""
	involved = set(involved)
	names = {comparable_name(frappe.utils.get_fullname(user)) for user in involved}
	for row in doc.members:
		if related.includes(row.user, row.member_name):
			row.recusal = RELATIVE
		elif row.user in involved or (not row.user and comparable_name(row.member_name) in names):
			row.recusal = INVESTIGATED


def entitled(doc: Document) -> list[Document]:
	return [row for row in doc.members if row.part != RECORDER and not row.recusal]


def voters(doc: Document) -> list[Document]:
	return [row for row in entitled(doc) if cint(row.present)]


def attendance_lacks(doc: Document, parameters: ParameterSet) -> list[str]:
	"""What the meeting lacks before it votes, in sentences."""
	there = law.Attendance(
		entitled=len(entitled(doc)),
		present=len(voters(doc)),
		chaired=any(row.part == CHAIR for row in voters(doc)),
	)
	found = list(map(str, law.attendance_breaches(there, getdate(doc.held_on), parameters)))
	if getdate(doc.held_on) > getdate(today()):
		found.append(_("The meeting lies in the future."))
	return found
