from socaid_app.permissions.rows import RowOfRecord


class OnboardingConfirmation(RowOfRecord):
	pass
