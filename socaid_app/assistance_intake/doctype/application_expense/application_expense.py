from frappe.model.document import Document


class ApplicationExpense(Document):
	pass
