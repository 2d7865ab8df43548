from socaid_app.permissions.scope import ScopedDocument


class Petition(ScopedDocument):
	pass
