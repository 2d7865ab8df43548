from frappe.model.document import Document


class ArchiveTemplate(Document):
	pass
