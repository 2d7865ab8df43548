"""Commands of ``bench``: what cron calls where the scheduler is not trusted with the backups; the change of secrets."""

from __future__ import annotations

import json
from collections.abc import Callable

import click
import frappe
from frappe.commands import get_site, pass_context

Work = Callable[[list[str]], list[str]]
# What is built from this project carries no invented people; they lie beside the app in its repository.
NO_DEMO = (
	"没有装入：这里缺少演示县（目录 socaid_demo）。安装包里不带演示数据，它只在源代码仓库里，与 socaid_app 目录并列。"
	"请用 bench get-app 从仓库取得本应用，或在仓库目录里运行 make run，再执行一次。"
)


@click.command("socaid-backup")
@click.option(
	"--destination", "names", multiple=True, help="备份目的地；不写则备份到期的，--all 备份全部启用的"
)
@click.option("--all", "every", is_flag=True, help="备份到所有启用的目的地")
@pass_context
def socaid_backup(context, names: tuple[str, ...], every: bool) -> None:
	"""把站点备份到各目的地（加密）。"""
	from frappe.utils import now_datetime

	from socaid_app.assistance_archives.backups import destinations, operations

	_run(
		context,
		names,
		operations.back_up,
		"Backup Run",
		lambda: destinations.enabled() if every else destinations.due(now_datetime()),
	)


@click.command("socaid-verify-backup")
@click.option("--destination", "names", multiple=True, help="备份目的地；不写则全部启用的")
@pass_context
def socaid_verify_backup(context, names: tuple[str, ...]) -> None:
	"""介质检查与副本比对：读回全部数据。"""
	from socaid_app.assistance_archives.backups import operations

	_run(
		context,
		names,
		lambda chosen: operations.verify(chosen) + operations.compare(chosen),
		"Backup Run",
	)


@click.command("socaid-rotate-backup-key")
@click.option("--destination", "names", multiple=True, help="备份目的地；不写则全部启用的")
@pass_context
def socaid_rotate_backup_key(context, names: tuple[str, ...]) -> None:
	"""更换备份库的密钥。"""
	from socaid_app.assistance_archives.backups import operations

	_run(context, names, operations.rotate_key, "Backup Run")


@click.command("socaid-restore-test")
@click.option("--destination", "names", multiple=True, help="备份目的地；不写则全部启用的")
@pass_context
def socaid_restore_test(context, names: tuple[str, ...]) -> None:
	"""把最近的副本恢复到临时站点并逐表、逐文件比对。"""
	from socaid_app.assistance_archives.backups import restore

	_run(
		context,
		names,
		lambda chosen: [restore.restore_test(name) for name in chosen],
		"Backup Restore Test",
	)


@click.command("socaid-compare-restored")
@click.argument("directory", type=click.Path(exists=True, file_okay=False))
@pass_context
def socaid_compare_restored(context, directory: str) -> None:
	"""把恢复出来、还没有人用过的站点与备份里的清单比对；有不同的退出码为 1。"""
	from pathlib import Path

	from socaid_app.assistance_archives.backups import restored_site

	frappe.init(site=get_site(context))
	frappe.connect()
	frappe.local.lang = frappe.db.get_default("lang") or frappe.local.lang
	try:
		found = restored_site.compare(Path(directory))
	finally:
		frappe.destroy()
	for line in found.told:
		click.echo(f"  {line}")
	for line in found.differences:
		click.echo(f"✗ {line}")
	if found.differences:
		raise SystemExit(1)
	click.echo("✓ 与备份时完全一致")


@click.command("socaid-rotate-secrets")
@click.option("--dry-run", is_flag=True, help="只说明会做什么，不作改动")
@click.option("--api-keys", is_flag=True, help="同时作废全部接口密钥（API key、OAuth 令牌）")
@pass_context
def socaid_rotate_secrets(context, dry_run: bool, api_keys: bool) -> None:
	"""更换站点密钥、数据库密码、备份密钥，并让所有人重新登录。中断后再执行一次即可接着做完。"""
	from socaid_app import rotation

	frappe.init(site=get_site(context))
	frappe.connect()
	frappe.local.lang = frappe.db.get_default("lang") or frappe.local.lang
	try:
		done = rotation.rotate(api_keys, dry_run, tell=lambda text: click.echo(f"… {text}"))
		runs = [frappe.get_doc("Backup Run", name) for name in done.backup_runs]
	except frappe.ValidationError as error:
		raise click.ClickException(str(error)) from error
	finally:
		frappe.destroy()
	click.echo("将会更换：" if dry_run else "已更换：")
	click.echo(f"  站点密钥（{done.stored} 条加密内容）、数据库密码")
	click.echo(f"  备份密钥：{'、'.join(done.destinations) or '没有备份目的地'}")
	click.echo(f"  会话 {done.sessions} 个" + (f"，接口密钥 {done.api_keys} 个" if api_keys else ""))
	for name in done.unreadable:
		click.echo(f"  原来就无法解密，未改动：{name}")
	failed = [run for run in runs if run.outcome != "Succeeded"]
	for run in failed:
		click.echo(f"  备份密钥没有更换：{run.destination} {run.message}")
	if not dry_run:
		click.echo("请现在备份一次（socaid-backup --all），并把新的备份密钥文件另存到本机之外。")
	if failed:
		raise SystemExit(1)


@click.command("socaid-signatures")
@click.option(
	"--output", type=click.File("w", encoding="utf-8"), default="-", help="写到哪个文件；不写则打印"
)
@pass_context
def socaid_signatures(context, output) -> None:
	"""列出 Frappe 现有的可调用函数及其参数（permissions/signatures_15.csv 等的内容），供发布前复核。"""
	from socaid_app.permissions import door_review, signatures

	frappe.init(site=get_site(context))
	try:
		signatures.write(door_review.whitelisted("frappe"), output)
	finally:
		frappe.destroy()


@click.command("socaid-demo")
@click.option(
	"--households", type=int, default=3000, show_default=True, help="户数；县里已有演示县时，补到这个数"
)
@pass_context
def socaid_demo(context, households: int) -> None:
	"""装入虚构的演示县，只在没有登记数据的站点上；最后一行是演示用户及其密码（JSON）。"""
	try:
		from socaid_demo import load
	except ModuleNotFoundError as error:
		if error.name != "socaid_demo":
			raise
		raise click.ClickException(NO_DEMO) from error
	frappe.init(site=get_site(context))
	frappe.connect()
	try:
		loaded = load.load(households)
	except frappe.ValidationError as error:
		raise click.ClickException(str(error)) from error
	finally:
		frappe.destroy()
	click.echo(loaded.get("note") or "演示县已装入。")
	click.echo(f"DEMO-USERS {json.dumps(loaded['users'], ensure_ascii=False, default=str)}")


@click.command("socaid-audit")
@pass_context
def socaid_audit(context) -> None:
	"""对照等保三级检查正在运行的系统，列出不符合的和怎么办；有不符合的退出码为 1。"""
	from socaid_app.permissions import accounts
	from socaid_app.upkeep import protection_audit

	site = get_site(context)
	frappe.init(site=site)
	frappe.connect()
	frappe.local.lang = frappe.db.get_default("lang") or frappe.local.lang
	accounts.answer_for_frappe()
	try:
		answers = protection_audit.take()
		click.echo(protection_audit.report(site, answers))
	finally:
		frappe.destroy()
	if not protection_audit.passed(answers):
		raise SystemExit(1)


@click.command("socaid-second-factor")
@click.argument("user")
@pass_context
def socaid_second_factor(context, user: str) -> None:
	"""给一个账号新的第二因素，在屏幕上显示二维码：本人当面用手机上的动态口令程序扫描。原来的作废。"""
	import pyqrcode

	from socaid_app.permissions import accounts

	frappe.init(site=get_site(context))
	frappe.connect()
	try:
		if not frappe.db.get_value("User", user, "enabled"):
			raise click.ClickException(f"没有启用的账号 {user}")
		address = accounts.give_second_factor(user)
	finally:
		frappe.destroy()
	click.echo(pyqrcode.create(address).terminal(quiet_zone=1))
	click.echo("扫码以后清屏（clear）：看到这个码的人就能生成动态口令。")


@click.command("socaid-worker")
@click.option(
	"--queue", default="short,default,long", show_default=True, help="哪几个队列，用逗号隔开，前面的先做"
)
@click.option("--burst", is_flag=True, help="做完就结束")
@pass_context
def socaid_worker(context, queue: str, burst: bool) -> None:
	"""只做这一个站点排着的任务：同一个 bench 上的各县互不等待（make deploy 这样启动）。"""
	from socaid_app.upkeep import county_worker

	frappe.init(site=get_site(context))
	county_worker.work([name.strip() for name in queue.split(",")], burst)


def _run(
	context,
	names: tuple[str, ...],
	work: Work,
	doctype: str,
	default: Callable[[], list[str]] | None = None,
) -> None:
	"""Do it now, print a line per entry of the ledger; exit code 1 when one did not succeed."""
	from socaid_app.assistance_archives.backups import destinations

	frappe.init(site=get_site(context))
	frappe.connect()
	frappe.local.lang = frappe.db.get_default("lang") or frappe.local.lang
	failed = False
	try:
		for entry in work(list(names) or (default or destinations.enabled)()):
			doc = frappe.get_doc(doctype, entry)
			failed |= doc.outcome != "Succeeded"
			what = frappe._(doc.get("operation") or doctype)
			click.echo(f"{doc.name} {doc.destination} {what} {frappe._(doc.outcome)}")
			click.echo(f"  {doc.get('report') or doc.get('message') or ''}")
	except frappe.ValidationError as error:
		raise click.ClickException(str(error)) from error
	finally:
		frappe.destroy()
	if failed:
		raise SystemExit(1)


commands = [
	socaid_backup,
	socaid_verify_backup,
	socaid_rotate_backup_key,
	socaid_restore_test,
	socaid_compare_restored,
	socaid_rotate_secrets,
	socaid_audit,
	socaid_second_factor,
	socaid_signatures,
	socaid_demo,
	socaid_worker,
]
