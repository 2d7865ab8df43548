from socaid_app.permissions.scope import ScopedDocument


class HouseholdEvent(ScopedDocument):
	"""One line of a household's history, written by socaid_app.socaid_app.registry."""

	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()
