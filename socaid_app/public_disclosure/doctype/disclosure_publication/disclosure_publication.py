import frappe
from frappe import _, _lt
from frappe.utils import cint, getdate, now, today

from socaid_app.casework.records import ALL, Guard, GuardedRecord, author
from socaid_app.permissions.scope import scope_of
from socaid_app.public_disclosure import catalogue, content
from socaid_app.public_disclosure.catalogue import DOWN, ONLINE, WAITING, PublicationRefused

COMPUTED = (
	"due_on",
	"due_provisional",
	"late",
	"published_on",
	"prepared_by",
	"reviewed_by",
	"replaces",
	"replaced_by",
	"attachment_hash",
	"content_hash",
	"log",
)


FIXED_ONCE_PUBLISHED = (
	"title",
	"catalogue_item",
	"formed_on",
	"reported_year",
	"body",
	"attachment",
	"attachment_checked",
	"division",
)


class DisclosurePublication(GuardedRecord):
	"""An item of the catalogue as it is made public. Its workflow moves the status; each move is checked here."""

	GUARD = Guard(
		state="status",
		writable={WAITING: ALL, ONLINE: ("status", "withdrawal_reason")},
		entered=("status", "withdrawal_reason"),
		fixed={ONLINE: FIXED_ONCE_PUBLISHED, DOWN: (*FIXED_ONCE_PUBLISHED, "withdrawal_reason")},
		approved=True,
		notes=("status", "withdrawal_reason", "attachment_checked"),
		refusal=PublicationRefused,
		way_out=_lt("What was published stays as it was. Make a new version of it."),
	)
	TURNS = ("name", "replaces")
	SAID_WITH_STEP = ("withdrawal_reason",)

	def before_validate(self) -> None:
		if not self.division and self.is_new():
			# what a township prepares is the township's
			self.division = next(iter(scope_of().divisions), None)
		self.set_division()

	def validate(self) -> None:
		self.restore()
		self.take_step()
		self.check_text()
		self.set_due_date()

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		if self.status == ONLINE and before and before.status == WAITING and self.replaces:
			catalogue.take_off(self.replaces, replaced_by=self.name)

	def restore(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			for field in COMPUTED:
				if field != "replaces" or not self.flags.by_step:
					self.set(field, [] if field == "log" else None)
			self.status, self.prepared_by = WAITING, frappe.session.user
			self.note("Publication Drafted")
			return

	def note(self, action: str, note: str | None = None) -> None:
		self.append(
			"log",
			{
				"logged_on": now(),
				"action": action,
				"user": frappe.session.user,
				"note": note,
				"content_hash": self.content_hash,
			},
		)

	def set_due_date(self) -> None:
		if self.status == WAITING:
			formed_on = getdate(self.formed_on)
			yearly = catalogue.is_yearly(self.catalogue_item)
			self.reported_year = (
				cint(self.reported_year) or catalogue.year_reported(formed_on) if yearly else None
			)
			self.due_on, provisional = catalogue.due_on(self.catalogue_item, formed_on, self.reported_year)
			self.due_provisional = int(provisional)
			self.late = int(getdate(self.due_on) < getdate(today()))

	def check_text(self) -> None:
		"""What people write is searched each time it is saved, so that nobody finds out only at the end."""
		if self.status == DOWN:
			return
		if getdate(self.formed_on) > getdate(today()):
			frappe.throw(_("Information is formed today or earlier."), PublicationRefused)
		if found := catalogue.findings(self):
			frappe.throw(
				_(
					"This must not be published: {0}. Take it out, or correct the record it comes from."
				).format("；".join(found[:5])),
				content.ForbiddenContent,
			)

	def take_step(self) -> None:
		before = self.get_doc_before_save()
		step = (before.status if before else WAITING, self.status)
		if step[0] == step[1]:
			return
		match step:
			case (catalogue.WAITING, catalogue.ONLINE):
				self.publish()
			case (catalogue.WAITING | catalogue.ONLINE, catalogue.DOWN):
				self.come_down()
			case _:
				frappe.throw(
					_("A publication at {0} cannot go to {1}.").format(_(step[0]), _(step[1])),
					PublicationRefused,
				)

	def publish(self) -> None:
		user = frappe.session.user
		if user in (self.prepared_by, author(self)):
			frappe.throw(
				_(
					"You prepared this text or were the last to change it. Another person checks it for privacy and publishes it."
				),
				PublicationRefused,
			)
		if not (self.body or "").strip() and not self.attachment:
			frappe.throw(_("There is no text and no attachment to publish."), PublicationRefused)
		if self.attachment and not self.attachment_checked:
			frappe.throw(
				_("Read the attachment and tick “Attachment Read for Privacy” before you publish it."),
				PublicationRefused,
			)
		self.published_on, self.reviewed_by = today(), user
		self.late = int(getdate(today()) > getdate(self.due_on))
		self.attachment_hash = catalogue.attachment_hash(self)
		self.content_hash = catalogue.text_hash(self)
		self.note("Privacy Reviewed")
		self.note("Published on the Web")

	def come_down(self) -> None:
		if self.replaced_by:
			self.note("Publication Replaced", self.replaced_by)
			return
		if not (self.withdrawal_reason or "").strip():
			frappe.throw(_("State why this is taken down."), PublicationRefused)
		self.note("Publication Taken Down", self.withdrawal_reason)
