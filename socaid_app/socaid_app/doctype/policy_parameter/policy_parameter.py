from frappe.model.document import Document


class PolicyParameter(Document):
	pass
