from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.service_management import exams


class StaffExam(Guarded):
	"""How an exam is held: questions of which subject, minutes, attempts, pass mark (service_management/exams.py)."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		exams.check_exam(self)
