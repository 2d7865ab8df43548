"""Nobody whose training, check or health certificate has run out is assigned, on whatever channel."""

import frappe
import pytest
from frappe.utils import add_days, today

from socaid_app.assistance_archives import storage
from socaid_app.field_visits import screening_tasks
from socaid_app.socaid_app import safety
from socaid_app.socaid_app.safety import ProofRunOut
from tests import builders


@pytest.fixture
def team(site):
	user = builders.make_user("Petition Handler")
	names = [builders.make_investigator(f"走访{frappe.generate_hash(length=4)}") for _i in range(2)]
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


def test_nor_a_task_nor_a_reception(team):
	run_out(team, "training_valid_until")
	with pytest.raises(ProofRunOut):
		screening_tasks.check_officer(team.names[0], builders.CASE_TOWNSHIP)
	with builders.acting_as(team.user), pytest.raises(ProofRunOut):
		safety.require_proofs(today(), users=[team.user])


def test_nor_the_archives(team):
	frappe.get_doc("User", team.user).add_roles("Archivist")
	storage.require_archivist(team.user, storage.LocationInvalid)
	run_out(team, "background_valid_until")
	with pytest.raises(ProofRunOut):
		storage.require_archivist(team.user, storage.LocationInvalid)
