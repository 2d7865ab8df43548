"""Two at the same moment with the steps of records: who comes second is told so, and nothing happens twice."""

import frappe
import pytest
from frappe.model.workflow import _bulk_workflow_action, apply_workflow
from frappe.utils import add_days, get_first_day, now, today

from socaid_app.assistance_archives import handovers, loans, storage
from socaid_app.casework import waiting
from socaid_app.casework.waiting import ChangedMeanwhile
from socaid_app.petition_desk import guides, reviews, taking_up
from socaid_app.policy import petitions as law
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import (
	catalogue,
	content,
	notice_drafts,
	notice_steps,
	posting,
	rolls,
	statements,
	taking_down,
)
from socaid_app.public_disclosure.content import PublicityRefused
from socaid_app.socaid_app.doctype.policy_parameter.policy_parameter import PolicyParameter
from tests import builders
from tests.builders import archives as archive_builders
from tests.builders import notices as public_builders
from tests.builders import petitions as petition_cases
from tests.builders.parallel import at_once, refused
from tests.builders.visits import make_visit_team
from tests.site.petitions.test_policy_guide import make_guide

CASE = "Assistance Application"


ARCHIVES = ("Archive File", "Archive Document", "Archive Location", "Archive Movement", "Archive Loan")
ARCHIVES += ("Archive Handover", "Archive Handover Item")
OTHERS = ("Policy Guide", "Policy Parameter", "Route Plan", "Route Team", "Publication Log")


@pytest.fixture(autouse=True)
def nothing_left(site):
	"""Parallel connections commit; other tests count what there is."""
	began = now()
	yield
	frappe.db.rollback()
	for doctype in (*builders.REGISTER, *OTHERS):
		frappe.db.delete(doctype, {"creation": [">=", began]})
	for doctype in ARCHIVES:
		frappe.db.delete(doctype)
	frappe.db.commit()


def done(outcomes: list) -> list:
	return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


# --- a case ------------------------------------------------------------------------------------------------
@pytest.fixture
def case(site):
	team = builders.make_team()
	application = builders.make_application(team)
	builders.give_consents(application, team.clerk)
	return application.name, team


def step(name: str, action: str) -> str:
	return apply_workflow(frappe.get_doc(CASE, name), action).workflow_state


def test_two_people_do_not_take_the_step_of_a_case_twice(case):
	name, team = case
	outcomes = at_once(lambda: step(name, "Accept"), lambda: step(name, "Accept"), user=team.officer)
	assert refused(outcomes) == [ChangedMeanwhile]
	opinions = frappe.get_all("Application Opinion", {"parent": name, "to_state": "Accepted"}, order_by="idx")
	letters = frappe.get_all(
		"Document Delivery",
		{"reference_name": name, "document_kind": "Acceptance Notice"},
		order_by="name",
	)
	assert (len(opinions), len(letters)) == (1, 1)


def test_two_different_steps_of_a_case_do_not_both_happen(case):
	name, team = case
	frappe.db.set_value(CASE, name, "decision_reason", "申请人撤回")
	outcomes = at_once(lambda: step(name, "Accept"), lambda: step(name, "Withdraw"), user=team.officer)
	assert refused(outcomes) == [ChangedMeanwhile]
	assert frappe.db.get_value(CASE, name, "workflow_state") in done(outcomes)


def test_a_paper_of_a_case_does_not_change_while_a_step_rests_on_it(case):
	name, team = case
	consent = frappe.get_all("Check Authorization", {"application": name}, pluck="name", order_by="name")[0]

	def withdraw():
		paper = frappe.get_doc("Check Authorization", consent)
		paper.status = "Withdrawn"
		paper.save()
		return "withdrawn"

	outcomes = at_once(lambda: step(name, "Accept"), withdraw, user=team.officer)
	assert len(done(outcomes)) == 1 and refused(outcomes)[0] is ChangedMeanwhile


def test_cases_without_anything_in_common_do_not_hinder_each_other(site):
	team = builders.make_team()
	names = []
	for _number in range(3):
		application = builders.make_application(team)
		builders.give_consents(application, team.clerk)
		names.append(application.name)
	# the counters of letters exist
	step(names[2], "Accept")
	works = [lambda name=name: step(name, "Accept") for name in names[:2]]
	outcomes = at_once(*works, user=team.officer)
	assert not [error for error in outcomes if isinstance(error, ChangedMeanwhile)]


def test_the_same_cases_approved_in_bulk_by_two_are_stepped_once_each(site):
	team = builders.make_team()
	names = []
	for _number in range(2):
		application = builders.make_application(team)
		builders.give_consents(application, team.clerk)
		names.append(application.name)
	at_once(
		lambda: _bulk_workflow_action(names, CASE, "Accept"),
		lambda: _bulk_workflow_action(names[::-1], CASE, "Accept"),
		user=team.officer,
	)
	for name in names:
		opinions = frappe.get_all(
			"Application Opinion", {"parent": name, "to_state": "Accepted"}, order_by="idx"
		)
		assert len(opinions) <= 1


# --- publication -------------------------------------------------------------------------------------------
def test_one_publicity_gets_one_notice(site):
	team = builders.make_team()
	application = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	taking_down.withdraw_by_system(application.publicity, "写错了")
	outcomes = at_once(
		lambda: notice_drafts.prepare_again(application.name),
		lambda: notice_drafts.prepare_again(application.name),
	)
	assert refused(outcomes) == [ChangedMeanwhile]
	notices = {"application": application.name, "status": ["in", notice_steps.OPEN]}
	assert frappe.db.count(content.NOTICE, notices) == 1


def test_a_notice_is_posted_once_and_not_posted_while_it_is_withdrawn(site):
	team = builders.make_team()
	application = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	notice = application.publicity
	outcomes = at_once(
		lambda: posting.publish(notice), lambda: taking_down.withdraw(notice, "写错了"), user=team.reviewer
	)
	# who waited for the other sees that the step is not open any more, or that what was read is out of date
	assert refused(outcomes) in ([ChangedMeanwhile], [PublicityRefused])
	assert frappe.db.get_value(content.NOTICE, notice, "status") == done(outcomes)[0]


def test_a_notice_does_not_end_while_something_is_being_said_about_it(site):
	notice = public_builders.hang(posted_on=add_days(today(), -8)).name
	outcomes = at_once(
		lambda: taking_down._expire(notice),
		lambda: petition_cases.make(publicity_notice=notice).name,
	)
	assert refused(outcomes) in ([ChangedMeanwhile], [])
	ended = frappe.db.get_value(content.NOTICE, notice, "status") == notice_steps.COMPLETED
	assert not (ended and statements.waiting_for(notice))


def test_the_roll_of_a_village_is_drafted_once_by_hand_and_by_the_job(site):
	village = builders.VILLAGE_A
	builders.grant_benefit(builders.make_household(members=1, name=f"并{builders.digits()}"))
	frappe.db.delete(content.NOTICE, {"kind": rules_of.ROLL, "division": village})
	month = get_first_day(today())
	at_once(
		lambda: rolls.generate(month, [village]),
		lambda: notice_drafts.draft(rules_of.ROLL, division=village, roll_month=month),
	)
	drafted = {"kind": rules_of.ROLL, "division": village, "roll_month": month, "status": notice_steps.DRAFT}
	assert frappe.db.count(content.NOTICE, drafted) == 1


def publish(name: str) -> None:
	apply_workflow(frappe.get_doc(catalogue.PUBLICATION, name), catalogue.PUBLISH)


def test_two_newer_versions_of_one_publication_are_not_both_online(site):
	item = frappe.get_all(catalogue.ITEM, pluck="name", order_by="name", limit=1)[0]
	old = frappe.get_doc(
		{
			"doctype": catalogue.PUBLICATION,
			"title": f"公开{builders.digits()}",
			"catalogue_item": item,
			"division": builders.TOWNSHIP_A,
			"body": "<p>内容</p>",
			"formed_on": today(),
		}
	).insert()
	frappe.db.set_value(catalogue.PUBLICATION, old.name, "status", catalogue.ONLINE)
	first, second = (catalogue.revise(old.name) for _number in range(2))
	publisher = builders.make_user("Disclosure Officer")
	outcomes = at_once(*(lambda name=name: publish(name) for name in (first, second)), user=publisher)
	assert refused(outcomes) == [ChangedMeanwhile]
	online = {"replaces": old.name, "status": catalogue.ONLINE}
	assert frappe.db.count(catalogue.PUBLICATION, online) == 1


def test_one_new_version_of_a_guide_is_written_at_a_time(site):
	guide = make_guide(f"并发{builders.digits()}怎么办")
	frappe.db.set_value(guides.DOCTYPE, guide.name, "status", guides.IN_FORCE)
	outcomes = at_once(lambda: guides.new_version(guide.name), lambda: guides.new_version(guide.name))
	assert refused(outcomes) == [ChangedMeanwhile]
	assert frappe.db.count(guides.DOCTYPE, {"replaces": guide.name}) == 1


# --- petitions ---------------------------------------------------------------------------------------------
def test_a_petition_is_taken_up_once(site):
	petition = petition_cases.make().name
	outcomes = at_once(
		lambda: taking_up.take_up(petition, "Handled as Petition"),
		lambda: taking_up.take_up(petition, "Handled as Petition"),
	)
	assert len(refused(outcomes)) == 1
	taken = frappe.get_all("Petition Action", {"parent": petition}, pluck="action", order_by="idx")
	assert len(taken) == len(set(taken))


def test_a_petition_gets_one_review(site):
	petition = petition_cases.answered().name
	ask = {"request": "不服", "reviewing_body": "县政府"}
	outcomes = at_once(
		lambda: reviews.ask(petition, law.REVIEW, **ask), lambda: reviews.ask(petition, law.REVIEW, **ask)
	)
	assert refused(outcomes) == [ChangedMeanwhile]
	assert frappe.db.count(reviews.DOCTYPE, {"petition": petition}) == 1


# --- archives ----------------------------------------------------------------------------------------------
def granted_loan(file: str, team) -> str:
	loan = frappe.get_doc(
		{
			"doctype": loans.DOCTYPE,
			"archive_file": file,
			"borrower": team.reviewer,
			"borrower_unit": "县民政局",
			"purpose": "复核",
			"loan_kind": loans.TAKE_OUT,
			"due_on": today(),
		}
	).insert()
	frappe.db.set_value(loans.DOCTYPE, loan.name, "status", loans.GRANTED)
	return loan.name


@pytest.fixture
def keepers(site):
	return archive_builders.keepers()


def test_a_file_is_handed_out_to_one_borrower(keepers):
	file = archive_builders.store_file()
	first, second = granted_loan(file, keepers), granted_loan(file, keepers)
	outcomes = at_once(lambda: loans.hand_out(first), lambda: loans.hand_out(second), user=keepers.archivist)
	assert refused(outcomes) == [loans.LoanRefused]
	assert archive_builders.movements(file) == [storage.LENT_OUT]


def test_one_loan_is_handed_out_and_given_back_once(keepers):
	loan = granted_loan(archive_builders.store_file(), keepers)
	outcomes = at_once(lambda: loans.hand_out(loan), lambda: loans.hand_out(loan), user=keepers.archivist)
	assert len(refused(outcomes)) == 1
	back = lambda: loans.give_back(loan, 10, loans.GOOD)  # noqa: E731
	assert len(refused(at_once(back, back, user=keepers.archivist))) == 1


def test_the_last_place_in_a_box_is_given_once(keepers):
	box = archive_builders.make_box(capacity=1)
	files = [archive_builders.store_file() for _number in range(2)]
	outcomes = at_once(*(lambda file=file: storage.shelve([file], box.name) for file in files))
	assert refused(outcomes) == [storage.BoxFull]
	assert frappe.db.count(archive_builders.FILE, {"location": box.name}) == 1


def test_two_files_go_into_one_box_without_hindering_each_other(keepers):
	box = archive_builders.make_box(capacity=5)
	files = [archive_builders.store_file() for _number in range(2)]
	outcomes = at_once(*(lambda file=file: storage.shelve([file], box.name) for file in files))
	assert refused(outcomes) == []
	assert frappe.db.count(archive_builders.FILE, {"location": box.name}) == 2


def signed_by_both(box, keepers) -> str:
	handover = frappe.get_doc(
		{
			"doctype": handovers.DOCTYPE,
			"location": box.name,
			"from_custodian": keepers.preparer,
			"to_custodian": keepers.archivist,
			"supervisor": keepers.third,
			"reason": "换岗",
		}
	).insert()
	handovers.list_files(handover.name)
	frappe.db.set_value(handovers.ITEM, {"parent": handover.name}, "found", handovers.PRESENT)
	frappe.db.set_value(
		handovers.DOCTYPE, handover.name, {"from_signature": "data:a", "to_signature": "data:b"}
	)
	return handover.name


def test_a_file_on_its_way_into_a_place_that_is_handed_over_ends_with_one_keeper(keepers):
	box = archive_builders.make_box(capacity=5)
	frappe.db.set_value(archive_builders.LOCATION, box.name, "custodian", keepers.preparer)
	storage.shelve([archive_builders.store_file()], box.name)
	late = archive_builders.store_file()
	handover = signed_by_both(box, keepers)
	at_once(lambda: handovers.sign(handover), lambda: storage.shelve([late], box.name), user=keepers.third)
	keeper = frappe.db.get_value(archive_builders.LOCATION, box.name, "custodian")
	inside = frappe.get_all(archive_builders.FILE, {"location": box.name}, pluck="custodian", order_by="name")
	assert set(inside) == {keeper}


def test_a_handover_is_concluded_once(keepers):
	box = archive_builders.make_box(capacity=5)
	frappe.db.set_value(archive_builders.LOCATION, box.name, "custodian", keepers.preparer)
	file = archive_builders.store_file()
	storage.shelve([file], box.name)
	handover = signed_by_both(box, keepers)
	outcomes = at_once(lambda: handovers.sign(handover), lambda: handovers.sign(handover), user=keepers.third)
	assert refused(outcomes) == [handovers.HandoverInvalid]
	assert archive_builders.movements(file).count(storage.HANDED_OVER) == 1


# --- the rest ----------------------------------------------------------------------------------------------
def test_an_officer_is_planned_with_one_team_a_day(site):
	team = make_visit_team()
	day = add_days(today(), 3)

	def plan() -> str:
		return (
			frappe.get_doc(
				{
					"doctype": "Route Plan",
					"planned_on": day,
					"division": builders.TOWNSHIP_A,
					"teams": [
						{
							"team_name": "一组",
							"officer_1": team.officers[0],
							"officer_2": team.officers[1],
							"starts_at": "08:30:00",
							"ends_at": "17:00:00",
						}
					],
				}
			)
			.insert()
			.name
		)

	frappe.db.delete("Route Team", {"officer_1": ["in", team.officers]})
	assert refused(at_once(plan, plan)) == [ChangedMeanwhile]


def test_a_parameter_gets_one_successor_for_a_day(site):
	rows = frappe.get_all(
		"Policy Parameter",
		{"parameter_key": "supplement_days"},
		pluck="name",
		order_by="effective_from desc",
	)
	old = frappe.get_doc("Policy Parameter", rows[-1])
	frappe.db.delete("Policy Parameter", {"name": ["in", rows], "effective_from": [">", today()]})

	def succeed() -> str:
		new: PolicyParameter = frappe.copy_doc(old)
		new.update({"effective_from": add_days(today(), 40), "effective_to": None})
		return new.insert().name

	outcomes = at_once(succeed, succeed)
	assert refused(outcomes) == [ChangedMeanwhile]


def test_a_turn_is_taken_again_by_who_has_it(site):
	waiting.take([("Petition", "一")])
	waiting.take([("Petition", "一"), ("Petition", "二")])


def test_the_records_of_a_nightly_job_that_somebody_works_on_wait_for_the_next_night(site):
	with waiting.or_later():
		raise ChangedMeanwhile
	with pytest.raises(frappe.ValidationError), waiting.or_later():
		raise frappe.ValidationError
