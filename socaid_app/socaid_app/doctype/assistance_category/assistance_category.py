from frappe.model.document import Document


class AssistanceCategory(Document):
	pass
