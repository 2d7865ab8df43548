from socaid_app.casework import duties
from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.permissions import sensitive


class SocaidSettings(Guarded):
	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		duties.check(self)
		sensitive.check_roles(self)
