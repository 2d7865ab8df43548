"""Every date by which somebody has to act has a rule, and the rule reminds, escalates, colours and is checked."""

import json
from types import SimpleNamespace

import frappe
import pytest
from frappe.client import set_value as client_set_value
from frappe.utils import add_days, getdate, now_datetime, today

from socaid_app import figures
from socaid_app.casework import clocks, due_rules
from socaid_app.patches.v1_0 import due_dates_as_columns
from socaid_app.socaid_app.doctype.due_rule.due_rule import DueRuleInvalid, DueRuleNeeded
from tests import builders
from tests.builders import TOWNSHIP_A, TOWNSHIP_B, VILLAGE_A

RULE, REMINDER = "Due Rule", "Case Reminder"
SEEDS = {row["name"]: row for row in json.loads(due_rules.SEEDS.read_text(encoding="utf-8"))}
ROLES = sorted({line["role"] for row in SEEDS.values() for line in row["recipients"] if line.get("role")})
# How many days from today; an escalation is due by the days of its rule.
SOON, ON_THE_DAY, LATE = 1, 0, -2


@pytest.fixture
def staff(site):
	"""Of every role that rules name one user in this township, one in the next and one of the county, and somebody
	whom records name."""
	here = {role: somebody(role, TOWNSHIP_A) for role in ROLES}
	there = {role: somebody(role, TOWNSHIP_B) for role in ROLES}
	county = {role: somebody(role) for role in ROLES}
	named = builders.make_user("Field Investigator", TOWNSHIP_A)
	return SimpleNamespace(here=here, there=there, county=county, named=named)


def a_value(kind: str, fieldname: str, operator: str, value, kept: bool = True):
	"""What a field holds for a condition to be met, or not."""
	field = frappe.get_meta(kind).get_field(fieldname)
	others = [option for option in (field.options or "").split("\n") if option] if field else []
	match operator if kept else {"=": "!=", "in": "not in", "!=": "=", "is": "is not"}[operator]:
		case "=":
			return value
		case "in":
			return value[0]
		case "is" | "is not":
			wanted = (value == "set") == kept
			return (today() if field.fieldtype in ("Date", "Datetime") else "X") if wanted else None
	if isinstance(value, int):
		return 1 - value
	return next((option for option in others if option != value and option not in value), None)


def link(kind: str, /, **values) -> str:
	doc = frappe.get_doc({"doctype": kind, "name": frappe.generate_hash(length=12), **values})
	doc.db_insert()
	return doc.name


def somebody(role: str = "Field Investigator", division: str | None = None) -> str:
	"""A user as reminders look for one, made without the cost of a form."""
	name = f"{frappe.generate_hash(length=10)}@example.invalid"
	frappe.get_doc(
		{"doctype": "User", "name": name, "email": name, "first_name": "甲", "enabled": 1}
	).db_insert()
	link("Has Role", parent=name, parenttype="User", parentfield="roles", role=role)
	if division:
		link("User Permission", user=name, allow="Administrative Division", for_value=division)
	return name


def record(rule: due_rules.Rule, due, kept: bool = True) -> SimpleNamespace:
	"""A record as the rule wants it, written past all forms; one that is closed where it is not ``kept``."""
	named = somebody()
	meta = frappe.get_meta(rule.doctype)
	values, row = {"docstatus": 0}, {}
	for number, (kind, *condition) in enumerate(rule.conditions):
		met = kept or number < len(rule.conditions) - 1
		(values if kind == rule.doctype else row)[condition[0]] = a_value(kind, *condition, kept=met)
	for field, place in (("division", VILLAGE_A), ("township", TOWNSHIP_A)):
		if meta.has_field(field):
			values[field] = place
	persons = [line.person for line in rule.recipients if line.told == due_rules.NAMED]
	for path in persons:
		head, _dot, field = path.rpartition(".")
		if head and head == rule.table_field:
			row[field] = named
		elif head:
			values[head] = link(meta.get_field(head).options, **{field: named})
		else:
			values[field] = named
	if rule.doctype == "Petition":
		values["handler"] = named
	if values.get("reference_doctype") == "Petition":
		values["reference_name"] = link("Petition", handler=named, division=VILLAGE_A, township=TOWNSHIP_A)
	if rule.group_by and not values.get(rule.group_by):
		values[rule.group_by] = link(meta.get_field(rule.group_by).options)
	(row if rule.table_field else values)[rule.column] = due
	name = link(rule.doctype, **values)
	if rule.table_field:
		link(rule.table, parent=name, parenttype=rule.doctype, parentfield=rule.table_field, idx=1, **row)
	if "owner" in values:
		frappe.db.set_value(rule.doctype, name, "owner", named)
	name_told = values.get(rule.group_by) if rule.group_by else name
	return SimpleNamespace(name=name_told, due=getdate(due), record=name, named=named)


def told(rule, found) -> dict[str, set]:
	rows = frappe.get_all(
		REMINDER,
		filters={"rule": rule.name, "reference_name": found.name, "due_on": found.due},
		fields=["kind", "recipient_user"],
		order_by="creation",
	)
	kinds: dict[str, set] = {}
	for row in rows:
		kinds.setdefault(row.kind, set()).add(row.recipient_user)
	return kinds


def reminding() -> list[due_rules.Rule]:
	return [rule for rule in due_rules.enabled() if rule.remind_overdue]


def expected(rule, staff, item, escalation: bool) -> set:
	found = set()
	# what belongs to no place is the county's
	of_role = staff.here if frappe.get_meta(rule.doctype).has_field("division") else staff.county
	for line in rule.recipients:
		if line.escalation == escalation and not (line.otherwise and found):
			found |= {of_role[line.role]} if line.role else {item.named}
	return found


# --- each rule that comes with the app -----------------------------------------------------------------------
def test_every_rule_that_is_seeded_is_there_and_in_use(site):
	assert {rule.name for rule in due_rules.enabled()} >= set(SEEDS)


@pytest.mark.parametrize(("days", "kind"), [(SOON, "Due Soon"), (ON_THE_DAY, "Due Today"), (LATE, "Overdue")])
def test_what_is_due_is_announced_once_to_its_people_and_nobody_elsewhere(staff, days, kind):
	found = {rule: record(rule, add_days(today(), days)) for rule in reminding()}
	closed = {
		rule: record(rule, add_days(today(), days), kept=False)
		for rule in reminding()
		if rule.conditions and not rule.group_by
	}
	clocks.remind(getdate(today()))
	for rule, item in found.items():
		kinds = told(rule, item)
		if not {"Due Soon": rule.remind_soon, "Due Today": rule.remind_today}.get(kind, 1):
			assert not kinds, rule.name
			continue
		assert set(kinds) == {kind}, (rule.name, kinds)
		if not any(line.told == due_rules.NEXT_STEP for line in rule.recipients):
			assert expected(rule, staff, item, escalation=False) <= kinds[kind], rule.name
		assert not kinds[kind] & set(staff.there.values()), rule.name
		assert None not in kinds[kind] or rule.doctype == "Assistance Application", rule.name
	for rule, item in closed.items():
		assert not told(rule, item), rule.name
	before = frappe.db.count(REMINDER)
	clocks.remind(getdate(today()))
	assert frappe.db.count(REMINDER) == before


def test_what_stays_overdue_is_brought_before_those_above_once(staff):
	rules = [rule for rule in reminding() if rule.escalate_after]
	assert len(rules) > 8
	found = {rule: record(rule, add_days(today(), -rule.escalate_after)) for rule in rules}
	clocks.remind(getdate(today()))
	clocks.remind(getdate(today()))
	for rule, item in found.items():
		kinds = told(rule, item)
		assert set(kinds) == {"Overdue", "Escalated"}, rule.name
		assert expected(rule, staff, item, escalation=True) <= kinds["Escalated"], rule.name
		assert not kinds["Escalated"] & set(staff.there.values()), rule.name


def test_the_self_check_finds_what_no_rule_announced(staff):
	found = {rule: record(rule, add_days(today(), -3)) for rule in reminding()}
	for rule, item in found.items():
		if "." not in rule.since_field:
			frappe.db.set_value(
				rule.doctype,
				item.record,
				rule.since_field,
				add_days(now_datetime(), -20),
				update_modified=False,
			)
	check = frappe.get_doc("Reminder Check", clocks.check_reminders_ran())
	assert check.outcome == "Abnormal" and check.missing >= len(found)
	for rule, item in found.items():
		assert told(rule, item), rule.name
	again = frappe.get_doc("Reminder Check", clocks.check_reminders_ran())
	assert again.missing == 0


def test_the_list_of_a_rule_shows_what_the_rule_has_overdue(staff):
	for rule in due_rules.enabled():
		if rule.table_field:
			continue
		late = record(rule, add_days(today(), LATE))
		record(rule, today())
		record(rule, None)
		wanted = [[rule.doctype, field, *test] for field, test in rule.overdue_filters().items()]
		listed = set(frappe.get_list(rule.doctype, filters=wanted, pluck="name", limit_page_length=0))
		statement = due_rules.Statement(rule)
		query = statement.query.where(statement.criterion(announced=False)).where(statement.due < today())
		assert late.record in listed, rule.name
		assert listed == {name for (name,) in query.select(statement.record.name).run()}, rule.name


# --- the dates that nobody was reminded of -----------------------------------------------------------------------
@pytest.mark.parametrize(
	("doctype", "field"),
	[
		("Data Quality Issue", "due_on"),
		("Circumstance Change", "due_on"),
		("Visit Problem", "due_on"),
		("Service Referral", "due_on"),
		("Service Callback", "due_on"),
		("Recipient Household", "next_review_on"),
		("Individual Plan", "evaluate_on"),
		("Individual Plan", "measures.due_on"),
		("Home Visit", "needs.due_on"),
		("Service Record", "follow_up_on"),
		("Petition Settlement", "fulfil_by"),
	],
)
def test_a_date_that_was_forgotten_is_reminded_of(staff, doctype, field):
	(rule,) = [rule for rule in due_rules.enabled(doctype) if rule.date_field == field]
	item = record(rule, today())
	clocks.remind(getdate(today()))
	assert told(rule, item).get("Due Today")


def test_an_issue_is_its_responsible_persons_until_it_is_put_right(staff):
	issue = frappe.get_doc(
		{
			"doctype": "Data Quality Issue",
			"subject": "走访照片缺失",
			"found_on": today(),
			"due_on": today(),
			"responsible": staff.named,
			"division": VILLAGE_A,
		}
	).insert()
	rule = next(rule for rule in due_rules.enabled() if rule.name == "data_quality_issue")
	item = SimpleNamespace(name=issue.name, due=getdate(today()))
	clocks.remind(getdate(today()))
	assert told(rule, item) == {"Due Today": {staff.named}}
	assert frappe.db.exists("Notification Log", {"for_user": staff.named, "document_name": issue.name})
	frappe.db.set_value("User", staff.named, "enabled", 0)
	issue.update({"due_on": add_days(today(), 1)}).save()
	clocks.remind(getdate(today()))
	assert (
		staff.here["Township Officer"]
		in told(rule, SimpleNamespace(name=issue.name, due=getdate(issue.due_on)))["Due Soon"]
	)


def test_a_township_hears_once_of_all_households_to_review_on_a_day(staff):
	rule = next(rule for rule in due_rules.enabled() if rule.name == "household_review")
	for _n in range(3):
		record(rule, add_days(today(), -1))
	clocks.remind(getdate(today()))
	rows = frappe.get_all(
		REMINDER,
		filters={
			"rule": rule.name,
			"reference_name": TOWNSHIP_A,
			"due_on": add_days(today(), -1),
			"recipient_user": staff.here["Township Officer"],
		},
		fields=["subject", "reference_doctype"],
	)
	assert [row.reference_doctype for row in rows] == ["Administrative Division"]
	assert int(rows[0].subject.split("× ")[1].split(",")[0].split("，")[0]) >= 3


def test_accusations_are_announced_by_no_rule(staff):
	rules = [rule for rule in due_rules.enabled() if rule.doctype.startswith("Petition")]
	assert len(rules) >= 4
	found = {rule: record(rule, today()) for rule in rules}
	for rule, item in found.items():
		frappe.db.set_value(rule.doctype, item.record, "restricted", 1)
	due = {(item.doctype, item.name) for item in clocks.open_items(getdate(today()))}
	for rule, item in found.items():
		assert (rule.doctype, item.name) not in due, rule.name


# --- how many statements -----------------------------------------------------------------------------------------
def test_more_records_take_no_more_statements(staff, count_queries):
	def statements() -> int:
		clocks.open_items(getdate(today()))
		with count_queries() as queries:
			clocks.open_items(getdate(today()))
		return len(queries)

	for rule in reminding():
		record(rule, add_days(today(), LATE))
	few = statements()
	for rule in reminding():
		for _n in range(4):
			record(rule, add_days(today(), LATE))
	assert statements() == few


# --- colours -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("days", "colour"), [(30, "On Time"), (2, "Due Soon"), (0, "Due Today"), (-1, "Overdue")]
)
def test_the_colour_follows_the_day(staff, days, colour):
	rules = [rule for rule in due_rules.enabled() if rule.colour_field]
	assert {rule.doctype for rule in rules} == {"Assistance Application", "Petition", "Archive Loan"}
	found = {rule: record(rule, add_days(today(), days)) for rule in rules}
	clocks.mark_due()
	for rule, item in found.items():
		assert frappe.db.get_value(rule.doctype, item.record, rule.colour_field) == colour, rule.name


# --- editing a rule ----------------------------------------------------------------------------------------------
def editor() -> str:
	return builders.make_user("Socaid Administrator")


def test_a_county_tunes_a_rule_and_the_next_migrate_leaves_it(site):
	with builders.acting_as(editor()):
		doc = frappe.get_doc(RULE, "service_referral")
		doc.update({"label": "转办回执", "soon_days": 9, "escalate_after": 3})
		doc.save()
	due_rules.seed()
	rule = next(rule for rule in due_rules.enabled("Service Referral") if rule.name == "service_referral")
	assert (rule.label, rule.soon_days, rule.escalate_after) == ("转办回执", 9, 3)


def test_a_rule_that_is_switched_off_says_nothing(staff):
	rule = next(rule for rule in due_rules.enabled() if rule.name == "service_referral")
	item = record(rule, today())
	with builders.acting_as(editor()):
		client_set_value(RULE, rule.name, "enabled", 0)
	clocks.remind(getdate(today()))
	assert not told(rule, item)


def test_a_rule_whose_field_is_gone_does_not_silence_the_others_and_the_self_check_names_it(staff):
	conditions = json.dumps([["Service Referral", "no_such_field", "=", "x"]])
	frappe.db.set_value(RULE, "service_referral", "conditions", conditions)
	due_rules.changed()
	rule = next(rule for rule in due_rules.enabled() if rule.name == "visit_problem")
	item = record(rule, today())
	clocks.remind(getdate(today()))
	assert told(rule, item)["Due Today"]
	check = frappe.get_doc("Reminder Check", clocks.check_reminders_ran())
	label = frappe.db.get_value(RULE, "service_referral", "label")
	assert check.outcome == "Abnormal" and label in check.note


def test_a_county_adds_a_rule_of_its_own(staff):
	with builders.acting_as(editor()):
		doc = frappe.get_doc(
			{
				"doctype": RULE,
				"label": "公示到期",
				"document_type": "Publicity Notice",
				"date_field": "planned_end",
				"conditions": json.dumps([["Publicity Notice", "status", "=", "In Publicity"]]),
				"recipients": [{"told": "Role in the Division", "role": "Township Officer"}],
			}
		).insert()
	rule = next(rule for rule in due_rules.enabled() if rule.name == doc.name)
	item = record(rule, today())
	late = record(rule, add_days(today(), -1))
	clocks.remind(getdate(today()))
	assert staff.here["Township Officer"] in told(rule, item)["Due Today"]
	card = figures.card(frappe.db.get_value("Number Card", f"overdue:{rule.name}", "filters_json"))
	listed = [[*key.split("."), *test] for key, test in card["route_options"].items()]
	assert late.record in frappe.get_list(
		"Publicity Notice", filters=listed, pluck="name", limit_page_length=0
	)
	with builders.acting_as(editor()):
		doc.delete()
	assert doc.name not in {rule.name for rule in due_rules.enabled()}
	assert not frappe.db.exists("Number Card", f"overdue:{doc.name}")


def test_what_the_law_needs_is_tuned_but_neither_switched_off_nor_deleted(site):
	with builders.acting_as(editor()):
		doc = frappe.get_doc(RULE, "notice_delivery")
		doc.update({"soon_days": 2, "required_by_law": 0}).save()
		assert frappe.db.get_value(RULE, doc.name, ["soon_days", "required_by_law"]) == (2, 1)
		with pytest.raises(DueRuleNeeded):
			client_set_value(RULE, doc.name, "enabled", 0)
		with pytest.raises(DueRuleNeeded):
			client_set_value(RULE, doc.name, "remind_overdue", 0)
		with pytest.raises(DueRuleNeeded):
			client_set_value(
				RULE, doc.name, "conditions", '[["Document Delivery", "status", "=", "Overdue"]]'
			)
		with pytest.raises(DueRuleNeeded):
			frappe.delete_doc(RULE, doc.name)
		with pytest.raises(DueRuleNeeded):
			frappe.delete_doc(RULE, "service_referral")


BAD = {
	"no such field": {"conditions": '[["Service Referral", "no_field", "=", "x"]]'},
	"SQL": {"conditions": '[["Service Referral", "status`=1 or 1=1 -- ", "=", "x"]]'},
	"another table": {"conditions": '[["User", "enabled", "=", 1]]'},
	"no such choice": {"conditions": '[["Service Referral", "status", "=", "Sant"]]'},
	"an operator of the database": {"conditions": '[["Service Referral", "status", "regexp", ".*"]]'},
	"twice": {
		"conditions": '[["Service Referral", "status", "!=", "Sent"], ["Service Referral", "status", "!=", "Accepted"]]'
	},
	"no list": {"conditions": '{"status": "Sent"}'},
	"no JSON": {"conditions": "status = 'Sent'"},
	"a field without a date": {"date_field": "status"},
	"no such date": {"date_field": "needs.due_on"},
	"messages of the desk": {"document_type": "ToDo", "date_field": "date", "conditions": "[]"},
	"a person who is none": {"recipients": [{"told": "Named Person", "person": "household"}]},
	"a role that may not read it": {
		"recipients": [{"told": "Role in the Division", "role": "Socaid Administrator"}]
	},
	"nobody": {"recipients": []},
	"an escalation to nobody": {"escalate_after": 5},
	"a title from the vault": {"title_field": "household.address"},
	"no next step": {"recipients": [{"told": "Next Step"}]},
}


@pytest.mark.parametrize("case", BAD)
def test_a_rule_that_cannot_work_is_refused(site, case):
	values = {
		"doctype": RULE,
		"label": "转介反馈",
		"document_type": "Service Referral",
		"date_field": "due_on",
		"recipients": [{"told": "Role in the Division", "role": "Township Officer"}],
	}
	with builders.acting_as(editor()), pytest.raises(DueRuleInvalid):
		frappe.get_doc(values | BAD[case]).insert()


def test_choices_may_be_given_as_they_are_shown(site):
	shown = [frappe._(word, context="Service Referral") for word in ("Sent", "Accepted")]
	doc = frappe.get_doc(RULE, "service_referral")
	doc.conditions = json.dumps([["Service Referral", "status", "in", "，".join(shown)]])
	doc.save()
	assert json.loads(doc.conditions) == [["Service Referral", "status", "in", ["Sent", "Accepted"]]]


def test_dates_that_were_computed_each_night_become_columns(site):
	room = link(
		"Archive Location", kind="Room", location_name="库房", check_every_days=7, division=TOWNSHIP_A
	)
	link("Archive Room Check", room=room, checked_on="2026-11-10 09:00:00")
	roll = link("Publicity Notice", kind="Monthly Roll", status="Draft", roll_month="2026-11-01")
	ended = link("Publicity Notice", kind="Termination", status="Objection Raised")
	link(
		"Publicity Objection",
		parent=ended,
		parenttype="Publicity Notice",
		parentfield="objections",
		received_on="2026-11-02",
	)
	due_dates_as_columns.execute()
	due_dates_as_columns.execute()

	def stored(doctype: str, name: str, field: str) -> str:
		return str(frappe.db.get_value(doctype, name, field))

	assert stored("Archive Location", room, "next_check_on") == "2026-11-17"
	assert stored("Publicity Notice", roll, "post_due") == "2026-11-13"
	assert stored("Publicity Notice", ended, "recheck_due") == "2026-11-23"


def test_only_administrators_write_rules(site):
	with builders.acting_as(builders.make_user("Service Manager")):
		doc = frappe.get_doc(RULE, "service_referral")
		with pytest.raises(frappe.PermissionError):
			doc.save()


def test_the_browser_is_told_the_rules_once_when_it_starts(site):
	assert "socaid_app.casework.due_rules.tell_browser" in frappe.get_hooks("extend_bootinfo")
	bootinfo = frappe._dict()
	due_rules.tell_browser(bootinfo)
	rules = json.loads(frappe.as_json(bootinfo))["socaid_due_rules"]
	assert [rule["date_field"] for rule in rules["Service Referral"]] == ["due_on"]
	assert rules["Service Referral"][0]["conditions"] == [["status", "in", ["Sent", "Accepted"]]]
	assert "Screening Cycle" not in rules
