import frappe
from frappe import _
from frappe.utils import cint, getdate, today

from socaid_app import documents
from socaid_app.assistance_archives import completeness, file_catalogue
from socaid_app.casework import copies
from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord, changes

# Set by filing (assistance_archives/filing.py), by the catalogue and by the fixity check.
COMPUTED = (
	"sequence",
	"page_from",
	"page_to",
	"source_doctype",
	"source_name",
	"letter",
	"source_key",
	"source_modified",
	"decision_key",
	"decision_stage",
	"unpublished",
	"filed_on",
	"filed_by",
	"content_hash",
	"fixity",
	"verified_on",
	"withdrawn",
	"withdrawal_reason",
	"source_gone",
)
# What a record says about itself is not rewritten in its archive copy; a paper may be scanned later.
FROM_RECORD = (
	"title",
	"archive_file",
	"section",
	"document_kind",
	"document_number",
	"document_date",
)


class FileBound(frappe.ValidationError):
	pass


class ScanInvalid(frappe.ValidationError):
	pass


class ArchiveDocument(GuardedRecord):
	"""One line of the catalogue: a record of the system, or a paper scanned and filed by hand."""

	GUARD = Guard(writable={ANY: ALL})

	division_from = "archive_file"

	def before_insert(self) -> None:
		if self.flags.by_step:
			return
		self.filed_on, self.filed_by = today(), frappe.session.user
		self.decision_key = self.flags.decision_key or None

	def before_validate(self) -> None:
		self.keep_computed()
		self.set_division()

	def validate(self) -> None:
		self.refuse_bound()
		self.check_date()
		self.check_decision()
		self.seal()

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		touched = {self.archive_file, before.archive_file if before else self.archive_file}
		file_catalogue.renumber(sorted(touched))
		completeness.check(touched)

	def keep_computed(self) -> None:
		"""Only filing sets these, whatever a client sends."""
		if self.flags.by_step:
			return
		before = self.get_doc_before_save()
		kept = {"filed_on", "filed_by", "decision_key"} if not before else set()
		for field in COMPUTED:
			if field not in kept:
				self.set(field, before.get(field) if before else None)
		if before and before.source_key:
			self.update({field: before.get(field) for field in FROM_RECORD})
			if before.fixity != copies.PAPER:
				self.attachment = before.attachment

	def refuse_bound(self) -> None:
		"""A bound file is as it was signed: papers that come later go into the next volume."""
		before = self.get_doc_before_save()
		if before and not self.flags.by_step and not changes(self, before):
			return
		for name in {self.archive_file, before.archive_file if before else self.archive_file}:
			bound_on, destroyed_on = frappe.db.get_value(
				"Archive File", name, ["bound_on", "destroyed_on"], for_update=True
			)
			if bound_on or destroyed_on:
				frappe.throw(
					_(
						"{0} is bound and no longer changes. Later papers go into the next volume; to correct"
						" the file, reopen it with the reason."
					).format(name),
					FileBound,
				)

	def check_date(self) -> None:
		if self.document_date and getdate(self.document_date) > getdate(today()):
			frappe.throw(_("The date of the document lies in the future."), ScanInvalid)

	def check_decision(self) -> None:
		"""A paper belongs to a decision of its own file, or to all of them."""
		if not self.is_new() or self.flags.by_step or not self.decision_key:
			return
		if not frappe.db.exists(
			"Archive Document", {"archive_file": self.archive_file, "decision_key": self.decision_key}
		):
			frappe.throw(_("This decision is not in the file."), ScanInvalid)

	def seal(self) -> None:
		"""Hash and count the pages of a new scan; a paper without one is counted by the archivist."""
		before = self.get_doc_before_save()
		if self.flags.by_step:
			return
		if before and (before.attachment or "") == (self.attachment or ""):
			if before.fixity != copies.PAPER:
				self.pages = before.pages
			self.pages = max(cint(self.pages), 1)
			return
		if not self.attachment:
			self.pages, self.content_hash, self.fixity = max(cint(self.pages), 1), None, copies.PAPER
			return
		copy = copies.measure(copies.of_reader(self.attachment))
		if not copy.path:
			frappe.throw(
				_("The scan {0} was not stored as a private file. Upload it again.").format(self.attachment),
				ScanInvalid,
			)
		try:
			pages = documents.page_count(copy.path.read_bytes(), copy.path.name)
		except documents.UnreadableDocument as error:
			frappe.throw(str(error), ScanInvalid)
		self.pages, self.content_hash, self.fixity = pages, copy.content_hash, copies.UNVERIFIED


def on_doctype_update() -> None:
	"""For the completeness check, for the catalogue and for the nightly filing."""
	frappe.db.add_index("Archive Document", ["archive_file", "document_kind"], "file_kind")
	frappe.db.add_index("Archive Document", ["decision_stage", "archive_file"], "stage_file")
	frappe.db.add_index("Archive Document", ["source_doctype", "source_name", "source_modified"], "source")
