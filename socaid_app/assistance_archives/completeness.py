"""Completeness: for every decision in a file, which papers of the template are missing and who owes them.

One statement for any number of files. It says in SQL what :func:`socaid_app.policy.archives.missing` says in
Python; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import cint, create_batch, today

from socaid_app.assistance_archives import archive_files
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import archives

NOT_CHECKED, COMPLETE, INCOMPLETE = "Not Checked", "Complete File", "Papers Missing"
CHUNK = 20_000

_NEEDED = " or ".join(
	"(d.decision_stage = '{}' and i.stage in ({}))".format(stage, ", ".join(f"'{name}'" for name in stages))
	for stage, stages in archives.STAGES.items()
)
# Raw SQL in this file: an anti-join over three tables, and an update joined with its counts.
# `d` is the document that is the decision, `i` what its template asks for, `p` the paper that answers.
OWED = f"""
	from `tabArchive Document` d
	join `tabArchive File` f on f.name = d.archive_file
	join `tabArchive Template Item` i on i.parent = f.template and i.parenttype = 'Archive Template'
	where d.decision_stage in ({", ".join(f"'{stage}'" for stage in archives.STAGES)}) and d.withdrawn = 0
		and f.status != 'Destroyed' and i.requirement = '{archives.REQUIRED}' and ({_NEEDED})
		and not (d.unpublished = 1 and i.section = '{archives.PUBLICITY}')
"""
NOT_THERE = """
	and not exists (select 1 from `tabArchive Document` p where p.archive_file = d.archive_file
		and p.document_kind = i.document_kind and p.withdrawn = 0
		and (p.decision_key = d.decision_key or p.decision_key is null or p.decision_key = ''))
"""
STORE = f"""
	update `tabArchive File` f left join (
		select d.archive_file, count(*) as decisions from `tabArchive Document` d
		where d.decision_stage in ({", ".join(f"'{stage}'" for stage in archives.STAGES)}) and d.withdrawn = 0
			{{documents}} group by d.archive_file
	) a on a.archive_file = f.name left join (
		select d.archive_file, count(*) as papers {OWED} {NOT_THERE} {{documents}} group by d.archive_file
	) m on m.archive_file = f.name
	set f.missing_count = ifnull(m.papers, 0), f.checked_on = %(today)s,
		f.completeness = if(a.decisions is null, '{NOT_CHECKED}',
			if(m.papers > 0, '{INCOMPLETE}', '{COMPLETE}'))
	where f.status != 'Destroyed' {{files}} and not (f.missing_count = ifnull(m.papers, 0)
		and f.checked_on <=> %(today)s and f.completeness = if(a.decisions is null, '{NOT_CHECKED}',
			if(m.papers > 0, '{INCOMPLETE}', '{COMPLETE}')))
"""


def check(names: Iterable[str] | None = None, commit: bool = False) -> int:
	"""Check these files, or all, and store the result on them; returns how many lack papers.

	A file without a decision counts as not checked: what its open case still needs, the case's next step tells.
	"""
	if names is not None:
		for chunk in create_batch(sorted(names), CHUNK):
			_store("and d.archive_file in %(names)s", "and f.name in %(names)s", {"names": chunk})
		return _incomplete(names)
	bounds = _ranges()
	for number, (low, high) in enumerate(bounds, 1):
		_store(
			"and d.archive_file between %(low)s and %(high)s",
			"and f.name between %(low)s and %(high)s",
			{"low": low, "high": high},
		)
		if commit:
			frappe.db.commit()
		frappe.publish_progress(number * 100 / len(bounds), title=_("Checking completeness"))
	return _incomplete()


def _ranges() -> list[tuple[str, str]]:
	"""First and last name of each chunk of files."""
	names = frappe.get_all(archive_files.FILE, pluck="name", order_by="name")
	return [(chunk[0], chunk[-1]) for chunk in create_batch(names, CHUNK)]


def _store(documents: str, of_files: str, values: dict) -> None:
	frappe.db.sql(STORE.format(documents=documents, files=of_files), {**values, "today": today()})


def _incomplete(names: Iterable[str] | None = None) -> int:
	filters = {"completeness": INCOMPLETE}
	if names is not None:
		filters["name"] = ["in", sorted(names) or [""]]
	return frappe.db.count(archive_files.FILE, filters)


def missing(
	names: Iterable[str] | None = None, township: str | None = None, owed_by: str | None = None
) -> list[frappe._dict]:
	"""The missing papers one by one, of files in the reader's scope."""
	conditions, values = [], {"township": township, "owed_by": owed_by}
	if names is not None:
		conditions.append("d.archive_file in %(names)s")
		values["names"] = list(names) or [""]
	if township:
		conditions.append("f.township = %(township)s")
	if owed_by:
		conditions.append("i.owed_by = %(owed_by)s")
	if scope := scope_condition(archive_files.FILE):
		# the condition names the table, the statement an alias
		conditions.append(scope.replace(f"`tab{archive_files.FILE}`", "f"))
	return frappe.db.sql(
		f"""select f.name as archive_file, f.file_number, f.title as file_title, f.category, f.township, f.division,
			d.title as decision, d.decision_key, d.decision_stage, d.document_date as decided_on,
			i.section, i.document_kind, i.owed_by, i.note, i.stage
		{OWED} {NOT_THERE} {"".join(f" and {condition}" for condition in conditions)}
		order by f.township, f.name, d.document_date, i.idx""",
		values,
		as_dict=True,
	)


@frappe.whitelist(methods=["POST"])
def check_file(archive_file: str) -> int:
	"""Check one file now; returns the number of missing papers."""
	frappe.get_doc(archive_files.FILE, archive_file).check_permission("read")
	check([archive_file])
	return cint(frappe.db.get_value(archive_files.FILE, archive_file, "missing_count"))
