from frappe.model.document import Document


class RegisterParticular(Document):
	pass
