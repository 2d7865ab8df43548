from frappe.model.document import Document


class ApplicationMaterial(Document):
	pass
