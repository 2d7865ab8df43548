"""Surveys by sample (服务方案5.2): families drawn at random, one sheet each; a sheet forgets whom it asked when it is
handed in."""

from __future__ import annotations

from random import SystemRandom

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, today

from socaid_app.casework import steps
from socaid_app.casework.steps import Ask, Steps
from socaid_app.service_management.service_checks import DOCTYPE, PLANNED, SURVEY, TEMPLATE, require_in_use

HOUSEHOLD = "Recipient Household"
MOST = 200


class SampleInvalid(frappe.ValidationError):
	pass


step = Steps(TEMPLATE)


@step(
	_lt("Draw a Sample"),
	when=lambda template: template.concerns == SURVEY,
	asks=(
		Ask("households", label=_lt("How Many Families"), fieldtype="Int", default=20),
		Ask("responsible", label=_lt("Who Asks Them"), fieldtype="Link", options="User"),
		Ask("days", label=_lt("Days for It"), fieldtype="Int", default=15),
	),
	primary=True,
)
def draw_sample(template: Document, households: int, responsible: str, days: int) -> int:
	"""Among families in benefit that the session's user may see; those whom a sheet of this kind waits for are left
	out. Returns how many sheets were made. Raises SampleInvalid."""
	if not 1 <= cint(households) <= MOST or cint(days) < 1:
		frappe.throw(_("Draw between 1 and {0} families, for at least one day.").format(MOST), SampleInvalid)
	require_in_use(template, today())
	waiting = frappe.get_all(
		DOCTYPE,
		filters={"template": template.name, "status": PLANNED, "household": ["is", "set"]},
		pluck="household",
	)
	families = frappe.get_list(
		HOUSEHOLD,
		filters={
			"status": "Active",
			"current_benefit": ["is", "set"],
			"name": ["not in", waiting or [""]],
		},
		fields=["name", "division"],
		order_by="name",
		limit_page_length=0,
	)
	drawn = SystemRandom().sample(families, min(cint(households), len(families)))
	for family in drawn:
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"template": template.name,
				"household": family.name,
				"division": family.division,
				"channel": "By Phone",
				"responsible": responsible,
				"due_on": add_days(today(), cint(days)),
			}
		).insert()
	steps.nothing_to_save(template)
	return len(drawn)
