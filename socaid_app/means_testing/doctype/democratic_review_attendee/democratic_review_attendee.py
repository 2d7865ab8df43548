from frappe.model.document import Document


class DemocraticReviewAttendee(Document):
	pass
