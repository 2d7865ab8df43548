"""Home visits: nobody sets out without the safety gates, nothing found is lost, nothing takes effect unreviewed."""

import json

import frappe
import pytest
from frappe.desk.calendar import get_events
from frappe.utils import add_days, add_to_date, now_datetime, today

from socaid_app.casework import duties
from socaid_app.field_visits import alarms, differences, payload, photos, planning, visits
from socaid_app.field_visits.doctype.home_visit import home_visit
from socaid_app.means_testing.doctype.household_reassessment import household_reassessment
from socaid_app.socaid_app import safety
from tests import builders
from tests.builders.visits import (
	CALM,
	fill_in,
	make_family,
	make_officer,
	make_photo,
	make_visit,
	make_visit_team,
)


@pytest.fixture
def team():
	return make_visit_team()


@pytest.fixture
def family():
	return make_family()[0]


@pytest.fixture
def visit(family, team):
	return make_visit(family, team).name


def check_in(visit, user):
	with builders.acting_as(user):
		visits.check_in(visit, 42.9, 125.0, 12)


def check_out(visit, user, **values):
	with builders.acting_as(user):
		visits.check_out(visit, 42.9, 125.0, **values)


def finished(visit, team, **found):
	check_in(visit, team.first)
	fill_in(visit, team.first, **found)
	check_out(visit, team.first)
	return frappe.get_doc("Home Visit", visit)


def status(visit):
	return frappe.db.get_value("Home Visit", visit, "status")


# --- setting out ----------------------------------------------------------------------------------------
def test_a_ready_team_checks_in_with_time_and_place(visit, team):
	check_in(visit, team.first)
	doc = frappe.get_doc("Home Visit", visit)
	assert (doc.status, doc.check_in_latitude, doc.check_in_longitude) == ("Under Way", 42.9, 125.0)
	assert doc.due_back_at == add_to_date(doc.check_in_at, minutes=60 + 30)


def test_far_from_the_home_a_visit_begins_with_a_reason(visit, family, team):
	frappe.db.set_value("Recipient Household", family.name, {"latitude": 42.95, "longitude": 125.0})
	with builders.acting_as(team.first):
		with pytest.raises(visits.FarFromHome, match="5.6公里"):
			visits.check_in(visit, 42.9, 125.0, 20)
		assert status(visit) == "Planned"
		visits.check_in(visit, 42.9, 125.0, 20, reason="约在村委会见面")
	doc = frappe.get_doc("Home Visit", visit)
	assert doc.check_in_far_reason == "约在村委会见面" and 5500 < doc.check_in_metres < 5620


@pytest.mark.parametrize(
	("place", "metres"),
	[
		({"latitude": 42.9031, "longitude": 125.0, "accuracy": 10}, 345),
		({"latitude": 42.91, "longitude": 125.0, "accuracy": 900}, 1112),
		({}, 0),
	],
)
def test_at_the_door_in_doubt_or_without_a_position_no_reason_is_asked(visit, family, team, place, metres):
	frappe.db.set_value("Recipient Household", family.name, {"latitude": 42.9, "longitude": 125.0})
	with builders.acting_as(team.first):
		visits.check_in(visit, **place)
	doc = frappe.get_doc("Home Visit", visit)
	assert (doc.status, doc.check_in_metres, doc.check_in_far_reason or "") == ("Under Way", metres, "")


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({"planned_on": "2999-01-01"}, "尚未到日期"),
		({"risk_animal": ""}, "尚未完成走访前安全评估"),
		({"risk_animal": "Evident"}, "安全措施尚未落实"),
		({"risk_person": "Serious"}, "高风险走访须经主管批准"),
		({"infectious": 1}, "全程佩戴口罩"),
	],
)
def test_a_closed_gate_says_what_is_missing_and_what_to_do(family, team, values, sentence):
	visit = make_visit(family, team, **(CALM | values)).name
	with pytest.raises(safety.VisitMayNotStart, match=sentence):
		check_in(visit, team.first)
	assert status(visit) == "Planned"


def test_one_visitor_is_not_enough(family, team):
	visit = make_visit(family, team, visitors=[{"officer": team.officers[0]}]).name
	with pytest.raises(safety.VisitMayNotStart, match="至少2人"):
		check_in(visit, team.first)


@pytest.mark.parametrize(
	("field", "value", "sentence"),
	[
		("training_valid_until", "2026-01-31", "安全培训不在有效期内"),
		("background_checked_on", None, "背景审查"),
		("active", 0, "未在岗"),
	],
)
def test_untrained_unchecked_or_off_duty_officers_do_not_visit(visit, team, field, value, sentence):
	frappe.db.set_value("Visit Officer", team.officers[1], field, value)
	with pytest.raises(safety.VisitMayNotStart, match=sentence):
		check_in(visit, team.first)


def test_a_relative_of_the_family_does_not_visit_it(visit, team, family):
	frappe.get_doc(
		{
			"doctype": "Relative Declaration",
			"staff": team.second,
			"recipient": family.head,
			"relation": "Sibling",
			"declared_on": today(),
			"division": family.division,
		}
	).insert(ignore_permissions=True, ignore_mandatory=True)
	with pytest.raises(safety.VisitMayNotStart, match="近亲属"):
		check_in(visit, team.first)


def test_a_high_risk_visit_needs_measures_device_and_a_supervisor(family, team):
	visit = make_visit(family, team, risk_conflict="Serious").name
	with builders.acting_as(team.first):
		doc = frappe.get_doc("Home Visit", visit)
		for row in doc.measures:
			row.done = 1
		doc.save()
	frappe.db.set_value("Visit Officer", team.officers[0], "communication_device", "DJ-01")
	with pytest.raises(safety.VisitMayNotStart, match="主管批准"):
		check_in(visit, team.first)
	with builders.acting_as(team.supervisor):
		visits.approve(visit, "同意，村干部陪同")
	check_in(visit, team.second)
	assert status(visit) == "Under Way"


def test_visitors_do_not_approve_their_own_visit(family, team):
	visit = make_visit(family, team, risk_conflict="Serious").name
	with builders.acting_as(team.first), pytest.raises(safety.ApprovalRefused):
		visits.approve(visit)


def test_a_risk_graded_anew_is_approved_anew(family, team):
	visit = make_visit(family, team, risk_conflict="Serious").name
	with builders.acting_as(team.supervisor):
		visits.approve(visit)
	with builders.acting_as(team.first):
		doc = frappe.get_doc("Home Visit", visit)
		doc.risk_person = "Evident"
		doc.save()
	assert not doc.approved_by


def test_only_the_visitors_check_in(visit):
	stranger = builders.make_user("Field Investigator", builders.TOWNSHIP_A)
	with pytest.raises(visits.NotAVisitor):
		check_in(visit, stranger)


@pytest.mark.parametrize("field", ["status", "approved_by", "check_in_at", "reviewed_by"])
def test_a_saved_form_does_not_move_the_visit(visit, team, field):
	value = {"status": "Under Way", "check_in_at": now_datetime()}.get(field, team.supervisor)
	with builders.acting_as(team.first):
		doc = frappe.get_doc("Home Visit", visit)
		before = doc.get(field)
		doc.set(field, value)
		doc.save()
	assert frappe.db.get_value("Home Visit", visit, field) == before


def test_rest_cannot_create_a_visit_that_is_already_under_way(client, team, family):
	answer = client(team.first).post(
		"/api/resource/Home Visit",
		household=family.name,
		planned_on="2020-01-06",  # stays on the site, out of the way of other tests' days
		status="Finished",
		check_out_at="2026-01-01 10:00:00",
	)
	assert answer.status_code == 200
	assert status(answer.json["data"]["name"]) == "Planned"
	assert not answer.json["data"].get("check_out_at")


def test_bulk_edit_cannot_start_visits(visit, team):
	with builders.acting_as(team.first):
		from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs

		submit_cancel_or_update_docs("Home Visit", [visit], "update", {"status": "Under Way"})
	assert status(visit) == "Planned"


# --- on site --------------------------------------------------------------------------------------------
def test_the_form_begins_with_what_is_on_file(visit, family):
	doc = frappe.get_doc("Home Visit", visit)
	assert [row.recipient for row in doc.members] == [row.recipient for row in family.members]
	assert [(row.item, row.annual) for row in doc.incomes] == [("Farming", 3600)]
	assert doc.form_kind == "Dibao"
	assert doc.income_per_month == 150


def test_everything_missing_is_named_at_once(visit, team):
	check_in(visit, team.first)
	with builders.acting_as(team.first):
		doc = frappe.get_doc("Home Visit", visit)
		doc.reception = "At Home"
		doc.save()
	with pytest.raises(visits.VisitIncomplete):
		check_out(visit, team.first)
	# a photo, two signatures of visitors, who was there, the conclusion, the family's signature
	assert len(list(visits.whats_missing(doc))) == 5
	assert status(visit) == "Under Way"


def test_nobody_at_home_needs_a_photo_and_signatures_only(visit, team):
	doc = finished(visit, team, reception="Nobody Home", member_present=None, conclusion="", member_signed=0)
	assert (doc.status, doc.differences) == ("Finished", [])


def test_others_do_not_write_into_a_visit_under_way(visit, team):
	check_in(visit, team.first)
	with (
		builders.acting_as(team.supervisor),
		pytest.raises(home_visit.VisitClosed),
	):
		doc = frappe.get_doc("Home Visit", visit)
		doc.illness = "改写"
		doc.save()


def test_a_finished_form_is_not_changed_any_more(visit, team):
	finished(visit, team)
	with builders.acting_as(team.first), pytest.raises(home_visit.VisitClosed):
		doc = frappe.get_doc("Home Visit", visit)
		doc.illness = "改写"
		doc.save()


def test_photos_are_private_and_sealed(visit, team):
	doc = finished(visit, team)
	sealed = doc.photos[0]
	assert len(sealed.content_hash) == 64
	assert sealed.taken_at
	assert photos.changed_photos(visit) == []
	file = frappe.get_doc("File", {"file_url": sealed.photo})
	with open(file.get_full_path(), "ab") as stored:
		stored.write(b"retouched")
	assert photos.changed_photos(visit) == ["房屋"]


def test_a_public_file_is_refused_as_photo(visit, team):
	check_in(visit, team.first)
	photo = make_photo()
	# as uploads were stored before files of records became private
	frappe.db.set_value("File", {"file_url": photo}, "is_private", 0)
	with pytest.raises(photos.PhotoInvalid):
		fill_in(visit, team.first, photos=[{"photo": photo}])


def test_a_sealed_photo_keeps_its_time_whatever_is_sent(visit, team):
	check_in(visit, team.first)
	before = fill_in(visit, team.first).photos[0].taken_at
	with builders.acting_as(team.first):
		doc = frappe.get_doc("Home Visit", visit)
		doc.photos[0].taken_at = "2020-01-01 00:00:00"
		doc.photos[0].content_hash = "0" * 64
		doc.save()
	stored = frappe.get_doc("Home Visit", visit).photos[0]
	assert (stored.taken_at, stored.content_hash != "0" * 64) == (before, True)


def test_six_indicators_grade_the_care(team):
	household, _benefit = make_family()
	visit = make_visit(
		household,
		team,
		category="特困-分散"
		if frappe.db.exists("Assistance Category", "特困-分散")
		else builders.case_category("Tekun"),
	).name
	check_in(visit, team.first)
	grades = {f"selfcare_{item}": "Can" for item in ("eating", "dressing", "getting_in_and_out_of_bed")}
	with pytest.raises(visits.VisitIncomplete):
		fill_in(visit, team.first, **grades)
		check_out(visit, team.first)
	grades |= {f"selfcare_{item}": "Cannot" for item in ("toileting", "walking_indoors", "bathing")}
	assert fill_in(visit, team.first, **grades).care_grade == "Half Care"


# --- alarm ----------------------------------------------------------------------------------------------
def test_an_overdue_check_out_alarms_the_supervisor_once(visit, team):
	check_in(visit, team.first)
	frappe.db.set_value("Home Visit", visit, "due_back_at", add_to_date(now_datetime(), minutes=-1))
	assert alarms.raise_overdue() == 1
	assert alarms.raise_overdue() == 0
	told = frappe.get_all(
		"Notification Log", filters={"document_name": visit}, pluck="for_user", order_by="creation"
	)
	assert team.supervisor in told


def test_nobody_to_alarm_leaves_a_manual_notice(team):
	household, _benefit = make_family()
	visit = make_visit(household, team).name
	check_in(visit, team.first)
	frappe.db.set_value("Home Visit", visit, "due_back_at", add_to_date(now_datetime(), minutes=-1))
	frappe.db.delete("Has Role", {"role": ["in", sorted(duties.roles_of(safety.SUPERVISE))]})
	alarms.raise_overdue()
	assert frappe.db.exists("Case Reminder", {"reference_name": visit, "status": "Manual Needed"})


def test_a_supervisor_ends_a_visit_that_the_team_cannot(visit, team):
	check_in(visit, team.first)
	fill_in(visit, team.first)
	with pytest.raises(visits.VisitIncomplete):
		check_out(visit, team.supervisor)
	check_out(visit, team.supervisor, reason="手机没电")
	assert status(visit) == "Finished"


# --- review ---------------------------------------------------------------------------------------------
def changed_visit(family, team):
	"""Found: the wife fell seriously ill, the family earns nothing any more."""
	visit = make_visit(family, team).name
	check_in(visit, team.first)
	doc = frappe.get_doc("Home Visit", visit)
	members = [row.as_dict() for row in doc.members]
	members[1]["health"] = "Serious Illness"
	fill_in(
		visit, team.first, members=members, incomes=[], conclusion="Raise", conclusion_note="患病后无收入"
	)
	check_out(visit, team.first)
	return frappe.get_doc("Home Visit", visit)


def decide(doc, decision="Adopted"):
	return {row.name: decision for row in doc.differences}


def test_differences_are_drawn_up_field_by_field(family, team):
	doc = changed_visit(family, team)
	assert {(row.fact_key, row.found_value) for row in doc.differences} == {
		("health", frappe._("Serious Illness")),
		("income", "0.00元"),
	}


def test_accepted_differences_take_effect_and_the_benefit_is_reassessed(family, team):
	doc = changed_visit(family, team)
	before = frappe.db.get_value("Entitlement", {"household": family.name}, "amount")
	with builders.acting_as(team.supervisor):
		result = visits.review(doc.name, decide(doc), "属实")
	changes = frappe.get_all(
		"Circumstance Change",
		filters={"name": ["in", result["changes"]]},
		fields=["status", "kind", "found_by", "reviewed_by"],
		order_by="kind",
	)
	assert [change.kind for change in changes] == ["Health Change", "Income Change"]
	assert {(c.status, c.found_by, c.reviewed_by) for c in changes} == {
		("In Effect", "Home Visit", team.supervisor)
	}
	assert frappe.db.get_value("Recipient", doc.members[1].recipient, "health") == "Serious Illness"
	proposal = frappe.get_doc("Household Reassessment", result["reassessment"])
	assert (proposal.proposal, proposal.amount_before, proposal.amount_after) == (
		"Raise",
		before,
		before + 300,
	)
	assert frappe.db.get_value("Entitlement", {"household": family.name}, "amount") == before


def test_what_is_not_accepted_changes_nothing(family, team):
	doc = changed_visit(family, team)
	with builders.acting_as(team.supervisor):
		result = visits.review(doc.name, decide(doc, "Not Adopted"))
	assert result == {"changes": [], "reassessment": None}
	assert frappe.db.get_value("Recipient", doc.members[1].recipient, "health") != "Serious Illness"


def test_every_difference_is_decided(family, team):
	doc = changed_visit(family, team)
	with builders.acting_as(team.supervisor), pytest.raises(differences.DifferenceUndecided):
		visits.review(doc.name, {doc.differences[0].name: "Adopted"})
	assert status(doc.name) == "Finished"


def test_visitors_do_not_review_their_own_visit(family, team):
	doc = changed_visit(family, team)
	with builders.acting_as(team.first), pytest.raises(visits.ReviewByAnother):
		visits.review(doc.name, decide(doc))


def test_somebody_who_moved_out_leaves_the_reassessment_and_waits_for_the_registry(family, team):
	visit = make_visit(family, team).name
	check_in(visit, team.first)
	members = [row.as_dict() for row in frappe.get_doc("Home Visit", visit).members]
	members[1]["presence"] = "Moved Out"
	fill_in(visit, team.first, members=members, conclusion="Reduce", conclusion_note="配偶迁出")
	check_out(visit, team.first)
	doc = frappe.get_doc("Home Visit", visit)
	with builders.acting_as(team.supervisor):
		result = visits.review(visit, decide(doc))
	change = frappe.get_doc("Circumstance Change", result["changes"][0])
	assert (change.kind, change.status) == ("Population Change", "To Review")
	facts = frappe.parse_json(frappe.db.get_value("Household Reassessment", result["reassessment"], "facts"))
	assert [member["id"] for member in facts["members"]] == [family.head]


def test_a_reassessment_keeps_its_figures(family, team):
	doc = changed_visit(family, team)
	with builders.acting_as(team.supervisor):
		name = visits.review(doc.name, decide(doc))["reassessment"]
		proposal = frappe.get_doc("Household Reassessment", name)
		proposal.amount_after = 1
		with pytest.raises(household_reassessment.ProposalNotEditable):
			proposal.save()
		proposal.reload()
		proposal.update({"status": "Handled", "handled_note": "已转调整"})
		proposal.save()


# --- rescheduling ---------------------------------------------------------------------------------------
def test_rescheduling_keeps_the_first_day_and_asks_why(visit, team):
	with builders.acting_as(team.first):
		with pytest.raises(visits.VisitIncomplete):
			visits.reschedule(visit, add_days(today(), 2), " ")
		visits.reschedule(visit, add_days(today(), 2), "暴雪")
		visits.reschedule(visit, add_days(today(), 3), "道路未通")
	doc = frappe.get_doc("Home Visit", visit)
	assert (str(doc.rescheduled_from), doc.reschedule_count, doc.reschedule_reason) == (
		today(),
		2,
		"道路未通",
	)
	with builders.acting_as(team.first), pytest.raises(home_visit.VisitClosed):
		doc.planned_on = today()
		doc.save()


# --- tasks ----------------------------------------------------------------------------------------------
def make_task(household, day):
	cycle = frappe.get_doc(
		{
			"doctype": "Screening Cycle",
			"title": "十一月排查",
			"kind": "Monthly Check",
			"division": builders.TOWNSHIP_A,
			"starts_on": day,
		}
	).insert()
	planning.generate(cycle.name)
	return frappe.get_doc("Screening Task", {"cycle": cycle.name, "household": household.name})


def test_a_task_follows_its_visit(family, team):
	task = make_task(family, today())
	with builders.acting_as(team.supervisor):
		made = visits.plan_for_tasks([task.name], today(), team.officers)
		assert visits.plan_for_tasks([task.name], today(), team.officers) == []
	task.reload()
	assert (task.status, task.visit, str(task.planned_on)) == ("Scheduled", made[0], today())
	with builders.acting_as(team.supervisor):
		doc = frappe.get_doc("Home Visit", made[0])
		doc.update(CALM)
		doc.save()
	finished(made[0], team)
	task.reload()
	assert (task.status, str(task.done_on)) == ("Done", today())


def test_a_visit_given_up_asks_why_and_frees_its_task(family, team):
	task = make_task(family, today())
	with builders.acting_as(team.supervisor):
		visit = visits.plan_for_tasks([task.name], today(), team.officers)[0]
		with pytest.raises(visits.VisitIncomplete):
			visits.cancel(visit, "")
		visits.cancel(visit, "全家外出务工")
	assert status(visit) == "Cancelled"
	assert frappe.db.get_value("Screening Task", task.name, ["status", "visit"]) == ("To Do", None)
	with pytest.raises(visits.WrongStep):
		check_in(visit, team.first)


def test_nobody_at_home_leaves_the_task_open_for_another_visit(family, team):
	task = make_task(family, today())
	with builders.acting_as(team.supervisor):
		visit = visits.plan_for_tasks([task.name], today(), team.officers)[0]
		doc = frappe.get_doc("Home Visit", visit)
		doc.update(CALM)
		doc.save()
	finished(visit, team, reception="Nobody Home")
	assert frappe.db.get_value("Screening Task", task.name, "status") == "Cannot Visit"
	with builders.acting_as(team.supervisor):
		assert len(visits.plan_for_tasks([task.name], today(), team.officers)) == 1


# --- away from the network ------------------------------------------------------------------------------
def test_a_payload_filled_elsewhere_is_merged_field_by_field(visit, team):
	check_in(visit, team.first)
	with builders.acting_as(team.first):
		taken = payload.take(visit)
		doc = frappe.get_doc("Home Visit", visit)
		doc.illness = "办公室补录"
		doc.save()
		taken["fields"] |= {"illness": "现场记录", "housing": "Brick"}
		result = payload.merge(taken)
	assert result["applied"] == ["housing"]
	assert [(c["field"], c["here"], c["theirs"]) for c in result["conflicts"]] == [
		("illness", "办公室补录", "现场记录")
	]
	doc.reload()
	assert (doc.illness, doc.housing) == ("办公室补录", "Brick")


def test_a_merge_cannot_move_the_visit(visit, team):
	with builders.acting_as(team.first):
		taken = payload.take(visit)
		taken["fields"] |= {"status": "Reviewed", "check_in_at": "2026-01-01 00:00:00", "risk_level": "Low"}
		assert payload.merge(taken) == {"applied": [], "conflicts": []}
	assert status(visit) == "Planned"


# --- scope ----------------------------------------------------------------------------------------------
def test_a_neighbour_township_neither_lists_nor_opens_a_visit(visit):
	stranger = builders.make_user("Field Investigator", builders.TOWNSHIP_B)
	with builders.acting_as(stranger):
		assert frappe.get_list("Home Visit", pluck="name") == []
		assert not frappe.has_permission("Home Visit", "read", doc=visit)
		with pytest.raises(frappe.PermissionError):
			payload.take(visit)


def test_map_and_calendar_show_the_own_township_only(visit, family, team):
	frappe.db.set_value("Recipient Household", family.name, {"latitude": 42.9, "longitude": 125.0})

	get_coords = frappe.get_attr(
		frappe.get_hooks("override_whitelisted_methods")["frappe.geo.utils.get_coords"][-1]
	)

	def seen():
		points = get_coords("Recipient Household", "[]", "coordinates")["features"]
		field_map = json.dumps({"start": "planned_on", "end": "planned_on", "title": "head_name"})
		events = get_events("Home Visit", today(), today(), field_map)
		return (
			family.name in [point["properties"]["name"] for point in points],
			visit in [event["name"] for event in events],
		)

	with builders.acting_as(team.supervisor):
		assert seen() == (True, True)
	with builders.acting_as(builders.make_user("Township Approver", builders.TOWNSHIP_B)):
		assert seen() == (False, False)


def test_officers_are_entered_for_ones_own_divisions_only():
	approver = builders.make_user("Township Approver", builders.TOWNSHIP_A)
	with builders.acting_as(approver), pytest.raises(frappe.PermissionError):
		frappe.get_doc(
			{
				"doctype": "Visit Officer",
				"officer_name": "外乡人",
				"employer": "Contractor",
				"division": builders.TOWNSHIP_B,
			}
		).insert()
	assert make_officer(None, "本乡人").township == builders.TOWNSHIP_A
