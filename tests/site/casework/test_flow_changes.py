"""The Socaid Administrator changes workflows from the desk within the law, and over REST goes no way round it."""

import frappe
import pytest

from socaid_app.setup import flow_seeds
from tests import builders

APPLICATION, RAISE = "Assistance Application", "Standard Raise"
WORKFLOW = f"/api/resource/Workflow/{APPLICATION}"
COUNT = "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count"


@pytest.fixture(scope="module")
def administrator(site):
	frappe.set_user("Administrator")
	return builders.make_user("Socaid Administrator")


@pytest.fixture
def desk(administrator, client):
	return client(administrator)


@pytest.fixture(scope="module", autouse=True)
def shipped_again(site):
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	for name in frappe.get_all("Workflow", {"document_type": APPLICATION}, pluck="name", order_by="name"):
		frappe.delete_doc("Workflow", name, force=True)
	flow_seeds.seed_workflows()
	frappe.db.commit()


def loaded(desk) -> dict:
	return desk.get(WORKFLOW).json["data"]


def step(start: str, action: str, end: str, **values) -> dict:
	return {"state": start, "action": action, "next_state": end, "allowed": "Township Officer", **values}


def with_detour(flow: dict, back: str = "Under Review") -> None:
	flow["states"].append({"state": "集体研究", "doc_status": "0", "allow_edit": "Township Approver"})
	flow["transitions"] += [step("Under Review", "提请研究", "集体研究"), step("集体研究", "研究完毕", back)]


def make_words(desk) -> None:
	for doctype, field, word in (
		("Workflow State", "workflow_state_name", "集体研究"),
		("Workflow Action Master", "workflow_action_name", "提请研究"),
		("Workflow Action Master", "workflow_action_name", "研究完毕"),
	):
		if not frappe.db.exists(doctype, word):
			assert desk.post(f"/api/resource/{doctype}", **{field: word}).status_code == 200


def test_a_step_of_the_countys_own_is_saved_and_stays(desk):
	make_words(desk)
	flow = loaded(desk)
	with_detour(flow)
	for row in flow["transitions"]:
		if row["action"] == "Confirm":
			row["condition"] = f"({row['condition']}) and doc.opinion != ''"
	states = [row["state"] for row in flow["states"]]
	counted = desk.call(COUNT, doctype=APPLICATION, workflow_state_field="workflow_state", states=states)
	assert counted.status_code == 200
	saved = desk.put(WORKFLOW, **flow)
	assert saved.status_code == 200, saved.text
	before = frappe.get_doc("Workflow", APPLICATION).as_json()
	frappe.set_user("Administrator")
	flow_seeds.seed_workflows()
	assert frappe.get_doc("Workflow", APPLICATION).as_json() == before
	assert (
		list(flow_seeds.findings(next(f for f in flow_seeds.shipped() if f.document_type == APPLICATION)))
		== []
	)


def confirm(flow: dict) -> dict:
	return next(row for row in flow["transitions"] if row["action"] == "Confirm")


def without_its_condition(flow):
	confirm(flow)["condition"] = ""


def without_objection(flow):
	flow["transitions"] = [row for row in flow["transitions"] if row["action"] != "Objection"]


def not_in_force(flow):
	flow["is_active"] = 0


def with_a_short_cut(flow):
	flow["transitions"].append(step("Draft", "Confirm", "Awaiting Confirmation"))


def with_a_detour_past_the_law(flow):
	with_detour(flow, back="Confirmed")


def with_a_dead_end(flow):
	if not any(row["state"] == "集体研究" for row in flow["states"]):
		with_detour(flow)
	flow["transitions"] = [row for row in flow["transitions"] if row["action"] != "研究完毕"]


def with_a_query(flow):
	confirm(flow)["condition"] += " and frappe.db.get_value('Recipient', {}, 'name') == 'x'"


def with_an_escape(flow):
	confirm(flow)["condition"] += " and doc.__class__"


def with_a_call(flow):
	confirm(flow)["condition"] += " and doc.update({'protected_case': 1})"


def not_python(flow):
	confirm(flow)["condition"] = "doc. ="


def that_writes_a_field(flow):
	flow["states"][0] |= {"update_field": "protected_case", "update_value": "1"}


def that_submits(flow):
	flow["states"][0]["doc_status"] = "1"


def that_mails(flow):
	flow["send_email_alert"] = 1


def on_another_field(flow):
	flow["workflow_state_field"] = "applicant"


def of_another_kind(flow):
	flow["document_type"] = "Recipient"


@pytest.mark.parametrize(
	"loosen",
	[
		without_its_condition,
		without_objection,
		not_in_force,
		with_a_short_cut,
		with_a_detour_past_the_law,
		with_a_dead_end,
		with_a_query,
		with_an_escape,
		with_a_call,
		not_python,
		that_writes_a_field,
		that_submits,
		that_mails,
		on_another_field,
		of_another_kind,
	],
)
def test_what_the_law_needs_is_not_saved_away(desk, loosen):
	before = frappe.get_doc("Workflow", APPLICATION).as_json()
	flow = loaded(desk)
	loosen(flow)
	answer = desk.put(WORKFLOW, **flow)
	assert answer.status_code == 417 and "FlowRefused" in answer.text, answer.text
	# nor as another one, which would take its place
	copy = {key: value for key, value in flow.items() if key not in ("name", "creation", "modified")}
	if loosen is not not_in_force:
		for row in (*copy["states"], *copy["transitions"]):
			row.pop("name", None)
		answer = desk.post("/api/resource/Workflow", **copy | {"workflow_name": "县级流程"})
		assert answer.status_code == 417 and "FlowRefused" in answer.text, answer.text
	assert frappe.get_doc("Workflow", APPLICATION).as_json() == before


def test_no_other_way_to_the_rows(desk):
	row = confirm(loaded(desk))
	before = frappe.get_doc("Workflow", APPLICATION).as_json()
	answers = (
		desk.put(f"/api/resource/Workflow Transition/{row['name']}", condition=""),
		desk.delete(f"/api/resource/Workflow Transition/{row['name']}"),
		desk.call(
			"frappe.client.set_value",
			doctype="Workflow Transition",
			name=row["name"],
			fieldname="condition",
			value="",
		),
		desk.call("frappe.client.save", doc=row | {"condition": ""}),
		desk.delete(WORKFLOW),
		desk.call(
			"frappe.model.rename_doc.update_document_title",
			doctype="Workflow",
			docname=APPLICATION,
			name=RAISE,
			merge=1,
		),
	)
	assert [answer.status_code in (403, 404, 409, 417) for answer in answers] == [True] * len(answers), [
		(answer.status_code, answer.text[:300]) for answer in answers
	]
	assert frappe.get_doc("Workflow", APPLICATION).as_json() == before


def test_counts_are_of_states_alone(desk):
	for doctype, field in ((APPLICATION, "applicant"), ("Recipient", "gender"), ("Petition", "category")):
		answer = desk.call(COUNT, doctype=doctype, workflow_state_field=field, states=[])
		assert answer.status_code == 403, (doctype, answer.text)
	assert desk.get(f"/api/resource/{APPLICATION}").status_code == 403


def test_the_last_row_of_a_step_stays(desk):
	"""Frappe deletes a row by saving its workflow."""
	rows = [row["name"] for row in loaded(desk)["transitions"] if row["action"] == "Objection"]
	for name in rows:
		answer = desk.call("frappe.client.delete", doctype="Workflow Transition", name=name)
	assert answer.status_code == 417 and "FlowRefused" in answer.text, answer.text
	assert frappe.db.exists("Workflow Transition", rows[-1])
