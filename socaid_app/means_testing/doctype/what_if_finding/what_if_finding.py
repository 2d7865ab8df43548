from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord


class WhatifFinding(GuardedRecord):
	"""What a rule of a scenario would find, or find no longer, on last month's replies. It names nobody and stops nothing."""

	GUARD = Guard(writable={ANY: NOTHING})
