from socaid_app.permissions.scope import ScopedDocument


class DisclosurePublication(ScopedDocument):
	pass
