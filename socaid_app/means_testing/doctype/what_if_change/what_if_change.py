from socaid_app.permissions.rows import RowOfRecord


class WhatifChange(RowOfRecord):
	pass
