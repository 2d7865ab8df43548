from frappe.model.document import Document


class BackupRestoreTest(Document):
	pass
