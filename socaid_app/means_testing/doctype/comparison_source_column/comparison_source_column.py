from frappe.model.document import Document


class ComparisonSourceColumn(Document):
	pass
