"""What is written in a record, in which state, by whom: every DocType of the app, every state, every field.

The first test walks the declarations (``GUARD`` of each controller) over REST and reads the database; the others are
the ways in which records were rewritten around the second person, each by every channel a client has.
"""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field

import frappe
import pytest
from frappe.model import table_fields
from frappe.model.base_document import get_controller
from frappe.utils import add_days, cstr, today

from socaid_app.casework import records
from socaid_app.casework.records import Guard
from socaid_app.petition_desk.doctype.petition.petition import FILED_BY_CITIZEN
from socaid_app.socaid_app.doctype.circumstance_change import circumstance_change
from tests import builders
from tests.builders import petitions as petition_cases
from tests.builders import visits as visit_builders

MODULES = (
	"Socaid App",
	"Assistance Intake",
	"Field Visits",
	"Means Testing",
	"Moving In",
	"Dynamic Management",
	"Assistance Archives",
	"Petition Desk",
	"Public Disclosure",
)
PAST, FUTURE = "2020-01-01", "2099-01-01"
# What makes a record be in a state that is no column.
STATES = {
	"Circumstance Change": {
		"To Review": {"status": "To Review", "action": None},
		"Asked For": {"status": "To Review", "action": "Add Member"},
		**{state: {"status": state} for state in ("Confirmed", "In Effect", "Rejected", "Corrected")},
	},
	"Policy Parameter": {"In Force": {"effective_from": PAST}, "To Come": {"effective_from": FUTURE}},
	"Review Cycle Rule": {"In Force": {"effective_from": PAST}, "To Come": {"effective_from": FUTURE}},
	"Petition Hearing": {"Announced": {"ended_on": None}, "Ended": {"ended_on": PAST}},
	"Petition Transfer": {"Sent": {"feedback_on": None}, "Reported": {"feedback_on": PAST}},
}
CITIZEN = {FILED_BY_CITIZEN: {"status": "Recorded", "entered_by": "Guest"}}
TEXT = (
	"Data",
	"Small Text",
	"Text",
	"Long Text",
	"Text Editor",
	"Code",
	"Markdown Editor",
	"HTML Editor",
	"JSON",
)
TOWNSHIP_ROLES = ("Township Officer", "Township Approver", "Village Assistant", "Field Investigator")


def doctypes() -> list[str]:
	return frappe.get_all(
		"DocType", filters={"module": ["in", MODULES], "istable": 0}, pluck="name", order_by="name"
	)


def guard_of(doctype: str) -> Guard:
	return get_controller(doctype).GUARD


# --- a record of any DocType, past its controller -------------------------------------------------------------
@dataclass
class Bench:
	"""Records to link to, users to write with, and what was made, to be taken away again."""

	pool: dict[str, list[str]]
	users: dict[str, str] = field(default_factory=dict)
	made: list[tuple[str, str]] = field(default_factory=list)

	def writer(self, doctype: str) -> str | None:
		"""A user of a role that may write the DocType; administrators do not count."""
		roles = [
			row.role
			for row in frappe.get_meta(doctype).permissions
			if row.write and row.read and not row.permlevel and row.role != "System Manager"
		]
		if not roles:
			return None
		role = next((role for role in roles if role not in TOWNSHIP_ROLES), roles[0])
		if role not in self.users:
			division = builders.TOWNSHIP_A if role in TOWNSHIP_ROLES else None
			self.users[role] = builders.make_user(role, division)
		return self.users[role]

	def values(self, doctype: str, changed: bool = False) -> dict:
		return {
			name: value
			for name, df in records.shipped(doctype).items()
			if (value := self.value(df, changed)) is not None
		}

	def value(self, df, changed: bool):
		"""Something that fits a field; another thing when ``changed``."""
		if df.unique and df.fieldtype == "Link":
			return None
		if df.unique and df.fieldtype == "Int":
			# such as a year, of which the shipped ones are taken
			return 3000 + len(self.made)
		if df.unique:
			return frappe.generate_hash(length=df.length or 10)
		match df.fieldtype:
			case "Check":
				return int(changed)
			case "Int" | "Float" | "Currency" | "Percent":
				return 4 if changed else 3
			case "Date":
				return add_days(today(), -9 if changed else -12)
			case "Datetime":
				return f"{add_days(today(), -9 if changed else -12)} 10:00:00"
			case "Time":
				return "11:00:00" if changed else "10:00:00"
			case "Select":
				options = [option for option in (df.options or "").split("\n") if option]
				return options[-1 if changed else 0] if options else None
			case "Link":
				names = self.pool.get(df.options)
				return names[-1 if changed else 0] if names else None
			case "Dynamic Link":
				# as the DocType that the field before it names
				return self.pool["Recipient" if changed else "Recipient Household"][0]
			case kind if kind in TEXT:
				return ('{"b": 2}' if changed else '{"a": 1}')[: df.length or None]
		return None

	def make(self, doctype: str, state: dict) -> str:
		"""A record with something in every field, written to the database as it is."""
		doc = frappe.get_doc({"doctype": doctype, **self.values(doctype)})
		doc.update({"division": builders.VILLAGE_A, "township": builders.TOWNSHIP_A, "restricted": 0})
		doc.name = f"GUARD-{frappe.generate_hash(length=8)}"
		doc.update(state)
		for name, df in records.shipped(doctype).items():
			if df.fieldtype in table_fields:
				doc.append(name, self.values(df.options))
		doc.set_parent_in_children()
		doc.set_name_in_children()
		doc.db_insert()
		for row in doc.get_all_children():
			row.docstatus = doc.docstatus
			row.db_insert()
		self.made.append((doctype, doc.name))
		return doc.name

	def remove(self) -> None:
		for doctype, name in self.made:
			frappe.db.delete(doctype, {"name": name})
			for table in frappe.get_meta(doctype).get_table_fields():
				frappe.db.delete(table.options, {"parenttype": doctype, "parent": name})
		frappe.db.commit()


@contextmanager
def open_bench():
	households = [builders.make_household(name=f"守{builders.digits()}") for _ in range(2)]
	people = [household.head for household in households]
	pool = {
		"Recipient Household": [household.name for household in households],
		"Recipient": people,
		"User": [builders.make_user("Socaid Auditor") for _ in range(2)],
		"Administrative Division": [builders.VILLAGE_A, builders.OTHER_VILLAGE_A],
		"DocType": ["Recipient Household", "Recipient"],
		"Role": ["Archivist", "Data Officer"],
	}
	for doctype in ("Assistance Category", "Disclosure Catalogue Item", "Kinship Code"):
		pool[doctype] = frappe.get_all(doctype, pluck="name", order_by="name", limit=2)
	bench = Bench(pool)
	# what records link to: one each is enough, its own fields do not matter
	for doctype in (
		"Petition",
		"Screening Cycle",
		"Screening Task",
		"Visit Officer",
		"Home Visit",
		"Archive Location",
		"Archive File",
		"Disclosure Publication",
		"Publicity Notice",
		"Spot Check",
		"Assistance Application",
		"Entitlement",
		"Petition Review",
	):
		pool[doctype] = [bench.make(doctype, {}), bench.make(doctype, {})]
	frappe.db.commit()
	try:
		yield bench
	finally:
		frappe.set_user("Administrator")
		bench.remove()


@pytest.fixture
def bench():
	with open_bench() as bench:
		yield bench


def states(doctype: str, guard: Guard) -> dict[str, dict]:
	"""Every state a record can be in, with what brings it there."""
	if doctype in STATES:
		return STATES[doctype]
	if not guard.state:
		return {"": {}}
	if guard.state == "docstatus":
		return {"0": {"docstatus": 0}, "1": {"docstatus": 1}}
	df = records.shipped(doctype)[guard.state]
	options = (df.options or "").split("\n") if df.fieldtype == "Select" else []
	named = [*filter(None, options), *(name for name in guard.writable if name not in options)]
	found = {state: {guard.state: state} for state in named if state not in CITIZEN}
	return found | (CITIZEN if doctype == "Petition" else {})


# --- the walk -------------------------------------------------------------------------------------------------
def test_no_field_of_any_record_is_written_but_where_it_is_declared_open(bench, client):
	"""DocTypes × states × fields over REST, by a user who may write the record: nothing that is closed in a state,
	and nothing that only the system sets, is ever stored. What is refused is refused by name."""
	wrong, walked = [], 0
	for doctype in doctypes():
		guard = guard_of(doctype)
		if frappe.get_meta(doctype).issingle or doctype == "Kinship Code":
			# a value list of two columns, one of them its name
			continue
		writer = bench.writer(doctype)
		if not writer:
			if any(fields for fields in guard.writable.values()):
				wrong.append(f"{doctype}: nobody may write it, and yet it declares fields as open")
			continue
		http = client(writer)
		for state, values in states(doctype, guard).items():
			problems, checked = walk_state(http, bench, doctype, values)
			wrong += [f"{doctype} at {state or 'any state'}: {problem}" for problem in problems]
			walked += checked
	assert not wrong, "\n".join(wrong)
	assert walked > 2500


def walk_state(http, bench: Bench, doctype: str, state: dict) -> tuple[list[str], int]:
	guard, name = guard_of(doctype), bench.make(doctype, state)
	stored = frappe.get_doc(doctype, name)
	sent = other_values(bench, stored)
	kept = {*records.system_fields(doctype, guard), *records.fixed_fields(guard, stored.record_state())}
	system = {key: sent[key] for key in kept if key in sent}
	closed = {
		key: sent[key]
		for key in records.content_fields(doctype, guard)
		if key in sent and key not in kept and not records.is_open(guard, stored, key)
	}
	problems = []
	if system:
		problems += [f"{key} was not put back" for key in not_put_back(doctype, name, system)]
		http.put(f"/api/resource/{doctype}/{name}", owner="Guest", creation="2001-01-01 00:00:00", **system)
		stored_now = written(doctype, name, system)
		problems += [
			f"{key} was written" for key in stored_now - computed(http, bench, doctype, state, stored_now)
		]
		if frappe.db.get_value(doctype, name, "owner") != stored.owner:
			problems.append("owner was rewritten")
	if closed:
		before = frappe.get_doc(doctype, name)
		closed = {key: value for key, value in closed.items() if differs(before, key, value)}
		answer = http.put(f"/api/resource/{doctype}/{name}", **closed)
		problems += [f"{key} was written" for key in written(doctype, name, closed)]
		problems += unnamed(doctype, guard, answer, closed)
	return problems, len(system) + len(closed)


def other_values(bench: Bench, doc) -> dict:
	"""For every field something that is not stored in it."""
	sent = {}
	for name, df in records.shipped(doc.doctype).items():
		if df.fieldtype in table_fields:
			sent[name] = []
			continue
		value = bench.value(df, changed=True)
		if value is not None and differs(doc, name, value):
			sent[name] = value
		elif doc.get(name) and df.fieldtype in ("Link", "Select"):
			sent[name] = ""
	return sent


def differs(doc, fieldname: str, value) -> bool:
	df = records.shipped(doc.doctype)[fieldname]
	if df.fieldtype in table_fields:
		return bool(doc.get(fieldname))
	probe = frappe._dict({fieldname: value})
	return records.comparable(doc, df) != records.comparable(probe, df)


def written(doctype: str, name: str, sent: dict) -> set[str]:
	now = frappe.get_doc(doctype, name)
	return {key for key, value in sent.items() if not differs(now, key, value)}


def computed(http, bench: Bench, doctype: str, state: dict, fields: set[str]) -> set[str]:
	"""Those that a save nobody sends them with sets to another value of its own accord."""
	if not fields:
		return set()
	name = bench.make(doctype, state)
	before = frappe.get_doc(doctype, name)
	http.put(f"/api/resource/{doctype}/{name}")
	now = frappe.get_doc(doctype, name)
	return {key for key in fields if records.differs(now, before, key)}


def not_put_back(doctype: str, name: str, sent: dict) -> list[str]:
	"""The same without the rest of a save, which may have refused it for another reason."""
	doc = frappe.get_doc(doctype, name)
	doc.update(sent)
	doc.load_doc_before_save()
	records._put_back(doc, doc.get_doc_before_save())
	fields = records.shipped(doctype)
	return [
		key
		for key, value in sent.items()
		if not fields[key].get("fetch_from") and not differs(doc, key, value)
	]


def unnamed(doctype: str, guard: Guard, answer, closed: dict) -> list[str]:
	"""What the refusal does not say."""
	if not closed:
		return []
	body = answer.json or {}
	if body.get("exc_type") not in (guard.refusal.__name__, "UpdateAfterSubmitError"):
		return [
			f"{answer.status_code} {body.get('exc_type')} {said(body)[:300]} instead of {guard.refusal.__name__}"
		]
	text = said(body)
	meta = frappe.get_meta(doctype)
	missing = []
	for key in closed:
		label = meta.get_label(key)
		if label not in text and frappe._(label, lang="zh", context=meta.name) not in text:
			missing.append(f"{key} is refused without being named")
	return missing


def said(body: dict) -> str:
	messages = json.loads(body.get("_server_messages") or "[]")
	return " ".join(json.loads(message)["message"] for message in messages) or cstr(body.get("exception"))


def test_every_doctype_of_the_app_declares_its_states():
	"""A state nobody declared is closed; it must not come about by forgetting one."""
	for doctype in doctypes():
		guard, fields = guard_of(doctype), records.shipped(doctype)
		columns = {*fields, *(row.fieldname for row in frappe.get_meta(doctype).fields)}
		for state, writable in guard.writable.items():
			named = getattr(writable, "closed", writable)
			assert set(named) <= columns, (doctype, state, set(named) - columns)
		fixed = [name for names in guard.fixed.values() for name in names]
		for name in (*guard.system, *guard.entered, *guard.once, *guard.by, *guard.notes, *fixed):
			assert name in columns, (doctype, name)
		assert not guard.approved or records.CHANGED_BY in fields, doctype
		assert issubclass(get_controller(doctype), records.Guarded), doctype


# --- the proofs: each by every channel ------------------------------------------------------------------------
def _savedocs(http, doctype: str, name: str, values: dict):
	doc = frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True) | values
	return http.call(
		"frappe.desk.form.save.savedocs",
		doc=frappe.as_json(doc),
		action="Update" if doc["docstatus"] else "Save",
	)


CHANNELS = {
	"v1 PUT": lambda http, doctype, name, values: http.put(f"/api/resource/{doctype}/{name}", **values),
	"v2 PUT": lambda http, doctype, name, values: http.put(f"/api/v2/document/{doctype}/{name}/", **values),
	"v2 PATCH": lambda http, doctype, name, values: http.request(
		"PATCH", f"/api/v2/document/{doctype}/{name}/", json=values
	),
	"set_value": lambda http, doctype, name, values: http.call(
		"frappe.client.set_value", doctype=doctype, name=name, fieldname=json.dumps(values)
	),
	"savedocs": _savedocs,
	"bulk update": lambda http, doctype, name, values: http.call(
		"frappe.client.bulk_update", docs=json.dumps([{"doctype": doctype, "docname": name, **values}])
	),
}


def send(http, doctype: str, name: str, values: dict) -> None:
	"""Send a change by every channel, flags that only the app sets included; it must not arrive by any of them."""
	flags = {"flags": {"by_step": 1, "ignore_permissions": 1, "ignore_validate": 1}, "by_step": 1}
	for channel, write in CHANNELS.items():
		write(http, doctype, name, {**values, **flags})
		doc = frappe.get_doc(doctype, name)
		stored = [key for key, value in values.items() if not differs(doc, key, value)]
		assert not stored, (channel, stored)


@pytest.fixture
def officer(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


@pytest.fixture
def reviewer(site):
	return builders.make_user(("Township Officer", "Township Approver"), builders.TOWNSHIP_A)


def make_change(household, user: str, **values):
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": "Circumstance Change",
				"household": household.name,
				"recipient": household.members[1].recipient,
				"kind": "Health Change",
				"found_by": "Reported by Household",
				"happened_on": today(),
				"state_after": "患病",
				**values,
			}
		).insert()


def test_a_change_in_effect_is_not_rewritten(officer, reviewer, client):
	change = make_change(builders.make_household(name=f"变{builders.digits()}"), officer)
	with builders.acting_as(reviewer):
		circumstance_change.accept(change.name)
	send(client(officer), "Circumstance Change", change.name, {"kind": "Death", "state_after": "死亡"})
	send(client(officer), "Circumstance Change", change.name, {"status": "To Review", "reviewed_by": officer})


def test_who_edits_a_colleagues_change_does_not_approve_it(officer, reviewer, client):
	"""A colleague's change, edited into a death and then approved by the editor, ended a membership."""
	household = builders.make_household(name=f"亡{builders.digits()}")
	change = make_change(household, officer)
	http = client(reviewer)
	answer = http.put(f"/api/resource/Circumstance Change/{change.name}", kind="Death", state_after="死亡")
	assert answer.status_code == 200
	accept = {"doctype": "Circumstance Change", "name": change.name, "step": "accept"}
	answer = http.call("socaid_app.casework.steps.take", **accept)
	assert answer.json["exc_type"] == "ReviewByAnother"
	assert frappe.db.get_value("Circumstance Change", change.name, "status") == "To Review"
	third = builders.make_user("Township Approver", builders.TOWNSHIP_A)
	assert client(third).call("socaid_app.casework.steps.take", **accept).status_code == 200


def test_an_approval_is_not_freed_by_rewriting_who_entered_the_record(officer, client):
	change = make_change(builders.make_household(name=f"主{builders.digits()}"), officer)
	send(client(officer), "Circumstance Change", change.name, {"content_changed_by": "Administrator"})
	http = client(officer)
	for write in CHANNELS.values():
		write(http, "Circumstance Change", change.name, {"owner": "Administrator"})
		assert frappe.db.get_value("Circumstance Change", change.name, "owner") == officer


def test_an_approved_raise_is_not_rewritten_and_not_decided_by_who_changed_it(officer, reviewer, client):
	household = builders.make_household(name=f"提{builders.digits()}")
	with builders.acting_as(officer):
		case = frappe.get_doc(
			{
				"doctype": "Standard Raise",
				"household": household.name,
				"category": "农村低保",
				"raise_kind": "Income Fell",
				"found_by": "By Application",
				"received_on": today(),
				"proposed_amount": 300,
				"findings": "收入减少",
			}
		)
		case.insert()
		case.status = "Verified"
		case.save()
	path = f"/api/resource/Standard Raise/{case.name}"
	http = client(reviewer)
	decided = {"status": "Approved", "result_note": "同意"}
	assert http.put(path, proposed_amount=9999, **decided).json["exc_type"] == "StandardRaiseInvalid"
	assert http.put(path, **decided).status_code == 200
	send(client(officer), "Standard Raise", case.name, {"proposed_amount": 9999})
	send(client(officer), "Standard Raise", case.name, {"decided_by": officer, "findings": "另有收入"})


def test_a_declaration_of_relatives_stays_as_it_was_made(officer, client):
	household = builders.make_household(name=f"亲{builders.digits()}")
	with builders.acting_as(officer):
		declaration = frappe.get_doc(
			{
				"doctype": "Relative Declaration",
				"staff": officer,
				"staff_name": "经办",
				"post": "经办",
				"staff_kind": "Handling Staff",
				"recipient": household.head,
				"relation": "兄弟",
				"declared_on": today(),
			}
		)
		declaration.relation = _first_option("Relative Declaration", "relation") or "兄弟"
		declaration.insert()
	other = builders.make_person(f"他{builders.digits()}")
	send(client(officer), "Relative Declaration", declaration.name, {"recipient": other.name})
	send(client(officer), "Relative Declaration", declaration.name, {"staff": "Administrator"})
	send(client(officer), "Relative Declaration", declaration.name, {"ended_on": today()})


def _first_option(doctype: str, fieldname: str) -> str | None:
	df = frappe.get_meta(doctype).get_field(fieldname)
	return df.options.split("\n")[0] if df.fieldtype == "Select" else None


def test_a_signed_authorisation_does_not_last_longer_than_it_was_signed_for(client):
	team = builders.make_team()
	case = builders.make_application(team)
	builders.give_consents(case, team.clerk)
	name = frappe.db.get_value("Check Authorization", {"application": case.name}, "name")
	send(client(team.clerk), "Check Authorization", name, {"valid_until": "2099-12-31"})
	send(client(team.clerk), "Check Authorization", name, {"file": "https://files.example.invalid/x.pdf"})


def test_a_visit_is_not_moved_to_another_households_task(client):
	team = visit_builders.make_visit_team()
	family, _benefit = visit_builders.make_family()
	other, _benefit = visit_builders.make_family()
	visit = visit_builders.make_visit(family, team)
	task = frappe.get_doc(
		{
			"doctype": "Screening Task",
			"household": other.name,
			"status": "To Do",
			"division": other.division,
			"township": other.township,
			"name": f"GUARD-{frappe.generate_hash(length=8)}",
		}
	)
	task.db_insert()
	send(client(team.first), "Home Visit", visit.name, {"task": task.name})
	send(client(team.first), "Home Visit", visit.name, {"household": other.name})
	assert frappe.db.get_value("Screening Task", task.name, "status") == "To Do"
	frappe.db.delete("Screening Task", {"name": task.name})
	frappe.db.commit()


def test_a_publication_is_not_rewritten_and_published_in_one_save(client):
	writer, publisher = builders.make_user("Disclosure Officer"), builders.make_user("County Reviewer")
	item = frappe.db.get_value("Disclosure Catalogue Item", {"disabled": 0}, "name", order_by="name")
	with builders.acting_as(writer):
		text = frappe.get_doc(
			{
				"doctype": "Disclosure Publication",
				"title": f"公开{builders.digits()}",
				"catalogue_item": item,
				"formed_on": today(),
				"body": "<p>原文</p>",
				"division": builders.VILLAGE_A,
			}
		).insert()
	path = f"/api/resource/Disclosure Publication/{text.name}"
	http = client(publisher)
	answer = http.put(path, body="<p>改写</p>", status="Published Online")
	assert answer.json["exc_type"] == "PublicationRefused"
	assert frappe.db.get_value("Disclosure Publication", text.name, "body") == "<p>原文</p>"
	# nor in two saves
	assert http.put(path, body="<p>改写</p>").status_code == 200
	assert http.put(path, status="Published Online").json["exc_type"] == "PublicationRefused"
	assert client(writer).put(path, status="Published Online").json["exc_type"] == "PublicationRefused"
	third = client(builders.make_user("Disclosure Officer"))
	assert third.put(path, status="Published Online").status_code == 200
	send(third, "Disclosure Publication", text.name, {"body": "<p>又改</p>", "title": "又改"})


def test_the_words_of_a_citizen_are_not_rewritten(client):
	petition = petition_cases.make()
	frappe.db.set_value("Petition", petition.name, {"entered_by": "Guest", "channel": "Through the Web"})
	handler = client(builders.make_user("Petition Handler"))
	send(handler, "Petition", petition.name, {"content": "无事"})
	send(handler, "Petition", petition.name, {"demand": "无", "petitioner_name": "某甲"})


def test_a_row_of_another_record_is_not_taken_over(officer, client):
	"""Frappe stores a row under the name it is sent with, whichever record it belongs to."""
	mine, other = (builders.make_household(name=f"行{builders.digits()}") for _ in range(2))
	person = builders.make_person(f"新{builders.digits()}")
	theirs = other.members[1]
	rows = [row.as_dict(convert_dates_to_str=True) for row in frappe.get_doc(mine.doctype, mine.name).members]
	stolen = {"name": theirs.name, "recipient": person.name, "kinship": "20", "joined_on": today()}
	answer = client(officer).put(f"/api/resource/Recipient Household/{mine.name}", members=[*rows, stolen])
	assert answer.status_code == 200
	assert frappe.db.get_value("Household Member", theirs.name, ["parent", "recipient"]) == (
		other.name,
		theirs.recipient,
	)
	assert len(frappe.get_doc(mine.doctype, mine.name).members) == len(rows) + 1


def test_a_field_the_county_added_is_written_in_every_state(officer, reviewer, client):
	from frappe.custom.doctype.custom_field.custom_field import create_custom_field

	create_custom_field(
		"Circumstance Change", {"fieldname": "county_note", "label": "County Note", "fieldtype": "Data"}
	)
	try:
		change = make_change(builders.make_household(name=f"加{builders.digits()}"), officer)
		with builders.acting_as(reviewer):
			circumstance_change.accept(change.name)
		path = f"/api/resource/Circumstance Change/{change.name}"
		assert client(officer).put(path, county_note="县级备注").status_code == 200
		assert frappe.db.get_value("Circumstance Change", change.name, "county_note") == "县级备注"
	finally:
		frappe.get_doc("Custom Field", "Circumstance Change-county_note").delete()
		frappe.db.commit()
