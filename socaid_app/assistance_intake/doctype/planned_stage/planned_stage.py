from frappe.model.document import Document


class PlannedStage(Document):
	pass
