from frappe.model.document import Document

from socaid_app.petition_desk import attempts


class PetitionWebAttempt(Document):
	@staticmethod
	def clear_old_logs(days: int = attempts.KEEP_DAYS) -> None:
		"""Called by Frappe's Log Settings every day."""
		attempts.clear(days)
