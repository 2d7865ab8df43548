"""What the script reports share."""

from __future__ import annotations


def column(fieldname: str, label: str, fieldtype: str, width: int, options: str | None = None) -> dict:
	"""A column of a script report; ``label`` is already translated, ``options`` the DocType of a link."""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
	}
