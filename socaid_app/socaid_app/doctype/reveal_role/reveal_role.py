from frappe.model.document import Document


class RevealRole(Document):
	pass
