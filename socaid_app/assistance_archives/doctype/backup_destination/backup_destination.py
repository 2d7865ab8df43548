from frappe.model.document import Document


class BackupDestination(Document):
	pass
