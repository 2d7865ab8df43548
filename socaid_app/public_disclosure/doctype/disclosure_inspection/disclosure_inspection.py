import frappe
from frappe import _
from frappe.utils import getdate

from socaid_app.casework.records import ALL, NOTHING, Guard, GuardedRecord
from socaid_app.permissions.scope import scope_of
from socaid_app.public_disclosure import inspections
from socaid_app.public_disclosure.inspections import FINISHED, UNDER_WAY, InspectionRefused

COMPUTED = ("status", "inspector", "seed", "fingerprint", "checked_count", "fault_count")
SETTINGS = ("inspected_on", "period_from", "period_to", "division")
# What the inspector enters; which notices are looked at was drawn, and issues follow from finishing.
DRAWN = ("notice", "publication", "issue")


class DisclosureInspection(GuardedRecord):
	GUARD = Guard(state="status", writable={UNDER_WAY: ALL, FINISHED: NOTHING}, refusal=InspectionRefused)

	def in_charge(self) -> str | None:
		return self.inspector if self.status == UNDER_WAY else None

	def before_validate(self) -> None:
		if not self.division and self.is_new():
			self.division = next(iter(scope_of().divisions), None)
		self.set_division()

	def validate(self) -> None:
		if getdate(self.period_from) > getdate(self.period_to):
			frappe.throw(_("The period ends before it begins."), InspectionRefused)
		if not self.flags.by_step:
			self.restore()

	def restore(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			for field in COMPUTED:
				self.set(field, None)
			self.set("items", [])
			self.status, self.inspector = UNDER_WAY, frappe.session.user
			return
		for field in COMPUTED + (SETTINGS if before.items else ()):
			self.set(field, before.get(field))
		drawn = {row.name: row for row in before.items}
		if set(drawn) != {row.name for row in self.items}:
			frappe.throw(
				_("What is looked at was drawn; items are neither added nor removed."), InspectionRefused
			)
		for row in self.items:
			kept = DRAWN + (
				(*inspections.JUDGED, "problem", "rectify_by") if before.status == FINISHED else ()
			)
			for field in kept:
				row.set(field, drawn[row.name].get(field))
