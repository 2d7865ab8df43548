from frappe.model.document import Document


class CheckParticipant(Document):
	pass
