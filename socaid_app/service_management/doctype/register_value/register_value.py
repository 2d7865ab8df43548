from frappe.model.document import Document


class RegisterValue(Document):
	pass
