from socaid_app.casework.records import ALL, ANY, Guard, Guarded


class KinshipCode(Guarded):
	GUARD = Guard(writable={ANY: ALL})
