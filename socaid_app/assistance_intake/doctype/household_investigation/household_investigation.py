from socaid_app.permissions.scope import ScopedDocument


class HouseholdInvestigation(ScopedDocument):
	division_from = "application"

	def before_validate(self) -> None:
		self.set_division()
