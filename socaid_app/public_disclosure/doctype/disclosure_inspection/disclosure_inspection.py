from socaid_app.permissions.scope import ScopedDocument


class DisclosureInspection(ScopedDocument):
	pass
