"""The demo county's contractor: five people with papers, months of attendance, leave, a training, an exam, marks; one is
recruited, one leaves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import frappe
from frappe.utils import add_months, getdate

from socaid_app.field_visits import employment
from socaid_app.service_management import assessments, attendance, attendance_requests, exams, trainings
from socaid_demo import bulk
from socaid_demo.county_villages import JIASHAN, JINZHOU
from socaid_demo.daybook import Daybook

COUNTY = "220422000000"
# Key of the account, post, where they work.
PEOPLE = (
	((JIASHAN, "investigator"), "走访员", JIASHAN),
	((JINZHOU, "investigator"), "走访员", JINZHOU),
	(("", "archivist2"), "档案管理员", COUNTY),
	(("", "petitions"), "接访员", COUNTY),
	(("", "manager"), "项目主管", COUNTY),
)
# Kind, title, number, months ago, months valid.
PAPERS = (
	("Labour Contract", "全日制劳动合同", "HT-2025-", 14, 24),
	("Background Check", "无犯罪记录证明", "WF-", 8, 24),
	("Health Certificate", "健康证明", "JK-", 5, 12),
	("Work Badge", "工作证", "GZ-", 14, 24),
)
QUESTIONS = (
	("Single Choice", "入户走访至少应有几人同行？", "1人\n*2人\n3人\n4人"),
	(
		"Single Choice",
		"入户风险评估为高风险时，应当怎样做？",
		"*经主管批准并有人陪同后入户\n直接入户\n一个人先去看看\n让救助对象自己来",
	),
	(
		"Single Choice",
		"走访中发现对方情绪激动、持有器械，首先应当？",
		"继续询问\n上前劝阻\n*立即撤离并报警、报告单位\n拍照留存",
	),
	(
		"Single Choice",
		"安全培训过期的工作人员能否被派去走访？",
		"*不能，培训合格后才能派\n能，补签就行\n能，有同行人就行\n由本人决定",
	),
	(
		"Single Choice",
		"离开传染病风险家庭后应当？",
		"直接去下一户\n*按要求消毒并登记接触情况\n回家休息不报告\n只更换口罩",
	),
	("Single Choice", "走访照片应当保存在哪里？", "个人手机相册\n微信群\n*系统的走访记录中\n私人网盘"),
	("Multiple Choice", "出发前必须确认的事项有哪些？", "*工作证\n*通讯设备有电\n*约定的返回时间\n购买礼品"),
	("Multiple Choice", "哪些情况应当有陪同人员？", "*独居女性\n*未成年人单独在家\n*有暴力史\n对方是低保户"),
	("True or False", "走访结束后应当在系统中签退。", "*对\n错"),
	("True or False", "可以代替同事签到。", "对\n*错"),
	("True or False", "健康证明过期当天起，系统不再允许派任务。", "*对\n错"),
	("True or False", "救助对象的病情可以在村里公开说明。", "对\n*错"),
)
EXAM = "入户走访安全考试"


def load(book: Daybook) -> dict[str, int]:
	manager = book.county("manager")
	files = {}
	with book.acting(manager, book.day(420)):
		for number, (key, post, place) in enumerate(PEOPLE, 1):
			files[_user(book, key)] = _file(book, _user(book, key), post, place, number)
	_papers(book, manager, list(files.values()))
	_coming_and_going(book, manager)
	_attendance(book, files)
	_requests(book, manager, list(files))
	since, until = _period(book)
	attendance.compute(set(attendance.every_day(since, book.today)))
	_training(book, manager, files)
	_assessments(book, manager, since, until)
	return {
		doctype: frappe.db.count(doctype)
		for doctype in ("Staff Paper", attendance.DAY, attendance.REQUEST, exams.ATTEMPT, assessments.DOCTYPE)
	}


def _period(book: Daybook) -> tuple[date, date]:
	"""The last quarter of which the marks were told, appealed and decided by today."""
	return assessments.last_period(book.today - timedelta(days=20), 3)


def _user(book: Daybook, key: tuple[str, str]) -> str:
	place, name = key
	return book.township(place, name) if place else book.county(name)


def _file(book: Daybook, user: str, post: str, place: str, number: int) -> str:
	known = employment.own_file(user)
	doc = (
		frappe.get_doc(employment.DOCTYPE, known)
		if known
		else frappe.new_doc(
			employment.DOCTYPE,
			officer_name=frappe.db.get_value("User", user, "full_name"),
			user=user,
			division=place,
			skill="Generalist",
		)
	)
	doc.update(
		{
			"employer": employment.CONTRACTOR,
			"post": post,
			"joined_on": add_months(book.today, -14),
			"badge_number": f"GZ-{number:03d}",
			"trained_on": doc.trained_on or add_months(book.today, -11),
			"training_valid_until": doc.training_valid_until or add_months(book.today, 1),
			"phone": f"1310437{number:04d}",
		}
	)
	return doc.save().name


def _papers(book: Daybook, manager: str, files: list[str]) -> None:
	with book.acting(manager, book.day(30)):
		for place, file in enumerate(files, 1):
			for kind, title, mark, ago, months in PAPERS:
				# one contract ends soon
				ends = book.today + timedelta(days=18) if (kind, place) == ("Labour Contract", 2) else None
				_paper(file, kind, title, f"{mark}{place:03d}", book.today, ago, months, ends)
		_paper(files[0], "Qualification", "助理社会工作师", "SG-2023-0412", book.today, 30, 0)


def _paper(
	file: str,
	kind: str,
	title: str,
	number: str,
	today: date,
	ago: int,
	months: int,
	ends: date | None = None,
) -> None:
	issued = getdate(add_months(today, -ago))
	frappe.get_doc(
		{
			"doctype": "Staff Paper",
			"officer": file,
			"kind": kind,
			"title": title,
			"number": number,
			"issued_on": issued,
			"valid_until": ends or (add_months(issued, months) if months else None),
		}
	).insert()


def _coming_and_going(book: Daybook, manager: str) -> None:
	"""One is recruited, one on probation, one has given notice: none of them has an account."""
	common = {"doctype": employment.DOCTYPE, "employer": employment.CONTRACTOR, "division": JIASHAN}
	with book.acting(manager, book.day(9)):
		frappe.get_doc({**common, "officer_name": "谢应聘", "stage": employment.RECRUITING}).insert()
		new = frappe.get_doc({**common, "officer_name": "孟新华", "stage": employment.RECRUITING}).insert()
		employment.take_on(new.name, "走访员", str(book.day(5)), add_months(book.day(5), 3))
		old = frappe.get_doc(
			{**common, "officer_name": "袁久安", "post": "走访员", "joined_on": book.day(3)}
		).insert()
		employment.give_notice(old.name, str(book.today + timedelta(days=12)), "合同到期，本人不再续签")


def _attendance(book: Daybook, files: dict[str, str]) -> None:
	"""Office marks of the last months as rows: mostly in time, now and then late, once forgotten."""
	since, _until = _period(book)
	rows, day = [], since
	while day < book.today:
		if book.rules.workday(day) == day:
			for place, (user, file) in enumerate(files.items()):
				roll = book.rng.random()
				if roll < 0.015:
					continue
				came = datetime.combine(day, time(8, 10)) + timedelta(minutes=book.rng.randrange(28))
				if roll > 0.96:
					came += timedelta(minutes=30)
				went = datetime.combine(day, time(17, 1)) + timedelta(minutes=book.rng.randrange(30))
				rows.append(_mark(file, user, attendance.CHECK_IN, came, PEOPLE[place][2]))
				if 0.02 < roll < 0.94 or roll > 0.955:
					rows.append(_mark(file, user, attendance.CHECK_OUT, went, PEOPLE[place][2]))
		day += timedelta(days=1)
	bulk.Inserts().write(attendance.MARK, rows)


def _mark(file: str, user: str, kind: str, at: datetime, place: str) -> dict:
	return {
		"name": frappe.generate_hash(length=10),
		"owner": user,
		"modified_by": user,
		"creation": at,
		"modified": at,
		"docstatus": 0,
		"officer": file,
		"officer_name": frappe.get_cached_value(employment.DOCTYPE, file, "officer_name"),
		"user": user,
		"kind": kind,
		"at": at,
		"day": at.date(),
		"division": place,
		"township": place if place != COUNTY else None,
	}


def _requests(book: Daybook, manager: str, users: list[str]) -> None:
	def ask(user: str, ago: int, **values) -> str:
		with book.acting(user, book.day(ago)):
			return frappe.get_doc({"doctype": attendance.REQUEST, **values}).insert().name

	sick = ask(
		users[0],
		16,
		kind="Leave",
		leave_kind="Sick Leave",
		from_day=book.day(16),
		to_day=book.day(15),
		reason="感冒发烧，附诊断证明",
	)
	missing = ask(
		users[1],
		8,
		kind="Correction",
		from_day=book.day(10),
		left_at="17:05",
		reason="走访后直接回家，忘记签退",
	)
	trip = ask(
		users[2],
		20,
		kind="Leave",
		leave_kind="Official Trip",
		from_day=book.day(18),
		to_day=book.day(18),
		reason="赴市档案局参加业务交流",
	)
	for name in (sick, missing, trip):
		with book.acting(manager, book.day(7)):
			attendance_requests.approve_request(name)
	ask(
		users[3],
		1,
		kind="Leave",
		leave_kind="Annual Leave",
		from_day=book.today + timedelta(days=10),
		to_day=book.today + timedelta(days=12),
		reason="回乡探亲",
	)


def _training(book: Daybook, manager: str, files: dict[str, str]) -> None:
	with book.acting(manager, book.day(40)):
		for kind, question, choices in QUESTIONS:
			frappe.get_doc(
				{
					"doctype": exams.QUESTION,
					"subject": "Safety Training",
					"kind": kind,
					"question": question,
					"choices": choices,
					"points": 10 if kind == "Multiple Choice" else 5,
				}
			).insert()
		frappe.get_doc(
			{
				"doctype": exams.EXAM,
				"exam_title": EXAM,
				"subject": "Safety Training",
				"minutes": 20,
				"pass_mark": 80,
				"attempts": 3,
				"single_count": 5,
				"multiple_count": 2,
				"judgement_count": 3,
				"renews_proof": 1,
				"valid_months": 12,
				"instructions": "闭卷独立完成。时间由服务器计算，到时自动交卷。",
			}
		).insert()
		held = frappe.get_doc(
			{
				"doctype": trainings.DOCTYPE,
				"title": "入户走访安全培训（第四季度）",
				"subject": "Safety Training",
				"planned_on": book.day(22),
				"starts_at": "09:00",
				"hours": 3,
				"trainer": "县公安局治安大队 刘警官",
				"place": "县民政局三楼会议室",
				"responsible": manager,
				"renews_proof": 1,
				"valid_months": 12,
				"staff_exam": EXAM,
				"content": "入户风险评估、双人同行、特殊人群走访、撤离和报警",
				"participants": [
					{
						"officer": file,
						"attended": int(place < 4),
						"absence_reason": "" if place < 4 else "参加县局会议",
					}
					for place, file in enumerate(files.values())
				],
			}
		).insert()
	with book.acting(manager, book.day(21)):
		trainings.conclude_training(held.name, str(book.day(22)), "四人参加，一人因会议缺席，另行补训。")
		frappe.get_doc(
			{
				"doctype": trainings.DOCTYPE,
				"title": "冬季传染病防护和消毒培训",
				"subject": "Hygiene and Protection",
				"planned_on": book.today + timedelta(days=6),
				"starts_at": "14:00",
				"hours": 2,
				"trainer": "县疾病预防控制中心",
				"place": "甲山乡会议室",
				"responsible": manager,
				"content": "口罩和手套的使用、入户前后消毒、发热报告",
				"participants": [{"officer": file} for file in files.values()],
			}
		).insert()
	for place, user in enumerate(list(files)[:3]):
		day = book.day(20 - place)
		with book.acting(user, day):
			name = exams.begin_exam(EXAM)
			exams.hand_in(name, _answers(name, wrong=place))
		begun = datetime.combine(day, time(14, 5))
		frappe.db.set_value(
			exams.ATTEMPT,
			name,
			{
				"started_at": begun,
				"ends_at": begun + timedelta(minutes=20),
				"submitted_at": begun + timedelta(minutes=9 + place),
			},
		)


def _answers(name: str, wrong: int) -> dict[str, str]:
	"""All right, but for the last ``wrong`` questions."""
	attempt = frappe.get_doc(exams.ATTEMPT, name)
	given = {}
	for row in attempt.questions[: len(attempt.questions) - wrong]:
		right = {
			choice.removeprefix("*").strip()
			for choice in frappe.db.get_value(exams.QUESTION, row.question_number, "choices").split("\n")
			if choice.startswith("*")
		}
		given[row.name] = "".join(
			"ABCDEFGHIJ"[place] for place, words in enumerate(row.choices.split("\n")) if words in right
		)
	return given


def _assessments(book: Daybook, manager: str, since: date, until: date) -> None:
	"""Of the last quarter: one accepted, one appealed and changed, the manager's own waits for somebody else."""
	told = (book.today - until).days - 12
	with book.acting(manager, book.day(told)):
		assessments.draft(since, until)
		names = dict(
			frappe.get_all(
				assessments.DOCTYPE, filters={"period_from": since}, fields=["user", "name"], as_list=True
			)
		)
		names.pop(manager, None)
		for name in names.values():
			assessments.tell_mark(name)
	first, second = list(names.items())[:2]
	with book.acting(first[0], book.day(told - 1)):
		assessments.accept_mark(first[1])
	with book.acting(second[0], book.day(told - 2)):
		assessments.appeal(second[1], "8月有一天是参加县里统一的培训，被记为缺勤，请核对。")
	approver = book.county("approver")
	with book.acting(approver, book.day(told - 4)):
		score = min(frappe.db.get_value(assessments.DOCTYPE, second[1], "score") + 2, 100)
		assessments.decide_appeal(second[1], assessments.CHANGED, "经核对培训签到表，当日按出勤计算。", score)
