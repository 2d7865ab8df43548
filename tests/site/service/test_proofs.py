"""Nobody whose training, check or health certificate has run out is assigned, on whatever channel."""

import json
from contextlib import suppress

import frappe
import pytest
from frappe.client import save as client_save
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.utils import add_days, getdate, today

from socaid_app.assistance_archives import storage
from socaid_app.casework import clocks
from socaid_app.field_visits import screening_tasks, visits
from socaid_app.socaid_app import safety
from socaid_app.socaid_app.safety import ProofRunOut
from tests import builders
from tests.builders import archives
from tests.site.doors.test_decided_records import imported


@pytest.fixture
def team(site):
	user = builders.make_user("Petition Handler")
	names = [builders.make_investigator(f"走访{frappe.generate_hash(length=10)}") for _i in range(2)]
	frappe.db.set_value("Visit Officer", names[0], "user", user)
	return frappe._dict(names=names, user=user)


def run_out(team, proof):
	frappe.db.set_value("Visit Officer", team.names[0], proof, add_days(today(), -1))


def visit(team, **values):
	household = builders.make_household(builders.VILLAGE_A)
	return frappe.get_doc(
		{
			"doctype": "Home Visit",
			"household": household.name,
			"planned_on": today(),
			"purpose": "Regular Visit",
			"visitors": [{"officer": name} for name in team.names],
			**values,
		}
	)


@pytest.mark.parametrize("proof", ["training_valid_until", "background_valid_until", "health_valid_until"])
def test_a_visit_is_not_given_to_them(team, proof):
	run_out(team, proof)
	with pytest.raises(ProofRunOut):
		visit(team).insert()


def test_what_was_assigned_before_stays_and_may_be_written_on(team):
	doc = visit(team).insert()
	run_out(team, "health_valid_until")
	doc.expected_minutes = 90
	doc.save()


def test_a_proof_that_runs_out_before_the_day_is_none(team):
	frappe.db.set_value("Visit Officer", team.names[0], "health_valid_until", add_days(today(), 3))
	visit(team).insert()
	with pytest.raises(ProofRunOut):
		visit(team, planned_on=add_days(today(), 9)).insert()


def test_a_start_on_a_later_day_than_planned_asks_again(team):
	doc = visit(team).insert()
	run_out(team, "health_valid_until")
	assert "healthy" in {breach.rule for breach in safety.breaches(doc)}


def test_who_has_no_file_and_whose_file_names_no_last_day_goes_on_working(team):
	"""On the day of the upgrade nobody's work stops."""
	stranger = builders.make_user("Petition Handler")
	safety.require_proofs(today(), users=[team.user, stranger, None])
	run_out(team, "training_valid_until")
	frappe.db.set_value("Visit Officer", team.names[0], "active", 0)
	safety.require_proofs(today(), users=[team.user])


def test_the_proofs_of_others_do_not_count(team):
	run_out(team, "training_valid_until")
	frappe.db.set_value("Visit Officer", team.names[0], "user", None)
	safety.require_proofs(today(), [team.names[1]])
	safety.require_proofs(today(), users=[team.user])


def test_nor_a_task(team):
	run_out(team, "training_valid_until")
	with pytest.raises(ProofRunOut):
		screening_tasks.check_officer(team.names[0], builders.CASE_TOWNSHIP)


def test_nor_a_team_of_a_route(team):
	run_out(team, "health_valid_until")
	plan = frappe.get_doc({"doctype": "Route Plan", "planned_on": today()})
	plan.append("teams", {"team_name": "1组", "officer_1": team.names[0], "officer_2": team.names[1]})
	with pytest.raises(ProofRunOut):
		plan.check_officers()


RECEPTION = {
	"doctype": "Reception Record",
	"visitor_name": "来访人",
	"matter_text": "问低保怎样申请",
	"division": builders.TOWNSHIP_A,
}


def test_nobody_is_received_by_them(team):
	with builders.acting_as(team.user):
		frappe.get_doc(RECEPTION).insert()
	run_out(team, "training_valid_until")
	petition = {"doctype": "Petition", "channel": "In Person"}
	with builders.acting_as(team.user):
		for values in (RECEPTION, petition):
			with pytest.raises(ProofRunOut):
				frappe.get_doc(values).insert()


def test_nor_the_archives(team):
	frappe.get_doc("User", team.user).add_roles("Archivist")
	storage.require_archivist(team.user, storage.LocationInvalid)
	run_out(team, "background_valid_until")
	with pytest.raises(ProofRunOut):
		storage.require_archivist(team.user, storage.LocationInvalid)


def test_they_are_told_a_month_before(team):
	frappe.db.set_value("Visit Officer", team.names[0], "health_valid_until", add_days(today(), 30))
	clocks.remind(getdate(today()), "Visit Officer")
	told = frappe.get_all(
		"Case Reminder",
		filters={"reference_doctype": "Visit Officer", "reference_name": team.names[0]},
		fields=["kind", "recipient_user"],
	)
	assert ("Due Soon", team.user) in {(row.kind, row.recipient_user) for row in told}


# --- every channel ----------------------------------------------------------------------------------------------
def by_form(doc, http):
	savedocs(frappe.as_json(doc), "Save")


def by_client_save(doc, http):
	client_save(frappe.parse_json(frappe.as_json(doc)))


def by_rest(doc, http):
	body = json.loads(frappe.as_json(doc))
	answer = http.put(f"/api/resource/{doc.doctype}/{doc.name}", visitors=body["visitors"])
	assert answer.status_code == 417, answer.get_data(as_text=True)
	raise ProofRunOut


def by_a_job(doc, http):
	frappe.enqueue("frappe.client.save", now=True, doc=json.loads(frappe.as_json(doc)))


@pytest.mark.parametrize("way", [by_form, by_client_save, by_rest, by_a_job], ids=lambda way: way.__name__)
def test_no_channel_puts_them_in_a_team(team, client, way):
	"""Nor the client's ``set_value``, which saves as :func:`by_client_save` does."""
	planner = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	doc = visit(team).insert()
	third = builders.make_investigator(f"走访{frappe.generate_hash(length=10)}")
	frappe.db.set_value("Visit Officer", third, "background_valid_until", add_days(today(), -1))
	http = client(planner)
	doc.reload()
	doc.append("visitors", {"officer": third})
	with builders.acting_as(planner), pytest.raises(ProofRunOut):
		way(doc, http)
	frappe.db.rollback()
	assert third not in frappe.get_all("Home Visit Visitor", filters={"parent": doc.name}, pluck="officer")


RECEPTIONS = (
	lambda values, http: savedocs(frappe.as_json(values), "Save"),
	lambda values, http: client_save(values),
	lambda values, http: http.post(f"/api/resource/{values['doctype']}", **values),
	lambda values, http: frappe.enqueue("frappe.client.insert", now=True, doc=values),
)


@pytest.mark.parametrize("way", RECEPTIONS, ids=("form", "client", "REST", "job"))
def test_no_channel_lets_them_receive_people(team, client, way):
	http, words = client(team.user), f"来访{frappe.generate_hash(length=8)}"
	values = RECEPTION | {"matter_text": words, "received_by": team.user}
	for until, stored in ((add_days(today(), -1), False), (None, True)):
		frappe.db.set_value("Visit Officer", team.names[0], "health_valid_until", until)
		frappe.db.commit()
		with builders.acting_as(team.user), suppress(ProofRunOut):
			way(values, http)
			frappe.db.commit()
		frappe.db.rollback()
		frappe.clear_messages()
		assert bool(frappe.db.exists("Reception Record", {"matter_text": words})) == stored
	frappe.db.delete("Reception Record", {"matter_text": words})
	frappe.db.commit()


def test_nobody_puts_a_reception_in_the_name_of_another(team):
	"""Who received is who entered it: neither a bulk change nor an import says otherwise."""
	colleague, words = builders.make_user("Petition Handler"), f"来访{frappe.generate_hash(length=8)}"
	with builders.acting_as(colleague):
		record = frappe.get_doc(RECEPTION | {"received_by": team.user}).insert()
	assert record.received_by == colleague
	run_out(team, "training_valid_until")
	frappe.db.commit()
	submit_cancel_or_update_docs(
		record.doctype, json.dumps([record.name]), "update", json.dumps({"received_by": team.user})
	)
	row = {key: RECEPTION[key] for key in RECEPTION if key != "doctype"}
	imported(record.doctype, "Insert New Records", row | {"matter_text": words, "received_by": team.user})
	found = {"name": ["in", [record.name, frappe.db.exists(record.doctype, {"matter_text": words}) or ""]]}
	assert team.user not in frappe.get_all(record.doctype, found, pluck="received_by")
	frappe.db.delete(record.doctype, found)
	frappe.db.commit()


def test_no_rest_call_and_no_job_gives_them_the_archives(team, client):
	frappe.get_doc("User", team.user).add_roles("Archivist")
	room = archives.place("Room").name
	run_out(team, "background_valid_until")
	http = client(builders.make_user("Archivist"))
	frappe.db.commit()
	answer = http.put(f"/api/resource/Archive Location/{room}", custodian=team.user)
	assert answer.status_code == 417, answer.get_data(as_text=True)
	with pytest.raises(ProofRunOut):
		frappe.enqueue(
			"frappe.client.set_value",
			now=True,
			doctype="Archive Location",
			name=room,
			fieldname="custodian",
			value=team.user,
		)
	frappe.db.rollback()
	assert not frappe.db.get_value("Archive Location", room, "custodian")
	frappe.db.delete("Archive Location", room)
	frappe.db.commit()


def test_no_import_makes_a_visit_of_them(team):
	household = builders.make_household(builders.VILLAGE_A)
	row = {"household": household.name, "planned_on": today(), "purpose": "Regular Visit"}
	for until, stored in ((add_days(today(), -1), False), (None, True)):
		frappe.db.set_value("Visit Officer", team.names[0], "health_valid_until", until)
		frappe.db.commit()
		imported("Home Visit", "Insert New Records", row | {"Officer (Visitors)": team.names[0]})
		assert bool(frappe.db.exists("Home Visit", {"household": household.name})) == stored
	for name in frappe.get_all("Home Visit", {"household": household.name}, pluck="name"):
		frappe.db.delete("Home Visit Visitor", {"parent": name})
		frappe.db.delete("Home Visit", name)
	frappe.db.commit()


def test_no_bulk_change_and_no_import_gives_them_the_archives(team):
	"""Both skip what is refused; what is refused is not stored."""
	frappe.get_doc("User", team.user).add_roles("Archivist")
	room = archives.place("Room").name
	run_out(team, "health_valid_until")
	frappe.db.commit()
	submit_cancel_or_update_docs(
		"Archive Location", json.dumps([room]), "update", json.dumps({"custodian": team.user})
	)
	imported("Archive Location", "Update Existing Records", {"ID": room, "Custodian": team.user})
	assert not frappe.db.get_value("Archive Location", room, "custodian")
	frappe.db.set_value("Visit Officer", team.names[0], "health_valid_until", None)
	submit_cancel_or_update_docs(
		"Archive Location", json.dumps([room]), "update", json.dumps({"custodian": team.user})
	)
	assert frappe.db.get_value("Archive Location", room, "custodian") == team.user
	frappe.db.delete("Archive Location", room)
	frappe.db.commit()


def test_a_visit_is_put_off_to_a_day_on_which_they_still_may_go(team):
	doc = visit(team).insert()
	frappe.db.set_value("Visit Officer", team.names[0], "health_valid_until", add_days(today(), 3))
	with pytest.raises(ProofRunOut):
		visits.reschedule(doc.name, add_days(today(), 5), "雨天")
	visits.reschedule(doc.name, add_days(today(), 3), "雨天")
