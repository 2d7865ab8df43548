from frappe.model.document import Document


class ReminderCheck(Document):
	pass
