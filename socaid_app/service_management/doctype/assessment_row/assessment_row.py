from frappe.model.document import Document


class AssessmentRow(Document):
	pass
