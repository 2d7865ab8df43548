import frappe
from frappe import _
from frappe.utils import cint

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.service_management import stock_keeping


class StillInStock(frappe.ValidationError):
	pass


class StockItem(GuardedRecord):
	"""A supply at the place where it is kept; what is there follows from its movements (stock_keeping.py)."""

	GUARD = Guard(writable={ANY: ALL}, fixed={ANY: ("unit",)})
	division_from = "service_object"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		if self.disabled and cint(self.on_hand):
			frappe.throw(
				_("{0} are still in stock. Issue or dispose of them first.").format(self.on_hand),
				StillInStock,
			)
		self.short_since = stock_keeping.short_since(self)

	def onload(self) -> None:
		self.set_onload("lots", stock_keeping.shown(self))
