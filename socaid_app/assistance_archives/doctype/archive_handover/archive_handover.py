from socaid_app.permissions.scope import ScopedDocument


class ArchiveHandover(ScopedDocument):
	pass
