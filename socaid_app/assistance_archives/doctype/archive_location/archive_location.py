from socaid_app.permissions.scope import ScopedDocument


class ArchiveLocation(ScopedDocument):
	pass
