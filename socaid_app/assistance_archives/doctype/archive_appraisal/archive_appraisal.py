from socaid_app.permissions.scope import ScopedDocument


class ArchiveAppraisal(ScopedDocument):
	pass
