from socaid_app.permissions.scope import ScopedDocument


class PetitionTransfer(ScopedDocument):
	pass
