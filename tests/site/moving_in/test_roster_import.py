"""A list of the old system becomes households, persons and benefits: checked, reviewed by another, written, undone."""

import base64
import json
from types import SimpleNamespace

import frappe
import pytest
from frappe.utils import add_days, add_months, flt, getdate, today
from python_calamine import CalamineWorkbook

from socaid_app.casework import background, due_rules
from socaid_app.casework.duties import NotYourDuty
from socaid_app.means_testing.payments import list_drafting
from socaid_app.moving_in import roster_checking, roster_jobs, roster_remarks, roster_steps, roster_undoing
from socaid_app.moving_in import roster_records as rosters
from socaid_app.permissions import sensitive
from socaid_app.socaid_app import entitlements, registry, rules
from socaid_app.socaid_app.report.monthly_roll import monthly_roll
from tests import builders
from tests.builders import TODAY, TOWNSHIP_B, acting_as, payments
from tests.builders import rosters as make
from tests.builders.parallel import at_once

# What no two records have alike, and the calculation that stayed in the old system.
OWN = {
	"name",
	"creation",
	"modified",
	"owner",
	"modified_by",
	"parent",
	"basis_snapshot",
	"paid_elsewhere_until",
}
TABLES = (
	"Recipient",
	"Recipient Household",
	"Household Member",
	"Household Event",
	"Entitlement",
	"Entitlement Share",
)


@pytest.fixture
def who(site):
	return make.team()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
	"""Two families at a time, so that every test goes through several chunks."""
	monkeypatch.setattr(rosters, "CHUNK", 2)
	monkeypatch.setattr(roster_undoing, "CHUNK", 2)


def counts() -> dict[str, int]:
	return {doctype: frappe.db.count(doctype) for doctype in (*TABLES, sensitive.VAULT)}


# --- checking -----------------------------------------------------------------------------------------------------
def test_the_columns_are_understood_when_the_file_is_attached(who):
	made = make.new(who, make.couple())
	meanings = {row.heading: row.meaning for row in made.meanings}
	assert meanings["村"] == "Village" and meanings["户月保障金额"] == "Amount of the Household (yuan/month)"


def test_what_a_column_means_is_remembered_for_the_next_file_of_the_system(who):
	lines = make.couple()
	headings = [name if name != "姓名" else "A0101" for name in make.HEADINGS]
	lines = [{**line, "A0101": line["姓名"]} for line in lines]
	made = make.new(who, make.as_csv(lines, headings), former_system="旧系统甲")
	with acting_as(who.officer):
		with pytest.raises(rosters.RosterRefused, match="姓名"):
			roster_steps.check(made.name)
		next(row for row in made.meanings if row.heading == "A0101").meaning = "Name of the Person"
		made.save()
		roster_steps.check(made.name)
		make.work(made)
	assert made.status == rosters.CHECKED and made.rows_ready == 2
	again = make.new(who, make.as_csv(lines, headings), former_system="旧系统甲")
	assert [row.meaning for row in again.meanings if row.heading == "A0101"] == ["Name of the Person"]
	other = make.new(who, make.as_csv(lines, headings), former_system="旧系统乙")
	assert [row.meaning for row in other.meanings if row.heading == "A0101"] == [""]


def test_a_dry_run_counts_and_writes_nothing(who):
	before = counts()
	good, bad = make.couple("1"), make.couple("2")
	bad[1]["身份证号"] = bad[1]["身份证号"][:17]
	alone = [make.row("3", "李小二", make.number(), 救助类别="特困分散供养", 户月保障金额="611")]
	made = make.checked(who, good + bad + alone)
	assert made.status == rosters.CHECKED
	assert (made.rows_total, made.rows_ready, made.rows_stopped) == (5, 4, 1)
	assert (made.households, made.persons, made.benefits) == (3, 4, 2)
	assert flt(made.monthly_total) == 1311
	assert "身份证号：1行" in made.problem_kinds
	assert counts() == before


def test_a_file_that_is_no_roster_goes_back_with_the_reason(who):
	made = make.new(who, make.couple())
	file = frappe.get_doc("File", {"file_url": made.roster_file, "attached_to_name": made.name})
	with open(file.get_full_path(), "wb") as disk:
		disk.write('姓名,身份证号\r\n"张"三,1\r\n'.encode())
	with acting_as(who.officer):
		roster_steps.check(made.name)
		make.work(made)
	assert made.status == rosters.DRAFTED and "引号" in made.report


def test_the_remarks_are_in_the_same_rows_of_the_same_file(who):
	lines = make.couple()
	lines[1]["身份证号"] = "2.20422196307091E+17"
	lines[0]["家庭住址"] = "=HYPERLINK(1)"
	made = make.checked(who, lines)
	with acting_as(who.officer):
		answer = roster_remarks.remarks_file(made.name)
		shown = roster_remarks.rows_in_trouble(made.name)
	path = f"/tmp/{frappe.generate_hash(length=8)}.xlsx"
	with open(path, "wb") as disk:
		disk.write(base64.b64decode(answer["content"]))
	read = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
	assert read[0][-1] == "备注/问题" and read[2][1] == "王秀英"
	assert "表格软件" in read[2][-1] and "公式" in read[1][-1]
	assert shown["total"] == 2 and any("身份证号" in said for said in shown["rows"][1]["said"])
	assert frappe.db.exists(
		"Sensitive Access Log", {"reference_name": made.name, "action": "Export", "user": who.officer}
	)


@pytest.mark.parametrize("known", [True, False])
def test_a_family_that_moves_in_is_not_overdue_for_the_reviews_of_the_old_system(who, known):
	start, last = add_months(getdate(today()), -40).replace(day=1), add_days(today(), -20)
	more = {"最近复核日期": str(last)} if known else {}
	lines = make.couple("1", 起始月份=f"{start:%Y-%m}", **more)
	make.written(who, make.as_csv(lines, [*make.HEADINGS, "最近复核日期"]))
	home = frappe.db.get_value("Household Member", {"recipient": make.person(lines[0]["身份证号"])}, "parent")
	due = frappe.db.get_value("Recipient Household", home, "next_review_on")
	months = int(rules.parameters().get("jilin_review_general_months", start))
	if known:
		assert due == add_months(getdate(last), months)
	else:
		assert getdate(today()) <= due < add_months(getdate(today()), months) and due.day == 1


# --- review and writing -------------------------------------------------------------------------------------------
def test_another_person_reviews_what_was_handed_over(who):
	made = make.checked(who, make.couple())
	with acting_as(who.officer):
		roster_steps.hand_over(made.name)
		with pytest.raises(NotYourDuty, match="准备名册的人"):
			roster_steps.approve(made.name, "同意")
	with acting_as(builders.make_user("Township Officer")):
		with pytest.raises(frappe.PermissionError):
			roster_steps.approve(made.name, "同意")


def test_what_is_handed_over_is_reviewed_by_a_day(who):
	made = make.checked(who, make.couple())
	with acting_as(who.officer):
		roster_steps.hand_over(made.name)
	assert getdate(made.reload().review_due_on) == rules.workdays_after("roster_review_days")
	filters = due_rules.rule("roster_review").overdue_filters()
	assert made.name not in frappe.get_all(rosters.DOCTYPE, filters=filters, pluck="name")
	made.db_set("review_due_on", add_days(today(), -1))
	assert made.name in frappe.get_all(rosters.DOCTYPE, filters=filters, pluck="name")
	with acting_as(who.reviewer):
		roster_steps.send_back(made.name, "先核对金额")
	assert made.name not in frappe.get_all(rosters.DOCTYPE, filters=filters, pluck="name")


def test_the_corrected_file_takes_the_place_of_the_first_one(who):
	lines = make.couple()
	made = make.checked(who, [lines[0], {**lines[1], "身份证号": "1"}])
	assert made.rows_stopped == 1
	with acting_as(who.officer):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "更正.csv", "content": make.as_csv(lines), "is_private": 1}
		).insert()
		roster_steps.correct(made.name, file.file_url)
		roster_steps.check(made.name)
		make.work(made)
	assert (made.rows_ready, made.rows_stopped) == (2, 0)


def test_nothing_is_handed_over_without_the_month_paid_so_far(who):
	made = make.checked(who, make.couple(), paid_through=None)
	with acting_as(who.officer), pytest.raises(rosters.RosterRefused, match="原系统已发放至"):
		roster_steps.hand_over(made.name)


def test_a_household_imported_equals_one_entered_by_hand(who):
	imported, typed = make.couple("1"), make.couple("2")
	make.written(who, imported)
	with acting_as(who.reviewer):
		persons = [
			registry.enter_person(
				{
					"full_name": line["姓名"],
					"id_number": line["身份证号"],
					"division": line["村"],
					"address": line["家庭住址"],
					"phone": line.get("联系电话"),
					"bank_name": line["开户行"],
					"bank_account": line["银行卡号"],
				}
			)
			for line in typed
		]
		home = registry.enter_household(
			{
				"head": persons[0].name,
				"division": typed[0]["村"],
				"area": "Rural",
				"address": typed[0]["家庭住址"],
				"members": [
					{"recipient": person.name, "kinship": kinship, "joined_on": "2025-03-01"}
					for person, kinship in zip(persons, ("02", "12"), strict=True)
				],
			}
		)
		entitlements.grant(
			category="农村低保",
			household=home.name,
			recipient=persons[0].name,
			division=home.division,
			area="Rural",
			amount=700,
			start_month="2025-03-01",
			shares=[{"recipient": person.name, "share": 350} for person in persons],
			application=None,
			decided_on="2025-03-01",
			snapshot={},
			member_count=2,
		)
	ours, theirs = _family(imported), _family(typed)
	for doctype, stored in theirs.items():
		assert len(ours[doctype]) == len(stored)
		for one, other in zip(ours[doctype], stored, strict=True):
			different = {field: (one[field], other[field]) for field in other if one[field] != other[field]}
			assert different == {}, doctype


def _family(lines) -> dict:
	"""Everything stored of a family but names, moments and what belongs to one person alone."""
	names = [make.person(line["身份证号"]) for line in lines]
	home = frappe.db.get_value("Household Member", {"recipient": names[0]}, "parent")
	paid = frappe.db.get_value("Entitlement", {"household": home}, "name")
	plain = {name: f"person {at}" for at, name in enumerate(names)} | {home: "home", paid: "paid"}
	plain |= {line["身份证号"]: "number" for line in lines} | {line["银行卡号"]: "account" for line in lines}
	plain |= {
		mask: "mask"
		for line in lines
		for mask in (
			sensitive.mask("id_number", line["身份证号"]),
			sensitive.mask("bank_account", line["银行卡号"]),
		)
	}
	wanted = {
		"Recipient": {"name": ["in", names]},
		"Recipient Identity": {"recipient": ["in", names]},
		"Recipient Household": {"name": home},
		"Household Member": {"parent": home},
		"Household Event": {"household": home},
		"Entitlement": {"name": paid},
		"Entitlement Share": {"parent": paid},
	}
	found = {}
	for doctype, filters in wanted.items():
		stored = frappe.get_all(doctype, filters=filters, fields=["*"], order_by="creation, idx, name")
		stored.sort(key=lambda one: (one.idx, str(one.get("recipient") or one.name)))
		found[doctype] = [
			{field: plain.get(value, value) for field, value in one.items() if field not in OWN | {"turn"}}
			for one in stored
		]
	return found


def test_what_was_written_is_on_the_roll_and_not_paid_twice(who):
	lines = make.couple()
	made = make.written(who, lines, paid_through=add_months(str(TODAY), -1))
	assert made.status == rosters.WRITTEN
	assert (made.households_written, made.persons_written, made.benefits_written) == (1, 2, 1)
	(paid,) = make.benefits(lines[0]["身份证号"])
	month = getdate(str(TODAY)).replace(day=1)
	roll = [
		dict(zip(monthly_roll.DETAIL, row, strict=True)) for row in monthly_roll.detail(month, frappe._dict())
	]
	assert [(row["name"], flt(row["amount"])) for row in roll if row["name"] == paid.name] == [
		(paid.name, 700)
	]
	assert list_drafting._settled([paid.name]) == {
		paid.name: getdate(add_months(str(TODAY.replace(day=1)), -1))
	}


def test_the_payment_list_begins_after_the_month_the_old_system_has_paid(who):
	team = payments.payment_team()
	for doctype in ("Entitlement", "Entitlement Share", "Payment List", "Payment Line"):
		frappe.db.delete(doctype)
	payments.paid_household(500, payments.month(-3))
	payments.released(team, month=payments.month(-2))
	lines = make.couple()
	make.written(who, lines, paid_through=payments.month(-1))
	drafted = payments.new_list(team)
	payments.draft(team, drafted)
	(line,) = [one for one in payments.lines(drafted) if one.recipient == make.person(lines[0]["身份证号"])]
	assert (flt(line.amount), flt(line.arrears), flt(line.net)) == (700, 0, 700)


def test_numbers_do_not_stay_behind_in_what_waited(who):
	made = make.written(who, make.couple())
	assert [row.content for row in make.rows(made).values()] == [None, None]
	assert all(row.recipient and row.household for row in make.rows(made).values())


def test_a_stopped_member_comes_with_the_corrected_file_and_then_the_benefit(who):
	lines = make.couple()
	wrong = [lines[0], {**lines[1], "身份证号": lines[1]["身份证号"][:17]}]
	made = make.written(who, wrong)
	assert (made.persons_written, made.benefits_written) == (1, 0)
	head = make.person(lines[0]["身份证号"])
	assert not make.benefits(lines[0]["身份证号"])
	again = make.written(who, lines)
	assert (again.rows_there, again.persons_written, again.households_written, again.benefits_written) == (
		0,
		1,
		0,
		1,
	)
	(home,) = registry.households_of(head)
	stored = frappe.get_doc("Recipient Household", home)
	assert stored.member_count == 2 and [row.idx for row in stored.members] == [1, 2]
	assert stored.current_amount == 700 and stored.standing == "In Benefit"
	third = make.checked(who, lines)
	assert (third.rows_there, third.rows_ready, third.rows_stopped) == (2, 0, 0)
	with acting_as(who.officer), pytest.raises(rosters.RosterRefused):
		roster_steps.hand_over(third.name)


def test_a_person_in_another_household_or_with_another_benefit_stops(who):
	known = builders.make_household()
	head = frappe.get_doc("Recipient", known.head)
	full = sensitive.full_value(head.name, "id_number")
	builders.grant_benefit(known, "特困-分散", 600, "2025-01-01")
	lines = make.couple()
	lines[1] |= {"姓名": head.full_name, "身份证号": full, "与户主关系": "其他"}
	made = make.checked(who, lines)
	(stopped,) = [row for row in make.rows(made).values() if row.status == rosters.STOPPED]
	kinds = {each.kind for each in rosters.problems_of(stopped.problems)}
	assert {"已在另一户", "待遇重复或冲突"} <= kinds


def test_what_changed_between_check_and_review_stops_the_row(who):
	lines = make.couple()
	made = make.checked(who, lines)
	with acting_as(who.officer):
		roster_steps.hand_over(made.name)
	registry.enter_person(
		{"full_name": "另一人", "id_number": lines[1]["身份证号"], "division": lines[1]["村"]}
	)
	with acting_as(who.reviewer):
		roster_steps.approve(made.name, "同意")
		make.work(made)
	assert (made.persons_written, made.benefits_written) == (1, 0)
	assert make.rows(made)[3].status == rosters.STOPPED


# --- killed -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("job", ["check", "write", "undo"])
def test_a_job_that_was_killed_goes_on_to_the_same_result(who, job, monkeypatch):
	lines = [line for number in range(1, 6) for line in make.couple(str(number))]
	if job == "check":
		made = make.new(who, lines)
		with acting_as(who.officer):
			roster_steps.check(made.name)
	else:
		made = make.checked(who, lines)
		with acting_as(who.officer):
			roster_steps.hand_over(made.name)
		if job == "write":
			with acting_as(who.reviewer):
				roster_steps.approve(made.name, "同意")
		else:
			with acting_as(who.reviewer):
				roster_steps.approve(made.name, "同意")
				make.work(made)
				roster_steps.undo(made.name, "导错")
	state = frappe.db.get_value(rosters.DOCTYPE, made.name, "status")
	chunk = roster_jobs.CHUNKS[state]
	chunk(made.name, {})
	frappe.db.savepoint("kept")
	keep = background.keep

	def killed(doc, **values):
		keep(doc, **values)
		raise KeyboardInterrupt

	monkeypatch.setattr(background, "keep", killed)
	with pytest.raises(KeyboardInterrupt):
		chunk(made.name, {})
	frappe.db.rollback(save_point="kept")
	monkeypatch.setattr(background, "keep", keep)
	make.work(made)
	there = [make.person(line["身份证号"]) for line in lines]
	if job == "check":
		assert (made.rows_ready, made.households, made.benefits) == (10, 5, 5)
		assert len(make.rows(made)) == 10
	elif job == "write":
		assert (made.persons_written, made.households_written, made.benefits_written) == (10, 5, 5)
		assert all(there) and len(set(there)) == 10
		assert all(len(make.benefits(line["身份证号"])) == 1 for line in lines[::2])
	else:
		assert made.status == rosters.UNDONE and not any(there) and made.rows_reversed == 10


# --- undone -------------------------------------------------------------------------------------------------------
def test_an_import_that_nobody_used_leaves_no_trace_but_the_log(who):
	before = counts()
	lines = make.couple("1") + make.couple("2") + make.couple("3")
	made = make.written(who, lines)
	assert counts() != before
	make.undone(who, made)
	assert (made.status, made.rows_reversed, made.rows_kept) == (rosters.UNDONE, 6, 0)
	assert counts() == before and not make.rows(made)
	assert frappe.db.exists("Comment", {"reference_name": made.name, "content": ["like", "%撤销导入%"]})
	again = make.written(who, lines)
	assert again.persons_written == 6 and again.benefits_written == 3


def test_a_family_that_was_used_since_stays_with_the_reason(who):
	lines = make.couple("1") + make.couple("2") + make.couple("3")
	made = make.written(who, lines)
	wife = make.person(lines[1]["身份证号"])
	frappe.get_doc(
		{"doctype": "ToDo", "description": "核对", "reference_type": "Recipient", "reference_name": wife}
	).insert()
	head = frappe.get_doc("Recipient", make.person(lines[2]["身份证号"]))
	frappe.db.set_value("Recipient", head.name, "health", "Serious Illness")
	frappe.db.set_value("Recipient", head.name, "modified", "2026-11-27 23:59:00")
	make.undone(who, made)
	assert (made.rows_reversed, made.rows_kept, made.rows_failed) == (2, 4, 0)
	assert make.person(lines[0]["身份证号"]) and not make.person(lines[4]["身份证号"])
	kept = make.rows(made)
	assert wife in kept[2].reason and head.name in kept[4].reason
	assert len(make.benefits(lines[0]["身份证号"])) == 1
	with acting_as(who.reviewer):
		said = roster_remarks.rows_in_trouble(made.name)
	assert said["total"] == 4


def test_whoever_joined_an_older_household_leaves_it_again(who):
	lines = make.couple()
	first = make.written(who, [lines[0], {**lines[1], "身份证号": "1"}])
	second = make.written(who, lines)
	make.undone(who, second)
	home = frappe.get_doc("Recipient Household", make.rows(first)[2].household)
	assert (home.member_count, len(home.members), flt(home.current_amount)) == (1, 1, 0)
	assert home.standing == "Never in Benefit" and not make.person(lines[1]["身份证号"])


def test_after_it_is_closed_nothing_is_undone(who):
	made = make.written(who, make.couple())
	with acting_as(who.reviewer):
		roster_steps.close(made.name)
		with pytest.raises(rosters.RosterRefused):
			roster_steps.undo(made.name, "导错")
	assert not make.rows(made)


# --- who sees it --------------------------------------------------------------------------------------------------
def test_another_township_neither_sees_nor_imports_what_is_not_its_own(who):
	made = make.checked(who, make.couple())
	stranger = builders.make_user("Data Officer", TOWNSHIP_B)
	with acting_as(stranger):
		assert made.name not in frappe.get_list(rosters.DOCTYPE, pluck="name")
		for ask in (roster_remarks.rows_in_trouble, roster_remarks.remarks_file, roster_steps.check):
			with pytest.raises(frappe.PermissionError):
				ask(made.name)
		with pytest.raises(frappe.PermissionError):
			frappe.get_list(rosters.ROW)
	with acting_as(who.officer), pytest.raises(frappe.PermissionError):
		frappe.get_list(rosters.ROW)
	with pytest.raises(frappe.PermissionError):
		make.new(SimpleNamespace(officer=stranger), make.couple())


def test_rest_opens_no_other_way_into_an_import(who, client):
	made = make.checked(who, make.couple(), title=f"名册{builders.digits()}")
	frappe.db.commit()
	officer = client(who.officer)
	name = f"{made.name}-000002"
	assert officer.get(f"/api/resource/Roster Import Row/{name}").status_code == 403
	assert officer.get("/api/resource/Roster Import Row").status_code == 403
	assert officer.put(f"/api/resource/Roster Import/{made.name}", status=rosters.HANDED).status_code in (
		200,
		417,
	)
	assert frappe.db.get_value(rosters.DOCTYPE, made.name, "status") == rosters.CHECKED
	assert officer.put(
		f"/api/resource/Roster Import/{made.name}", roster_file="/private/files/x.csv"
	).status_code in (403, 417)
	answer = officer.get(
		"/api/method/socaid_app.moving_in.roster_remarks.rows_in_trouble", roster_import=made.name
	)
	assert answer.status_code == 200 and json.loads(answer.data)["message"]["total"] == 0
	frappe.db.delete(rosters.ROW, {"roster_import": made.name})
	frappe.db.delete(rosters.DOCTYPE, {"name": made.name})
	frappe.db.commit()


# --- two at once --------------------------------------------------------------------------------------------------
def test_two_imports_of_one_family_at_once_enter_it_once(who):
	lines = make.couple()
	made = []
	for _import in range(2):
		one = make.checked(who, lines)
		with acting_as(who.officer):
			roster_steps.hand_over(one.name)
		with acting_as(who.reviewer):
			roster_steps.approve(one.name, "同意")
		made.append(one)
	outcomes = at_once(*(lambda name=one.name: roster_jobs.CHUNKS[rosters.WRITING](name, {}) for one in made))
	assert sorted(map(bool, [isinstance(each, Exception) for each in outcomes])) == [False, True]
	frappe.db.rollback()
	for one in made:
		make.work(one)
	assert sorted(one.persons_written for one in made) == [0, 2]
	assert len(make.benefits(lines[0]["身份证号"])) == 1
	for one in made:
		if one.persons_written:
			make.undone(who, one)
	frappe.db.commit()


def test_the_job_tries_again_what_somebody_else_was_writing():
	assert roster_jobs._is_of_another(frappe.QueryDeadlockError())
	assert not roster_jobs._is_of_another(ValueError())


def test_the_fields_of_persons_are_asked_as_the_form_asks_them(who, monkeypatch):
	monkeypatch.setattr(roster_checking.roster_register, "mandatory", lambda doctype: {"phone": "电话"})
	made = make.checked(who, make.couple())
	assert made.rows_stopped == 1 and "电话" in make.rows(made)[3].problems
