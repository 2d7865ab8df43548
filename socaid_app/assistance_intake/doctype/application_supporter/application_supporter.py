from frappe.model.document import Document


class ApplicationSupporter(Document):
	pass
