"""Known advisories of what is installed, from what pip-audit and yarn audit answered; exit code 1 when one is open.

    advisories.py IGNORED.csv PIP-AUDIT.json YARN-AUDIT.jsonl [DAY]

IGNORED.csv: advisory, until (a day), reason. An advisory is passed over until that day and said to be; after it, it
counts again. An answer that is empty or an error is no clean bill: it is said that nobody could be asked, and that
fails nothing. Standard library only.
"""

import csv
import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path


class NotAsked(Exception):
	"""Nobody answered; says why."""


@dataclass(frozen=True)
class Advisory:
	package: str
	version: str
	ids: tuple[str, ...]
	fixed: str
	title: str

	def said(self) -> str:
		return f"{self.package} {self.version}：{'、'.join(self.ids)} {self.title}\n    修正于 {self.fixed or '还没有修正的版本'}"


def python(answer: str) -> tuple[list[Advisory], int]:
	"""pip-audit's JSON → advisories and how many packages were asked about. Raises NotAsked."""
	try:
		rows = json.loads(answer)["dependencies"]
	except (ValueError, KeyError, TypeError) as error:
		raise NotAsked("pip-audit 没有得到应答") from error
	asked = [row for row in rows if "skip_reason" not in row]
	if not asked:
		raise NotAsked("软件包索引没有公告数据（也许是内网镜像）")
	found = [
		Advisory(
			row["name"],
			row["version"],
			(one["id"], *one.get("aliases", ())),
			"、".join(one.get("fix_versions", ())),
			" ".join(one.get("description", "").split())[:100],
		)
		for row in asked
		for one in row["vulns"]
	]
	return found, len(asked)


def javascript(answer: str) -> tuple[list[Advisory], int]:
	"""The lines of ``yarn audit --json`` → the same. Raises NotAsked."""
	found, asked = {}, None
	for line in answer.splitlines():
		try:
			said = json.loads(line)
		except ValueError:
			continue
		if said.get("type") == "auditSummary":
			asked = said["data"]["totalDependencies"]
		elif said.get("type") == "auditAdvisory":
			one = said["data"]["advisory"]
			versions = "、".join(sorted({finding["version"] for finding in one["findings"]}))
			ids = (one.get("github_advisory_id") or str(one["id"]), *one.get("cves", ()))
			found[one["module_name"], ids] = Advisory(
				one["module_name"], versions, ids, one.get("patched_versions", ""), one["title"]
			)
	if asked is None:
		raise NotAsked("yarn audit 没有得到应答")
	return list(found.values()), asked


def ignored(text: str, on: date) -> dict[str, str]:
	"""advisory → why it is passed over on that day."""
	return {
		row["advisory"]: f"{row['reason']}（至 {row['until']}）"
		for row in csv.DictReader(text.splitlines())
		if date.fromisoformat(row["until"]) >= on
	}


def report(name: str, ask, answer: str, passed: dict[str, str]) -> int:
	"""Prints what is known; how many are open."""
	try:
		found, asked = ask(answer)
	except NotAsked as error:
		print(f"{name}：没有查成，{error}；不算通过，也不算失败")
		return 0
	known = {one: next((passed[key] for key in one.ids if key in passed), "") for one in found}
	is_open = [one for one, reason in known.items() if not reason]
	print(f"{name}：{asked} 个组件，{len(is_open)} 条公告要处理，{len(found) - len(is_open)} 条已说明原因")
	for one, reason in known.items():
		print(f"  {'·' if reason else '✗'} {one.said()}" + (f"\n    暂不处理：{reason}" if reason else ""))
	return len(is_open)


def main(reasons: str, pip_audit: str, yarn_audit: str, on: str = "") -> None:
	day = date.fromisoformat(on) if on else date.today()  # noqa: DTZ011 -- the machine's own day
	passed = ignored(Path(reasons).read_text(encoding="utf-8"), day)
	answers = (
		("Python", python, Path(pip_audit)),
		("JavaScript", javascript, Path(yarn_audit)),
	)
	is_open = sum(report(name, ask, path.read_text(encoding="utf-8"), passed) for name, ask, path in answers)
	sys.exit(int(is_open > 0))


if __name__ == "__main__":
	main(*sys.argv[1:])
