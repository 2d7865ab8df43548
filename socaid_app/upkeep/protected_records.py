"""安全审计, 数据备份恢复, 剩余信息: what was done stays provable, and nothing lies where nobody looks after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.utils import (
	add_days,
	cint,
	get_bench_path,
	get_datetime,
	get_site_path,
	getdate,
	now_datetime,
	today,
)

from socaid_app.assistance_archives.backups import destinations, jobs, staging
from socaid_app.permissions import access_log
from socaid_app.upkeep.protection_difference import Difference

# 网络安全法第二十一条（三）: six months at least.
KEPT_DAYS = 180
LOGS = ("Activity Log", "Access Log", access_log.LOG)
ROTATION = Path("/etc/logrotate.d/socaid")
READ_BACK_DAYS = 40
LEFT_DAYS = 30


def access_log_whole() -> Iterator[Difference]:
	found = access_log.verify_chain()
	if found["broken_at"]:
		yield Difference(
			f"敏感信息访问日志从第 {found['broken_at']} 条起对不上：有记录被改动或删除",
			"保留现场，不要修改数据库；用异地备份恢复一份来对照，查明是谁、何时改的，并报告。",
		)


def logs_kept() -> Iterator[Difference]:
	for row in frappe.get_all(
		"Logs To Clear", filters={"parent": "Log Settings"}, fields=["ref_doctype", "days"], order_by="idx"
	):
		if row.ref_doctype in LOGS and cint(row.days) < KEPT_DAYS:
			yield Difference(
				f"“{frappe._(row.ref_doctype)}”只留 {row.days} 天",
				f"在“日志设定”中改为 {KEPT_DAYS} 天以上，或者删去这一行。",
			)
	rotated = ROTATION.read_text(encoding="utf-8") if ROTATION.is_file() else ""
	if not rotated:
		yield Difference(
			"没有设置服务器日志（nginx、程序）的轮转和保留",
			"用 make deploy 部署，或者自己设置日志保留六个月以上。",
		)
	elif any(cint(number) < KEPT_DAYS for number in re.findall(r"^\s*rotate\s+(\d+)", rotated, re.MULTILINE)):
		yield Difference(
			f"服务器日志保留不到 {KEPT_DAYS} 天（{ROTATION}）",
			"运行 make deploy 恢复设置；自己的改动写在别处。",
		)


def copies() -> Iterator[Difference]:
	rows = frappe.get_all(
		"Backup Destination",
		filters={"enabled": 1},
		fields=["name", "kind", "creation", "frequency", "last_success", "last_check"],
		order_by="name",
	)
	if len(rows) < 2 or not any(row.kind == destinations.REMOTE for row in rows):
		yield Difference(
			f"备份目的地 {len(rows)} 处，{'没有异地的' if rows else '一处也没有'}",
			"在“备份目的地”登记至少两处，其中一处是异地存储。",
		)
	now = now_datetime()
	for row in rows:
		if not row.last_success:
			yield Difference(
				f"备份从未送达“{row.name}”", "打开这个备份目的地，点“立即备份”，看备份台账里的原因。"
			)
			continue
		if destinations.missed_since(row, now):
			yield Difference(
				f"“{row.name}”的备份已经过期，最近一次是 {get_datetime(row.last_success):%Y-%m-%d %H:%M}",
				"看备份台账里的原因，修好后点“立即备份”。",
			)
		if not row.last_check or get_datetime(row.last_check) < add_days(now, -READ_BACK_DAYS):
			yield Difference(
				f"“{row.name}”里的副本很久没有读回检查", "执行 bench --site 站点 socaid-verify-backup。"
			)


def restore_proved() -> Iterator[Difference]:
	until = jobs.restore_proved_until()
	if not until or until < getdate(today()):
		yield Difference(
			"近期没有成功的恢复测试",
			"执行 bench --site 站点 socaid-restore-test；到另一台机器上的恢复演练见“备份与恢复”。",
		)


def nothing_left_over() -> Iterator[Difference]:
	"""Copies of the data that were of use for an hour, and lie there since."""
	before = add_days(now_datetime(), -LEFT_DAYS).timestamp()
	places = {
		"升级前的留底": Path(get_bench_path(), "config/socaid/before"),
		"恢复测试的临时文件": Path(frappe.conf.get("backup_work_dir") or staging.beside_sites("backup-work")),
		"没有加密的备份": Path(get_site_path("private", "backups")),
		"删除站点的留底": Path(get_bench_path(), "archived", "sites"),
	}
	for name, place in places.items():
		# restic's own cache holds nothing that can be read
		old = [
			path
			for path in (place.rglob("*") if place.is_dir() else ())
			if path.is_file()
			and "cache" not in path.relative_to(place).parts
			and path.stat().st_mtime < before
		]
		if old:
			yield Difference(
				f"{name}放了 {LEFT_DAYS} 天以上：{place}（{len(old)} 个文件）", "确认不再需要后删除。"
			)
