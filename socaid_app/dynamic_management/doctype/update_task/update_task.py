from socaid_app.casework.records import Guard, GuardedRecord
from socaid_app.dynamic_management import update_tasks as tasks


class UpdateTask(GuardedRecord):
	"""A township's records brought up to date within a month or a quarter (dynamic_management/update_tasks.py)."""

	GUARD = Guard(
		state="status",
		writable={tasks.UNDER_WAY: ("note",), tasks.COMPLETE: (), tasks.MISSED: ("note",)},
		refusal=tasks.UpdateRefused,
	)

	def before_validate(self) -> None:
		self.set_division()

	def in_charge(self) -> str | None:
		return self.responsible if self.status == tasks.UNDER_WAY else None
