from socaid_app.permissions.scope import ScopedDocument


class ArchiveRoomCheck(ScopedDocument):
	pass
