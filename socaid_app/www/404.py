"""The page of an address that leads nowhere: citizens find their pages from here, staff the desk."""


def get_context(context):
	context.http_status_code = 404
