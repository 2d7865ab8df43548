from frappe.model.document import Document


class RegisterTask(Document):
	pass
