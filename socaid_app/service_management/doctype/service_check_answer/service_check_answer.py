from frappe.model.document import Document


class ServiceCheckAnswer(Document):
	pass
