from frappe.model.document import Document

from socaid_app.petition_desk import escalation


class PetitionEscalationRule(Document):
	def validate(self) -> None:
		escalation.check(self)
