from frappe.model.document import Document


class DeliberationMember(Document):
	pass
