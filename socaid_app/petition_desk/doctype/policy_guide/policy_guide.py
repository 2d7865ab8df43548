from frappe.model.document import Document


class PolicyGuide(Document):
	pass
