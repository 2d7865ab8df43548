from socaid_app.permissions.scope import ScopedDocument


class RelativeDeclaration(ScopedDocument):
	division_from = "recipient"

	def before_validate(self) -> None:
		self.set_division()
