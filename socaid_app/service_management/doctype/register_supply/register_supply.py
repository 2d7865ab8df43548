from frappe.model.document import Document


class RegisterSupply(Document):
	pass
