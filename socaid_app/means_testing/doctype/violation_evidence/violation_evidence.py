from frappe.model.document import Document


class ViolationEvidence(Document):
	pass
