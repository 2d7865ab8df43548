"""提标 from the approved standard to the changed roll: simulated, decided, carried out, told, and taken back to the cent."""

import os
import subprocess
import sys

import frappe
import pytest
from frappe.utils import add_days, add_months, flt, now_datetime, today

from socaid_app.casework import steps
from socaid_app.dynamic_management import leads
from socaid_app.means_testing import what_if, what_if_steps
from socaid_app.means_testing.batches import batch_jobs, batch_records, batch_steps, raise_contacts
from socaid_app.means_testing.report.standard_raise_ledger import standard_raise_ledger
from tests import builders
from tests.builders import adjustments as make
from tests.builders import batches as many
from tests.builders import visits as families

BATCH, CONTACT, LEAD = batch_records.DOCTYPE, raise_contacts.DOCTYPE, leads.DOCTYPE
STANDARD = "Assistance Standard"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
	monkeypatch.setattr(batch_records, "CHUNK", 2)


@pytest.fixture
def reviewer(site):
	return builders.make_user("County Reviewer")


@pytest.fixture
def recognised(team):
	"""A family in 低保边缘, too well off for the standard of today and not for that of 700 yuan."""
	household, benefit = families.make_family()
	category = frappe.db.get_value("Assistance Category", {"scheme": "Edge", "disabled": 0}, "name")
	basis = frappe.parse_json(benefit.basis_snapshot)
	basis["case"]["income"] = [
		{"member": household.head, "kind": "Wage", "item": "Wages", "annual": 13000, "deduction": 0}
	]
	frappe.db.set_value(
		"Entitlement",
		benefit.name,
		{
			"scheme": "Edge",
			"payment": "Recognition",
			"amount": 0,
			"category": category,
			"basis_snapshot": frappe.as_json(basis),
			"start_month": add_months(make.THIS, -3),
		},
	)
	return household


def approved_standard(amount: float = 700) -> str:
	make.new_standard(amount)
	return frappe.get_last_doc(STANDARD, {"kind": "Dibao", "area": "Rural", "docstatus": 1}).name


def simulated(reviewer, standard: str, amount: float = 700):
	"""As the button on the standard begins it: with the amount that was approved."""
	with builders.acting_as(reviewer):
		doc = frappe.get_doc(
			{
				"doctype": what_if.SCENARIO,
				"subject": "农村低保提标",
				"month": make.NEXT,
				"division": builders.TOWNSHIP_A,
				"reason": "省定标准提高",
				"changes": [{"what": STANDARD, "standard": standard, "amount": amount}],
			}
		).insert()
		what_if_steps.compute(doc.name)
	while what_if.compute_chunk(doc.name):
		pass
	with builders.acting_as(reviewer):
		what_if_steps.choose(doc.name)
	return doc.reload()


def offered(doc, key: str, user: str) -> list[dict]:
	with builders.acting_as(user):
		shown = frappe.get_doc(doc.doctype, doc.name)
		steps.tell_form(shown)
		return [one for one in shown.get_onload("steps")["open"] if one["key"] == key]


def prepared(scenario, reviewer):
	"""The batch that the scenario offers for 农村低保, entered and previewed."""
	(turn,) = (
		one for one in offered(scenario, "prepare_batch", reviewer) if one["values"]["category"] == "农村低保"
	)
	with builders.acting_as(reviewer):
		made = frappe.get_doc({"doctype": BATCH, "limit_percent": 0, **turn["values"]}).insert()
		batch_steps.preview(made.name)
		many.work(made)
	return made


@pytest.fixture
def raised(three, recognised, team, reviewer):
	made = prepared(simulated(reviewer, approved_standard()), reviewer)
	return many.approved(made, team)


def ledger() -> list[tuple]:
	"""Every row of the ledger as the roll reads it."""
	rows = frappe.get_all(
		"Entitlement",
		filters={"docstatus": 1},
		fields=["name", "amount", "start_month", "end_month", "end_reason", "planned_end_month", "status"],
		order_by="name",
		as_list=True,
	)
	shares = frappe.get_all(
		"Entitlement Share",
		filters={"docstatus": 1},
		fields=["parent", "recipient", "share"],
		order_by="parent, idx",
		as_list=True,
	)
	return [*rows, *shares]


def contacts(batch) -> dict[str, frappe._dict]:
	rows = frappe.get_all(CONTACT, filters={"batch": batch.name}, fields=["*"], order_by="name")
	return {row.household: row for row in rows}


# --- simulated ----------------------------------------------------------------------------------------------------
def test_an_approved_standard_is_weighed_against_what_it_replaces(three, reviewer):
	standard = approved_standard(600)
	doc = simulated(reviewer, standard, 600)
	(row,) = doc.changes
	assert row.approved and flt(row.today) < 600 and doc.became_standard == standard
	for _household, benefit in three:
		found = frappe.get_doc(what_if.RESULT, f"{doc.name}-{benefit.name}")
		assert found.outcome == "Gets More" and found.before == benefit.amount
	assert not offered(doc, "enter_standard", reviewer)


def test_what_is_weighed_is_what_the_batch_drafts(three, recognised, reviewer):
	doc = simulated(reviewer, approved_standard())
	made = prepared(doc, reviewer)
	for entitlement, draft in many.drafts_of(made).items():
		assert draft.amount_after == frappe.db.get_value(what_if.RESULT, f"{doc.name}-{entitlement}", "after")
	assert made.standard == doc.became_standard and made.newly_qualifying == 1
	assert "提高到700元" in made.reason and made.legal_basis
	assert not offered(doc, "prepare_batch", reviewer)


def test_a_standard_that_is_a_draft_or_begins_later_is_not_carried_out(team):
	make.new_standard(600, since=add_months(make.NEXT, 1))
	later = frappe.get_last_doc(STANDARD, {"kind": "Dibao", "area": "Rural", "docstatus": 1})
	with pytest.raises(batch_records.BatchRefused, match="起执行"):
		many.batch(team, standard=later.name)
	draft = frappe.copy_doc(later)
	draft.effective_from = add_months(make.NEXT, 2)
	draft.insert(ignore_permissions=True)
	with pytest.raises(batch_records.BatchRefused, match="提交"):
		many.batch(team, standard=draft.name)


# --- carried out and taken back -----------------------------------------------------------------------------------
def test_a_raise_taken_back_leaves_every_entitlement_and_roll_as_before_to_the_cent(
	three, recognised, team, reviewer
):
	doc = simulated(reviewer, approved_standard())
	before = ledger()
	made = many.approved(prepared(doc, reviewer), team)
	assert made.in_effect >= 3 and ledger() != before
	called = contacts(made)[three[0][0].name]
	with builders.acting_as(team.clerk):
		raise_contacts.note_contact(
			called.name, str(now_datetime()), "Phone Call", "Was Told", "本人", "已告知"
		)
	with builders.acting_as(team.approver):
		batch_steps.take_back(made.name, "文件废止")
		many.work(made)
	assert ledger() == before and made.in_effect == 0
	# whoever was spoken to is told again, the others never hear of it
	(left,) = contacts(made).values()
	assert (left.name, left.status, left.taken_back, left.told_on) == (called.name, "To Be Told", 1, None)
	assert "撤回" in raise_contacts.what_to_say(left)
	assert frappe.get_all(LEAD, filters={"batch": made.name}, pluck="status") == ["Lead Void"]
	# and what was taken back can be prepared anew
	assert offered(doc, "prepare_batch", reviewer)


KILLED = """
import os, sys
import frappe
frappe.init(site=sys.argv[1], sites_path=sys.argv[2])
frappe.connect()
frappe.set_user(sys.argv[4])
from socaid_app.casework import background
from socaid_app.means_testing.batches import batch_decisions, batch_jobs, batch_records, raise_contacts
batch_records.CHUNK = 2
def die(*args, **values):
	os._exit(9)
def at(number, real, calls=[]):
	def call(*args, **values):
		calls.append(1)
		return die() if len(calls) == number else real(*args, **values)
	return call
{patch}
batch_jobs.run(sys.argv[3])
"""


@pytest.mark.parametrize(
	"patch",
	[
		"raise_contacts.enter = at(2, raise_contacts.enter)",
		"batch_decisions._make_out_notices = at(2, batch_decisions._make_out_notices)",
		"background.keep = at(1, background.keep)",
		"background.finish = die",
	],
)
def test_a_raise_whose_process_is_killed_goes_on_to_the_same_result(team, patch):
	made_families = [families.make_family() for _number in range(3)]
	for _household, benefit in made_families:
		frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(make.THIS, -3))
	make.new_standard(600)
	made = many.previewed(team)
	expected = {name: draft.amount_after for name, draft in many.drafts_of(made).items()}
	with builders.acting_as(team.approver):
		batch_steps.approve(made.name, "同意")
	frappe.db.commit()
	standard = frappe.get_last_doc(STANDARD, {"kind": "Dibao", "area": "Rural", "docstatus": 1})
	killed = subprocess.run(
		[
			sys.executable,
			"-c",
			KILLED.format(patch=patch),
			frappe.local.site,
			os.environ["SITES_PATH"],
			made.name,
			team.approver,
		],
		check=False,
		cwd=os.environ["SITES_PATH"],
	)
	frappe.db.rollback()
	try:
		assert killed.returncode == 9
		assert frappe.db.get_value(BATCH, made.name, "status") == batch_records.CARRYING_OUT
		with builders.acting_as(team.approver):
			batch_jobs.run(made.name)
		made.reload()
		assert made.status == batch_records.CARRIED_OUT and made.in_effect == len(expected)
		for benefit, amount in expected.items():
			following = frappe.get_all(
				"Entitlement", filters={"previous_entitlement": benefit, "docstatus": 1}, pluck="amount"
			)
			assert following == [amount]
		for doctype, field in ((CONTACT, "adjustment"), ("Document Delivery", "reference_name")):
			told = frappe.get_all(
				doctype,
				filters={field: ["in", [one.name for one in many.drafts_of(made).values()]]},
				pluck=field,
			)
			assert len(told) == len(set(told)) == len(expected)
	finally:
		# the ledger and the standards of the site stand again as they stood
		with builders.acting_as(team.approver):
			batch_steps.take_back(made.name, "测试")
			batch_jobs.run(made.name)
		for _household, benefit in made_families:
			frappe.db.set_value("Entitlement", benefit.name, {"docstatus": 2, "status": "Cancelled"})
		frappe.db.set_value(
			STANDARD,
			{"kind": "Dibao", "area": "Rural", "effective_to": add_days(standard.effective_from, -1)},
			"effective_to",
			None,
		)
		frappe.db.delete(STANDARD, {"name": standard.name})
		frappe.db.commit()


# --- told ---------------------------------------------------------------------------------------------------------
def test_everybody_who_gets_more_is_on_the_list_of_those_to_be_told(raised, three):
	mine = contacts(raised)
	drafts = many.drafts_of(raised)
	assert len(mine) == raised.in_effect
	for household, benefit in three:
		row, decided = mine[household.name], drafts[benefit.name]
		assert (row.recipient, row.status) == (household.head, "To Be Told")
		assert row.due_on == frappe.db.get_value("Document Delivery", decided.notice, "due_on")
		assert (row.amount_before, row.amount_after) == (decided.amount_before, decided.amount_after)
		assert row.township == builders.TOWNSHIP_A


def test_the_log_keeps_every_call_until_the_family_knows(raised, three, team):
	row = contacts(raised)[three[0][0].name]
	with builders.acting_as(team.clerk):
		raise_contacts.note_contact(row.name, str(now_datetime()), "Phone Call", "Nobody Answered")
		missed = frappe.get_doc(CONTACT, row.name)
		assert (missed.status, missed.told_on) == ("Not Reached", None)
		raise_contacts.note_contact(
			row.name,
			str(now_datetime()),
			"Text Message",
			"Was Told",
			"本人",
			raise_contacts.what_to_say(missed),
		)
	doc = frappe.get_doc(CONTACT, row.name)
	assert (doc.status, str(doc.told_on), doc.told_by) == ("Family Told", today(), team.clerk)
	assert [(one.way, one.outcome, one.contacted_by) for one in doc.attempts] == [
		("Phone Call", "Nobody Answered", team.clerk),
		("Text Message", "Was Told", team.clerk),
	]
	assert f"{doc.amount_after:,.2f}"[:-3] in doc.attempts[1].words.replace("¥", "")


def test_a_call_that_has_not_been_made_or_says_nothing_is_refused(raised, three, team):
	row = contacts(raised)[three[0][0].name]
	with builders.acting_as(team.clerk):
		for at, words in ((add_days(now_datetime(), 1), "已告知"), (add_days(now_datetime(), -9), "已告知")):
			with pytest.raises(raise_contacts.ContactRefused):
				raise_contacts.note_contact(row.name, str(at), "Phone Call", "Was Told", "本人", words)
		with pytest.raises(raise_contacts.ContactRefused):
			raise_contacts.note_contact(row.name, str(now_datetime()), "Phone Call", "Was Told", "本人", " ")
		with pytest.raises(raise_contacts.ContactRefused):
			raise_contacts.note_contact(row.name, str(now_datetime()), "Written Notice", "Was Told", "", "x")


def test_nobody_writes_the_log_but_by_noting_a_contact(raised, three, team):
	row = contacts(raised)[three[0][0].name]
	with builders.acting_as(team.clerk):
		doc = frappe.get_doc(CONTACT, row.name)
		doc.status, doc.told_on = "Family Told", today()
		doc.append("attempts", {"contacted_at": now_datetime(), "way": "Phone Call", "outcome": "Was Told"})
		doc.save()
		assert (doc.reload().status, doc.told_on, doc.attempts) == ("To Be Told", None, [])
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc({"doctype": CONTACT, "batch": raised.name}).insert()


def test_another_township_neither_sees_nor_tells(raised, three):
	row = contacts(raised)[three[0][0].name]
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with builders.acting_as(stranger):
		assert not frappe.get_list(CONTACT, filters={"batch": raised.name})
		assert not frappe.get_list(raise_contacts.ATTEMPT, parent_doctype=CONTACT)
		with pytest.raises(frappe.PermissionError):
			raise_contacts.note_contact(row.name, str(now_datetime()), "Phone Call", "Was Told", "本人", "x")
		assert not standard_raise_ledger.execute({"month": make.NEXT})[1]


def test_a_notice_that_was_handed_over_has_told_the_family(raised, three, team):
	household, benefit = three[0]
	with builders.acting_as(team.clerk):
		notice = frappe.get_doc("Document Delivery", many.drafts_of(raised)[benefit.name].notice)
		notice.update({"delivered_on": today(), "method": "Handed Over", "received_by": "本人"})
		notice.save()
	doc = frappe.get_doc(CONTACT, contacts(raised)[household.name].name)
	assert (doc.status, doc.attempts[0].way) == ("Family Told", "Written Notice")


def test_whoever_newly_qualifies_is_a_lead_with_somebody_to_contact_them(raised, recognised, team):
	(lead,) = frappe.get_all(LEAD, filters={"batch": raised.name}, fields=["*"])
	assert (lead.household, lead.recipient) == (recognised.name, recognised.head)
	assert lead.status == "Lead Assigned" and lead.follower and lead.due_on
	assert "Township Officer" in frappe.get_roles(lead.follower) and "农村低保" in lead.situation
	# carried out once more, nobody is reported twice
	with builders.acting_as(team.approver):
		batch = frappe.get_doc(BATCH, raised.name)
		batch.db_set("status", batch_records.CARRYING_OUT)
		many.work(batch)
	assert frappe.db.count(LEAD, {"batch": raised.name}) == 1


def test_what_makes_the_raise_known_names_it(raised, reviewer):
	(activity,) = offered(raised, "make_known", reviewer)
	with builders.acting_as(reviewer):
		known = frappe.get_doc(
			{
				"doctype": "Outreach Activity",
				"kind": "Poster",
				"held_on": today(),
				**activity["opens"]["values"],
			}
		).insert()
	assert known.batch == raised.name
	discloser = builders.make_user(("Disclosure Officer", "County Reviewer"))
	(publication,) = offered(raised, "publish_raise", discloser)
	assert "不需要另行申请" in publication["opens"]["values"]["body"]


# --- the ledger ---------------------------------------------------------------------------------------------------
def single_case(household, benefit, team):
	with builders.acting_as(team.clerk):
		return frappe.get_doc(
			{
				"doctype": "Standard Raise",
				"household": household.name,
				"category": "农村低保",
				"entitlement": benefit.name,
				"raise_kind": "Income Fell",
				"received_on": today(),
			}
		).insert()


def test_the_ledger_tells_of_every_case_and_every_family_of_a_batch(raised, three, team):
	household, benefit = three[0]
	case = single_case(household, benefit, team)
	with builders.acting_as(team.officer):
		columns, rows, *_more = standard_raise_ledger.execute({})
		known = {one["fieldname"] for one in columns}
		by_name = {row.name: row for row in rows}
		of_batch = [row for row in rows if row.kind == "By a Batch"]
		assert by_name[case.name].progress == "Under Way" and by_name[case.name].due_on
		assert len(of_batch) == raised.in_effect
		assert {row.progress for row in of_batch} == {"In Effect, Not Told"}
		assert all(known - {"note"} <= set(row) for row in of_batch)
	contact = contacts(raised)[household.name]
	with builders.acting_as(team.clerk):
		raise_contacts.note_contact(contact.name, str(now_datetime()), "Phone Call", "Was Told", "本人", "好")
	with builders.acting_as(team.officer):
		_columns, rows, *_more = standard_raise_ledger.execute({"month": make.NEXT, "progress": "Done"})
	(done,) = rows
	assert (done.head_name, done.contacts, str(done.told_on)) == (household.head_name, 1, today())
	assert done.difference == flt(done.after - done.before) > 0


def test_the_ledger_is_asked_by_place_month_and_kind(raised, three, team):
	case = single_case(*three[1], team)
	with builders.acting_as(team.officer):
		# cases that others left on the site stand in the ledger too
		left = set(frappe.get_all("Standard Raise", pluck="name")) - {case.name}

		def asked(**filters) -> list:
			return [row for row in standard_raise_ledger.execute(filters)[1] if row.name not in left]

		assert [row.name for row in asked(kind="Single Case", township=builders.TOWNSHIP_A)] == [case.name]
		assert not asked(township=builders.TOWNSHIP_B)
		assert {row.kind for row in asked(month=make.NEXT)} == {"By a Batch"}
		assert [row.name for row in asked(month=make.THIS)] == [case.name]
		assert len(asked(batch=raised.name)) == raised.in_effect


def test_a_decision_about_one_family_is_none_of_the_ledgers_batches(three, team):
	make.new_standard(600)
	alone = make.adjusted(three[0][1], "Raise", team, ground="New Standard", effective_month=make.NEXT)
	with builders.acting_as(team.officer):
		_columns, rows, *_more = standard_raise_ledger.execute({"kind": "By a Batch", "month": make.NEXT})
	assert alone.name not in {row.name for row in rows}
