from frappe.model.document import Document


class ApplicationMember(Document):
	pass
