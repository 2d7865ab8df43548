from socaid_app.permissions.scope import ScopedDocument


class PetitionHearing(ScopedDocument):
	pass
