"""A citizen applies on the public page, the township takes it over at the counter, the citizen follows it by a code."""

import io
import json
import re
import time

import frappe
import pytest
from frappe.utils import add_days, today
from frappe.utils.password import get_decrypted_password

from socaid_app.assistance_intake import case_codes, counter, online_applications, online_at_counter
from socaid_app.assistance_intake.online_applications import OnlineRefused
from socaid_app.casework import tracking_codes
from socaid_app.patches.v1_0 import codes_of_open_cases
from socaid_app.permissions import sensitive
from socaid_app.petition_desk import public_intake
from tests import builders
from tests.builders import notices as public_builders
from tests.builders.parallel import at_once, refused
from tests.builders.visits import PIXEL

ONLINE, APPLICATION = online_applications.DOCTYPE, "Assistance Application"
CODE = re.compile(r'id="code">([A-Z0-9-]+)<')
PAPERS = "身份证、户口簿"


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


@pytest.fixture
def strangers(site):
	return builders.make_team(builders.TOWNSHIP_B)


class Visitor:
	def __init__(self, client):
		self.client = client("Guest")
		self.headers = {
			"X-Forwarded-For": public_builders.address(),
			"Cookie": f"{public_intake.COOKIE}={public_builders.COOKIE}",
		}

	def post(self, path, **data):
		return self.client.request(
			"POST", path, data=data, content_type="multipart/form-data", headers=self.headers
		)

	def apply(self, **values):
		return self.post("/apply", **(form() | values))

	def look(self, code, tail="5678", **values):
		return self.post("/apply/status", code=code, tail=tail, **values)


@pytest.fixture
def visitor(client, team):
	return Visitor(client)


def form(**values):
	return {
		"ticket": public_intake.make_ticket(public_builders.COOKIE, time.time() - 60),
		"kind": builders.case_category("Dibao"),
		"village": builders.VILLAGE_A,
		"address": "三组18号",
		"content": "户主重病不能干活，看病花了不少钱。",
		"filled_by": "The Applicant",
		"phone": "13900005678",
		"consent": "1",
		"member_1_name": "网申户主",
		"member_1_kinship": "02",
		"member_1_id": builders.case_id_number("1966-02-11", True),
		"member_1_health": "Serious Illness",
		"member_2_name": "网申配偶",
		"member_2_kinship": "10",
		**values,
	}


def place_of(material: str) -> int:
	listed = online_at_counter.checklist(builders.case_category("Dibao"))
	return [row["material"] for row in listed].index(material)


def sent(visitor, tail="5678", **values):
	"""The code, and the submission."""
	page = visitor.apply(**values)
	assert page.status_code == 200, re.findall(r'class="error"[^>]*>([^<]+)<', page.text)
	code = CODE.search(page.text).group(1)
	frappe.db.rollback()
	return code, frappe.get_doc(ONLINE, {"tracking_hash": tracking_codes.fingerprint(code, tail)})


def at_counter(doc, **values) -> dict:
	"""What the counter page sends once the submission stands on it."""
	found = online_at_counter.filled_in(doc.name)
	return {
		**found["case"],
		"members": found["members"],
		"applicant_signed": 1,
		"no_income": 1,
		"no_property": 1,
		"no_expenses": 1,
		"online_application": doc.name,
		**values,
	}


def completed(case: dict) -> dict:
	"""The clerk asked for the number the citizen left out."""
	case["members"][1]["id_number"] = builders.case_id_number("1968-08-23", False)
	return case


# --- applying -----------------------------------------------------------------------------------------------------
def test_kinds_stand_in_plain_words_and_what_data_prove_is_not_asked_for(visitor):
	kinds = visitor.client.get("/apply", headers=visitor.headers)
	assert "不清楚，请工作人员判断" in kinds.text and "最低生活保障" in kinds.text
	asked = visitor.client.get("/apply", headers=visitor.headers, kind=builders.case_category("Dibao"))
	assert PAPERS in asked.text and asked.headers["Cache-Control"] == "no-store"
	assert not re.search(r"<label[^>]*>(银行存款证明|不动产登记证明|申请书)", asked.text)


def test_a_form_is_received_once_with_its_papers_and_its_numbers_are_sealed(visitor):
	values = form()
	upload = lambda: {f"paper_{place_of(PAPERS)}": (io.BytesIO(PIXEL), "证.png")}  # noqa: E731
	code, doc = sent(visitor, **values, **upload())
	again = visitor.apply(**values, **upload())
	assert (
		CODE.search(again.text).group(1) == code and frappe.db.count(ONLINE, {"form_key": doc.form_key}) == 1
	)
	assert visitor.apply(**values | {"content": "改写成别的困难情况。"}).status_code == 409
	assert (doc.status, doc.township, doc.owner) == ("Online Received", builders.TOWNSHIP_A, "Guest")
	assert doc.due_on and [row.material for row in doc.papers] == [PAPERS]
	file = frappe.get_doc("File", {"attached_to_name": doc.name})
	assert file.is_private and file.file_url == doc.papers[0].file
	number = values["member_1_id"]
	assert (
		number not in json.dumps(doc.as_dict(), default=str) and doc.members[0].id_number[-3:] == number[-3:]
	)
	assert number in get_decrypted_password(ONLINE, doc.name, "sealed_numbers")
	stored = frappe.db.sql("select password from __Auth where name = %s", doc.name)[0][0]
	assert number not in stored


@pytest.mark.parametrize(
	("field", "value"),
	[
		("village", "220422999999"),
		("content", "短"),
		("phone", "12"),
		("consent", ""),
		("member_1_name", ""),
		("member_1_id", "220422196602110019"),
		("member_2_kinship", "乱填"),
		("filled_by", "An Agent"),
		("homepage", "http://x"),
		("ticket", "1.2.3"),
	],
)
def test_what_is_incomplete_or_no_form_of_ours_is_not_stored(visitor, field, value):
	before = frappe.db.count(ONLINE)
	page = visitor.apply(**{field: value})
	assert page.status_code == 422
	frappe.db.rollback()
	assert frappe.db.count(ONLINE) == before


@pytest.mark.parametrize(
	("name", "content"),
	[
		("网页.pdf", b"<html><script>alert(1)</script></html>"),
		("程序.jpg", b"MZ" + b"\x00" * 64),
		("坏图.png", PIXEL[:30]),
	],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_its_line(visitor, name, content):
	page = visitor.apply(**{f"paper_{place_of(PAPERS)}": (io.BytesIO(content), name)})
	assert page.status_code == 422 and f"{PAPERS}：" in page.text


def test_after_some_forms_a_picture_has_to_be_read_and_then_it_is_enough(visitor, monkeypatch):
	for number in range(public_intake.FREE_OF_CAPTCHA):
		assert visitor.apply(content=f"家里很困难，第{number}次").status_code == 200
	assert "图中的数字不对" in visitor.apply(content="家里很困难，再一次").text
	monkeypatch.setattr(public_intake, "DAILY", 1)
	assert visitor.apply(content="家里很困难，又一次").status_code == 429


def test_the_same_person_is_known_to_the_clerk_and_not_told_to_the_public(visitor):
	number = builders.case_id_number("1970-01-02", True)
	_code, first = sent(visitor, member_1_id=number)
	before = visitor.apply(member_1_id=builders.case_id_number("1971-01-02", True)).text
	visitor.headers["X-Forwarded-For"] = public_builders.address()
	page = visitor.apply(member_1_id=number)
	frappe.db.rollback()
	code = CODE.search(page.text).group(1)
	second = frappe.get_doc(ONLINE, {"tracking_hash": tracking_codes.fingerprint(code, "5678")})
	assert second.same_person == first.name
	plain = lambda text: CODE.sub("", text)  # noqa: E731
	assert plain(page.text) == plain(before)


# --- the office ---------------------------------------------------------------------------------------------------
def test_a_clerk_takes_it_over_into_a_case_with_papers_and_code(visitor, team, as_user):
	code, doc = sent(visitor, **{f"paper_{place_of(PAPERS)}": (io.BytesIO(PIXEL), "证.png")})
	with as_user(team.clerk):
		case = completed(at_counter(doc))
		assert case["channel"] == "Online" and case["members"][0]["phone"] == "13900005678"
		application = frappe.get_doc(APPLICATION, counter.open_case(case))
		doc.reload()
		with pytest.raises(OnlineRefused, match=application.name):
			counter.open_case(case)
	paper = next(row for row in application.materials if row.material == PAPERS)
	assert paper.received and frappe.db.exists(
		"File", {"file_url": paper.file, "attached_to_name": application.name}
	)
	assert (doc.status, doc.application, doc.taken_over_by) == ("Taken Over", application.name, team.clerk)
	assert application.online_application == doc.name and application.need_text == doc.need_text
	assert not online_applications.full_numbers(doc), "the register has the numbers now"
	assert frappe.db.exists("Sensitive Access Log", {"reference_name": doc.name, "user": team.clerk})
	frappe.db.commit()
	assert "正在核对材料" in visitor.look(code).text


def test_of_two_clerks_at_once_one_takes_it_over(visitor, team):
	_code, doc = sent(visitor)
	with builders.acting_as(team.clerk):
		cases = [completed(at_counter(doc)) for _clerk in range(2)]
	outcomes = at_once(
		*[lambda case=case: counter.open_case(case) for case in cases],
		user=team.clerk,
	)
	assert len(refused(outcomes)) == 1
	assert frappe.db.count(APPLICATION, {"online_application": doc.name}) == 1


def test_a_known_family_stands_beside_it_and_is_not_overwritten(visitor, team, as_user):
	first, stranger = builders.case_id_number("1966-03-11", True), builders.case_id_number("1990-03-11", True)
	with as_user(team.clerk):
		home = frappe.get_doc(
			APPLICATION,
			counter.open_case(
				{
					"category": builders.case_category("Dibao"),
					"division": builders.VILLAGE_A,
					"members": [
						{"full_name": "旧户主", "id_number": first, "kinship": "02"},
						{
							"full_name": "旧配偶",
							"id_number": builders.case_id_number("1967-03-11", False),
							"kinship": "10",
						},
					],
				}
			),
		).household
	frappe.db.commit()
	_code, doc = sent(
		visitor,
		member_1_name="旧户主",
		member_1_id=first,
		member_2_name="新来的",
		member_2_id=stranger,
		member_2_kinship="20",
	)
	with as_user(team.clerk):
		found = online_at_counter.filled_in(doc.name)
		assert [(line["said"], line["known"]) for line in found["beside"]] == [
			("旧户主（户主）", "旧户主"),
			("新来的（子）", frappe._("Not on the register")),
			(frappe._("Not named"), "旧配偶（配偶）"),
		]
		with pytest.raises(counter.CounterRefused, match="新来的"):
			counter.open_case(at_counter(doc))
	members = frappe.get_doc("Recipient Household", home).members
	assert [row.member_name for row in members] == ["旧户主", "旧配偶"]


def test_what_is_missing_is_told_once_and_the_citizen_adds_it(visitor, team, as_user):
	code, doc = sent(visitor)
	with as_user(team.clerk):
		online_applications.send_back(doc.name, "请补一张户口簿的照片。")
	frappe.db.commit()
	page = visitor.look(code)
	assert "需要您补充" in page.text and "请补一张户口簿的照片。" in page.text
	added = {"action": "add", "words": "已补上", "material": str(place_of(PAPERS))}
	page = visitor.look(code, **added, papers=(io.BytesIO(PIXEL), "户口簿.png"))
	assert page.status_code == 200 and "补充的内容已经收到" in page.text
	# pressed twice: the same picture once
	visitor.look(code, **added, papers=(io.BytesIO(PIXEL), "户口簿.png"))
	frappe.db.rollback()
	doc.reload()
	assert (doc.status, doc.citizen_words.split("\n")[0], len(doc.papers)) == ("Online Received", "已补上", 1)
	refused_file = visitor.look(code, action="add", papers=(io.BytesIO(b"MZ\x00"), "a.jpg"))
	assert refused_file.status_code == 422
	with as_user(team.clerk), pytest.raises(OnlineRefused, match="57号"):
		online_applications.send_back(doc.name, "还要一张照片。")


def test_another_township_sees_nothing_of_it_until_it_is_passed_on(visitor, team, strangers, client, as_user):
	_code, doc = sent(visitor, **{f"paper_{place_of(PAPERS)}": (io.BytesIO(PIXEL), "证.png")})
	http = client(strangers.clerk)
	assert http.get(f"/api/resource/{ONLINE}/{doc.name}").status_code == 403
	assert http.get(doc.papers[0].file).status_code == 403
	with as_user(strangers.clerk), pytest.raises(frappe.PermissionError):
		online_at_counter.filled_in(doc.name)
	with as_user(team.clerk):
		online_applications.pass_on(doc.name, builders.VILLAGE_B)
	with as_user(strangers.clerk):
		assert online_at_counter.filled_in(doc.name)["case"]["division"] == builders.VILLAGE_B


def test_nobody_writes_one_at_the_desk_or_changes_what_the_citizen_wrote(visitor, team, client):
	_code, doc = sent(visitor)
	http = client(team.clerk)
	assert http.put(
		f"/api/resource/{ONLINE}/{doc.name}", need_text="改写", status="Taken Over"
	).status_code in (
		200,
		403,
		417,
	)
	frappe.db.rollback()
	assert (doc.reload().need_text, doc.status) == (form()["content"], "Online Received")
	assert (
		http.post(f"/api/resource/{ONLINE}", applicant_name="造", division=builders.VILLAGE_A).status_code
		!= 200
	)
	guest = client("Guest")
	path = "/api/method/socaid_app.assistance_intake.online_at_counter.filled_in"
	assert guest.post(path, name=doc.name).status_code == 403
	assert guest.get(f"/api/resource/{ONLINE}/{doc.name}").status_code == 403


def test_who_belongs_to_another_county_is_told_which_and_the_numbers_go(visitor, team, as_user):
	code, doc = sent(visitor)
	with as_user(team.clerk):
		online_applications.refer_elsewhere(doc.name, "东辽县渭津镇人民政府便民服务大厅")
	frappe.db.commit()
	page = visitor.look(code)
	assert "东辽县渭津镇人民政府便民服务大厅" in page.text and "撤回申请" not in page.text
	assert not online_applications.full_numbers(doc.reload())


# --- following ----------------------------------------------------------------------------------------------------
def test_a_wrong_code_and_a_wrong_tail_get_the_same_answer_and_then_a_wait(visitor):
	code, _doc = sent(visitor)
	plain = lambda text: re.sub(r'value="[^"]*"', "", text)  # noqa: E731
	unknown, wrong = visitor.look("AAAA-BBBB-CCCC"), visitor.look(code, "0000")
	assert (unknown.status_code, wrong.status_code) == (404, 404)
	assert plain(unknown.text) == plain(wrong.text)
	for _guess in range(4):
		last = visitor.look(code, "0001")
	assert last.status_code == 429


def test_nothing_personal_stands_on_the_page_of_the_state(visitor):
	code, doc = sent(visitor)
	page = visitor.look(code.lower().replace("-", " "))
	assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
	for word in ("网申户主", "网申配偶", doc.members[0].id_number, "13900005678", "三组18号", "重病"):
		assert word not in page.text


def test_who_came_to_the_counter_follows_the_case_with_the_code_on_the_acceptance_notice(visitor, site):
	team = builders.make_team()
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	printed = case_codes.tracking_code(case)
	assert case.tracking_hash and printed["with_tail"] in (True, False)
	notice = frappe.get_print(APPLICATION, case.name, "Acceptance Notice", no_letterhead=1)
	assert printed["code"] in notice
	tail = (
		tracking_codes.tail_of(sensitive.full_value(case.applicant, "phone")) if printed["with_tail"] else ""
	)
	frappe.db.commit()
	page = visitor.look(printed["code"], tail)
	assert "已经受理" in page.text and case.applicant_name not in page.text
	# a case of before has the same code after the patch
	frappe.db.set_value(APPLICATION, case.name, "tracking_hash", None, update_modified=False)
	codes_of_open_cases.execute()
	assert frappe.db.get_value(APPLICATION, case.name, "tracking_hash") == case.tracking_hash
	frappe.db.commit()
	# a change of the family is reported with the same code, and answered there
	changed = {"action": "change", "kind": "Death", "content": "祖母上个月去世了。"}
	assert "变化已经报告" in visitor.look(printed["code"], tail, **changed).text
	visitor.look(printed["code"], tail, **changed)
	frappe.db.rollback()
	fingerprint = tracking_codes.fingerprint(printed["code"], tail)
	reports = frappe.get_all("Change Report", {"tracking_hash": fingerprint}, ["household", "due_on"])
	assert [row.household for row in reports] == [case.household] and reports[0].due_on


def test_the_citizen_withdraws_before_it_is_taken_over_and_not_after(visitor, team, as_user):
	code, doc = sent(visitor)
	assert visitor.look(code, action="withdraw").status_code == 422
	assert "已经撤回" in visitor.look(code, action="withdraw", sure="1").text
	frappe.db.rollback()
	assert doc.reload().status == "Withdrawn by Citizen" and not online_applications.full_numbers(doc)
	with as_user(team.clerk), pytest.raises(OnlineRefused):
		online_at_counter.filled_in(doc.name)


def test_what_never_became_a_case_goes_with_its_papers_after_the_days_of_the_log_settings(
	visitor, team, as_user
):
	code, doc = sent(visitor, **{f"paper_{place_of(PAPERS)}": (io.BytesIO(PIXEL), "证.png")})
	_code, waiting = sent(visitor)
	settings = frappe.get_doc("Log Settings")
	settings.add_default_logtypes()
	assert next(row.days for row in settings.logs_to_clear if row.ref_doctype == ONLINE)
	visitor.look(code, action="withdraw", sure="1")
	frappe.db.rollback()
	for name in (doc.name, waiting.name):
		frappe.db.set_value(ONLINE, name, "modified", add_days(today(), -200), update_modified=False)
	with as_user(team.clerk), pytest.raises(OnlineRefused):
		frappe.delete_doc(ONLINE, doc.name, ignore_permissions=True)
	online_applications.clear(180)
	assert not frappe.db.exists(ONLINE, doc.name)
	assert not frappe.db.exists("File", {"attached_to_name": doc.name})
	assert not frappe.db.exists("Deleted Document", {"deleted_name": doc.name})
	assert frappe.db.exists(ONLINE, waiting.name), "the office still owes an answer"
