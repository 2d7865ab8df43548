import frappe
from frappe import _

from socaid_app.casework.records import Guard, Guarded
from socaid_app.permissions.scope import NeverDeleted


class SlipSealed(frappe.PermissionError):
	pass


class DeliberationSlip(Guarded):
	"""A slip in the box of a secret ballot, without its voter (means_testing/violations/ballots.py)."""

	GUARD = Guard(writable={}, refusal=SlipSealed)

	def validate(self) -> None:
		frappe.throw(_("Slips are cast by the members of a meeting; nobody enters one."), SlipSealed)

	def on_trash(self) -> None:
		frappe.throw(_("A slip stays in the box."), NeverDeleted)
