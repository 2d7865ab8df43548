"""The demo county on a site: coherent data, and cases that staff can take up where they stand."""

import sys

import frappe
import pytest
from click.testing import CliRunner
from frappe.utils import flt, getdate, now, today

from socaid_app import commands
from socaid_app.assistance_intake import assessment, case_steps
from socaid_app.field_visits import coverage
from socaid_app.petition_desk import secrecy
from socaid_app.policy import identity, publicity, snapshot, terms
from socaid_app.policy import petitions as petition_law
from socaid_app.public_disclosure import content, protection
from socaid_app.socaid_app import entitlements
from socaid_demo import county_staff, fieldwork, load
from tests import builders
from tests.site.county.demo.conftest import HOUSEHOLDS

# Who takes the next step from each state.
NEXT_ACTOR = {terms.REVIEW: "approver1", terms.CONFIRMATION: "approver2"}
# What is still to be done by hand or by time, and therefore may keep a step closed.
BEFORE_ACCEPTANCE = {"application_signed", "consent", "guardian", "materials"}
WORK_TO_DO = {
	terms.DRAFT: BEFORE_ACCEPTANCE,
	terms.SUPPLEMENT: BEFORE_ACCEPTANCE,
	terms.INVESTIGATION: {"opinion", "objection", "objection_rework", "investigation", "check_report"},
	terms.PUBLICITY: {"publicity"},
	terms.REVIEW: {"opinion"},
	terms.ACCEPTED: {"opinion"},
	terms.DELIBERATION: {"opinion"},
	terms.CONFIRMATION: set(),
}


def rows(doctype, fields, **filters):
	return frappe.get_all(doctype, fields=fields, filters=filters, order_by="name")


def test_the_county_is_coherent(county):
	check_people()
	check_households()
	check_roll()
	check_states()
	check_users(county["users"])
	check_fieldwork()
	check_present()
	check_petitions()
	check_notices()
	check_archives()


def check_people():
	people = {row.name: row for row in rows("Recipient", ["name", "id_number", "birth_date", "sex"])}
	identities = rows("Recipient Identity", ["recipient", "id_number"])
	assert len(people) == len(identities) == len({row.id_number for row in identities})
	for row in identities:
		card = identity.check_id(row.id_number, getdate(today()))
		assert card.birth_date == people[row.recipient].birth_date
		assert people[row.recipient].id_number == identity.mask_id(row.id_number)


def check_households():
	members = [
		row.recipient for row in rows("Household Member", ["recipient"], parenttype="Recipient Household")
	]
	assert len(members) == len(set(members)), "nobody lives in two households"
	for name in frappe.get_all("Recipient Household", pluck="name", order_by="name"):
		household = frappe.get_doc("Recipient Household", name)
		assert household.member_count == len(household.present_members())
		if household.status == "Active":
			household.check_head()
		standing = entitlements.of_household(name)
		amounts = frappe.get_all(
			"Entitlement", filters={"name": ["in", standing]}, pluck="amount", order_by="name"
		)
		assert flt(household.current_amount, 2) == flt(sum(amounts), 2)
		assert bool(household.current_benefit) == bool(standing)


def check_roll():
	held = {}
	for row in rows("Entitlement", ["name", "scheme", "amount", "basis_snapshot", "end_month", "status"]):
		assert flt(snapshot.replay(row.basis_snapshot).amount, 2) == flt(row.amount, 2)
		if row.status == "Active" and row.scheme in entitlements.BASIC_LIVING:
			for share in rows("Entitlement Share", ["recipient"], parent=row.name):
				assert share.recipient not in held, "nobody holds two basic living benefits"
				held[share.recipient] = row.scheme
	assert {terms.DIBAO, terms.TEKUN} <= set(held.values())


def check_states():
	assert set(frappe.get_all("Assistance Application", pluck="workflow_state", order_by="name")) == set(
		terms.STATES
	)
	colours = set(frappe.get_all("Assistance Application", pluck="due_status", order_by="name"))
	assert {"On Time", "Overdue", "Done"} <= colours


def check_fieldwork():
	"""The shown townships have a round with a task for every household, visits to make and visits made."""
	cycles = frappe.get_all(
		"Screening Cycle", fields=["division", "status", "tasks_total"], order_by="division"
	)
	assert len(cycles) == 2
	assert all(cycle.status == "Running" and cycle.tasks_total for cycle in cycles)
	assert set(frappe.get_all("Home Visit", pluck="status", order_by="name")) == {"Planned", "Reviewed"}
	planned = frappe.get_all(
		"Screening Task", filters={"status": "Scheduled"}, pluck="visit", order_by="name"
	)
	assert planned and all(
		frappe.db.exists("Home Visit", {"name": visit, "status": "Planned"}) for visit in planned
	)
	by_township = coverage.by_township()
	households, visited = (sum(row[key] for row in by_township) for key in ("households", "visited"))
	assert 0.8 < visited / households < 0.98
	assert sum(row.overdue for row in by_township) < households / 10
	tasks = frappe.get_all("Screening Task", fields=["status", "due_on", "done_on", "visit"], order_by="name")
	done = [task for task in tasks if task.status == "Done"]
	meant = [task for task in tasks if task.status not in ("Left Out", "Scheduled")]
	share = min((getdate(today()).day - 1) / fieldwork.ROUND_DAYS, 1)
	assert 0.7 * share <= len(done) / len(meant) <= 1
	assert all(task.visit and task.done_on <= getdate(today()) for task in done)


def check_present():
	"""Nobody has done anything tomorrow."""
	modules = frappe.get_all("Module Def", {"app_name": "socaid_app"}, pluck="name")
	kinds = {"module": ["in", modules], "issingle": 0, "is_virtual": 0}
	for doctype in frappe.get_all("DocType", kinds, pluck="name", order_by="name"):
		for column in ("creation", "modified"):
			assert not frappe.get_all(doctype, filters={column: [">", now()]}, limit=1), (doctype, column)


def check_users(users):
	assert users and all(user["password"] for user in users)
	shown = [member for member in county_staff.roster(20260701) if member.shown]
	assert {user["user"] for user in users} == {member.user for member in shown}
	for member in shown:
		assert member.role in frappe.get_roles(member.user)
		account = frappe.db.get_value("User", member.user, ["enabled", "search_bar", "form_sidebar"])
		assert account == (1, 1, 1), "a demo user can log in and has every part of Desk"
		granted = frappe.get_all(
			"User Permission", filters={"user": member.user}, pluck="for_value", order_by="name"
		)
		assert granted == ([member.division] if member.division else [])


def check_petitions():
	"""Every state, category and channel is there, each with its record; accusations are hidden from the others."""
	petitions = rows("Petition", ["name", "status", "category", "channel", "due_status", "restricted"])
	meta = frappe.get_meta("Petition")
	for field in ("status", "category", "channel"):
		assert {petition[field] for petition in petitions} == set(
			filter(None, meta.get_options(field).split("\n"))
		)
	assert {"On Time", "Due Soon", "Overdue", "Done"} <= {petition.due_status for petition in petitions}
	recorded = set(frappe.get_all("Petition Action", filters={"action": "登记"}, pluck="parent"))
	assert recorded == {petition.name for petition in petitions}
	for petition in petitions:
		assert bool(petition.restricted) == (petition.category == petition_law.ACCUSATION)
	for flag in ("group_petition", "is_repeat", "urgent", "final"):
		assert frappe.db.exists("Petition", {flag: 1}), flag
	assert frappe.db.exists("Reception Record", {"petition": ["is", "set"]})


def check_notices():
	"""Something of every kind hangs or has hung, and nobody who must not be named is on it."""
	posted = rows("Publicity Notice", ["name", "kind", "application"], posted_on=["is", "set"])
	assert {notice.kind for notice in posted} == set(publicity.KINDS)
	entries = rows("Publicity Entry", ["source_doctype", "source_name"], parenttype="Publicity Notice")
	sources = {(row.source_doctype, row.source_name) for row in entries}
	sources |= {("Assistance Application", notice.application) for notice in posted if notice.application}
	assert not protection.protected_sources(sources)
	month = {"kind": publicity.ROLL, "roll_month": getdate(today()).replace(day=1), "status": "In Publicity"}
	assert frappe.db.exists("Publicity Notice", month)
	assert all(content.public_notice(row["public_key"]) for row in content.current())
	assert set(frappe.get_all("Disclosure Publication", pluck="status", order_by="name")) == {
		"To Be Published",
		"Published Online",
		"Taken Down",
	}


def check_archives():
	"""Every accepted case has its file; boxes hold what they say, and custody has begun its work."""
	filed = set(
		frappe.get_all(
			"Archive Document",
			filters={"source_doctype": "Assistance Application"},
			pluck="source_name",
			order_by="name",
		)
	)
	accepted = rows("Assistance Application", ["name"], accepted_on=["is", "set"])
	assert filed == {case.name for case in accepted}
	files = rows("Archive File", ["status", "completeness", "location"])
	assert {"Being Filed", "Bound", "Stored", "Lent", "To Appraise"} - {file.status for file in files} <= {
		"Bound",
		"Stored",
	}
	assert {"Complete File", "Papers Missing"} <= {file.completeness for file in files}
	for box in rows("Archive Location", ["name", "occupied"], kind="Box"):
		assert box.occupied == sum(file.location == box.name for file in files)
	assert "Overdue" in frappe.get_all("Archive Loan", pluck="due_status", order_by="name")
	assert frappe.db.exists("Archive Handover", {"status": "Handover Signed"})
	assert frappe.db.exists("Archive Appraisal", {"status": "Signed Once"})


@pytest.mark.parametrize(
	("key", "doctype", "waiting"),
	[
		("petitions", "Petition", {"status": ["in", petition_law.OPEN]}),
		("petitions", "Reception Record", {}),
		("accusations", "Petition", {"restricted": 1}),
		("archivist", "Archive File", {"completeness": "Papers Missing"}),
		("archivist", "Archive Loan", {"status": "Requested"}),
		("archivist2", "Archive Handover", {"status": "Reconciling"}),
		("approver", "Archive Appraisal", {"status": "Signed Once"}),
		("disclosure", "Publicity Notice", {"status": "Draft"}),
		("disclosure", "Disclosure Publication", {"status": "To Be Published"}),
		("disclosure", "Disclosure Correction", {"status": "Reported"}),
	],
)
def test_whoever_logs_in_finds_work(county, as_user, key, doctype, waiting):
	with as_user(f"county.{key}@{county_staff.DOMAIN}"):
		assert frappe.get_list(doctype, filters=waiting, limit=1, order_by="name")


def test_the_accusations_of_the_county_reach_their_handler_alone(county):
	secret = frappe.get_all("Petition", filters={"restricted": 1}, pluck="name", order_by="name")
	assert secret and secrecy.visible(secret, f"county.accusations@{county_staff.DOMAIN}") == set(secret)
	for key in ("petitions", "manager", "approver", "auditor"):
		assert not secrecy.visible(secret, f"county.{key}@{county_staff.DOMAIN}")


def test_every_open_case_can_be_taken_up_by_its_staff(county, as_user):
	for name in frappe.get_all(
		"Assistance Application", filters={"docstatus": 0}, pluck="name", order_by="name"
	):
		case = frappe.get_doc("Assistance Application", name)
		with as_user(next_actor(case)):
			assert frappe.has_permission(case.doctype, "write", doc=case)
			for step in case_steps.next_steps(case):
				closed = {breach["rule"] for breach in step["breaches"]}
				allowed = WORK_TO_DO[case.workflow_state]
				if case.propose_rejection:
					# A refusal is proposed; confirming is not the step that waits.
					allowed = allowed | {"eligible", "publicity"}
				assert closed <= allowed, (name, case.workflow_state, step["action"], closed - allowed)


def next_actor(case):
	if case.protected_case:
		return f"county.reviewer1@{county_staff.DOMAIN}"
	return f"{county_staff.PINYIN[case.township]}.{NEXT_ACTOR.get(case.workflow_state, 'officer2')}@{county_staff.DOMAIN}"


def test_stored_assessments_are_those_the_app_computes(county):
	for name in frappe.get_all("Assistance Application", pluck="name", order_by="name"):
		case = frappe.get_doc("Assistance Application", name)
		result = assessment.assess(case)
		assert flt(result.amount, 2) == flt(case.proposed_amount, 2)
		assert {row.recipient for row in case.members if row.counted} == set(result.counted)


def test_a_confirmed_case_saves_through_its_controller_up_to_the_roll(county, as_user):
	name = frappe.get_all(
		"Assistance Application",
		filters={"workflow_state": terms.CONFIRMATION, "propose_rejection": 0, "scheme": terms.DIBAO},
		pluck="name",
		order_by="name",
	)[0]
	case = frappe.get_doc("Assistance Application", name)
	with as_user(next_actor(case)):
		frappe.model.workflow.apply_workflow(case, "Confirm")
	case.reload()
	assert case.workflow_state == terms.CONFIRMED
	assert frappe.db.get_value("Entitlement", case.entitlement, "amount") == case.proposed_amount


def test_new_documents_are_numbered_after_the_generated_ones(county):
	household = frappe.get_doc("Recipient Household", "HH-00000001")
	person = frappe.get_doc(
		{
			"doctype": "Recipient",
			"full_name": "新来的人",
			"id_number": "11010519491231002X",
			"division": household.division,
		}
	).insert()
	assert person.name not in {row.recipient for row in rows("Household Member", ["recipient"])}
	assert int(person.name[3:]) == frappe.db.count("Recipient")


def test_loading_again_changes_nothing(county):
	there = {doctype: frappe.db.count(doctype) for doctype in builders.REGISTER}
	again = load.load(households=HOUSEHOLDS, commit=False)
	assert again["users"] == [] and again["counts"] == {}
	assert {doctype: frappe.db.count(doctype) for doctype in there} == there


def test_a_larger_county_of_the_same_seed_grows_and_another_seed_is_refused(county):
	load.load(households=HOUSEHOLDS + 20, users=False, commit=False)
	assert frappe.db.count("Recipient Household") == HOUSEHOLDS + 20
	with pytest.raises(load.DemoRefused):
		load.load(households=10, seed=1, commit=False)


def test_a_register_filled_by_others_is_left_alone(county):
	frappe.db.delete("DefaultValue", {"defkey": load.MARKER})
	frappe.clear_cache()
	with pytest.raises(load.DemoRefused):
		load.load(households=10, commit=False)


def test_invented_villages_join_the_tree(county):
	invented = rows(
		"Administrative Division", ["name", "lft", "rgt", "parent_administrative_division"], is_provisional=1
	)
	assert len(invented) > 100
	for row in invented:
		parent = frappe.db.get_value(
			"Administrative Division", row.parent_administrative_division, ["lft", "rgt"], as_dict=True
		)
		assert parent.lft < row.lft < row.rgt < parent.rgt


def test_without_its_files_the_command_says_what_is_missing(site, monkeypatch):
	"""What is installed from a built package has no demo county; nothing is asked of the site then."""
	monkeypatch.setitem(sys.modules, "socaid_demo", None)
	monkeypatch.delitem(sys.modules, "socaid_demo.load", raising=False)
	said = CliRunner().invoke(
		commands.socaid_demo, ["--households", "10"], obj={"sites": [site], "profile": False}
	)
	assert said.exit_code == 1
	assert "缺少演示县" in said.output and "socaid_demo" in said.output and "get-app" in said.output
