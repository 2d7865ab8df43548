import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.permissions.scope import ScopedDocument
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements, registry, rules


class ReviewByAnother(frappe.ValidationError):
	pass


class CircumstanceChange(ScopedDocument):
	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()

	def before_insert(self) -> None:
		if self.kind == "Health Change" and self.recipient and not self.due_on:
			self.due_on = self.selfcare_reassessment_due()

	def selfcare_reassessment_due(self):
		"""The care grade of a person in 特困 support is assessed anew after a report (43号 Art. 23)."""
		if terms.TEKUN not in {row.scheme for row in entitlements.active(self.recipient)}:
			return None
		reported = getdate(today())
		days = int(rules.parameters().get("selfcare_reassess_days", reported))
		return rules.calendar().add_workdays(reported, days)[0]

	def validate(self) -> None:
		if getdate(self.happened_on) > getdate(today()):
			frappe.throw(_("A change that lies in the future cannot be reported yet."))
		if self.is_new():
			self.status, self.reviewed_by, self.reviewed_on = "To Review", None, None
		else:
			self.keep_review()

	def keep_review(self) -> None:
		"""Status and reviewer are set by :func:`review` alone, whatever a client sends."""
		if self.flags.by_review:
			return
		before = self.get_doc_before_save()
		for field in ("status", "reviewed_by", "reviewed_on"):
			self.set(field, before.get(field))


@frappe.whitelist(methods=["POST"])
def review(name: str, accepted: bool | int | str, note: str = "") -> None:
	"""Let a reported change take effect or refuse it; by another person than the one who entered it."""
	change = frappe.get_doc("Circumstance Change", name)
	change.check_permission("write")
	if change.status != "To Review":
		frappe.throw(_("This change has been reviewed already."))
	if change.owner == frappe.session.user:
		frappe.throw(
			_("A change is reviewed by another person than the one who entered it."), ReviewByAnother
		)
	accepted = frappe.utils.sbool(accepted) if isinstance(accepted, str) else bool(accepted)
	if not accepted and not note.strip():
		frappe.throw(_("State the reason for not accepting the change."))
	change.status = "In Effect" if accepted else "Rejected"
	change.reviewed_by, change.reviewed_on, change.review_note = frappe.session.user, today(), note
	change.flags.by_review = True
	change.save()
	if accepted and change.kind == "Death" and change.recipient:
		registry.end_membership(change.household, change.recipient, change.happened_on)
