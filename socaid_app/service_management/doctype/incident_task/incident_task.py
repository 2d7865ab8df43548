from frappe.model.document import Document


class IncidentTask(Document):
	pass
