from socaid_app.permissions.scope import ScopedDocument


class ArchiveDocument(ScopedDocument):
	pass
