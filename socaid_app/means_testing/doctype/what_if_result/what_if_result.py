from socaid_app.casework.records import ANY, NOTHING, Guard, GuardedRecord


class WhatifResult(GuardedRecord):
	"""What a scenario would mean for one benefit, recognition or refused application. It names nobody."""

	GUARD = Guard(writable={ANY: NOTHING})
