from frappe.model.document import Document


class SocaidSettings(Document):
	pass
