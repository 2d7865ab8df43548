"""What happened is graded, answered, told outside, reviewed and improved; an alarm goes on until somebody answers."""

from contextlib import suppress
from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, add_months, add_to_date, data, get_datetime, getdate, now_datetime, today

from socaid_app.casework import alarm_calls, clocks, messages, rectification
from socaid_app.casework.duties import NotYourDuty
from socaid_app.casework.records import RecordClosed
from socaid_app.casework.steps import StepNotOpen
from socaid_app.field_visits import alarms, visits
from socaid_app.service_management import emergency_plans, incidents
from socaid_app.service_management.emergency_plans import PlanIncomplete, RevisionUnderWay
from socaid_app.service_management.incidents import IncidentIncomplete, LevelUnchanged, PlanUnfit
from socaid_app.service_management.report.incident_statistics import incident_statistics
from tests import builders
from tests.builders.visits import fill_in, make_family, make_visit, make_visit_team

HEALTH = "Public Health Incident"


@pytest.fixture
def staff(site):
	# what other tests have committed rings as well
	for doctype in ("Alarm Call", "Incident Outside Report"):
		frappe.db.delete(doctype)
	return frappe._dict(
		reporter=builders.make_user("Village Assistant", builders.VILLAGE_A),
		chief=builders.make_user("Safety Officer"),
		deputy=builders.make_user("Township Approver", builders.TOWNSHIP_A),
		manager=builders.make_user("Service Manager"),
		approver=builders.make_user("County Approver"),
		stranger=builders.make_user("Township Officer", builders.TOWNSHIP_B),
	)


def make_plan(staff, **values):
	plan = frappe.get_doc(
		{
			"doctype": "Emergency Plan",
			"plan_name": "突发公共卫生事件预案",
			"event_type": HEALTH,
			"covers": "入户走访、接待、集中发放",
			"measures": [
				{"level": "IV", "task": "登记接触人员", "responsible": staff.deputy, "minutes": 30},
				{"level": "II", "task": "暂停集中活动", "minutes": 60},
			],
			"contacts": [
				{"user": staff.deputy, "part": "现场负责人", "answer_minutes": 3},
				{"user": staff.manager, "part": "后备负责人"},
			],
			"reports": [{"level": "III", "authority": "县疾控中心", "hours": 2}],
			**values,
		}
	)
	with builders.acting_as(staff.chief):
		plan.insert()
		emergency_plans.submit_plan(plan.name)
	with builders.acting_as(staff.approver):
		emergency_plans.approve_plan(plan.name)
	return frappe.get_doc("Emergency Plan", plan.name)


def report(staff, **values):
	with builders.acting_as(staff.reporter):
		return frappe.get_doc(
			{
				"doctype": "Incident",
				"event_type": HEALTH,
				"occurred_at": add_to_date(now_datetime(), minutes=-10),
				"what_happened": "接待室多人发热",
				"place": "接待室",
				"division": builders.VILLAGE_A,
				**values,
			}
		).insert()


def graded(staff, level="III", **values):
	incident = report(staff, **values)
	with builders.acting_as(staff.chief):
		incidents.grade(incident.name, level)
	return frappe.get_doc("Incident", incident.name)


def calls(doc) -> dict[str, str]:
	return {row.user: row.status for row in alarm_calls._rows(doc.doctype, doc.name)}


def an_hour_later(monkeypatch, minutes=60) -> None:
	"""The clock of the whole system goes on."""
	later = now_datetime() + timedelta(minutes=minutes)
	monkeypatch.setattr(data, "now_datetime", lambda: later)


# --- plans ------------------------------------------------------------------------------------------------------
def test_a_plan_is_approved_by_another_person_and_revised_within_a_year(staff):
	plan = make_plan(staff)
	assert (plan.status, plan.version, plan.approved_by) == ("Plan in Force", 1, staff.approver)
	assert plan.review_due_on == getdate(add_months(today(), 12))
	with builders.acting_as(staff.chief), pytest.raises(RecordClosed):
		plan.update({"covers": "别的"}).save()


def test_nobody_approves_their_own_plan_and_a_chain_has_two_links(staff):
	with builders.acting_as(staff.manager):
		plan = frappe.get_doc(
			{
				"doctype": "Emergency Plan",
				"plan_name": "火灾预案",
				"event_type": "Accident",
				"covers": "服务站",
				"measures": [{"task": "疏散", "minutes": 5}],
				"contacts": [{"user": staff.chief, "part": "负责人"}],
			}
		).insert()
		with pytest.raises(PlanIncomplete):
			emergency_plans.submit_plan(plan.name)
		plan.append("contacts", {"user": staff.manager, "part": "后备"})
		plan.save()
		emergency_plans.submit_plan(plan.name)
		with pytest.raises(NotYourDuty):
			emergency_plans.approve_plan(plan.name)


def test_the_next_version_replaces_the_one_before_when_it_is_approved(staff):
	plan = make_plan(staff)
	with builders.acting_as(staff.chief):
		name = emergency_plans.revise_plan(plan.name)
		with pytest.raises(RevisionUnderWay):
			emergency_plans.revise_plan(plan.name)
		with pytest.raises(PlanIncomplete):
			emergency_plans.submit_plan(name)
		revised = frappe.get_doc("Emergency Plan", name)
		revised.update({"revision_note": "更换联系人"}).save()
		emergency_plans.submit_plan(name)
	assert emergency_plans.of_event(HEALTH) == plan.name
	with builders.acting_as(staff.approver):
		emergency_plans.approve_plan(name)
	assert emergency_plans.of_event(HEALTH) == name
	earlier = frappe.get_doc("Emergency Plan", plan.name)
	assert (earlier.status, earlier.review_due_on) == ("Plan Replaced", None)
	assert [row.task for row in frappe.get_doc("Emergency Plan", name).measures] == [
		"登记接触人员",
		"暂停集中活动",
	]


# --- the course of an incident ------------------------------------------------------------------------------------
def test_with_the_level_come_tasks_reports_and_calls_of_the_plan(staff):
	plan = make_plan(staff)
	incident = report(staff)
	assert calls(incident)[staff.chief] == "Called"
	with builders.acting_as(staff.deputy), pytest.raises(NotYourDuty):
		incidents.grade(incident.name, "III")
	with builders.acting_as(staff.chief):
		incidents.grade(incident.name, "III")
		with pytest.raises(LevelUnchanged):
			incidents.grade(incident.name, "III")
	incident.reload()
	assert (incident.status, incident.plan) == ("Response under Way", plan.name)
	assert [(row.task, row.responsible) for row in incident.tasks] == [("登记接触人员", staff.deputy)]
	assert [row.authority for row in incident.outside_reports] == ["县疾控中心"]
	due_at = get_datetime(incident.outside_reports[0].due_at)
	assert abs(due_at - now_datetime() - timedelta(hours=2)) < timedelta(minutes=1)
	assert calls(incident) | {staff.chief: ""} | {
		staff.deputy: "Called",
		staff.manager: "To Be Called",
	} == calls(incident) | {staff.chief: ""}
	with builders.acting_as(staff.chief):
		incidents.grade(incident.name, "I")
	incident.reload()
	assert [row.task for row in incident.tasks] == ["登记接触人员", "暂停集中活动"]
	assert len(incident.outside_reports) == 1


def test_only_a_plan_in_force_for_such_events_is_followed(staff):
	older, newer = make_plan(staff), make_plan(staff, plan_name="食物中毒预案")
	incident = report(staff)
	with builders.acting_as(staff.chief):
		with pytest.raises(PlanUnfit):
			incidents.grade(report(staff, event_type="Accident").name, "III", plan=older.name)
		incidents.grade(incident.name, "III", plan=older.name)
	assert incident.reload().plan == older.name
	assert graded(staff).plan == newer.name


def test_without_a_plan_the_health_authority_is_told_within_two_hours(staff):
	frappe.db.delete("Emergency Plan")
	incident = graded(staff)
	assert len(incident.outside_reports) == 1 and not incident.tasks
	assert graded(staff, event_type="Accident").outside_reports == []


def test_it_ends_when_all_is_done_and_told_and_closes_when_it_is_improved(staff):
	make_plan(staff)
	incident = graded(staff)
	with builders.acting_as(staff.deputy):
		incidents.note_progress(incident.name, "现场已通风")
		incidents.finish_task(incident.name, "登记接触人员", "登记12人")
		with pytest.raises(StepNotOpen):
			incidents.finish_task(incident.name, "登记接触人员", "再登记")
	with builders.acting_as(staff.chief):
		with pytest.raises(IncidentIncomplete):
			incidents.end_response(incident.name)
		incidents.report_outside(incident.name, "县疾控中心", "电话报告值班员")
		incidents.end_response(incident.name)
		with pytest.raises(NotYourDuty):
			incidents.review(incident.name, "通风不足", "加强通风")
	with builders.acting_as(staff.manager):
		with pytest.raises(IncidentIncomplete):
			incidents.review(incident.name, "通风不足", "加强通风", "加装排风扇")
		incidents.review(
			incident.name,
			"通风不足",
			"加强通风",
			"加装排风扇",
			responsible=staff.deputy,
			due_on=add_days(today(), 9),
		)
		incident.reload()
		with pytest.raises(IncidentIncomplete):
			incidents.close(incident.name)
	with builders.acting_as(staff.deputy):
		rectification.rectify(incident.issue, "已加装", "通风正常")
	with builders.acting_as(staff.manager):
		rectification.recheck(incident.issue, "现场查看")
		incidents.close(incident.name)
	incident.reload()
	assert incident.status == "Incident Closed"
	words = [row.words for row in incident.entries]
	assert len(words) == 4 and words[1] == "现场已通风"
	html = frappe.get_print("Incident", incident.name, "Incident Report Form")
	assert "登记12人" in html and "电话报告值班员" in html and "Ⅲ级" in html


def test_open_tasks_and_reports_are_told_to_their_people_on_the_day(staff):
	make_plan(staff)
	incident = graded(staff)
	for rows in (incident.tasks, incident.outside_reports):
		for row in rows:
			# late in the evening it would be due tomorrow
			row.db_set("due_at", f"{today()} 23:59:00")
	clocks.nightly()
	told = frappe.get_all(
		"Case Reminder",
		filters={"reference_doctype": "Incident", "reference_name": incident.name, "kind": "Due Today"},
		pluck="recipient_user",
	)
	assert {staff.deputy, staff.chief} <= set(told)


def test_what_was_written_down_stays(staff):
	make_plan(staff)
	incident = graded(staff)
	with builders.acting_as(staff.chief):
		for change in ({"what_happened": "别的"}, {"level": "IV"}, {"occurred_at": now_datetime()}):
			incident.reload()
			with suppress(RecordClosed):
				incident.update(change).save()
		incident.reload()
		incident.tasks[0].done_at = now_datetime()
		incident.append("tasks", {"task": "增派人员", "responsible": staff.chief, "due_at": now_datetime()})
		incident.save()
	stored = frappe.get_doc("Incident", incident.name)
	assert (stored.level, stored.what_happened) == ("III", "接待室多人发热")
	assert [row.done_at for row in stored.tasks] == [None, None]
	with builders.acting_as(staff.deputy), pytest.raises(frappe.PermissionError):
		stored.append("tasks", {"task": "擅自", "responsible": staff.deputy, "due_at": now_datetime()})
		stored.save()


def test_a_near_miss_calls_nobody_and_blames_nobody(staff):
	incident = report(staff, near_miss=1)
	assert calls(incident) == {}
	with builders.acting_as(staff.chief), pytest.raises(StepNotOpen):
		incidents.grade(incident.name, "IV")
	with builders.acting_as(staff.manager):
		incidents.review(incident.name, "台阶湿滑", "放置防滑垫")
		incidents.close(incident.name)
	assert frappe.utils.get_fullname(staff.reporter) not in frappe.get_print(
		"Incident", incident.name, "Incident Report Form"
	)


def test_others_do_not_see_it_and_statistics_count_it(staff):
	incident = graded(staff, event_type="Natural Disaster")
	with builders.acting_as(staff.stranger):
		assert not frappe.has_permission("Incident", "read", doc=incident)
		assert not frappe.get_list("Alarm Call", filters={"reference_name": incident.name})
		rows = incident_statistics.execute({"from_date": today(), "to_date": today()})[1]
	with builders.acting_as(staff.manager):
		all_rows = incident_statistics.execute({"from_date": today(), "to_date": today()})[1]
	kinds = {row.kind: (row.reported, row.level_3) for row in all_rows}
	assert "自然灾害" not in {row.kind for row in rows} and kinds["自然灾害"] == (1, 1)


# --- alarms -------------------------------------------------------------------------------------------------------
def test_an_alarm_nobody_answers_reaches_the_next_person(staff, monkeypatch):
	make_plan(staff)
	incident = graded(staff)
	assert alarm_calls.pass_on() == 0
	an_hour_later(monkeypatch, minutes=2)
	assert alarm_calls.pass_on() == 0
	an_hour_later(monkeypatch, minutes=4)
	assert alarm_calls.pass_on() == 1
	assert (calls(incident)[staff.deputy], calls(incident)[staff.manager]) == ("Not Answered", "Called")
	assert frappe.db.exists("Notification Log", {"document_name": incident.name, "for_user": staff.manager})
	with builders.acting_as(staff.manager):
		incidents.answer_alarm(incident.name)
	an_hour_later(monkeypatch, minutes=90)
	assert alarm_calls.pass_on() == 0
	assert set(calls(incident).values()) == {"Not Answered", "Call Answered", "Not Needed Any More"}
	shown = alarm_calls.told(incident)
	assert [row["status"] for row in shown[:2]] == ["Not Answered", "Call Answered"]
	assert shown[1]["full_name"] == frappe.utils.get_fullname(staff.manager) and shown[1]["answered_at"]


def test_a_late_answer_counts_and_whoever_was_not_called_does_not_answer(staff, monkeypatch):
	make_plan(staff)
	incident = graded(staff)
	with builders.acting_as(staff.manager), pytest.raises(NotYourDuty):
		incidents.answer_alarm(incident.name)
	an_hour_later(monkeypatch)
	alarm_calls.pass_on()
	with builders.acting_as(staff.deputy):
		incidents.answer_alarm(incident.name)
	assert (calls(incident)[staff.deputy], calls(incident)[staff.manager]) == (
		"Call Answered",
		"Not Needed Any More",
	)


def test_whom_no_message_reaches_is_passed_over_and_in_the_end_a_person_calls(staff, monkeypatch):
	make_plan(staff)
	real = messages._tell
	monkeypatch.setattr(
		messages, "_tell", lambda user, *args: "no connection" if user == staff.deputy else real(user, *args)
	)
	incident = graded(staff)
	assert (calls(incident)[staff.deputy], calls(incident)[staff.manager]) == ("Not Reached", "Called")
	for minutes in (60, 120, 180):
		an_hour_later(monkeypatch, minutes)
		alarm_calls.pass_on()
	manual = {"reference_name": incident.name, "status": "Manual Needed"}
	assert frappe.db.count("Case Reminder", manual) == 1


def test_a_report_outside_that_is_late_rings_once(staff):
	make_plan(staff)
	incident = graded(staff)
	assert incidents.raise_late_reports() == 0
	frappe.db.set_value(
		"Incident Outside Report",
		incident.outside_reports[0].name,
		"due_at",
		add_to_date(now_datetime(), hours=-1),
	)
	assert (incidents.raise_late_reports(), incidents.raise_late_reports()) == (1, 0)
	assert calls(incident)[staff.chief] == "Called"


def test_a_team_that_does_not_come_back_goes_the_same_way(staff, monkeypatch):
	team = make_visit_team()
	visit = make_visit(make_family()[0], team)
	with builders.acting_as(team.first):
		visits.check_in(visit.name)
	late = {"due_back_at": add_to_date(now_datetime(), minutes=-1)}
	frappe.db.set_value("Home Visit", visit.name, late)
	alarms.raise_overdue()
	visit.reload()
	assert calls(visit)[team.supervisor] == "Called"
	an_hour_later(monkeypatch)
	assert alarm_calls.pass_on() == 1
	with builders.acting_as(team.supervisor):
		alarms.answer_alarm(visit.name)
	assert calls(visit)[team.supervisor] == "Call Answered"


def test_a_team_that_comes_back_ends_its_alarm(staff):
	team = make_visit_team()
	visit = make_visit(make_family()[0], team)
	with builders.acting_as(team.first):
		visits.check_in(visit.name)
	frappe.db.set_value("Home Visit", visit.name, "due_back_at", add_to_date(now_datetime(), minutes=-1))
	alarms.raise_overdue()
	fill_in(visit.name, team.first)
	with builders.acting_as(team.first):
		visits.check_out(visit.name)
	visit.reload()
	assert "Called" not in calls(visit).values()
