from frappe.model.document import Document


class CaseDeliberationMember(Document):
	pass
