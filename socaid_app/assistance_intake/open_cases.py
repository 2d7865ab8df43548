"""What an open case says against making two records of a person one (hook ``socaid_merge_gates``)."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _

from socaid_app.assistance_intake.assessment import FROZEN_STATES
from socaid_app.policy import terms

CASE, MEMBER = "Assistance Application", "Application Member"


def forbid_merge(source: str, target: str) -> Iterator[str]:
	"""Between opinion and decision the figures of a case are frozen, and they name the person; nor is anybody twice in
	one open case."""
	mine, others = _cases(source), _cases(target)
	for name, state in mine.items():
		if state in FROZEN_STATES:
			yield _("{0} is being decided on the figures of {1}. Conclude it first, or send it back.").format(
				name, source
			)
		elif name in others:
			yield _("Both are members of the open case {0}. Take one of them out of it first.").format(name)


def _cases(person: str) -> dict[str, str]:
	case, member = frappe.qb.DocType(CASE), frappe.qb.DocType(MEMBER)
	rows = (
		frappe.qb.from_(case)
		.join(member)
		.on((member.parent == case.name) & (member.parenttype == CASE))
		.select(case.name, case.workflow_state)
		.where((member.recipient == person) & case.workflow_state.isin(terms.OPEN_STATES))
		.distinct()
		.orderby(case.name)
		.run()
	)
	return dict(rows)
