from frappe.model.document import Document


class CheckAuthorizationSource(Document):
	pass
