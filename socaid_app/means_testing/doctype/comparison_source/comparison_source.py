import frappe
from frappe import _, _lt

from socaid_app.assistance_intake import materials
from socaid_app.casework.records import ANY, Guard, Guarded, all_but
from socaid_app.means_testing import rule_records, source_records


class ComparisonSource(Guarded):
	"""Which agency answers, which columns its file has, what they mean and prove (means_testing/source_records.py)."""

	GUARD = Guard(
		writable={ANY: all_but("source_key")},
		refusal=source_records.SourceInvalid,
		way_out=_lt("Rules and findings name the source by its key. Make another source."),
	)

	def validate(self) -> None:
		rule_records.check_source(source_records.check(self))

	def on_update(self) -> None:
		materials.follow_proofs()

	def on_trash(self) -> None:
		"""What was seeded would come back with the next update, and nobody would know why."""
		if self.name in source_records.shipped():
			frappe.throw(
				_("This source comes with the app. Switch it off instead of deleting it."),
				source_records.SourceInvalid,
			)

	def after_delete(self) -> None:
		materials.follow_proofs()
