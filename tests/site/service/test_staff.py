"""People of the contractor: employment, papers, attendance, leave, training, exams, assessment."""

from datetime import datetime, timedelta

import frappe
import pytest
from frappe.utils import add_days, add_months, get_first_day, getdate, now_datetime, today

from socaid_app.casework import steps
from socaid_app.casework.duties import NotYourDuty
from socaid_app.casework.records import RecordClosed
from socaid_app.field_visits import employment
from socaid_app.policy import attendance_rules
from socaid_app.service_management import assessments, attendance, attendance_requests, exams, trainings
from socaid_app.service_management.attendance import DAY, MARK, MarkRefused
from socaid_app.service_management.attendance_requests import RequestInvalid
from socaid_app.service_management.exams import ExamRefused, QuestionFixed, TimeIsOver
from socaid_app.service_management.own_records import NotYourRecord
from socaid_app.service_management.report.attendance_sheet import attendance_sheet
from socaid_app.service_management.report.staff_register import staff_register
from socaid_app.socaid_app import rules, safety
from socaid_app.socaid_app.safety import ProofRunOut
from tests import builders
from tests.builders.visits import make_officer

PERSON, COLLEAGUE, MANAGER, BUREAU = (
	f"staff.{key}@example.invalid" for key in ("person", "colleague", "manager", "bureau")
)


@pytest.fixture
def people(site):
	"""An employee with a file, a colleague in the same township, a manager, an approver of the bureau."""
	for email, role, division in (
		(PERSON, "Field Investigator", builders.TOWNSHIP_A),
		(COLLEAGUE, "Township Officer", builders.TOWNSHIP_A),
		(MANAGER, "Service Manager", None),
		(BUREAU, "County Approver", None),
	):
		if not frappe.db.exists("User", email):
			builders.make_user(role, division, email)
			frappe.db.commit()
	file = make_officer(PERSON, "郭勤", joined_on=add_days(today(), -60)).name
	other = make_officer(COLLEAGUE, "何慎", joined_on=add_days(today(), -60)).name
	return frappe._dict(file=file, other=other)


def workday(back: int = 1):
	"""The last working day at least so many days ago, which is over: it lasts into the next morning."""
	day = attendance_rules.working_day(now_datetime()) - timedelta(days=back)
	while not rules.calendar().is_workday(day):
		day -= timedelta(days=1)
	return day


def marks_on(people, day, *clocks):
	"""Marks as they were written on a day gone by: "in 08:30"."""
	for clock in clocks:
		kind, at = clock.split()
		frappe.get_doc(
			{
				"doctype": MARK,
				"name": frappe.generate_hash(length=10),
				"officer": people.file,
				"user": PERSON,
				"kind": {"in": "Check In", "out": "Check Out"}[kind],
				"at": f"{day} {at}",
				"day": day,
			}
		).db_insert()


def day_of(people, day):
	return frappe.db.get_value(DAY, {"officer": people.file, "day": day}, "*", as_dict=True)


# --- employment ---------------------------------------------------------------------------------------------------
def test_from_recruiting_to_the_closed_login(people):
	user = builders.make_user("Field Investigator", builders.TOWNSHIP_A)
	with builders.acting_as(MANAGER):
		doc = frappe.get_doc(
			{
				"doctype": "Visit Officer",
				"officer_name": "新员",
				"employer": "Contractor",
				"division": builders.TOWNSHIP_A,
				"user": user,
				"stage": "Recruiting",
				"active": 1,
			}
		).insert()
		assert not doc.active
		employment.take_on(doc.name, "走访员", today(), add_months(today(), 3))
		employment.confirm_in_post(doc.name, "试用合格")
		doc.reload()
		assert (doc.stage, doc.active, doc.probation_until) == ("In Post", 1, None)
		employment.give_notice(doc.name, today(), "合同到期")
		employment.conclude_leaving(doc.name, "工作证、手机已交回")
	doc.reload()
	assert (doc.stage, doc.active, str(doc.account_closed_on)) == ("Has Left", 0, today())
	assert not frappe.db.get_value("User", user, "enabled")
	change = frappe.get_last_doc("Staff Account Change")
	assert (change.change_kind, change.account_user, change.status) == (
		"Switch Off",
		user,
		"Account Change Done",
	)
	with pytest.raises(RecordClosed):
		doc.post = "组长"
		doc.save()


def test_the_day_after_the_last_the_login_is_closed_by_itself(people):
	frappe.db.set_value(
		"Visit Officer", people.file, {"stage": "Leaving", "leaving_on": add_days(today(), -1)}
	)
	employment.close_accounts()
	assert not frappe.db.get_value("User", PERSON, "enabled")
	assert not frappe.db.get_value("Visit Officer", people.file, "active")


def test_nobody_moves_their_own_employment_nor_a_colleague(people):
	with builders.acting_as(COLLEAGUE), pytest.raises(frappe.PermissionError):
		employment.give_notice(people.file, today(), "不干了")
	frappe.db.set_value("Visit Officer", people.other, "user", MANAGER)
	with builders.acting_as(MANAGER), pytest.raises(NotYourDuty):
		employment.give_notice(people.other, today(), "不干了")


def test_a_stage_is_not_written(people):
	doc = frappe.get_doc("Visit Officer", people.file)
	doc.stage = "Has Left"
	doc.save()
	assert doc.stage == "In Post"


def test_a_certificate_opens_assignments_again_and_is_nobody_elses_business(people):
	frappe.db.set_value("Visit Officer", people.file, "health_valid_until", add_days(today(), -1))
	with pytest.raises(ProofRunOut):
		safety.require_proofs(today(), [people.file])
	with builders.acting_as(MANAGER):
		paper = frappe.get_doc(
			{
				"doctype": "Staff Paper",
				"officer": people.file,
				"kind": "Health Certificate",
				"issued_on": today(),
				"valid_until": add_months(today(), 12),
				"number": "JK-1",
			}
		).insert()
	safety.require_proofs(today(), [people.file])
	assert seen(PERSON, paper) and seen(MANAGER, paper) and not seen(COLLEAGUE, paper)


def seen(user: str, doc) -> bool:
	with builders.acting_as(user):
		listed = doc.name in frappe.get_list(doc.doctype, pluck="name", limit_page_length=0)
		assert listed == bool(frappe.get_doc(doc.doctype, doc.name).has_permission("read"))
	return listed


# --- attendance ---------------------------------------------------------------------------------------------------
def test_marks_are_of_now_and_of_oneself(people):
	with builders.acting_as(PERSON):
		doc = frappe.get_doc(
			{"doctype": MARK, "kind": "Check In", "at": "2020-01-01 08:00:00", "officer": people.other}
		).insert()
		assert doc.officer == people.file and abs((now_datetime() - doc.at).total_seconds()) < 60
		with pytest.raises(MarkRefused):
			frappe.get_doc({"doctype": MARK, "kind": "Check In"}).insert()
		doc.kind = "Check Out"
		with pytest.raises(frappe.PermissionError):
			doc.save()
	with pytest.raises(RecordClosed):
		doc.save()
	assert day_of(people, attendance_rules.working_day(doc.at)).first_in == doc.at


def test_visits_and_the_office_make_a_day_and_a_forgotten_mark_spoils_no_other(people):
	first = workday(3)
	second = workday(1)
	marks_on(people, first, "in 08:30")
	marks_on(people, second, "in 08:31", "out 17:01")
	visited = workday(6)
	household = builders.make_household(builders.VILLAGE_A)
	visit = frappe.get_doc(
		{
			"doctype": "Home Visit",
			"household": household.name,
			"planned_on": today(),
			"purpose": "Regular Visit",
			"visitors": [{"officer": people.file}, {"officer": people.other}],
		}
	).insert()
	frappe.db.set_value(
		"Home Visit",
		visit.name,
		{"check_in_at": f"{visited} 08:35:00", "check_out_at": f"{visited} 17:00:00"},
	)
	attendance.nightly()
	assert [day_of(people, day).status for day in (first, second, visited)] == [
		"Mark Missing",
		"Present",
		"Present",
	]
	assert day_of(people, visited).visits == 1
	assert day_of(people, workday(20)).status == "Absent"


def test_only_what_changed_is_computed_again(people):
	attendance.nightly()
	frappe.db.set_value(
		DAY, {"name": ["is", "set"]}, "computed_at", add_days(now_datetime(), -1), update_modified=False
	)
	day = workday()
	marks_on(people, day, "in 08:30", "out 17:00")
	frappe.db.sql(f"update `tab{MARK}` set modified = %s where day = %s", (now_datetime(), day))
	frappe.db.sql(f"update `tab{MARK}` set modified = '2020-01-01' where day != %s", day)
	changed = attendance.changed(getdate(add_days(day, -2)), getdate(today()))
	# visits of other tests are days of other people
	assert {key for key in changed if key[0] == people.file} == {(people.file, day)}
	assert 1 <= attendance.refresh(10) <= len(changed)
	assert day_of(people, day).status == "Present"


def test_a_correction_is_approved_by_another_and_taken_back(people):
	day = workday()
	marks_on(people, day, "in 08:30")
	attendance.compute({(people.file, day)})
	with builders.acting_as(PERSON):
		request = frappe.get_doc(
			{
				"doctype": "Attendance Request",
				"kind": "Correction",
				"from_day": day,
				"left_at": "17:05:00",
				"reason": "手机没电",
			}
		).insert()
		assert request.officer == people.file
		with pytest.raises(NotYourDuty):
			attendance_requests.approve_request(request.name)
	with builders.acting_as(MANAGER):
		attendance_requests.approve_request(request.name)
	assert (day_of(people, day).status, day_of(people, day).last_out) == (
		"Present",
		datetime.combine(day, datetime.min.time()) + timedelta(hours=17, minutes=5),
	)
	with builders.acting_as(BUREAU):
		attendance_requests.take_approval_back(request.name, "当天17时已不在岗")
	assert day_of(people, day).status == "Mark Missing"


def test_whoever_enters_it_for_somebody_does_not_approve_it(people):
	with builders.acting_as(MANAGER):
		request = leave(people, workday(), officer=people.file).insert()
		with pytest.raises(NotYourDuty):
			attendance_requests.approve_request(request.name)
	with builders.acting_as(BUREAU):
		attendance_requests.approve_request(request.name)


def leave(people, first, last=None, **values):
	return frappe.get_doc(
		{
			"doctype": "Attendance Request",
			"kind": "Leave",
			"leave_kind": "Sick Leave",
			"from_day": first,
			"to_day": last or first,
			"reason": "发烧",
			**values,
		}
	)


def test_leave_counts_on_its_days_and_once(people):
	day = workday()
	with builders.acting_as(PERSON):
		request = leave(people, add_days(day, -3), day).insert()
		with pytest.raises(RequestInvalid):
			leave(people, day).insert()
		with pytest.raises(RequestInvalid):
			leave(people, add_days(day, 9), add_days(day, 8)).insert()
	with builders.acting_as(MANAGER):
		attendance_requests.approve_request(request.name)
	row = day_of(people, day)
	assert (row.status, row.leave_kind) == ("On Leave", "Sick Leave")
	assert seen(PERSON, request) and seen(BUREAU, request) and not seen(COLLEAGUE, request)


def test_nobody_asks_in_the_name_of_a_colleague(people):
	with builders.acting_as(COLLEAGUE), pytest.raises(NotYourRecord):
		leave(people, today(), officer=people.file).insert()


def test_the_sheet_of_the_month_shows_everybody_their_own(people):
	day = workday()
	marks_on(people, day, "in 08:30", "out 17:01")
	attendance.compute({(people.file, day), (people.other, day)})

	def shown(user: str) -> set[str]:
		with builders.acting_as(user):
			return {row["officer"] for row in attendance_sheet.execute({"month": str(day)[:7]})[1]}

	assert shown(PERSON) == {people.file} and shown(COLLEAGUE) == {people.other}
	assert shown(MANAGER) >= {people.file, people.other}
	with builders.acting_as(PERSON):
		row = attendance_sheet.execute({"month": str(day)[:7]})[1][0]
	assert (row[f"d{day.day:02d}"], row["worked"], row["hours"]) == ("√", 1, 8.5)


def test_the_register_names_what_runs_out_first(people):
	frappe.db.set_value("Visit Officer", people.file, "health_valid_until", add_days(today(), -1))
	frappe.db.set_value("Visit Officer", people.other, "background_valid_until", add_days(today(), 20))
	with builders.acting_as(MANAGER):
		rows = {row.name: row for row in staff_register.execute({"only_expiring": 1})[1]}
	assert rows[people.file].expired and "健康证明" in rows[people.file].state
	assert not rows[people.other].expired and "背景审查" in rows[people.other].state


# --- training and exam --------------------------------------------------------------------------------------------
def bank(count: int = 3):
	for number in range(count):
		frappe.get_doc(
			{
				"doctype": "Exam Question",
				"subject": "Safety Training",
				"kind": "Single Choice",
				"question": f"第{number}题",
				"choices": "*甲\n乙\n丙",
			}
		).insert()


def exam(**values):
	return frappe.get_doc(
		{
			"doctype": "Staff Exam",
			"exam_title": f"安全考试{frappe.generate_hash(length=6)}",
			"subject": "Safety Training",
			"minutes": 10,
			"pass_mark": 60,
			"attempts": 2,
			"single_count": 3,
			"multiple_count": 0,
			"judgement_count": 0,
			"renews_proof": 1,
			"valid_months": 12,
			**values,
		}
	).insert()


def answers(name: str, right: bool = True) -> dict:
	attempt = frappe.get_doc("Exam Attempt", name)
	return {
		row.name: "ABC"[row.choices.split("\n").index("甲" if right else "乙")] for row in attempt.questions
	}


def untrained(people):
	frappe.db.set_value("Visit Officer", people.file, "training_valid_until", add_days(today(), -1))
	with pytest.raises(ProofRunOut):
		safety.require_proofs(today(), [people.file])


def test_a_passed_exam_opens_assignments_again(people):
	untrained(people)
	bank()
	paper = exam()
	with builders.acting_as(PERSON):
		name = exams.begin_exam(paper.name)
		assert exams.begin_exam(paper.name) == name
		sent = frappe.get_doc("Exam Attempt", name).as_json()
		assert "*甲" not in sent
		steps.take("Exam Attempt", name, "hand_in", {"answers": answers(name)})
		result = frappe.get_doc("Exam Attempt", name)
		assert (result.status, result.score) == ("Exam Passed", 100)
		with pytest.raises(frappe.PermissionError):
			frappe.get_list("Exam Question")
	safety.require_proofs(today(), [people.file])
	assert not seen(COLLEAGUE, result)
	question = frappe.get_doc("Exam Question", result.questions[0].question_number)
	question.choices = "甲\n*乙"
	with pytest.raises(QuestionFixed):
		question.save()


def test_the_server_keeps_the_time(people):
	bank()
	paper = exam()
	with builders.acting_as(PERSON):
		name = exams.begin_exam(paper.name)
		exams.keep_answers(name, dict(list(answers(name).items())[:2]))
		frappe.db.set_value("Exam Attempt", name, "ends_at", now_datetime() - timedelta(minutes=1))
		with pytest.raises(TimeIsOver):
			exams.keep_answers(name, answers(name))
	exams.close_overdue()
	result = frappe.get_doc("Exam Attempt", name)
	assert (result.status, result.score) == ("Exam Passed", 66.7)
	assert result.submitted_at == result.ends_at


def test_attempts_are_counted_and_one_more_is_allowed_by_the_manager(people):
	bank()
	paper = exam()
	with builders.acting_as(PERSON):
		for _attempt in range(2):
			name = exams.begin_exam(paper.name)
			exams.hand_in(name, answers(name, right=False))
		with pytest.raises(ExamRefused):
			exams.begin_exam(paper.name)
	assert frappe.db.get_value("Exam Attempt", name, "status") == "Exam Failed"
	with builders.acting_as(MANAGER):
		exams.allow_another(name, "断网")
	with builders.acting_as(PERSON):
		exams.begin_exam(paper.name)
	with builders.acting_as(COLLEAGUE), pytest.raises(frappe.PermissionError):
		exams.hand_in(name, {})


def test_the_bank_has_what_an_exam_asks(people):
	with pytest.raises(ExamRefused):
		exam(judgement_count=50)


def training(people, **values):
	with builders.acting_as(MANAGER):
		return frappe.get_doc(
			{
				"doctype": "Staff Training",
				"title": "入户安全培训",
				"subject": "Safety Training",
				"planned_on": today(),
				"responsible": MANAGER,
				"renews_proof": 1,
				"valid_months": 12,
				"participants": [{"officer": people.file}, {"officer": people.other}],
				**values,
			}
		).insert()


def test_an_attended_training_opens_assignments_again(people):
	untrained(people)
	doc = training(people)
	with builders.acting_as(PERSON):
		trainings.sign_in(doc.name)
	with builders.acting_as(MANAGER):
		with pytest.raises(trainings.TrainingIncomplete):
			trainings.conclude_training(doc.name, today(), "完成")
		doc.reload()
		doc.participants[1].absence_reason = "出差"
		doc.save()
		trainings.conclude_training(doc.name, today(), "完成")
	safety.require_proofs(today(), [people.file])
	assert frappe.db.get_value("Visit Officer", people.file, "trained_on") == getdate(today())
	assert frappe.db.get_value("Visit Officer", people.other, "trained_on") != getdate(today())


def test_with_an_exam_only_who_attended_sits_it_and_only_a_pass_counts(people):
	untrained(people)
	bank()
	paper = exam(needs_training=1)
	with builders.acting_as(PERSON), pytest.raises(ExamRefused):
		exams.begin_exam(paper.name)
	doc = training(people, staff_exam=paper.name, participants=[{"officer": people.file, "attended": 1}])
	with builders.acting_as(MANAGER):
		trainings.conclude_training(doc.name, today(), "完成")
	with pytest.raises(ProofRunOut):
		safety.require_proofs(today(), [people.file])
	with builders.acting_as(PERSON):
		exams.begin_exam(paper.name)


# --- assessment ---------------------------------------------------------------------------------------------------
def assessed(people):
	until = getdate(add_days(get_first_day(today()), -1))
	since = getdate(get_first_day(until))
	frappe.db.set_value("Visit Officer", people.file, "joined_on", since)
	attendance.compute({(people.file, since + timedelta(days=n)) for n in range((until - since).days + 1)})
	frappe.db.sql(
		f"update `tab{DAY}` set status = 'Present' where officer = %s and status = 'Absent'", people.file
	)
	first = frappe.db.get_value(DAY, {"officer": people.file, "status": "Present"}, order_by="day")
	frappe.db.set_value(DAY, first, "status", "Absent")
	with builders.acting_as(MANAGER):
		return frappe.get_doc(
			{"doctype": "Staff Assessment", "officer": people.file, "period_from": since, "period_to": until}
		).insert()


def test_marks_come_from_what_is_known_and_an_appeal_is_decided_by_another(people):
	doc = assessed(people)
	expected = frappe.db.count(
		DAY,
		{
			"officer": people.file,
			"day": ["between", [doc.period_from, doc.period_to]],
			"status": ["in", ["Present", "Absent"]],
		},
	)
	assert doc.score == round((expected - 1) * 100 / expected, 1)
	with builders.acting_as(MANAGER):
		doc.score = 10
		doc.save()
		assert doc.score > 90
		assessments.tell_mark(doc.name)
	with builders.acting_as(COLLEAGUE), pytest.raises(frappe.PermissionError):
		assessments.appeal(doc.name, "不服")
	with builders.acting_as(PERSON):
		assessments.appeal(doc.name, "缺勤当天已请假")
	with builders.acting_as(MANAGER), pytest.raises(NotYourDuty):
		assessments.decide_appeal(doc.name, "Mark Stays", "核对无误")
	with builders.acting_as(BUREAU):
		assessments.decide_appeal(doc.name, "Mark Changed", "假条属实", 100)
	doc.reload()
	assert (doc.status, doc.score, doc.grade) == ("Assessment Final", 100, "Outstanding")
	assert seen(PERSON, doc) and seen(BUREAU, doc) and not seen(COLLEAGUE, doc)


def test_drafts_are_made_for_everybody_once_and_become_final_by_themselves(people):
	doc = assessed(people)
	assert doc.officer not in frappe.get_all(
		"Staff Assessment", {"name": ["!=", doc.name], "period_from": doc.period_from}, pluck="officer"
	)
	before = frappe.db.count("Staff Assessment")
	assessments.draft(getdate(doc.period_from), getdate(doc.period_to))
	assert not frappe.db.exists("Staff Assessment", {"officer": doc.officer, "name": ["!=", doc.name]})
	assert assessments.draft(getdate(doc.period_from), getdate(doc.period_to)) == 0
	assert frappe.db.count("Staff Assessment") >= before
	with builders.acting_as(MANAGER):
		assessments.tell_mark(doc.name)
	frappe.db.set_value("Staff Assessment", doc.name, "appeal_until", add_days(today(), -1))
	assessments.nightly()
	assert frappe.db.get_value("Staff Assessment", doc.name, "status") == "Assessment Final"


def test_periods_are_counted_from_january():
	day = getdate("2026-11-27")
	assert assessments.last_period(day, 3) == (getdate("2026-07-01"), getdate("2026-09-30"))
	assert assessments.last_period(day, 1) == (getdate("2026-10-01"), getdate("2026-10-31"))
	assert assessments.last_period(getdate("2026-01-05"), 3) == (getdate("2025-10-01"), getdate("2025-12-31"))
