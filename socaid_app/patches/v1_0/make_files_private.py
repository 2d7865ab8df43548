"""Files that uploads left open to everybody become private; whatever names their address names the new one.

Only pictures of the site itself stay public (permissions/public_files.py). The new address follows from the old one,
so a run that was interrupted is taken up again at any point: the file is moved first, then its records are changed,
then the columns that name it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from urllib.parse import quote, unquote

import frappe
from frappe.utils import get_files_path

from socaid_app.permissions import files, public_files

PRIVATE = "/private/files/"
CHUNK = 200
# An address in a text ends with a quotation mark or a tag; one that stands free ends with the first space.
NAMED = re.compile(r"""(?<!/private)/files/((?:\\u[0-9a-f]{4}|[^"'<>?#\\\n])+)""")
# How an address is written in a field, in a link, in JSON.
WRITTEN = (
	(str, str),
	(unquote, quote),
	(lambda name: json.loads(f'"{name}"', strict=False), lambda address: json.dumps(address)[1:-1]),
)
TEXT_TYPES = ("text", "mediumtext", "longtext")
# Chained by hashes, or what is changed already.
LEFT = ("tabSensitive Access Log", "tabTransaction Log")


def execute() -> None:
	addresses = _open_addresses()
	for number, (address, rows) in enumerate(addresses.items(), 1):
		_make_private(address, rows)
		if number % CHUNK == 0:
			frappe.db.commit()
	frappe.db.commit()
	moved = _moved()
	if not moved:
		return
	for table, column in _text_columns():
		_rename_in(table, column, moved)
	_rename_in_settings(moved)


# --- the files --------------------------------------------------------------------------------------------
def private_path(address: str) -> Path:
	"""Where the file of a public address goes: a name of its own, so that none is overwritten."""
	return Path(get_files_path(is_private=1), private_address(address).removeprefix(PRIVATE))


def private_address(address: str) -> str:
	name = Path(address)
	return f"{PRIVATE}{name.stem}-{hashlib.sha256(address.encode(errors='replace')).hexdigest()[:12]}{name.suffix}"


def _open_addresses() -> dict[str, list[str]]:
	"""The Files that must not be public, by their exact address."""
	found: dict[str, list[str]] = {}
	for row in frappe.get_all(
		"File",
		filters={"is_private": 0, "is_folder": 0},
		fields=["name", "file_url", "owner", "attached_to_doctype"],
		order_by="creation, name",
	):
		if not public_files.may_be_public(row, row.owner):
			found.setdefault(row.file_url or "", []).append(row.name)
	return found


def _make_private(address: str, names: list[str]) -> None:
	values = {"is_private": 1}
	if address.startswith(public_files.PUBLIC) and ".." not in address:
		_move(address, keep=any(row.name not in names for row in files.records(address)))
		values["file_url"] = private_address(address)
	frappe.db.set_value("File", {"name": ["in", names]}, values, update_modified=False)


def _move(address: str, keep: bool) -> None:
	source, target = Path(get_files_path(address.removeprefix(public_files.PUBLIC))), private_path(address)
	if not source.is_file():
		return
	if keep:
		shutil.copyfile(source, target)
	else:
		source.replace(target)


# --- what names them --------------------------------------------------------------------------------------
def _moved() -> set[str]:
	"""The private addresses that this patch gives; an old address is one of them or was not moved."""
	return {
		url
		for url in frappe.get_all("File", filters={"is_private": 1}, pluck="file_url", order_by="name")
		if re.search(r"-[0-9a-f]{12}(\.[^.]*)?$", url or "")
	}


def _text_columns() -> list[tuple[str, str]]:
	"""The columns that hold texts and Attach fields, of standard, custom and child tables alike."""
	# no query builder for the catalogue of the database
	columns = frappe.db.sql(
		"""select table_name, column_name from information_schema.columns
		where table_schema = database() and data_type in %s and table_name like 'tab%%'
		and table_name in (
			select table_name from information_schema.columns
			where table_schema = database() and column_name = 'name'
		) order by table_name, column_name""",
		[TEXT_TYPES],
	)
	homes = {f"tab{home}" for home in public_files.HOMES}
	return [
		(table, column)
		for table, column in columns
		if table not in homes and table not in LEFT and (table, column) != ("tabFile", "file_url")
	]


def _rename_in(table: str, column: str, moved: set[str]) -> None:
	frappe_table, last = frappe.qb.Table(table), ""
	while True:
		rows = (
			frappe.qb.from_(frappe_table)
			.select(frappe_table.name, frappe_table[column])
			.where(frappe_table[column].like(f"%{public_files.PUBLIC}%") & (frappe_table.name > last))
			.orderby(frappe_table.name)
			.limit(CHUNK)
			.run()
		)
		for name, text in rows:
			renamed = _renamed(text, moved)
			if renamed != text:
				frappe.qb.update(frappe_table).set(column, renamed).where(frappe_table.name == name).run()
		frappe.db.commit()
		if len(rows) < CHUNK:
			return
		last = rows[-1][0]


def _rename_in_settings(moved: set[str]) -> None:
	single = frappe.qb.DocType("Singles")
	rows = (
		frappe.qb.from_(single)
		.select(single.doctype, single.field, single.value)
		.where(single.value.like(f"%{public_files.PUBLIC}%") & single.doctype.notin(public_files.HOMES))
		.run()
	)
	for doctype, field, text in rows:
		renamed = _renamed(text, moved)
		if renamed != text:
			frappe.db.set_single_value(doctype, field, renamed, update_modified=False)
	frappe.db.commit()


def _renamed(text: str, moved: set[str]) -> str:
	def rename(match: re.Match) -> str:
		whole = match.group(1)
		# the longest piece that is an address; names of files may hold spaces
		ends = {len(whole), *(space.start() for space in re.finditer(r"[\s),;]", whole))}
		for end in sorted(ends, reverse=True):
			for read, write in WRITTEN:
				target = private_address(f"{public_files.PUBLIC}{read(whole[:end])}")
				if target in moved:
					return write(target) + whole[end:]
		return match.group(0)

	if private_address(text) in moved:
		# an Attach field: an address and nothing else, whatever characters it has
		return private_address(text)
	return NAMED.sub(rename, text)
