from socaid_app.casework.records import Guard, GuardedRecord


class AlarmCall(GuardedRecord):
	"""One person to be called in an alarm; a ledger that only casework/alarm_calls.py writes."""

	GUARD = Guard(writable={})

	def before_validate(self) -> None:
		self.set_division()
