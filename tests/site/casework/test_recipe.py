"""A register made by docs/new-ledger.md, and by nothing else, has its steps, its reminders and its letter."""

import json
import re
import sys
from pathlib import Path
from types import ModuleType

import frappe
import pytest
from frappe.modules.import_file import import_doc
from frappe.utils import add_days, today

from socaid_app.casework import clocks as reminding
from socaid_app.casework import due_rules, duties, letters, records, steps
from tests import builders

PAGE = Path(__file__).parents[3] / "docs" / "new-ledger.md"
DOCTYPE = "Seal Use"
MODULE = "socaid_app.socaid_app.doctype.seal_use.seal_use"


def parts() -> dict[str, str]:
	"""The pieces of the page by the word behind the language: doctype, controller, duties, …"""
	text = PAGE.read_text(encoding="utf-8")
	return dict(re.findall(r"```\w+ (\w+)\n(.*?)```", text, re.DOTALL))


def test_the_recipe_is_short(site):
	lines = [line for line in parts()["controller"].splitlines() if line.strip()]
	assert len(lines) < 60


@pytest.fixture(scope="module")
def register(site, tmp_path_factory):
	"""The page followed: DocType, controller, duties, due rule, letter. Taken away again afterwards."""
	frappe.set_user("Administrator")
	page, patch = parts(), pytest.MonkeyPatch()
	shipped = tmp_path_factory.mktemp("seal_use")
	(shipped / "seal_use.json").write_text(page["doctype"], encoding="utf-8")
	theirs = records.get_doc_path
	patch.setattr(
		records,
		"get_doc_path",
		lambda module, kind, name: str(shipped) if name == DOCTYPE else theirs(module, kind, name),
	)
	controller = ModuleType(MODULE)
	patch.setitem(sys.modules, MODULE, controller)
	exec(compile(page["controller"], str(PAGE), "exec"), controller.__dict__)
	known = dict(duties.shipped()) | json.loads(page["duties"])
	patch.setattr(duties, "shipped", lambda: known)
	hooks = frappe.get_hooks
	scoped = {
		"socaid_scoped_doctypes": [DOCTYPE],
		"permission_query_conditions": {DOCTYPE: ["socaid_app.permissions.scope.query_condition"]},
		"has_permission": {DOCTYPE: ["socaid_app.permissions.scope.has_permission"]},
	}

	def with_ours(hook=None, *args, **kwargs):
		answer, more = hooks(hook, *args, **kwargs), scoped.get(hook)
		if not more:
			return answer
		return {**answer, **more} if isinstance(more, dict) else [*answer, *more]

	patch.setattr(frappe, "get_hooks", with_ours)
	frappe.flags.in_import = True
	import_doc(json.loads(page["doctype"]))
	frappe.flags.in_import = False
	frappe.get_doc(
		{
			"doctype": "Print Format",
			"name": "Seal Use Slip",
			"doc_type": DOCTYPE,
			"custom_format": 1,
			"print_format_type": "Jinja",
			"standard": "No",
			"html": page["print_format"],
		}
	).insert()
	(rule,) = json.loads(page["due_rules"])
	name, conditions = rule.pop("name"), json.dumps(rule.pop("conditions"))
	frappe.get_doc({"doctype": due_rules.RULE, "conditions": conditions, **rule}).insert(set_name=name)
	letters.seed(json.loads(page["letter_rules"]))
	frappe.db.commit()
	yield controller
	patch.undo()
	frappe.delete_doc(due_rules.RULE, name, force=True, ignore_permissions=True)
	frappe.delete_doc(letters.DOCTYPE, "Seal Use Slip", force=True)
	frappe.delete_doc("Print Format", "Seal Use Slip", force=True)
	frappe.delete_doc("DocType", DOCTYPE, force=True)
	frappe.db.sql_ddl(f"drop table if exists `tab{DOCTYPE}`")
	frappe.db.commit()


@pytest.fixture(scope="module")
def people(site):
	frappe.set_user("Administrator")
	found = {
		"asker": builders.make_user("Township Officer", builders.TOWNSHIP_A),
		"approver": builders.make_user("Township Approver", builders.TOWNSHIP_A),
		"elsewhere": builders.make_user("Township Approver", builders.TOWNSHIP_B),
	}
	frappe.db.commit()
	return found


def ask(people, as_user, **values):
	with as_user(people["asker"]):
		return frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"subject": "低保证明",
				"needed_on": add_days(today(), 1),
				"division": builders.VILLAGE_A,
				**values,
			}
		).insert()


def test_its_steps_are_open_to_those_who_have_the_duty(register, people, as_user):
	doc = ask(people, as_user)
	with as_user(people["asker"]):
		with pytest.raises(duties.NotYourDuty):
			steps.take(DOCTYPE, doc.name, "approve")
	with as_user(people["elsewhere"]), pytest.raises(frappe.PermissionError):
		steps.take(DOCTYPE, doc.name, "approve")
	with as_user(people["approver"]):
		with pytest.raises(steps.StepNotOpen):
			steps.take(DOCTYPE, doc.name, "stamp")
		steps.take(DOCTYPE, doc.name, "approve")
	with as_user(people["asker"]):
		steps.take(DOCTYPE, doc.name, "stamp")
	doc.reload()
	assert (doc.status, doc.approved_by, doc.stamped_by) == ("Stamped", people["approver"], people["asker"])
	assert str(doc.approved_on) == today() and doc.stamped_at


def test_nobody_approves_what_they_ask_for(register, people, as_user):
	with as_user(people["approver"]):
		doc = frappe.get_doc(
			{"doctype": DOCTYPE, "subject": "函", "needed_on": today(), "division": builders.VILLAGE_A}
		).insert()
		with pytest.raises(frappe.PermissionError):
			steps.take(DOCTYPE, doc.name, "approve")


def test_a_refusal_needs_its_reason_and_closes_the_record(register, people, as_user):
	doc = ask(people, as_user)
	with as_user(people["approver"]):
		with pytest.raises(steps.StepNotOpen):
			steps.take(DOCTYPE, doc.name, "refuse", {"refusal_reason": " "})
		steps.take(DOCTYPE, doc.name, "refuse", {"refusal_reason": "材料不全"})
	doc.reload()
	assert (doc.status, doc.refusal_reason) == ("Seal Refused", "材料不全")
	with as_user(people["asker"]):
		doc.subject = "另一份"
		with pytest.raises(records.RecordClosed):
			doc.save()


def test_its_day_is_announced_by_the_rule(register, people, as_user):
	doc = ask(people, as_user, needed_on=today())
	reminding.remind(frappe.utils.getdate(today()))
	told = frappe.get_all(
		"Case Reminder", filters={"reference_name": doc.name}, pluck="recipient_user", order_by="creation"
	)
	assert people["asker"] in told and people["elsewhere"] not in told


def test_its_letter_is_that_of_its_stage(register, people, as_user):
	doc = ask(people, as_user, subject="<b>证明</b>")
	assert letters.letter_of(doc) == ""
	with as_user(people["approver"]):
		steps.take(DOCTYPE, doc.name, "approve")
	doc.reload()
	assert letters.letter_of(doc) == "Seal Use Slip"
	printed = frappe.get_print(DOCTYPE, doc.name, letters.letter_of(doc))
	assert "用印审批单" in printed and "<b>证明</b>" not in printed
