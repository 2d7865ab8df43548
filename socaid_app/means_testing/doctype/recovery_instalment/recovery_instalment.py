from frappe.model.document import Document


class RecoveryInstalment(Document):
	pass
