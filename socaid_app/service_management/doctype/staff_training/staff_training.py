from socaid_app.casework.records import ALL, Guard, Guarded
from socaid_app.service_management import trainings


class StaffTraining(Guarded):
	"""A training of the staff, from the plan to who attended (service_management/trainings.py); known to all of them."""

	GUARD = Guard(state="status", writable={trainings.PLANNED: ALL})

	def validate(self) -> None:
		trainings.check(self)
