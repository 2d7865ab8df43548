import frappe
from frappe import _, _lt
from frappe.query_builder.functions import IfNull
from frappe.utils import add_days, cint, flt, getdate, today

from socaid_app.casework.records import Guard, Guarded, all_but
from socaid_app.field_visits import intervals
from socaid_app.policy import cycles
from socaid_app.policy.clock import ServiceLimitLooserThanLaw

# What a rule is about; a rule for something else is another rule.
SUBJECT = ("category", "review_class", "check_kind")


IN_FORCE, TO_COME = "In Force", "To Come"


class RuleInEffect(frappe.ValidationError):
	pass


class CycleLooserThanLaw(frappe.ValidationError):
	pass


class RuleChangeInvalid(frappe.ValidationError):
	pass


class ReviewCycleRule(Guarded):
	"""How often a category is checked. A change is a new rule; the old one ends the day before (1.1.1-3)."""

	GUARD = Guard(
		state="effective_from",
		writable={TO_COME: all_but(*SUBJECT)},
		refusal=RuleInEffect,
		way_out=_lt(
			"Rounds were planned by it. Enter the change as a new rule with its effective date and reason."
		),
	)

	def record_state(self) -> str:
		return IN_FORCE if getdate(self.effective_from) <= getdate(today()) else TO_COME

	def validate(self) -> None:
		self.check_ratio()
		self.resolve_limit()
		self.follow_predecessor()

	def on_update(self) -> None:
		self.end_predecessor()

	def on_trash(self) -> None:
		frappe.throw(
			_("A rule stays on record, because rounds were planned by it. Enter a new rule instead."),
			RuleInEffect,
		)

	def check_ratio(self) -> None:
		if not 0 < flt(self.ratio) <= 100:
			frappe.throw(_("The share of households lies above 0 and up to 100 percent."), RuleChangeInvalid)

	def resolve_limit(self) -> None:
		allowed = intervals.limit(
			self.category, self.review_class, self.check_kind, getdate(self.effective_from)
		)
		self.statutory_months = allowed.months if allowed else 0
		self.statutory_basis = allowed.basis if allowed else None
		try:
			cycles.check_interval(f"{self.category} {_(self.check_kind)}", cint(self.service_months), allowed)
		except ServiceLimitLooserThanLaw as error:
			frappe.throw(str(error), CycleLooserThanLaw)
		except ValueError as error:
			frappe.throw(str(error), RuleChangeInvalid)

	def follow_predecessor(self) -> None:
		if self.is_new() and (latest := self.latest_rule()):
			self.previous_rule, self.previous_months = latest.name, latest.service_months
		if not self.previous_rule:
			return
		first = frappe.db.get_value(self.doctype, self.previous_rule, "effective_from")
		if getdate(self.effective_from) <= getdate(first):
			frappe.throw(
				_(
					"Rule {0} holds from {1}. Let the new one take effect later, or change that one as long as it is not in effect."
				).format(self.previous_rule, first),
				RuleChangeInvalid,
			)
		if self.has_value_changed("effective_from") and getdate(self.effective_from) < getdate(today()):
			frappe.throw(
				_("A changed interval takes effect today or later: what was due before stays as it was."),
				RuleChangeInvalid,
			)
		if self.effective_to and getdate(self.effective_from) > getdate(self.effective_to):
			frappe.throw(_("The last day lies before the first."), RuleChangeInvalid)
		if not (self.reason or "").strip():
			frappe.throw(_("State the reason for the change of the interval."), RuleChangeInvalid)

	def latest_rule(self) -> frappe._dict | None:
		"""The last rule on the same subject; locked, so that two changes at once follow each other."""
		table = frappe.qb.DocType(self.doctype)
		rows = (
			frappe.qb.from_(table)
			.select(table.name, table.service_months)
			.where(
				(table.category == self.category)
				& (table.check_kind == self.check_kind)
				& (IfNull(table.review_class, "") == (self.review_class or ""))
			)
			.orderby(table.effective_from, order=frappe.qb.desc)
			.limit(1)
			.for_update()
			.run(as_dict=True)
		)
		return rows[0] if rows else None

	def end_predecessor(self) -> None:
		if self.previous_rule:
			frappe.db.set_value(
				self.doctype, self.previous_rule, "effective_to", add_days(self.effective_from, -1)
			)
