"""The shipped registers of trips, maintenance and purchases keep on the thing, or take into stock, what they asked;
drills name who took part.

Only where nobody has said anything else. What was entered before stays as it was.
"""

import frappe

KEPT = (
	("派车", "出车里程表读数", "Meter Reading"),
	("派车", "收车里程表读数", "Meter Reading"),
	("设备维修保养", "下次保养日期", "Next Maintenance On"),
)


def execute() -> None:
	for register, item, kept_as in KEPT:
		frappe.db.set_value(
			"Register Particular",
			{"parent": register, "item": item, "kept_as": ["is", "not set"]},
			"kept_as",
			kept_as,
		)
	frappe.db.set_value(
		"Service Register",
		{"name": "采购申请", "supplies_label": ["is", "not set"]},
		"supplies_label",
		"入库物资",
	)
	frappe.db.set_value("Service Check Template", "应急演练评估", "with_participants", 1)
