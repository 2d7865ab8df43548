"""Every household on the roll is called back once a round; what it says is kept, what it needs is followed up."""

import json

import frappe
import pytest
from frappe.client import insert as client_insert
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.utils import add_days, getdate, today

from socaid_app.field_visits import callbacks, intervals
from socaid_app.field_visits.callbacks import CallbackClosed, CallbackIncomplete
from socaid_app.permissions.rows import OnlyThroughTheRecord
from socaid_app.permissions.scope import DivisionOutOfScope, NeverDeleted
from socaid_app.setup import seeds
from tests import builders
from tests.builders import fieldwork

CALLBACK = callbacks.DOCTYPE
RURAL, URBAN, TEMPORARY = "农村低保", "城市低保", "临时-急难（一般）"
ON = "2026-11-23"


@pytest.fixture(autouse=True)
def empty_roll(site):
	for doctype in ("Entitlement", "Review Cycle Rule", CALLBACK):
		frappe.db.delete(doctype)
	seeds.seed_callback_scripts()


def rule(kind: str, months: int, category: str = RURAL, **values) -> str:
	return fieldwork.store(
		"Review Cycle Rule",
		category=category,
		check_kind=kind,
		service_months=months,
		**{"ratio": 100, "effective_from": "2021-07-01", "effective_to": None, **values},
	)


def benefit(household: str | None = None, category: str = RURAL, **values) -> str:
	"""A household with a benefit in force since the summer; returns the household."""
	division = values.pop("division", builders.VILLAGE_A)
	household = household or fieldwork.store_household(division=division)
	fieldwork.store(
		"Entitlement",
		household=household,
		category=category,
		division=division,
		**{"docstatus": 1, "payment": "Monthly", "start_month": "2026-06-01", "end_month": None, **values},
	)
	return household


def names() -> list[str]:
	return frappe.get_all(CALLBACK, pluck="name", order_by="name")


def make_callback(kind: str = "Phone", **values):
	household = values.pop("household", None) or builders.make_household(name="回访户").name
	return frappe.get_doc(
		{"doctype": CALLBACK, "household": household, "kind": kind, "due_on": today(), **values}
	).insert()


def answers_to(doc, *needing_action: int) -> list[dict]:
	return [
		{
			"question": row.question,
			"answer": f"回答{position}",
			"needs_action": int(position in needing_action),
		}
		for position, row in enumerate(doc.answers)
	]


# --- rounds -----------------------------------------------------------------------------------------------
def test_each_household_gets_one_callback_of_each_kind_and_round(site):
	rule("Phone Callback", 1)
	rule("Visit Callback", 3)
	rule("Evaluation Callback", 6)
	household = benefit()
	assert callbacks.generate_due(ON) == 3
	assert names() == [f"HF-E-2026-H2-{household}", f"HF-P-2026-11-{household}", f"HF-V-2026-Q4-{household}"]
	phone = frappe.get_doc(CALLBACK, f"HF-P-2026-11-{household}")
	assert (phone.kind, phone.period, phone.status) == ("Phone", "2026-11", "To Do")
	assert (phone.due_on, phone.category) == (getdate("2026-11-30"), RURAL)
	assert (phone.household, phone.division, phone.township) == (
		household,
		builders.VILLAGE_A,
		builders.TOWNSHIP_A,
	)
	assert phone.script and frappe.db.get_value("Callback Script", phone.script, "kind") == "Phone"
	due = {row.kind: row.due_on for row in frappe.get_all(CALLBACK, fields=["kind", "due_on"])}
	assert due["Visit"] == due["Evaluation"] == getdate("2026-12-31")


def test_running_it_again_adds_nothing_and_the_next_month_adds_one(site):
	rule("Phone Callback", 1)
	rule("Visit Callback", 3)
	benefit()
	assert callbacks.generate_due("2026-11-01") == 2
	assert callbacks.generate_due("2026-11-30") == 0
	assert callbacks.generate_due("2026-12-01") == 1
	assert callbacks.generate_due("2027-01-01") == 2


def test_a_round_that_was_cut_short_is_completed(site):
	rule("Phone Callback", 1)
	first, second = benefit(), benefit()
	callbacks.generate_due(ON)
	frappe.db.delete(CALLBACK, {"household": second})
	assert callbacks.generate_due(ON) == 1
	assert {row.household for row in frappe.get_all(CALLBACK, fields=["household"])} == {first, second}


def test_what_another_run_wrote_meanwhile_is_left_alone(site, monkeypatch):
	rule("Phone Callback", 1)
	household = benefit()
	callbacks.generate_due(ON)
	frappe.db.set_value(CALLBACK, names()[0], "summary", "已回访")
	get_all = frappe.get_all
	# the other run's rows come after this one has looked
	monkeypatch.setattr(
		frappe, "get_all", lambda doctype, **kw: [] if doctype == CALLBACK else get_all(doctype, **kw)
	)
	callbacks.generate_due(ON)
	monkeypatch.undo()
	assert names() == [f"HF-P-2026-11-{household}"]
	assert frappe.db.get_value(CALLBACK, names()[0], "summary") == "已回访"


def test_several_benefits_make_one_callback_by_the_shortest_interval(site):
	rule("Phone Callback", 3)
	rule("Phone Callback", 1, TEMPORARY)
	household = benefit()
	benefit(household, TEMPORARY)
	benefit(household)
	callbacks.generate_due(ON)
	assert names() == [f"HF-P-2026-11-{household}"]


@pytest.mark.parametrize(
	"values",
	[
		{"end_month": "2026-10-01"},
		{"start_month": "2026-12-01"},
		{"docstatus": 2},
		{"docstatus": 0},
		{"category": URBAN},
	],
)
def test_without_a_benefit_in_force_or_a_rule_there_is_no_callback(site, values):
	rule("Phone Callback", 1)
	benefit(**values)
	assert callbacks.generate_due(ON) == 0


def test_a_closed_household_is_not_called(site):
	rule("Phone Callback", 1)
	household = benefit()
	frappe.db.set_value("Recipient Household", household, "status", "Closed")
	assert callbacks.generate_due(ON) == 0


def test_the_rule_in_force_on_the_day_counts(site):
	rule("Phone Callback", 3, effective_to="2026-10-31")
	rule("Phone Callback", 1, effective_from="2026-11-01")
	benefit()
	callbacks.generate_due("2026-10-31")
	callbacks.generate_due("2026-11-01")
	assert [name.split("-HH")[0][:12] for name in names()] == ["HF-P-2026-11", "HF-P-2026-Q4"]


def test_a_rule_for_the_review_class_goes_before_the_general_one(site):
	rule("Phone Callback", 3)
	rule("Phone Callback", 1, review_class="Key")
	key, general = (
		fieldwork.store_household(review_class="Key"),
		fieldwork.store_household(review_class="General"),
	)
	benefit(key)
	benefit(general)
	callbacks.generate_due(ON)
	assert names() == sorted([f"HF-P-2026-11-{key}", f"HF-P-2026-Q4-{general}"])


def test_a_rule_for_a_share_takes_that_share_and_always_the_same(site):
	rule("Phone Callback", 1, ratio=30)
	for _number in range(300):
		benefit()
	made = callbacks.generate_due(ON)
	# 90 expected, standard deviation 8
	assert 60 < made < 120
	assert callbacks.generate_due(ON) == 0
	november = {name.rpartition("2026-11-")[2] for name in names()}
	callbacks.generate_due("2026-12-01")
	december = {name.rpartition("2026-12-")[2] for name in names() if "2026-12-" in name}
	assert december - november


def test_the_number_of_statements_does_not_grow_with_the_households(site, count_queries):
	rule("Phone Callback", 1)

	def statements(number):
		for _household in range(number):
			benefit()
		with count_queries() as queries:
			callbacks.generate_due(ON)
		return len(queries)

	assert statements(2) >= statements(60) > 0


def test_the_seeded_rules_give_callbacks_to_every_category(site):
	seeds.seed_review_cycles()
	for category in frappe.get_all("Assistance Category", pluck="name", order_by="name"):
		for kind in callbacks.KINDS:
			assert intervals.interval(category, None, kind, ON), (category, kind)


# --- the script -------------------------------------------------------------------------------------------
def test_scripts_ask_what_the_service_plan_wants_to_know(site):
	for kind, words in {
		"Phone": ("生活", "救助金", "需要"),
		"Visit": ("居住环境", "身体状况", "与家属交流"),
		"Evaluation": ("综合评估", "救助方案"),
	}.items():
		script = frappe.get_doc("Callback Script", callbacks.default_script(kind))
		text = "".join(row.question for row in script.questions)
		assert all(word in text for word in words), kind


def test_scripts_are_seeded_once(site):
	script = callbacks.default_script("Phone")
	frappe.db.set_value("Callback Script", script, "opening", "本县的开场白")
	count = frappe.db.count("Callback Script")
	seeds.seed_callback_scripts()
	assert frappe.db.count("Callback Script") == count
	assert frappe.db.get_value("Callback Script", script, "opening") == "本县的开场白"


def test_the_questions_are_copied_on_first_opening_and_stay(site):
	rule("Phone Callback", 1)
	benefit()
	callbacks.generate_due(ON)
	(name,) = names()
	callbacks.prepare(name)
	doc = frappe.get_doc(CALLBACK, name)
	script = frappe.get_doc("Callback Script", doc.script)
	asked = [row.question for row in doc.answers]
	assert asked == [row.question for row in script.questions] and doc.opening == script.opening
	script.questions[0].question = "换了问法"
	script.save()
	callbacks.prepare(name)
	assert [row.question for row in frappe.get_doc(CALLBACK, name).answers] == asked


def test_questions_are_neither_reworded_nor_dropped(site):
	doc = make_callback()
	asked = [row.question for row in doc.answers]
	values = doc.as_dict(convert_dates_to_str=True)
	values["answers"][0]["question"] = "别的问题"
	values["answers"][0]["answer"] = "还可以"
	del values["answers"][1]
	client_save(values)
	doc.reload()
	assert [row.question for row in doc.answers] == asked
	assert doc.answers[0].answer == "还可以"


# --- calling ----------------------------------------------------------------------------------------------
def test_recording_finishes_the_callback(site):
	doc = make_callback()
	callbacks.record(doc.name, json.dumps(answers_to(doc)), summary="情况稳定", satisfaction="Satisfied")
	doc.reload()
	assert (doc.status, doc.attempts, doc.satisfaction) == ("Done", 1, "Satisfied")
	assert doc.called_at and doc.answers[2].answer == "回答2"
	with pytest.raises(CallbackClosed):
		callbacks.record(doc.name, [])


def test_after_the_set_number_of_attempts_it_counts_as_not_reached(site):
	doc = make_callback()
	assert [callbacks.not_reached(doc.name) for _attempt in range(3)] == [1, 2, 3]
	doc.reload()
	assert doc.status == "Not Reached"
	# somebody rings back
	callbacks.reached(doc.name, "户主")
	doc.reload()
	assert (doc.status, doc.attempts, doc.answered_by) == ("To Do", 4, "户主")
	callbacks.record(doc.name, answers_to(doc))
	assert frappe.db.get_value(CALLBACK, doc.name, ["status", "attempts"]) == ("Done", 4)


def test_an_unanswered_question_keeps_it_open(site):
	doc = make_callback()
	with pytest.raises(CallbackIncomplete, match=doc.answers[-1].question[:4]):
		callbacks.record(doc.name, answers_to(doc)[:-1])
	with pytest.raises(CallbackIncomplete):
		callbacks.record(doc.name, [{"question": "没问过的", "answer": "是"}])


def test_an_answer_that_needs_action_opens_a_problem_once(site):
	doc = make_callback()
	(problem,) = callbacks.record(doc.name, answers_to(doc, 1), follow_up="联系村里")
	problem = frappe.get_doc("Visit Problem", problem)
	doc.reload()
	assert (problem.subject, problem.status, problem.channel) == ("回答1", "Open", "Phone")
	assert problem.content == "\n".join([doc.answers[1].question, "回答1", "联系村里"])
	assert (problem.callback, problem.household, problem.division) == (doc.name, doc.household, doc.division)
	assert problem.due_on == getdate(add_days(today(), 7)) and problem.responsible and problem.sent_to
	assert doc.answers[1].problem == problem.name
	doc.follow_up = "已联系"
	doc.save()
	assert frappe.db.count("Visit Problem", {"callback": doc.name}) == 1


def test_a_visiting_callback_is_done_with_its_finished_visit(site):
	doc = make_callback("Visit")
	with pytest.raises(CallbackIncomplete):
		callbacks.record(doc.name, answers_to(doc))
	visit = fieldwork.store_visit(doc.household, (), 0, purpose="Callback Visit", status="Planned")
	doc.reload()
	doc.visit = visit
	doc.save()
	with pytest.raises(CallbackIncomplete):
		callbacks.record(doc.name, answers_to(doc))
	frappe.db.set_value("Home Visit", visit, "status", "Finished")
	callbacks.record(doc.name, answers_to(doc))
	assert frappe.db.get_value(CALLBACK, doc.name, "status") == "Done"


def test_the_visit_is_planned_from_the_callback(site):
	doc = make_callback("Visit")
	officers = [fieldwork.make_officer("甲"), fieldwork.make_officer("乙")]
	visit = frappe.get_doc("Home Visit", callbacks.schedule_visit(doc.name, today(), json.dumps(officers)))
	assert (visit.purpose, visit.household) == ("Callback Visit", doc.household)
	assert [row.officer for row in visit.visitors] == officers
	assert frappe.db.get_value(CALLBACK, doc.name, "visit") == visit.name


def test_the_visit_of_another_household_is_refused(site):
	doc = make_callback("Visit")
	doc.visit = fieldwork.store_visit(purpose="Callback Visit")
	with pytest.raises(frappe.ValidationError):
		doc.save()


# --- other ways in ----------------------------------------------------------------------------------------
def test_status_and_attempts_are_not_taken_from_a_client(site):
	doc = make_callback(status="Done", attempts=9, called_at="2020-01-01 00:00:00", period="2020-01")
	assert (doc.status, doc.attempts, doc.called_at, doc.period) == ("To Do", 0, None, None)
	client_save(
		doc.as_dict(convert_dates_to_str=True)
		| {
			"status": "Done",
			"attempts": 9,
			"called_at": "2020-01-01 00:00:00",
			"kind": "Visit",
			"period": "2020-01",
		}
	)
	client_set_value(CALLBACK, doc.name, "status", "Done")
	doc.reload()
	assert (doc.status, doc.attempts, doc.called_at, doc.kind) == ("To Do", 0, None, "Phone")


@pytest.mark.parametrize(
	("field", "value"), [("summary", "改口"), ("satisfaction", "Neutral"), ("category", URBAN)]
)
def test_a_finished_callback_keeps_its_answers(site, field, value):
	doc = make_callback()
	callbacks.record(doc.name, answers_to(doc))
	with pytest.raises(CallbackClosed):
		client_set_value(CALLBACK, doc.name, field, value)
	values = frappe.get_doc(CALLBACK, doc.name).as_dict(convert_dates_to_str=True)
	values["answers"][0]["answer"] = "改口"
	with pytest.raises(CallbackClosed):
		client_save(values)
	client_set_value(CALLBACK, doc.name, "follow_up", "再联系")


def test_an_answer_is_not_changed_as_a_row_by_itself(site):
	doc = make_callback()
	row = frappe.get_doc("Callback Answer", doc.answers[0].name)
	row.question = "改"
	with pytest.raises(OnlyThroughTheRecord):
		row.save()


def test_callbacks_are_never_deleted(site):
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(CALLBACK, make_callback().name)


# --- permissions ------------------------------------------------------------------------------------------
def test_a_township_sees_and_records_its_own_callbacks_only(site, as_user):
	rule("Phone Callback", 1)
	ours = benefit(builders.make_household(name="我乡").name)
	theirs = benefit(
		builders.make_household(builders.VILLAGE_B, name="邻乡").name, division=builders.VILLAGE_B
	)
	callbacks.generate_due(ON)
	for role in ("Township Officer", "Field Investigator"):
		with as_user(builders.make_user(role, builders.TOWNSHIP_A)):
			assert frappe.get_list(CALLBACK, pluck="household") == [ours]
			callbacks.prepare(f"HF-P-2026-11-{ours}")
			for call in (callbacks.prepare, callbacks.reached, callbacks.not_reached, callbacks.record):
				with pytest.raises(frappe.PermissionError):
					call(f"HF-P-2026-11-{theirs}")
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		doc = frappe.get_doc(CALLBACK, f"HF-P-2026-11-{ours}")
		assert callbacks.record(doc.name, answers_to(doc, 0))
		with pytest.raises(DivisionOutOfScope):
			client_insert({"doctype": CALLBACK, "household": theirs, "kind": "Phone"})


def test_a_village_assistant_records_the_own_village_only(site, as_user):
	own = make_callback()
	next_door = make_callback(household=builders.make_household(builders.OTHER_VILLAGE_A, name="邻村").name)
	with as_user(builders.make_user("Village Assistant", builders.VILLAGE_A)):
		assert frappe.get_list(CALLBACK, pluck="name") == [own.name]
		callbacks.record(own.name, answers_to(own, 0))
		with pytest.raises(frappe.PermissionError):
			callbacks.reached(next_door.name)


@pytest.mark.parametrize("role", ["Socaid Auditor", "County Approver", "Archivist"])
def test_who_only_reads_does_not_record(site, as_user, role):
	doc = make_callback()
	with as_user(builders.make_user(role)):
		for call in (callbacks.prepare, callbacks.reached, callbacks.not_reached, callbacks.record):
			with pytest.raises(frappe.PermissionError):
				call(doc.name)


def test_scripts_are_changed_by_managers_only(site, as_user):
	script = callbacks.default_script("Phone")
	with (
		as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)),
		pytest.raises(frappe.PermissionError),
	):
		client_set_value("Callback Script", script, "opening", "x")
	with as_user(builders.make_user("Service Manager")):
		client_set_value("Callback Script", script, "opening", "您好")


def test_the_nightly_job_is_scheduled(site):
	assert (
		"socaid_app.field_visits.callbacks.generate_due" in frappe.get_hooks("scheduler_events")["daily_long"]
	)
