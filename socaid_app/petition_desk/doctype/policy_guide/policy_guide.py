import frappe
from frappe import _, _lt

from socaid_app.casework.records import ALL, Guard, Guarded
from socaid_app.permissions.scope import NeverDeleted
from socaid_app.petition_desk import guide_search, guides


class PolicyGuide(Guarded):
	GUARD = Guard(
		state="status",
		writable={guides.WRITING: ALL},
		refusal=guides.GuidePublished,
		way_out=_lt(
			"A published answer is not edited. Make a new version; it replaces this one from its day on."
		),
	)
	TURNS = ("name", "replaces")

	def before_validate(self) -> None:
		guides.keep_system_fields(self)
		guide_search.set_search_words(self)

	def validate(self) -> None:
		if self.status != guides.WRITING:
			guides.require_content(self)

	def on_trash(self) -> None:
		if self.status != guides.WRITING:
			frappe.throw(_("A published answer is never deleted. Withdraw it with a reason."), NeverDeleted)
