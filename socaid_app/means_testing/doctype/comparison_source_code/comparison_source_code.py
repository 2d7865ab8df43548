from frappe.model.document import Document


class ComparisonSourceCode(Document):
	pass
