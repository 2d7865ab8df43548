from frappe.model.document import Document


class ApplicationDeadline(Document):
	pass
