import base64

import frappe
from frappe import _
from frappe.utils import cint, get_first_day, getdate

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.policy.figures_statement import HEAD


class ReportingCountyInvalid(frappe.ValidationError):
	pass


class ReportingCounty(Guarded):
	"""A county whose figures come here, and the key by which they are known to be its own (management_insight/roll_up.py)."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		if not HEAD["county"].fullmatch(self.county_code or ""):
			frappe.throw(_("The code of a county has six digits."), ReportingCountyInvalid)
		if not 1 <= cint(self.due_day) <= 28:
			frappe.throw(_("The day lies between 1 and 28."), ReportingCountyInvalid)
		self.reports_from = get_first_day(getdate(self.reports_from))
		self.public_key = "".join((self.public_key or "").split())
		try:
			length = len(base64.b64decode(self.public_key, validate=True))
		except ValueError:
			length = 0
		if length != 32:
			frappe.throw(_("This is no public key of a county."), ReportingCountyInvalid)
