from frappe.model.document import Document


class ServiceCheckQuestion(Document):
	pass
