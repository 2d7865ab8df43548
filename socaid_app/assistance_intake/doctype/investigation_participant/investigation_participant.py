from frappe.model.document import Document


class InvestigationParticipant(Document):
	pass
