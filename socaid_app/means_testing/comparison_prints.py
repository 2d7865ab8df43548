"""What the papers of a request show besides its own fields; whoever may read the request may print them."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import add_months, getdate

from socaid_app.means_testing import comparison_findings as findings
from socaid_app.means_testing import roll_coverage, source_records


def persons_asked(request: Document) -> list[frappe._dict]:
	"""Everybody asked about, with the mask of their number."""
	lines = roll_coverage.lines_of(request.name)
	masks = dict(
		frappe.get_all(
			"Recipient",
			filters={"name": ["in", [row.recipient for row in lines]]},
			fields=["name", "id_number"],
			order_by="name",
			as_list=True,
		)
	)
	for row in lines:
		row.id_number = masks.get(row.recipient)
	return lines


def source_asked(request: Document) -> Document:
	"""The source; of a sample without one, an empty one."""
	if not request.source:
		return frappe.new_doc(source_records.DOCTYPE)
	return frappe.get_cached_doc(source_records.DOCTYPE, request.source)


def valid_until(request: Document):
	"""Until when what the agency said may be used (57号 Art. 17)."""
	return add_months(getdate(request.data_day), source_asked(request).valid_months)


def findings_of(request: Document) -> list[frappe._dict]:
	"""What the reply says about these persons, as far as it is still the newest that does."""
	return frappe.get_all(
		findings.DOCTYPE,
		filters={"request": request.name},
		fields=[
			"title",
			"person_name",
			"head_name",
			"facts",
			"means",
			"verify",
			"basis",
			"status",
			"conclusion",
		],
		order_by="head_name, title",
	)


# What the register and the rules contribute to a finding, not the data that were asked for.
OWN_WORDS = ("参数", "标准", "本人的", "家庭的", "救助类别")


def facts_in_words(facts: str | None) -> list[str]:
	"""What the data say, a line each; limits and the register's own entries are the clerk's."""
	lines = (line.replace("“", "").replace("”", "") for line in (facts or "").split("\n"))
	return [line for line in lines if line and not line.startswith(OWN_WORDS)]
