from socaid_app.permissions.rows import RowOfRecord


class LetterRuleRole(RowOfRecord):
	pass
