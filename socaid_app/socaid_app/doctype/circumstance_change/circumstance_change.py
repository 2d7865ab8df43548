from socaid_app.permissions.scope import ScopedDocument


class CircumstanceChange(ScopedDocument):
	division_from = "household"

	def before_validate(self) -> None:
		self.set_division()
