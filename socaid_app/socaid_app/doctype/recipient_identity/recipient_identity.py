from frappe.model.document import Document


class RecipientIdentity(Document):
	pass
