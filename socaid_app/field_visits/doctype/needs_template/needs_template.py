from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.field_visits import needs_questions


class NeedsTemplate(Guarded):
	"""What is asked of a person of a special group, which answers there are, and what need follows from each."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		needs_questions.check(self)
