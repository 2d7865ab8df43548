"""A new county moves in: villages and staff from files with a remark at each row, and a checklist that looks up what is done."""

import json
import os
import subprocess
import sys

import frappe
import pytest

from socaid_app.moving_in import onboarding, onboarding_imports
from socaid_app.moving_in.onboarding import NothingToConfirm
from socaid_app.moving_in.onboarding_imports import DIVISIONS, STAFF, OnboardingRefused
from socaid_app.moving_in.reconciliation_records import CLOSED, RECONCILIATION
from socaid_app.patches.v1_0 import counties_at_work
from tests import builders
from tests.builders import comparisons
from tests.builders import reconciliations as lists

COUNTY = "220422000000"
# No other test writes there; each kill has its own villages.
TOWNSHIP = "220422106"


@pytest.fixture
def administrator(site):
	return builders.make_user(("Socaid Administrator", "System Manager"))


def imported(user: str, kind: str, *lines: str, encoding: str = "utf-8"):
	with builders.acting_as(user):
		doc = frappe.get_doc({"doctype": onboarding_imports.DOCTYPE, "kind": kind}).insert()
		file = comparisons.stored("\n".join(lines).encode(encoding))
		onboarding_imports.check_file(doc.name, file.file_url)
	return doc.reload()


def written(doc, user: str):
	with builders.acting_as(user):
		onboarding_imports.write(doc.name)
	onboarding_imports.run(doc.name)
	return doc.reload()


def outcomes(doc) -> list[str]:
	return [row.outcome for row in doc.rows]


@pytest.fixture(autouse=True)
def county(site):
	frappe.db.set_single_value("Socaid Settings", "county_division", COUNTY)
	# the browser tests put it away
	frappe.db.set_single_value(onboarding.DOCTYPE, "dismissed_by", None)


@pytest.fixture
def no_commit(monkeypatch):
	"""The job stores each chunk; here the test takes all of it back."""
	monkeypatch.setattr(frappe.db, "commit", lambda: None)


# --- divisions -----------------------------------------------------------------------------------------------------
VILLAGES = ("区划代码,名称,级别,城乡", f"{TOWNSHIP}201,东安村,村,农村", f"{TOWNSHIP}001,安恕社区,社区,城镇")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_villages_are_a_trial_first_and_stand_in_the_tree_after(administrator, no_commit, encoding):
	doc = imported(administrator, DIVISIONS, *VILLAGES, encoding=encoding)
	assert outcomes(doc) == ["To Be Written"] * 2 and not frappe.db.exists(
		"Administrative Division", f"{TOWNSHIP}201"
	)
	doc = written(doc, administrator)
	assert (doc.status, doc.written, outcomes(doc)) == ("Import Written", 2, ["Written"] * 2)
	village = frappe.get_doc("Administrative Division", f"{TOWNSHIP}201")
	assert (village.level, village.area, village.parent_administrative_division) == (
		"Village",
		"Rural",
		f"{TOWNSHIP}000",
	)
	town = frappe.get_doc("Administrative Division", f"{TOWNSHIP}000")
	assert town.lft < village.lft < village.rgt < town.rgt


def test_the_same_file_again_writes_nothing(administrator, no_commit, as_user):
	written(imported(administrator, DIVISIONS, *VILLAGES), administrator)
	again = imported(administrator, DIVISIONS, *VILLAGES)
	assert outcomes(again) == ["Already There"] * 2
	with as_user(administrator), pytest.raises(OnboardingRefused, match="没有需要写入"):
		onboarding_imports.write(again.name)


def test_one_wrong_row_writes_none_and_says_which(administrator, as_user):
	doc = imported(administrator, DIVISIONS, *VILLAGES, "220421106202,西安村,村,农村")
	assert (doc.to_write, doc.refused) == (2, 1) and "不属于本县" in doc.rows[2].remark
	with as_user(administrator), pytest.raises(OnboardingRefused, match="有1行不能写入"):
		onboarding_imports.write(doc.name)
	assert not frappe.db.exists("Administrative Division", f"{TOWNSHIP}201")


def test_a_file_without_its_columns_is_refused_in_words(administrator):
	with pytest.raises(OnboardingRefused, match="区划代码"):
		imported(administrator, DIVISIONS, "编号,地名", "1,东安村")


def test_a_clerk_imports_nothing(site, as_user):
	clerk = builders.make_user("County Reviewer")
	with as_user(clerk), pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": onboarding_imports.DOCTYPE, "kind": DIVISIONS}).insert()


def test_what_became_of_a_row_is_not_written_by_hand(administrator, as_user):
	doc = imported(administrator, DIVISIONS, *VILLAGES)
	with as_user(administrator):
		doc.rows[0].outcome, doc.to_write, doc.status = "Written", 0, "Import Written"
		doc.save()
	assert doc.reload().status == "Import Read" and outcomes(doc) == ["To Be Written"] * 2


KILLED = """
import os, sys
import frappe
frappe.init(site=sys.argv[1], sites_path=sys.argv[2])
frappe.connect()
from socaid_app.moving_in import onboarding_imports
onboarding_imports.AT_ONCE = 2
real, calls = onboarding_imports._make_division, []
def once(one):
	calls.append(1)
	if len(calls) == 4:
		os._exit(9)
	return real(one)
onboarding_imports._make_division = once
onboarding_imports.run(sys.argv[3])
"""


def test_a_job_killed_on_the_way_goes_on_with_the_next_row(administrator):
	lines = [f"{TOWNSHIP}4{at:02d},断点{'一二三四五六'[at]}村,村,农村" for at in range(6)]
	doc = imported(administrator, DIVISIONS, VILLAGES[0], *lines)
	with builders.acting_as(administrator):
		onboarding_imports.write(doc.name)
	frappe.db.commit()
	killed = subprocess.run(
		[sys.executable, "-c", KILLED, frappe.local.site, os.environ["SITES_PATH"], doc.name],
		check=False,
		cwd=os.environ["SITES_PATH"],
	)
	frappe.db.rollback()
	assert killed.returncode == 9
	doc.reload()
	assert (doc.status, doc.written) == ("Import Being Written", 2), "the chunk that was killed is not there"
	onboarding_imports.run(doc.name)
	doc.reload()
	assert (doc.status, doc.written, set(outcomes(doc))) == ("Import Written", 6, {"Written"})
	there = frappe.get_all(
		"Administrative Division", {"name": ["like", f"{TOWNSHIP}4%"]}, pluck="name", order_by="name"
	)
	assert len(there) == 6


# --- staff ---------------------------------------------------------------------------------------------------------
HEAD = "姓名,账号,岗位,所属地区,手机"


def test_accounts_have_duties_and_places_and_no_password(administrator, no_commit):
	doc = imported(
		administrator,
		STAFF,
		HEAD,
		"李经办,li.jingban@example.invalid,乡镇经办人员,甲山乡,",
		"赵审核,zhao.shenhe@example.invalid,县级审核人员、数据核对员,,",
	)
	assert outcomes(doc) == ["To Be Written"] * 2, [row.remark for row in doc.rows]
	doc = written(doc, administrator)
	assert doc.status == "Import Written"
	clerk = frappe.get_doc("User", "li.jingban@example.invalid")
	assert clerk.enabled and clerk.user_type == "System User"
	assert {row.role for row in clerk.roles} >= {"Township Officer"} and clerk.first_name == "李经办"
	assert frappe.db.get_value("User Permission", {"user": clerk.name}, "for_value") == builders.TOWNSHIP_A
	assert not frappe.db.exists("User Permission", {"user": "zhao.shenhe@example.invalid"})
	passwords = frappe.db.sql(
		"select name from `__Auth` where doctype = 'User' and name like '%.jing%@example.invalid'"
	)
	assert not passwords
	mails = " ".join(
		map(str, frappe.get_all("Email Queue", fields=["message"], order_by="creation", limit=5))
	)
	assert "密码是" not in mails and "Password:" not in mails


def test_who_is_there_is_left_alone_and_wrong_rows_say_why(administrator, as_user):
	known = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	doc = imported(
		administrator,
		STAFF,
		HEAD,
		f"别名,{known},县级审批人员,,",
		"王五,wangwu@example.invalid,局长,,",
		"孙六,sunliu@example.invalid,社会救助管理员,,",
	)
	assert outcomes(doc) == ["Already There", "Cannot Be Written", "Cannot Be Written"]
	assert "不认识" in doc.rows[1].remark and "逐个授予" in doc.rows[2].remark
	assert "County Approver" not in frappe.get_roles(known)


def test_accounts_are_made_by_those_who_administer_users(administrator, as_user):
	alone = builders.make_user("Socaid Administrator")
	doc = imported(alone, STAFF, HEAD, "李经办,li.two@example.invalid,乡镇经办人员,甲山乡,")
	with as_user(alone), pytest.raises(frappe.PermissionError, match="系统负责人"):
		onboarding_imports.write(doc.name)


# --- the checklist -------------------------------------------------------------------------------------------------
def step(key: str):
	return next(one for one in onboarding.checklist() if one.key == key)


def test_steps_follow_the_records(administrator, as_user, no_commit):
	divisions = step("divisions")
	assert not divisions.done and "白泉镇" in divisions.state and "另有" in divisions.state
	frappe.db.set_single_value("Socaid Settings", "bureau_address", "")
	frappe.clear_document_cache("Socaid Settings", "Socaid Settings")
	assert not step("offices").done
	settings = frappe.get_doc("Socaid Settings")
	settings.update(
		{"bureau_name": "东辽县民政局", "bureau_phone": "0437-5550000", "bureau_address": "白泉镇"}
	)
	settings.save()
	assert step("offices").done
	assert not step("parameters").done
	before = int(step("parameters").state.split("待核实")[1].split("项")[0])
	name = frappe.get_all(
		"Policy Parameter",
		{"to_be_confirmed": 1, "effective_to": ["is", "not set"]},
		pluck="name",
		order_by="name",
	)[0]
	from socaid_app.socaid_app.doctype.policy_parameter import policy_parameter

	with as_user(administrator):
		policy_parameter.confirm("Policy Parameter", name)
	assert f"待核实{before - 1}项" in step("parameters").state


def test_the_first_roll_is_done_when_its_comparison_is_signed(site):
	officer = builders.make_user("County Reviewer")
	lists.village()
	assert not step("roll").done
	done = lists.begin(officer, "原系统发放名册")
	assert "尚未签字" in step("roll").state
	frappe.db.set_value(
		RECONCILIATION, done.name, {"status": CLOSED, "signed_by": officer, "signed_on": frappe.utils.today()}
	)
	assert step("roll").done


def test_only_what_no_record_says_is_confirmed_by_name_and_never_by_a_click_alone(administrator, as_user):
	with as_user(administrator):
		with pytest.raises(NothingToConfirm):
			onboarding.confirm("divisions", "看过了")
		for head in frappe.get_all("Letter Head", pluck="name", order_by="name"):
			frappe.db.set_value("Letter Head", head, "is_default", 0)
		with pytest.raises(NothingToConfirm):
			onboarding.confirm("letter_head", "看过了")
		frappe.get_doc(
			{
				"doctype": "Letter Head",
				"letter_head_name": "东辽县民政局信头",
				"content": "东辽县民政局",
				"is_default": 1,
			}
		).insert()
		assert not step("letter_head").done
		with pytest.raises(NothingToConfirm, match="核对了什么"):
			onboarding.confirm("letter_head", " ")
		onboarding.confirm("letter_head", "对照印模核对了信头和印章位置")
		assert step("letter_head").done
		row = onboarding.confirmation("letter_head")
		assert (row.confirmed_by, str(row.confirmed_on)) == (administrator, frappe.utils.today())


def test_a_clerk_neither_confirms_nor_puts_it_away(site, as_user):
	clerk = builders.make_user("County Reviewer")
	with as_user(clerk):
		for call in (
			lambda: onboarding.confirm("letter_head", "x"),
			lambda: onboarding.put_away("不用"),
			onboarding.take_up_again,
		):
			with pytest.raises(frappe.PermissionError):
				call()


def test_the_administrator_is_greeted_until_it_is_put_away(administrator, as_user):
	def greeted() -> bool:
		boot = frappe._dict()
		onboarding.greet(boot)
		return bool(boot.get("socaid_onboarding"))

	with as_user(builders.make_user("County Reviewer")):
		assert not greeted()
	with as_user(administrator):
		assert greeted()
		onboarding.put_away("演示站点")
		assert not greeted()
		doc = frappe.get_doc(onboarding.DOCTYPE)
		assert (doc.dismissed_by, doc.dismissal_reason) == (administrator, "演示站点")
		onboarding.take_up_again()
		assert greeted()


def test_nobody_ticks_the_list_by_rest(client):
	administrator = builders.make_user(("Socaid Administrator", "System Manager"))
	browser = client(administrator)
	browser.put(
		f"/api/resource/{onboarding.DOCTYPE}/{onboarding.DOCTYPE}",
		dismissed_by="Administrator",
		confirmations=[{"step": "letter_head", "confirmed_by": "Administrator"}],
	)
	doc = frappe.get_doc(onboarding.DOCTYPE)
	assert not doc.dismissed_by and not doc.confirmations
	answer = browser.get(f"/api/resource/{onboarding.DOCTYPE}/{onboarding.DOCTYPE}")
	assert answer.status_code == 200 and json.loads(answer.get_data())["data"]["name"] == onboarding.DOCTYPE


def test_a_county_at_work_is_not_greeted_after_an_upgrade(site):
	frappe.db.set_single_value(onboarding.DOCTYPE, "dismissed_by", None)
	builders.grant_benefit(builders.make_household())
	counties_at_work.execute()
	assert frappe.db.get_single_value(onboarding.DOCTYPE, "dismissed_by", cache=False)
