from frappe.model.document import Document

from socaid_app.public_disclosure import catalogue


class DisclosureCatalogueItem(Document):
	def validate(self) -> None:
		self.due_days = catalogue.publish_days()
