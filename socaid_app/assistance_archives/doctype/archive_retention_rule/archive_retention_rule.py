from frappe.model.document import Document


class ArchiveRetentionRule(Document):
	pass
