from frappe.model.document import Document


class ComparisonRequestPerson(Document):
	pass
