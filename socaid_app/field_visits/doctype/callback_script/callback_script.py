from frappe.model.document import Document


class CallbackScript(Document):
	"""What is asked. Callbacks keep a copy, so a script may be reworded at any time."""
