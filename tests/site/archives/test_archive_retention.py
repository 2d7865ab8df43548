"""How long files are kept, what keeps them longer, and how they end."""

import hashlib
import json
import os
from datetime import date

import frappe
import pytest
from frappe.client import insert as client_insert
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.utils import add_days, get_first_day, get_last_day, getdate, today

from socaid_app.assistance_archives import appraisals, fixity, retention, storage
from socaid_app.assistance_archives.appraisals import AppraisalInvalid, MayNotBeDestroyed, SignedByAnother
from socaid_app.assistance_archives.doctype.archive_retention_rule.archive_retention_rule import (
	KeptTooShort,
	RuleInEffect,
	RuleInvalid,
)
from socaid_app.assistance_archives.retention import HoldInvalid
from socaid_app.casework import copies
from socaid_app.permissions.scope import NeverDeleted
from socaid_app.petition_desk import holds
from socaid_app.policy import terms
from socaid_app.policy.clock import add_months
from socaid_app.policy.retention_periods import APPROVAL, DAILY
from socaid_app.setup import seeds
from tests import builders
from tests.builders import archives as archive_builders
from tests.builders import fieldwork
from tests.builders.archives import FILE, RURAL, make_box, movements, status, store_expired, store_file

RULE, HOLD, APPRAISAL, DOCUMENT = (
	"Archive Retention Rule",
	"Archive Hold",
	"Archive Appraisal",
	"Archive Document",
)
ISSUE = "Data Quality Issue"
ON = date(2026, 11, 24)


@pytest.fixture(scope="module")
def team(site):
	return archive_builders.keepers()


@pytest.fixture(autouse=True)
def clean(team):
	for doctype in (FILE, DOCUMENT, RULE, HOLD, APPRAISAL, "Archive Appraisal Item", "Archive Location"):
		frappe.db.delete(doctype)
	seeds.seed_retention_rules()


def value(file: str, field: str):
	return frappe.db.get_value(FILE, file, field)


def make_rule(**values):
	return frappe.get_doc(
		{
			"doctype": RULE,
			"archive_class": APPROVAL,
			"years": 10,
			"effective_from": today(),
			"approved_by_archives": 1,
			"approval_document": "东档〔2026〕1号",
			"basis": "县归档范围和保管期限表",
			**values,
		}
	).insert()


def store_benefit(household: str, end: date | str | None, category: str = RURAL, **values) -> str:
	return fieldwork.store(
		"Entitlement",
		household=household,
		category=category,
		division=builders.VILLAGE_A,
		**{
			"docstatus": 1,
			"payment": "Monthly",
			"start_month": "2020-01-01",
			"end_month": end,
			**values,
		},
	)


# --- rules ------------------------------------------------------------------------------------------------
def test_the_seeded_rules_are_the_minimum_of_the_law(site):
	assert retention.rule_for(APPROVAL, RURAL, ON).code == "D3"
	assert retention.rule_for(DAILY, None, ON).code == "D5"
	count = frappe.db.count(RULE)
	seeds.seed_retention_rules()
	assert frappe.db.count(RULE) == count == 2


def test_a_rule_may_be_longer_and_ends_the_earlier_one(site):
	earlier = retention.rule_for(APPROVAL, RURAL, ON).name
	rule = make_rule()
	assert (rule.minimum_years, rule.retention_code) == (3, "D10")
	assert frappe.db.get_value(RULE, earlier, "effective_to") == getdate(add_days(today(), -1))
	assert retention.rule_for(APPROVAL, RURAL, today()).name == rule.name
	assert retention.rule_for(APPROVAL, RURAL, add_days(today(), -1)).name == earlier


def test_a_rule_of_a_category_leaves_the_general_one_in_force(site):
	rule = make_rule(category=RURAL, permanent=1, years=0)
	assert rule.retention_code == "Y"
	found = retention.rule_for(APPROVAL, RURAL, today())
	assert (found.name, found.permanent, found.years, found.code) == (rule.name, 1, 0, "Y")
	assert retention.rule_for(APPROVAL, "城市低保", today()).years == 3


@pytest.mark.parametrize(("archive_class", "years"), [(APPROVAL, 2), (DAILY, 4), (APPROVAL, 0)])
def test_a_rule_is_never_shorter_than_the_law(site, archive_class, years):
	with pytest.raises(KeptTooShort):
		make_rule(archive_class=archive_class, years=years)


def test_the_law_holds_where_it_has_become_stricter_than_a_rule(site):
	frappe.db.set_value(
		"Policy Parameter", {"parameter_key": "retention_approval_after_stop_years"}, "value", "8"
	)
	from socaid_app.socaid_app import rules

	rules.forget()
	assert retention.rule_for(APPROVAL, RURAL, ON).code == "D8"


def test_the_countys_own_period_needs_the_approval_of_the_archives_authority(site):
	with pytest.raises(RuleInvalid):
		make_rule(approved_by_archives=0)
	with pytest.raises(RuleInvalid):
		make_rule(approval_document=" ")


def test_a_rule_in_effect_is_neither_changed_nor_deleted_nor_backdated(site):
	rule = make_rule()
	for field, changed in (
		("years", 30),
		("permanent", 1),
		("effective_from", "2020-01-01"),
		("category", RURAL),
	):
		with pytest.raises(RuleInEffect):
			client_set_value(RULE, rule.name, field, changed)
	client_set_value(RULE, rule.name, "effective_to", "2030-01-01")
	assert not frappe.db.get_value(RULE, rule.name, "effective_to")
	with pytest.raises(RuleInEffect):
		frappe.delete_doc(RULE, rule.name)
	with pytest.raises(RuleInvalid):
		make_rule(category="城市低保", effective_from=add_days(today(), -1))
	with pytest.raises(RuleInvalid):
		make_rule(effective_from=today())


# --- leaving ----------------------------------------------------------------------------------------------
def test_a_file_is_kept_from_the_end_of_the_last_month_of_the_benefit(site):
	file = store_file()
	household = value(file, "household")
	store_benefit(household, "2024-03-01")
	store_benefit(household, "2025-06-01")
	store_benefit(household, None, category="城市低保")
	retention.refresh(ON)
	assert (value(file, "left_benefit_on"), value(file, "retain_until")) == (
		date(2025, 6, 30),
		date(2028, 6, 30),
	)
	assert status(file) == "Bound"


@pytest.mark.parametrize("end", [None, "2026-11-01", "2027-03-01"])
def test_while_the_benefit_runs_no_period_begins(site, end):
	file = store_file()
	store_benefit(value(file, "household"), end)
	retention.refresh(ON)
	assert value(file, "left_benefit_on") is None and value(file, "retain_until") is None
	assert value(file, "retention_rule")


def test_coming_back_ends_the_period(site):
	box = make_box()
	file = store_file(location=box.name, status="Stored")
	household = value(file, "household")
	store_benefit(household, "2022-03-01")
	retention.refresh(ON)
	assert status(file) == "To Appraise"
	store_benefit(household, None, start_month="2026-11-01")
	retention.refresh(ON)
	assert (value(file, "left_benefit_on"), value(file, "retain_until")) == (None, None)
	assert status(file) == "Stored"


def test_a_new_application_keeps_the_file_and_its_refusal_begins_the_period(site):
	file = store_file()
	household = value(file, "household")
	store_benefit(household, "2022-03-01")
	case = fieldwork.store(
		"Assistance Application",
		household=household,
		category=RURAL,
		workflow_state="Under Investigation",
		division=builders.VILLAGE_A,
		applied_on="2026-11-01",
	)
	retention.refresh(ON)
	assert value(file, "left_benefit_on") is None
	frappe.db.set_value(
		"Assistance Application", case, {"workflow_state": terms.REJECTED, "decided_on": "2026-11-20"}
	)
	frappe.db.delete("Entitlement", {"household": household})
	retention.refresh(ON)
	assert value(file, "left_benefit_on") == date(2026, 11, 20)


def test_a_family_that_never_came_onto_the_register_has_left_with_the_decision(site):
	person = fieldwork.store("Recipient", full_name="测试甲", division=builders.VILLAGE_A)
	file = store_file(household=None, applicant=person)
	fieldwork.store(
		"Assistance Application",
		applicant=person,
		category=RURAL,
		workflow_state=terms.REJECTED,
		decided_on="2026-10-10",
		division=builders.VILLAGE_A,
	)
	retention.refresh(ON)
	assert value(file, "left_benefit_on") == date(2026, 10, 10)


def test_daily_papers_are_kept_from_the_end_of_their_year(site):
	file = store_file(archive_class=DAILY, file_year=2020)
	retention.refresh(date(2025, 12, 31))
	assert value(file, "retain_until") == date(2025, 12, 31)
	assert status(file) == "Bound"
	retention.refresh(date(2026, 1, 1))
	assert status(file) == "To Appraise"


def test_the_rule_of_the_day_of_leaving_holds_whatever_is_ruled_later(site):
	early, late = store_file(), store_file()
	store_benefit(value(early, "household"), get_first_day(add_days(get_first_day(today()), -40)))
	store_benefit(value(late, "household"), get_first_day(today()))
	rule = make_rule(years=30, effective_from=today())
	retention.refresh(add_months(getdate(today()), 2))
	assert value(early, "retention_rule") != rule.name and value(late, "retention_rule") == rule.name
	assert value(late, "retain_until") == add_months(get_last_day(today()), 360)


def test_permanent_files_never_expire(site):
	make_rule(permanent=1, years=0)
	file = store_file()
	store_benefit(value(file, "household"), get_first_day(today()))
	retention.refresh(date(2090, 1, 1))
	assert (value(file, "permanent"), value(file, "retain_until"), status(file)) == (1, None, "Bound")


def test_a_lent_or_destroyed_file_keeps_its_status(site):
	lent, gone = store_expired(status="Lent"), store_expired(status="Destroyed", destroyed_on=today())
	for file in (lent, gone):
		store_benefit(value(file, "household"), "2015-03-01")
	retention.refresh(ON)
	assert (status(lent), status(gone)) == ("Lent", "Destroyed")
	assert value(gone, "left_benefit_on") is None


def test_refreshing_takes_the_same_statements_for_many_files_and_changes_nothing_twice(site, count_queries):
	def statements(number):
		for _file in range(number):
			store_benefit(value(store_file(), "household"), "2025-06-01")
		with count_queries() as queries:
			retention.refresh(ON)
		return len(queries)

	assert statements(2) >= statements(40) > 0
	before = frappe.get_all(FILE, fields=["*"], order_by="name")
	retention.refresh(ON)
	assert frappe.get_all(FILE, fields=["*"], order_by="name") == before


# --- holds ------------------------------------------------------------------------------------------------
def place_hold(file: str, **values):
	return frappe.get_doc(
		{"doctype": HOLD, "archive_file": file, "kind": "Litigation", "reason": "行政诉讼", **values}
	).insert()


def test_a_hold_marks_the_file_until_another_person_releases_it(team, as_user):
	file = store_expired()
	first, second = team.archivist, team.approver
	with as_user(first):
		hold = place_hold(file, placed_by=second, released_on=today())
		assert (hold.placed_by, hold.released_on) == (first, None)
		assert value(file, "on_hold") == 1
		with pytest.raises(HoldInvalid):
			retention.release(hold.name, "结案")
		client_set_value(HOLD, hold.name, "released_on", today())
		assert not frappe.db.get_value(HOLD, hold.name, "released_on")
		with pytest.raises(HoldInvalid):
			client_set_value(HOLD, hold.name, "reason", "改")
	with as_user(second):
		with pytest.raises(HoldInvalid):
			retention.release(hold.name, " ")
		retention.release(hold.name, "判决生效")
		with pytest.raises(HoldInvalid):
			retention.release(hold.name, "再次")
	assert value(file, "on_hold") == 0
	assert frappe.db.get_value(HOLD, hold.name, "released_by") == second


def test_one_of_two_holds_is_enough(site):
	file = store_expired()
	one, _two = place_hold(file), place_hold(file)
	frappe.db.set_value(HOLD, one.name, "released_on", today())
	retention.refresh_holds()
	assert value(file, "on_hold") == 1
	frappe.db.set_value(HOLD, {"archive_file": file}, "released_on", today())
	retention.refresh_holds()
	assert value(file, "on_hold") == 0


def store_petition(household: str | None = None, petition_status: str = "Recorded", **values) -> str:
	return fieldwork.store(
		"Petition",
		subject="测试",
		household=household,
		status=petition_status,
		division=builders.VILLAGE_A,
		**{"category": "Appeal for Help", "restricted": 0, **values},
	)


@pytest.mark.parametrize(
	("petition_status", "is_open"),
	[
		("Recorded", True),
		("Under Way", True),
		("Answered", True),
		("In Review", True),
		("In Recheck", True),
		("Concluded", False),
		("Not Taken Up", False),
		("Passed On", False),
		("Sent Back", False),
		("Joined", False),
	],
)
def test_an_open_petition_holds_the_files_of_its_household(site, petition_status, is_open):
	file, other = store_expired(), store_expired()
	household = value(file, "household")
	store_petition(household, petition_status)
	assert holds.households_with_open_petitions([household, value(other, "household")]) == (
		{household} if is_open else set()
	)
	retention.refresh_holds()
	assert (value(file, "on_hold"), value(other, "on_hold")) == (int(is_open), 0)


def test_what_may_still_be_reviewed_or_reported_back_holds_and_so_does_a_name_in_the_village(site):
	reviewable, over, reported = (fieldwork.store_household() for _household in range(3))
	store_petition(reviewable, "Concluded", review_until=today())
	store_petition(over, "Concluded", review_until=add_days(today(), -1))
	passed = store_petition(reported, "Passed On")
	fieldwork.store("Petition Transfer", petition=passed, feedback_required=1)
	named = builders.make_household(builders.VILLAGE_A, name="网上具名")
	store_petition(None, petitioner_name="网上具名甲")
	asked = [reviewable, over, reported, named.name]
	assert holds.households_with_open_petitions(asked) == {reviewable, reported, named.name}
	frappe.db.set_value("Petition Transfer", {"petition": passed}, "feedback_on", today())
	assert reported not in holds.households_with_open_petitions(asked)


def test_an_open_review_a_joined_petition_and_one_of_a_member_hold_as_well(site):
	reviewed, joined, member = (fieldwork.store_household() for _household in range(3))
	concluded = store_petition(reviewed, "Concluded")
	fieldwork.store("Petition Review", petition=concluded, status="Asked For", stage="Review")
	main = store_petition(None, "Under Way")
	store_petition(joined, "Joined", joined_into=main)
	person = fieldwork.store("Recipient", full_name="测试乙", division=builders.VILLAGE_A)
	fieldwork.store(
		"Household Member",
		parent=member,
		parenttype="Recipient Household",
		parentfield="members",
		recipient=person,
	)
	store_petition(None, "Under Way", recipient=person)
	assert holds.households_with_open_petitions([reviewed, joined, member]) == {reviewed, joined, member}
	frappe.db.set_value("Petition Review", {"petition": concluded}, "status", "Answer Given")
	frappe.db.set_value("Petition", main, "status", "Concluded")
	assert holds.households_with_open_petitions([reviewed, joined, member]) == {member}


def test_an_accusation_holds_without_being_told(team, as_user):
	file = store_expired()
	store_petition(value(file, "household"), category="Accusation", restricted=1)
	with as_user(team.preparer):
		appraisal = prepare()
		appraisals.decide(appraisal, [file], "Destroy File", "期满无价值")
		with pytest.raises(MayNotBeDestroyed) as refusal:
			appraisals.propose(appraisal)
	assert (
		"etition" not in str(refusal.value)
		and "访" not in str(refusal.value)
		and "举" not in str(refusal.value)
	)


def test_files_still_to_be_kept_are_not_marked_for_their_petitions(site):
	file = store_file()
	store_petition(value(file, "household"))
	retention.refresh_holds()
	assert value(file, "on_hold") == 0 and retention.held([file]) == {file}


# --- appraisal --------------------------------------------------------------------------------------------
def prepare(**values) -> str:
	"""A list of all that has expired, prepared by the session's user."""
	appraisal = frappe.get_doc(
		{"doctype": APPRAISAL, "title": "鉴定 1", "as_of": today(), "report": "已逐卷鉴定。", **values}
	).insert()
	appraisals.collect(appraisal.name)
	return appraisal.name


def signed(team, as_user, destroy=(), extend=(), years: int = 2) -> str:
	with as_user(team.preparer):
		appraisal = prepare()
		appraisals.decide(appraisal, list(destroy), "Destroy File", "期满，无继续保存价值")
		appraisals.decide(appraisal, list(extend), "Extend Keeping", "仍有查考价值", years)
		appraisals.propose(appraisal)
	for signer in (team.approver, team.manager):
		with as_user(signer):
			appraisals.sign(appraisal)
	return appraisal


def carry_out(appraisal: str, team, as_user, **values) -> dict:
	with as_user(team.archivist):
		return appraisals.carry_out(
			appraisal, **{"destruction_place": "县保密局销毁中心，碎浆", "witness": team.preparer, **values}
		)


def test_expired_files_are_extended_or_destroyed_as_two_others_signed(team, as_user):
	box = make_box()
	destroy, extend = store_expired(location=box.name), store_expired(location=box.name)
	storage.recount()
	appraisal = signed(team, as_user, [destroy], [extend])
	assert carry_out(appraisal, team, as_user) == {"extended": 1, "destroyed": 1, "left_out": 0}
	assert (status(destroy), value(destroy, "destroyed_on")) == ("Destroyed", getdate(today()))
	assert (value(destroy, "location"), value(destroy, "appraisal")) == (None, appraisal)
	assert movements(destroy) == ["Destroyed"]
	assert value(extend, "retain_until") == add_months(getdate(today()), 24) and status(extend) == "Stored"
	assert frappe.db.get_value("Archive Location", box.name, "occupied") == 1
	doc = frappe.get_doc(APPRAISAL, appraisal)
	assert (doc.status, doc.witness) == ("Carried Out", team.preparer)
	assert all(row.done_on == getdate(today()) for row in doc.items)


def test_an_extension_is_not_taken_back_at_night(team, as_user):
	file = store_expired()
	store_benefit(value(file, "household"), "2022-01-01")
	carry_out(signed(team, as_user, extend=[file]), team, as_user)
	retention.refresh(today())
	assert value(file, "retain_until") == add_months(getdate(today()), 24)
	assert status(file) == "Bound"


def test_only_expired_files_come_onto_the_list_and_onto_one_list_only(site):
	expired = store_expired()
	store_file(retain_until=today())
	store_expired(status="Lent")
	store_file()
	first = prepare()
	assert [row.archive_file for row in frappe.get_doc(APPRAISAL, first).items] == [expired]
	assert appraisals.collect(first) == 0
	second = prepare()
	assert not frappe.get_doc(APPRAISAL, second).items
	appraisals.give_up(first, "重做")
	assert appraisals.collect(second) == 1


def test_nothing_is_proposed_undecided_without_reason_or_report(site):
	file = store_expired()
	appraisal = prepare(report="")
	with pytest.raises(AppraisalInvalid):
		appraisals.propose(appraisal)
	with pytest.raises(AppraisalInvalid):
		appraisals.decide(appraisal, [file], "Destroy File", " ")
	with pytest.raises(AppraisalInvalid):
		appraisals.propose(appraisal)
	appraisals.decide(appraisal, [file], "Extend Keeping", "查考")
	with pytest.raises(AppraisalInvalid):
		appraisals.propose(appraisal)
	appraisals.decide(appraisal, [file], "Destroy File", "期满")
	with pytest.raises(AppraisalInvalid):
		appraisals.propose(appraisal)
	client_set_value(APPRAISAL, appraisal, "report", "鉴定报告")
	appraisals.propose(appraisal)
	assert frappe.db.get_value(APPRAISAL, appraisal, "status") == "Proposed for Signature"


def test_signatures_are_of_two_persons_with_the_role_who_did_not_prepare_it(team, as_user):
	store_expired()
	preparer, first, second = team.both, team.approver, team.reviewer
	with as_user(preparer):
		appraisal = prepare()
		rows = [row.name for row in frappe.get_doc(APPRAISAL, appraisal).items]
		appraisals.decide(appraisal, rows, "Destroy File", "期满")
		appraisals.propose(appraisal)
		with pytest.raises(SignedByAnother):
			appraisals.sign(appraisal)
	with as_user(team.archivist), pytest.raises(SignedByAnother):
		appraisals.sign(appraisal)
	with as_user(first):
		assert appraisals.sign(appraisal) == "Signed Once"
		with pytest.raises(SignedByAnother):
			appraisals.sign(appraisal)
	with as_user(preparer), pytest.raises(AppraisalInvalid):
		appraisals.carry_out(appraisal, "销毁中心", first)
	with as_user(second):
		assert appraisals.sign(appraisal) == "Ready to Carry Out"


def test_who_signs_has_no_hand_in_the_list(team, as_user):
	file = store_expired()
	preparer, signer = team.preparer, team.approver
	with as_user(preparer):
		appraisal = prepare()
	with as_user(signer):
		with pytest.raises(SignedByAnother):
			appraisals.decide(appraisal, [file], "Destroy File", "期满")
		with pytest.raises(SignedByAnother):
			client_set_value(APPRAISAL, appraisal, "report", "改")


def test_signatures_and_status_are_not_taken_from_a_client(site):
	file = store_expired()
	appraisal = prepare()
	values = frappe.get_doc(APPRAISAL, appraisal).as_dict(convert_dates_to_str=True)
	values |= {"status": "Ready to Carry Out", "first_signer": "Administrator", "prepared_by": "Guest"}
	values["items"][0] |= {
		"done_on": "2026-01-01",
		"extended_until": "2090-01-01",
		"proposal": "Destroy File",
	}
	values["items"].append({"archive_file": store_file(), "proposal": "Destroy File"})
	client_save(values)
	doc = frappe.get_doc(APPRAISAL, appraisal)
	assert (doc.status, doc.first_signer, doc.prepared_by) == ("Being Prepared", None, "Administrator")
	(row,) = doc.items
	assert (row.archive_file, row.proposal, row.done_on, row.extended_until) == (
		file,
		"Destroy File",
		None,
		None,
	)
	client_set_value(FILE, file, "status", "Destroyed")
	client_set_value(FILE, file, "retain_until", "2000-01-01")
	assert status(file) == "To Appraise" and value(file, "retain_until") == getdate(add_days(today(), -1))


def test_a_proposed_list_stays_as_it_is(site, as_user):
	file = store_expired()
	appraisal = prepare()
	appraisals.decide(appraisal, [file], "Destroy File", "期满")
	appraisals.propose(appraisal)
	with pytest.raises(AppraisalInvalid):
		client_set_value(APPRAISAL, appraisal, "report", "改")
	with pytest.raises(AppraisalInvalid):
		appraisals.decide(appraisal, [file], "Extend Keeping", "查考", 2)
	with pytest.raises(AppraisalInvalid):
		appraisals.collect(appraisal)


@pytest.mark.parametrize("obstacle", ["hold", "petition", "lent", "kept longer", "permanent"])
def test_what_was_signed_is_asked_again_when_it_is_carried_out(team, as_user, obstacle):
	file, other = store_expired(), store_expired()
	appraisal = signed(team, as_user, [file, other])
	match obstacle:
		case "hold":
			place_hold(file)
		case "petition":
			store_petition(value(file, "household"))
		case "lent":
			frappe.db.set_value(FILE, file, "status", "Lent")
		case "kept longer":
			frappe.db.set_value(FILE, file, "retain_until", add_days(today(), 30))
		case "permanent":
			frappe.db.set_value(FILE, file, "permanent", 1)
	before = status(file)
	with pytest.raises(MayNotBeDestroyed):
		carry_out(appraisal, team, as_user)
	assert status(other) == "To Appraise"
	assert carry_out(appraisal, team, as_user, without_blocked=True) == {
		"extended": 0,
		"destroyed": 1,
		"left_out": 1,
	}
	assert (status(file), status(other)) == (before, "Destroyed")
	assert [
		row.done_on for row in frappe.get_doc(APPRAISAL, appraisal).items if row.archive_file == file
	] == [None]


def test_a_destruction_has_a_place_and_another_witness(team, as_user):
	file = store_expired()
	appraisal = signed(team, as_user, [file])
	for values in ({"destruction_place": " "}, {"witness": None}, {"witness": team.archivist}):
		with pytest.raises(AppraisalInvalid):
			carry_out(appraisal, team, as_user, **values)
	with as_user(team.approver), pytest.raises(frappe.PermissionError):
		appraisals.carry_out(appraisal, "销毁中心", team.preparer)
	carry_out(appraisal, team, as_user)
	with pytest.raises(AppraisalInvalid):
		carry_out(appraisal, team, as_user)


def test_lists_and_holds_are_never_deleted(site):
	file = store_expired()
	for doc in (place_hold(file), frappe.get_doc(APPRAISAL, prepare())):
		with pytest.raises(NeverDeleted):
			frappe.delete_doc(doc.doctype, doc.name)


# --- electronic copies ------------------------------------------------------------------------------------
def upload(content: bytes, doctype: str | None = None, name: str | None = None):
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash()}.txt",
			"content": content,
			"is_private": 1,
			"attached_to_doctype": doctype,
			"attached_to_name": name,
		}
	).insert()


def filed_copy(file: str, content: bytes | None = None):
	"""A document with its copy on disk: (name of the document, File)."""
	document = archive_builders.store_document(file)
	copy = upload(content or frappe.generate_hash().encode(), DOCUMENT, document)
	digest = copies.sha256(copies.path_of(copy.name))
	frappe.db.set_value(DOCUMENT, document, {"attachment": copy.file_url, "content_hash": digest})
	return document, copy


def state(document: str) -> str:
	return frappe.db.get_value(DOCUMENT, document, "fixity")


def test_an_intact_copy_is_verified_and_not_again_the_same_day(site):
	document, _copy = filed_copy(store_file())
	assert fixity.verify() == 1
	assert state(document) == "Intact" and frappe.db.get_value(DOCUMENT, document, "verified_on")
	assert fixity.verify() == 0
	frappe.db.set_value(DOCUMENT, document, "verified_on", add_days(today(), -40))
	assert fixity.verify() == 1


def test_verifying_goes_on_where_it_was_cut_short(site):
	file = store_file()
	documents = [filed_copy(file)[0] for _number in range(5)]
	assert [fixity.verify(2), fixity.verify(2), fixity.verify(2), fixity.verify(2)] == [2, 2, 1, 0]
	assert {state(document) for document in documents} == {"Intact"}


def damage(copy) -> None:
	with open(copy.get_full_path(), "ab") as stream:
		stream.write(b"!")


@pytest.mark.parametrize("fault", ["changed", "missing", "no record"])
def test_a_changed_or_missing_copy_raises_one_issue_and_a_message(team, fault):
	file = store_file()
	document, copy = filed_copy(file)
	match fault:
		case "changed":
			damage(copy)
		case "missing":
			os.remove(copy.get_full_path())
		case "no record":
			frappe.db.delete("File", {"name": copy.name})
	fixity.verify()
	assert state(document) == ("Changed Copy" if fault == "changed" else "Missing Copy")
	about = {"reference_doctype": DOCUMENT, "reference_name": document}
	issue = frappe.get_doc(ISSUE, about)
	assert (issue.severity, issue.household) == ("Critical", value(file, "household"))
	assert frappe.db.exists("Notification Log", {"for_user": team.archivist, "document_name": issue.name})
	frappe.db.set_value(DOCUMENT, document, "verified_on", None)
	fixity.verify()
	assert frappe.db.count(ISSUE, about) == 1


def test_the_bound_copy_is_verified_as_well(site):
	copy = upload(b"bound")

	file = store_file(bound_copy=copy.name, bound_copy_hash=hashlib.sha256(b"bound").hexdigest())
	assert fixity.verify_bound() == 0
	damage(copy)
	assert fixity.verify_bound() == 1
	assert frappe.db.count(ISSUE, {"reference_doctype": FILE, "reference_name": file}) == 1


def test_a_filed_copy_is_not_deleted_behind_its_file(site):
	document, copy = filed_copy(store_file())
	with pytest.raises(fixity.CopyIsFiled):
		frappe.delete_doc("File", copy.name)
	frappe.db.set_value(DOCUMENT, document, "attachment", None)
	frappe.delete_doc("File", copy.name)


def test_the_copy_of_a_record_that_was_filed_stays_with_it(site):
	record = fieldwork.store("Home Visit", division=builders.VILLAGE_A)
	copy = upload(b"photo", "Home Visit", record)
	archive_builders.store_document(
		store_file(),
		source_doctype="Home Visit",
		source_name=record,
		attachment=copy.file_url,
		content_hash="x",
	)
	with pytest.raises(fixity.CopyIsFiled):
		frappe.delete_doc("File", copy.name)


def test_destroying_removes_the_copies_and_keeps_the_catalogue(team, as_user):
	file, kept = store_expired(), store_file()
	document, copy = filed_copy(file)
	shared = upload(b"shared", "Home Visit", "HV-0")
	both = [
		archive_builders.store_document(
			each,
			attachment=shared.file_url,
			content_hash="x",
			source_doctype="Home Visit",
			source_name="HV-0",
		)
		for each in (file, kept)
	]
	bound = upload(b"bound pages")
	frappe.db.set_value(
		FILE, file, {"bound_copy": bound.name, "bound_copy_hash": "h", "file_number": "0123-1"}
	)
	path = copy.get_full_path()
	appraisal = signed(team, as_user, [file])
	carry_out(appraisal, team, as_user)
	assert appraisals.remove_copies(appraisal) == 2
	assert not os.path.exists(path)
	assert not frappe.db.exists("File", copy.name) and not frappe.db.exists("File", bound.name)
	assert frappe.db.exists("File", shared.name)
	row = frappe.db.get_value(DOCUMENT, document, ["title", "content_hash", "attachment"], as_dict=True)
	assert row.title and row.content_hash and not row.attachment
	assert frappe.db.get_value(DOCUMENT, both[1], "attachment") == shared.file_url
	assert (value(file, "file_number"), value(file, "bound_copy_hash")) == ("0123-1", "h")
	assert appraisals.remove_copies(appraisal) == 0
	assert fixity.verify() == 1  # the document of the file that is kept
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(FILE, file)


# --- permissions ------------------------------------------------------------------------------------------
def test_rest_meets_the_same_gates(team, client):
	file = store_expired()
	desk = client(team.archivist)
	answer = desk.post(f"/api/resource/{HOLD}", archive_file=file, kind="Litigation", reason="诉讼")
	hold = json.loads(answer.get_data())["data"]["name"]
	desk.put(f"/api/resource/{HOLD}/{hold}", released_on=today(), released_by="Administrator")
	assert frappe.db.get_value(HOLD, hold, ["released_on", "released_by"]) == (None, None)
	assert desk.delete(f"/api/resource/{HOLD}/{hold}").status_code >= 400
	answer = desk.put(f"/api/resource/{FILE}/{file}", status="Destroyed", destroyed_on=today())
	assert status(file) == "To Appraise"
	answer = desk.post(
		f"/api/resource/{RULE}", archive_class=APPROVAL, years=1, effective_from=today(), basis="表"
	)
	assert answer.status_code == 417
	frappe.db.delete(HOLD)
	frappe.db.delete(FILE)
	frappe.db.commit()


def test_a_township_neither_places_holds_nor_sees_the_list_of_another(team, as_user):
	file = store_expired(division=builders.VILLAGE_B)
	with as_user(builders.make_user("Archivist", builders.TOWNSHIP_A)):
		appraisal = prepare()
		assert frappe.get_doc(APPRAISAL, appraisal).items == []
		with pytest.raises(frappe.PermissionError):
			place_hold(file)
	with as_user(team.other_officer):
		with pytest.raises(frappe.PermissionError):
			client_insert({"doctype": HOLD, "archive_file": file, "kind": "Litigation", "reason": "诉讼"})
