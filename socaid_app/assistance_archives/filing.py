"""Filing: every document the system produces or receives goes by itself into the right file and section.

A saved record queues a job that files it once the case itself is stored, so filing never holds up a case. What a
job has missed the nightly :func:`catch_up` files: both go the same way, and ``source_key`` is unique, hence
nothing is filed twice. A document follows its record until its file is bound.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import create_batch

from socaid_app.assistance_archives import archive_files, completeness, file_catalogue, filed_entries
from socaid_app.assistance_archives.sources import APPLICATION, BY_DOCTYPE, SOURCES, Piece, Source, day_of
from socaid_app.printing import settings

CHUNK = 500
NOTHING = "null"
CASE_COLUMNS = ("name", "category", "household", "applicant", "applicant_name", "division", "protected_case")


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


def file_record(doctype: str, name: str) -> None:
	"""Background job: file one record, and the other records of a case that has just been accepted."""
	source = BY_DOCTYPE[doctype]
	touched = file_records(source, [name])
	if doctype == APPLICATION and touched:
		for other in SOURCES:
			if other.case != NOTHING and other.doctype != APPLICATION:
				touched |= file_records(other, pending(other, case=name))
	completeness.check(touched)


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
	if done:
		# the bar stays until it is full
		frappe.publish_progress(100, title=_("Filing documents"))
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
	there = filed_entries.filed(source, names)
	live = [
		record
		for record in records
		if any(key not in there or not there[key].bound_on for key in pieces[record["name"]])
	]
	homes = _homes(source, live)
	touched = filed_entries.write(source, live, pieces, there, homes)
	touched |= filed_entries.withdraw(there, {key for keys in pieces.values() for key in keys})
	filed_entries.mark_seen(source, records)
	file_catalogue.renumber(sorted(touched))
	return touched


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
				"day": day_of(next(iter(source.pieces(record, {"rows": record["rows"]})))),
			}
			for record in rest
			if record["name"] not in homes and not record["application"]
		]
		homes |= archive_files.of_days(loose)
	return homes
