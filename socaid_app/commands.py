"""Commands of ``bench``: what cron calls where the scheduler is not trusted with the backups."""

from __future__ import annotations

from collections.abc import Callable

import click
import frappe
from frappe.commands import get_site, pass_context

Work = Callable[[list[str]], list[str]]


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


commands = [socaid_backup, socaid_verify_backup, socaid_rotate_backup_key, socaid_restore_test]
