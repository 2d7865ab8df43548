import frappe
from frappe import _
from frappe.utils import get_first_day, getdate

from socaid_app.casework.records import NOTHING, Guard, GuardedRecord
from socaid_app.socaid_app import entitlements


class LedgerIsClosed(frappe.ValidationError):
	pass


class Entitlement(GuardedRecord):
	GUARD = Guard(state="docstatus", writable={"0": NOTHING, "1": NOTHING}, refusal=LedgerIsClosed)
	TURNS = ("name",)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.check_months()
		self.scheme = frappe.db.get_value("Assistance Category", self.category, "scheme")
		self.payment = frappe.db.get_value("Assistance Category", self.category, "payment")

	def before_submit(self) -> None:
		entitlements.refuse_duplicates(self)
		entitlements.require_successor_allowed(self)

	def on_submit(self) -> None:
		entitlements.refresh_household(self.household)

	def before_update_after_submit(self) -> None:
		if not self.flags.by_step:
			self.refuse_change()
		self.check_months()
		before = self.get_doc_before_save()
		if self.end_month and (not before.end_month or self.end_month < getdate(before.end_month)):
			entitlements.require_end_allowed(self)

	def on_update_after_submit(self) -> None:
		entitlements.refresh_household(self.household)

	def before_cancel(self) -> None:
		if not self.flags.by_step:
			self.refuse_change()
		entitlements.require_annul_allowed(self)

	def on_cancel(self) -> None:
		entitlements.refresh_household(self.household)

	def check_months(self) -> None:
		self.start_month = get_first_day(getdate(self.start_month))
		if self.end_month:
			self.end_month = get_first_day(getdate(self.end_month))
			if self.end_month < self.start_month:
				frappe.throw(_("The last month lies before the first."))

	def refuse_change(self) -> None:
		frappe.throw(
			_(
				"An entitlement is changed only by a decision: the old one ends and a new one begins (Law Art. 48, 70). Nothing was changed."
			),
			LedgerIsClosed,
		)
