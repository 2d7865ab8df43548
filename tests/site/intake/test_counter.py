"""A family is entered at the counter in one go, wholly or not at all, and nothing is asked twice."""

import frappe
import pytest
from frappe.utils import today

from socaid_app.assistance_intake import counter
from socaid_app.assistance_intake.counter import CounterRefused
from socaid_app.permissions.files import AddressRefused
from socaid_app.socaid_app import registry
from tests import builders

PERSON, HOUSEHOLD, APPLICATION = "Recipient", "Recipient Household", "Assistance Application"
PATH = "/api/method/socaid_app.assistance_intake.counter"


@pytest.fixture
def team(site):
	return builders.make_team()


def member(name: str, born: str, kinship: str, male: bool = True, **values) -> dict:
	return {
		"full_name": name,
		"id_number": builders.case_id_number(born, male),
		"kinship": kinship,
		"labour_capacity": "Partial",
		"health": "Healthy",
		**values,
	}


def family(**values) -> dict:
	"""Three persons as the screen sends them."""
	return {
		"category": builders.case_category("Dibao"),
		"division": builders.CASE_VILLAGE,
		"applied_on": today(),
		"cause": "Illness",
		"applicant_signed": 1,
		"address": "一组12号",
		"bank_name": "农村信用社",
		"bank_account": "6228480402564890018",
		"members": [
			member("窗口甲", "1961-03-05", "02", phone="13812340001"),
			member("窗口乙", "1963-07-09", "12", male=False),
			member("窗口丙", "1990-02-03", "20", employment="Casual Work"),
		],
		"incomes": [{"member": 3, "kind": "Wage", "item": "Wages", "annual": 12000}],
		"no_property": 1,
		"no_expenses": 1,
		**values,
	}


def counts() -> tuple[int, ...]:
	return tuple(
		frappe.db.count(doctype) for doctype in (PERSON, HOUSEHOLD, APPLICATION, "Check Authorization")
	)


def test_one_request_enters_persons_household_and_application(team, as_user):
	with as_user(team.clerk):
		application = frappe.get_doc(APPLICATION, counter.open_case(family()))
	home = frappe.get_doc(HOUSEHOLD, application.household)
	head, wife, son = (frappe.get_doc(PERSON, row.recipient) for row in application.members)
	assert (application.applicant, application.owner, application.workflow_state) == (
		head.name,
		team.clerk,
		"Draft",
	)
	assert (home.head, [row.recipient for row in home.members]) == (
		head.name,
		[head.name, wife.name, son.name],
	)
	assert (son.birth_date.isoformat(), wife.sex, head.address) == ("1990-02-03", "Female", "一组12号")
	assert "*" in head.bank_account and not wife.bank_account
	assert application.incomes[0].recipient == son.name and application.members[2].employment == "Casual Work"
	assert application.materials and application.monthly_per_capita is not None


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_stored(team, as_user):
	case = family()
	case["members"][1]["id_number"] = "220422196307090001"
	case["members"][2]["full_name"] = ""
	before = counts()
	with as_user(team.clerk), pytest.raises(CounterRefused) as refused:
		counter.open_case(case)
	assert [one["row"] for one in frappe.local.response["problems"]] == [2, 3]
	assert "2" in str(refused.value) and "3" in str(refused.value)
	frappe.db.rollback()
	assert counts() == before


def test_over_rest_a_refused_family_leaves_nothing_behind(team, client):
	case = family()
	# the persons and the household would stand; the case does not
	case["incomes"][0]["member"] = 9
	frappe.db.commit()
	before = counts()
	answer = client(team.clerk).post(f"{PATH}.open_case", case=case)
	assert (answer.status_code, answer.json["exc_type"]) == (417, "CounterRefused")
	assert answer.json["problems"][0]["message"]
	assert counts() == before


def test_whoever_may_not_enter_applications_enters_none(team, client):
	for user in (team.approver, builders.make_user("Archivist")):
		answer = client(user).post(f"{PATH}.open_case", case=family())
		assert answer.status_code == 403
		assert client(user).post(f"{PATH}.look_up", id_number="220422196103050012").status_code == 403


def test_a_known_family_is_not_asked_again(team, as_user):
	home = builders.make_household(builders.CASE_VILLAGE, 3, name="旧户")
	number = builders_number(home.head)
	with as_user(team.clerk):
		known = counter.look_up(number)
		assert known["household"] == home.name
		assert [row["recipient"] for row in known["members"]] == [row.recipient for row in home.members]
		assert all("*" in row["id_number"] for row in known["members"])
		case = family(members=known["members"], incomes=[], no_income=1)
		application = frappe.get_doc(APPLICATION, counter.open_case(case))
	assert application.household == home.name and len(application.members) == 3
	assert frappe.db.exists(
		"Sensitive Access Log", {"action": "Search", "reference_name": home.head, "user": team.clerk}
	)


def builders_number(recipient: str) -> str:
	return frappe.db.get_value("Recipient Identity", {"recipient": recipient}, "id_number")


def test_a_number_that_cannot_be_or_belongs_elsewhere_is_told_at_once(team, as_user):
	stranger = builders.make_person("外乡人", builders.VILLAGE_B)
	with as_user(team.clerk):
		assert counter.look_up(builders.case_id_number("1970-01-01")) == {}
		with pytest.raises(CounterRefused):
			counter.look_up("220422197001010000")
		outside = counter.look_up(builders_number(stranger.name))
		assert outside == {"elsewhere": 1}
		case = family()
		case["members"][1] |= {"full_name": "外乡人", "id_number": builders_number(stranger.name)}
		with pytest.raises(CounterRefused, match="其他"):
			counter.open_case(case)


def test_a_number_of_somebody_else_is_not_taken_for_the_name_that_was_typed(team, as_user):
	known = builders.make_case_person("早有其人", "1963-07-09", male=False)
	case = family()
	case["members"][1]["id_number"] = builders_number(known.name)
	with as_user(team.clerk), pytest.raises(CounterRefused, match="早有其人"):
		counter.open_case(case)


def test_nobody_gets_a_second_household(team, as_user):
	other = builders.make_household(builders.CASE_VILLAGE, 2, name="别家")
	case = family()
	case["members"][2] = {"recipient": other.members[1].recipient, "kinship": "20"}
	case["incomes"] = []
	case["no_income"] = 1
	with as_user(team.clerk), pytest.raises(CounterRefused, match="已是其他家庭"):
		counter.open_case(case)
	assert registry.households_of(other.members[1].recipient) == [other.name]


def test_one_sheet_signed_by_all_is_everybodys_consent(team, as_user):
	case = family(consent_file="https://files.example.invalid/consent.pdf", consent_signed_on=today())
	case["members"][2] |= member("窗口童", "2018-02-03", "20", employment="", guardian_name="窗口甲")
	case["incomes"] = []
	case["no_income"] = 1
	with as_user(team.clerk):
		application = frappe.get_doc(APPLICATION, counter.open_case(case))
	assert all(row.consent for row in application.members)
	roles = frappe.get_all(
		"Check Authorization",
		{"application": application.name},
		["person_role", "guardian_name"],
		order_by="creation",
	)
	assert [row.person_role for row in roles] == ["Applicant", "Family Member", "Family Member"]
	assert roles[2].guardian_name == "窗口甲"


def test_papers_of_the_checklist_come_along_each_ticked_by_its_scan(team, as_user):
	with as_user(team.clerk):
		listed = counter.papers(builders.case_category("Dibao"))
		first, second = [row["material"] for row in listed if row["requirement"] == "Required"][:2]
		scan = frappe.get_doc(
			{"doctype": "File", "file_name": "申请书.txt", "content": "扫描件", "is_private": 1}
		).insert()
		handed = [
			{"material": first, "file": scan.file_url},
			{"material": second, "received": 1},
			{"material": "清单以外的材料", "received": 1},
		]
		application = frappe.get_doc(APPLICATION, counter.open_case(family(materials=handed)))
	assert {row["requirement"] for row in listed} <= {"Required", "If Applicable"}
	assert [row.material for row in application.materials if row.received] == [first, second]
	scan.reload()
	assert (scan.attached_to_doctype, scan.attached_to_name) == (APPLICATION, application.name)


def test_nobody_elses_file_becomes_a_scan(team, as_user):
	with as_user(team.officer):
		other = frappe.get_doc(
			{"doctype": "File", "file_name": "别人的.txt", "content": "别人的", "is_private": 1}
		).insert()
	with as_user(team.clerk), pytest.raises(AddressRefused):
		material = counter.papers(builders.case_category("Dibao"))[0]["material"]
		counter.open_case(family(materials=[{"material": material, "file": other.file_url}]))


def test_a_newborn_without_number_comes_with_the_family(team, as_user):
	case = family()
	case["members"][2] = {
		"full_name": "窗口婴",
		"document_kind": "None",
		"no_document_reason": "Birth Not Registered",
		"birth_date": today(),
		"sex": "Female",
		"kinship": "30",
	}
	case["incomes"] = []
	case["no_income"] = 1
	with as_user(team.clerk):
		application = frappe.get_doc(APPLICATION, counter.open_case(case))
	child = frappe.get_doc(PERSON, application.members[2].recipient)
	assert (child.document_kind, child.no_document_reason) == ("None", "Birth Not Registered")


def test_what_the_county_added_to_the_application_is_taken(team, as_user):
	with as_user(team.clerk):
		application = frappe.get_doc(
			APPLICATION, counter.open_case(family(granted_amount=9999, workflow_state="Confirmed"))
		)
	assert (application.granted_amount or 0) != 9999 and application.workflow_state == "Draft"
