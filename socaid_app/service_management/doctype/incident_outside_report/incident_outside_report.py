from frappe.model.document import Document


class IncidentOutsideReport(Document):
	pass
