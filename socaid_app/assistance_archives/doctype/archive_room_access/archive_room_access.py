from socaid_app.permissions.scope import ScopedDocument


class ArchiveRoomAccess(ScopedDocument):
	pass
