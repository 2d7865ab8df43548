import frappe
from frappe import _, _lt
from frappe.query_builder.functions import IfNull
from frappe.utils import add_days, cint, getdate, today

from socaid_app.casework.records import ANY, Guard, Guarded, all_but
from socaid_app.policy import retention_periods
from socaid_app.socaid_app import rules

# What a rule is about; a rule for something else is another rule.
SUBJECT = ("archive_class", "category")
CONTENT = (*SUBJECT, "permanent", "years", "effective_from")


class RuleInEffect(frappe.ValidationError):
	pass


class RuleInvalid(frappe.ValidationError):
	pass


class KeptTooShort(frappe.ValidationError):
	pass


class ArchiveRetentionRule(Guarded):
	"""How long a class of files is kept. A change is a new rule; the old one ends the day before."""

	GUARD = Guard(
		writable={ANY: all_but(*CONTENT)},
		refusal=RuleInEffect,
		way_out=_lt("Files are kept by this rule. Enter the change as a new rule with its effective date."),
	)

	def before_validate(self) -> None:
		before = self.get_doc_before_save()
		self.effective_to = before.effective_to if before else None
		if self.permanent:
			self.years = 0

	def validate(self) -> None:
		self.check_minimum()
		self.require_approval()
		self.retention_code = retention_periods.code(bool(self.permanent), cint(self.years))
		self.follow_predecessor()

	def after_insert(self) -> None:
		self.end_predecessor()

	def on_trash(self) -> None:
		frappe.throw(
			_("A rule stays on record, because files were numbered by it. Enter a new rule instead."),
			RuleInEffect,
		)

	def check_minimum(self) -> None:
		"""Never shorter than the notice on 低保 files allows on the day the rule takes effect."""
		self.minimum_years = retention_periods.minimum_years(
			self.archive_class, rules.parameters(), getdate(self.effective_from)
		)
		try:
			retention_periods.assert_not_shorter(
				self.archive_class, bool(self.permanent), cint(self.years), self.minimum_years
			)
		except retention_periods.ShorterThanLaw as error:
			frappe.throw(str(error), KeptTooShort)

	def require_approval(self) -> None:
		"""The county's own periods are approved by the archives authority of its level (档案法实施条例 Art. 19)."""
		own = self.permanent or cint(self.years) != self.minimum_years
		if own and not (self.approved_by_archives and (self.approval_document or "").strip()):
			frappe.throw(
				_(
					"A period of the county's own needs the approval of the archives authority. Tick it and enter the number of its document."
				),
				RuleInvalid,
			)

	def follow_predecessor(self) -> None:
		if not self.is_new():
			return
		latest = self.latest_rule()
		if latest and getdate(self.effective_from) <= getdate(latest.effective_from):
			frappe.throw(
				_("Rule {0} holds from {1}. Let the new one take effect later.").format(
					latest.name, latest.effective_from
				),
				RuleInvalid,
			)
		replaces = latest or frappe.db.exists(self.doctype, {"archive_class": self.archive_class})
		if replaces and getdate(self.effective_from) < getdate(today()):
			frappe.throw(
				_("A new rule takes effect today or later: periods that have begun stay as they are."),
				RuleInvalid,
			)

	def latest_rule(self) -> frappe._dict | None:
		"""The last rule on the same subject; locked, so that two new ones at once follow each other."""
		table = frappe.qb.DocType(self.doctype)
		rows = (
			frappe.qb.from_(table)
			.select(table.name, table.effective_from)
			.where(
				(table.archive_class == self.archive_class)
				& (IfNull(table.category, "") == (self.category or ""))
				& (table.name != (self.name or ""))
			)
			.orderby(table.effective_from, order=frappe.qb.desc)
			.limit(1)
			.for_update()
			.run(as_dict=True)
		)
		return rows[0] if rows else None

	def end_predecessor(self) -> None:
		if latest := self.latest_rule():
			frappe.db.set_value(self.doctype, latest.name, "effective_to", add_days(self.effective_from, -1))
