from socaid_app.permissions.scope import ScopedDocument


class ArchiveMovement(ScopedDocument):
	pass
