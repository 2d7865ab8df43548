from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.petition_desk import escalation


class PetitionEscalationRule(Guarded):
	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		escalation.check(self)
