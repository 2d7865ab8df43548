from frappe.model.document import Document


class EmergencyPlanContact(Document):
	pass
