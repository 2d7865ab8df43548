import json

import frappe
from frappe import _, _lt
from frappe.utils import cint

from socaid_app.casework import due_rules
from socaid_app.casework.condition_rows import ConditionRows, field_of
from socaid_app.casework.due_rules import NAMED, NEXT_STEP, ROLE
from socaid_app.casework.records import ANY, Guard, Guarded, all_but

DATES = ("Date", "Datetime")


class DueRuleInvalid(frappe.ValidationError):
	pass


class DueRuleNeeded(frappe.ValidationError):
	pass


class DueRule(ConditionRows, Guarded):
	"""A date by which somebody has to act, and what follows from it (casework/clocks.py)."""

	GUARD = Guard(
		writable={ANY: all_but("document_type", "date_field")},
		refusal=DueRuleInvalid,
		way_out=_lt("A rule for another date is another rule; switch this one off."),
	)

	def validate(self) -> None:
		self.check_record_type()
		self.check_date_field()
		self.check_conditions()
		self.check_fields()
		self.check_recipients()
		self.keep_what_the_law_needs()

	def on_update(self) -> None:
		due_rules.changed()

	def on_trash(self) -> None:
		"""What was seeded would come back with the next update, and nobody would know why."""
		if self.required_by_law or self.name in due_rules.seeded():
			frappe.throw(
				_("This rule comes with the app. Switch it off instead of deleting it.")
				if not self.required_by_law
				else _("The law needs this rule: {0}. Change whom and when it reminds.").format(self.basis),
				DueRuleNeeded,
			)
		due_rules.changed()

	# --- the record and its date -----------------------------------------------------------------------------
	def check_record_type(self) -> None:
		meta = frappe.get_meta(self.document_type)
		if meta.istable or meta.issingle or meta.get("is_virtual"):
			self.refuse(_("{0} is no kind of record with a list.").format(_(self.document_type)))
		module = frappe.db.get_value("Module Def", meta.module, ["app_name", "custom"], as_dict=True)
		if module and module.app_name == "frappe" and not meta.custom:
			# messages, files and tasks of the desk may hang on an accusation
			self.refuse(
				_("Due rules are for the records of the work, not for {0}.").format(_(self.document_type))
			)

	def check_date_field(self) -> None:
		field = self.field(self.date_field)
		if not field or field.fieldtype not in DATES:
			self.refuse(_("Due Date Field: {0} is no date of this record type.").format(self.date_field))

	@property
	def table(self) -> str:
		"""The child DocType whose rows carry the date; '' where the record does."""
		head = (self.date_field or "").rpartition(".")[0]
		field = head and frappe.get_meta(self.document_type).get_field(head)
		return field.options if field and field.fieldtype == "Table" else ""

	def field(self, path: str | None):
		"""The field behind a path: of the record, of a table (the one of the date) or of a linked record."""
		meta, (head, _dot, name) = frappe.get_meta(self.document_type), (path or "").rpartition(".")
		if head:
			outer = meta.get_field(head)
			if not outer or outer.fieldtype not in ("Table", "Link") or outer.permlevel:
				return None
			if outer.fieldtype == "Table" and outer.options != self.table:
				return None
			meta = frappe.get_meta(outer.options)
		return field_of(meta, name)

	# --- what reminders say, and whom they tell -------------------------------------------------------------------
	def check_fields(self) -> None:
		for fieldname in ("title_field", "label_field", "since_field"):
			if path := self.get(fieldname):
				field = self.field(path)
				if not field or cint(field.get("permlevel")) or field.fieldtype in ("Password", "Table"):
					self.refuse(
						_("{0}: {1} is no field that a reminder may show.").format(
							_(self.meta.get_label(fieldname), context=self.doctype), path
						)
					)
		if self.group_by:
			field = self.field(self.group_by)
			if self.table or not field or field.fieldtype != "Link" or "." in self.group_by:
				self.refuse(_("One Reminder per: choose a link of the record itself."))
		if self.colour_field:
			field = self.field(self.colour_field)
			colours = {"On Time", "Due Soon", "Due Today", "Overdue"}
			if (
				self.table
				or not field
				or field.fieldtype != "Select"
				or not colours <= set(field.options.split("\n"))
			):
				self.refuse(_("Field for the Colour: choose a selection of the record with the colours."))

	def check_recipients(self) -> None:
		for row in self.recipients:
			if row.told == NAMED:
				field = self.field(row.person)
				if not field or (
					field.fieldname != "owner" and (field.fieldtype, field.options) != ("Link", "User")
				):
					self.refuse(_("Line {0}: {1} is no field with a user.").format(row.idx, row.person))
				row.role = None
			elif row.told == ROLE:
				if not row.role or not _may_read(row.role, self.document_type):
					self.refuse(
						_("Line {0}: {1} may not read {2}, hence is told nothing of it.").format(
							row.idx, _(row.role or ""), _(self.document_type)
						)
					)
				row.person = None
			elif row.told == NEXT_STEP and not frappe.get_hooks("socaid_next_step").get(self.document_type):
				self.refuse(
					_("Line {0}: who takes the next step is not known for {1}.").format(
						row.idx, _(self.document_type)
					)
				)
		reminds = self.remind_soon or self.remind_today or self.remind_overdue
		if reminds and all(row.escalation for row in self.recipients):
			self.refuse(_("Whom to Tell: name at least one person or role for the reminders."))
		if self.escalate_after and not any(row.escalation for row in self.recipients):
			self.refuse(_("Whom to Tell: name a role for the escalation, or set its days to 0."))

	def keep_what_the_law_needs(self) -> None:
		if not self.required_by_law:
			return
		before = self.get_doc_before_save()
		stops = before and (
			(before.remind_overdue and not self.remind_overdue)
			or json.loads(before.conditions or "[]") != json.loads(self.conditions)
		)
		if not self.enabled or stops:
			frappe.throw(
				_("The law needs this rule: {0}. Change whom and when it reminds.").format(self.basis),
				DueRuleNeeded,
			)

	def refuse(self, sentence: str) -> None:
		frappe.throw(sentence, DueRuleInvalid)


def _may_read(role: str, doctype: str) -> bool:
	return any(
		perm.role in (role, "All", "Desk User") and perm.read and not perm.permlevel
		for perm in frappe.get_meta(doctype).permissions
	)
