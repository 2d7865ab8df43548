"""The papers of a change of benefit are filed by themselves: the catalogue's lines learn which record supplies them.

A line that a county has pointed at a record of its own stays as it is.
"""

import frappe

ITEM = "Archive Template Item"
# kind of paper → record that supplies it; what supplied it before
SOURCES = {
	"待遇调整审批表": ("Benefit Adjustment: Adjustment", "Household Reassessment: Adjustment"),
	"停发审批表": ("Benefit Adjustment: Termination", "Household Reassessment: Termination"),
	"供养终止审批表": ("Benefit Adjustment: Termination", "Household Reassessment: Termination"),
	"听取意见记录": ("Opinion Hearing: Adjustment", ""),
	"停发前听取意见记录": ("Opinion Hearing: Termination", ""),
	"调整告知书及送达回证": ("Document Delivery: Adjustment Notice", ""),
	"停发告知书及送达回证": ("Document Delivery: Stop Notice", ""),
}


def execute() -> None:
	item = frappe.qb.DocType(ITEM)
	for kind, (source, earlier) in SOURCES.items():
		supplied = (item.source == earlier) if earlier else (item.source.isnull() | (item.source == ""))
		frappe.qb.update(item).set(item.source, source).where((item.document_kind == kind) & supplied).run()
