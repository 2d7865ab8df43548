import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.permissions.scope import NeverDeleted
from socaid_app.petition_desk import guide_search, guides


class PolicyGuide(Document):
	def before_validate(self) -> None:
		guides.keep_system_fields(self)
		guide_search.set_search_words(self)

	def validate(self) -> None:
		guides.keep_published(self)
		if self.status != guides.WRITING:
			guides.require_content(self)

	def on_trash(self) -> None:
		if self.status != guides.WRITING:
			frappe.throw(_("A published answer is never deleted. Withdraw it with a reason."), NeverDeleted)
