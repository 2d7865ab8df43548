from socaid_app.casework.records import ALL, ANY, Guard, Guarded


class ServiceCatalogueItem(Guarded):
	"""One service of the list (服务清单): which needs of whom it answers, who gives it, and on what terms."""

	GUARD = Guard(writable={ANY: ALL})
