from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.moving_in import list_layouts


class ListLayout(Guarded):
	"""How another body writes its list; edited in Desk (moving_in/list_layouts.py)."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		list_layouts.check(self)
