"""The software bill of materials of an installation: what cyclonedx-py found of Python, with JavaScript and Debian added.

    bill_of_materials.py PYTHON.json YARN.lock DEBIAN.tsv > BILL.json

YARN.lock pins what Frappe's pages are built from; DEBIAN.tsv has a package, a tab and its version on each line.
Needs cyclonedx-python-lib, which writes and checks the format (CycloneDX 1.6).
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ENTRY = re.compile(r'^"?((?:@[^/"]+/)?[^@"]+)@[^\n]*:\n  version "([^"]+)"', re.MULTILINE)


def javascript(lock: str) -> Iterator[Component]:
	for name, version in sorted(set(ENTRY.findall(lock))):
		scope, _slash, own = name.rpartition("/")
		yield _component(own, version, PackageURL("npm", scope or None, own, version), scope or None)


def debian(table: str) -> Iterator[Component]:
	for line in table.splitlines():
		name, version = line.split("\t")
		yield _component(name, version, PackageURL("deb", "debian", name, version))


def _component(name: str, version: str, purl: PackageURL, group: str | None = None) -> Component:
	return Component(name=name, version=version, group=group, purl=purl, bom_ref=str(purl))


def main(python: str, lock: str, packages: str) -> None:
	bill = Bom.from_json(json.loads(Path(python).read_text(encoding="utf-8")))
	bill.components.update(javascript(Path(lock).read_text(encoding="utf-8")))
	bill.components.update(debian(Path(packages).read_text(encoding="utf-8")))
	text = JsonV1Dot6(bill).output_as_string(indent=1)
	if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
		sys.exit(f"bill_of_materials.py: {error}")
	print(text)


if __name__ == "__main__":
	main(*sys.argv[1:])
