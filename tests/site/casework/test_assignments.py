"""“Assigned to me” names who is responsible, step after step, and nobody once a record is closed."""

import frappe
import pytest
from frappe.model.base_document import get_controller
from frappe.utils import add_days, today

from socaid_app.assistance_archives import appraisals, handovers, loans, storage
from socaid_app.casework import steps
from socaid_app.casework.records import Guarded
from socaid_app.field_visits import callbacks, visits
from socaid_app.petition_desk import answering, delivering, handling, reviews
from socaid_app.policy import petitions as law
from socaid_app.public_disclosure import inspections
from socaid_app.setup import flow_seeds, seeds
from tests import builders
from tests.builders import archives as files
from tests.builders import fieldwork
from tests.builders import petitions as petition_cases
from tests.builders.visits import make_family, make_officer, make_visit, make_visit_team
from tests.site.registry.test_follow_up import make_problem

# Records whose next step is open to everybody of a role; nobody in person answers for them.
OF_A_ROLE = {
	"Figures Statement": "drawn up at the county and signed by whoever has the duty",
	"Attendance Request": "decided by whoever has the duty",
	"Exam Attempt": "sat by the person at once",
	"Visit Officer": "people are managed by whoever has the duty; the due rules tell them",
	"Adjustment Batch": "previewed and approved by different people",
	"Archive File": "bound by whoever keeps the archives",
	"Archive Hold": "released by whoever holds the duty",
	"Archive Room Access": "let out by whoever keeps the room",
	"Assistance Application": "each state waits for a role of the division",
	"Benefit Adjustment": "proposed, endorsed and decided by different people",
	"Care Agreement": "signed, checked and ended by whoever holds the duty",
	"Carer Check": "taken down at once by whoever checks",
	"Case Deliberation": "called and concluded by whoever leads such meetings at the county",
	"Change Report": "answered by the township",
	"Circumstance Change": "reviewed by another than who reported it",
	"Comparison Candidate": "confirmed or rejected by whoever asks agencies",
	"Comparison Request": "asked, approved and read by different people",
	"Comparison Rule": "written and switched on by different people",
	"Data Quality Rule": "switched on and off by whoever holds the duty",
	"Disclosure Correction": "looked into by another than who prepared the notice",
	"Disclosure Publication": "published by another than who prepared it",
	"Duplicate Candidate": "proposed and approved by different people",
	"Emergency Plan": "written and approved by different people",
	"Household Investigation": "filled in by its investigators together",
	"Household Reassessment": "handled by the township",
	"Incident": "its tasks have owners of their own (due rule), its alarm calls whoever is next",
	"List Reconciliation": "read and signed by different people",
	"Monitoring Warning": "triaged and settled by the township",
	"Onboarding Import": "checked and written by whoever moves the county in",
	"Online Application": "received by the township",
	"Opinion Hearing": "taken down by whoever hears the family",
	"Payment Line": "paid again or dropped by whoever holds the duty",
	"Payment List": "drafted, checked and released by different people",
	"Petition Transfer": "another unit answers it",
	"Policy Guide": "approved by another than who wrote it",
	"Publicity Notice": "posted, photographed and ended by different people",
	"Raise Contact": "called by whoever of the township gets to it; the due rule tells all of them",
	"Reception Record": "registered at once by whoever received the visitor",
	"Recovery": "kept by the township, confirmed and waived by different people",
	"Relief Reserve": "kept by the township, filled by the county",
	"Relief Stage": "checked and paid by different people",
	"Reserve Entry": "its receipt is entered by whoever keeps the reserve",
	"Reserve Request": "asked by the township, answered by the county",
	"Reserve Statement": "made and confirmed by different people",
	"Review Classification": "proposed and confirmed by different people",
	"Roster Import": "prepared and reviewed by different people",
	"Screening Cycle": "each stage has an owner of its own (due rule)",
	"Screening Task": "given out by the hundred; the list is filtered by officer",
	"Spot Check": "drawn and completed by whoever may",
	"Staff Account Change": "asked for by an administrator, confirmed by somebody who sees the cases",
	"Service Check Template": "draws a sample at once; the sheets have who asks",
	"Stock Item": "supplies are moved by whoever keeps the stock; the due rule tells its keeper",
	"Stock Movement": "booked at once",
	"Staff Assessment": "told by the manager, appealed by the person, decided by another",
	"Staff Exam": "sat by whoever has to",
	"Staff Training": "the due rule tells its responsible",
	"Standard Raise": "verified and decided by different people",
	"Violation Case": "investigated, deliberated and concluded by different people",
	"Violation Deliberation": "led by whoever holds the duty; each member votes",
	"Violation Referral": "another authority answers it; the due rule tells the township",
	"Visit Device": "reported lost or closed by whoever supervises visits",
	"Visit Sync Item": "decided by another than who was on the visit",
	"What-if Scenario": "computed and chosen by whoever weighs standards",
}


def with_steps() -> set[str]:
	ours = frappe.get_all(
		"DocType", {"module": ["in", seeds.OUR_MODULES], "istable": 0}, pluck="name", order_by="name"
	)
	return {name for name in ours if steps.steps_of(name)} | {
		flow.document_type for flow in flow_seeds.shipped()
	}


def test_every_record_with_steps_says_whose_it_is(site):
	nobody = {name for name in with_steps() if get_controller(name).in_charge is Guarded.in_charge}
	assert nobody == set(OF_A_ROLE)


def assigned(doctype: str, name: str) -> set[str]:
	rows = {"reference_type": doctype, "reference_name": name, "status": "Open"}
	return set(frappe.get_all("ToDo", rows, pluck="allocated_to", order_by="creation"))


@pytest.fixture
def keepers(site):
	return files.keepers()


def test_a_lent_file_is_the_borrower_s_until_it_is_back(keepers, as_user):
	def whose():
		return assigned(loans.DOCTYPE, loan.name)

	with as_user(keepers.reviewer):
		loan = frappe.get_doc(
			{
				"doctype": loans.DOCTYPE,
				"archive_file": files.store_file(),
				"borrower_unit": "社会救助股",
				"purpose": "复核",
				"due_on": add_days(today(), 5),
			}
		).insert()
	assert whose() == set()
	with as_user(keepers.archivist):
		loans.grant(loan.name)
		assert whose() == set()
		loans.hand_out(loan.name)
		assert whose() == {keepers.reviewer}
		loans.report_lost(loan.name, "出差途中遗失")
		assert whose() == {keepers.reviewer}
		loans.give_back(loan.name, 10, loans.GOOD)
	assert whose() == set()


def test_a_list_of_expired_files_is_its_preparer_s_until_it_is_proposed(keepers, as_user):
	files.store_expired()
	with as_user(keepers.preparer):
		doc = frappe.get_doc(
			{"doctype": appraisals.DOCTYPE, "title": "鉴定", "as_of": today(), "report": "已逐卷鉴定。"}
		).insert()
		assert assigned(doc.doctype, doc.name) == {keepers.preparer}
		appraisals.collect(doc.name)
		rows = [row.name for row in doc.reload().items]
		appraisals.decide(doc.name, rows, appraisals.EXTEND, "仍有查考价值", 2)
		appraisals.propose(doc.name)
	assert assigned(doc.doctype, doc.name) == set()


def test_a_handover_passes_from_the_giver_to_the_receiver(keepers, as_user):
	box = files.make_box(custodian=keepers.archivist)
	storage.shelve([files.store_file()], box.name)
	with as_user(keepers.archivist):
		doc = frappe.get_doc(
			{
				"doctype": handovers.DOCTYPE,
				"from_custodian": keepers.archivist,
				"to_custodian": keepers.third,
				"supervisor": keepers.manager,
				"location": box.name,
				"reason": "岗位调整",
			}
		).insert()
		assert assigned(doc.doctype, doc.name) == {keepers.archivist}
		handovers.list_files(doc.name)
	assert assigned(doc.doctype, doc.name) == {keepers.third}


def test_an_inspection_is_the_inspector_s_until_it_is_finished(site, as_user):
	inspector = builders.make_user("County Reviewer")
	with as_user(inspector):
		doc = frappe.get_doc(
			{
				"doctype": inspections.DOCTYPE,
				"inspected_on": today(),
				"period_from": today(),
				"period_to": today(),
				"division": builders.VILLAGE_A,
			}
		).insert()
	assert assigned(doc.doctype, doc.name) == {inspector}


def test_a_callback_is_the_officer_s_who_makes_it(site):
	user = builders.make_user("Village Assistant", builders.VILLAGE_A)
	doc = frappe.get_doc(
		{
			"doctype": callbacks.DOCTYPE,
			"household": fieldwork.store_household(),
			"kind": "Phone",
			"due_on": today(),
			"officer": make_officer(user).name,
		}
	).insert()
	assert assigned(doc.doctype, doc.name) == {user}
	second = builders.make_user("Village Assistant", builders.VILLAGE_A)
	doc.officer = make_officer(second, "走访员乙").name
	doc.save()
	assert assigned(doc.doctype, doc.name) == {second}


def test_a_visit_is_its_leader_s(site, as_user):
	team = make_visit_team()
	family, _benefit = make_family()
	visit = make_visit(family, team)
	assert assigned("Home Visit", visit.name) == {team.first}
	with as_user(team.supervisor):
		visits.cancel(visit.name, "家中无人")
	assert assigned("Home Visit", visit.name) == set()


def test_a_petition_is_its_handler_s_until_it_is_answered(site, as_user):
	handler, second = (builders.make_user("Petition Handler") for _number in range(2))
	doc = petition_cases.under_way()
	handling.assign(doc.name, handler)
	assert assigned(doc.doctype, doc.name) == {handler}
	handling.assign(doc.name, second)
	assert assigned(doc.doctype, doc.name) == {second}
	with as_user(second):
		handling.stand_aside(doc.name, "与信访人系亲属")
	assert assigned(doc.doctype, doc.name) == set()
	handling.assign(doc.name, handler)
	answering.answer(doc.name, **petition_cases.OPINION)
	delivering.deliver(doc.name, "Opinion on Handling", "Handed Over")
	assert assigned(doc.doctype, doc.name) == set()
	review = reviews.ask(doc.name, law.REVIEW, "不服", "县政府", handler=second)
	assert assigned(reviews.DOCTYPE, review) == {second}
	reviews.answer(review, "Upheld", "事实", "维持", "依据")
	assert assigned(reviews.DOCTYPE, review) == set()


def test_a_restricted_petition_leaves_no_trace_among_the_tasks(site):
	handler = builders.make_user("Accusation Handler")
	doc = petition_cases.make(category="Accusation", accused=[{"accused_name": "某某"}])
	handling.assign(doc.name, handler)
	assert frappe.db.get_value(doc.doctype, doc.name, "restricted")
	assert not frappe.db.exists("ToDo", {"reference_name": doc.name})


def test_whoever_is_put_in_charge_by_another_hears_of_it_once(site, as_user):
	officer, other = (builders.make_user("Township Officer", builders.TOWNSHIP_A) for _number in range(2))
	household = builders.make_household(name=f"责{builders.digits()}")
	with as_user(officer):
		doc = make_problem(household, responsible=other)
		doc.save()
	told = {"document_type": doc.doctype, "document_name": doc.name}
	assert frappe.get_all("Notification Log", told, pluck="for_user") == [other]
