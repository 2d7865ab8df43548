"""Steps as their one door takes them: open or not, whose, complete, once – and the table of duties behind them."""

import json

import frappe
import pytest
from frappe.utils import today

from socaid_app.assistance_archives import appraisals, retention
from socaid_app.assistance_archives.appraisals import AppraisalInvalid, SignedByAnother
from socaid_app.assistance_archives.retention import HOLD
from socaid_app.casework import duties, steps
from tests import builders
from tests.builders.archives import keepers, store_expired

APPRAISAL = appraisals.DOCTYPE


@pytest.fixture
def team(site):
	return keepers()


@pytest.fixture
def proposed(team, as_user):
	"""A list of one file that waits for its signatures."""
	store_expired()
	with as_user(team.preparer):
		doc = frappe.get_doc(
			{"doctype": APPRAISAL, "title": "鉴定", "as_of": today(), "report": "已逐卷鉴定。"}
		).insert()
		appraisals.collect(doc.name)
		rows = [row.name for row in doc.reload().items]
		appraisals.decide(doc.name, rows, appraisals.EXTEND, "仍有查考价值", 2)
		appraisals.propose(doc.name)
	return doc.name


def offered(doctype: str, name: str) -> dict:
	"""What the form learns of the steps when it is opened."""
	doc = frappe.get_doc(doctype, name)
	steps.tell_form(doc)
	return doc.get_onload().get("steps") or {"open": [], "waits_for": "", "handed_to": ""}


def keys(offer: dict) -> list[str]:
	return [step["key"] for step in offer["open"]]


def test_the_form_learns_which_steps_are_open_to_whom(proposed, team, as_user):
	with as_user(team.manager):
		assert "sign" in keys(offered(APPRAISAL, proposed))
	with as_user(team.preparer):
		offer = offered(APPRAISAL, proposed)
	assert "sign" not in keys(offer) or offer["open"][0]["missing"]
	assert "collect" not in keys(offer) and "give_up" in keys(offer)


def test_a_step_is_taken_through_the_one_door(proposed, team, as_user):
	with as_user(team.manager):
		assert steps.take(APPRAISAL, proposed, "sign") == appraisals.SIGNED_ONCE
		with pytest.raises(SignedByAnother):
			steps.take(APPRAISAL, proposed, "sign")
	doc = frappe.get_doc(APPRAISAL, proposed)
	assert (doc.status, doc.first_signer) == (appraisals.SIGNED_ONCE, team.manager)
	lines = frappe.get_all(
		"Comment",
		filters={"reference_name": proposed, "comment_type": "Workflow", "comment_email": team.manager},
		pluck="content",
		order_by="creation",
	)
	assert len(lines) == 1


def test_whoever_did_their_part_sees_to_whom_the_record_was_handed(proposed, team, as_user):
	with as_user(team.manager):
		assert not offered(APPRAISAL, proposed)["handed_to"]
		steps.take(APPRAISAL, proposed, "sign")
		handed_to = offered(APPRAISAL, proposed)["handed_to"]
	assert handed_to and frappe.db.get_value("User", team.manager, "full_name") not in handed_to.split("、")
	other = builders.make_user("Service Manager")
	with as_user(other):
		offer = offered(APPRAISAL, proposed)
	assert not offer["handed_to"] and "sign" in keys(offer)


def test_the_door_answers_as_the_record_allows(proposed, team, client):
	frappe.db.commit()
	outsider = client("Guest")
	asked = {"doctype": APPRAISAL, "name": proposed, "step": "sign"}
	assert outsider.call("socaid_app.casework.steps.take", **asked).status_code == 403
	signer = client(team.manager)
	assert signer.get("/api/method/socaid_app.casework.steps.take", **asked).status_code in (403, 405)
	assert signer.call("socaid_app.casework.steps.take", **{**asked, "step": "save"}).status_code == 417
	assert signer.call("socaid_app.casework.steps.take", **{**asked, "doctype": "User"}).status_code == 417
	assert signer.call("socaid_app.casework.steps.take", **asked).status_code == 200
	assert frappe.db.get_value(APPRAISAL, proposed, "status") == appraisals.SIGNED_ONCE


def test_what_a_step_asks_is_of_the_type_it_names(proposed, team, client):
	frappe.db.commit()
	answer = client(team.preparer).call(
		"socaid_app.casework.steps.take",
		doctype=APPRAISAL,
		name=proposed,
		step="give_up",
		values=json.dumps({"reason": {"a": 1}}),
	)
	assert 400 <= answer.status_code < 500
	assert frappe.db.get_value(APPRAISAL, proposed, "status") == appraisals.PROPOSED


def test_what_is_missing_is_said_before_anything_is_written(site, team, as_user):
	with as_user(team.preparer):
		doc = frappe.get_doc({"doctype": APPRAISAL, "title": "空", "as_of": today()}).insert()
		(propose,) = (step for step in offered(APPRAISAL, doc.name)["open"] if step["key"] == "propose")
		assert propose["missing"]
		with pytest.raises(AppraisalInvalid):
			steps.take(APPRAISAL, doc.name, "propose")
		with pytest.raises(AppraisalInvalid):
			steps.take(APPRAISAL, doc.name, "give_up", {"reason": "  "})
	assert doc.reload().status == appraisals.PREPARING


def test_an_answer_does_not_end_up_in_a_field_of_the_same_name(site, team, as_user):
	with as_user(team.archivist):
		hold = frappe.get_doc(
			{"doctype": HOLD, "archive_file": store_expired(), "kind": "Litigation", "reason": "行政诉讼"}
		).insert()
	with as_user(team.approver):
		steps.take(HOLD, hold.name, "release", {"reason": "判决生效", "status": "x", "kind": "y"})
	hold.reload()
	assert (hold.reason, hold.release_reason, hold.kind) == ("行政诉讼", "判决生效", "Litigation")
	assert (hold.released_by, str(hold.released_on)) == (team.approver, today())
	assert retention.held([hold.archive_file]) == set()


def test_a_step_saves_its_record_once(proposed, team, as_user, monkeypatch):
	saved = []
	save = frappe.model.document.Document.save
	monkeypatch.setattr(
		frappe.model.document.Document,
		"save",
		lambda doc, *args, **kwargs: (saved.append(doc.doctype), save(doc, *args, **kwargs))[1],
	)
	with as_user(team.manager):
		steps.take(APPRAISAL, proposed, "sign")
	assert saved.count(APPRAISAL) == 1


# --- duties -------------------------------------------------------------------------------------------------------
def settings():
	return frappe.get_single(duties.SETTINGS)


def test_the_county_says_who_has_a_duty(proposed, team, as_user):
	table = settings()
	table.set("duties", [row for row in table.duties if row.duty != appraisals.SIGNERS])
	table.append("duties", {"duty": appraisals.SIGNERS, "role": "County Approver"})
	table.save()
	with as_user(team.manager):
		offer = offered(APPRAISAL, proposed)
		assert "sign" not in keys(offer)
		with pytest.raises(SignedByAnother):
			steps.take(APPRAISAL, proposed, "sign")
	with as_user(team.approver):
		steps.take(APPRAISAL, proposed, "sign")


def test_no_duty_is_nobodys(site):
	table = settings()
	table.set("duties", [row for row in table.duties if row.duty != appraisals.SIGNERS])
	with pytest.raises(duties.DutyOfNobody):
		table.save()


def test_every_duty_is_to_be_chosen_and_seeded_once(site):
	offered_words = frappe.get_meta(duties.TABLE).get_field("duty").options.split("\n")
	assert set(offered_words) == set(duties.shipped())
	before = [(row.duty, row.role) for row in settings().duties]
	duties.seed()
	assert [(row.duty, row.role) for row in settings().duties] == before
	assert {role for roles in duties.shipped().values() for role in roles} <= set(
		frappe.get_all("Role", pluck="name", order_by="name")
	)


def test_a_duty_that_is_new_in_a_release_is_seeded_and_one_that_is_gone_goes(site):
	frappe.db.set_value(duties.TABLE, {"duty": appraisals.SIGNERS}, "duty", "Of an Earlier Release")
	frappe.clear_document_cache(duties.SETTINGS, duties.SETTINGS)
	duties.seed()
	assert {row.role for row in settings().duties if row.duty == appraisals.SIGNERS} == set(
		duties.shipped()[appraisals.SIGNERS]
	)
	assert {row.duty for row in settings().duties} == set(duties.shipped())


def test_a_duty_that_a_release_no_longer_knows_stops_no_migrate(site):
	row = frappe.get_all(duties.TABLE, {"duty": appraisals.SIGNERS}, pluck="name", order_by="idx")[0]
	frappe.db.set_value(duties.TABLE, row, "duty", "Duty of an Earlier Release")
	frappe.clear_document_cache(duties.SETTINGS, duties.SETTINGS)
	duties.seed()
	assert {row.duty for row in settings().duties} == set(duties.shipped())


# --- steps of Frappe's workflows ------------------------------------------------------------------------------------
@pytest.fixture
def case(site):
	"""A case that lacks nothing to be accepted."""
	team = builders.make_team()
	application = builders.make_application(team)
	builders.give_consents(application, team.clerk)
	return application.reload(), team


def test_accepting_a_case_is_one_request_and_one_save(case, client, monkeypatch):
	application, team = case
	frappe.db.commit()
	sent = {**application.as_dict(convert_dates_to_str=True), "opinion": "材料齐全，予以受理"}
	answer = client(team.officer).call(
		"frappe.model.workflow.apply_workflow", doc=json.dumps(sent, default=str), action="Accept"
	)
	assert answer.status_code == 200, answer.text[-300:]
	assert answer.json["message"]["workflow_state"] == "Accepted"
	assert application.reload().opinions[-1].opinion == "材料齐全，予以受理"
	saves = frappe.get_all(
		"Version",
		filters={"ref_doctype": application.doctype, "docname": application.name, "owner": team.officer},
		order_by="creation",
	)
	assert len(saves) == 1


def test_nothing_else_comes_along_with_a_step_and_a_refused_one_leaves_nothing(case, client):
	application, team = case
	frappe.db.commit()
	http = client(team.officer)
	sent = {**application.as_dict(convert_dates_to_str=True), "opinion": "受理", "category": "别的"}
	answer = http.call(
		"frappe.model.workflow.apply_workflow", doc=json.dumps(sent, default=str), action="Confirm"
	)
	assert answer.status_code >= 400 and not application.reload().opinion
	category = application.category
	http.call("frappe.model.workflow.apply_workflow", doc=json.dumps(sent, default=str), action="Accept")
	application.reload()
	assert (application.workflow_state, application.category) == ("Accepted", category)
