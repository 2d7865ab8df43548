"""A key of doc_events that is written a second time silently takes away what stood there: each stands once."""

import ast
from collections import Counter
from pathlib import Path

HOOKS = Path(__file__).parents[2] / "socaid_app" / "hooks.py"


def keys_of_doc_events() -> Counter:
	found = Counter()
	for node in ast.walk(ast.parse(HOOKS.read_text(encoding="utf-8"))):
		if isinstance(node, ast.Assign):
			target, value = node.targets[0], node.value
		elif isinstance(node, ast.AugAssign):
			target, value = node.target, node.value
		else:
			continue
		if isinstance(target, ast.Subscript) and ast.unparse(target.value) == "doc_events":
			# ``doc_events[key] |= …`` adds to what is there
			found[ast.unparse(target.slice)] += isinstance(node, ast.Assign)
		elif ast.unparse(target) == "doc_events" and isinstance(value, ast.Dict):
			found.update(ast.unparse(key) for key in value.keys)
	return found


def test_no_key_of_doc_events_is_written_twice():
	found = keys_of_doc_events()
	assert len(found) > 20
	assert [key for key, times in found.items() if times > 1] == []
