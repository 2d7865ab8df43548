"""What a county has tightened stays tightened through a migrate; what it has taken away that the law needs is told."""

import frappe
import pytest
from frappe.utils.fixtures import sync_fixtures

from socaid_app import install
from socaid_app.setup import flow_seeds, seeds
from tests import builders

APPLICATION = "Assistance Application"
NEED = ("社会救助法", "民发", "政府信息公开条例")


def migrate() -> None:
	"""What ``bench migrate`` runs of an app's records once its tables are there."""
	sync_fixtures("socaid_app")
	install.after_migrate()
	frappe.clear_document_cache("Workflow", APPLICATION)


def stored() -> str:
	return frappe.as_json(frappe.get_doc("Workflow", APPLICATION))


def told(user: str) -> list[str]:
	return frappe.get_all(
		"Notification Log",
		{"for_user": user, "document_type": "Socaid Settings"},
		pluck="subject",
		order_by="creation",
	)


@pytest.fixture
def workflow(site):
	"""The workflow as an administrator's form has it; afterwards as it is shipped."""
	yield frappe.get_doc("Workflow", APPLICATION)
	frappe.db.rollback()
	for name in frappe.get_all("Workflow", {"document_type": APPLICATION}, pluck="name", order_by="name"):
		frappe.delete_doc("Workflow", name, force=True)
	frappe.db.set_value("Role", "Safety Officer", "disabled", 0)
	flow_seeds.seed_workflows()
	frappe.db.commit()


@pytest.fixture
def administrator(site):
	return builders.make_user("Socaid Administrator")


def remove(workflow, **values) -> None:
	workflow.set(
		"transitions",
		[
			row
			for row in workflow.transitions
			if not all(row.get(key) == value for key, value in values.items())
		],
	)


# --- tightened -----------------------------------------------------------------------------------------------------
def test_a_tightened_workflow_stays_tightened(workflow, administrator):
	"""The township no longer gives its opinion alone, confirming asks for one more thing, a state is edited by fewer."""
	remove(workflow, action="Recommend", allowed="Township Officer")
	for row in workflow.transitions:
		if row.action == "Confirm":
			row.condition, row.allow_self_approval = f"({row.condition}) and doc.opinion", 0
	workflow.set("states", [row for row in workflow.states if row.allow_edit != "Village Assistant"])
	workflow.save()
	before = stored()
	migrate()
	assert stored() == before
	assert told(administrator) == []


SETTER = {"doc_type": "Role", "property": "translated_doctype"}
# What the test sets, which a migrate keeps for ever: the tests after it find it as it was.
SET = (
	("Role", "County Approver", "two_factor_auth"),
	("Role", "County Approver", "home_page"),
	("System Settings", None, "enable_two_factor_auth"),
	("System Settings", None, "minimum_password_score"),
	("Print Settings", None, "pdf_page_size"),
	("Workflow State", "Accepted", "style"),
	("Property Setter", SETTER, "value"),
)


@pytest.fixture
def set_back(site):
	before = [
		frappe.db.get_value(doctype, name, field) if name else frappe.db.get_single_value(doctype, field)
		for doctype, name, field in SET
	]
	blocked = [row.module for row in frappe.get_doc("Module Profile", seeds.MODULE_PROFILE).block_modules]
	yield
	frappe.db.rollback()
	for (doctype, name, field), value in zip(SET, before, strict=True):
		if name:
			frappe.db.set_value(doctype, name, field, value)
		else:
			frappe.db.set_single_value(doctype, field, value)
	profile = frappe.get_doc("Module Profile", seeds.MODULE_PROFILE)
	profile.set("block_modules", [{"module": module} for module in blocked])
	profile.save()
	frappe.db.commit()
	frappe.clear_cache()


def test_what_an_administrator_has_set_is_not_set_back(set_back):
	"""Two factors for a role and for the site, a style of a state, a role's home page, English names of roles."""
	frappe.db.set_value("Role", "County Approver", {"two_factor_auth": 1, "home_page": "/app/todo"})
	frappe.db.set_single_value("System Settings", "enable_two_factor_auth", 1)
	frappe.db.set_single_value("System Settings", "minimum_password_score", "4")
	frappe.db.set_single_value("Print Settings", "pdf_page_size", "A5")
	frappe.db.set_value("Workflow State", "Accepted", "style", "Danger")
	frappe.db.set_value("Property Setter", SETTER, "value", "0")
	profile = frappe.get_doc("Module Profile", seeds.MODULE_PROFILE)
	profile.set("block_modules", profile.block_modules[:1])
	profile.save()
	migrate()
	assert frappe.db.get_value("Role", "County Approver", ["two_factor_auth", "home_page"]) == (
		1,
		"/app/todo",
	)
	assert frappe.db.get_single_value("System Settings", "enable_two_factor_auth") == 1
	assert str(frappe.db.get_single_value("System Settings", "minimum_password_score")) == "4"
	assert frappe.db.get_single_value("Print Settings", "pdf_page_size") == "A5"
	assert frappe.db.get_value("Workflow State", "Accepted", "style") == "Danger"
	assert frappe.db.get_value("Property Setter", SETTER, "value") == "0"
	assert len(frappe.get_doc("Module Profile", seeds.MODULE_PROFILE).block_modules) == 1


def test_a_workflow_of_the_countys_own_is_not_replaced(workflow):
	"""One under another name is in force: nothing is seeded beside it."""
	copy = frappe.copy_doc(workflow)
	copy.workflow_name = "县级流程"
	copy.insert()
	migrate()
	assert frappe.db.get_value("Workflow", {"document_type": APPLICATION, "is_active": 1}) == "县级流程"
	assert frappe.db.count("Workflow", {"document_type": APPLICATION}) == 2


# --- loosened ------------------------------------------------------------------------------------------------------
def without_objection(workflow) -> str:
	remove(workflow, action="Objection")
	return "异议"


def without_the_county(workflow) -> str:
	for row in workflow.transitions:
		if row.action == "Confirm" and row.allowed == "Township Approver":
			row.condition = ""
	return "confirming_authority"


def with_an_or(workflow) -> str:
	for row in workflow.transitions:
		if row.action == "Confirm" and row.allowed == "Township Approver":
			row.condition += " or doc.urgent"
	return "confirming_authority"


def with_a_short_cut(workflow) -> str:
	workflow.append(
		"transitions",
		{"state": "Draft", "action": "Confirm", "next_state": "Confirmed", "allowed": "Township Officer"},
	)
	return "法律没有这条路径"


def not_in_force(workflow) -> str:
	workflow.is_active = 0
	return "没有启用的工作流"


def with_a_disabled_role(workflow) -> str:
	for row in workflow.transitions:
		if row.action == "Reject":
			row.allowed = "Safety Officer"
	frappe.db.set_value("Role", "Safety Officer", "disabled", 1)
	return "没有人能"


@pytest.mark.parametrize(
	"loosen",
	[without_objection, without_the_county, with_an_or, with_a_short_cut, not_in_force, with_a_disabled_role],
)
def test_what_the_law_needs_is_told_and_not_put_back(workflow, administrator, loosen):
	word = loosen(workflow)
	workflow.save()
	before = stored()
	if loosen is not with_a_disabled_role:
		assert any(word in str(message) for message in frappe.message_log), "told when it is saved"
	migrate()
	assert stored() == before
	notes = told(administrator)
	assert notes and all(word in note for note in notes)
	comments = {"reference_doctype": "Socaid Settings", "reference_name": "Socaid Settings"}
	written = frappe.get_all("Comment", comments, pluck="content", order_by="creation")
	assert any(word in text for text in written)
	# the next migrate says so again, without another comment
	flow_seeds.tell_administrators()
	assert len(told(administrator)) == 2 * len(notes)
	assert frappe.db.count("Comment", comments) == len(written)


def test_each_step_the_law_needs_names_its_article(site):
	for flow in flow_seeds.shipped():
		assert any(line.get("law") for line in flow.transitions), flow.document_type
		for line in flow.transitions:
			assert not line.get("law") or line["law"].startswith(NEED) or "服务方案" in line["law"], line
		assert list(flow_seeds.findings(flow)) == []
