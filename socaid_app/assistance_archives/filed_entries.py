"""The documents of the archive as filing writes them: entered, brought up to date, taken out; many at a time."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now, today

from socaid_app.assistance_archives import archive_files, numbering
from socaid_app.assistance_archives.file_catalogue import DOCUMENT
from socaid_app.assistance_archives.sources import APPLICATION, Piece, Source, day_of
from socaid_app.casework import copies
from socaid_app.permissions.divisions import township_of
from socaid_app.printing import division_path, settings, township_office

GONE = "来源记录已撤销或更改，由系统撤出"
# What a record decides about its document; everything else on it is the archivist's.
FOLLOWED = ("title", "archive_file", "section", "document_kind", "document_number", "responsible", "letter")
FOLLOWED += (
	"document_date",
	"attachment",
	"decision_key",
	"decision_stage",
	"unpublished",
	"division",
	"township",
)
# Who made out a paper; whoever is not named here is the contractor.
OFFICES = {
	"Village": division_path,
	"Township": township_office,
	"County": lambda division: settings().bureau_name,
}


def filed(source: Source, names: list[str]) -> dict[str, frappe._dict]:
	document, file = frappe.qb.DocType(DOCUMENT), frappe.qb.DocType(archive_files.FILE)
	rows = (
		frappe.qb.from_(document)
		.join(file)
		.on(file.name == document.archive_file)
		.select(
			document.name,
			document.source_key,
			document.source_modified,
			document.content_hash,
			document.withdrawn,
			document.source_gone,
			file.bound_on,
			*(document[column] for column in FOLLOWED),
		)
		.where((document.source_doctype == source.doctype) & document.source_name.isin(names))
		.run(as_dict=True)
	)
	return {row.source_key: row for row in rows}


def write(
	source: Source,
	records: list[dict],
	pieces: dict[str, dict[str, Piece]],
	there: dict[str, frappe._dict],
	homes: dict[str, str],
) -> set[str]:
	records = [record for record in records if record["name"] in homes]
	paths = _paths(source, records, pieces)
	clerk = Clerk(set(homes.values()))
	new, touched = [], set()
	for record in records:
		for key, piece in pieces[record["name"]].items():
			old = there.get(key)
			if old and old.bound_on:
				continue
			values = clerk.entry(source, record, piece, homes[record["name"]])
			if old and piece.paper and not piece.attachment:
				# the archivist may have scanned the paper
				values["attachment"] = old.attachment
			copy = _copy(piece, old, paths)
			if not old:
				new.append(_new(source, record, key, values, copy))
				touched.add(values["archive_file"])
			elif changed := _changes(old, values | copy):
				frappe.db.set_value(DOCUMENT, old.name, changed)
				touched |= {old.archive_file, values["archive_file"]}
	if new:
		moment = now()
		names = numbering.names(DOCUMENT, len(new))
		rows = [
			{"name": name, "creation": moment, "modified": moment, **row}
			for name, row in zip(names, new, strict=True)
		]
		frappe.db.bulk_insert(
			DOCUMENT,
			list(rows[0]),
			(list(row.values()) for row in rows),
			ignore_duplicates=True,
			chunk_size=1_000,
		)
	return touched


def _paths(source: Source, records: list[dict], pieces: dict[str, dict[str, Piece]]) -> dict:
	urls = {
		piece.attachment
		for record in records
		for piece in pieces[record["name"]].values()
		if piece.attachment
	}
	return copies.of_record(urls, source.doctype, [record["name"] for record in records]) if urls else {}


def _copy(piece: Piece, old: frappe._dict | None, paths: dict) -> dict:
	"""Hash, pages and state of the electronic copy; empty where nothing is new about it."""
	if piece.attachment:
		if old and old.attachment == piece.attachment and old.content_hash:
			return {}
		copy = copies.measure(paths.get(piece.attachment))
		gone = piece.attachment.startswith(("/private/", "/files/")) and not copy.path
		return {
			"content_hash": copy.content_hash,
			"pages": copy.pages,
			"fixity": copies.MISSING if gone else copies.UNVERIFIED,
		}
	if old and (piece.paper or not old.attachment):
		return {}
	state = copies.PAPER if piece.paper else copies.UNVERIFIED
	return {"content_hash": None, "pages": 1, "fixity": state}


def _new(source: Source, record: dict, key: str, values: dict, copy: dict) -> dict:
	user = frappe.session.user
	return {
		"owner": user,
		"modified_by": user,
		**values,
		**copy,
		"secrecy": "Personal Data",
		"source_doctype": source.doctype,
		"source_name": record["name"],
		"source_key": key,
		"source_modified": record["modified"],
		"filed_on": today(),
		"filed_by": user,
		"sequence": 0,
		"page_from": 0,
		"page_to": 0,
		"withdrawn": 0,
	}


def _changes(old: frappe._dict, values: dict) -> dict:
	changed = {
		field: value
		for field, value in values.items()
		if field not in FOLLOWED or (old.get(field) or None) != (value or None)
	}
	if old.source_gone:
		changed |= {"withdrawn": 0, "withdrawal_reason": None, "source_gone": 0}
	return changed


def withdraw(there: dict[str, frappe._dict], keys: set[str]) -> set[str]:
	"""Take out what its record no longer supplies; a bound file keeps it."""
	gone = [row for key, row in there.items() if key not in keys and not row.withdrawn and not row.bound_on]
	if gone:
		frappe.db.set_value(
			DOCUMENT,
			{"name": ["in", [row.name for row in gone]]},
			{"withdrawn": 1, "withdrawal_reason": GONE, "source_gone": 1},
		)
	return {row.archive_file for row in gone}


def mark_seen(source: Source, records: list[dict]) -> None:
	"""Note the state of the record that was filed, so that the nightly job passes it by."""
	document, table = frappe.qb.DocType(DOCUMENT), frappe.qb.DocType(source.doctype)
	(
		frappe.qb.update(document)
		.join(table)
		.on(table.name == document.source_name)
		.set(document.source_modified, table.modified)
		.where(document.source_doctype == source.doctype)
		.where(document.source_name.isin([record["name"] for record in records] or [""]))
		.run()
	)


class Clerk:
	"""Knows the templates of the files it works on and the names of the offices."""

	def __init__(self, names: set[str]) -> None:
		rows = frappe.get_all(
			archive_files.FILE,
			filters={"name": ["in", sorted(names) or [""]]},
			fields=["name", "template", "household_name", "division", "township"],
			order_by="name",
		)
		self.files = {row.name: row for row in rows}
		self.offices: dict[tuple[str, str], str] = {}
		self.items: dict[str, dict[str, Document]] = {}

	def entry(self, source: Source, record: dict, piece: Piece, file: str) -> dict:
		"""The columns of a document that follow from its record."""
		home = self.files[file]
		item = self.item(home.template, piece.sources(source.doctype))
		section, kind = (item.section, item.document_kind) if item else (piece.section, piece.kind)
		title = piece.title or kind
		if not record["case"] and not home.household_name and record.get("household"):
			title = f"{self.head(record['household'])}{title}"
		case = record["case"]
		key = f"{APPLICATION}:{case['name']}" if case else ""
		if source.own_decision and piece.stage:
			key = f"{source.doctype}:{record['name']}"
		return {
			"title": title,
			"archive_file": file,
			"section": section,
			"document_kind": kind,
			"document_number": piece.number or None,
			"responsible": self.office(item.owed_by if item else "Township", record, home.division),
			"document_date": day_of(piece),
			"letter": piece.letter or None,
			"attachment": piece.attachment or None,
			"decision_key": key or None,
			"decision_stage": piece.stage or None,
			"unpublished": int(bool(case and case["protected_case"])),
			"division": home.division,
			"township": township_of(home.division),
		}

	def item(self, template: str | None, sources: tuple[str, ...]):
		if not template:
			return None
		if template not in self.items:
			rows = frappe.get_cached_doc("Archive Template", template).items
			self.items[template] = {row.source: row for row in rows if row.source}
		items = self.items[template]
		return next((items[source] for source in sources if source in items), None)

	def head(self, household: str) -> str:
		return frappe.get_cached_value("Recipient Household", household, "head_name") or ""

	def office(self, owed_by: str, record: dict, division: str) -> str:
		"""责任者: who made out or handed in the paper."""
		if owed_by == "Applicant":
			return record["case"]["applicant_name"] if record["case"] else self.head(record["household"])
		key = (owed_by, division)
		if key not in self.offices:
			named = OFFICES.get(owed_by)
			contractor = _("Contractor", context="Archive Template Item")
			self.offices[key] = named(division) if named else contractor
		return self.offices[key]
