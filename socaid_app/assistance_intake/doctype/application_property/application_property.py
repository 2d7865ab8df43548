from frappe.model.document import Document


class ApplicationProperty(Document):
	pass
