from socaid_app.permissions.scope import ScopedDocument


class PetitionReview(ScopedDocument):
	pass
