from frappe.model.document import Document


class AccountRole(Document):
	pass
