"""Filing: every document the system produces or receives goes by itself into the right file and section.

A saved record queues a job that files it once the case itself is stored, so filing never holds up a case. What a
job has missed the nightly :func:`catch_up` files: both go the same way, and ``source_key`` is unique, hence
nothing is filed twice. A document follows its record until its file is bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import create_batch, now, today

from socaid_app import documents
from socaid_app.assistance_archives import archive_files, completeness, file_catalogue, numbering
from socaid_app.assistance_archives.sources import (
	APPLICATION,
	BY_DOCTYPE,
	SOURCES,
	Piece,
	Source,
	day_of,
)
from socaid_app.casework import copies
from socaid_app.casework.records import step
from socaid_app.permissions import files as stored_files
from socaid_app.permissions.divisions import township_of
from socaid_app.printing import division_path, settings, township_office

DOCUMENT = "Archive Document"
CHUNK = 500
GONE = "来源记录已撤销或更改，由系统撤出"
# What a record decides about its document; everything else on it is the archivist's.
FOLLOWED = (
	"title",
	"archive_file",
	"section",
	"document_kind",
	"document_number",
	"responsible",
	"document_date",
	"letter",
	"attachment",
	"decision_key",
	"decision_stage",
	"unpublished",
	"division",
	"township",
)
NOTHING = "null"
CASE_COLUMNS = ("name", "category", "household", "applicant", "applicant_name", "division", "protected_case")


class PaperUnopenable(frappe.ValidationError):
	pass


class FilingRefused(frappe.ValidationError):
	pass


# --- one record -------------------------------------------------------------------------------------------
def note(doc: Document, method: str | None = None) -> None:
	"""Hook ``on_change`` of the sources: queue the filing of this record."""
	frappe.enqueue(
		"socaid_app.assistance_archives.filing.file_record",
		doctype=doc.doctype,
		name=doc.name,
		queue="short",
		job_id=f"archive-{doc.doctype}-{doc.name}",
		deduplicate=True,
		enqueue_after_commit=True,
	)


def require_openable(doc: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of the sources: a scan is opened when it is handed in, not when its file is bound years later.

	Raises PaperUnopenable.
	"""
	before = doc.get_doc_before_save()
	known = set(_attached(before)) if before else set()
	for url in set(_attached(doc)) - known:
		if not (file := stored_files.readable(url)):
			continue
		data = file.get_content()
		try:
			documents.require_openable(
				data if isinstance(data, bytes) else data.encode(), file.file_name or ""
			)
		except documents.UnreadableDocument as error:
			frappe.throw(str(error), PaperUnopenable)


def _attached(doc: Document) -> Iterator[str]:
	for record in (doc, *doc.get_all_children()):
		for df in record.meta.get("fields", {"fieldtype": ["in", ("Attach", "Attach Image")]}):
			if record.get(df.fieldname):
				yield record.get(df.fieldname)


def file_record(doctype: str, name: str) -> None:
	"""Background job: file one record, and the other records of a case that has just been accepted."""
	source = BY_DOCTYPE[doctype]
	touched = file_records(source, [name])
	if doctype == APPLICATION and touched:
		for other in SOURCES:
			if other.case != NOTHING and other.doctype != APPLICATION:
				touched |= file_records(other, pending(other, case=name))
	completeness.check(touched)


# --- all records ------------------------------------------------------------------------------------------
def nightly() -> None:
	"""Scheduled: file what was missed, then check every file."""
	catch_up(commit=True)
	completeness.check(commit=True)


def catch_up(commit: bool = False, doctypes: Iterable[str] | None = None) -> int:
	"""File whatever is ready and not filed as it stands now; returns the number of records.

	Chunk by chunk; with ``commit`` each chunk is kept, so that a broken run goes on where it stopped.
	"""
	done = 0
	archive_files.follow_households()
	for source in SOURCES:
		if doctypes and source.doctype not in doctypes:
			continue
		names = sorted({*pending(source), *lapsed(source)})
		for chunk in create_batch(names, CHUNK):
			file_records(source, chunk)
			done += len(chunk)
			if commit:
				frappe.db.commit()
			frappe.publish_progress(done * 100 / (done + len(names)), title=_("Filing documents"))
	return done


def pending(source: Source, case: str | None = None) -> list[str]:
	"""Records that are documents by now and not filed as they stand."""
	wanted = [f"({source.ready})"]
	accepted = (
		"exists (select 1 from `tabAssistance Application` a"
		f" where a.name = {source.case} and a.accepted_on is not null)"
	)
	of_family = f"exists (select 1 from `tabArchive File` f where f.household = {source.household})"
	if source.case != NOTHING:
		wanted.append(f"({accepted} or ifnull({source.case}, '') = '')" if source.daily else accepted)
	elif not source.daily:
		wanted.append(of_family)
	if case:
		wanted.append(f"{source.case} = %(case)s")
	# Raw SQL: the conditions come from the table of sources (sources.py).
	return frappe.db.sql_list(
		f"""select r.name from `tab{source.doctype}` r where {" and ".join(wanted)} and not exists (
			select 1 from `tabArchive Document` d where d.source_doctype = %(doctype)s
			and d.source_name = r.name and d.source_modified >= r.modified) order by r.name""",
		{"doctype": source.doctype, "case": case},
	)


def lapsed(source: Source) -> list[str]:
	"""Records that were filed and are documents no longer, e.g. cancelled ones."""
	# Raw SQL: as above.
	return frappe.db.sql_list(
		f"""select distinct d.source_name from `tabArchive Document` d
		join `tabArchive File` f on f.name = d.archive_file and f.bound_on is null
		left join `tab{source.doctype}` r on r.name = d.source_name
		where d.source_doctype = %s and d.withdrawn = 0 and not ifnull({source.ready}, 0)""",
		source.doctype,
	)


def file_records(source: Source, names: Iterable[str]) -> set[str]:
	"""File these records as they stand; returns the files that changed."""
	names = list(names)
	if not names:
		return set()
	records = _records(source, names)
	pieces = _pieces(source, records)
	there = _filed(source, names)
	live = [
		record
		for record in records
		if any(key not in there or not there[key].bound_on for key in pieces[record["name"]])
	]
	homes = _homes(source, live)
	touched = _write(source, live, pieces, there, homes)
	touched |= _withdraw(there, {key for keys in pieces.values() for key in keys})
	_mark_seen(source, records)
	file_catalogue.renumber(sorted(touched))
	return touched


# --- what a record says -----------------------------------------------------------------------------------
def _records(source: Source, names: list[str]) -> list[dict]:
	"""The records with their columns, ``ready``, the case they belong to and their child rows."""
	columns = ", ".join(f"r.`{column}`" for column in ("name", "modified", "division", *source.columns))
	# Raw SQL: the expressions come from the table of sources.
	records = frappe.db.sql(
		f"""select {columns}, ifnull({source.ready}, 0) as ready, {source.case} as application,
			{source.household} as household, {source.category} as category
		from `tab{source.doctype}` r where r.name in %s order by r.name""",
		(names,),
		as_dict=True,
	)
	cases = _cases({record.application for record in records})
	rows = {child: _rows(child, source.doctype, names, fields) for child, fields in source.rows.items()}
	for record in records:
		record.case = cases.get(record.application)
		if record.case:
			record.household, record.category = record.case.household, record.case.category
		record["rows"] = {child: found.get(record.name, []) for child, found in rows.items()}
	return records


def _cases(names: set[str | None]) -> dict[str, dict]:
	rows = frappe.get_all(
		APPLICATION,
		filters={"name": ["in", [name for name in names if name] or [""]], "accepted_on": ["is", "set"]},
		fields=list(CASE_COLUMNS),
		order_by="name",
	)
	return {row.name: row for row in rows}


def _rows(child: str, parenttype: str, parents: list[str], fields: tuple[str, ...]) -> dict[str, list[dict]]:
	found: dict[str, list[dict]] = {}
	for row in frappe.get_all(
		child,
		filters={"parent": ["in", parents], "parenttype": parenttype},
		fields=["name", "parent", *fields],
		order_by="parent, idx",
	):
		found.setdefault(row.parent, []).append(row)
	return found


def _pieces(source: Source, records: list[dict]) -> dict[str, dict[str, Piece]]:
	"""{record: {source key: piece}}; nothing for a record that is no document (any more)."""
	return {
		record["name"]: {
			source_key(source.doctype, record["name"], piece): piece
			for piece in (source.pieces(record, {"rows": record["rows"]}) if record["ready"] else ())
		}
		for record in records
	}


def source_key(doctype: str, name: str, piece: Piece) -> str:
	return f"{piece.of or doctype}:{name}:{piece.key}"


def _filed(source: Source, names: list[str]) -> dict[str, frappe._dict]:
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
			document.withdrawal_reason,
			file.bound_on,
			*(document[column] for column in FOLLOWED),
		)
		.where((document.source_doctype == source.doctype) & document.source_name.isin(names))
		.run(as_dict=True)
	)
	return {row.source_key: row for row in rows}


def _homes(source: Source, records: list[dict]) -> dict[str, str]:
	"""{record: file}: that of its case, else of its household, else of its village and year."""
	of_case = [record for record in records if record["case"]]
	by_case = archive_files.of_cases(
		list({record["case"]["name"]: record["case"] for record in of_case}.values())
	)
	homes = {record["name"]: by_case[record["case"]["name"]] for record in of_case}
	rest = [record for record in records if not record["case"]]
	household = archive_files.of_households([record for record in rest if record["household"]])
	homes |= {name: file for name, file in household.items() if file}
	if source.daily:
		loose = [
			{
				"name": record["name"],
				"division": record["division"] or settings().county_division,
				"day": _day(source, record),
			}
			for record in rest
			if record["name"] not in homes and not record["application"]
		]
		homes |= archive_files.of_days(loose)
	return homes


def _day(source: Source, record: dict):
	first = next(iter(source.pieces(record, {"rows": record["rows"]})))
	return day_of(first)


# --- writing ----------------------------------------------------------------------------------------------
def _write(
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
	if old.withdrawn and old.withdrawal_reason == GONE:
		changed |= {"withdrawn": 0, "withdrawal_reason": None}
	return changed


def _withdraw(there: dict[str, frappe._dict], keys: set[str]) -> set[str]:
	"""Take out what its record no longer supplies; a bound file keeps it."""
	gone = [row for key, row in there.items() if key not in keys and not row.withdrawn and not row.bound_on]
	if gone:
		frappe.db.set_value(
			DOCUMENT,
			{"name": ["in", [row.name for row in gone]]},
			{"withdrawn": 1, "withdrawal_reason": GONE},
		)
	return {row.archive_file for row in gone}


def _mark_seen(source: Source, records: list[dict]) -> None:
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

	def __init__(self, archive_files: set[str]) -> None:
		rows = frappe.get_all(
			archive_files.FILE,
			filters={"name": ["in", sorted(archive_files) or [""]]},
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
			match owed_by:
				case "Village":
					self.offices[key] = division_path(division)
				case "Township":
					self.offices[key] = township_office(division)
				case "County":
					self.offices[key] = settings().bureau_name
				case _:
					self.offices[key] = _("Contractor", context="Archive Template Item")
		return self.offices[key]


# --- by hand ----------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def add_scans(
	archive_file: str,
	section: str,
	document_kind: str,
	attachments: list | str,
	document_date: str | None = None,
	decision_key: str | None = None,
) -> list[str]:
	"""File scans that were uploaded to the form of an archive file, one document each; returns their names.

	``decision_key``: the decision they belong to (:func:`decisions`); empty for papers that serve every decision.
	"""
	file = frappe.get_doc(archive_files.FILE, archive_file)
	file.check_permission("write")
	urls = frappe.parse_json(attachments)
	if not urls:
		frappe.throw(_("Upload at least one scan."), FilingRefused)
	added = []
	for number, url in enumerate(urls, 1):
		document = frappe.get_doc(
			{
				"doctype": DOCUMENT,
				"archive_file": file.name,
				"section": section,
				"document_kind": document_kind,
				"title": f"{document_kind}（{number}）" if len(urls) > 1 else document_kind,
				"document_date": document_date or today(),
				"attachment": url,
			}
		)
		document.flags.decision_key = decision_key
		added.append(document.insert().name)
	return added


@frappe.whitelist()
def kinds(archive_file: str) -> list[dict]:
	"""The kinds of documents the template of a file knows, for choosing from."""
	file = frappe.get_doc(archive_files.FILE, archive_file)
	file.check_permission("read")
	if not file.template:
		return []
	return [
		{"section": row.section, "document_kind": row.document_kind}
		for row in frappe.get_cached_doc("Archive Template", file.template).items
	]


@frappe.whitelist()
def decisions(archive_file: str) -> list[dict]:
	"""The decisions in a file, for choosing from."""
	frappe.get_doc(archive_files.FILE, archive_file).check_permission("read")
	return frappe.get_all(
		DOCUMENT,
		filters={"archive_file": archive_file, "withdrawn": 0, "decision_stage": ["is", "set"]},
		fields=["decision_key", "title", "document_date", "decision_stage"],
		order_by="document_date, name",
	)


@frappe.whitelist(methods=["POST"])
def take_out(document: str, reason: str) -> None:
	"""Take a document out of a file that is not bound, with the reason; it stays on record."""
	doc = frappe.get_doc(DOCUMENT, document)
	doc.check_permission("write")
	if not (reason or "").strip():
		frappe.throw(_("State why the document is taken out."), FilingRefused)
	doc.update({"withdrawn": 1, "withdrawal_reason": reason.strip()})
	with step(doc):
		doc.save()
