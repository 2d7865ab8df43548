from frappe.model.document import Document


class RecipientIdentity(Document):
	"""Full numbers of one person. No role has any permission here; see permissions/sensitive.py."""
