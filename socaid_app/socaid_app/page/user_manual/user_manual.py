"""The manuals under ``socaid_app/manual`` as pages of the desk, each for whom it is written."""

from __future__ import annotations

from pathlib import Path

import frappe
from frappe import _lt
from frappe.utils import md_to_html

FOLDER = Path(frappe.get_app_path("socaid_app", "manual"))
# Of each manual its title, and for whom; () for everybody.
MANUALS = {
	"staff": (_lt("For Staff"), ()),
	"citizen": (_lt("For Citizens"), ()),
	"administrator": (_lt("For Administrators"), ("Socaid Administrator", "System Manager")),
	"backup": (_lt("Backup and Restore"), ("Socaid Administrator", "System Manager")),
	"protection": (_lt("Protection of Level Three"), ("Socaid Administrator", "System Manager")),
}


# Pictures as the text names them beside itself, and where a browser finds them.
PICTURES = ("../public/", "/assets/socaid_app/")


@frappe.whitelist()
def read() -> list[dict[str, str]]:
	"""The manuals of the session's user: rows of name, title, html."""
	roles = set(frappe.get_roles())
	return [
		{
			"name": name,
			"title": str(title),
			"html": _html(name),
		}
		for name, (title, readers) in MANUALS.items()
		if not readers or roles & set(readers)
	]


def _html(name: str) -> str:
	return md_to_html((FOLDER / f"{name}.zh.md").read_text(encoding="utf-8").replace(*PICTURES))
