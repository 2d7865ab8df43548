from socaid_app.permissions.rows import RowOfRecord


class OnlineApplicantMember(RowOfRecord):
	pass
