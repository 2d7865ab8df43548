import frappe
from frappe import _

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.policy import archives


class TemplateInvalid(frappe.ValidationError):
	pass


class ArchiveTemplate(Guarded):
	"""The scope of filing of a category (归档范围); without a category, of the daily-management files."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		self.category = self.category or None
		self.check_class()
		self.check_items()

	def check_class(self) -> None:
		if bool(self.category) != (self.archive_class == archives.APPROVAL):
			frappe.throw(
				_("Approval files belong to a category, daily-management files to none."), TemplateInvalid
			)
		self.class_code = (self.class_code or "").strip().upper()
		if not self.class_code.isalnum():
			frappe.throw(
				_("The class code is part of the file number: use letters and digits only."), TemplateInvalid
			)

	def check_items(self) -> None:
		seen: set[tuple[str, str]] = set()
		for row in self.items:
			row.source = (row.source or "").strip()
			if (row.document_kind, row.stage) in seen:
				frappe.throw(
					_("Row {0}: {1} is listed twice for the same decision.").format(
						row.idx, row.document_kind
					),
					TemplateInvalid,
				)
			seen.add((row.document_kind, row.stage))
			if row.source and not frappe.db.exists("DocType", row.source.partition(":")[0].strip()):
				frappe.throw(
					_("Row {0}: there is no record type {1}.").format(row.idx, row.source), TemplateInvalid
				)
