"""一户一档: one archive file per household and category, and one per village and year for daily management.

A bound file is closed; what comes later begins its next volume. Files are found and opened as sets. The unique
``file_key`` keeps two jobs from opening the same file twice.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils import getdate, now, today

from socaid_app.assistance_archives import numbering
from socaid_app.permissions.divisions import township_of
from socaid_app.policy import archives
from socaid_app.printing import division_path

FILE = "Archive File"
BEING_FILED, BOUND, DESTROYED = "Being Filed", "Bound", "Destroyed"
COLUMNS = (
	"name",
	"file_key",
	"household",
	"applicant",
	"category",
	"volume",
	"opened_by",
	"bound_on",
	"destroyed_on",
	"template",
	"division",
)


def is_open(file) -> bool:
	"""Whether documents may still be put into a file."""
	return not file.bound_on and not file.destroyed_on


# --- of cases ---------------------------------------------------------------------------------------------
def of_cases(cases: list[dict]) -> dict[str, str]:
	"""The open file of each application, opened where there is none yet: {application: file}.

	``cases`` carry name, category, household, applicant, applicant_name and division. A family not yet on the
	register has its file under the applicant; it gets the household once the decision has entered it.
	"""
	known = _known({case["household"] for case in cases}, {case["applicant"] for case in cases})
	found: dict[str, str] = {}
	wanted: dict[str, dict] = {}
	for case in cases:
		mine = [file for file in known if _belongs(file, case)]
		if file := next((file for file in mine if is_open(file)), None) or _reclassed(known, mine, case):
			_learn_household(file, case)
			found[case["name"]] = file.name
			continue
		volume = max((file.volume for file in mine), default=0) + 1
		key = f"{case['category']}|{case['household'] or case['applicant']}|{volume}"
		wanted.setdefault(key, {**case, "volume": volume, "opened_by": case["name"]})
		found[case["name"]] = key
	opened = open_files(wanted)
	return {case: opened.get(file, file) for case, file in found.items()}


def _known(households: Iterable[str | None], applicants: Iterable[str | None]) -> list[frappe._dict]:
	file = frappe.qb.DocType(FILE)
	households, applicants = set(filter(None, households)), set(filter(None, applicants))
	return (
		frappe.qb.from_(file)
		.select(*(file[column] for column in COLUMNS))
		.where(file.household.isin(households or [""]) | file.applicant.isin(applicants or [""]))
		.orderby(file.name)
		.run(as_dict=True)
	)


def _belongs(file, case) -> bool:
	if file.category != case["category"]:
		return False
	if file.household and case["household"]:
		return file.household == case["household"]
	return file.applicant == case["applicant"]


def _reclassed(known: list[frappe._dict], mine: list[frappe._dict], case) -> frappe._dict | None:
	"""The file this case opened before its category was corrected takes the new category."""
	if mine:
		return None
	file = next((file for file in known if file.opened_by == case["name"] and is_open(file)), None)
	if not file or _has_other_cases(file.name, case["name"]):
		return None
	file.update(
		{
			"category": case["category"],
			"template": template_of(case["category"]),
			"file_key": f"{case['category']}|{case['household'] or case['applicant']}|{file.volume}",
		}
	)
	frappe.db.set_value(
		FILE,
		file.name,
		{
			"category": file.category,
			"template": file.template,
			"file_key": file.file_key,
			"title": archives.file_title(_name(case), file.category, file.volume),
		},
	)
	return file


def _has_other_cases(file: str, application: str) -> bool:
	return bool(
		frappe.db.exists(
			"Archive Document",
			{
				"archive_file": file,
				"source_doctype": "Assistance Application",
				"source_name": ["!=", application],
			},
		)
	)


def _learn_household(file, case) -> None:
	if case["household"] and not file.household:
		file.household = case["household"]
		frappe.db.set_value(
			FILE,
			file.name,
			{
				"household": file.household,
				"household_name": _name(case),
				"title": archives.file_title(_name(case), file.category, file.volume),
			},
		)


def _name(case) -> str:
	head = case["household"] and frappe.db.get_value("Recipient Household", case["household"], "head_name")
	return head or case["applicant_name"] or ""


# --- of other records -------------------------------------------------------------------------------------
def of_households(records: list[dict]) -> dict[str, str | None]:
	"""The open file for records of a household: that of the record's category, else the latest; {record: file}.

	A household whose files are all bound gets a next volume; one without any file gives None.
	"""
	known: dict[str, list[frappe._dict]] = {}
	for file in _known({record["household"] for record in records}, ()):
		known.setdefault(file.household, []).append(file)
	found: dict[str, str | None] = {}
	wanted: dict[str, dict] = {}
	for record in records:
		files = known.get(record["household"])
		if not files:
			found[record["name"]] = None
			continue
		fitting = [file for file in files if file.category == record["category"]] or files
		latest = fitting[-1]
		if file := next((file for file in reversed(fitting) if is_open(file)), None):
			found[record["name"]] = file.name
			continue
		volume = max(file.volume for file in files if file.category == latest.category) + 1
		key = f"{latest.category}|{latest.household}|{volume}"
		wanted.setdefault(key, {**latest, "applicant_name": "", "volume": volume, "opened_by": None})
		found[record["name"]] = key
	opened = open_files(wanted)
	return {record: opened.get(file, file) for record, file in found.items()}


def of_days(records: list[dict]) -> dict[str, str]:
	"""The open daily-management file of each record's village and year: {record: file}.

	``records`` carry name, division and day (the date of the document).
	"""
	found: dict[str, str] = {}
	places = {(record["division"], (record["day"] or getdate(today())).year) for record in records}
	bases = {place: f"{archives.DAILY}|{place[0]}|{place[1]}" for place in places}
	file = frappe.qb.DocType(FILE)
	known = (
		frappe.qb.from_(file)
		.select(*(file[column] for column in COLUMNS), file.file_year)
		.where(file.archive_class == archives.DAILY)
		.where(file.division.isin({division for division, _year in places} or [""]))
		.orderby(file.name)
		.run(as_dict=True)
	)
	wanted: dict[str, dict] = {}
	for place, base in bases.items():
		mine = [file for file in known if (file.division, file.file_year) == place]
		if open_one := next((file for file in mine if is_open(file)), None):
			bases[place] = open_one.name
			continue
		volume = max((file.volume for file in mine), default=0) + 1
		bases[place] = f"{base}|{volume}"
		wanted[bases[place]] = {"division": place[0], "year": place[1], "volume": volume}
	opened = open_files(wanted)
	for record in records:
		name = bases[record["division"], (record["day"] or getdate(today())).year]
		found[record["name"]] = opened.get(name, name)
	return found


# --- opening ----------------------------------------------------------------------------------------------
def open_files(wanted: dict[str, dict]) -> dict[str, str]:
	"""Open files by key: {file_key: name}. Those another job has opened meanwhile are taken as they are."""
	if not wanted:
		return {}
	moment, user = now(), frappe.session.user
	names = numbering.names(FILE, len(wanted))
	templates, heads = _templates(), _heads(values.get("household") for values in wanted.values())
	rows = [
		{
			"name": name,
			"creation": moment,
			"modified": moment,
			"owner": user,
			"modified_by": user,
			"file_key": key,
			"status": BEING_FILED,
			"completeness": "Not Checked",
			**_described(values, templates, heads),
		}
		for name, (key, values) in zip(names, wanted.items(), strict=True)
	]
	frappe.db.bulk_insert(
		FILE, list(rows[0]), (list(row.values()) for row in rows), ignore_duplicates=True, chunk_size=1_000
	)
	file = frappe.qb.DocType(FILE)
	# for_update: see also what another transaction has committed since this one began
	return dict(
		frappe.qb.from_(file)
		.select(file.file_key, file.name)
		.where(file.file_key.isin(list(wanted)))
		.for_update()
		.run()
	)


def _described(values: dict, templates: dict[str, str], heads: dict[str, str]) -> dict:
	"""The columns of a new file; of a case (category), or of a village and year."""
	daily = "year" in values
	household = values.get("household")
	category = values.get("category")
	name = "" if daily else heads.get(household) or values.get("applicant_name") or ""
	if daily:
		title = archives.daily_title(division_path(values["division"]), values["year"], values["volume"])
	else:
		title = archives.file_title(name, category, values["volume"])
	return {
		"title": title,
		"household": household,
		"household_name": name or None,
		"applicant": values.get("applicant"),
		"category": category,
		"archive_class": archives.DAILY if daily else archives.APPROVAL,
		"template": templates.get(category or ""),
		"volume": values["volume"],
		"opened_by": values.get("opened_by"),
		"file_year": values.get("year") or 0,
		"division": values["division"],
		"township": township_of(values["division"]),
	}


def template_of(category: str | None) -> str | None:
	"""The template of a category, or that of the daily-management files for none."""
	return _templates().get(category or "")


def _templates() -> dict[str, str]:
	"""{category: its oldest template}; that of the daily-management files under ''."""
	rows = frappe.get_all(
		"Archive Template",
		filters={"disabled": 0},
		fields=["name", "category"],
		order_by="creation desc, name desc",
	)
	return {row.category or "": row.name for row in rows}


def _heads(households: Iterable[str | None]) -> dict[str, str]:
	rows = frappe.get_all(
		"Recipient Household",
		filters={"name": ["in", sorted(set(filter(None, households))) or [""]]},
		fields=["name", "head_name"],
		order_by="name",
	)
	return {row.name: row.head_name for row in rows}


def follow_households() -> None:
	"""Nightly: head, village and township of a file are those of its household, and of its documents likewise."""
	# Raw SQL: updates joined with another table, which the query builder writes only for MySQL's older syntax.
	frappe.db.sql(
		"""update `tabArchive File` f join `tabRecipient Household` h on h.name = f.household
		set f.household_name = h.head_name, f.division = h.division, f.township = h.township
		where f.status != %s and not (f.household_name <=> h.head_name and f.division <=> h.division
			and f.township <=> h.township)""",
		DESTROYED,
	)
	frappe.db.sql(
		"""update `tabArchive Document` d join `tabArchive File` f on f.name = d.archive_file
		set d.division = f.division, d.township = f.township
		where not (d.division <=> f.division and d.township <=> f.township)"""
	)
