from frappe.model.document import Document


class BackupRun(Document):
	pass
