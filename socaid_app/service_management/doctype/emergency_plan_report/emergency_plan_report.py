from frappe.model.document import Document


class EmergencyPlanReport(Document):
	pass
