from frappe.model.document import Document


class NeedsTemplateAnswer(Document):
	pass
