from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord


class HouseholdEvent(GuardedRecord):
	"""One line of a household's history, written by socaid_app.socaid_app.registry."""

	GUARD = Guard(writable={ANY: NOTHING})

	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()
