import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, getdate

from socaid_app.casework.records import ALL, Guard, Guarded
from socaid_app.policy import standards, terms
from socaid_app.socaid_app import rules


class StandardInForce(frappe.ValidationError):
	pass


class AssistanceStandard(Guarded):
	GUARD = Guard(state="docstatus", writable={"0": ALL, "1": ("note",)}, refusal=StandardInForce)
	TURNS = (("kind",),)

	def validate(self) -> None:
		if self.kind == "Care":
			if not (
				flt(self.care_self) <= flt(self.care_half) <= flt(self.care_full) and flt(self.care_full) > 0
			):
				frappe.throw(
					_("Care allowances rise with the care needed: self-reliant, half care, full care.")
				)
		elif flt(self.amount) <= 0:
			frappe.throw(_("Enter the amount in yuan a month."))
		if self.effective_to and getdate(self.effective_to) < getdate(self.effective_from):
			frappe.throw(_("The last day lies before the first."))
		self.to_be_confirmed = cint(self.confidence in terms.UNCONFIRMED and not self.confirmed_by)
		self.compare_with_ratios()

	def compare_with_ratios(self) -> None:
		"""Point out a 特困 standard that is not what the province's ratios give; the document decides."""
		expected = standards.derived(
			rules.standard({**self.as_dict(), "division": self.division}),
			rules.parameters(),
			rules.standards(),
		)
		for field, amount in expected.items():
			if flt(self.get(field)) != flt(amount):
				frappe.msgprint(
					_("{0}: by the province's ratio it would be {1} yuan. Check the document.").format(
						_(self.meta.get_label(field), context=self.doctype), amount
					),
					alert=True,
				)

	def on_submit(self) -> None:
		self.close_predecessor()
		rules.forget()

	def on_update_after_submit(self) -> None:
		rules.forget()

	def before_cancel(self) -> None:
		frappe.throw(
			_(
				"A standard in force is not cancelled, because decisions rest on it. Submit its successor instead."
			),
			StandardInForce,
		)

	def close_predecessor(self) -> None:
		"""The open standard of the same kind, area and place ends the day before this one begins."""
		filters = {
			"kind": self.kind,
			"area": self.area or "",
			"division": self.division or "",
			"docstatus": 1,
			"name": ["!=", self.name],
		}
		rows = frappe.get_all(
			"Assistance Standard",
			filters=filters,
			fields=["name", "effective_from", "effective_to"],
			order_by="effective_from",
		)
		for other in rows:
			if getdate(other.effective_from) == getdate(self.effective_from):
				frappe.throw(_("{0} already takes effect on that day.").format(other.name), StandardInForce)
			starts_before = getdate(other.effective_from) < getdate(self.effective_from)
			if starts_before and getdate(other.effective_to or "9999-12-31") >= getdate(self.effective_from):
				frappe.db.set_value(
					"Assistance Standard", other.name, "effective_to", add_days(self.effective_from, -1)
				)
