from socaid_app.permissions.scope import ScopedDocument
from socaid_app.petition_desk import reception


class ReceptionRecord(ScopedDocument):
	"""Who came or rang, what was asked and what was explained; see petition_desk/reception.py."""

	division_from = "household"

	def before_validate(self) -> None:
		reception.complete(self)
		self.set_division()

	def validate(self) -> None:
		reception.check(self)
