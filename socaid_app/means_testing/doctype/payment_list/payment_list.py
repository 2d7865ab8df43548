import frappe
from frappe import _
from frappe.utils import add_months, cint, get_first_day, getdate, today

from socaid_app.casework import duties
from socaid_app.casework.records import NOTHING, Guard, GuardedRecord
from socaid_app.means_testing.payments import payment_records as names
from socaid_app.means_testing.payments.list_steps import PaymentListInvalid
from socaid_app.policy.payments import pay_day
from socaid_app.socaid_app import rules

BEGUN = ("month", "scheme_group", "division", "layout", "remarks")


class PaymentList(GuardedRecord):
	"""What is paid in a month to the people of a county or township (means_testing/payments/)."""

	GUARD = Guard(
		state="status",
		writable={
			names.NEW: BEGUN,
			names.DRAFTING: NOTHING,
			names.DRAFTED: ("layout", "remarks"),
			names.CHECKED: ("layout", "remarks"),
			names.RELEASED: ("layout",),
		},
		once=("layout",),
		refusal=PaymentListInvalid,
	)

	def onload(self) -> None:
		"""The button of the bank file is for whoever may make one."""
		self.set_onload("may_make_bank_file", self.status in names.FROZEN and duties.holds(names.RELEASE))

	def before_validate(self) -> None:
		if self.is_new():
			self.month = get_first_day(getdate(self.month))
		self.set_division()

	def validate(self) -> None:
		if self.is_new() and not self.flags.ignore_permissions:
			duties.require(names.PREPARE)
		self.check_month()
		self.check_division()
		self.set_pay_day()

	def check_month(self) -> None:
		if self.is_new() and self.month > get_first_day(add_months(getdate(today()), 1)):
			frappe.throw(
				_("A list is drafted for a month that has come, or for the next one."), PaymentListInvalid
			)

	def check_division(self) -> None:
		"""Of a whole county or township: a village has no list of its own."""
		if not self.has_value_changed("division"):
			return
		level = frappe.db.get_value("Administrative Division", self.division, "level")
		if level not in ("County", "Township"):
			frappe.throw(_("Choose the county or a township."), PaymentListInvalid)

	def set_pay_day(self) -> None:
		if self.is_new():
			month = getdate(self.month)
			self.pay_due = pay_day(month, cint(rules.parameters().get("dibao_pay_day", month)))
