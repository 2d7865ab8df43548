"""Two records of one person, and what becomes of them by the people whose duty it is."""

from types import SimpleNamespace

import frappe

from socaid_app.socaid_app import duplicate_steps
from tests.builders import TOWNSHIP_A, acting_as, make_person, make_user

STAFF = {"clerk": "Township Officer", "approver": "Township Approver"}


def merging_team() -> SimpleNamespace:
	"""Who proposes and who approves in one township; made once and committed."""
	names, created = {}, False
	for key, role in STAFF.items():
		email = f"merging.{key}@example.invalid"
		if not frappe.db.exists("User", email):
			make_user(role, TOWNSHIP_A, email=email)
			created = True
		names[key] = email
	if created:
		frappe.db.commit()
	return SimpleNamespace(**names)


def registered_twice(name: str = "测试重复", **values):
	"""The record that stays, and a second one of the same person with another number."""
	return make_person(name, born="1970-05-06", **values), make_person(name, born="1970-05-06")


def candidate(one, other, user: str = "Administrator"):
	with acting_as(user):
		return frappe.get_doc(
			{"doctype": duplicate_steps.DOCTYPE, "person": one.name, "other": other.name}
		).insert()


def propose(doc, stays, user: str, reason: str = "本人持两个号码，派出所证明为同一人"):
	with acting_as(user):
		duplicate_steps.propose(doc.name, stays=stays.name, reason=reason)
	return frappe.get_doc(doc.doctype, doc.name)


def approve(doc, user: str):
	with acting_as(user):
		duplicate_steps.approve(doc.name)
	return frappe.get_doc(doc.doctype, doc.name)


def merged(stays, given_up, team):
	"""The two made one, from the pair to the approval."""
	return approve(propose(candidate(stays, given_up, team.clerk), stays, team.clerk), team.approver)


def undo(doc, user: str, reason: str = "派出所更正：是两个人"):
	with acting_as(user):
		duplicate_steps.undo(doc.name, reason=reason)
	return frappe.get_doc(doc.doctype, doc.name)
