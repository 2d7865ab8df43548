import frappe
from frappe import _
from frappe.utils import cint, getdate, today

from socaid_app.assistance_intake import deadlines, links
from socaid_app.permissions.scope import ScopedDocument
from socaid_app.public_disclosure import publicity
from socaid_app.public_disclosure.publicity import (
	DRAFT,
	OBJECTION,
	RUNNING,
	WITHDRAWN,
	PublicityRefused,
)

# Computed below; whatever a form, an import or the API sends for them is replaced.
COMPUTED = (
	"posted_on",
	"ends_on",
	"ends_provisional",
	"completed_on",
	"privacy_reviewed_by",
	"prepared_by",
	"applicant_name",
	"member_count",
	"category_name",
	"proposed_amount",
	"village_name",
	"content_hash",
)
FIXED = ("kind", "application")
FIXED_ONCE_POSTED = ("place", "complaint_phone", "division")
MAY_PUBLISH = frozenset(
	{"Township Officer", "Township Approver", "County Reviewer", "County Approver", "Disclosure Officer"}
)


class PublicityNotice(ScopedDocument):
	"""A notice on the village board. Its words come from the case and a whitelist, never from a keyboard.

	``status`` is the only thing a caller moves, and each move is checked here, whichever way it comes.
	"""

	division_from = "application"

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.restore_computed()
		self.keep_objections()
		self.fill_draft()
		self.follow_objection()
		self.take_step()

	def on_update(self) -> None:
		links.refresh(self.application)
		deadlines.refresh(self.application)
		if self.status == OBJECTION:
			publicity.send_back(self)

	def stored_status(self) -> str:
		before = self.get_doc_before_save()
		return before.status if before else DRAFT

	def restore_computed(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			for field in COMPUTED:
				self.set(field, None)
			self.status, self.prepared_by = DRAFT, frappe.session.user
			return
		fixed = COMPUTED + FIXED + (() if before.status == DRAFT else FIXED_ONCE_POSTED)
		for field in fixed:
			self.set(field, before.get(field))
		if before.status == WITHDRAWN:
			self.withdrawal_reason = before.withdrawal_reason

	def keep_objections(self) -> None:
		"""An objection, once received, is never struck out or reworded."""
		before = self.get_doc_before_save()
		now = {row.name: row for row in self.objections}
		for row in before.objections if before else []:
			kept = now.get(row.name)
			if (
				not kept
				or kept.content != row.content
				or getdate(kept.received_on) != getdate(row.received_on)
			):
				frappe.throw(_("Objections received cannot be removed or reworded."), PublicityRefused)
			if row.resolved and not cint(kept.resolved):
				kept.resolved, kept.resolution = row.resolved, row.resolution
		for row in self.objections:
			if cint(row.resolved) and not (row.resolution or "").strip():
				frappe.throw(_("Enter how the objection was settled."), PublicityRefused)

	def fill_draft(self) -> None:
		"""Copied afresh from the case as long as nothing hangs on the board."""
		if self.stored_status() != DRAFT or self.status == WITHDRAWN:
			return
		if self.kind != "Preliminary" or not self.application:
			frappe.throw(_("A preliminary notice is prepared from an application."), PublicityRefused)
		case = frappe.get_doc(publicity.APPLICATION, self.application)
		publicity.check_publishable(case)
		self.update(publicity.content_of(case))
		if not self.complaint_phone:
			self.complaint_phone = frappe.db.get_single_value("Socaid Settings", "bureau_phone")

	def follow_objection(self) -> None:
		before = self.get_doc_before_save()
		received = len(self.objections) - (len(before.objections) if before else 0)
		if not received:
			return
		if self.stored_status() not in (RUNNING, OBJECTION):
			frappe.throw(_("Objections are recorded while the notice is posted."), PublicityRefused)
		self.status = OBJECTION

	def take_step(self) -> None:
		step = (self.stored_status(), self.status)
		if step[0] == step[1]:
			return
		match step:
			case (publicity.DRAFT, publicity.RUNNING):
				self.post()
			case (publicity.RUNNING, publicity.OBJECTION) if len(self.objections):
				pass
			case (publicity.RUNNING, publicity.COMPLETED):
				self.complete()
			case (publicity.DRAFT | publicity.RUNNING | publicity.OBJECTION, publicity.WITHDRAWN):
				self.check_withdrawal()
			case _:
				frappe.throw(
					_("A notice at {0} cannot go to {1}.").format(_(step[0]), _(step[1])), PublicityRefused
				)

	def post(self) -> None:
		"""Privacy review and posting by a second person (Law Art. 11; policy gate O.10)."""
		user = frappe.session.user
		if user == self.prepared_by:
			frappe.throw(
				_(
					"You prepared this notice. Another person must review it for privacy and post it"
					" (Social Assistance Law Art. 11)."
				),
				PublicityRefused,
			)
		if user != "Administrator" and MAY_PUBLISH.isdisjoint(frappe.get_roles(user)):
			frappe.throw(
				_("Only township or county staff or the disclosure officer post a notice."), PublicityRefused
			)
		if not self.complaint_phone:
			frappe.throw(_("A notice needs a phone number for complaints."), PublicityRefused)
		self.posted_on = getdate(today())
		self.ends_on, provisional = publicity.last_day(self.posted_on)
		self.ends_provisional = int(provisional)
		self.privacy_reviewed_by = user
		self.content_hash = publicity.content_hash(self)

	def complete(self) -> None:
		if getdate(today()) <= getdate(self.ends_on):
			frappe.throw(
				_("The publicity lasts until the end of {0} (57号 Art. 19).").format(self.ends_on),
				PublicityRefused,
			)
		self.completed_on = today()

	def check_withdrawal(self) -> None:
		if not (self.withdrawal_reason or "").strip():
			frappe.throw(_("State why the notice is withdrawn."), PublicityRefused)
