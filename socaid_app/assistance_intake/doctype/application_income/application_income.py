from frappe.model.document import Document


class ApplicationIncome(Document):
	pass
