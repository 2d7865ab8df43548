from socaid_app.permissions.scope import ScopedDocument


class ArchiveLoan(ScopedDocument):
	pass
