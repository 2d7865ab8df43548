from frappe.model.document import Document


class DueRuleRecipient(Document):
	pass
