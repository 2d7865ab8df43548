"""What came from the public page, as the counter page takes it (page/counter_intake): filled in, and beside it what the
register knows of the same people. Nothing of the register is overwritten by it."""

from __future__ import annotations

import frappe
from frappe import _

from socaid_app import printing
from socaid_app.assistance_intake import counter, materials, online_applications
from socaid_app.assistance_intake.desk import APPLICATION
from socaid_app.permissions import access_log, sensitive

PURPOSE = "受理网上申请"
OF_CASE = ("category", "division", "need_text", "agent_name", "agent_relation", "agent_phone")


@frappe.whitelist(methods=["POST"])
def filled_in(name: str) -> dict:
	"""``case`` and ``members`` as the screen has them, ``papers``, ``known``: per member what the register says, and
	``beside``: both in words, line by line.

	Full numbers for those who may see them; logged. Raises OnlineRefused when it is with nobody of the office any more.
	"""
	frappe.has_permission(APPLICATION, "create", throw=True)
	doc = online_applications.locked(name)
	numbers = online_applications.full_numbers(doc) if sensitive.may_reveal() else {}
	if numbers:
		access_log.record("Reveal", doc.doctype, doc.name, PURPOSE, field="id_number")
	members = [
		{
			"full_name": row.full_name,
			"kinship": row.kinship,
			"health": row.health,
			"employment": row.employment,
			"id_number": numbers.get(row.idx, ""),
		}
		for row in doc.members
	]
	members[0]["phone"] = doc.phone
	known = [_known(row, numbers.get(row.idx)) for row in doc.members]
	return {
		"case": {
			**{field: doc.get(field) for field in OF_CASE if doc.get(field)},
			"address": doc.address,
			"applied_on": str(doc.received_on),
			"channel": "Online",
		},
		"members": members,
		"papers": [row.material for row in doc.papers],
		"known": known,
		"beside": _beside(doc, known),
		"same_person": doc.same_person,
		"remarks": doc.citizen_words or "",
	}


def _known(row, number: str | None) -> dict:
	if not number:
		return {}
	found = counter.look_up(number)
	if found.get("members"):
		names = dict(
			frappe.get_all(
				"Recipient",
				filters={"name": ["in", [one["recipient"] for one in found["members"]]]},
				fields=["name", "full_name"],
				order_by="name",
				as_list=True,
			)
		)
		for one in found["members"]:
			one["member_name"] = names.get(one["recipient"])
	return found


def _beside(doc, known: list[dict]) -> list[dict]:
	"""Who is named against who is registered; then whoever lives in the household and was not named."""
	lines = []
	for row, found in zip(doc.members, known, strict=True):
		said = f"{row.full_name}（{printing.kinship(row.kinship)}）"
		if found.get("elsewhere"):
			known_as = _("Registered in another division")
		else:
			known_as = found.get("full_name") or _("Not on the register")
		lines.append({"said": said, "known": known_as, "differs": found.get("full_name") != row.full_name})
	named = {found.get("recipient") for found in known}
	for one in known[0].get("members") or []:
		if one["recipient"] not in named:
			known_as = f"{one['member_name']}（{printing.kinship(one['kinship'])}）"
			lines.append({"said": _("Not named"), "known": known_as, "differs": True})
	return lines


def checklist(category: str | None) -> list[dict]:
	"""What the page asks for: as at the counter, without what data prove (Law Art. 62) and what it writes itself."""
	if not category:
		return [{"material": name, "required": needed, "note": ""} for name, needed in UNDECIDED]
	proven = materials.proven_by_data()
	rows = frappe.get_cached_doc("Assistance Category", category).materials
	return [
		{
			"material": row.material,
			"required": row.requirement == materials.REQUIRED,
			"note": row.note or "",
		}
		for row in rows
		if materials.requirement(row.material, row.requirement, proven) != materials.BY_DATA
		and not row.material.startswith("申请书")
	]


# Where the office decides what it is.
UNDECIDED = (("身份证、户口簿", True), ("能说明困难的材料", False))
