from frappe.model.document import Document


class IncidentEntry(Document):
	pass
