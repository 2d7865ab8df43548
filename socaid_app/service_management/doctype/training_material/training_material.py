from frappe.model.document import Document


class TrainingMaterial(Document):
	pass
