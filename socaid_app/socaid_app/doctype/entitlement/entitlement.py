from socaid_app.permissions.scope import ScopedDocument


class Entitlement(ScopedDocument):
	def before_validate(self) -> None:
		self.set_division()
