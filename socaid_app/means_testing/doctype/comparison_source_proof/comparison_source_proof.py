from frappe.model.document import Document


class ComparisonSourceProof(Document):
	pass
