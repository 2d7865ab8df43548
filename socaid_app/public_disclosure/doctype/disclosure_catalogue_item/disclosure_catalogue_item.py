from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.public_disclosure import catalogue


class DisclosureCatalogueItem(Guarded):
	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		self.due_days = catalogue.publish_days()
