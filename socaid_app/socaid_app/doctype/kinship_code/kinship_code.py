from frappe.model.document import Document


class KinshipCode(Document):
	pass
