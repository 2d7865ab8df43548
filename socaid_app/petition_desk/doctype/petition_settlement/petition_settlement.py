import frappe
from frappe import _, _lt
from frappe.utils import getdate

from socaid_app.casework.records import ALL, ANY, Guard
from socaid_app.petition_desk import transfers
from socaid_app.petition_desk.petition_records import PetitionPaper
from socaid_app.policy import petitions as law

AGREED = "Agreement Reached"


class SettlementInvalid(frappe.ValidationError):
	pass


class PetitionSettlement(PetitionPaper):
	"""Mediation or settlement between the parties (Art. 33), with its agreement."""

	GUARD = Guard(
		state="outcome",
		writable={
			"Under Discussion": ALL,
			AGREED: ("fulfilled_on", "signed_agreement"),
			"No Agreement": ALL,
		},
		fixed={ANY: ("petition",)},
		refusal=SettlementInvalid,
		way_out=_lt("The agreement has been made; its terms stay."),
	)
	TURNS = ("petition",)

	def validate(self) -> None:
		transfers.refuse_the_concerned(self)
		self.check_petition()
		self.check_agreement()
		self.not_later_than_today("met_on", "fulfilled_on")
		self.in_order("met_on", "fulfilled_on")

	def on_update(self) -> None:
		self.tell_petition()

	def check_petition(self) -> None:
		if self.is_new() and self.petition_doc.status not in (
			*law.OPEN,
			law.PASSED_ON,
			law.IN_REVIEW,
			law.IN_RECHECK,
		):
			frappe.throw(_("Only a petition that is still open is settled."), SettlementInvalid)

	def check_agreement(self) -> None:
		if self.outcome == AGREED and not ((self.terms or "").strip() and (self.other_party or "").strip()):
			frappe.throw(_("An agreement names the other party and its terms."), SettlementInvalid)
		if self.fulfilled_on and self.outcome != AGREED:
			frappe.throw(_("Only an agreement can be fulfilled."), SettlementInvalid)
		if self.fulfil_by and getdate(self.fulfil_by) < getdate(self.met_on):
			frappe.throw(_("The agreement is to be fulfilled before it was made."), SettlementInvalid)

	def tell_petition(self) -> None:
		if not self.has_value_changed("outcome"):
			return
		petition = self.petition_doc
		petition.log(_(self.kind, context=self.doctype), _(self.outcome, context=self.doctype))
		petition.save_by_step(ignore_permissions=True)
