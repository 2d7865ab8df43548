from socaid_app.permissions.rows import RowOfRecord


class OnboardingImportRow(RowOfRecord):
	pass
