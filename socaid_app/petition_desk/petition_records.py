"""What a petition and the papers that hang on it have in common."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework.records import step
from socaid_app.casework.restricted import RestrictedRecord
from socaid_app.petition_desk import secrecy


class ByStepOnly(frappe.ValidationError):
	pass


class WrongDay(frappe.ValidationError):
	pass


class PetitionRecord(RestrictedRecord):
	"""Base of the DocTypes in ``hooks.PETITION_DOCTYPES``."""

	# Set by steps alone; the public records petitions past the roles, and sets none of them either.
	KEPT: tuple[str, ...] = ()

	def keep_steps(self) -> None:
		if self.flags.by_step or not self.is_new():
			return
		for field in self.KEPT:
			self.set(field, self.meta.get_field(field).default)

	def save_by_step(self, ignore_permissions: bool = False) -> None:
		"""Save what a step has set."""
		with step(self):
			self.save(ignore_permissions=ignore_permissions)

	def not_later_than_today(self, *fields: str) -> None:
		for field in fields:
			if self.get(field) and getdate(self.get(field)) > getdate(today()):
				frappe.throw(
					_("{0} lies in the future; enter the day it happened.").format(
						_(self.meta.get_label(field), context=self.doctype)
					),
					WrongDay,
				)

	def in_order(self, *fields: str) -> None:
		"""The days in these fields, as far as entered, follow one another."""
		known = [field for field in fields if self.get(field)]
		for earlier, later in zip(known, known[1:], strict=False):
			if getdate(self.get(later)) < getdate(self.get(earlier)):
				frappe.throw(
					_("{0} lies before {1}; check both days.").format(
						_(self.meta.get_label(later), context=self.doctype),
						_(self.meta.get_label(earlier), context=self.doctype),
					),
					WrongDay,
				)

	def is_hidden(self) -> bool:
		return secrecy.is_hidden(self.doctype, self.name)


class PetitionPaper(PetitionRecord):
	"""A review, hearing, settlement, transfer or delivery: as visible as its petition."""

	division_from = "petition"

	def autoname(self) -> None:
		self.restricted = int(bool(frappe.db.get_value(secrecy.PETITION, self.petition, "restricted")))
		self.name = secrecy.paper_name(self.doctype, bool(self.restricted))

	def before_validate(self) -> None:
		self.keep_petition()
		self.restricted = int(bool(frappe.db.get_value(secrecy.PETITION, self.petition, "restricted")))
		self.set_division()
		self.keep_steps()

	def keep_petition(self) -> None:
		before = self.get_doc_before_save()
		if before:
			self.petition = before.petition

	@property
	def petition_doc(self) -> Document:
		return frappe.get_doc(secrecy.PETITION, self.petition)
