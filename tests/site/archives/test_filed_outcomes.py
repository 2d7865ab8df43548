"""What came of a finding, a violation, a recovery, a lead or the care of a person lies in the family's file."""

import frappe
import pytest
from frappe.utils import today

from socaid_app.assistance_archives import archive_files, completeness, file_catalogue, filing, rendering
from socaid_app.casework import deliveries
from socaid_app.dynamic_management import care_agreements, carer_checks, leads
from socaid_app.means_testing import comparison_findings as findings
from socaid_app.policy import archives, care
from tests import builders
from tests.builders import adjustments, comparisons, recoveries, violations

FILE, DOCUMENT = "Archive File", "Archive Document"


@pytest.fixture(autouse=True)
def filed_at_once(site, monkeypatch):
	# Jobs run when their transaction is committed; these tests commit nothing.
	monkeypatch.setattr(filing, "note", lambda doc, method=None: filing.file_record(doc.doctype, doc.name))


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


def with_file(household, category: str = "农村低保"):
	"""A family whose support was granted has a file."""
	archive_files.open_files(
		{
			f"{category}|{household.name}|1": {
				"household": household.name,
				"category": category,
				"volume": 1,
				"division": household.division,
			}
		}
	)
	return household


@pytest.fixture
def family(team):
	household, benefit = comparisons.family()
	return with_file(household), benefit


def filed(household) -> dict[str, frappe._dict]:
	"""Kind of paper → its line in the catalogue of the family's files."""
	rows = frappe.get_all(
		DOCUMENT,
		filters={"archive_file": ["in", frappe.get_all(FILE, {"household": household.name}, pluck="name")]},
		pluck="name",
		order_by="name",
	)
	return {line.document_kind: line for line in (frappe.get_doc(DOCUMENT, name) for name in rows)}


def letter_of(line) -> str:
	"""What the archivist prints of a line of the catalogue."""
	(row,) = (row for row in file_catalogue.documents(line.archive_file) if row.name == line.name)
	return rendering.html_of(row)


def test_a_concluded_finding_is_filed_with_its_papers(family, team, as_user):
	household, _benefit = family
	officer, colleague = builders.make_user("Data Officer"), builders.make_user("County Reviewer")
	request = comparisons.sent(officer, colleague, household=household.name)
	comparisons.answer(request, officer, comparisons.vehicle(household.members[0].recipient, "吉D1"))
	name = frappe.db.get_value(comparisons.FINDING, {"household": household.name})
	with as_user(team.officer):
		findings.triage(name, "Suspected Ineligible", "名下有轿车")
		findings.tell(name)
	notice = frappe.db.get_value(comparisons.FINDING, name, "notice")
	assert "核对结果告知与异议复查表" not in filed(household)
	deliveries.deliver(notice, "Handed Over", today(), received_by="测试户主")
	with as_user(team.approver):
		findings.conclude(name, "Confirmed", "车辆属本人", comparisons.proof())
	lines = filed(household)
	assert {"核对结果告知与异议复查表", "核对疑点核实凭证", "其他文书送达回证"} <= lines.keys()
	assert lines["核对结果告知与异议复查表"].section == archives.DATA_CHECK
	assert "吉D1" in letter_of(lines["核对结果告知与异议复查表"])


def test_a_violation_and_what_is_recovered_are_filed(family, team, as_user):
	household, benefit = family
	case = violations.concluded(household, team, entitlement=benefit.name)
	lines = filed(household)
	assert lines["违规处理意见"].source_name == case.name
	assert "责令退回" in letter_of(lines["违规处理意见"])
	assert lines["退款、追缴通知书"].source_name == deliveries.latest(case, "Return Order")
	assert lines["退款、追缴通知书"].section == archives.TERMINATION
	assert "1200" in letter_of(lines["退款、追缴通知书"]).replace(",", "")


def test_a_confirmed_recovery_is_filed(family, team):
	household, benefit = family
	recovery = recoveries.refunded(team, benefit)
	frappe.db.set_value("Recovery", recovery.name, "confirmed_on", today())
	filing.file_record("Recovery", recovery.name)
	assert filed(household)["追回台账"].source_name == recovery.name


def test_the_letter_of_an_adjustment_is_printed_from_the_adjustment(family, team):
	household, benefit = family
	adjustments.adjusted(
		benefit,
		"Refund",
		team,
		ground="Paid Too Much",
		refund_amount=600,
		refund_first_month=str(frappe.utils.add_months(builders.TODAY, -3)),
		refund_last_month=str(frappe.utils.add_months(builders.TODAY, -1)),
	)
	assert "600" in letter_of(filed(household)["调整告知书及送达回证"])


def test_the_receipt_of_another_letter_answers_for_no_decision(family, team):
	"""A confirmation needs its own receipt, whatever else was handed over to the family."""
	household, benefit = family
	case = violations.concluded(household, team, entitlement=benefit.name)
	for name in frappe.get_all(
		deliveries.DOCTYPE, {"reference_name": case.name, "delivered_on": ["is", "not set"]}, pluck="name"
	):
		deliveries.deliver(name, "Handed Over", today(), received_by="测试户主")
	lines = filed(household)
	assert "其他文书送达回证" in lines and "送达回证" not in lines
	(file,) = {line.archive_file for line in lines.values()}
	frappe.get_doc(
		{
			"doctype": DOCUMENT,
			"archive_file": file,
			"section": archives.DECISION,
			"document_kind": "审核确认表",
			"title": "审核确认表",
			"document_date": today(),
			"decision_key": "X:1",
			"decision_stage": archives.CONFIRMATION,
		}
	).db_insert()
	missing = {row.document_kind for row in completeness.missing([file])}
	assert "送达回证" in missing


def test_care_that_was_agreed_and_checked_is_filed(team):
	household = with_file(builders.make_household(builders.VILLAGE_A, 1), "特困-分散")
	builders.grant_benefit(household, category="特困-分散", amount=800)
	with builders.acting_as(team.clerk):
		agreement = frappe.get_doc(
			{
				"doctype": care_agreements.DOCTYPE,
				"recipient": household.head,
				"carer_kind": "Neighbour",
				"caregiver": "李照料",
				"signed_on": today(),
				"signed_paper": comparisons.proof(),
			}
		).insert()
		assert filed(household) == {}
		care_agreements.conclude(agreement.name)
		check = frappe.get_doc(
			{
				"doctype": carer_checks.DOCTYPE,
				"agreement": agreement.name,
				"check_way": "Visit to the Home",
				**dict.fromkeys(care.DUTIES, "Duty Done Well"),
			}
		).insert()
		carer_checks.record(check.name)
	lines = filed(household)
	assert lines["照料服务协议"].attachment == agreement.reload().signed_paper
	assert lines["照料服务检查记录"].source_name == check.name


def test_a_lead_that_was_followed_is_filed_with_the_family_it_found(family, team):
	household, _benefit = family
	with builders.acting_as(team.clerk):
		lead = frappe.get_doc(
			{
				"doctype": leads.DOCTYPE,
				"source": "Village or Community",
				"reported_by": "村主任",
				"reporter_phone": "13843700001",
				"recipient": household.head,
				"person_name": "线索测试甲乙",
				"division": household.division,
				"need": "Medical",
				"situation": "住院花费大，家里没有劳力",
			}
		).insert()
	assert lead.household == household.name
	frappe.db.set_value(leads.DOCTYPE, lead.name, {"status": "Lead Settled", "settled_on": today()})
	filing.file_record(leads.DOCTYPE, lead.name)
	assert filed(household)["主动发现线索登记表"].source_name == lead.name
