"""Sources and rules of the comparison as records: read by the engine, what a source proves is asked of nobody, a rule is
switched on by a second person; and how far a consent reaches."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.assistance_intake import materials
from socaid_app.casework.duties import NotYourDuty
from socaid_app.comparison import data_sources, finding_rules, roster
from socaid_app.comparison.language.words import parameter_words
from socaid_app.means_testing import consent_scopes, rule_records, rule_trials, source_records
from socaid_app.means_testing.doctype.check_authorization.check_authorization import AuthorizationInvalid
from socaid_app.means_testing.rule_records import RuleInvalid
from socaid_app.means_testing.source_records import SourceInvalid
from socaid_app.socaid_app import rules
from tests import builders

SOURCE, RULE = source_records.DOCTYPE, rule_records.DOCTYPE


@pytest.fixture
def team(site):
	return builders.make_team()


@pytest.fixture
def colleague(site):
	return builders.make_user("Data Officer")


def a_source(**values):
	return frappe.get_doc(
		{
			"doctype": SOURCE,
			"source_key": "schools",
			"title": "在校学籍",
			"agency": "教育",
			"valid_months": 6,
			"fresh_days": 31,
			"reply_fields": [{"field_name": "school", "field_label": "学校", "kind": "Free Text"}],
			"proofs": [{"material": "在校证明"}],
			**values,
		}
	)


# --- sources --------------------------------------------------------------------------------------------------
def test_every_shipped_source_comes_out_of_its_record_as_the_engine_ships_it(site):
	shipped = data_sources.load_sources()
	assert {key: source_records.named(key)[key] for key in shipped} == shipped
	# none is in use before a county says so; what other tests have switched on here stays out of it
	frappe.db.delete(SOURCE, {"name": "homes"})
	source_records.seed()
	assert frappe.db.get_value(SOURCE, "homes", "enabled") == 0


def test_seeding_again_changes_nothing_a_county_has_set(site):
	frappe.db.set_value(SOURCE, "vehicles", "agency", "县公安局交警大队")
	frappe.db.delete(RULE, {"name": ["in", ["vehicle", "farm_machine"]]})
	source_records.seed()
	rule_records.seed()
	assert frappe.db.get_value(SOURCE, "vehicles", "agency") == "县公安局交警大队"
	assert frappe.db.get_value(RULE, "vehicle", "status") == rule_records.ON


@pytest.mark.parametrize(
	("changes", "said"),
	[
		({"source_key": "在校"}, "小写字母"),
		({"reply_fields": [{"field_name": "a b", "field_label": "学校", "kind": "Free Text"}]}, "字段“学校”"),
		(
			{"reply_fields": [{"field_name": "a", "field_label": "学校", "kind": "Code"}]},
			"代码类型要有代码表",
		),
		({"reply_codes": [{"field_name": "school", "value": "x", "meaning": "甲"}]}, "第1行"),
		({"report_day": "school"}, "不是日期字段"),
		({"proofs": [{"material": "在校的证明"}]}, "在校证明"),
		({"valid_months": 0}, "正整数"),
	],
)
def test_what_the_engine_could_not_read_is_refused_with_its_place(officer, as_user, changes, said):
	with as_user(officer), pytest.raises(SourceInvalid, match=said):
		a_source(**changes).insert()


def test_a_source_in_use_turns_off_the_material_by_itself_and_on_again(team, officer, as_user):
	category = frappe.get_doc(
		"Assistance Category", frappe.db.get_value("Category Material", {"material": "在校证明"}, "parent")
	)
	case = builders.make_application(team, category=category.name)
	frappe.db.set_value(
		"Application Material",
		{"parent": case.name, "material": "在校证明"},
		{"to_supplement": 1, "received": 0},
	)
	assert "在校证明" in materials.missing(case.reload())
	with as_user(officer):
		source = a_source().insert()
		assert "在校证明" in materials.missing(case.reload())
		source.enabled = 1
		source.save()
	assert "在校证明" not in materials.missing(case.reload())
	row = next(row for row in case.materials if row.material == "在校证明")
	assert (row.requirement, row.to_supplement) == (materials.BY_DATA, 0)
	# a new case does not ask either, and a demand is named as what the law forbids
	other = builders.make_application(team, category=category.name)
	row = next(row for row in other.materials if row.material == "在校证明")
	row.to_supplement = 1
	assert row.requirement == materials.BY_DATA and materials.forbidden_demands(other) == ["在校证明"]
	with as_user(officer):
		source.enabled = 0
		source.save()
	row = next(row for row in case.reload().materials if row.material == "在校证明")
	assert row.requirement == materials.IF_APPLICABLE


def test_what_was_received_stays_when_a_source_proves_it(team, officer, as_user):
	category = frappe.db.get_value("Category Material", {"material": "在校证明"}, "parent")
	case = builders.make_application(team, category=category)
	frappe.db.set_value("Application Material", {"parent": case.name, "material": "在校证明"}, "received", 1)
	with as_user(officer):
		a_source(enabled=1).insert()
	assert next(row for row in case.reload().materials if row.material == "在校证明").received


def test_a_source_keeps_its_key_and_what_is_shipped_is_not_deleted(officer, as_user):
	with as_user(officer):
		source = a_source().insert()
		source.source_key = "colleges"
		with pytest.raises((SourceInvalid, frappe.CannotChangeConstantError)):
			source.save()
		with pytest.raises((SourceInvalid, frappe.LinkExistsError)):
			frappe.delete_doc(SOURCE, "adoptions")


@pytest.mark.parametrize("role", ["Township Officer", "County Reviewer", "Socaid Auditor"])
def test_only_the_data_officer_changes_a_source(site, as_user, role):
	user = builders.make_user(role, builders.TOWNSHIP_A if role == "Township Officer" else None)
	doc = frappe.get_doc(SOURCE, "vehicles")
	doc.agency = "别的单位"
	with as_user(user), pytest.raises(frappe.PermissionError):
		doc.save()


# --- rules ----------------------------------------------------------------------------------------------------
def a_rule(**values):
	return frappe.get_doc(
		{
			"doctype": RULE,
			"rule_key": "expensive_vehicle",
			"title": "名下有贵重车辆",
			"source": "vehicles",
			"unit": "Each Row",
			"condition": 'price > 50000元 and kind != "motorcycle"',
			"fact": "plate",
			"severity": "Verify",
			"means": "名下有价值较高的车辆。",
			"verify": "核实车辆现值。",
			"articles": "@property_dibao",
			**values,
		}
	)


def test_every_shipped_rule_comes_out_of_its_record_as_the_engine_ships_it(site):
	sources, layout = data_sources.load_sources(), roster.load_layout()
	words = parameter_words(rules.parameters())
	for rule in finding_rules.load_rules(sources, layout, words):
		doc = frappe.get_doc(RULE, rule.key)
		assert rule_records.rule_of(doc, source_records.named(doc.source)) == rule
		assert (doc.sentence, doc.status) == (rule.sentence, rule_records.ON)


def test_the_sentence_is_made_of_the_condition_and_is_a_condition_itself(officer, as_user):
	with as_user(officer):
		rule = a_rule().insert()
		assert rule.sentence == "“购置价”高于50000元，并且“车辆类型”不是「摩托车」"
		rule.sentence = "没有条件"
		rule.condition = "price > 60000元"
		rule.save()
		assert rule.sentence == "“购置价”高于60000元"
		again = a_rule(rule_key="again", condition=rule.sentence).insert()
	assert again.sentence == rule.sentence and again.basis


@pytest.mark.parametrize(
	("changes", "said"),
	[
		({"condition": "prise > 50000元"}, "第1字（“prise"),
		({"condition": "price > 50000"}, "第"),
		({"condition": "price > 50000元 and"}, "末尾"),
		({"fact": "number"}, "number"),
		({"articles": "@no_such"}, "@no_such"),
		({"source": None}, "只能按人或按家庭"),
	],
)
def test_a_rule_that_cannot_be_read_is_refused_at_its_place(officer, as_user, changes, said):
	with as_user(officer), pytest.raises(RuleInvalid, match=said):
		a_rule(**changes).insert()


def test_who_wrote_a_rule_last_does_not_switch_it_on(officer, colleague, as_user):
	with as_user(officer):
		rule = a_rule().insert()
		assert rule.status == rule_records.OFF
		with pytest.raises(NotYourDuty, match="另一人"):
			rule_records.switch_on(rule.name)
	with as_user(colleague):
		rule_records.switch_on(rule.name)
	rule.reload()
	assert (rule.status, rule.switched_on_by) == (rule_records.ON, colleague)
	with as_user(officer):
		rule.condition = "price > 1元"
		with pytest.raises(RuleInvalid):
			rule.save()
		rule_trials.switch_off(rule.name, "误报太多")
		rule.reload()
		rule.condition = "price > 80000元"
		rule.save()
		with pytest.raises(NotYourDuty):
			rule_records.switch_on(rule.name)
	with as_user(colleague):
		rule_records.switch_on(rule.name)
	assert frappe.db.get_value(RULE, rule.name, ["status", "off_reason"]) == (rule_records.ON, None)


def test_no_channel_switches_a_rule_on_by_writing_its_status(officer, colleague, as_user):
	with as_user(officer):
		rule = a_rule(status=rule_records.ON).insert()
		assert rule.status == rule_records.OFF
	with as_user(colleague):
		rule.reload()
		rule.status = rule_records.ON
		rule.save()
	assert frappe.db.get_value(RULE, rule.name, "status") == rule_records.OFF


def test_a_source_is_not_changed_so_that_a_rule_switched_on_loses_its_field(officer, as_user):
	with as_user(officer):
		source = frappe.get_doc(SOURCE, "vehicles")
		source.reply_fields = [row for row in source.reply_fields if row.field_name != "plate"]
		with pytest.raises(SourceInvalid, match="请先停用"):
			source.save()


# --- how far a consent reaches --------------------------------------------------------------------------------
@pytest.fixture
def case(team):
	return builders.make_application(team)


def permitted(case, source, on=None, application=None) -> bool:
	person = case.applicant
	return person in consent_scopes.permits([person], source, getdate(on or today()), application)


def financial(key="deposits"):
	frappe.db.set_value(SOURCE, key, "is_financial", 1)
	return key


def test_a_consent_to_all_sources_reaches_every_source_on_its_days(case):
	paper = builders.give_consent(case, case.applicant)
	assert permitted(case, "vehicles") and permitted(case, financial())
	assert not permitted(case, "vehicles", add_days(today(), -1))
	assert not permitted(case, "vehicles", add_days(paper.valid_until, 1))
	assert consent_scopes.without([case.applicant, case.members[1].recipient], "homes", getdate(today())) == [
		case.members[1].recipient
	]


def test_accounts_want_the_bank_in_the_scope_and_the_separate_consent(case):
	builders.give_consent(case, case.applicant, scope="Without Bank Data")
	assert permitted(case, "vehicles") and not permitted(case, financial())
	builders.give_consent(case, case.applicant, consent_sensitive=0)
	assert not permitted(case, financial())
	builders.give_consent(case, case.applicant)
	assert permitted(case, financial())


def test_listed_sources_are_those_alone(case):
	with pytest.raises(AuthorizationInvalid, match="列出"):
		builders.give_consent(case, case.applicant, scope="Listed Sources")
	builders.give_consent(case, case.applicant, scope="Listed Sources", sources=[{"source": "vehicles"}])
	assert permitted(case, "vehicles") and not permitted(case, "homes")


def test_what_was_signed_for_one_application_does_not_serve_another(case, team):
	builders.give_consent(case, case.applicant, purpose="This Application Only")
	assert permitted(case, "vehicles", application=case.name)
	assert not permitted(case, "vehicles")
	with pytest.raises(AuthorizationInvalid, match="申请"):
		builders.give_consent(frappe._dict(name=None), case.applicant, purpose="This Application Only")


def test_a_withdrawal_ends_it_from_its_day_and_what_was_signed_is_not_widened(case):
	paper = builders.give_consent(case, case.applicant, scope="Listed Sources", sources=[{"source": "homes"}])
	paper.append("sources", {"source": "vehicles"})
	with pytest.raises(AuthorizationInvalid):
		paper.save()
	paper.reload()
	paper.status = "Withdrawn"
	paper.save()
	assert not permitted(case, "homes")
	builders.give_consent(case, case.applicant)
	assert permitted(case, "homes")
