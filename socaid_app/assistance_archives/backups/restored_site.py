"""A site restored on another machine (scripts/restore.sh), held against the manifest of the backup it came from.

Before anything is migrated or anybody works in it: every table, every file, and the figures a county would ask for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import frappe
from frappe.utils import get_site_path

from socaid_app.assistance_archives import fixity
from socaid_app.assistance_archives.backups import proven_figures, staging, tables
from socaid_app.assistance_archives.backups.restic import MANIFEST
from socaid_app.permissions import access_log

NAMED = 20


@dataclass
class Comparison:
	"""``told``: what was compared, in words; ``differences``: what is not as it was."""

	told: list[str] = field(default_factory=list)
	differences: list[str] = field(default_factory=list)


def compare(directory: Path) -> Comparison:
	"""``directory``: where restic put the copy."""
	manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
	found = Comparison(
		[f"备份取自 {manifest['site']}，{manifest['taken_on'][:19]}，Frappe {manifest['frappe']}"]
	)
	_tables(manifest, found)
	_files(manifest, found)
	_figures(manifest, found)
	return found


def _tables(manifest: dict, found: Comparison) -> None:
	here = tables.read(frappe.db)
	expected = {name: tables.Table(*table) for name, table in manifest["tables"].items()}
	wrong = [name for name, table in expected.items() if here.get(name) != table]
	wrong += sorted(here.keys() - expected.keys() - set(manifest["written_meanwhile"]))
	rows = sum(table.rows for table in expected.values())
	found.told.append(
		f"数据表 {len(expected)} 张、{rows} 行逐表比对校验值；备份时正在写入、不作比对的 {len(manifest['written_meanwhile'])} 张"
	)
	found.differences += [f"数据表不同：{name}" for name in wrong[:NAMED]]


def _files(manifest: dict, found: Comparison) -> None:
	expected = {
		name: entry["sha256"] for name, entry in manifest["files"].items() if name.startswith(staging.FILES)
	}
	here = {
		file.relative_to(get_site_path()).as_posix(): staging.hash_of(file)
		for folder in staging.FILES
		for file in sorted(Path(get_site_path(folder)).rglob("*"))
		if file.is_file() and not file.is_symlink()
	}
	wrong = sorted(name for name in expected.keys() | here.keys() if expected.get(name) != here.get(name))
	found.told.append(f"附件 {len(expected)} 个逐个比对 SHA-256")
	found.differences += [f"附件不同：{name}" for name in wrong[:NAMED]]


def _figures(manifest: dict, found: Comparison) -> None:
	here = proven_figures.take(manifest["taken_on"])
	roll, archive, log = here["roll"], here["archive"], here["access_log"]
	found.told += [
		f"{roll['month']} 名册：{roll['entitlements']} 项待遇、{roll['persons']} 人、{roll['amount']} 元",
		f"档案电子件：{archive['copies']} 件，校验值的校验 {archive['digest'][:16]}…",
		f"敏感信息访问日志：{log['entries']} 条，末条 {log['last'][:16] or '（空）'}",
	]
	# a backup of an earlier release has none
	for name, expected in (manifest.get("figures") or {}).items():
		if proven_figures.TABLES[name] not in manifest["written_meanwhile"] and here[name] != expected:
			found.differences.append(f"与备份时不同：{name}（当时 {expected}，现在 {here[name]}）")
	if broken := access_log.verify_chain()["broken_at"]:
		found.differences.append(f"敏感信息访问日志从第 {broken} 条起前后对不上")
	found.differences += [
		f"档案电子件{frappe._(state)}：{name}" for name, state in fixity.examine_all()[:NAMED]
	]
