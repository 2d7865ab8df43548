from frappe.model.document import Document


class CarriedFact(Document):
	pass
