import frappe
from frappe import _, _lt
from frappe.utils import cint

from socaid_app.casework.condition_rows import ConditionRows, field_of
from socaid_app.casework.records import ALL, Guard, Guarded
from socaid_app.socaid_app import quality_rules as rules

# Changed while the rule is in use; what it looks for is tried first.
WHILE_ON = ("words", "severity", "days", "told", "role", "basis")
LOOKS_FOR = ("document_type", "check_key", "date_field", "older_than_days", "conditions")


class DataQualityRule(ConditionRows, Guarded):
	"""A fault of the registry that is looked for every night (socaid_app/quality_rules.py)."""

	GUARD = Guard(
		state="status",
		writable={rules.TRYING: ALL, rules.ON: WHILE_ON, rules.OFF: ALL},
		refusal=rules.RuleInvalid,
		way_out=_lt("Switch the rule off first, change it, and try it."),
	)

	def validate(self) -> None:
		rules.require_record_type(self.document_type)
		self.check_conditions()
		self.check_date()
		rules.require_fit(self)
		if cint(self.days) < 1:
			frappe.throw(_("Days to Mend: at least one."), rules.RuleInvalid)
		before = self.get_doc_before_save()
		if before and any(self.get(field) != before.get(field) for field in LOOKS_FOR):
			self.update({"tried_on": None, "tried_hits": 0, "tried_places": None})

	def check_date(self) -> None:
		if not self.date_field:
			self.older_than_days = 0
			return
		field = field_of(frappe.get_meta(self.document_type), self.date_field)
		if not field or field.fieldtype not in ("Date", "Datetime"):
			self.refuse(
				_("Date That Is Too Old: {0} is no date of this record type.").format(self.date_field)
			)
		if cint(self.older_than_days) < 1:
			self.refuse(_("Older Than (Days): enter how many days."))

	def on_trash(self) -> None:
		"""Its issues name it, and what was seeded would come back with the next update."""
		self.refuse(_("A rule is not deleted; switch it off."))

	def refuse(self, sentence: str) -> None:
		frappe.throw(sentence, rules.RuleInvalid)
