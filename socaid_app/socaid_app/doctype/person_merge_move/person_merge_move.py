from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded


class PersonMergeMove(Guarded):
	"""One row that a merge of persons touched (socaid_app/person_merge.py). No role has any permission here: it names
	records, petitions among them, that not everybody who may merge persons may know of."""

	GUARD = Guard(writable={ANY: NOTHING})
