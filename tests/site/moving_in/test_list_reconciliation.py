"""A list of another body against the ledger: exactly what was planted is found, each difference is a task to its end, no
benefit changes by it, and what strangers are called by their numbers is kept by nobody."""

import json
import os
import subprocess
import sys

import frappe
import pytest
from frappe.core.doctype.data_import.importer import Importer
from frappe.utils import add_days, add_months, getdate, today

from socaid_app.casework import background, clocks
from socaid_app.casework.steps import StepIncomplete
from socaid_app.moving_in import difference_steps, list_comparing, reconciliation_steps
from socaid_app.moving_in import list_matching as matching
from socaid_app.moving_in.difference_steps import AnotherPersonCloses, DifferenceRefused
from socaid_app.moving_in.list_layouts import ListLayoutIncomplete
from socaid_app.moving_in.reconciliation_records import (
	ADJUSTED,
	CLOSED,
	COMPARED,
	DIFFERENCE,
	ENDED,
	GONE,
	NOT_READ,
	OPEN,
	READING,
	RECONCILIATION,
	RECORDS,
	SENDER_TOLD,
	SIGHTING,
)
from socaid_app.moving_in.reconciliation_steps import ReconciliationRefused
from socaid_app.moving_in.report.no_omission_report import no_omission_report
from tests import builders
from tests.builders import comparisons, parallel
from tests.builders import reconciliations as make


@pytest.fixture
def officer(site):
	make.village()
	return builders.make_user("Township Officer", make.TOWNSHIP)


@pytest.fixture
def approver(site):
	make.village()
	return builders.make_user("Township Approver", make.TOWNSHIP)


def ledger() -> list:
	return frappe.get_all(
		"Entitlement",
		fields=["name", "amount", "status", "end_month", "modified"],
		order_by="name",
		as_list=True,
	)


# --- what is found -------------------------------------------------------------------------------------------------
@pytest.fixture
def planted(officer):
	"""Eight families and a list of them with a difference of each kind; (lines, what has to be found)."""
	equal, gone, amount, name, dead, family, twice, gone_too = (
		make.family(f"户{word}", 400 + at) for at, word in enumerate("一二三四五六七八")
	)
	frappe.db.set_value("Recipient", dead.recipient, "deceased_on", add_months(make.MONTH, -2))
	stranger = make.stranger()
	lines = [
		make.listed(equal),
		make.listed(amount, amount="999"),
		make.listed(name, name="户四乙乙"),
		make.listed(dead),
		make.listed(family, members=5, village="西河村"),
		make.listed(twice),
		make.listed(twice),
		make.listed(gone_too, number="2.20422E+17"),
		stranger,
	]
	found = {
		(matching.ONLY_HERE, gone.recipient_name, ""),
		(matching.ONLY_HERE, gone_too.recipient_name, ""),
		(matching.UNKNOWN, gone_too.recipient_name, ""),
		(matching.DIFFERENT, amount.recipient_name, "金额"),
		(matching.DIFFERENT, name.recipient_name, "姓名"),
		(matching.DIFFERENT, dead.recipient_name, "在世或者去世"),
		(matching.DIFFERENT, family.recipient_name, "村（社区）、家庭人口"),
		(matching.TWICE, twice.recipient_name, ""),
		(matching.ONLY_THERE, stranger["name"], ""),
	}
	return lines, found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "xlsx"])
def test_exactly_what_was_planted_is_found_whatever_the_file_is(planted, officer, encoding):
	lines, found = planted
	before = ledger()
	if encoding == "xlsx":
		done = make.read(make.begin(officer), officer, make.workbook(*lines), "xlsx")
	else:
		done = make.compare(officer, *lines, encoding=encoding)
	assert done.status == COMPARED
	assert make.told(done) == found and done.differences_count == len(found)
	assert (done.rows_read, done.compared, done.equal, done.differing) == (9, 8, 2, 4)
	assert (done.only_here, done.only_there, done.not_identified, done.listed_twice) == (2, 1, 1, 1)
	(place,) = done.places
	assert (place.township, place.compared, place.listed) == (make.TOWNSHIP, 8, 9)
	assert ledger() == before


def test_who_only_shares_a_name_is_told_of_and_joined_with_nobody(planted, officer):
	done = make.compare(officer, *planted[0])
	missing = [one for one in make.differences(done) if one.kind == matching.ONLY_HERE and one.hint]
	assert [one.person_name for one in missing] == ["户八甲"]
	assert "同名不一定是同一个人" in missing[0].hint and "第8行" in missing[0].hint


def test_a_former_number_is_known_and_somebody_without_benefit_is_told_from_a_stranger(officer):
	paid = make.family("户一")
	former = make.listed(paid)["number"]
	person = frappe.get_doc("Recipient", paid.recipient)
	person.id_number = builders.case_id_number("1960-04-05")
	person.save()
	idle = builders.make_person("无待遇人", make.village())
	idle_line = make.stranger("无待遇人", number=comparisons.number(idle.name))
	done = make.compare(officer, make.listed(paid, number=former), idle_line, make.stranger("路人"))
	by_name = {one.person_name: one for one in make.differences(done)}
	assert set(by_name) == {"无待遇人", "路人"} and done.equal == 1
	assert by_name["无待遇人"].recipient == idle.name and "登记在册" in by_name["无待遇人"].register_says
	assert by_name["路人"].recipient is None and "没有登记" in by_name["路人"].register_says


def test_a_list_of_the_bank_knows_people_by_their_accounts(officer):
	one = make.family("户一", 300, account="6212260000000010101")
	two = make.family("户二", 400, account="6212260000000010202")
	lines = [
		{"name": one.recipient_name, "account": "6212 2600 0000 0010 101", "amount": "300"},
		{"name": two.recipient_name, "account": "6212260000000010202", "amount": "450"},
		{"name": "陌生人", "account": "6212260000000010303", "amount": "100"},
	]
	content = make.text(*lines, columns=("name", "account", "amount"))
	done = make.read(make.begin(officer, make.BANK), officer, content)
	assert make.told(done) == {
		(matching.DIFFERENT, two.recipient_name, "金额"),
		(matching.ONLY_THERE, "陌生人", ""),
	}
	(unknown,) = (one for one in make.differences(done) if one.kind == matching.ONLY_THERE)
	assert unknown.number_mask.endswith("0303") and "62122600" not in unknown.number_mask


def test_one_line_per_person_is_held_against_the_shares(officer):
	paid = make.family("户一", 500)
	layout = frappe.copy_doc(frappe.get_doc("List Layout", make.SENT_BY_TOWNSHIP))
	layout.layout_name, layout.per_person = "逐人名单", 1
	layout.insert()
	members = [row.recipient for row in paid.shares]
	lines = [
		make.listed(
			paid,
			name=frappe.db.get_value("Recipient", one, "full_name"),
			number=comparisons.number(one),
			amount="250",
		)
		for one in members
	]
	done = make.compare(officer, *lines, layout=layout.name)
	assert (done.compared, done.equal, done.differences_count) == (2, 2, 0)
	done = make.compare(officer, lines[0], layout=layout.name)
	assert [one.kind for one in make.differences(done)] == [matching.ONLY_HERE]


@pytest.mark.parametrize(
	"line, says",
	[
		({"category": "补贴"}, "“救助类别”：“补贴”"),
		({"amount": "约300"}, "“金额”：“约300”"),
		({"state": "不明"}, "“不明”"),
	],
)
def test_what_cannot_be_read_is_refused_with_its_place_and_nothing_is_kept(officer, line, says):
	done = make.compare(officer, make.stranger(), make.stranger(**line))
	assert done.status == NOT_READ and says in done.report and "第2行" in done.report
	assert not make.differences(done) and done.differences_count == 0


# --- the same next month -------------------------------------------------------------------------------------------
def test_the_same_list_again_and_the_same_difference_next_month_are_the_same_task(officer):
	paid = make.family("户一")
	line = make.listed(paid, amount="999")
	first = make.compare(officer, line, make.stranger(), month=make.MONTH)
	names = {one.name for one in make.differences(first)}
	again = make.compare(officer, line, make.stranger())
	assert {one.name for one in make.differences(again)} >= {
		one.name for one in make.differences(first) if one.recipient
	}
	assert (again.known_count, again.new_count) == (1, 1), "another stranger is another difference"
	(known,) = (one for one in make.differences(again) if one.recipient)
	assert known.name in names and len(known.sightings) == 2
	assert known.reconciliation == again.name


def test_a_stranger_is_known_again_by_the_seal_alone(officer):
	somebody = make.stranger()
	first, second = make.compare(officer, somebody), make.compare(officer, somebody | {"amount": "310"})
	(one,), (other,) = make.differences(first), make.differences(second)
	assert one.name == other.name
	number = somebody["number"]
	for table in (DIFFERENCE, SIGHTING, RECONCILIATION, "Version", "Comment", "ToDo", "Notification Log"):
		for row in frappe.db.sql(f"select * from `tab{table}`"):
			assert number not in " ".join(map(str, row)), table
	assert other.number_mask == f"{number[:2]}{'*' * 13}{number[-3:]}"


def test_what_ended_and_is_there_again_a_month_later_is_a_task_again(officer, approver):
	paid = make.family("户一")
	line = make.listed(paid, amount="999")
	(task,) = make.differences(make.compare(officer, line))
	make.settle(task, officer, approver, ADJUSTED, **adjustment(paid))
	assert task.status == ENDED
	# of the same month it says nothing new
	make.compare(officer, line)
	assert task.reload().status == ENDED
	frappe.db.set_value(DIFFERENCE, task.name, "month", add_months(make.MONTH, -1))
	make.compare(officer, line)
	task.reload()
	assert (task.status, task.times_reopened) == (OPEN, 1)
	assert getdate(task.due_on) == getdate(add_days(today(), 15))


def test_where_the_list_was_wrong_and_says_the_same_it_stays_ended(officer, approver):
	line = make.listed(make.family("户一"), amount="999")
	(task,) = make.differences(make.compare(officer, line))
	make.settle(task, officer, approver, SENDER_TOLD)
	frappe.db.set_value(DIFFERENCE, task.name, "month", add_months(make.MONTH, -1))
	make.compare(officer, line)
	assert task.reload().status == ENDED
	frappe.db.set_value(DIFFERENCE, task.name, "month", add_months(make.MONTH, -1))
	make.compare(officer, line | {"amount": "888"})
	assert task.reload().status == OPEN, "it says something else now"


def test_a_corrected_file_ends_what_nobody_has_begun_with(officer):
	one, two = make.family("户一"), make.family("户二")
	done = make.compare(officer, make.listed(one, amount="999"), make.listed(two, amount="998"))
	first, second = sorted(make.differences(done), key=lambda task: task.person_name)
	with builders.acting_as(officer):
		difference_steps.check(second.name, RECORDS, "查了")
	make.read(done, officer, make.text(make.listed(one), make.listed(two)))
	assert first.reload().status == GONE and second.reload().status == "Difference Checked"
	assert done.reload().differences_count == 0
	assert not frappe.db.exists("ToDo", {"reference_name": first.name, "status": "Open"})


# --- to the end ----------------------------------------------------------------------------------------------------
def adjustment(entitlement) -> dict:
	"""An adjustment of the benefit, decided."""
	doc = frappe.get_doc(
		{
			"doctype": "Benefit Adjustment",
			"entitlement": entitlement.name,
			"kind": "Raise",
			"ground": "Income or Property",
			"effective_month": make.MONTH,
		}
	)
	doc.flags.ignore_validate = doc.flags.ignore_mandatory = True
	doc.update(
		{"household": entitlement.household, "status": "Notice Delivered", "division": entitlement.division}
	)
	doc.db_insert() if doc.name else doc.set_new_name() or doc.db_insert()
	return {"followed_doctype": doc.doctype, "followed_record": doc.name}


@pytest.fixture
def task(officer):
	paid = make.family("户一")
	(difference,) = make.differences(make.compare(officer, make.listed(paid, amount="999")))
	return difference


def test_a_task_is_somebodys_with_a_day_and_is_reminded_of(task, officer):
	assert frappe.db.get_value("User Permission", {"user": task.officer}, "for_value") == make.TOWNSHIP
	assert getdate(task.due_on) == getdate(add_days(today(), 15))
	assert frappe.db.exists(
		"ToDo", {"reference_name": task.name, "allocated_to": task.officer, "status": "Open"}
	)
	frappe.db.set_value(DIFFERENCE, task.name, "due_on", add_days(today(), -1))
	due = [one for one in clocks.open_items(getdate(today())) if one.name == task.name]
	assert [one.rule for one in due] == ["reconciliation_difference"]


def test_where_money_may_change_another_person_closes_it(task, officer, approver, as_user):
	both = builders.make_user(("Township Officer", "Township Approver"), make.TOWNSHIP)
	with as_user(both):
		difference_steps.check(task.name, RECORDS, "查了救助记录")
		difference_steps.take_measure(task.name, SENDER_TOLD, "已告知乡镇更正", comparisons.proof())
		with pytest.raises(AnotherPersonCloses, match="另一人"):
			difference_steps.close(task.name)
	with as_user(approver):
		difference_steps.close(task.name)
	task.reload()
	assert (task.status, task.closed_by, getdate(task.closed_on)) == (ENDED, approver, getdate(today()))


def test_an_amount_changes_by_a_decided_adjustment_alone(task, officer, approver, as_user):
	paid = frappe.get_doc("Entitlement", task.entitlement)
	named = adjustment(paid)
	frappe.db.set_value("Benefit Adjustment", named["followed_record"], "status", "Adjustment Proposed")
	with as_user(officer):
		difference_steps.check(task.name, RECORDS, "查了救助记录")
		with pytest.raises(DifferenceRefused, match="待遇调整"):
			difference_steps.take_measure(task.name, ADJUSTED, "改了金额", comparisons.proof())
		difference_steps.take_measure(task.name, ADJUSTED, "已起草调整", comparisons.proof(), **named)
	with as_user(approver), pytest.raises(DifferenceRefused, match="尚未作出决定"):
		difference_steps.close(task.name)
	frappe.db.set_value("Benefit Adjustment", named["followed_record"], "status", "Adjustment in Effect")
	with as_user(approver):
		difference_steps.close(task.name)
	assert frappe.db.get_value("Entitlement", paid.name, "amount") == paid.amount


def test_a_record_about_somebody_else_settles_nothing(task, officer, as_user):
	other = make.family("户二")
	with as_user(officer):
		difference_steps.check(task.name, RECORDS, "查了救助记录")
		with pytest.raises(DifferenceRefused, match="不是这项差异"):
			difference_steps.take_measure(
				task.name, ADJUSTED, "改了", comparisons.proof(), **adjustment(other)
			)


def test_without_its_paper_nothing_is_closed(task, officer, as_user):
	with as_user(officer):
		difference_steps.check(task.name, RECORDS, "查了救助记录")
		for nothing in ("", "/private/files/nothing.pdf"):
			with pytest.raises((DifferenceRefused, StepIncomplete)):
				difference_steps.take_measure(task.name, SENDER_TOLD, "告知了", nothing)


def test_the_buttons_open_the_record_that_changes_something(task, officer, as_user):
	with as_user(officer):
		difference_steps.check(task.name, RECORDS, "查了救助记录")
		doc = frappe.get_doc(DIFFERENCE, task.name)
		doc.run_method("onload")
	opened = {
		one["opens"]["doctype"]: one["opens"] for one in doc.get_onload("steps")["open"] if one["opens"]
	}
	assert opened["Benefit Adjustment"]["values"]["entitlement"] == task.entitlement
	assert opened["Circumstance Change"]["values"]["household"] == task.household
	with as_user(officer):
		frappe.get_doc(
			{"doctype": "Circumstance Change", "kind": "Income Change", "happened_on": today()}
			| dict(opened["Circumstance Change"]["values"])
		).insert()


# --- signing -------------------------------------------------------------------------------------------------------
def test_it_is_signed_by_another_person_when_nothing_waits_and_the_file_goes(officer, approver, as_user):
	done = make.compare(officer, make.listed(make.family("户一"), amount="999"), make.stranger())
	with as_user(approver), pytest.raises(ReconciliationRefused, match="2项差异没有办结"):
		reconciliation_steps.close(done.name)
	for difference in make.differences(done):
		make.settle(difference, officer, approver)
	both = builders.make_user(("Township Officer", "Township Approver"), make.TOWNSHIP)
	frappe.db.set_value(RECONCILIATION, done.name, "read_by", both)
	with as_user(both), pytest.raises(frappe.PermissionError, match="另一人"):
		reconciliation_steps.close(done.name)
	digest = done.file_hash
	with as_user(approver):
		reconciliation_steps.close(done.name, "逐一核对完毕")
	done.reload()
	assert (done.status, done.signed_by, done.file_hash) == (CLOSED, approver, digest)
	assert not done.list_file and not frappe.db.exists("File", {"attached_to_name": done.name})


def test_the_report_says_by_place_what_was_compared_what_waits_and_who_signed(officer, approver, as_user):
	done = make.compare(
		officer, make.listed(make.family("户一"), amount="999"), make.listed(make.family("户二"))
	)
	with as_user(officer):
		rows = no_omission_report.rows(frappe._dict(layout=done.layout))
	(row,) = (row for row in rows if row.reconciliation == done.name)
	assert (row.compared, row.equal, row.differences, row.waiting, row.signed) == (2, 1, 1, 1, None)
	make.settle(make.differences(done)[0], officer, approver)
	with as_user(approver):
		reconciliation_steps.close(done.name)
		(row,) = (
			row
			for row in no_omission_report.rows(frappe._dict(layout=done.layout))
			if row.reconciliation == done.name
		)
	assert (row.ended, row.waiting) == (1, 0) and row.signed
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		others = no_omission_report.rows(frappe._dict(layout=done.layout))
	assert done.name not in {row.reconciliation for row in others}


def test_the_printed_report_has_the_columns_of_the_service_plan(site):
	# a print is logged and stored at once, and with it whatever is there
	place = make.village(make.COMMITTED, 4)
	officer = builders.make_user("Township Officer", make.COMMITTED)
	approver = builders.make_user("Township Approver", make.COMMITTED)
	done = make.compare(
		officer, make.listed(make.family("印户", division=place), amount="999"), division=place
	)
	for difference in make.differences(done):
		if difference.status == OPEN:
			make.settle(difference, officer, approver)
	printed = frappe.get_print(RECONCILIATION, done.name, "No-omission Report")
	for words in (
		"核对内容",
		"核对方式",
		"处理措施",
		"救助类型、金额",
		"查救助记录档案",
		"无需处理",
		"全部办结，没有遗漏",
	):
		assert words in printed


# --- whose it is, and every channel ----------------------------------------------------------------------------------
def test_another_township_neither_sees_nor_compares(task, as_user):
	other = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	with as_user(other):
		assert task.name not in frappe.get_list(DIFFERENCE, pluck="name", limit=0)
		assert task.reconciliation not in frappe.get_list(RECONCILIATION, pluck="name", limit=0)
		assert not frappe.has_permission(DIFFERENCE, doc=task.name)
		with pytest.raises(frappe.PermissionError):
			difference_steps.check(task.name, RECORDS, "查了")
	with pytest.raises(frappe.PermissionError):
		make.begin(other)


def test_nobody_writes_a_difference_or_a_figure_by_hand(task, officer, as_user):
	with as_user(officer):
		task.status, task.list_says = ENDED, "没有不同"
		task.save()
		assert task.reload().status == OPEN
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc({"doctype": DIFFERENCE, "title": "手工"}).insert()
		done = frappe.get_doc(RECONCILIATION, task.reconciliation)
		done.equal, done.month = 99, add_months(make.MONTH, -3)
		with pytest.raises(ReconciliationRefused):
			done.save()


def test_an_import_makes_no_difference(site):
	before = frappe.db.count(DIFFERENCE)
	with builders.acting_as("Administrator"):
		data = frappe.get_doc(
			{
				"doctype": "Data Import",
				"reference_doctype": DIFFERENCE,
				"import_type": "Insert New Records",
				"submit_after_import": 0,
			}
		).insert(ignore_permissions=True)
		file = comparisons.stored("差异\n手工差异\n".encode())
		file.db_set({"attached_to_doctype": data.doctype, "attached_to_name": data.name})
		data.db_set("import_file", file.file_url)
	Importer(DIFFERENCE, data_import=data).import_data()
	assert frappe.db.count(DIFFERENCE) == before
	(said,) = frappe.get_all("Data Import Log", {"data_import": data.name}, pluck="messages", order_by="name")
	assert "读取名单产生" in json.loads(said)[0]["message"]


def test_by_rest_a_township_reads_its_own_and_writes_nothing(client):
	make.village(make.COMMITTED)
	officer = builders.make_user("Township Officer", make.COMMITTED)
	other = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	paid = make.family("休户", division=make.village(make.COMMITTED))
	done = make.compare(officer, make.listed(paid, amount="999"), division=make.COMMITTED)
	(task,) = (one for one in make.differences(done) if one.recipient == paid.recipient)
	path = f"/api/resource/{DIFFERENCE}/{task.name}"
	assert client(officer).get(path).status_code == 200
	assert client(other).get(path).status_code == 403
	client(officer).put(path, status=ENDED, closed_by=officer)
	assert frappe.db.get_value(DIFFERENCE, task.name, "status") == OPEN
	assert client(officer).post(f"/api/resource/{DIFFERENCE}", title="手工").status_code >= 400
	assert client(officer).delete(path).status_code >= 400
	taken = client(officer).call(
		"socaid_app.casework.steps.take", doctype=DIFFERENCE, name=task.name, step="close", values={}
	)
	assert taken.status_code >= 400


# --- killed, and two at once -----------------------------------------------------------------------------------------
KILLED = """
import os, sys
import frappe
frappe.init(site=sys.argv[1], sites_path=sys.argv[2])
frappe.connect()
from socaid_app.moving_in import difference_writing, list_comparing
def die(*args, **values):
	os._exit(9)
{patch}
list_comparing.read(sys.argv[3])
"""


@pytest.mark.parametrize(
	"patch",
	[
		"list_comparing.matching.compare = die",
		"difference_writing._note_sightings = die",
		"difference_writing.assignments.share_out = die",
		"list_comparing.messages.tell_staff = die",
	],
)
def test_a_job_killed_on_the_way_leaves_nothing_and_goes_on_to_the_same(site, patch):
	village = make.village(make.COMMITTED, 2)
	officer = builders.make_user("Township Officer", make.COMMITTED)
	paid = make.family("断户", division=village)
	done = make.begin(officer, division=village)
	make.hand_in(done, officer, make.text(make.listed(paid, amount="999"), make.stranger()))
	frappe.db.commit()
	killed = subprocess.run(
		[
			sys.executable,
			"-c",
			KILLED.format(patch=patch),
			frappe.local.site,
			os.environ["SITES_PATH"],
			done.name,
		],
		check=False,
		cwd=os.environ["SITES_PATH"],
	)
	frappe.db.rollback()
	assert killed.returncode == 9
	assert done.reload().status == READING and not make.differences(done)
	queued = []
	with pytest.MonkeyPatch.context() as patched:
		# the first one waits in the queue of the tests, which nobody works off
		patched.setattr(background, "is_job_enqueued", lambda _job: False)
		patched.setattr(frappe, "enqueue", lambda *args, **values: queued.append(values))
		background.resume()
	assert list_comparing.JOB.job_id(done.name) in {one.get("job_id") for one in queued}
	list_comparing.read(done.name)
	assert done.reload().status == COMPARED
	assert {(one.kind, one.status) for one in make.differences(done)} >= {
		(matching.DIFFERENT, OPEN),
		(matching.ONLY_THERE, OPEN),
	}
	count = len(make.differences(done))
	list_comparing.read(done.name)
	assert len(make.differences(done)) == count


def test_two_workers_at_once_read_it_once(site):
	village = make.village(make.COMMITTED, 3)
	officer = builders.make_user("Township Officer", make.COMMITTED)
	done = make.begin(officer, division=village)
	make.hand_in(done, officer, make.text(*(make.stranger(f"客{at}") for at in range(5))))
	parallel.at_once(*(lambda: list_comparing.read(done.name),) * 2)
	frappe.db.rollback()
	assert len(make.differences(done)) == 5 and done.reload().status == COMPARED


# --- layouts -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"columns, says",
	[
		([("ID Number", "身份证号", 0)], "哪一列是姓名"),
		([("Person's Name", "姓名", 0)], "身份证号或者银行账号"),
		([("Person's Name", "姓名", 0), ("ID Number", "身份证号", 1)], "可以没有"),
		([("Person's Name", "姓名", 0), ("ID Number", "姓名、号码", 0)], "给了两列"),
	],
)
def test_a_layout_that_could_not_find_people_is_refused(site, columns, says):
	layout = {
		"doctype": "List Layout",
		"layout_name": f"试{frappe.generate_hash(length=5)}",
		"source_kind": "Other Body",
		"columns": [
			{"content": content, "headings": headings, "optional": optional}
			for content, headings, optional in columns
		],
	}
	with pytest.raises(ListLayoutIncomplete, match=says):
		frappe.get_doc(layout).insert()


def test_a_month_to_come_and_a_layout_switched_off_are_refused(officer):
	with pytest.raises(ReconciliationRefused, match="还没有到"):
		make.begin(officer, month=add_months(make.MONTH, 2))
	frappe.db.set_value("List Layout", make.BANK, "disabled", 1)
	with pytest.raises(ReconciliationRefused, match="已停用"):
		make.begin(officer, make.BANK)
