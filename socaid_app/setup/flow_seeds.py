"""The workflows and roles a county begins with, and what of them the law needs.

Both are seeded where they are missing. Afterwards they are the county's: a migrate overwrites nothing. It looks whether
the steps the law needs are still there, under conditions that are no looser, and tells the administrators if not
(:func:`tell_administrators`). The gates of ``policy/`` stand whatever a workflow says.

A file of ``flows/`` has one line for each step and the roles that take it: ``if`` is its condition, ``law`` the
article that needs it, ``own`` 0 where nobody takes it on a record they have entered themselves.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import escape_html

from socaid_app.casework import messages
from socaid_app.casework.people import Directory
from socaid_app.setup import mandatory_fields

HERE = Path(__file__).parent
TOLD = "Socaid Administrator"
SETTINGS = "Socaid Settings"


# --- seeds ----------------------------------------------------------------------------------------------------------
def seed_roles() -> None:
	for name in json.loads((HERE / "roles.json").read_text(encoding="utf-8")):
		if not frappe.db.exists("Role", name):
			frappe.get_doc({"doctype": "Role", "role_name": name, "desk_access": 1}).insert(
				ignore_permissions=True
			)


def seed_workflows() -> None:
	"""A DocType that has a workflow, active or not, keeps it."""
	for flow in shipped():
		if not frappe.db.exists("Workflow", {"document_type": flow.document_type}):
			seed_workflow(flow)


def seed_workflow(flow: frappe._dict) -> None:
	for state in flow.states:
		_insert_missing("Workflow State", "workflow_state_name", state["state"], style=state.get("style", ""))
	for action in dict.fromkeys(step["action"] for step in flow.transitions):
		_insert_missing("Workflow Action Master", "workflow_action_name", action)
	frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": flow.document_type,
			"document_type": flow.document_type,
			"workflow_state_field": flow.state_field,
			"is_active": 1,
			"override_status": flow.override_status or 0,
			"states": [
				{"state": state["state"], "doc_status": str(state.get("doc_status", 0)), "allow_edit": role}
				for state in flow.states
				for role in state["edited_by"]
			],
			"transitions": [
				{
					"state": step["from"],
					"action": step["action"],
					"next_state": step["to"],
					"allowed": role,
					"allow_self_approval": step.get("own", 1),
					"condition": step.get("if"),
				}
				for step in flow.transitions
				for role in step["allowed"]
			],
		}
	).insert(ignore_permissions=True)


def _insert_missing(doctype: str, key: str, name: str, **values) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, key: name, **values}).insert(ignore_permissions=True)


@cache
def shipped() -> tuple[frappe._dict, ...]:
	paths = sorted((HERE / "flows").glob("*.json"))
	return tuple(frappe._dict(json.loads(path.read_text(encoding="utf-8"))) for path in paths)


# --- what the law needs -----------------------------------------------------------------------------------------------
def tell_administrators() -> None:
	"""After a migrate: what is missing stands as a comment on the settings and among their notifications."""
	told = [sentence for flow in shipped() for sentence in findings(flow)]
	for sentence in (*told, *mandatory_fields.findings()):
		messages.tell_staff(Directory().users([TOLD], None), sentence, SETTINGS, SETTINGS)
		text = escape_html(sentence)
		known = {"reference_doctype": SETTINGS, "reference_name": SETTINGS, "content": text}
		if not frappe.db.exists("Comment", known):
			frappe.get_doc(SETTINGS).add_comment("Comment", text)
		print(sentence)


def check_saved(workflow) -> None:
	"""Whoever has changed a workflow is told at once (:mod:`socaid_app.setup.flow_changes`)."""
	for flow in shipped():
		if flow.document_type == workflow.document_type and (sentences := list(findings(flow))):
			frappe.msgprint(
				[escape_html(sentence) for sentence in sentences],
				title=_("The law needs more"),
				indicator="orange",
				as_list=True,
			)


def findings(flow: frappe._dict) -> Iterator[str]:
	"""What the workflow in force lacks, in sentences."""
	name = frappe.db.get_value("Workflow", {"document_type": flow.document_type, "is_active": 1})
	if not name:
		yield _("{0}: no workflow is in force; nobody can take a step. Activate one.").format(
			_(flow.document_type)
		)
		return
	workflow = frappe.get_doc("Workflow", name)
	disabled = set(frappe.get_all("Role", {"disabled": 1}, pluck="name", order_by="name"))
	for key in dict.fromkeys(_key(line) for line in flow.transitions):
		lines = [line for line in flow.transitions if _key(line) == key]
		rows = [row for row in workflow.transitions if (row.state, row.action, row.next_state) == key]
		yield from _of_step(flow.document_type, key, lines, rows, disabled)
	yield from _past_the_gates(flow, workflow)


def _key(line: dict) -> tuple[str, str, str]:
	return line["from"], line["action"], line["to"]


def _of_step(doctype: str, key: tuple, lines: list[dict], rows: list, disabled: set[str]) -> Iterator[str]:
	law = next((line["law"] for line in lines if line.get("law")), "")
	if law and not any(row.allowed not in disabled for row in rows):
		yield _("{0}: nobody can take the step “{1}” from “{2}” any more ({3}). Give it to a role.").format(
			_(doctype), _(key[1], context=doctype), _(key[0]), law
		)
	for row in rows:
		models = [line for line in lines if row.allowed in line["allowed"]] or lines
		needed = [conjuncts(line.get("if")) for line in models]
		if not any(parts <= conjuncts(row.condition) for parts in needed):
			yield _("{0}: the step “{1}” by {2} lacks the condition {3}{4}. Add it again.").format(
				_(doctype),
				_(key[1], context=doctype),
				_(row.allowed),
				models[0]["if"],
				f" ({law})" if law else "",
			)
		if row.allow_self_approval and not any(line.get("own", 1) for line in models):
			yield _(
				"{0}: the step “{1}” by {2} is open to whoever entered the record. Untick “Allow Self Approval”."
			).format(_(doctype), _(key[1], context=doctype), _(row.allowed))


def _past_the_gates(flow: frappe._dict, workflow) -> Iterator[str]:
	"""Ways a county has added into a state that ends a matter."""
	known = {_key(line) for line in flow.transitions}
	ends = {state["state"] for state in flow.states} - {line["from"] for line in flow.transitions}
	for row in workflow.transitions:
		if row.next_state in ends and (row.state, row.action, row.next_state) not in known:
			yield _(
				"{0}: the step “{1}” leads from “{2}” to “{3}”, a way the law does not know. Remove it."
			).format(
				_(flow.document_type),
				_(row.action, context=flow.document_type),
				_(row.state),
				_(row.next_state),
			)


def conjuncts(condition: str | None) -> frozenset[str]:
	"""The parts of a condition that must all hold, as compared: ``a and (b and c)`` has three."""
	if not (condition or "").strip():
		return frozenset()
	return frozenset(_parts(ast.parse(condition.strip(), mode="eval").body))


def _parts(node: ast.expr) -> Iterator[str]:
	if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
		for value in node.values:
			yield from _parts(value)
	else:
		yield ast.unparse(node)
