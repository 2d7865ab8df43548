from frappe.model.document import Document


class EmergencyPlanMeasure(Document):
	pass
