"""Rules bring petitions before the right people, once, and accusations before nobody but their handlers."""

import frappe
import frappe.client
import pytest
from frappe.utils import add_days, now, today

from socaid_app.petition_desk import escalation
from socaid_app.petition_desk.escalation import RuleInvalid
from socaid_app.setup import seeds
from tests import builders
from tests.builders.petition_records import make_petition

RULE = escalation.RULE


@pytest.fixture(autouse=True)
def no_rules(site):
	for doctype in ("Petition", "Petition Action", RULE, "Notification Log"):
		frappe.db.delete(doctype)


def rule(condition: str = "Days after Due", days: int = 1, role: str = "Township Approver", **values):
	return frappe.get_doc(
		{
			"doctype": RULE,
			"rule_name": f"规则{builders.digits()}",
			"condition": condition,
			"days": days,
			"notify_role": role,
			**values,
		}
	).insert()


def due_petition(days: int, **values):
	"""Recorded so long ago that its notice of 15 days was due ``days`` from today."""
	return make_petition(received_on=add_days(today(), days - 15), **values)


def told(user: str) -> list:
	return frappe.get_all(
		"Notification Log",
		filters={"for_user": user},
		fields=["subject", "document_name"],
		order_by="creation",
	)


def lines(petition) -> list:
	return frappe.get_all(
		"Petition Action", filters={"parent": petition.name, "action": "督办"}, pluck="escalation_key"
	)


@pytest.fixture
def approver(site):
	return builders.make_user("Township Approver", builders.TOWNSHIP_A)


# --- when -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "made"), [(4, 0), (3, 1), (0, 1), (-1, 0)])
def test_three_days_before_the_due_date(site, days, made):
	doc = due_petition(days)
	frappe.db.set_value("Petition", doc.name, "current_due", add_days(today(), days))
	rule("Days before Due", 3)
	assert escalation.apply() == made


@pytest.mark.parametrize(("days", "made"), [(0, 0), (-1, 1), (-9, 1)])
def test_the_day_after_the_due_date(site, days, made):
	doc = due_petition(days)
	frappe.db.set_value("Petition", doc.name, "current_due", add_days(today(), days))
	rule("Days after Due", 1)
	assert escalation.apply() == made


def test_what_is_done_is_not_escalated(site):
	make_petition(current_due=None, status="Concluded", is_repeat=1, group_petition=1, urgent=1)
	for condition in ("Days before Due", "Days after Due", "Repeat Petition", "Group Petition"):
		rule(condition, 3)
	rule("Urgent and Not Reported")
	assert escalation.apply() == 0


@pytest.mark.parametrize(
	("condition", "values"),
	[
		("Urgent and Not Reported", {"urgent": 1}),
		("Repeat Petition", {"is_repeat": 1}),
		("Group Petition", {"people_count": 6}),
		("Dissatisfied", {"satisfaction": "Dissatisfied"}),
	],
)
def test_what_weighs_much_is_escalated_at_once(site, condition, values):
	make_petition()
	doc = make_petition(
		subject="测试事由2", matter="Eligibility", phone="13900004321", rated_on=now(), **values
	)
	rule(condition, 0)
	assert escalation.apply() == 1
	assert len(lines(doc)) == 1


def test_urgent_ones_that_were_reported_are_left_alone(site):
	make_petition(urgent=1, urgent_reported_on=now())
	rule("Urgent and Not Reported", 0)
	assert escalation.apply() == 0


def test_old_ratings_are_no_news(site):
	make_petition(satisfaction="Dissatisfied", rated_on=add_days(now(), -40))
	rule("Dissatisfied", 0)
	assert escalation.apply() == 0


def test_a_rule_for_one_category_leaves_the_others(site):
	suggestion = due_petition(-2, category="Suggestion")
	due_petition(-2)
	rule(category="Suggestion")
	assert escalation.apply() == 1
	assert lines(suggestion)


def test_a_disabled_rule_says_nothing(site):
	due_petition(-2)
	rule(disabled=1)
	assert escalation.apply() == 0


# --- once -------------------------------------------------------------------------------------------------
def test_a_rule_speaks_once_of_a_petition_and_due_date(site, approver):
	doc = due_petition(-2)
	rule()
	assert [escalation.apply(), escalation.apply()] == [1, 0]
	assert len(told(approver)) == len(lines(doc)) == 1
	frappe.db.set_value("Petition", doc.name, "current_due", add_days(doc.current_due, -1))
	assert [escalation.apply(), len(lines(doc))] == [1, 2]


def test_the_first_day_and_the_tenth_are_two_rules(site, approver):
	doc = due_petition(-12)
	rule(days=1)
	rule(days=10)
	assert escalation.apply() == 2 and len(lines(doc)) == 2
	assert escalation.apply() == 0


def test_the_trace_is_in_the_petition(site, approver):
	doc = due_petition(-2)
	name = rule().name
	escalation.apply()
	doc.reload()
	assert doc.escalated_on and doc.escalated_to
	assert name in doc.actions[-1].note and doc.actions[-1].action == "督办"


def test_a_petition_that_cannot_be_saved_does_not_stop_the_others(site, monkeypatch):
	first, second = due_petition(-2), due_petition(-3)
	rule()
	write = escalation.escalate

	def broken(rule, name, directory):
		if name == first.name:
			frappe.db.set_value("Petition", name, "subject", "半途")
			raise frappe.ValidationError
		return write(rule, name, directory)

	monkeypatch.setattr(escalation, "escalate", broken)
	assert escalation.apply() == 1
	assert lines(second) and not lines(first)
	assert frappe.db.get_value("Petition", first.name, "subject") == first.subject


# --- whom -------------------------------------------------------------------------------------------------
def test_the_role_hears_within_the_division_only(site, approver):
	doc = due_petition(-2)
	neighbour = builders.make_user("Township Approver", builders.TOWNSHIP_B)
	officer = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	rule()
	escalation.apply()
	assert [row.document_name for row in told(approver)] == [doc.name]
	assert not told(neighbour) and not told(officer)


def test_where_nobody_has_the_role_the_superiors_hear(site):
	manager = builders.make_user("Service Manager")
	due_petition(-2, division=builders.VILLAGE_B)
	frappe.db.delete("Has Role", {"role": "Township Approver", "parenttype": "User"})
	rule()
	escalation.apply()
	assert len(told(manager)) == 1


def test_of_an_accusation_only_its_handlers_hear_and_only_that_there_is_something(site, approver):
	handler = builders.make_user("Accusation Handler")
	accused = builders.make_user("Accusation Handler")
	others = [approver, *(builders.make_user(role) for role in ("Petition Handler", "County Approver"))]
	doc = due_petition(
		-2,
		subject="测试举报3",
		category="Accusation",
		matter="Favouritism",
		accused=[{"user": accused}],
	)
	frappe.db.delete("Notification Log")
	for role in ("Township Approver", "Petition Handler", "County Approver"):
		rule(role=role)
	assert escalation.apply() == 3
	assert not any(told(user) for user in [*others, accused])
	assert told(handler)
	assert all("测试举报3" not in row.subject and doc.name not in row.subject for row in told(handler))


def test_whoever_is_complained_about_does_not_hear(site, approver):
	due_petition(-2, accused=[{"user": approver}])
	rule()
	escalation.apply()
	assert not told(approver)


# --- rules ------------------------------------------------------------------------------------------------
def test_rules_by_date_need_days(site):
	for condition in ("Days before Due", "Days after Due"):
		with pytest.raises(RuleInvalid):
			rule(condition, 0)


def test_a_role_that_cannot_read_petitions_is_not_told(site):
	with pytest.raises(RuleInvalid):
		rule(role="Archivist")


def test_managers_tune_rules_and_others_do_not(site, as_user):
	name = rule().name
	with as_user(builders.make_user("Service Manager")):
		frappe.client.set_value(RULE, name, "days", 2)
	with as_user(builders.make_user("Petition Handler")), pytest.raises(frappe.PermissionError):
		frappe.client.set_value(RULE, name, "days", 3)


def test_the_seeded_rules_cover_every_condition_and_are_seeded_once(site):
	seeds.seed_escalation_rules()
	options = set(frappe.get_meta(RULE).get_field("condition").options.split("\n"))
	assert set(frappe.get_all(RULE, pluck="condition")) == options
	name = frappe.get_all(RULE, pluck="name", order_by="name")[0]
	frappe.db.set_value(RULE, name, "disabled", 1)
	count = frappe.db.count(RULE)
	seeds.seed_escalation_rules()
	assert frappe.db.count(RULE) == count and frappe.db.get_value(RULE, name, "disabled")


def test_the_job_is_scheduled(site):
	assert "socaid_app.petition_desk.escalation.apply" in frappe.get_hooks("scheduler_events")["hourly"]
