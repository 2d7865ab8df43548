from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.service_management import exams


class ExamQuestion(Guarded):
	"""A question of the bank, with what is right; nobody who is examined reads it (service_management/exams.py)."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		exams.check_question(self)
