from socaid_app.permissions.scope import ScopedDocument


class DisclosureCorrection(ScopedDocument):
	pass
