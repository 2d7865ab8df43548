"""What the printed no-omission report (无遗漏报告) shows: 核对内容 | 核对方式 | 处理措施, as the service plan asks (1.1.1-18)."""

from __future__ import annotations

from collections import Counter

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.casework.places import division_names
from socaid_app.moving_in import list_matching as matching
from socaid_app.moving_in.reconciliation_records import AT_ONCE, DIFFERENCE, WAITING, of_reconciliation

CONTENTS = {
	matching.IDENTITY: "姓名、身份证号",
	matching.BENEFIT: "救助类型、金额",
	matching.FAMILY: "家庭情况",
}
FIELDS = ["aspect", "status", "check_method", "measure", "due_on"]


def omission_of(doc: Document) -> dict:
	"""``rows``: a line for each content, with how many, how they were checked and what was done; ``places`` by name."""
	found = _differences(doc.name)
	names = division_names(row.township for row in doc.places)
	return {
		"rows": [
			_row(label, [one for one in found if one.aspect == aspect]) for aspect, label in CONTENTS.items()
		],
		"places": [
			frappe._dict(row.as_dict(), place=names.get(row.township, row.township)) for row in doc.places
		],
		"differences": len(found),
		"waiting": sum(one.status in WAITING for one in found),
	}


def _differences(reconciliation: str) -> list[frappe._dict]:
	names = of_reconciliation(reconciliation)
	found = []
	for at in range(0, len(names), AT_ONCE):
		found += frappe.get_all(
			DIFFERENCE, filters={"name": ["in", names[at : at + AT_ONCE]]}, fields=FIELDS, order_by="name"
		)
	return found


def _row(label: str, found: list[frappe._dict]) -> dict:
	return {
		"content": label,
		"count": len(found),
		"waiting": sum(one.status in WAITING for one in found),
		"methods": _counted(found, "check_method"),
		"measures": _counted(found, "measure"),
	}


def _counted(found: list[frappe._dict], field: str) -> list[str]:
	counts = Counter(one[field] for one in found if one[field])
	return [f"{_(word, context=DIFFERENCE)}{count}项" for word, count in counts.most_common()]
