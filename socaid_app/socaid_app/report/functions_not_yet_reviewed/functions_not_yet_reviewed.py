"""The functions of a newer Frappe that no release has judged: they answer administrators only (permissions/doors.py)."""

from __future__ import annotations

from frappe import _

from socaid_app.permissions import door_review
from socaid_app.reporting import column


def meanings() -> dict[str, str]:
	"""What each kind means for the staff."""
	return {
		door_review.NEW: _("Not known to the app: answers administrators only"),
		door_review.CHANGED: _("Not as it was when reviewed: answers administrators only"),
		door_review.UNGUARDED: _("The app's own function no longer answers in its place"),
		door_review.OTHER_APP: _(
			"Of another app: administrators only, unless the site's configuration opens it"
		),
	}


def execute(filters: dict | None = None):
	columns = [
		column("meaning", _("What It Means"), "Data", 340),
		column("function", _("Function Path"), "Data", 360),
		column("judged", _("As Reviewed"), "Data", 300),
		column("found", _("As It Is Now"), "Data", 300),
	]
	told = meanings()
	rows = [
		found._asdict() | {"meaning": told[found.kind], "judged": found.judged or "—"}
		for found in door_review.outstanding()
	]
	return columns, rows, None if rows else _("Every function has been reviewed.")
