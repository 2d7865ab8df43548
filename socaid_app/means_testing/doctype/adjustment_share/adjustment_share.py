from frappe.model.document import Document


class AdjustmentShare(Document):
	pass
