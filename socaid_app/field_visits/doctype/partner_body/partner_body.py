import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.casework.records import ALL, ANY, Guard, Guarded


class PartnerUnfit(frappe.ValidationError):
	pass


class PartnerBody(Guarded):
	"""Who gives services beside the bureau: by agreement, until a day, and bound to keep what it is told to itself."""

	GUARD = Guard(writable={ANY: ALL})

	def require_fit(self) -> None:
		"""Nobody's data goes to a body without an agreement in force and its promise of confidentiality on file."""
		if self.disabled or not self.agreement_until or getdate(self.agreement_until) < getdate(today()):
			frappe.throw(
				_("The agreement with {0} is not in force. Renew it, or choose another body.").format(
					self.name
				),
				PartnerUnfit,
			)
		if not self.confidentiality_on or not self.confidentiality_paper:
			frappe.throw(
				_("The promise of confidentiality of {0} is not on file. Attach it first.").format(self.name),
				PartnerUnfit,
			)
