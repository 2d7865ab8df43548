from frappe.model.document import Document


class SensitiveAccessLog(Document):
	pass
