from frappe.model.document import Document


class PublicityObjection(Document):
	pass
