from frappe.model.document import Document


class DisclosureCatalogueItem(Document):
	pass
