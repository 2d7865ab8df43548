"""What the parts of an installation are licensed under: kind, name, version, licence, a line each, tabs between.

Run with the bench's Python from Frappe's directory: Python packages are those of the interpreter, JavaScript those of
node_modules.
"""

import json
from importlib.metadata import distributions
from pathlib import Path


def python() -> set[tuple[str, str, str]]:
	found = set()
	for one in distributions():
		meta = one.metadata
		classified = [
			text.rpartition(" :: ")[2]
			for text in meta.get_all("Classifier") or ()
			if text.startswith("License ::")
		]
		licence = meta.get("License-Expression") or " / ".join(classified) or (meta.get("License") or "?")
		found.add((meta["Name"], meta["Version"], licence.strip().splitlines()[0][:80]))
	return found


def javascript() -> set[tuple[str, str, str]]:
	found = set()
	for file in Path("node_modules").rglob("package.json"):
		if file.parent.parent.name != "node_modules" and not file.parent.parent.name.startswith("@"):
			continue
		one = json.loads(file.read_text(encoding="utf-8"))
		if isinstance(one.get("name"), str) and isinstance(one.get("version"), str):
			licence = one.get("license") or one.get("licenses") or "?"
			found.add(
				(one["name"], one["version"], licence if isinstance(licence, str) else json.dumps(licence))
			)
	return found


for kind, packages in (("python", python()), ("javascript", javascript())):
	for name, version, licence in sorted(packages, key=lambda one: one[0].lower()):
		print(kind, name, version, licence, sep="\t")
