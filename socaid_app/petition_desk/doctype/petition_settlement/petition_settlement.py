from socaid_app.permissions.scope import ScopedDocument


class PetitionSettlement(ScopedDocument):
	pass
