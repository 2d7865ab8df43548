from frappe.model.document import Document


class PartnerService(Document):
	pass
