"""One record of what was delivered, for every module: as visible as its case, with the proof that it arrived."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.casework import deliveries
from socaid_app.casework.deliveries import DOCTYPE, DeliveryInvalid
from socaid_app.patches.v1_0 import one_delivery_record as patch
from socaid_app.permissions import break_glass
from socaid_app.permissions.scope import LinkOutOfScope
from socaid_app.petition_desk.guards import NoAutomation
from socaid_app.socaid_app import rules
from tests import builders
from tests.builders.petitions import make, under_way

APPLICATION, PETITION = "Assistance Application", "Petition"
OLD = "Petition Delivery"


@pytest.fixture
def case(site):
	team = builders.make_team()
	return builders.advance_to(builders.make_application(team), "Accepted", team)


def notice_of(case):
	return frappe.get_last_doc(DOCTYPE, {"reference_name": case.name})


def test_a_notice_and_a_petition_s_paper_are_the_same_kind_of_record(case):
	notice, paper = notice_of(case), notice_of(under_way())
	assert (notice.reference_doctype, paper.reference_doctype) == (APPLICATION, PETITION)
	assert (notice.paper_type, notice.paper) == (APPLICATION, case.name)
	assert notice.title == notice.recipient_name and paper.title != paper.name
	assert notice.document_number and not paper.document_number
	for row, key in ((notice, "reject_notice_days"), (paper, "petition_delivery_days")):
		days = rules.parameters().get(key, getdate(today()))
		assert row.due_on == rules.calendar().add_workdays(getdate(today()), int(days))[0]


def test_what_should_have_arrived_is_overdue_in_every_module(case):
	petition = under_way()
	rows = [notice_of(case).name, deliveries.latest(petition, "Notice of Taking Up")]
	frappe.db.set_value(
		DOCTYPE, {"name": ["in", rows]}, {"status": "To Deliver", "due_on": add_days(today(), -1)}
	)
	deliveries.mark_overdue()
	assert {frappe.db.get_value(DOCTYPE, row, "status") for row in rows} == {"Overdue"}


@pytest.mark.parametrize(
	("role", "division", "sees"),
	[
		("Village Assistant", builders.CASE_VILLAGE, {APPLICATION}),
		("Field Investigator", builders.CASE_TOWNSHIP, {APPLICATION}),
		("Archivist", None, {APPLICATION}),
		("Petition Handler", None, {PETITION}),
		("Township Officer", builders.CASE_TOWNSHIP, {APPLICATION, PETITION}),
		("County Approver", None, {APPLICATION, PETITION}),
		("Data Officer", None, set()),
		("Disclosure Officer", None, set()),
	],
)
def test_a_role_sees_deliveries_of_the_kinds_of_case_it_reads(case, as_user, role, division, sees):
	ours = {APPLICATION: notice_of(case)}
	petition = make(division=builders.CASE_VILLAGE)
	ours[PETITION] = deliveries.make_out(petition, "Notice of Taking Up", division=petition.division)
	frappe.db.set_value(PETITION, petition.name, "accepted_on", today())
	ours[PETITION].insert()
	with as_user(builders.make_user(role, division)):
		seen = {
			kind
			for kind, doc in ours.items()
			if frappe.has_permission(DOCTYPE, "read", doc=doc.name, throw=False)
		}
		assert seen == sees
		if frappe.has_permission(DOCTYPE, "read"):
			names = {doc.name for doc in ours.values()}
			listed = frappe.get_list(DOCTYPE, filters={"name": ["in", names]}, pluck="reference_doctype")
			assert set(listed) == sees


def test_who_may_not_print_cases_prints_no_notices(case, as_user):
	with as_user(builders.make_user("Service Manager")):
		assert not frappe.has_permission(DOCTYPE, "print", doc=notice_of(case).name)
		assert frappe.has_permission(DOCTYPE, "print", doc=notice_of(under_way()).name)


def test_another_township_s_case_gets_no_letter(case, as_user):
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_B)):
		with pytest.raises(LinkOutOfScope):
			deliveries.make_out(case, "Acceptance Notice", recipient=case.applicant).insert()


def test_letters_are_about_cases_alone(site):
	household = builders.make_household(builders.VILLAGE_A)
	with pytest.raises(DeliveryInvalid):
		deliveries.make_out(household, "Acceptance Notice").insert()


def test_a_paper_without_delivery_gets_no_record(case):
	with pytest.raises(DeliveryInvalid):
		deliveries.make_out(case, "Application Form", recipient=case.applicant).insert()


def test_what_arrived_stays_as_it_was(case):
	notice = notice_of(case)
	deliveries.deliver(notice.name, "By Post", today(), received_by="本人")
	notice.reload()
	notice.update({"method": "Handed Over", "delivered_on": add_days(today(), -1)})
	notice.note = "补记"
	notice.save()
	assert (notice.method, notice.delivered_on, notice.note) == ("By Post", getdate(today()), "补记")
	notice.received_by = "别人"
	with pytest.raises(DeliveryInvalid):
		notice.save()
	with pytest.raises(DeliveryInvalid):
		deliveries.deliver(notice.name, "By Post", today(), received_by="本人")


def test_an_administrator_opens_a_notice_for_a_reason_but_no_paper_of_a_petition(case, as_user):
	notice, paper = notice_of(case), notice_of(under_way())
	with as_user(builders.make_user("Socaid Administrator")):
		assert not frappe.has_permission(DOCTYPE, "read", doc=notice.name)
		break_glass.open_case(DOCTYPE, notice.name, "核对投诉所称的送达日期")
		frappe.local.role_permissions = {}
		assert frappe.has_permission(DOCTYPE, "read", doc=notice.name)
		assert frappe.get_list(DOCTYPE, pluck="name") == [notice.name]
		with pytest.raises(NoAutomation):
			break_glass.open_case(DOCTYPE, paper.name, "核对投诉所称的送达日期")


def test_whoever_follows_a_notice_keeps_following(case, site):
	rows = {}
	for doc in (notice_of(case), notice_of(under_way())):
		rows[doc.reference_doctype] = frappe.get_doc(
			{
				"doctype": "Document Follow",
				"ref_doctype": DOCTYPE,
				"ref_docname": doc.name,
				"user": "Administrator",
			}
		).insert(ignore_permissions=True)
	assert frappe.db.exists("Document Follow", rows[APPLICATION].name)
	assert not frappe.db.exists("Document Follow", rows[PETITION].name)


# --- rows of before -------------------------------------------------------------------------------------------
@pytest.fixture
def old_table(site):
	"""The table of the deliveries of petitions as it was; its rows are committed with it, hence taken away by hand."""
	columns = """name varchar(140) primary key, creation datetime, modified datetime, modified_by varchar(140),
		owner varchar(140), docstatus int default 0, idx int default 0, petition varchar(140), subject varchar(140),
		document_kind varchar(140), review varchar(140), issued_on date, method varchar(140), delivered_on date,
		received_by varchar(140), note text, receipt text, division varchar(140), township varchar(140),
		restricted int default 0"""
	kept = frappe.db.table_exists(OLD, cached=False)
	if kept:
		frappe.db.sql_ddl(f"rename table `tab{OLD}` to `tabKept {OLD}`")
	frappe.db.sql_ddl(f"create table `tab{OLD}` ({columns})")
	forget_table()
	yield
	frappe.db.rollback()
	frappe.db.sql_ddl(f"drop table `tab{OLD}`")
	if kept:
		frappe.db.sql_ddl(f"rename table `tabKept {OLD}` to `tab{OLD}`")
	forget_table()


def forget_table() -> None:
	frappe.cache.delete_value("db_tables")
	frappe.cache.hdel("table_columns", f"tab{OLD}")


def test_deliveries_of_before_keep_their_names_files_and_comments(old_table):
	petition = make()
	issued = getdate("2026-11-02")
	frappe.db.sql(
		f"insert into `tab{OLD}` (name, creation, modified, owner, petition, subject, document_kind, review,"
		" issued_on, method, delivered_on, note, division, restricted) values"
		" ('SD-ALT-1', now(), now(), 'x@example.invalid', %(petition)s, '旧件', 'Opinion on Handling', null,"
		" %(day)s, 'By Post', %(day)s, '附注', %(division)s, 0),"
		" ('SD-ALT-2', now(), now(), 'x@example.invalid', %(petition)s, '旧件', 'Review Opinion', 'FC-1',"
		" %(day)s, null, null, null, %(division)s, 1)",
		{"petition": petition.name, "day": issued, "division": petition.division},
	)
	frappe.db.sql(
		"insert into `tabComment` (name, comment_type, reference_doctype, reference_name, content)"
		" values ('alt-1', 'Comment', %s, 'SD-ALT-1', '旧')",
		OLD,
	)
	for _again in range(2):
		patch.execute()
	arrived, open_one = (frappe.get_doc(DOCTYPE, name) for name in ("SD-ALT-1", "SD-ALT-2"))
	assert (arrived.reference_name, arrived.paper, arrived.title) == (petition.name, petition.name, "旧件")
	assert (arrived.status, arrived.delivered_on, arrived.note) == ("Delivered", issued, "附注")
	assert arrived.owner == "x@example.invalid"
	assert (open_one.paper_type, open_one.paper, open_one.restricted) == ("Petition Review", "FC-1", 1)
	assert (open_one.status, open_one.due_on) == ("Overdue", getdate("2026-11-05"))
	assert frappe.db.get_value("Comment", "alt-1", "reference_doctype") == DOCTYPE
	assert frappe.db.count(DOCTYPE, {"reference_name": petition.name}) == 2


def test_the_access_log_keeps_what_was_written(old_table):
	from socaid_app.permissions import access_log

	access_log.record("Print", DOCTYPE, "SD-ALT-3", "迁移前的一条")
	entry = {"reference_name": "SD-ALT-3"}
	frappe.db.set_value("Sensitive Access Log", entry, "reference_doctype", OLD, update_modified=False)
	patch.execute()
	assert frappe.db.exists("Sensitive Access Log", {"reference_doctype": OLD, "reference_name": "SD-ALT-3"})
