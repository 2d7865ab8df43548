from frappe.model.document import Document


class AccountPlace(Document):
	pass
