from socaid_app.permissions.scope import ScopedDocument


class ReceptionRecord(ScopedDocument):
	pass
