from frappe.model.document import Document


class RegisterPerson(Document):
	pass
