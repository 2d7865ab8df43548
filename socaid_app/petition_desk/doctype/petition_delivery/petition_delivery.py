from socaid_app.permissions.scope import ScopedDocument


class PetitionDelivery(ScopedDocument):
	pass
