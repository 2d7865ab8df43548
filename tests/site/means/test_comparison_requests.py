"""From a request to a finding, and from the finding to its conclusion; nothing is lost, doubled or decided by itself."""

import os
import re
import subprocess
import sys
from io import BytesIO

import frappe
import openpyxl
import pytest
from frappe.utils import add_days, get_first_day, getdate, today

from socaid_app.casework import clocks, deliveries
from socaid_app.casework.duties import NotYourDuty
from socaid_app.means_testing import comparison_findings as findings
from socaid_app.means_testing import comparison_requests as requests
from socaid_app.means_testing import reply_import
from socaid_app.means_testing.comparison_findings import AnotherPersonLooks, FindingRefused
from socaid_app.means_testing.comparison_requests import RequestRefused
from socaid_app.means_testing.report.precision_of_rules import precision_of_rules
from socaid_app.permissions import outgoing
from socaid_app.permissions.scope import NeverDeleted
from tests import builders
from tests.builders import comparisons as make
from tests.builders import payments

REQUEST, FINDING, LOG = make.REQUEST, make.FINDING, "Sensitive Access Log"


@pytest.fixture
def family(team):
	return make.family()


@pytest.fixture
def request_sent(family, officer, colleague):
	return make.sent(officer, colleague, household=family[0].name)


def found(household) -> list:
	return [
		frappe.get_doc(FINDING, name)
		for name in frappe.get_all(
			FINDING, filters={"household": household.name}, pluck="name", order_by="name"
		)
	]


# --- who may be asked about, and by whom ----------------------------------------------------------------------
def test_a_request_is_for_a_purpose_and_one_case_and_lists_whoever_has_to_consent(family, officer, as_user):
	with as_user(officer):
		with pytest.raises(RequestRefused, match="具体事项"):
			make.draft(officer)
		with pytest.raises(frappe.MandatoryError):
			make.draft(officer, household=family[0].name, purpose="")
	request = make.draft(officer, household=family[0].name)
	assert [row.recipient for row in request.persons] == [row.recipient for row in family[0].members]
	assert all(row.authorization for row in request.persons)


def test_nobody_else_is_asked_about(family, officer):
	stranger = builders.make_person("测试外人")
	make.consent(stranger.name)
	with pytest.raises(RequestRefused, match="不是本事项"):
		make.draft(officer, household=family[0].name, persons=[{"recipient": stranger.name}])


def test_a_supporter_is_asked_about_with_their_own_consent_alone(officer, colleague):
	team = builders.make_team()
	case = builders.make_application(team, scheme="Tekun")
	son = builders.make_case_person("测试儿子", "1986-05-01")
	with builders.acting_as(team.clerk):
		case.members[0].in_need = 1
		case.append("supporters", {"supporter_name": "测试儿子", "relation": "Child", "recipient": son.name})
		case.save()
	builders.give_consents(case, team.clerk)
	request = make.draft(officer, application=case.name)
	assert {row.recipient: row.person_role for row in request.persons}[son.name] == "Supporter"
	with builders.acting_as(colleague), pytest.raises(RequestRefused, match="测试儿子"):
		requests.approve(request.name)
	builders.give_consent(case, son.name, person_role="Supporter")
	with builders.acting_as(colleague):
		requests.approve(request.name)


def test_who_asks_does_not_approve_and_a_source_switched_off_is_not_asked(
	family, officer, colleague, as_user
):
	request = make.draft(officer, household=family[0].name)
	with as_user(officer), pytest.raises(NotYourDuty):
		requests.approve(request.name)
	frappe.db.set_value(make.SOURCE, "vehicles", "enabled", 0)
	with as_user(colleague), pytest.raises(RequestRefused, match="停用"):
		requests.approve(request.name)


def test_a_consent_withdrawn_after_the_approval_stops_the_sending(family, officer, colleague, as_user):
	request = make.draft(officer, household=family[0].name)
	with as_user(colleague):
		requests.approve(request.name)
	paper = frappe.get_doc("Check Authorization", request.persons[0].authorization)
	paper.status = "Withdrawn"
	paper.save()
	with as_user(officer), pytest.raises(RequestRefused, match=paper.person_name):
		requests.send(request.name)


def test_sending_is_logged_for_everybody_and_gives_the_day_of_the_reply(request_sent, family):
	entries = frappe.get_all(
		LOG,
		filters={"action": outgoing.ACTION, "case_name": family[0].name},
		pluck="reference_name",
		order_by="name",
	)
	assert entries == [row.recipient for row in request_sent.persons]
	assert getdate(request_sent.due_on) == getdate(add_days(today(), 10))
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(REQUEST, request_sent.name)


def test_the_file_for_the_agency_has_its_layout_and_each_download_is_logged(
	request_sent, officer, as_user, team
):
	with as_user(officer):
		requests.download_query(request_sent.name)
	sheet = openpyxl.load_workbook(BytesIO(frappe.response.filecontent)).active
	rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
	assert rows[0][1:] == ["所有人", "身份证号"]
	assert [row[2] for row in rows[1:]] == [make.number(row.recipient) for row in request_sent.persons]
	entry = frappe.get_last_doc(LOG, {"reference_name": request_sent.name, "action": "Export"})
	assert (entry.user, entry.row_count) == (officer, 2)
	assert not frappe.db.exists("File", {"attached_to_name": request_sent.name})
	with as_user(team.officer), pytest.raises(frappe.PermissionError):
		requests.download_query(request_sent.name)


def test_what_was_approved_stays_as_it_is(request_sent, officer, as_user):
	with as_user(officer):
		request_sent.purpose = "别的目的"
		with pytest.raises(RequestRefused, match="撤回"):
			request_sent.save()


# --- the reply ------------------------------------------------------------------------------------------------
def test_a_reply_becomes_findings_and_support_goes_on(request_sent, family, officer):
	household, benefit = family
	husband = household.members[0].recipient
	request = make.answer(request_sent, officer, make.vehicle(husband, "吉D12345"))
	assert (request.status, request.rows_read, request.rows_matched, request.findings_count) == (
		requests.READ,
		1,
		1,
		1,
	)
	[finding] = found(household)
	assert (finding.rule, finding.recipient, finding.status) == ("vehicle", husband, findings.NEW)
	assert "“号牌号码”：吉D12345" in finding.facts and "“车辆类型”：汽车" in finding.facts
	assert (finding.severity, finding.verify != "", finding.basis != "") == (
		"Suspected Ineligible",
		True,
		True,
	)
	assert finding.division == household.division


def test_a_hit_stops_refuses_and_changes_nothing(request_sent, family, officer, team, as_user):
	household, benefit = family
	case = builders.make_application(team)
	frappe.db.set_value("Assistance Application", case.name, "household", household.name)
	before = [frappe.get_doc(doc.doctype, doc.name).as_dict() for doc in (benefit, household, case)]
	make.answer(request_sent, officer, make.vehicle(household.members[0].recipient, "吉D1"))
	[finding] = found(household)
	with as_user(team.officer):
		findings.triage(finding.name, "Suspected Ineligible", "名下有轿车")
		findings.tell(finding.name)
	deliveries.deliver(finding.reload().notice, "Handed Over", today(), received_by="测试户主")
	with as_user(team.approver):
		findings.conclude(finding.name, "Confirmed", "车辆属本人", make.proof())
	assert [frappe.get_doc(doc.doctype, doc.name).as_dict() for doc in (benefit, household, case)] == before
	payers = payments.payment_team()
	paid = payments.new_list(payers, division=builders.TOWNSHIP_A)
	payments.draft(payers, paid)
	line = frappe.get_last_doc("Payment Line", {"payment_list": paid.name, "entitlement": benefit.name})
	assert (line.amount, line.deduction) == (benefit.amount, 0)


def test_the_same_fact_next_month_is_the_same_finding(family, officer, colleague):
	household, benefit = family
	husband = household.members[0].recipient
	frappe.db.set_value("Entitlement", benefit.name, "start_month", get_first_day(today(), d_months=-3))
	first = make.sent(officer, colleague, household=household.name)
	make.answer(first, officer, make.vehicle(husband, "吉D1"), day=add_days(today(), -31))
	[before] = found(household)
	second = make.sent(officer, colleague, household=household.name)
	make.answer(second, officer, make.vehicle(husband, "吉D1"), make.vehicle(husband, "吉D2"))
	after = found(household)
	assert len(after) == 2
	same = next(one for one in after if one.name == before.name)
	assert (str(same.first_seen), str(same.last_seen)) == (add_days(today(), -31), today())
	assert same.request == second.name


def test_a_reply_is_read_once_however_often_the_job_runs(request_sent, family, officer):
	line = make.vehicle(family[0].members[0].recipient, "吉D1")
	request = make.answer(request_sent, officer, line, line)
	reply_import.read(request.name)
	assert len(found(family[0])) == 1 and found(family[0])[0].row_count == 2


def test_a_finding_is_assigned_in_its_township_to_who_has_least_to_do(request_sent, family, officer, team):
	frappe.db.set_value(FINDING, {"status": ["!=", findings.CONCLUDED]}, "status", findings.CONCLUDED)
	make.answer(request_sent, officer, make.vehicle(family[0].members[0].recipient, "吉D1"))
	[first] = found(family[0])
	task = frappe.get_last_doc("ToDo", {"reference_type": FINDING, "reference_name": first.name})
	assert (task.allocated_to, task.status, task.date) == (first.officer, "Open", first.due_on)
	assert getdate(first.due_on) == getdate(add_days(today(), 15))
	assert frappe.db.exists("Notification Log", {"for_user": first.officer, "document_name": first.name})
	assert set(frappe.get_roles(first.officer)) & {"Township Officer", "Township Approver"}
	assert frappe.has_permission(FINDING, "read", first, user=first.officer)
	other, _benefit = make.family()
	again = make.sent(officer, builders.make_user("County Reviewer"), household=other.name)
	make.answer(again, officer, make.vehicle(other.head, "吉D2"), make.vehicle(other.head, "吉D3"))
	theirs = {one.officer for one in found(other)}
	# one household is one person's, and whoever had none got it
	assert len(theirs) == 1 and theirs != {first.officer}


def test_a_file_that_cannot_be_read_leaves_nothing_and_says_where(request_sent, family, officer):
	request = make.answer(request_sent, officer, "1,2,3", headings="甲,乙,丙")
	assert request.status == requests.SENT and "身份证号" in request.report
	assert found(family[0]) == []
	request = make.answer(request, officer, make.vehicle(family[0].members[0].recipient, "吉D1"))
	assert request.status == requests.READ and len(found(family[0])) == 1


def workbook(cell) -> bytes:
	book = openpyxl.Workbook()
	book.active.append(make.HEADINGS.split(","))
	book.active.append([cell, "测试", "吉D1", "小型轿车", "正常", "2025-01-02", 80000])
	file = BytesIO()
	book.save(file)
	return file.getvalue()


GOOD_LINE = "220422199001011234,测试,吉D1,小型轿车,正常,2025-01-02,80000"


@pytest.mark.parametrize(
	("content", "ending", "said"),
	[
		(b"\n", "csv", "没有找到"),
		(f"{make.HEADINGS}\n{GOOD_LINE}\n22042219900101".encode(), "csv", "列"),
		(f'{make.HEADINGS}\n{GOOD_LINE}\n"2204221990'.encode(), "csv", "引号"),
		(f"{make.HEADINGS}\n".encode() + "东辽县".encode("gb18030") + b"\xff\xfe,,,,,,\n", "csv", "编码"),
		(f"{make.HEADINGS}\n{GOOD_LINE}\n".encode("utf-16")[:-3], "csv", "中断"),
		(workbook("=1+1"), "xlsx", "公式"),
		(workbook("220422199001011234")[:-200], "xlsx", "打不开|损坏"),
		("名册,金额\n甲,1\n".encode(), "csv", "身份证号"),
		("一段文字，不是表格".encode(), "csv", "身份证号"),
	],
	ids=[
		"empty",
		"cut in a line",
		"cut in quotes",
		"mixed",
		"cut",
		"formula",
		"cut workbook",
		"columns",
		"prose",
	],
)
def test_a_reply_that_cannot_be_trusted_is_refused_wholly_with_a_sentence(
	request_sent, family, officer, as_user, content, ending, said
):
	with as_user(officer):
		make.hand_in(request_sent, make.stored(content, ending))
	reply_import.read(request_sent.name)
	request_sent.reload()
	assert request_sent.status == requests.SENT and re.search(said, request_sent.report), request_sent.report
	assert (found(family[0]), request_sent.rows_read, request_sent.findings_count) == ([], 0, 0)
	message = frappe.get_last_doc("Notification Log", {"document_name": request_sent.name})
	assert message.for_user == officer


def test_what_the_agency_writes_in_its_own_encoding_is_read(request_sent, family, officer):
	line = make.vehicle(family[0].head, "吉D1")
	request = make.answer(request_sent, officer, line, encoding="gb18030")
	assert (request.status, request.findings_count) == (requests.READ, 1)


def test_damaged_rows_and_what_cannot_be_decided_stand_in_the_report_without_numbers(
	request_sent, family, officer
):
	person = family[0].members[0].recipient
	whole = make.number(person)
	request = make.answer(
		request_sent,
		officer,
		make.vehicle(person, "吉D1"),
		f"{whole[:17]}#,测试,吉D2,小型轿车,正常,2025-01-02,1",
		"4.1E+17,测试,吉D3,小型轿车,正常,2025-01-02,1",
		make.vehicle(person, "吉D4", "八万"),
	)
	assert (
		"数据第2行" in request.report
		and "数据第3行" in request.report
		and "数据第4行“购置价”" in request.report
	)
	assert whole not in request.report and whole[:17] not in request.report


def test_strangers_in_a_reply_are_counted_and_read_no_further(request_sent, family, officer):
	stranger = builders.make_person("测试外人")
	request = make.answer(request_sent, officer, make.vehicle(stranger.name, "吉D1"))
	assert (request.rows_read, request.rows_matched, request.findings_count) == (1, 0, 0)
	assert make.number(stranger.name) not in request.report


def test_a_rule_that_is_switched_off_finds_nothing(request_sent, family, officer):
	frappe.db.set_value("Comparison Rule", "vehicle", "status", "Switched Off")
	request = make.answer(request_sent, officer, make.vehicle(family[0].members[0].recipient, "吉D1"))
	assert request.findings_count == 0


KILLED = """
import os, sys
import frappe
frappe.init(site=sys.argv[1], sites_path=sys.argv[2])
frappe.connect()
from socaid_app.means_testing import comparison_findings, reply_import
def die(*args):
	os._exit(9)
{patch}
reply_import.read(sys.argv[3])
"""


@pytest.mark.parametrize(
	"patch",
	[
		"reply_import._write = die",
		"comparison_findings.assign_new = die",
		"reply_import.near_matches.propose = die",
		"reply_import.finding_rows.write = (lambda real, calls: lambda rows: die() if calls.append(1) or"
		" len(calls) > 1 else real(rows))(reply_import.finding_rows.write, []); reply_import.ROWS_AT_ONCE = 25",
		"reply_import.messages.tell_staff = die",
	],
)
def test_a_job_killed_on_the_way_leaves_nothing_and_the_next_one_everything(officer, colleague, patch):
	household, _benefit = make.family()
	request = make.sent(officer, colleague, household=household.name)
	people = [row.recipient for row in household.members]
	lines = [make.vehicle(person, f"吉{n}") for n in range(30) for person in people]
	with builders.acting_as(officer):
		reply_import.read_reply(request.name, make.reply(*lines).file_url, today())
	frappe.db.commit()
	killed = subprocess.run(
		[
			sys.executable,
			"-c",
			KILLED.format(patch=patch),
			frappe.local.site,
			os.environ["SITES_PATH"],
			request.name,
		],
		check=False,
		cwd=os.environ["SITES_PATH"],
	)
	frappe.db.rollback()
	assert killed.returncode == 9
	assert found(household) == [] and request.reload().status == requests.READING
	reply_import.read(request.name)
	assert len(found(household)) == len({one.identity for one in found(household)}) == 60
	assert request.reload().findings_count == 60


@pytest.fixture(autouse=True)
def source_as_shipped(site):
	"""What a test of two processes commits is taken back."""
	yield
	frappe.db.rollback()
	if frappe.db.get_value(make.SOURCE, "vehicles", "enabled"):
		frappe.db.set_value(make.SOURCE, "vehicles", "enabled", 0)
		frappe.db.commit()


# --- from the finding to its conclusion -----------------------------------------------------------------------
@pytest.fixture
def finding(request_sent, family, officer):
	make.answer(request_sent, officer, make.vehicle(family[0].members[0].recipient, "吉D1"))
	return found(family[0])[0]


def test_nobody_writes_a_finding_by_hand_and_nobody_deletes_one(finding, team, as_user):
	with as_user(team.officer):
		finding.status = findings.CONCLUDED
		finding.facts = "没有车"
		finding.save()
		assert (finding.reload().status, "汽车" in finding.facts) == (findings.NEW, True)
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc({"doctype": FINDING, "title": "x"}).insert()
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(FINDING, finding.name)
	with pytest.raises(FindingRefused):
		frappe.get_doc({"doctype": FINDING, "name": "x", "title": "x"}).insert()


def test_without_its_proof_a_finding_is_not_closed(finding, team, as_user):
	with as_user(team.officer):
		with pytest.raises(FindingRefused, match="证明"):
			findings.triage(finding.name, "No Impact", "车已报废")
		with pytest.raises(FindingRefused, match="证明"):
			findings.triage(finding.name, "No Impact", "车已报废", "https://files.example.invalid/x.pdf")
		findings.triage(finding.name, "No Impact", "车已报废", make.proof())
	finding.reload()
	assert (finding.status, finding.conclusion, finding.concluded_by) == (
		findings.CONCLUDED,
		"No Impact",
		team.officer,
	)
	assert not frappe.db.exists("ToDo", {"reference_name": finding.name, "status": "Open"})


def test_who_has_a_finding_is_reminded_of_it_and_those_above_when_it_stays(finding):
	frappe.db.set_value(FINDING, finding.name, "due_on", add_days(today(), -8))
	clocks.remind(getdate(today()), FINDING)
	reminders = frappe.get_all(
		"Case Reminder",
		filters={"reference_name": finding.name},
		fields=["kind", "recipient_user as user"],
		order_by="kind",
	)
	assert {row.kind for row in reminders} == {"Overdue", "Escalated"}
	assert finding.officer in {row.user for row in reminders if row.kind == "Overdue"}


def test_the_household_is_told_objects_and_another_person_rechecks(finding, team, as_user):
	with as_user(team.officer):
		findings.triage(finding.name, "Suspected Ineligible", "名下有轿车")
		findings.tell(finding.name)
		findings.object_(finding.name, "车是儿子的", today(), None)
		with pytest.raises(AnotherPersonLooks, match="另一人"):
			findings.recheck(finding.name, "属实")
	notice = frappe.get_doc("Document Delivery", finding.reload().notice)
	assert (notice.document_kind, notice.status) == ("Finding Notice", "To Deliver")
	printed = frappe.get_print(FINDING, finding.name, "Finding Notice")
	assert "号牌号码：吉D1" in printed and "参数" not in printed
	assert "照常发放" in printed and "车是儿子的" in printed and finding.means in printed
	with as_user(team.approver):
		findings.recheck(finding.name, "车辆登记在本人名下，购置款由儿子支付")
		with pytest.raises(FindingRefused, match="送达"):
			findings.conclude(finding.name, "Confirmed", "车辆属本人", make.proof())
	with as_user(team.officer):
		deliveries.deliver(notice.name, "Handed Over", today(), received_by="测试户主")
	with as_user(team.approver):
		with pytest.raises(FindingRefused):
			findings.conclude(finding.name, "Confirmed", "车辆属本人", "")
		findings.conclude(finding.name, "Confirmed", "车辆属本人", make.proof())
	assert finding.reload().status == findings.CONCLUDED


def test_a_confirmed_finding_leads_to_an_adjustment_that_refers_to_it(finding, family, team, as_user):
	frappe.db.set_value(FINDING, finding.name, {"status": findings.CONCLUDED, "conclusion": "Confirmed"})
	[turn] = findings.benefits(finding.reload())
	assert turn.values["entitlement"] == family[1].name
	with as_user(team.officer):
		adjustment = frappe.get_doc(
			{"doctype": "Benefit Adjustment", "kind": "Stop", "ground": "Income or Property", **turn.values}
		).insert()
	assert adjustment.reference_name == finding.name
	assert family[1].reload().status == "Active"


def test_a_confirmed_finding_may_be_registered_as_a_violation_that_refers_to_it(
	finding, family, team, as_user
):
	frappe.db.set_value(FINDING, finding.name, {"status": findings.CONCLUDED, "conclusion": "Confirmed"})
	[turn] = findings.violation_to_register(finding.reload())
	with as_user(team.officer):
		case = frappe.get_doc(
			{
				"doctype": "Violation Case",
				"kind": "Concealed or False Information",
				"registered_on": today(),
				"investigator": team.officer,
				**turn.values,
			}
		).insert()
	assert (case.source_name, case.household) == (finding.name, family[0].name)
	assert finding.means in case.facts and family[1].reload().status == "Active"


def test_a_concluded_finding_seen_again_stays_concluded_on_its_facts(finding, family, officer, colleague):
	frappe.db.set_value(
		FINDING, finding.name, {"status": findings.CONCLUDED, "conclusion": "No Impact", "facts": "旧"}
	)
	again = make.sent(officer, colleague, household=family[0].name)
	make.answer(again, officer, make.vehicle(family[0].members[0].recipient, "吉D1", "1"))
	[same] = found(family[0])
	assert (same.status, same.facts, same.request) == (findings.CONCLUDED, "旧", again.name)


def test_the_precision_of_a_rule_is_counted_from_the_conclusions(finding, family, officer, colleague):
	again = make.sent(officer, colleague, household=family[0].name)
	people = [row.recipient for row in family[0].members]
	make.answer(again, officer, *(make.vehicle(person, f"吉E{n}") for n, person in enumerate(people * 2)))
	before = {row.rule: row for row in precision_of_rules.rows(frappe._dict())}["vehicle"]
	names = [one.name for one in found(family[0])]
	for name, conclusion in zip(names, ("Confirmed", "Confirmed", "Data Wrong"), strict=False):
		frappe.db.set_value(FINDING, name, {"status": findings.CONCLUDED, "conclusion": conclusion})
	after = {row.rule: row for row in precision_of_rules.rows(frappe._dict())}["vehicle"]
	assert after.confirmed == (before.confirmed or 0) + 2 and after.open == before.open - 3
	assert after.precision == round(
		100 * int(after.confirmed) / (int(after.confirmed) + int(after.no_impact) + int(after.data_wrong)), 1
	)


def test_a_village_and_another_township_do_not_see_it(finding, as_user):
	other = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	assert not frappe.has_permission(FINDING, "read", finding, user=other)
	assert not frappe.has_permission(REQUEST, "read", user=other)
