from frappe.model.document import Document


class StockMovementLot(Document):
	pass
