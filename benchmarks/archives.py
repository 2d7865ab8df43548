"""The archives: a file of sixty documents as one PDF, and the completeness of a hundred thousand files."""

from __future__ import annotations

import io
import logging
import resource
from statistics import median
from time import perf_counter

import frappe
from frappe.utils import now_datetime, today
from pypdf import PdfWriter

from benchmarks.measure import Table, milliseconds
from socaid_app.assistance_archives import (
	archive_files,
	binding,
	completeness,
	file_catalogue,
	filing,
	filing_by_hand,
	sources,
)
from socaid_app.policy import archives as law

FILE, DOCUMENT = archive_files.FILE, file_catalogue.DOCUMENT
FILES, COMPLETENESS_BAR = 100_000, 3
DOCUMENTS, SCANS = 60, 15
# One paper in so many is missing.
ABSENT = 25
MARK = "BENCH-"


def measure(table: Table, count: int = FILES, repetitions: int = 3) -> None:
	frappe.set_user("Administrator")
	one_pdf(table)
	check_all(table, count, repetitions)


# --- one PDF --------------------------------------------------------------------------------------------------
def one_pdf(table: Table) -> None:
	# what the CSS parser of the PDF maker thinks of modern style sheets would fill the screen
	logging.getLogger("CSSUTILS").setLevel(logging.CRITICAL)
	file = thick_file()
	before = peak(resource.RUSAGE_SELF)
	began = perf_counter()
	content = binding.build(file)
	seconds = perf_counter() - began
	size = f"{DOCUMENTS} documents, {SCANS} of them scans"
	table.add("archive as one PDF", size, f"{seconds:.1f} s, {len(content) / 1e6:.1f} MB")
	table.add("  per document", "", milliseconds(seconds / DOCUMENTS))
	grown = max(peak(resource.RUSAGE_SELF) - before, 0)
	table.add(
		"  memory: grown here, most in wkhtmltopdf",
		"",
		f"{grown:.0f} MB, {peak(resource.RUSAGE_CHILDREN):.0f} MB",
	)
	frappe.db.rollback()


def peak(who: int) -> float:
	"""Megabytes at the most."""
	return resource.getrusage(who).ru_maxrss / 1024


def thick_file() -> str:
	"""A file that holds the printed records of several cases and scans of two pages each."""
	filing.catch_up(doctypes=PRINTED)
	printed = frappe.get_all(
		DOCUMENT,
		filters={"withdrawn": 0, "fixity": "Not Verified", "attachment": ["is", "not set"]},
		fields=["name", "archive_file", "division"],
		order_by="archive_file, name",
		limit=DOCUMENTS - SCANS,
	)
	file = printed[0].archive_file
	frappe.db.set_value(DOCUMENT, {"archive_file": file}, "withdrawn", 1, update_modified=False)
	frappe.db.set_value(
		DOCUMENT,
		{"name": ["in", [row.name for row in printed]]},
		{"archive_file": file, "withdrawn": 0},
		update_modified=False,
	)
	filing_by_hand.add_scans(file, law.OTHER, "扫描件", [_scan(number) for number in range(SCANS)])
	file_catalogue.renumber([file])
	there = frappe.db.count(DOCUMENT, {"archive_file": file, "withdrawn": 0})
	if there != DOCUMENTS:
		raise AssertionError(f"{there} documents instead of {DOCUMENTS}")
	return file


PRINTED = ("Assistance Application", "Check Report", "Household Investigation", "Document Delivery")


def _scan(number: int) -> str:
	writer, stream = PdfWriter(), io.BytesIO()
	for _page in range(2):
		writer.add_blank_page(595, 842)
	writer.write(stream)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"bench-scan-{number}-{frappe.generate_hash(length=6)}.pdf",
			"content": stream.getvalue(),
			"is_private": 1,
		}
	)
	return file.insert(ignore_permissions=True).file_url


# --- completeness ---------------------------------------------------------------------------------------------
# The same papers counted and the same columns stored in the plainest way: no chunks, no special cases, no test of
# what has changed. Raw SQL: this is the bar.
BARE = f"""
	update `tabArchive File` f left join (
		select d.archive_file, count(*) as papers from `tabArchive Document` d
		join `tabArchive File` g on g.name = d.archive_file
		join `tabArchive Template Item` i on i.parent = g.template
		where d.decision_stage = '{law.CONFIRMATION}' and i.requirement = '{law.REQUIRED}'
			and i.stage in ('{law.EVERY}', '{law.CONFIRMATION}') and not exists (
				select 1 from `tabArchive Document` p
				where p.archive_file = d.archive_file and p.document_kind = i.document_kind)
		group by d.archive_file
	) m on m.archive_file = f.name
	set f.missing_count = ifnull(m.papers, 0), f.checked_on = %(today)s,
		f.completeness = if(m.papers > 0, '{completeness.INCOMPLETE}', '{completeness.COMPLETE}')
	where f.name like '{MARK}%%'
"""


def check_all(table: Table, count: int, repetitions: int) -> None:
	began = perf_counter()
	documents = load_files(count)
	table.add(
		"archive files loaded", f"{count:,} files", f"{perf_counter() - began:.1f} s, {documents:,} documents"
	)
	answers: dict[str, list] = {}

	def timed(name: str, task) -> float:
		forget_results()
		began = perf_counter()
		task()
		frappe.db.commit()
		seconds = perf_counter() - began
		answers[name] = results()
		return seconds

	def bare() -> None:
		frappe.db.sql(BARE, {"today": today()})

	def use_case() -> None:
		completeness.check(commit=True)

	times: dict[str, list[float]] = {"bare": [], "check": []}
	for _turn in range(repetitions):
		times["bare"].append(timed("bare", bare))
		times["check"].append(timed("check", use_case))
	if answers["bare"] != answers["check"]:
		raise AssertionError(f"other results: {answers}")
	middle = {name: median(taken) for name, taken in times.items()}
	size = f"{count:,} files"
	table.add("completeness of all files, bare UPDATE", size, milliseconds(middle["bare"]))
	table.add(
		"completeness of all files, check",
		size,
		milliseconds(middle["check"]),
		middle["check"] / middle["bare"],
		COMPLETENESS_BAR,
	)
	began = perf_counter()
	use_case()
	again = perf_counter() - began
	table.add("  the same again, nothing new", size, milliseconds(again), again / middle["bare"])


def forget_results() -> None:
	frappe.db.set_value(
		FILE,
		{"name": ["like", f"{MARK}%"]},
		{"missing_count": 0, "completeness": completeness.NOT_CHECKED, "checked_on": None},
		update_modified=False,
	)
	frappe.db.commit()


def results() -> list:
	"""Files by result, and a sum over them in which each file has its own weight."""
	return frappe.db.sql(
		f"""select completeness, count(*), sum(missing_count), sum(missing_count * (crc32(name) % 1000))
		from `tabArchive File` where name like '{MARK}%' group by completeness order by completeness"""
	)


def load_files(count: int) -> int:
	"""Files of four categories, each with a confirmation and nearly all papers that it needs; returns the number
	of documents."""
	templates = frappe.get_all(
		"Archive Template",
		filters={"disabled": 0, "archive_class": law.APPROVAL},
		fields=["name", "category"],
		order_by="name",
		limit=4,
	)
	values = {"now": now_datetime(), "today": today(), "stages": (law.EVERY, law.CONFIRMATION)}
	for at, template in enumerate(templates):
		# Raw SQL: INSERT ... SELECT over a sequence of numbers.
		frappe.db.sql(
			f"""insert into `tabArchive File` (name, creation, modified, owner, modified_by, docstatus, idx, title,
				archive_class, category, template, volume, file_key, status, completeness, division, township)
			select concat('{MARK}', lpad(seq, 6, '0')), %(now)s, %(now)s, 'Administrator', 'Administrator', 0, 0,
				concat('性能对比', seq), '{law.APPROVAL}', %(category)s, %(template)s, 1,
				concat('{MARK}', seq), '{archive_files.BEING_FILED}', '{completeness.NOT_CHECKED}',
				'220422201203', '220422201000'
			from seq_1_to_{count} where seq %% {len(templates)} = %(at)s""",
			{**values, "at": at, "category": template.category, "template": template.name},
		)
	frappe.db.sql(
		f"""insert into `tabArchive Document` (name, creation, modified, owner, modified_by, docstatus, idx, title,
			archive_file, section, document_kind, document_date, decision_key, pages, fixity, source_key,
			division, township)
		select concat(f.name, '-', i.idx), %(now)s, %(now)s, 'Administrator', 'Administrator', 0, 0,
			i.document_kind, f.name, i.section, i.document_kind, %(today)s,
			concat('{sources.APPLICATION}:', f.name), 1, 'Paper Only', concat(f.name, '-', i.idx),
			f.division, f.township
		from `tabArchive File` f join `tabArchive Template Item` i on i.parent = f.template
		where f.name like '{MARK}%%' and i.requirement = '{law.REQUIRED}' and i.stage in %(stages)s
			and crc32(concat(f.name, i.idx)) %% {ABSENT} != 0""",
		values,
	)
	frappe.db.sql(
		f"""insert into `tabArchive Document` (name, creation, modified, owner, modified_by, docstatus, idx, title,
			archive_file, section, document_kind, document_date, decision_key, decision_stage, pages, fixity,
			source_key, division, township)
		select concat(f.name, '-D'), %(now)s, %(now)s, 'Administrator', 'Administrator', 0, 0, '决定', f.name,
			'{law.DECISION}', '决定', %(today)s, concat('{sources.APPLICATION}:', f.name), '{law.CONFIRMATION}', 1,
			'Paper Only', concat(f.name, '-D'), f.division, f.township
		from `tabArchive File` f where f.name like '{MARK}%%'""",
		values,
	)
	frappe.db.commit()
	frappe.db.sql("analyze table `tabArchive File`, `tabArchive Document`")
	frappe.db.commit()
	return frappe.db.count(DOCUMENT, {"archive_file": ["like", f"{MARK}%"]})
