"""Numbers of files, given at binding, without gaps."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework.number_series import names, take
from socaid_app.policy import archives

__all__ = ["fonds_code", "give", "names", "take"]


def fonds_code() -> str:
	return (frappe.db.get_single_value("Socaid Settings", "fonds_code") or "").strip()


def give(file: Document) -> None:
	"""Set the number of a file that is being bound; a file that was bound before keeps its own.

	The number is given at binding, not at opening: a case that ends without a bound file would leave a gap. Year
	is the year of binding, for daily-management files that of their documents.
	"""
	# retention asks the files, hence imported here
	from socaid_app.assistance_archives import retention

	if file.file_number:
		return
	file.fonds_code = fonds_code()
	file.class_code = frappe.db.get_value("Archive Template", file.template, "class_code")
	file.file_year = file.file_year or getdate(today()).year
	rule = retention.rule_for(file.archive_class, file.category, getdate(today()))
	file.retention_rule, file.retention_code, file.permanent = rule.name, rule.code, rule.permanent
	key = archives.series(file.fonds_code, file.class_code, file.file_year, file.retention_code)
	(file.item_number,) = take(f"SOCAID-ARCHIVE-{key}")
	file.file_number = archives.file_number(
		file.fonds_code, file.class_code, file.file_year, file.retention_code, file.item_number
	)
