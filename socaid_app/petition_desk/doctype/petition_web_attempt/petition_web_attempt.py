from frappe.model.document import Document


class PetitionWebAttempt(Document):
	pass
