"""Who may import whom: the layers of the app, no circles, no two files of one name. Part of `make lint`; standard
library only.

A file imports what lies in its own layer or below. An import inside a function counts like one at the head of the
file, and so do one for type checkers alone and a dotted path in a string that is called later. What a layer below has to say to one above goes through a list in
hooks.py (casework/events.py); hooks.py itself names functions, it imports none of them.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APP = "socaid_app"

PATH = re.compile(rf"{APP}(\.\w+)+$")
# From below; a name is a folder or a file of the package.
LAYERS = (
	("policy",),
	("comparison",),
	("documents", "errors", "fonts", "frappe_versions", "reporting", "visitors"),
	("permissions",),
	("casework",),
	("figures", "overrides", "printing", "website"),
	# the registry
	("socaid_app",),
	("assistance_intake",),
	("means_testing",),
	("moving_in",),
	("field_visits",),
	("service_management",),
	("petition_desk",),
	("public_disclosure",),
	("dynamic_management",),
	("assistance_archives",),
	("management_insight",),
	("upkeep",),
	("cli", "commands", "hooks", "install", "patches", "rotation", "setup", "wsgi", "www"),
)
# The table of the public pages names the functions that fill them, as hooks.py would.
NAMING = {f"{APP}.website", f"{APP}.hooks"}
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def modules() -> dict[str, Path]:
	"""Dotted name → file, of all files of the package."""
	found = {}
	for path in sorted((ROOT / APP).rglob("*.py")):
		name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
		found[name.removesuffix(".__init__")] = path
	return found


def imports(path: Path, known: dict[str, Path]) -> dict[str, int]:
	"""What a file imports of this app: dotted name of the file → line."""
	found: dict[str, int] = {}
	own = next((name for name, file in known.items() if file == path), "")
	naming = own in NAMING
	for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
		names = []
		if isinstance(node, ast.Import):
			names = [alias.name for alias in node.names]
		elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
			dotted = [f"{node.module}.{alias.name}" for alias in node.names]
			names = [name if name in known else node.module for name in dotted]
		elif isinstance(node, ast.Constant) and isinstance(node.value, str) and PATH.match(node.value):
			names = [] if naming else [longest(node.value, known)]
		for name in names:
			if name in known and name not in (APP, own):
				found.setdefault(name, node.lineno)
	return found


def longest(path: str, known: dict[str, Path]) -> str:
	"""The file in which a dotted path ends."""
	while path and path not in known:
		path = path.rpartition(".")[0]
	return path


def layer(name: str) -> str:
	return name.split(".")[1]


def upward(graph: dict[str, dict[str, int]]) -> list[tuple[str, int, str]]:
	return [
		(name, line, other)
		for name, imported in graph.items()
		for other, line in imported.items()
		if LEVEL[layer(other)] > LEVEL[layer(name)]
	]


def circles(graph: dict[str, dict[str, int]]) -> list[list[str]]:
	"""Groups of files each of which leads to every other (Tarjan's strongly connected components)."""
	number: dict[str, int] = {}
	lowest: dict[str, int] = {}
	path: list[str] = []
	found: list[list[str]] = []

	def visit(name: str) -> None:
		number[name] = lowest[name] = len(number)
		path.append(name)
		for other in graph[name]:
			if other not in number:
				visit(other)
				lowest[name] = min(lowest[name], lowest[other])
			elif other in path:
				lowest[name] = min(lowest[name], number[other])
		if lowest[name] == number[name]:
			start = path.index(name)
			group, path[start:] = path[start:], []
			if len(group) > 1:
				found.append(sorted(group))

	for name in graph:
		if name not in number:
			visit(name)
	return found


def namesakes(files: Iterable[Path]) -> list[list[Path]]:
	"""Groups of files of one name: a name says which. Frappe names the file of a DocType or report after its folder."""
	found: dict[str, list[Path]] = defaultdict(list)
	for path in files:
		if path.stem != "__init__" and path.stem != path.parent.name:
			found[path.name].append(path)
	return [group for group in found.values() if len(group) > 1]


def findings() -> list[str]:
	known = modules()
	graph = {name: imports(path, known) for name, path in known.items() if name != APP}
	homeless = sorted({name for name in graph if layer(name) not in LEVEL})
	if homeless:
		return [f"{name} 不在 scripts/import_check.py 的任何一层" for name in homeless]
	said = [
		f"{known[name].relative_to(ROOT)}: 第 {line} 行向上引入 {other}"
		for name, line, other in upward(graph)
	]
	said += [f"互相引入：{'、'.join(group)}" for group in circles(graph)]
	for group in namesakes(known.values()):
		paths = "、".join(str(path.relative_to(ROOT)) for path in group)
		said.append(f"{len(group)} 个文件同名，改成各自说明内容的名字：{paths}")
	return said


def main() -> int:
	said = findings()
	for line in said:
		print(line)
	print(f"引入检查：{len(said)} 处问题")
	return 1 if said else 0


if __name__ == "__main__":
	sys.exit(main())
