from frappe.model.document import Document


class ExamAttemptQuestion(Document):
	pass
