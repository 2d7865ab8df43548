"""Who acts on a petition whose day comes (hook ``socaid_next_step``). Accusations are announced by no Due Rule: a Case
Reminder would tell that they exist; their handlers get a message of their own (petition_clocks.remind_of_restricted)."""

from __future__ import annotations

import frappe

from socaid_app.casework import duties
from socaid_app.casework.people import Directory
from socaid_app.petition_desk import secrecy

DESK = "Handle Petitions"


def next_steps(names: list[str], directory: Directory) -> dict[str, tuple[str, ...]]:
	"""Hook ``socaid_next_step``: petition → its handler, whoever makes its review, or the petition desk."""
	rows = frappe.get_all(
		secrecy.PETITION,
		filters={"name": ["in", names]},
		fields=["name", "handler", "division"],
		order_by="name",
	)
	reviewers = _reviewers(names)
	return {row.name: _told(row, reviewers, directory) for row in rows}


def who_delivers(names: list[str], directory: Directory) -> dict[str, tuple[str, ...]]:
	"""Hook ``socaid_next_step``: paper of a petition → the petition's handler, where it has one."""
	delivery, petition = (frappe.qb.DocType(name) for name in (secrecy.DELIVERY, secrecy.PETITION))
	rows = (
		frappe.qb.from_(delivery)
		.join(petition)
		.on((delivery.reference_doctype == secrecy.PETITION) & (delivery.reference_name == petition.name))
		.select(delivery.name, petition.handler)
		.where(delivery.name.isin(names or [""]) & petition.handler.isnotnull())
		.run()
	)
	return {name: (handler,) for name, handler in rows if handler}


def _reviewers(petitions: list[str]) -> dict[str, str | None]:
	"""Who makes the open review of each of these petitions; None where nobody was named."""
	return dict(
		frappe.get_all(
			"Petition Review",
			filters={"petition": ["in", petitions or [""]], "status": "Asked For"},
			fields=["petition", "handler"],
			order_by="creation",
			as_list=True,
		)
	)


def _told(row: frappe._dict, reviewers: dict[str, str | None], directory: Directory) -> tuple[str, ...]:
	"""A review is nothing for whoever handled the petition (Art. 28)."""
	reviewed = row.name in reviewers
	if named := reviewers[row.name] if reviewed else row.handler:
		return (named,)
	desk = directory.users(duties.roles_of(DESK), row.division)
	return tuple(user for user in desk if not (reviewed and user == row.handler))
