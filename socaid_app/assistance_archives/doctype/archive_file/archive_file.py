from socaid_app.permissions.scope import ScopedDocument


class ArchiveFile(ScopedDocument):
	pass
