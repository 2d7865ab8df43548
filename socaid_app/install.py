"""What an installation needs before the first clerk logs in. Everything here may run again."""

import frappe


def after_install() -> None:
	after_migrate()


def after_migrate() -> None:
	pass
