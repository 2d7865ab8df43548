from frappe.model.document import Document


class ServiceCatalogueNeed(Document):
	pass
