from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded
from socaid_app.petition_desk import attempts


class PetitionWebAttempt(Guarded):
	GUARD = Guard(writable={ANY: NOTHING})

	@staticmethod
	def clear_old_logs(days: int = attempts.KEEP_DAYS) -> None:
		"""Called by Frappe's Log Settings every day."""
		attempts.clear(days)
