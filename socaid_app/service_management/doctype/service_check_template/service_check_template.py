import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.policy import check_answers as policy
from socaid_app.service_management import surveys


class CheckTemplateInvalid(frappe.ValidationError):
	pass


class ServiceCheckTemplate(Guarded):
	"""A kind of check as one record: what is asked, how often, by whom. Checks that were planned keep their questions."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		if cint(self.every) < 1 or cint(self.rectify_days) < 0:
			frappe.throw(_("Enter an interval of at least one, and no negative days."), CheckTemplateInvalid)
		if self.active_to and getdate(self.active_to) < getdate(self.active_from):
			frappe.throw(_("The period ends before it begins."), CheckTemplateInvalid)
		self.check_sampling()
		for row in self.questions:
			self.check_question(row)

	def check_sampling(self) -> None:
		if self.concerns != surveys.SURVEY:
			self.after_service = None
		if not self.after_service:
			self.sample_percent, self.asker = 0, None
		elif not (0 < flt(self.sample_percent) <= 100 and self.asker):
			frappe.throw(
				_("Say how many of a hundred families are asked after the service, and who asks them."),
				CheckTemplateInvalid,
			)

	def check_question(self, row) -> None:
		if flt(row.weight) < 0:
			frappe.throw(_("Row {0}: points are not negative.").format(row.idx), CheckTemplateInvalid)
		if row.answer_kind == policy.CHOICE and len(set(policy.options(row.choices))) < 2:
			frappe.throw(
				_("Row {0}: write at least two different choices.").format(row.idx), CheckTemplateInvalid
			)
		if row.highest and flt(row.highest) < flt(row.lowest):
			frappe.throw(
				_("Row {0}: the highest lies below the lowest.").format(row.idx), CheckTemplateInvalid
			)
