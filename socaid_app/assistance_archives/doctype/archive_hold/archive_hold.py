from socaid_app.permissions.scope import ScopedDocument


class ArchiveHold(ScopedDocument):
	pass
