"""An administrator changes every form without code, clerks work with it, and a migrate takes nothing of it away.

Every DocType of the app gets fields of all kinds, columns of its list, other words, another order, as Customize Form
makes them; then somebody whose role may write it fills them in, in every state a record can be in; then the site is
migrated, with every DocType read from its file again.
"""

import json
from dataclasses import dataclass, field

import frappe
import pytest
from frappe.core.doctype.data_import.importer import Importer
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.desk.form.save import savedocs
from frappe.migrate import SiteMigration
from frappe.model import table_fields
from frappe.utils import getdate

from socaid_app import install
from socaid_app.casework import records
from socaid_app.policy import cycles
from socaid_app.setup import mandatory_fields
from tests import builders
from tests.site.casework.test_record_guards import MODULES, Bench, guard_of, open_bench, states

ROW = "County Row"
# Labels as an administrator types them; Frappe makes the names of fields of them, Chinese as they are.
NOTE, KIN, DONE, AMOUNT, DAY, KIND, SECRET, ROWS = (
	f"custom_县级{word}" for word in ("备注", "亲属", "已办", "金额", "日期", "类别", "内部", "明细")
)
FIELDS = (
	{"label": "县级备注", "fieldtype": "Data", "in_list_view": 1},
	{"label": "县级亲属", "fieldtype": "Link", "options": "Kinship Code"},
	{"label": "县级已办", "fieldtype": "Check"},
	{"label": "县级金额", "fieldtype": "Currency"},
	{"label": "县级日期", "fieldtype": "Date"},
	{"label": "县级类别", "fieldtype": "Select", "options": "\n甲\n乙", "reqd": 1},
	{"label": "县级内部", "fieldtype": "Data", "permlevel": 1},
	{"label": "县级明细", "fieldtype": "Table", "options": ROW},
)
# What a clerk enters, in a record and in each row of its tables.
IN_ROWS = {NOTE: "县里的备注", KIN: "02", AMOUNT: 12.5}
ENTERED = {**IN_ROWS, DONE: 1, DAY: "2026-11-02", KIND: "乙", ROWS: [{"text": "第一行", "amount": 3}]}


def our_doctypes(**filters) -> list[str]:
	return frappe.get_all(
		"DocType",
		filters={"module": ["in", MODULES], "is_virtual": 0, **filters},
		pluck="name",
		order_by="name",
	)


# So few invented records no controller takes; more of them need a line in FITTING.
UNFIT = 15


# --- as an administrator does it -------------------------------------------------------------------------------------
@dataclass
class Changed:
	"""What was set on a DocType of ours, to be found again."""

	label: str = ""
	hidden: str = ""
	column: str = ""
	order: list[str] = field(default_factory=list)
	# field of ours → property → value
	properties: dict[str, dict] = field(default_factory=dict)


def make_row_table() -> None:
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": ROW,
			"module": "Socaid App",
			"custom": 1,
			"istable": 1,
			"fields": [
				{"fieldname": "text", "label": "内容", "fieldtype": "Data", "in_list_view": 1},
				{"fieldname": "amount", "label": "金额", "fieldtype": "Currency"},
			],
		}
	).insert(ignore_if_duplicate=True)


def form(doctype: str):
	page = frappe.get_doc("Customize Form")
	page.doc_type = doctype
	page.fetch_to_customize()
	page.hide_success = True
	return page


def fields_of(doctype: str) -> list[dict]:
	wanted = IN_ROWS if frappe.get_meta(doctype).istable else None
	found = [
		{"fieldname": f"custom_{df['label']}", "allow_on_submit": 1, "is_system_generated": 0, **df}
		for df in FIELDS
	]
	return [df for df in found if wanted is None or df["fieldname"] in wanted]


def customise(doctype: str) -> Changed:
	"""Properties as Customize Form sets them; the fields are there already (:func:`county`)."""
	page, changed = form(doctype), Changed()
	optional = [
		row
		for row in page.fields
		if row.fieldtype in ("Data", "Small Text", "Int", "Date", "Check")
		and not row.reqd
		and row.label
		and not row.is_custom_field
	]
	for name, row in zip(("label", "hidden", "column"), optional[-3:], strict=False):
		setattr(changed, name, row.fieldname)
		match name:
			case "label":
				row.label = f"县级{row.fieldname}"
			case "hidden":
				row.hidden = 1
			case "column":
				row.in_list_view = 1
	set_properties(doctype, page, changed)
	# one of the county's first
	page.fields.insert(
		0, page.fields.pop(next(n for n, row in enumerate(page.fields) if row.label == "县级备注"))
	)
	page.save_customization()
	changed.order = [df.fieldname for df in frappe.get_meta(doctype).fields]
	return changed


PRESET, CHOICE, WHEN_DONE = "县里的预设", "县级选项", f"eval:doc.{DONE}"


def set_properties(doctype: str, page, changed: Changed) -> None:
	"""The rest of what an administrator sets on fields of ours, each on the first field it fits that has none yet."""
	own = (
		set() if frappe.get_meta(doctype).istable else set(records.system_fields(doctype, guard_of(doctype)))
	)
	used = {changed.label, changed.hidden, changed.column}

	def first(*kinds: str) -> list:
		return [
			row
			for row in page.fields
			if row.fieldtype in kinds
			and not (row.is_custom_field or row.reqd or row.read_only or row.hidden or row.default)
			and row.fieldname not in own | used
			and row.label
		][:1]

	for kinds, values in (
		(("Small Text", "Text"), {"default": PRESET, "description": "县级说明"}),
		(("Data", "Small Text", "Date"), {"reqd": 1, "width": "220px"}),
		(("Data", "Small Text", "Int", "Date"), {"read_only_depends_on": WHEN_DONE}),
		(("Data", "Small Text", "Int", "Date"), {"mandatory_depends_on": WHEN_DONE}),
	):
		for row in first(*kinds):
			if row.mandatory_depends_on or row.read_only_depends_on:
				continue
			if "reqd" in values and frappe.get_meta(doctype).istable:
				continue
			row.update(values)
			changed.properties[row.fieldname] = values
			used.add(row.fieldname)
	for row in page.fields:
		if row.fieldtype != "Select" or row.is_custom_field or row.read_only or row.fieldname in own | used:
			continue
		values = {"options": f"{row.options}\n{CHOICE}", "in_standard_filter": 1}
		# Customize Form takes no options of a shipped Select
		make_property_setter(doctype, row.fieldname, "options", values["options"], "Text")
		row.update(values)
		changed.properties[row.fieldname] = values


def add_choice(doctype: str) -> None:
	"""Later on the office thinks of another choice of its own field."""
	page = form(doctype)
	next(row for row in page.fields if row.fieldname == KIND).options += "\n丙"
	page.save_customization()


def forget(names: list[str]) -> None:
	for name in names:
		frappe.db.delete("Custom Field", {"dt": name})
		frappe.db.delete("Property Setter", {"doc_type": name})
	frappe.db.commit()
	frappe.clear_cache()
	# a column keeps the value that was preset until Frappe writes it anew, which takes away the indexes that are ours
	for name in names:
		if not frappe.get_meta(name).issingle:
			frappe.db.updatedb(name)
	install.after_migrate()
	frappe.db.commit()


def migrate() -> None:
	"""``bench migrate`` on the open connection; a release may change any DocType, so each is read again."""
	frappe.db.set_value("DocType", {"module": ["in", MODULES]}, "migration_hash", "", update_modified=False)
	migration = SiteMigration(skip_search_index=True)
	migration.setUp()
	try:
		migration.pre_schema_updates()
		migration.run_schema_updates()
		migration.post_schema_updates()
	finally:
		migration.tearDown()
	frappe.clear_cache()


@dataclass
class County:
	bench: Bench
	changed: dict[str, Changed]
	saved: dict[tuple[str, str], str]
	refused: dict[str, str]
	# the rows that clerks have filled in; a save adds others
	rows: set[str]
	# a Single → what the administrator entered in it; → the field whose label was changed
	singles: dict[str, dict]
	changed_singles: dict[str, str]
	admin: str


# What makes an invented record one that its controller takes; None empties a field or a table.
WRITER = "whoever saves it"
CASE = "a case"
FITTING = {
	"Archive Appraisal": {"prepared_by": WRITER},
	"Assistance Application": {"expenses": {"receipt_no": None}},
	"Archive Handover": {"supervisor": "Administrator", "to_custodian": WRITER},
	"Archive Location": {
		"parent_archive_location": None,
		**dict.fromkeys(("temperature_min", "humidity_min"), 1),
		**dict.fromkeys(("temperature_max", "humidity_max"), 9),
	},
	"Archive Room Check": dict.fromkeys(
		("fire_safety", "theft_protection", "pest_control", "damp_protection", "light_protection"), "In Order"
	),
	"Archive Template": {
		"archive_class": "Daily Management Files",
		"category": None,
		"class_code": "X1",
		"items": {"source": None},
	},
	"Attendance Request": {"user": WRITER, "kind": "Correction", "arrived_at": "08:30", "left_at": "17:00"},
	"Backup Destination": {"repository": "/mnt/backup/socaid"},
	"Case Reminder": {"channel": "Phone"},
	"Check Authorization": {"file": "https://files.example.invalid/consent.pdf"},
	"Data Quality Rule": {
		"document_type": "Recipient Household",
		"check_key": "Head Not a Member",
		"conditions": "[]",
		"date_field": None,
	},
	"Disclosure Correction": {"publication": None},
	"Document Delivery": {
		**dict.fromkeys(("reference_doctype", "paper_type"), "Assistance Application"),
		**dict.fromkeys(("reference_name", "paper"), CASE),
		"document_kind": "Acceptance Notice",
		"delivered_on": None,
	},
	"Exam Question": {
		"subject": "Safety Training",
		"kind": "Single Choice",
		"choices": "*甲\n乙",
		"points": 5,
		"disabled": 0,
	},
	"Holiday Calendar": {"year": 2031, "days": []},
	"Home Visit": {"planned_start": "09:00", "photos": []},
	"Individual Plan": {"measures": {"status": "Done"}},
	"Partner Body": {"services": []},
	"Petition Escalation Rule": {"notify_role": "Petition Handler"},
	"Petition Hearing": {"announced_on": "2018-12-01", "held_on": "2019-01-01"},
	"Petition Settlement": {"fulfilled_on": None},
	"Petition Transfer": {"sent_on": "2019-01-01", "received_on": "2019-01-02"},
	"Circumstance Change": {"facts": []},
	"Policy Parameter": {"value": "3", "effective_to": None},
	"Reconciliation Difference": {"followed_doctype": None, "followed_record": None},
	"Roster Import": {"roster_file": "https://files.example.invalid/roster.csv"},
	"Reception Record": {"petition": None, "result": "Explained on the Spot", "guides": []},
	"Route Plan": {"teams": [], "stops": []},
	"Screening Cycle": {"stages": [{"stage": stage} for stage in cycles.STAGES]},
	"Staff Assessment": {"period_from": "2019-01-01", "period_to": "2019-01-31"},
	"Staff Exam": {
		"subject": "Safety Training",
		**dict.fromkeys(("minutes", "attempts", "single_count", "valid_months"), 1),
		**dict.fromkeys(("multiple_count", "judgement_count"), 0),
		"pass_mark": 50,
	},
	"Staff Training": {"starts_at": "09:00", "valid_months": 12},
	"Staff Account Change": {"login_email": "county.office@example.invalid"},
	"Violation Case": {"second_investigator": None},
	"Stock Item": {"lots": "[]", "disabled": 0},
	"Spot Check Item": {"revisit": None, "result": None, "deviation": None},
}


@pytest.fixture(scope="module")
def county(site):
	"""Every form changed, filled in by clerks, and the site migrated since."""
	frappe.set_user("Administrator")
	make_row_table()
	names = [name for name in our_doctypes(issingle=0) if name != ROW]
	try:
		with open_bench() as bench:
			create_custom_fields({name: fields_of(name) for name in names}, ignore_validate=True)
			changed = {name: customise(name) for name in names}
			admin = builders.make_user("Socaid Administrator")
			singles, changed_singles = fill_in_singles(admin)
			frappe.db.commit()
			saved, refused, rows = fill_in(bench)
			migrate()
			yield County(bench, changed, saved, refused, rows, singles, changed_singles, admin)
	finally:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		forget([*names, *our_doctypes(issingle=1)])


def fill_in_singles(admin: str) -> tuple[dict[str, dict], dict[str, str]]:
	"""A field of each kind and a label on every Single, filled in by the administrator."""
	names = our_doctypes(issingle=1)
	create_custom_fields({name: fields_of(name) for name in names}, ignore_validate=True)
	entered = {key: value for key, value in ENTERED.items() if key != ROWS and key != DAY}
	labelled = {}
	for name in names:
		row = next(df for df in frappe.get_meta(name).fields if df.fieldtype in ("Data", "Small Text", "Int"))
		# Customize Form takes no Single: its fields and properties are records
		make_property_setter(name, row.fieldname, "label", "县级标签", "Data")
		labelled[name] = row.fieldname
		frappe.set_user(admin)
		doc = frappe.get_doc(name)
		doc.update(entered | {ROWS: ENTERED[ROWS]})
		doc.save()
		frappe.set_user("Administrator")
	return dict.fromkeys(names, entered), labelled


def fill_in(bench: Bench) -> tuple[dict[tuple[str, str], str], dict[str, str], set[str]]:
	"""A record of every DocType in every state, saved by somebody whose role may write it."""
	saved, refused, rows = {}, {}, set()
	for name in bench.pool["Archive File"]:
		frappe.db.set_value("Archive File", name, {"bound_on": None, "destroyed_on": None})
	for doctype in our_doctypes(istable=0, issingle=0):
		writer = bench.writer(doctype)
		if not writer or doctype == "Kinship Code":
			continue
		# who saves stays when what was saved is refused
		frappe.db.commit()
		for state, values in states(doctype, guard_of(doctype)).items():
			name = make(bench, doctype, values, writer)
			try:
				rows |= save_as(writer, doctype, name)
				saved[doctype, state] = name
			except frappe.ValidationError as error:
				frappe.db.rollback()
				refused[f"{doctype} at {state or 'any state'}"] = f"{type(error).__name__}: {error}"
			frappe.set_user("Administrator")
			frappe.db.commit()
	return saved, refused, rows


def make(bench: Bench, doctype: str, values: dict, writer: str) -> str:
	if doctype == "Administrative Division":
		# named by its official code
		return builders.OTHER_VILLAGE_A
	name = bench.make(doctype, values)
	for df in frappe.get_meta(doctype).get("fields", {"fieldtype": "Link", "reqd": 1}):
		if not frappe.db.get_value(doctype, name, df.fieldname):
			frappe.db.set_value(doctype, name, df.fieldname, bench.make(df.options, {}))
	for fieldname, value in FITTING.get(doctype, {}).items():
		df = frappe.get_meta(doctype).get_field(fieldname)
		rows = {"parent": name, "parenttype": doctype}
		if isinstance(value, list):
			frappe.db.delete(df.options, rows)
			for idx, row in enumerate(value, 1):
				link = {**rows, "parentfield": fieldname, "idx": idx}
				frappe.get_doc({"doctype": df.options, **bench.values(df.options), **link, **row}).db_insert()
		elif df.fieldtype in table_fields:
			frappe.db.set_value(df.options, rows, value)
		elif fieldname not in values:
			known = {WRITER: writer, CASE: bench.pool["Assistance Application"][0]}
			value = known.get(value, value) if isinstance(value, str) else value
			frappe.db.set_value(doctype, name, fieldname, value)
	return name


def save_as(writer: str, doctype: str, name: str) -> set[str]:
	"""As the form sends it; returns the names of the rows that were filled in."""
	frappe.set_user(writer)
	doc = frappe.get_doc(doctype, name)
	sent = doc.as_dict(convert_dates_to_str=True) | {
		key: [dict(row, doctype=ROW) for row in value] if isinstance(value, list) else value
		for key, value in ENTERED.items()
	}
	for table in doc.meta.get_table_fields():
		for row in sent.get(table.fieldname) or []:
			if table.options != ROW:
				row.update(IN_ROWS)
	savedocs(frappe.as_json(sent), "Update" if doc.docstatus else "Save")
	return {row.name for row in doc.get_all_children()}


def has(row, fieldname: str, value) -> bool:
	df = row.meta.get_field(fieldname)
	return records.comparable(row, df) == records.comparable(frappe._dict({fieldname: value}), df)


# --- after the migrate ---------------------------------------------------------------------------------------------
def test_every_form_stays_as_it_was_changed(county):
	lost = []
	for doctype, changed in county.changed.items():
		meta = frappe.get_meta(doctype)
		for df in FIELDS:
			kept = meta.get_field(f"custom_{df['label']}")
			if meta.istable and f"custom_{df['label']}" not in IN_ROWS:
				continue
			if not kept or any(kept.get(key) != value for key, value in df.items()):
				lost.append(f"{doctype}: the field {df['label']}")
		if changed.label and meta.get_label(changed.label) != f"县级{changed.label}":
			lost.append(f"{doctype}: the label of {changed.label}")
		if changed.hidden and not meta.get_field(changed.hidden).hidden:
			lost.append(f"{doctype}: {changed.hidden} is hidden")
		if changed.column and not meta.get_field(changed.column).in_list_view:
			lost.append(f"{doctype}: {changed.column} is a column of the list")
		for fieldname, values in changed.properties.items():
			kept = meta.get_field(fieldname)
			lost += [f"{doctype}: {key} of {fieldname}" for key in values if kept.get(key) != values[key]]
		if [df.fieldname for df in meta.fields] != changed.order:
			lost.append(f"{doctype}: the order of the fields")
	assert lost == []


def test_a_new_record_begins_with_what_the_administrator_preset(county):
	missing = []
	for doctype, changed in county.changed.items():
		for fieldname, values in changed.properties.items():
			if "default" in values and frappe.new_doc(doctype).get(fieldname) != PRESET:
				missing.append(f"{doctype}: {fieldname}")
	assert missing == []


def test_what_is_shipped_as_mandatory_stays_so_on_every_way(county, client, as_user):
	system = client(builders.make_user("System Manager"))
	setter = {"doctype_or_field": "DocField", "property_type": "Check", "property": "reqd", "value": "0"}
	opened = []
	for doctype in county.changed:
		df = next((df for df in records.shipped(doctype).values() if df.reqd), None)
		if df:
			answer = system.post(
				"/api/resource/Property Setter", doc_type=doctype, field_name=df.fieldname, **setter
			)
			if (answer.json or {}).get("exc_type") != "StaysMandatory":
				opened.append(f"{doctype}: {df.fieldname} {answer.status_code}")
	assert opened == []


def test_a_condition_that_was_narrowed_is_told(county, capsys):
	doctype, df = next(
		(doctype, df)
		for doctype in county.changed
		for df in records.shipped(doctype).values()
		if df.mandatory_depends_on
	)
	wider = f"{df.mandatory_depends_on} || doc.{DONE}"
	for value, told in ((wider, 0), (WHEN_DONE, 1), ("", 1)):
		frappe.clear_messages()
		make_property_setter(doctype, df.fieldname, "mandatory_depends_on", value, "Data")
		assert len(frappe.get_message_log()) == told
		assert len([text for text in mandatory_fields.findings() if df.mandatory_depends_on in text]) == told
	frappe.db.rollback()


# --- settings ----------------------------------------------------------------------------------------------------
def test_settings_keep_what_the_administrator_added(county, client):
	"""A Single has no table of its own: its fields are saved by the administrator, read by clerks, and migrated."""
	for doctype, kept in county.singles.items():
		doc, meta = frappe.get_doc(doctype), frappe.get_meta(doctype)
		assert {key: doc.get(key) for key in kept} == kept
		assert [(row.text, row.amount) for row in doc.get(ROWS)] == [("第一行", 3)]
		assert meta.get_field(NOTE) and meta.get_label(county.changed_singles[doctype]) == "县级标签"
		assert doc.get("duties") or doctype != "Socaid Settings"
		answer = client(county.admin).put(f"/api/resource/{doctype}/{doctype}", **{NOTE: "再改"})
		assert answer.status_code == 200 and frappe.db.get_single_value(doctype, NOTE) == "再改"
		answer = client(county.admin).put(f"/api/resource/{doctype}/{doctype}", **{KIND: ""})
		assert (answer.json or {}).get("exc_type") == "MandatoryError"


def test_what_clerks_filled_in_is_there_in_every_state_of_every_record(county):
	"""In rows of tables as well; only records that no save of anybody could store are left out, and named."""
	empty = []
	for (doctype, state), name in county.saved.items():
		doc = frappe.get_doc(doctype, name)
		for key, value in ENTERED.items():
			if key == ROWS:
				kept = [(row.text, row.amount) for row in doc.get(ROWS)] == [("第一行", 3)]
			else:
				kept = has(doc, key, value)
			if not kept:
				empty.append(f"{doctype} at {state or 'any state'}: {key} is {doc.get(key)!r}")
		for row in doc.get_all_children():
			if row.name in county.rows:
				empty += [
					f"{doctype}: {key} in {row.doctype}"
					for key, value in IN_ROWS.items()
					if not has(row, key, value)
				]
	assert empty == []
	unfit = "\n".join(f"{record}: {why}" for record, why in county.refused.items())
	assert len(county.refused) <= UNFIT and len(county.saved) > 150, unfit


def test_a_column_of_the_list_is_listed_and_filtered_for_those_who_may_read(county, client):
	missing = []
	for doctype, name in one_of_each(county).items():
		answer = client(county.bench.writer(doctype)).get(
			f"/api/resource/{doctype}",
			fields=["name", NOTE, KIND],
			filters=[[doctype, NOTE, "like", "%备注%"], ["name", "=", name]],
		)
		rows = (answer.json or {}).get("data")
		if rows != [{"name": name, NOTE: "县里的备注", KIND: "乙"}]:
			missing.append(f"{doctype}: {answer.status_code} {rows} {answer.get_data(as_text=True)[:200]}")
	assert missing == []


def test_fields_go_on_being_filled_in_over_rest_as_they_are_declared(county, client):
	"""Another value is stored, none where one is mandatory is refused, and what is of another level is not written."""
	wrong = []
	for doctype, name in one_of_each(county).items():
		http, path = client(county.bench.writer(doctype)), f"/api/resource/{doctype}/{name}"
		answer = http.put(path, **{NOTE: "第二次", SECRET: "内部"})
		kept = frappe.db.get_value(doctype, name, [NOTE, SECRET])
		if (answer.json or {}).get("exc_type") == "MandatoryError" and names_a_county_field(
			answer, county.changed[doctype]
		):
			continue
		if answer.status_code != 200 or kept != (
			"第二次",
			"内部" if reaches_level_1(county, doctype) else None,
		):
			wrong.append(f"{doctype}: {answer.status_code} {kept} {answer.get_data(as_text=True)[:200]}")
		answer = http.put(path, **{KIND: ""})
		if (answer.json or {}).get("exc_type") != "MandatoryError":
			wrong.append(f"{doctype}: {KIND} was emptied")
	assert wrong == [], "\n".join(wrong)


def test_a_choice_added_later_is_taken_and_another_is_not(county, client):
	name = (
		county.saved["Recipient Household", ""]
		if ("Recipient Household", "") in county.saved
		else one_of_each(county)["Recipient Household"]
	)
	http, path = (
		client(county.bench.writer("Recipient Household")),
		f"/api/resource/Recipient Household/{name}",
	)
	assert http.put(path, **{KIND: "丙"}).status_code == 417
	add_choice("Recipient Household")
	frappe.db.commit()
	assert http.put(path, **{KIND: "丙"}).status_code == 200


def test_the_app_goes_on_working_where_a_field_is_mandatory(county):
	"""Jobs and steps write records that nobody has a form of."""
	household = builders.make_household(name=f"必{builders.digits()}")
	assert builders.grant_benefit(household).name
	frappe.db.rollback()


def test_what_the_administrator_made_mandatory_is_asked_for_and_a_choice_they_added_is_taken(county, client):
	"""Where the record is still open to whoever writes it; a closed one is refused as it is."""
	wrong, tried = [], 0
	for doctype, name in one_of_each(county).items():
		http, path = client(county.bench.writer(doctype)), f"/api/resource/{doctype}/{name}"
		for fieldname, values in county.changed[doctype].properties.items():
			if "reqd" in values:
				answer = http.put(path, **{fieldname: ""})
				kept = frappe.db.get_value(doctype, name, fieldname)
				if answer.status_code == 200 and not kept:
					wrong.append(f"{doctype}: {fieldname} was emptied")
				tried += answer.status_code == 417
			if "options" in values:
				answer = http.put(path, **{fieldname: CHOICE})
				if answer.status_code >= 500 or (answer.json or {}).get("exc_type") in (
					"KeyError",
					"TypeError",
				):
					wrong.append(f"{doctype}: {fieldname} {answer.get_data(as_text=True)[-300:]}")
				tried += frappe.db.get_value(doctype, name, fieldname) == CHOICE
	assert wrong == [], "\n".join(wrong)
	assert tried > 60


# --- Data Import and Data Export ---------------------------------------------------------------------------------
def test_fields_of_the_county_are_imported(county):
	"""Every kind of record, by whoever writes it, from a file with labels as an administrator typed them."""
	wrong = []
	for doctype, name in one_of_each(county).items():
		if doctype == "Holiday Calendar":
			# named by its year, which a file's reader takes for a number and no name
			continue
		frappe.set_user(county.bench.writer(doctype))
		rows = [
			["ID", "县级备注", "县级金额", "县级日期", "县级类别"],
			[name, "导入的", "88.5", "2026-11-09", "甲"],
		]
		doc = frappe.get_doc(
			{
				"doctype": "Data Import",
				"reference_doctype": doctype,
				"import_type": "Update Existing Records",
				"submit_after_import": 0,
			}
		).insert(ignore_permissions=True)
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{builders.digits()}.csv",
				"content": "\n".join(",".join(row) for row in rows).encode(),
				"attached_to_doctype": doc.doctype,
				"attached_to_name": doc.name,
				"is_private": 1,
			}
		).insert(ignore_permissions=True)
		doc.db_set("import_file", file.file_url)
		Importer(doctype, data_import=doc).import_data()
		frappe.set_user("Administrator")
		kept = frappe.db.get_value(doctype, name, [NOTE, AMOUNT, DAY, KIND])
		if kept != ("导入的", 88.5, getdate("2026-11-09"), "甲"):
			said = frappe.get_all(
				"Data Import Log", filters={"data_import": doc.name}, pluck="messages", order_by="name"
			)
			wrong.append(f"{doctype}: {kept} {said}")
	frappe.db.commit()
	assert wrong == [], "\n".join(wrong)


def test_fields_of_the_county_are_exported(county, client):
	"""By whoever may export: from the list, and by Data Export as the import reads it."""
	missing, found = [], 0
	for doctype, name in one_of_each(county).items():
		role = next(
			(row.role for row in frappe.get_meta(doctype).permissions if row.export and row.read), None
		)
		if not role or role == "System Manager":
			continue
		found += 1
		frappe.db.set_value(doctype, name, NOTE, "要导出的")
		http = client(builders.make_user(role))
		listed = http.call(
			"frappe.desk.reportview.export_query",
			doctype=doctype,
			title=doctype,
			fields=json.dumps([f"`tab{doctype}`.`name`", f"`tab{doctype}`.`{NOTE}`"]),
			filters=json.dumps([[doctype, "name", "=", name]]),
			file_format_type="CSV",
		)
		exported = http.call(
			"frappe.core.doctype.data_export.exporter.export_data",
			doctype=doctype,
			select_columns=json.dumps({doctype: ["name", NOTE]}),
			filters=json.dumps({"name": name}),
			file_type="CSV",
			all_doctypes=0,
			with_data=1,
		)
		for way, answer in (("list", listed), ("export", exported)):
			if "要导出的" not in answer.get_data().decode("utf-8", "replace"):
				missing.append(f"{doctype}: {way} {answer.status_code} {answer.get_data(as_text=True)[:200]}")
	assert missing == [] and found > 5


def names_a_county_field(answer, changed: Changed) -> bool:
	"""What the county made mandatory is asked of whoever sends the record, and was not filled in."""
	return any(
		fieldname in answer.json["exception"]
		for fieldname, values in changed.properties.items()
		if values.keys() & {"reqd", "mandatory_depends_on"}
	)


def reaches_level_1(county, doctype: str) -> bool:
	roles = frappe.get_roles(county.bench.writer(doctype))
	return any(
		row.permlevel and row.write and row.role in roles for row in frappe.get_meta(doctype).permissions
	)


def one_of_each(county) -> dict[str, str]:
	found: dict[str, str] = {}
	for (doctype, _state), name in county.saved.items():
		if not doctype.startswith("Administrative"):
			found.setdefault(doctype, name)
	return found
