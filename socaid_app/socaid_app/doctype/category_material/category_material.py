from frappe.model.document import Document


class CategoryMaterial(Document):
	pass
