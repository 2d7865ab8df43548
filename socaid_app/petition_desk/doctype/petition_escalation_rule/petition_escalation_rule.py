from frappe.model.document import Document


class PetitionEscalationRule(Document):
	pass
