import frappe
from frappe import _
from frappe.utils import getdate

from socaid_app.casework.records import ALL, ANY, Guard
from socaid_app.field_visits import employment
from socaid_app.service_management.own_records import StaffRecord


class PaperInvalid(frappe.ValidationError):
	pass


class StaffPaper(StaffRecord):
	"""A contract, certificate or other paper of somebody's file; the one that proves something renews the proof."""

	GUARD = Guard(writable={ANY: ALL}, fixed={ANY: ("officer", "kind")})
	PROOFS = {
		"Health Certificate": employment.HEALTH,
		"Background Check": employment.BACKGROUND,
		"Work Badge": employment.BADGE,
	}

	def validate(self) -> None:
		if self.valid_until and getdate(self.valid_until) < getdate(self.issued_on):
			frappe.throw(_("Valid until a day before it was issued."), PaperInvalid)
		if self.kind in self.PROOFS and not self.valid_until:
			frappe.throw(_("State until which day it is valid."), PaperInvalid)

	def on_update(self) -> None:
		if self.flags.in_insert and self.kind != "Qualification":
			# of qualifications somebody has several
			frappe.db.set_value(
				self.doctype,
				{"officer": self.officer, "kind": self.kind, "name": ["!=", self.name], "replaced": 0},
				"replaced",
				1,
				update_modified=False,
			)
		if proof := self.PROOFS.get(self.kind):
			employment.renew(
				self.officer, proof, self.issued_on, self.valid_until, self.number or self.title or ""
			)
