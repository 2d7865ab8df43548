"""How far a workflow is a county's to change: more steps and conditions, other roles; never round what the law needs.

Whoever is not the Administrator is refused what :func:`socaid_app.setup.flow_seeds.findings` would tell after a
migrate, and what would make a workflow more than an order of steps: code in a condition, fields written by a state,
mails. A state of the county's own is a detour: it leads back to the one state it is entered from, from where the
steps of the law go on under their own conditions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.petition_desk.guards import is_administrator
from socaid_app.setup import flow_seeds

PLAIN = (
	ast.BoolOp,
	ast.boolop,
	ast.UnaryOp,
	ast.Not,
	ast.USub,
	ast.Compare,
	ast.cmpop,
	ast.Constant,
	ast.Tuple,
	ast.List,
	ast.Load,
)


class FlowRefused(frappe.ValidationError):
	pass


def check(workflow: Document, method: str | None = None) -> None:
	"""Hook ``before_validate`` of Workflow, before Frappe writes states into records; raises FlowRefused."""
	if is_administrator():
		return
	flow = next((flow for flow in flow_seeds.shipped() if flow.document_type == workflow.document_type), None)
	if not flow or workflow.workflow_state_field != flow.state_field:
		_refuse(_("Only the workflows that come with the system are changed or copied here."))
	before = workflow.get_doc_before_save()
	if before and before.document_type != workflow.document_type:
		_refuse(_("A workflow stays with its kind of record. Make a copy instead."))
	for sentence in _of_states(flow, workflow):
		_refuse(sentence)
	for row in workflow.transitions:
		if not _is_plain(flow, row.condition):
			_refuse(
				_("The condition {0} is more than a comparison of the record's own fields.").format(
					row.condition
				)
			)
	_check_detours(flow, workflow)


def check_saved(workflow: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Workflow: the Administrator is told what the law needs, everybody else is refused."""
	if is_administrator():
		return flow_seeds.check_saved(workflow)
	for flow in flow_seeds.shipped():
		if flow.document_type == workflow.document_type and (
			sentence := next(flow_seeds.findings(flow), None)
		):
			_refuse(sentence)


def refuse_row(row: Document, method: str | None = None) -> None:
	"""Hook of the rows of a workflow, saved without it."""
	if not is_administrator():
		_refuse(_("States and steps are changed in the form of their workflow."))


def keep(workflow: Document, method: str | None = None, *args) -> None:
	"""Hook ``on_trash`` and ``before_rename`` of Workflow: one that is renamed into another is gone."""
	if not is_administrator():
		_refuse(_("A workflow keeps its name and stays. Activate another one instead."))


def _refuse(sentence: str) -> None:
	frappe.throw(frappe.utils.escape_html(sentence), FlowRefused, title=_("The law needs more"))


def _of_states(flow: frappe._dict, workflow: Document) -> Iterator[str]:
	known = {state["state"]: str(state.get("doc_status", 0)) for state in flow.states}
	if (workflow.override_status or 0) != (flow.override_status or 0) or workflow.send_email_alert:
		yield _("What the list shows as status, and mails about steps, stay as the system has set them.")
	for row in workflow.states:
		if str(row.doc_status or 0) != known.get(row.state, "0"):
			yield _("“{0}” keeps its document status; a state of your own is a draft (0).").format(
				_(row.state)
			)
		if row.update_field or row.next_action_email_template:
			yield _("“{0}”: a state writes no field and sends no mail.").format(_(row.state))


def _is_plain(flow: frappe._dict, condition: str | None) -> bool:
	"""Whether each part is one of the shipped, or compares constants and fields of ``doc``."""
	try:
		parts = flow_seeds.conjuncts(condition)
	except (SyntaxError, ValueError, RecursionError, MemoryError):
		return False
	shipped = frozenset().union(*(flow_seeds.conjuncts(line.get("if")) for line in flow.transitions))
	return all(compares(ast.parse(part, mode="eval").body, _is_open) for part in parts - shipped)


def _is_open(node: ast.AST) -> bool:
	field = field_of_doc(node)
	return bool(field) and not field.startswith("_")


def compares(node: ast.AST, is_field: Callable[[ast.AST], bool]) -> bool:
	"""Whether an expression does no more than compare constants and what ``is_field`` takes for a field."""
	if is_field(node):
		return True
	return isinstance(node, PLAIN) and all(compares(child, is_field) for child in ast.iter_child_nodes(node))


def field_of_doc(node: ast.AST) -> str:
	"""``status`` of ``doc.status``, '' of anything else."""
	of_record = (
		isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "doc"
	)
	return node.attr if of_record else ""


def _check_detours(flow: frappe._dict, workflow: Document) -> None:
	shipped = {state["state"] for state in flow.states}
	known = {(line["from"], line["to"]) for line in flow.transitions}
	ways = {(row.state, row.next_state) for row in workflow.transitions}
	for start, end in sorted(ways - known):
		if start in shipped and end in shipped:
			_refuse(_("From “{0}” to “{1}” the law knows no step. Remove it.").format(_(start), _(end)))
	for own in sorted({row.state for row in workflow.states} - shipped):
		entered = _shipped_ends(own, {(end, start) for start, end in ways}, shipped)
		left = _shipped_ends(own, ways, shipped)
		if entered != left or len(entered) > 1:
			_refuse(
				_("“{0}” is a state of your own: it leads back to the one state it is entered from.").format(
					_(own)
				)
			)


def _shipped_ends(own: str, ways: set[tuple[str, str]], shipped: set[str]) -> set[str]:
	"""The shipped states reached first from a state of the county's own."""
	seen, open_ = {own}, [own]
	while open_:
		at = open_.pop()
		reached = {end for start, end in ways if start == at} - seen
		seen |= reached
		open_.extend(reached - shipped)
	return seen & shipped
