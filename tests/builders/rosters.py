"""Rosters of an old system, and the people who import and review them."""

from types import SimpleNamespace

import frappe

from socaid_app.moving_in import roster_jobs, roster_steps
from socaid_app.moving_in import roster_records as rosters
from socaid_app.permissions import sensitive
from tests.builders import TODAY, TOWNSHIP_A, VILLAGE_A, acting_as, case_id_number, make_user

STAFF = {"officer": "Data Officer", "reviewer": "County Reviewer"}
HEADINGS = (
	"户编号",
	"姓名",
	"身份证号",
	"与户主关系",
	"村",
	"家庭住址",
	"联系电话",
	"开户行",
	"银行卡号",
	"救助类别",
	"户月保障金额",
	"起始月份",
	"已对照原件",
)
START = "2025-03"
ACCOUNTS = iter(range(1, 10**6))


def team() -> SimpleNamespace:
	"""Who imports and who reviews; made once and committed."""
	names, created = {}, False
	for key, role in STAFF.items():
		email = f"roster.{key}@example.invalid"
		if not frappe.db.exists("User", email):
			make_user(role, email=email)
			created = True
		names[key] = email
	if created:
		frappe.db.commit()
	return SimpleNamespace(**names)


def number(born: str = "1961-03-05", male: bool = True) -> str:
	"""An ID number of nobody in the register."""
	return case_id_number(born, male)


def row(household: str, name: str, id_number: str, kinship: str = "户主", **values) -> dict:
	"""One line by its headings; the first of a household has the benefit of all."""
	own = {
		"户编号": household,
		"姓名": name,
		"身份证号": id_number,
		"与户主关系": kinship,
		"村": VILLAGE_A,
		"家庭住址": "德志村三组",
		"开户行": "东辽农商银行",
		"银行卡号": f"62122699{next(ACCOUNTS):011d}",
		"救助类别": "农村低保",
		"户月保障金额": "700",
		"起始月份": START,
	}
	return {**own, **values}


def couple(household: str = "1", **values) -> list[dict]:
	return [
		row(household, "张国民", number(), 联系电话="13988881112", **values),
		row(household, "王秀英", number("1963-07-09", male=False), "妻", **values),
	]


def as_csv(lines: list[dict], headings=HEADINGS, encoding: str = "gb18030") -> bytes:
	text = [",".join(headings), *(",".join(line.get(name, "") for name in headings) for line in lines)]
	return "\r\n".join(text).encode(encoding) + "\r\n".encode(encoding)


def new(who: SimpleNamespace, content: bytes | list[dict], name: str = "名册.csv", **values):
	content = as_csv(content) if isinstance(content, list) else content
	with acting_as(who.officer):
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{frappe.generate_hash(length=6)}{name}",
				"content": content,
				"is_private": 1,
			}
		).insert()
		return frappe.get_doc(
			{
				"doctype": rosters.DOCTYPE,
				"title": "旧系统名册",
				"division": TOWNSHIP_A,
				"former_system": "测试旧系统",
				"paid_through": str(TODAY),
				"roster_file": file.file_url,
				**values,
			}
		).insert()


def work(made, memory: dict | None = None) -> None:
	"""What the job does, without keeping it."""
	memory = {} if memory is None else memory
	while (status := frappe.db.get_value(rosters.DOCTYPE, made.name, "status")) in rosters.AT_WORK:
		roster_jobs.CHUNKS[status](made.name, memory)
	made.reload()


def checked(who: SimpleNamespace, content, **values):
	made = new(who, content, **values)
	with acting_as(who.officer):
		roster_steps.check(made.name)
		work(made)
	return made


def written(who: SimpleNamespace, content, **values):
	made = checked(who, content, **values)
	with acting_as(who.officer):
		roster_steps.hand_over(made.name)
	with acting_as(who.reviewer):
		roster_steps.approve(made.name, "同意")
		work(made)
	return made


def undone(who: SimpleNamespace, made):
	with acting_as(who.reviewer):
		roster_steps.undo(made.name, "导错了文件")
		work(made)
	return made


def rows(made) -> dict[int, frappe._dict]:
	return {
		one.row_no: one
		for one in frappe.get_all(
			rosters.ROW, filters={"roster_import": made.name}, fields=["*"], order_by="row_no"
		)
	}


def person(id_number: str) -> str | None:
	return sensitive.find_by_id_number(id_number)


def benefits(id_number: str) -> list[frappe._dict]:
	"""What the person holds, or is head of a household of."""
	return frappe.get_all(
		"Entitlement",
		filters={"recipient": person(id_number), "docstatus": 1},
		fields=["*"],
		order_by="name",
	)
