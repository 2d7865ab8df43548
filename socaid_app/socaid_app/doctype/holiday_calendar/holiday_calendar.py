from frappe.model.document import Document


class HolidayCalendar(Document):
	pass
