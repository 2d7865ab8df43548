from frappe.model.document import Document


class ApplicationOpinion(Document):
	pass
