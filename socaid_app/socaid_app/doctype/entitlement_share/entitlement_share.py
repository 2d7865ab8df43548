from frappe.model.document import Document


class EntitlementShare(Document):
	pass
